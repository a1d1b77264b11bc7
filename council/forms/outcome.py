"""Forms of resolutions and of what is to be done."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from concerns.forms.fields import DAY, LONG, check_deadline
from council.enums import ActionStatus, Body, Decision
from council.models import Action, Motion
from council.queries import owners
from fedhub.core.forms import FilterChoice, FilterForm, StaffForm, StaffModelForm
from fedhub.core.pictures import PicturesField

MOST_ACTIONS = 3
USUAL_DAYS = 30


class ResolveForm(StaffForm):
    """What was decided, and up to three things to do (more can be added afterwards)."""

    decision = forms.ChoiceField(label="决定", choices=Decision.choices)
    text = forms.CharField(label="议定内容", max_length=1000, widget=forms.Textarea({"rows": 4}))
    motion = forms.ModelChoiceField(
        label="依据的表决", queryset=Motion.objects.none(), required=False, empty_label="没有表决"
    )
    body = forms.ChoiceField(label="提交给", choices=[("", "不用"), *Body.choices], required=False)
    override = forms.CharField(
        label="未达条件仍然通过的理由", max_length=200, required=False, help_text="只有主席能写，会记在记录里。"
    )

    def __init__(self, *args, motions, area, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["motion"].queryset = motions
        self.fields["motion"].initial = motions.order_by("-pk").first()
        people, day = owners(area), timezone.localdate() + timedelta(days=USUAL_DAYS)
        self.sections = [("决定", ["decision motion", "text", "body override"])]
        for number in range(1, MOST_ACTIONS + 1):
            first = number == 1
            self.fields[f"content{number}"] = forms.CharField(label="做什么", max_length=100, required=first)
            self.fields[f"owner{number}"] = forms.ModelChoiceField(
                label="责任人", queryset=people, required=first, empty_label="请选"
            )
            self.fields[f"unit{number}"] = forms.CharField(label="责任单位", max_length=50, required=False)
            self.fields[f"due{number}"] = forms.DateField(
                label="完成时限", required=first, initial=day if first else None, **DAY
            )
            self.sections.append(
                (f"交办事项 {number}", [f"content{number}", f"owner{number} unit{number} due{number}"])
            )
        self.order_fields([name for _, rows in self.sections for row in rows for name in row.split()])

    def clean(self):
        cleaned = super().clean()
        for number in range(1, MOST_ACTIONS + 1):
            given = [cleaned.get(f"{name}{number}") for name in ("content", "owner", "due")]
            if (
                any(given)
                and not all(given)
                and not any(f"{n}{number}" in self.errors for n in ("content", "owner", "due"))
            ):
                self.add_error(f"content{number}", "每件事都要有内容、责任人和完成时限。")
            day = cleaned.get(f"due{number}")
            if day and day < timezone.localdate():
                self.add_error(f"due{number}", "完成时限不能早于今天。")
        return cleaned

    def actions(self):
        """The unsaved Actions."""
        data = self.cleaned_data
        return [
            Action(content=data[f"content{n}"], owner=data[f"owner{n}"], unit=data[f"unit{n}"], due_on=data[f"due{n}"])
            for n in range(1, MOST_ACTIONS + 1) if data.get(f"content{n}")
        ]  # fmt: skip


class ActionForm(StaffModelForm):
    class Meta:
        model = Action
        fields = ["content", "owner", "unit", "helpers", "due_on", "funding"]
        widgets = {"due_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}

    sections = [("交办事项", ["content", "owner unit", "helpers funding", "due_on"])]

    def __init__(self, *args, area, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset, self.fields["owner"].empty_label = owners(area), "请选"

    def clean_due_on(self):
        return check_deadline(self.cleaned_data["due_on"], "完成时限")


class ProgressForm(StaffForm):
    percent = forms.IntegerField(label="进度（%）", min_value=0, max_value=100)
    text = forms.CharField(label="进展", max_length=500, widget=forms.Textarea(LONG))
    cost = forms.DecimalField(label="这次花费（元）", min_value=0, max_digits=10, decimal_places=2, required=False)
    obstacle = forms.CharField(label="困难", max_length=200, required=False)
    before = PicturesField(label="办理前的照片", required=False)
    after = PicturesField(label="办理后的照片", required=False)

    sections = [("", ["percent cost", "text", "obstacle", "before", "after"])]

    def pictures(self):
        """`{"before": […], "after": […]}`."""
        return {kind: self.cleaned_data.get(kind) or [] for kind in ("before", "after")}


class HandInForm(ProgressForm):
    sections = [("", ["text", "cost", "before", "after"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["percent"], self.fields["obstacle"]


class EndForm(StaffForm):
    step = forms.ChoiceField(
        label="怎么结束", choices=[("hand_over", "转交其他单位"), ("stop", "终止")], widget=forms.RadioSelect
    )
    why = forms.CharField(label="说明", max_length=100)


class GiveForm(StaffForm):
    owner = forms.ModelChoiceField(label="责任人", queryset=User.objects.none(), empty_label=None)
    due_on = forms.DateField(label="完成时限", **DAY)
    reason = forms.CharField(label="原因", max_length=100)

    def __init__(self, *args, action, **kwargs):
        super().__init__(*args, version=action.version, **kwargs)
        self.fields["owner"].queryset, self.fields["owner"].initial = owners(action.area), action.owner_id
        self.fields["due_on"].initial = action.due_on

    def clean_due_on(self):
        return check_deadline(self.cleaned_data["due_on"], "完成时限")


class ActionFilterForm(FilterForm):
    status = FilterChoice(
        label="状态", required=False,
        choices=[("", "全部"), ("live", "没办完的"), ("late", "逾期的"), ("soon", "7 天内到期的"), *ActionStatus.choices],
    )  # fmt: skip
    person = FilterChoice(label="责任人", required=False, choices=[("", "全部"), ("me", "我")])

    def filter_status(self, actions, value):
        today = timezone.localdate()
        if value == "live":
            return actions.live()
        if value == "late":
            return actions.overdue(today)
        if value == "soon":
            return actions.live().filter(due_on__gte=today, due_on__lte=today + timedelta(days=7))
        return actions.filter(status=value)

    def filter_person(self, actions, value):
        return actions.filter(owner=self.user)


class RejectForm(StaffForm):
    why = forms.CharField(label="哪里还没办好", max_length=100)

    def clean_why(self):
        if not self.cleaned_data["why"].strip():
            raise ValidationError("请写明哪里还没办好。")
        return self.cleaned_data["why"]
