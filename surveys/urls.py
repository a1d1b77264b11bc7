"""Staff pages of surveys, below /surveys/."""

from surveys import result_urls

app_name = "surveys"
urlpatterns = [*result_urls.urlpatterns]
