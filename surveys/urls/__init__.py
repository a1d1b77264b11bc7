"""The staff's side of surveys."""

from surveys.urls.helping import urlpatterns as helping

app_name = "surveys"
urlpatterns = [*helping]
