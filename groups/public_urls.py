"""Residents' pages of groups and volunteering, below /r/groups/."""

from django.urls import path

from groups.views import resident

app_name = "groups_resident"
urlpatterns = [
    path("", resident.Groups.as_view(), name="groups"),
    path("mine/", resident.Mine.as_view(), name="mine"),
    path("mine/serve/", resident.Register.as_view(), name="register"),
    path("mine/certificates/<slug:number>/", resident.OwnCertificate.as_view(), name="certificate"),
    path("<int:pk>/", resident.OneGroup.as_view(), name="group"),
    path("<int:pk>/join/", resident.Join.as_view(), name="join"),
    path("<int:pk>/back/", resident.TakeBack.as_view(), name="back"),
    path("<int:pk>/leave/", resident.Leave.as_view(), name="leave"),
    path("<int:pk>/stay/", resident.Stay.as_view(), name="stay"),
]
