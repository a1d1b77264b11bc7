from django.urls import path

from concerns.views import concern, reception, way

app_name = "concerns"
urlpatterns = [
    path("", concern.ConcernList.as_view(), name="concern_list"),
    path("new/", concern.ConcernCreate.as_view(), name="concern_create"),
    path("<int:pk>/", concern.ConcernDetail.as_view(), name="concern_detail"),
    path("<int:pk>/accept/", concern.ConcernAccept.as_view(), name="concern_accept"),
    path("<int:pk>/assign/", concern.ConcernAssign.as_view(), name="concern_assign"),
    path("<int:pk>/finish/", concern.ConcernFinish.as_view(), name="concern_finish"),
    path("<int:pk>/answer/", concern.ConcernAnswer.as_view(), name="concern_answer"),
    path("<int:pk>/close/", concern.ConcernClose.as_view(), name="concern_close"),
    path("<int:pk>/settle/", concern.ConcernSettle.as_view(), name="concern_settle"),
    path("<int:pk>/withdraw/", concern.ConcernWithdraw.as_view(), name="concern_withdraw"),
    # The whole way, the closing sheet, and the code of whoever asks.
    path("code/", way.ConcernByCode.as_view(), name="concern_code"),
    path("<int:pk>/way/", way.ConcernWay.as_view(), name="concern_way"),
    path("<int:pk>/sheet/", way.ClosingSheet.as_view(), name="closing_sheet"),
    path("<int:pk>/paper/", way.ClosingPaper.as_view(), name="closing_paper"),
    path("<int:pk>/slip/", way.CodeSlip.as_view(), name="code_slip"),
    path("receptions/", reception.ReceptionList.as_view(), name="reception_list"),
    path("receptions/new/", reception.ReceptionCreate.as_view(), name="reception_create"),
    path("receptions/<int:pk>/", reception.ReceptionDetail.as_view(), name="reception_detail"),
    path("receptions/<int:pk>/edit/", reception.ReceptionUpdate.as_view(), name="reception_update"),
    path("receptions/<int:pk>/concern/", reception.ReceptionToConcern.as_view(), name="reception_to_concern"),
]
