"""A party's own rating, below /p/say/."""

from django.urls import path

from mediation.views import ratings

app_name = "say"
urlpatterns = [path("<slug:secret>/", ratings.Rate.as_view(), name="rate")]
