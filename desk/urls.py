from django.urls import path

from desk.views import agenda, audit, calendar_address, home, setup

app_name = "desk"
urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("calendar/", agenda.Agenda.as_view(), name="agenda"),
    path("calendar/month.ics", agenda.AgendaFile.as_view(), name="agenda_file"),
    path("calendar/address/", calendar_address.CalendarAddress.as_view(), name="calendar_address"),
    path("calendar/address/shut/", calendar_address.CalendarShut.as_view(), name="calendar_shut"),
    path("calendar/<str:secret>.ics", calendar_address.Subscribed.as_view(), name="subscribed"),
    path("search/", home.Search.as_view(), name="search"),
    path("type-size/", home.TypeSize.as_view(), name="type_size"),
    path("desk/components/", home.Components.as_view(), name="components"),
    path("setup/<str:token>/", setup.FirstRunView.as_view(), name="first_run"),
    path("desk/audit/", audit.AuditList.as_view(), name="audit_list"),
    path("desk/week/", audit.Oversight.as_view(), name="oversight"),
]
