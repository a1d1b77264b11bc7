"""Pages of whoever fills in, below /s/: without an account."""

from django.urls import path

from surveys.views import help

app_name = "survey"
urlpatterns = [path("<str:token>/help/", help.AskForHelp.as_view(), name="help")]
