"""Forms about leave to open what is kept about a child."""

from django import forms
from django.utils import timezone

from fedhub.core.forms import FilterChoice, FilterForm, StaffForm
from households.enums import AccessState


class MinorAskForm(StaffForm):
    """Why; `rule` says in a sentence how long it holds."""

    why = forms.CharField(
        label="为什么要看", max_length=200, widget=forms.Textarea({"rows": 2}),
        help_text="写清楚做什么用，例如“带她办残疾证，要核对证件号”。",
    )  # fmt: skip

    def __init__(self, *args, rule, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["why"].help_text += rule


class MinorRefuseForm(StaffForm):
    why = forms.CharField(label="不同意的理由", max_length=200, widget=forms.Textarea({"rows": 2}))


class MinorFilterForm(FilterForm):
    state = FilterChoice(label="状态", required=False, choices=[("", "全部"), *AccessState.choices])
    who = FilterChoice(label="谁要看", required=False, choices=[("", "全部"), ("mine", "我申请的")])

    def filter_state(self, rows, value):
        return rows.filter(state=value)

    def filter_who(self, rows, value):
        return rows.filter(user=self.user)


class OpeningFilterForm(FilterForm):
    """A period, the present year unless told otherwise, and who."""

    start = forms.DateField(label="从", required=False, widget=forms.DateInput({"type": "date"}))
    end = forms.DateField(label="到", required=False, widget=forms.DateInput({"type": "date"}))
    q = forms.CharField(label="谁看的", required=False, max_length=50)

    def period(self):
        """`(first day, last day)`, either None for an open end."""
        self.is_valid()
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        today = timezone.localdate()
        return (start, end) if start or end else (today.replace(month=1, day=1), today)

    def apply(self, rows):
        start, end = self.period()
        rows = rows.filter(at__date__gte=start) if start else rows
        rows = rows.filter(at__date__lte=end) if end else rows
        return super().apply(rows)

    def filter_start(self, rows, value):
        return rows

    def filter_end(self, rows, value):
        return rows

    def filter_q(self, rows, value):
        return rows.filter(actor_name__contains=value.strip())
