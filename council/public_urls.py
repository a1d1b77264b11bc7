"""Residents' pages of the council, below /r/council/."""

from django.urls import path

from council.views import resident

app_name = "council_resident"
urlpatterns = [
    path("", resident.Topics.as_view(), name="topics"),
    path("new/", resident.Propose.as_view(), name="propose"),
    path("<slug:key>/", resident.OneTopic.as_view(), name="topic"),
    path("<slug:key>/support/", resident.SupportIt.as_view(), name="support"),
    path("<slug:key>/say/", resident.SayIt.as_view(), name="say"),
    path("<slug:key>/rate/", resident.RateIt.as_view(), name="rate"),
]
