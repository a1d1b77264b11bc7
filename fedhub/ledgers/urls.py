from django.urls import path

from fedhub.ledgers.views import batch, export, ledger, row

app_name = "ledgers"
urlpatterns = [
    path("", ledger.LedgerList.as_view(), name="ledger_list"),
    path("imports/", batch.BatchList.as_view(), name="batch_list"),
    path("imports/<int:pk>/", batch.BatchDetail.as_view(), name="batch_detail"),
    path("imports/<int:pk>/progress/", batch.BatchProgress.as_view(), name="batch_progress"),
    path("imports/<int:pk>/sheet/", batch.BatchSheet.as_view(), name="batch_sheet"),
    path("imports/<int:pk>/columns/", batch.BatchColumns.as_view(), name="batch_columns"),
    path("imports/<int:pk>/errors/", batch.BatchErrors.as_view(), name="batch_errors"),
    path("imports/<int:pk>/confirm/", batch.BatchConfirm.as_view(), name="batch_confirm"),
    path("imports/<int:pk>/cancel/", batch.BatchCancel.as_view(), name="batch_cancel"),
    path("imports/<int:pk>/undo/", batch.BatchUndo.as_view(), name="batch_undo"),
    path("imports/rows/<int:pk>/", row.RowDetail.as_view(), name="row_detail"),
    path("imports/rows/<int:pk>/choose/", row.RowChoose.as_view(), name="row_choose"),
    path("exports/", export.ExportList.as_view(), name="export_list"),
    path("exports/<int:pk>/", export.ExportDetail.as_view(), name="export_detail"),
    path("exports/<int:pk>/file/", export.ExportFile.as_view(), name="export_file"),
    path("<slug:key>/template/", ledger.LedgerTemplate.as_view(), name="ledger_template"),
    path("<slug:key>/import/", ledger.LedgerImport.as_view(), name="ledger_import"),
    path("<slug:key>/export/", export.LedgerExport.as_view(), name="ledger_export"),
]
