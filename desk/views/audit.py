"""The audit log for auditors and the chair, and the week's page of what was opened and taken out.

Acts in the sealed compartment are in another table.
"""

from datetime import date, timedelta

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from desk.actions import label_of_action
from desk.queries import week_of, week_oversight
from fedhub.core.forms import FilterForm
from fedhub.core.models import AuditEvent
from fedhub.core.text import chinese_date
from fedhub.core.views import ScopedListView, StaffPage

# A week has seven days, and the first and the last day of the calendar have none beside them.
WEEK = {"required": False, "validators": [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 1, 1))]}


class AuditFilterForm(FilterForm):
    q = forms.CharField(label="操作人", required=False)
    action = forms.CharField(label="动作", required=False, widget=forms.HiddenInput)
    day = forms.DateField(label="日期", required=False, widget=forms.DateInput({"type": "date"}))
    week = forms.DateField(label="这一周", widget=forms.HiddenInput, **WEEK)

    def filter_q(self, rows, value):
        return rows.filter(actor_name__contains=value)

    def filter_action(self, rows, value):
        return rows.filter(action=value)

    def filter_day(self, rows, value):
        return rows.filter(at__date=value)

    def filter_week(self, rows, value):
        start, end = week_of(value)
        return rows.filter(at__gte=start, at__lt=end)


class AuditList(ScopedListView):
    permission = "core.view_auditevent"
    model = AuditEvent
    title = "操作记录"
    filter_class = AuditFilterForm
    sorts = {"new": ("-at", "最新")}
    results_template = "desk/audit_list/_results.html"

    def row(self, item):
        return {
            "at": item.at,
            "who": item.actor_name or "系统",
            "what": label_of_action(item.action),
            "reason": item.reason,
            "result": item.result,
            "address": item.address,
        }


class WeekForm(forms.Form):
    week = forms.DateField(**WEEK)


class Oversight(StaffPage):
    """每周查看与导出: who opened how many masked values and why, and which exports were whole (decision 34)."""

    permission = "core.view_auditevent"
    title = "每周查看与导出"
    template_name = "desk/oversight.html"

    def get_context_data(self, **kwargs):
        form = WeekForm(self.request.GET)
        day = (form.is_valid() and form.cleaned_data["week"]) or timezone.localdate()
        monday = day - timedelta(days=day.weekday())
        people, exports = week_oversight(self.request.user, monday)
        return super().get_context_data(
            monday=monday,
            meta=[f"{chinese_date(monday)} 至 {chinese_date(monday + timedelta(days=6))}"],
            people=people,
            exports=exports,
            earlier=monday - timedelta(days=7),
            later=monday + timedelta(days=7) if monday + timedelta(days=7) <= timezone.localdate() else None,
            **kwargs,
        )
