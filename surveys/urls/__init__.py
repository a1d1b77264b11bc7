from surveys.urls.building import urlpatterns as building
from surveys.urls.helping import urlpatterns as helping

app_name = "surveys"
urlpatterns = [*building, *helping]
