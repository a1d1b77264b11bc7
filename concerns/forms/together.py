"""Merging concerns and taking them apart again."""

from django import forms

from concerns.models import Concern
from fedhub.core.forms import FilterForm, StaffForm, TicksField


class JoinFilterForm(FilterForm):
    """Empty: those that are most likely the same matter."""

    q = forms.CharField(label="编号或诉求", required=False)

    def filter_q(self, concerns, value):
        return concerns.filter(title__contains=value) | concerns.filter(number__contains=value.upper())


class JoinForm(StaffForm):
    """Which of the chosen leads the others, and why they are one matter."""

    lead = forms.ModelChoiceField(
        label="以哪一件为主件", queryset=Concern.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    reason = forms.CharField(label="原因", max_length=100, required=False, help_text="例如“同一盏路灯”。")

    sections = [("", ["lead", "reason"])]

    def __init__(self, *args, leads, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = leads
        self.fields["lead"].label_from_instance = lambda c: f"{c.number} {c.title}（{c.get_status_display()}）"
        self.fields["lead"].help_text = "办得最远的可以做主件。"


class PartForm(StaffForm):
    """Which of those that follow go their own way again."""

    concerns = TicksField(
        label="拆出哪几件", queryset=Concern.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请勾要拆出的诉求。", "invalid_choice": "有的已经拆出来了，请刷新后再看。"},
    )  # fmt: skip

    def __init__(self, *args, followers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["concerns"].queryset = followers
        self.fields["concerns"].label_from_instance = lambda c: f"{c.number} {c.title}（{c.get_status_display()}）"
