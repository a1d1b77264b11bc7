"""Papers of a case for an expert without an account, below /p/expert/."""

from django.urls import path

from mediation.views import shares

app_name = "expert"
urlpatterns = [path("<slug:secret>/", shares.Read.as_view(), name="read")]
