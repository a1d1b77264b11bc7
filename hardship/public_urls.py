"""Addresses of public notices: without an account, under /p/."""

from django.urls import path

from hardship.views import notice

app_name = "notices"
urlpatterns = [
    path("", notice.PublicList.as_view(), name="list"),
    path("<int:number>/", notice.PublicNotice.as_view(), name="notice"),
    path("<int:number>/object/", notice.PublicObjection.as_view(), name="object"),
    path("<int:number>/thanks/", notice.PublicThanks.as_view(), name="thanks"),
]
