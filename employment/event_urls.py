"""Addresses of events, sign-ups, doors and certificates for staff; part of employment.urls."""

from django.urls import path

from employment.views import certificate, door, event, signup

urlpatterns = [
    path("events/", event.EventList.as_view(), name="event_list"),
    path("events/new/", event.EventCreate.as_view(), name="event_create"),
    path("events/<int:pk>/", event.EventDetail.as_view(), name="event_detail"),
    path("events/<int:pk>/edit/", event.EventUpdate.as_view(), name="event_update"),
    path("events/<int:pk>/step/<slug:step>/", event.EventStep.as_view(), name="event_step"),
    path("events/<int:pk>/cancel/", event.EventCancel.as_view(), name="event_cancel"),
    path("events/<int:pk>/poster/", event.EventPoster.as_view(), name="event_poster"),
    path("events/<int:pk>/sessions/new/", event.SessionCreate.as_view(), name="session_create"),
    path("events/<int:pk>/stalls/new/", event.StallCreate.as_view(), name="stall_create"),
    path("events/<int:pk>/intentions/new/", event.IntentionCreate.as_view(), name="intention_create"),
    path("events/<int:pk>/people/", signup.SignupList.as_view(), name="signup_list"),
    path("events/<int:pk>/people/new/", signup.SignupCreate.as_view(), name="signup_create"),
    path("events/<int:pk>/certificates/", certificate.CertificateIssue.as_view(), name="certificate_issue"),
    path("sessions/<int:pk>/drop/", event.SessionDrop.as_view(), name="session_drop"),
    path("sessions/<int:pk>/code/", door.SessionCode.as_view(), name="session_code"),
    path("sessions/<int:pk>/door/", door.Door.as_view(), name="door"),
    path("door/page/", door.DoorPage.as_view(), name="door_page"),
    path("sessions/<int:pk>/door/walk-in/", door.DoorWalkIn.as_view(), name="door_walk_in"),
    path("sessions/<int:pk>/door/send/", door.DoorSend.as_view(), name="door_send"),
    path("sessions/<int:pk>/door/<int:signup>/", door.DoorTick.as_view(), name="door_tick"),
    path("arrivals/<int:pk>/undo/", door.DoorUndo.as_view(), name="door_undo"),
    path("stalls/<int:pk>/drop/", event.StallDrop.as_view(), name="stall_drop"),
    path("signups/<int:pk>/cancel/", signup.SignupCancel.as_view(), name="signup_cancel"),
    path("signups/<int:pk>/accept/", signup.SignupAccept.as_view(), name="signup_accept"),
    path("signups/<int:pk>/excuse/", signup.SignupExcuse.as_view(), name="signup_excuse"),
    path("signups/<int:pk>/person/", signup.SignupMerge.as_view(), name="signup_merge"),
    path("certificates/", certificate.CertificateList.as_view(), name="certificate_list"),
    path("certificates/<int:pk>/", certificate.Certificate.as_view(), name="certificate"),
    path("certificates/<int:pk>/file/", certificate.CertificateFile.as_view(), name="certificate_file"),
    path("certificates/<int:pk>/void/", certificate.CertificateVoid.as_view(), name="certificate_void"),
]
