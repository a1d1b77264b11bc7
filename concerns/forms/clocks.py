"""Standing still, more time, and asking the chair."""

from django import forms

from concerns.enums import ApprovalKind, ApprovalStatus, PauseReason
from concerns.forms.fields import DAY, LONG
from concerns.services.clocks import extends_until
from fedhub.areas.models import Area
from fedhub.core.forms import FilterForm, StaffForm
from fedhub.reference.lookup import rule


class PauseForm(StaffForm):
    """Why the clock stands still."""

    reason = forms.ChoiceField(label="等什么", choices=[("", "请选"), *PauseReason.choices])
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="写清等到什么时候再看。")


class ExtendForm(StaffForm):
    """The new day of closing and why; says how far and how often it may move and whether the chair has to allow it."""

    after = forms.DateField(label="延到", **DAY)
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(LONG))

    sections = [("", ["after", "reason"])]

    def __init__(self, *args, concern, **kwargs):
        super().__init__(*args, **kwargs)
        latest = extends_until(concern)
        self.fields["after"].initial = latest
        self.fields["after"].help_text = (
            f"现在的期限是 {concern.due_on:%Y-%m-%d}，这次最多延到 {latest:%Y-%m-%d}。"
            f"已延期 {concern.extensions} 次，最多 {rule('concern_extend_times')} 次。"
        )


class AskNotPossibleForm(StaffForm):
    reason = forms.CharField(
        label="为什么办不了",
        max_length=500,
        widget=forms.Textarea(LONG),
        help_text="也写还可以找谁，主席同意后再答复她。",
    )


class ReturnForm(StaffForm):
    note = forms.CharField(
        label="退回意见", max_length=500, widget=forms.Textarea(LONG), help_text="写清要补什么、先做什么。"
    )


class ApprovalFilterForm(FilterForm):
    state = forms.ChoiceField(
        label="状态", choices=[("", "待审批"), *ApprovalStatus.choices[1:], ("all", "全部")], required=False
    )
    kind = forms.ChoiceField(label="事项", choices=[("", "全部"), *ApprovalKind.choices], required=False)
    grid = forms.ModelChoiceField(label="网格", queryset=Area.objects.none(), required=False, empty_label="全部网格")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        places = Area.objects.visible_to(self.user, "concerns.approve_concern")
        self.fields["grid"].queryset = places.filter(kind__in=["community", "grid"])

    def apply(self, approvals):
        rows = super().apply(approvals)
        return rows if self.cleaned_data.get("state") else rows.filter(status=ApprovalStatus.ASKED)

    def filter_state(self, approvals, value):
        return approvals if value == "all" else approvals.filter(status=value)

    def filter_kind(self, approvals, value):
        return approvals.filter(kind=value)

    def filter_grid(self, approvals, value):
        return approvals.filter(concern__area__code__startswith=value.code)
