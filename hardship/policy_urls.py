"""Residents' pages of policies, below /r/policies/."""

from django.urls import path

from hardship.views import told

app_name = "policies_resident"
urlpatterns = [
    path("", told.Policies.as_view(), name="list"),
    path("<int:pk>/", told.OnePolicy.as_view(), name="policy"),
]
