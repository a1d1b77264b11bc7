"""Pages of the sealed compartment, and the two every staff member may open: the instructions and the report form.

Titles and lists stay neutral. Only the trained person of the area reads, and every reading is written to the sealed
part of the audit trail (security design 4.7).
"""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from accounts.queries import is_held
from fedhub.core import audit, once
from fedhub.core.access import SIGNED_IN
from fedhub.core.fields import Unreadable
from fedhub.core.views import FormView, ScopedDetailView, ScopedListView, StaffPage
from safety.enums import ReportState, Sign
from safety.forms.report import HandleForm, ReportForm
from safety.models import RiskReport, SafetyFile
from safety.queries import person_of, readings
from safety.services.reports import handle_report, is_of_child, report_risk

TITLE = "待办（受限）"
WRITE = "safety.change_safetyfile"
NOBODY = "已收下。但是那里还没有权益专人，现在没有人看得到：请马上当面告诉妇联主席，有危险先拨 110。"


class Help(StaffPage):
    """What to do at once: open to everybody, the same for everybody."""

    permission = SIGNED_IN
    title = "遇到危险怎么办"
    template_name = "safety/help.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(may_report=self.request.user.has_perm("safety.add_riskreport"), **kwargs)


class Report(FormView):
    """Report from the front desk. The answer is the instruction page, whatever was written."""

    permission = "safety.add_riskreport"
    form_class = ReportForm
    title = "有要马上报告的"
    template_name = "safety/report_form.html"
    submit_label = "交给权益专人"
    success_message = "已交给权益专人。"
    keeps_once_key = False

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return reverse("safety:help")

    def save(self, form):
        data = form.cleaned_data
        report_risk(
            area=data["area"], source=data["source"], by=self.request.user, signs=data["signs"], text=data["text"],
            subject_name=data["subject_name"], informant=form.informant_of(), key=once.parse_key(data.get("once_key")),
        )  # fmt: skip
        if not is_held("safety.view_riskreport", data["area"]):
            self.success_message = NOBODY
        return reverse("safety:help")


class ReportList(ScopedListView):
    permission = "safety.view_riskreport"
    model = RiskReport
    title = TITLE
    sorts = {"reported": ("-reported_on", "日期")}
    template_name = "safety/list.html"
    results_template = "safety/report_list/_results.html"
    keeps_filters = False

    def get_list(self):
        rows = self.get_rows().select_related("area")
        return rows.defer("source", "subject", "reporter", "signs", "text", "handled_note")

    def page_rows(self, items):
        read = readings(items)
        for report in items:
            report.was_read = report.pk in read
        return items


class ReportDetail(ScopedDetailView):
    """One report. Opening it is noted in the sealed trail and changes nothing: it waits until it is handled."""

    permission = "safety.view_riskreport"
    model = RiskReport
    template_name = "safety/report_detail.html"
    title = "有一条待办"
    log_reading = False

    def get_rows(self):
        return super().get_rows().select_related("area")

    def get_crumbs(self):
        return [(TITLE, reverse("safety:report_list"))]

    def get(self, request, *args, **kwargs):
        audit.record_sealed_read(self.get_row(), by=request.user)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        report = self.get_row()
        may_change = self.request.user.has_perm("safety.change_riskreport", report)
        is_open = report.state == ReportState.OPEN
        signs = report.signs if isinstance(report.signs, list) else []
        return super().get_context_data(
            subject=content(report.subject).get("name", ""),
            person=person_of(content(report.subject).get("resident"), self.request.user),
            reporter=content(report.reporter).get("name", ""),
            informant=content(content(report.reporter).get("informant")),
            told_at=moment_of(content(report.reporter).get("at")),
            readings=readings([report]).get(report.pk, []),
            signs=[Sign(code).label for code in signs if code in Sign.values],
            is_child=is_of_child(report),
            unreadable=isinstance(report.subject, Unreadable),
            may_handle=may_change and not is_of_child(report),
            may_open=is_open and self.request.user.has_perm("safety.add_safetyfile"),
            may_join=is_open
            and may_change
            and SafetyFile.objects.visible_to(self.request.user, WRITE).open().exists(),
            **kwargs,
        )


def content(value):
    """The dict of a sealed column; an unreadable one is empty."""
    return value if isinstance(value, dict) else {}


def moment_of(text):
    """The moment sealed inside a report, None when there is none."""
    return timezone.localtime(datetime.fromisoformat(text)) if text else None


class ReportHandle(FormView):
    permission = "safety.change_riskreport"
    model = RiskReport
    form_class = HandleForm
    title = TITLE
    template_name = "safety/entry_form.html"
    submit_label = "记下"
    keeps_once_key = False
    success_message = "已记下。"

    def get_form_kwargs(self):
        report = self.get_row()
        return {"initial": {"note": report.handled_note}, "version": report.version}

    def get_back_url(self):
        return reverse("safety:report_detail", args=[self.get_row().pk])

    def get_crumbs(self):
        return [(TITLE, reverse("safety:report_list"))]

    def save(self, form):
        data = form.cleaned_data
        handle_report(self.get_row(), note=data["note"], base_version=data["version"], by=self.request.user)
        return self.get_back_url()
