from django.urls import path

from concerns.views import batch, concern, figures, intake, listing, reception, way

app_name = "concerns"
urlpatterns = [
    # Taking in, lists, many at once.
    path("", listing.ConcernList.as_view(), name="concern_list"),
    path("mine/", listing.MyConcerns.as_view(), name="mine"),
    path("new/", intake.ConcernCreate.as_view(), name="concern_create"),
    path("similar/", intake.SimilarHint.as_view(), name="similar"),
    path("assign/", batch.AssignMany.as_view(), name="assign_many"),
    path("handover/", batch.HandOver.as_view(), name="hand_over"),
    path("batches/", batch.BatchList.as_view(), name="batch_list"),
    path("batches/<int:pk>/undo/", batch.BatchUndo.as_view(), name="batch_undo"),
    path("load/", batch.Load.as_view(), name="load"),
    # One concern.
    path("<int:pk>/", concern.ConcernDetail.as_view(), name="concern_detail"),
    path("<int:pk>/accept/", concern.ConcernAccept.as_view(), name="concern_accept"),
    path("<int:pk>/assign/", concern.ConcernAssign.as_view(), name="concern_assign"),
    path("<int:pk>/finish/", concern.ConcernFinish.as_view(), name="concern_finish"),
    path("<int:pk>/answer/", concern.ConcernAnswer.as_view(), name="concern_answer"),
    path("<int:pk>/close/", concern.ConcernClose.as_view(), name="concern_close"),
    path("<int:pk>/settle/", concern.ConcernSettle.as_view(), name="concern_settle"),
    path("<int:pk>/withdraw/", concern.ConcernWithdraw.as_view(), name="concern_withdraw"),
    # Figures and the heat table.
    path("heat/", figures.ConcernHeat.as_view(), name="concern_heat"),
    path("figures/", figures.ConcernFigures.as_view(), name="concern_figures"),
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
