"""Residents' pages of events and courses, below /r/events/."""

from django.urls import path

from employment.views import resident_events

app_name = "events_resident"
urlpatterns = [
    path("", resident_events.Events.as_view(), name="events"),
    path("mine/", resident_events.Mine.as_view(), name="mine"),
    path("mine/certificates/<slug:number>/", resident_events.OwnCertificate.as_view(), name="certificate"),
    path("here/<slug:key>/", resident_events.Arrive.as_view(), name="arrive"),
    path("<slug:key>/", resident_events.OneEvent.as_view(), name="event"),
    path("<slug:key>/join/", resident_events.Join.as_view(), name="join"),
    path("<slug:key>/confirm/", resident_events.Confirm.as_view(), name="confirm"),
    path("<slug:key>/leave/", resident_events.Leave.as_view(), name="leave"),
    path("<slug:key>/rate/", resident_events.Rate.as_view(), name="rate"),
]
