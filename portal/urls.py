"""The staff's side of the portal."""

from django.urls import path

from portal.views import staff

app_name = "portal"
urlpatterns = [path("residents/<int:pk>/code/", staff.IssueCode.as_view(), name="issue_code")]
