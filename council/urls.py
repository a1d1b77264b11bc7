from django.urls import path

app_name = "council"
urlpatterns = []
