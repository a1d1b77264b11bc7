from django.urls import path

from fedhub.areas import views

app_name = "areas"
urlpatterns = [
    path("", views.AreaTree.as_view(), name="area_list"),
    path("import/", views.AreaImport.as_view(), name="area_import"),
    path("new/", views.AreaCreate.as_view(), name="area_create"),
    path("<int:pk>/", views.AreaDetail.as_view(), name="area_detail"),
    path("<int:pk>/edit/", views.AreaUpdate.as_view(), name="area_update"),
    path("buildings/", views.BuildingList.as_view(), name="building_list"),
    path("buildings/new/", views.BuildingCreate.as_view(), name="building_create"),
    path("buildings/<int:pk>/edit/", views.BuildingUpdate.as_view(), name="building_update"),
]
