"""Results for everybody, below /p/results/."""

from django.urls import path

from council.views import resident

app_name = "results"
urlpatterns = [
    path("", resident.Results.as_view(), name="list"),
    path("<slug:key>/", resident.Result.as_view(), name="result"),
    path("<slug:key>/<uuid:picture>/", resident.ResultPicture.as_view(), name="picture"),
]
