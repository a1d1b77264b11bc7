"""Forms of shifts."""

from django import forms

from fedhub.core.forms import StaffForm
from groups.forms.group import DAY, PlacedForm
from groups.forms.volunteer import MOMENT
from groups.models import Shift


class ShiftForm(PlacedForm):
    permission = "groups.confirm_service"

    class Meta:
        model = Shift
        fields = ["area", "kind", "what", "place", "on"]
        widgets = {"on": DAY}

    sections = [("服务", ["area", "kind what", "place on"])]


class TimeForm(StaffForm):
    started_at = forms.DateTimeField(label="开始", widget=MOMENT)
    ended_at = forms.DateTimeField(
        label="结束", widget=MOMENT, help_text="写实际的时间，不含路上；满半小时计 0.5 小时。"
    )
    why = forms.CharField(label="为什么更正（她看得到）", max_length=80)

    sections = [("应当是", ["started_at ended_at", "why"])]
