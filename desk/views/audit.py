"""The audit log for auditors and the chair; acts in the sealed compartment are in another table."""

from django import forms

from desk.actions import label_of_action
from fedhub.core.forms import FilterForm
from fedhub.core.models import AuditEvent
from fedhub.core.views import ScopedListView


class AuditFilterForm(FilterForm):
    q = forms.CharField(label="操作人", required=False)
    action = forms.CharField(label="动作", required=False, widget=forms.HiddenInput)
    day = forms.DateField(label="日期", required=False, widget=forms.DateInput({"type": "date"}))

    def filter_q(self, rows, value):
        return rows.filter(actor_name__contains=value)

    def filter_action(self, rows, value):
        return rows.filter(action=value)

    def filter_day(self, rows, value):
        return rows.filter(at__date=value)


class AuditList(ScopedListView):
    permission = "core.view_auditevent"
    model = AuditEvent
    title = "操作记录"
    filter_class = AuditFilterForm
    sorts = {"new": ("-at", "最新")}
    results_template = "desk/audit_list/_results.html"

    def get_rows(self):
        """Rows about places in scope, and acts without a place by people of the office."""
        ids = self.request.user.scope(self.permission)
        rows = AuditEvent.objects.all()
        if ids is None:
            return rows
        return rows.filter(area_id__in=ids) | rows.filter(actor_id=self.request.user.pk)

    def row(self, item):
        return {
            "at": item.at,
            "who": item.actor_name or "系统",
            "what": label_of_action(item.action),
            "reason": item.reason,
            "result": item.result,
            "address": item.address,
        }
