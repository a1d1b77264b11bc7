"""Forms of shifts."""

from django import forms

from fedhub.core.forms import StaffForm
from groups.forms.group import DAY, LONG, PlacedForm, WhyForm
from groups.forms.volunteer import MOMENT
from groups.models import Shift, Volunteer


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


class CallOffForm(WhyForm):
    why = forms.CharField(label="为什么取消（要来的人看得到）", max_length=100, widget=LONG)


class ComingForm(StaffForm):
    """A volunteer of the community who is not on the list yet."""

    volunteer = forms.ModelChoiceField(Volunteer.objects.none(), label="志愿者")
    sections = [("", ["volunteer"])]

    def __init__(self, *args, shift, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Volunteer.objects.visible_to(self.user).active().filter(area=shift.area_id)
        there = shift.coming.standing().values("volunteer")
        self.fields["volunteer"].queryset = rows.exclude(pk__in=there).order_by("name", "pk")
