from django.urls import path

from fedhub.core import pages

app_name = "core"
urlpatterns = [
    path("files/<uuid:uuid>/", pages.FileView.as_view(), name="file"),
    path("reveal/", pages.RevealView.as_view(), name="reveal"),
    path("saved/new/", pages.SavedFilterCreate.as_view(), name="saved_create"),
    path("saved/<int:pk>/delete/", pages.SavedFilterDelete.as_view(), name="saved_delete"),
    path("jobs/<int:pk>/", pages.JobView.as_view(), name="job"),
    path("healthz", pages.healthz, name="healthz"),
    path("readyz", pages.readyz, name="readyz"),
]
