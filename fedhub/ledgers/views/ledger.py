"""The list of ledgers, the blank template, and step 1 of an import."""

from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.urls import reverse

from fedhub.core.views import FormView, StaffPage
from fedhub.ledgers.forms import UploadForm
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.services.intake import start_import
from fedhub.ledgers.views.steps import wizard_steps
from fedhub.ledgers.workbook import blank_template

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def crumb():
    return ("台账", reverse("ledgers:ledger_list"))


def as_file(data, name):
    """A workbook as a download: bytes, or a scratch.Kept, which goes out piece by piece and is closed at the end."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-store",
    }
    if isinstance(data, bytes):
        return HttpResponse(data, content_type=XLSX, headers=headers)
    return StreamingHttpResponse(data, content_type=XLSX, headers=headers | {"Content-Length": data.size})


class OfLedger:
    """A page about one ledger of the address; an unknown one is a 404."""

    def get_resource(self):
        key = self.kwargs["key"]
        if key not in ledgers:
            raise Http404
        return ledgers[key]

    def get_crumbs(self):
        return [crumb()]


class LedgerList(StaffPage):
    """Every ledger with what the user may do with it; who exports her own work alone finds the ledgers of that."""

    permission = "ledgers.view_exportrecord"
    title = "台账"
    template_name = "ledgers/ledger_list.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        rows = [
            {
                "ledger": ledger,
                "open_url": reverse(ledger.open_url_name) if ledger.open_url_name else "",
                "may_import": ledger.importable and user.has_perm(ledger.import_permission),
                "may_export": user.has_perm(ledger.export_permission),
            }
            for ledger in ledgers
        ]
        if not user.has_perm("ledgers.watch_exportrecord"):
            rows = [row for row in rows if row["may_import"] or row["may_export"]]
        return super().get_context_data(rows=rows, **kwargs)


class OfImportable(OfLedger):
    """A page about one ledger that takes files; any other is a 404."""

    def get_resource(self):
        resource = super().get_resource()
        if not resource.importable:
            raise Http404
        return resource


class LedgerTemplate(OfImportable, StaffPage):
    """The blank workbook to fill in."""

    permission = "ledgers.add_importbatch"

    def get(self, request, *args, **kwargs):
        resource = self.get_resource()
        return as_file(blank_template(resource), f"{resource.label}_空白模板.xlsx")


class LedgerImport(OfImportable, FormView):
    """Step 1: choose the place and the file."""

    permission = "ledgers.add_importbatch"
    form_class = UploadForm
    template_name = "ledgers/upload.html"
    submit_label = "下一步：对应列"
    success_message = ""

    def get_title(self):
        return f"导入：{self.get_resource().label}"

    def get_crumbs(self):
        return [crumb(), ("导入", reverse("ledgers:batch_list"))]

    def get_back_url(self):
        return reverse("ledgers:ledger_list")

    def get_context_data(self, **kwargs):
        ledger = self.get_resource()
        template_url = reverse("ledgers:ledger_template", args=[ledger.key])
        return super().get_context_data(ledger=ledger, template_url=template_url, steps=wizard_steps(None), **kwargs)

    def show(self, form, status=200):
        if getattr(self.request, "upload_too_large", False):
            # The file was not read at all: that it is missing as well would only confuse.
            form.errors.pop("file", None)
        return super().show(form, status)

    def save(self, form):
        data = form.cleaned_data
        try:
            return start_import(data["file"], ledger=self.get_resource().key, area=data["area"], by=self.request.user)
        except ValidationError as error:
            raise ValidationError({"file": error.messages}) from error
