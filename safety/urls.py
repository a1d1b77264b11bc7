"""Addresses of the sealed compartment: random numbers and codes alone."""

from django.urls import path

from safety.views import circle, figures, file, keeping, report

app_name = "safety"
urlpatterns = [
    path("", report.ReportList.as_view(), name="report_list"),
    path("help/", report.Help.as_view(), name="help"),
    path("report/", report.Report.as_view(), name="report"),
    path("<int:pk>/", report.ReportDetail.as_view(), name="report_detail"),
    path("<int:pk>/handle/", report.ReportHandle.as_view(), name="report_handle"),
    path("<int:pk>/join/", file.ReportJoin.as_view(), name="report_join"),
]
urlpatterns += [
    path("files/", file.FileList.as_view(), name="file_list"),
    path("files/new/", file.FileCreate.as_view(), name="file_create"),
    path("files/<int:pk>/", file.FileDetail.as_view(), name="file_detail"),
    path("files/<int:pk>/write/<slug:kind>/", file.EntryCreate.as_view(), name="entry_create"),
    path("files/<int:pk>/decide/<slug:kind>/", file.Decide.as_view(), name="decide"),
    path("files/<int:pk>/amend/<int:number>/", file.EntryAmend.as_view(), name="entry_amend"),
    path("files/<int:pk>/picture/<int:exhibit>/", file.Picture.as_view(), name="picture"),
    path("files/<int:pk>/told/", file.InformantShow.as_view(), name="informant"),
    path("files/<int:pk>/copy/<int:number>/", file.Copy.as_view(), name="copy"),
    path("files/<int:pk>/people/new/", circle.LetIn.as_view(), name="let_in"),
    path("files/<int:pk>/people/<int:grant>/end/", circle.LetOut.as_view(), name="let_out"),
    path("files/<int:pk>/lead/", circle.HandLead.as_view(), name="hand_lead"),
    path("files/<int:pk>/excuse/", circle.Excuse.as_view(), name="excuse"),
    path("urgent/", circle.UrgentAsk.as_view(), name="urgent_ask"),
    path("urgent/all/", figures.UrgentList.as_view(), name="urgent_list"),
    path("urgent/<int:pk>/watch/", figures.UrgentWatch.as_view(), name="urgent_watch"),
    path("keeping/", keeping.Keeping.as_view(), name="keeping"),
    path("keeping/ask/", keeping.DestroyAsk.as_view(), name="destroy_ask"),
    path("keeping/<int:pk>/", keeping.DestroyAnswer.as_view(), name="destroy_answer"),
    path("figures/", figures.Figures.as_view(), name="figures"),
    path("urgent/<int:pk>/", circle.UrgentAnswer.as_view(), name="urgent_answer"),
]
