"""A concern written down by staff, and the filters of the list."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from concerns.enums import Origin, Status
from concerns.figures import raised_in
from concerns.forms.fields import MonthField, ResidentField, topics
from concerns.forms.figures import FigureFilters
from concerns.models import Concern
from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, StaffModelForm

RAISED_BY_STAFF = [Origin.FRONT_DESK, Origin.HOTLINE, Origin.UPPER, Origin.SURVEY, Origin.COUNCIL]


NOBODY = UNDECIDED = "none"


class ConcernForm(StaffModelForm):
    """A concern written down by staff."""

    resident = ResidentField("提出人")

    class Meta:
        model = Concern
        fields = ["title", "topic", "origin", "resident", "area", "detail", "raised_on"]
        widgets = {"raised_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}
        labels = {"area": "网格（社区）"}
        help_texts = {
            "title": "一句话写清要办什么，不写伤害、隐私的细节。",
            "area": "选了提出人就不用选，按她所在的网格。",
        }

    sections = [("诉求", ["title", "topic origin", "detail"]), ("谁提的", ["resident area", "raised_on"])]

    def __init__(self, *args, household=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.household = household
        self.fields["topic"] = forms.ChoiceField(label="方面", choices=topics("不确定"), required=False)
        self.fields["origin"].choices = [(o.value, o.label) for o in RAISED_BY_STAFF]
        places = Area.objects.visible_to(self.user, "concerns.add_concern").active()
        self.fields["area"].queryset = places.filter(kind__in=["community", "grid", "unit"])
        self.fields["area"].required = False
        self.fields["area"].empty_label = "请选"
        self.fields["resident"].limit_to(self.user, "concerns.add_concern")
        if household is not None:
            del self.fields["area"]

    def clean_raised_on(self):
        day = self.cleaned_data["raised_on"]
        if day > timezone.localdate():
            raise ValidationError("提出日期不能晚于今天。")
        return day

    def clean(self):
        cleaned = super().clean()
        if self.household is None and not cleaned.get("area"):
            if cleaned.get("resident"):
                cleaned["area"] = cleaned["resident"].area
            elif "area" not in self.errors:
                self.add_error("area", "请选提出人，或者选网格（社区）。")
        return cleaned


class ConcernFilterForm(FigureFilters):
    q = forms.CharField(label="编号或内容", required=False)
    status = forms.ChoiceField(
        label="状态", choices=[("", "全部"), ("open", "没办结的"), *Status.choices], required=False
    )
    topic = forms.ChoiceField(label="方面", required=False)
    grid = forms.ModelChoiceField(label="网格", queryset=Area.objects.none(), required=False, empty_label="全部网格")
    person = FilterChoice(label="承办人", required=False)
    origin = FilterChoice(label="来源", required=False, choices=[("", "全部"), *Origin.choices])
    month = MonthField(label="提出月份", required=False)
    overdue = forms.BooleanField(label="只看逾期", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [*topics("全部"), (UNDECIDED, "没定方面")]
        places = Area.objects.visible_to(self.user, "concerns.view_concern")
        self.fields["grid"].queryset = places.filter(kind__in=["community", "grid"])
        people = User.objects.visible_to(self.user, "concerns.view_concern").order_by("name", "pk")
        officers = [(str(pk), name) for pk, name in people.values_list("pk", "name").distinct()]
        self.fields["person"].offer([("", "全部"), (NOBODY, "没有承办人"), *officers])

    def filter_q(self, concerns, value):
        return concerns.filter(title__contains=value) | concerns.filter(number__contains=value.upper())

    def filter_status(self, concerns, value):
        return concerns.open() if value == "open" else concerns.filter(status=value)

    def filter_topic(self, concerns, value):
        return concerns.filter(topic="" if value == UNDECIDED else value)

    def filter_grid(self, concerns, value):
        return concerns.filter(area__code__startswith=value.code)

    def filter_person(self, concerns, value):
        return concerns.filter(assigned_to=None if value == NOBODY else value)

    def filter_origin(self, concerns, value):
        return concerns.filter(origin=value)

    def filter_month(self, concerns, value):
        return raised_in(concerns, value, value)

    def filter_overdue(self, concerns, value):
        return concerns.overdue()
