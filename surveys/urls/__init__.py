"""The staff's side of surveys."""

from surveys.urls.building import urlpatterns as building

app_name = "surveys"
urlpatterns = [*building]
