"""Addresses of job support for staff."""

from django.urls import path

from employment.views import seeker

app_name = "employment"
urlpatterns = [
    path("seekers/", seeker.SeekerList.as_view(), name="seeker_list"),
    path("seekers/new/", seeker.SeekerCreate.as_view(), name="seeker_create"),
    path("seekers/<int:pk>/", seeker.SeekerDetail.as_view(), name="seeker_detail"),
    path("seekers/<int:pk>/edit/", seeker.SeekerUpdate.as_view(), name="seeker_update"),
    path("seekers/<int:pk>/close/", seeker.SeekerClose.as_view(), name="seeker_close"),
    path("seekers/<int:pk>/step/<slug:step>/", seeker.SeekerStep.as_view(), name="seeker_step"),
    path("seekers/<int:pk>/difficulties/new/", seeker.DifficultyCreate.as_view(), name="difficulty_create"),
    path("seekers/<int:pk>/skills/new/", seeker.SkillCreate.as_view(), name="skill_create"),
    path("seekers/<int:pk>/circle/new/", seeker.CircleCreate.as_view(), name="circle_create"),
    path("difficulties/<int:pk>/end/", seeker.DifficultyEnd.as_view(), name="difficulty_end"),
    path("skills/<int:pk>/void/", seeker.SkillVoid.as_view(), name="skill_void"),
    path("circle/<int:pk>/end/", seeker.CircleEnd.as_view(), name="circle_end"),
]
