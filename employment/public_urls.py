"""Residents' pages of job support, below /r/jobs/."""

from django.urls import path

from employment.views import resident

app_name = "employment_resident"
urlpatterns = [
    path("", resident.Posts.as_view(), name="posts"),
    path("mine/", resident.Mine.as_view(), name="mine"),
    path("mine/<int:pk>/withdraw/", resident.Withdraw.as_view(), name="withdraw"),
    path("watch/", resident.Watch.as_view(), name="watch"),
    path("unwatch/", resident.Unwatch.as_view(), name="unwatch"),
    path("<int:pk>/", resident.OnePost.as_view(), name="post"),
    path("<int:pk>/apply/", resident.Apply.as_view(), name="apply"),
]
