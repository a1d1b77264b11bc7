"""Residents' side of a shift, below /r/service/: what the picture leads to."""

from django.urls import path

from groups.views import resident

app_name = "service_resident"
urlpatterns = [
    path("<slug:key>/", resident.Here.as_view(), name="here"),
    path("<slug:key>/in/", resident.SignIn.as_view(), name="sign_in"),
    path("<slug:key>/out/", resident.SignOut.as_view(), name="sign_out"),
]
