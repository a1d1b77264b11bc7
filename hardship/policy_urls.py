"""Residents' pages of policies, below /r/policies/."""

from django.urls import path

from hardship.views import told

app_name = "policies_resident"
urlpatterns = [
    path("", told.Policies.as_view(), name="list"),
    path("mine/", told.Watches.as_view(), name="mine"),
    path("watch/", told.Watch.as_view(), name="watch"),
    path("unwatch/", told.Unwatch.as_view(), name="unwatch"),
    path("<int:pk>/", told.OnePolicy.as_view(), name="policy"),
]
