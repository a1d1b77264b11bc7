"""您说的，我们做了: public results, below /p/surveys/."""

from django.urls import path

from surveys.views import telling

app_name = "told"
urlpatterns = [
    path("", telling.ToldList.as_view(), name="list"),
    path("<slug:token>/", telling.ToldResults.as_view(), name="results"),
]
