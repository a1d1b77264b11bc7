"""Exports: the form of a ledger, the register, and the files kept for a day."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from fedhub.core import once
from fedhub.core.views import ScopedDetailView, ScopedListView, StaffView
from fedhub.ledgers.enums import ExportMode
from fedhub.ledgers.forms import ExportFilterForm, export_form
from fedhub.ledgers.models import ExportRecord
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.services.export import export_ledger, take_export
from fedhub.ledgers.tasks import make_export
from fedhub.ledgers.views.ledger import OfLedger, as_file, crumb
from fedhub.reference import lookup


class LedgerExport(OfLedger, StaffView):
    """What, masked or whole, why; a small file comes at once, a large one is made in the background."""

    permission = "ledgers.view_exportrecord"
    template_name = "generic/export.html"

    def get_resource(self):
        resource = super().get_resource()
        if not self.request.user.has_perm(resource.export_permission):
            raise Http404
        return resource

    def get_title(self):
        return f"导出：{self.get_resource().label}"

    def show(self, form):
        resource = self.get_resource()
        limit, hours = lookup.rule("export_background_rows"), lookup.rule("export_file_hours")
        return self.render(
            form=form, back_url=reverse("ledgers:ledger_list"),
            consequences=[
                *form.left_out(self.request.GET),
                f"导出的是{resource.rows_words}，按{resource.label}的正式格式。",
                f"{limit} 行以内直接下载；再多的在后台生成，文件加密保留 {hours} 小时。",
                *resource.cautions,
            ],
        )  # fmt: skip

    def get(self, request, *args, **kwargs):
        return self.show(self.form())

    def form(self, data=None):
        resource = self.get_resource()
        form_class = export_form(resource.key)
        initial = form_class.initial_of(self.request.GET, self.request.user)
        return form_class(data, user=self.request.user, resource=resource, initial=initial)

    def post(self, request, *args, **kwargs):
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            record, file = self.export(form)
        except once.Repeated as repeated:
            messages.info(request, "这份台账刚才已经导出过了，这里是它的登记。要再导出一份，请重新打开导出页。")
            return redirect(repeated.url)
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(form)
        if file is not None:
            return as_file(file, record.file_name)
        make_export.enqueue(record.pk)
        return redirect("ledgers:export_detail", record.pk)

    @transaction.atomic
    def export(self, form):
        """`(ExportRecord, bytes or None)` of what `form` asks for. Raises Repeated for the second of two clicks.

        The page stays open behind a download, so that the key of the page counts together with what is asked for.
        """
        request, data = self.request, form.cleaned_data
        filters, full = form.filters(), data["mode"] == ExportMode.FULL
        key = once.parse_key(request.POST.get("once_key"))
        claimed = None
        if key is not None:
            asked = f"{sorted(filters.items())} {full} {data['purpose']}"
            claimed = once.claim(request.user, uuid.uuid5(key, asked), request.resolver_match.view_name)
        record, file = export_ledger(
            self.get_resource(), filters=filters, full=full, purpose=data["purpose"], by=request.user
        )
        if claimed is not None:
            once.settle(claimed, reverse("ledgers:export_detail", args=[record.pk]))
        return record, file


class ExportList(ScopedListView):
    """导出登记: who took what out, when and why."""

    permission = "ledgers.view_exportrecord"
    model = ExportRecord
    title = "导出登记"
    filter_class = ExportFilterForm
    sorts = {"new": ("-created_at", "最近的在前")}
    unit = "次"
    results_template = "ledgers/export_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("area", "created_by")

    def row(self, item):
        item.ledger_label = ledgers[item.ledger].label if item.ledger in ledgers else item.ledger
        return item

    def get_crumbs(self):
        return [crumb()]


class ExportDetail(ScopedDetailView):
    """One entry of the register, with the file while it is kept."""

    permission = "ledgers.view_exportrecord"
    model = ExportRecord
    template_name = "ledgers/export_detail.html"

    def get_rows(self):
        return super().get_rows().select_related("area", "created_by", "job")

    def get_title(self):
        return f"导出登记 {self.get_row().number}"

    def get_crumbs(self):
        return [crumb(), ("导出登记", reverse("ledgers:export_list"))]

    def get_context_data(self, **kwargs):
        record = self.get_row()
        resource = next((ledger for ledger in ledgers if ledger.key == record.ledger), None)
        narrowed = resource.narrowed(record.filters) if resource else []
        return super().get_context_data(
            ledger_label=resource.label if resource else record.ledger,
            masked_words=resource.masked_words if resource else "方式",
            narrowed="；".join(part for part in narrowed if part) or (resource.all_words if resource else "全部"),
            held_text=f"{record.phones_held:,} 人的号码没有导出",
            mine=record.created_by_id == self.request.user.pk,
            kept=bool(record.stored) and record.expires_at > timezone.now(),
            running=record.job is not None and not record.job.is_over,
            **kwargs,
        )


class ExportFile(StaffView):
    """POST: the kept file, for whoever exported it; each download is counted."""

    permission = "ledgers.view_exportrecord"
    model = ExportRecord

    def post(self, request, *args, **kwargs):
        record = self.get_row()
        try:
            file = take_export(record, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("ledgers:export_detail", record.pk)
        return as_file(file, record.file_name)
