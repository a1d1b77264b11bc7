"""The staff's side of surveys."""

from surveys.urls.building import urlpatterns as building
from surveys.urls.helping import urlpatterns as helping
from surveys.urls.results import urlpatterns as results

app_name = "surveys"
urlpatterns = [*building, *helping, *results]
