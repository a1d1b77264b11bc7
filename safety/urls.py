from django.urls import path

from safety import views

app_name = "safety"
urlpatterns = [
    path("", views.ReportList.as_view(), name="report_list"),
    path("help/", views.Help.as_view(), name="help"),
    path("report/", views.Report.as_view(), name="report"),
    path("<int:pk>/", views.ReportDetail.as_view(), name="report_detail"),
    path("<int:pk>/handle/", views.ReportHandle.as_view(), name="report_handle"),
]
