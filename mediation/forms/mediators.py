"""Forms about mediators, duty, and rounds of screening."""

from django import forms

from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, FilterForm, StaffForm, StaffModelForm
from households.forms.fields import ResidentPick
from households.models import Resident
from mediation.enums import MediatorKind, RoundAnswer, Slot
from mediation.models import Mediator, ScreeningRound
from mediation.models.mediator import FOREVER
from mediation.queries import staff_of

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
SEE_PEOPLE = "households.view_resident"


def communities(user, permission):
    """Communities where `user` keeps a micro-home."""
    return Area.objects.visible_to(user, permission).filter(kind="community", status="active").order_by("code")


class MediatorForm(StaffModelForm):
    resident = ResidentPick(
        label="本人的居民档案",
        required=False,
        help_text="住在本社区的要选：和当事人一家、同楼、亲戚的，系统自动回避。",
    )

    class Meta:
        model = Mediator
        fields = ["area", "name", "kind", "qualification", "user", "resident", "term_from", "term_to"]
        widgets = {"term_from": DAY, "term_to": DAY}
        help_texts = {"qualification": "例如：律师执业证、社会工作师、退休法官，擅长什么。"}

    sections = [("调解员", ["area", "name kind", "qualification", "user resident", "term_from term_to"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        places = communities(self.user, "mediation.add_mediator")
        self.fields["area"].queryset, self.fields["area"].label = places, "社区"
        self.fields["area"].empty_label = None
        if self.instance.pk:
            del self.fields["area"]
        place = self.instance.area if self.instance.pk else places.first()
        users = self.fields["user"]
        users.queryset = staff_of(place) if place else users.queryset.none()
        users.empty_label, users.label_from_instance = "没有工作账号", lambda one: one.name
        self.fields["kind"].help_text = "不当调解员、只看得到或者登记线索的工作人员，选“其他工作人员”，不用写聘期。"
        self.fields["term_to"].required = False
        self.fields["resident"].open_to(self.user, Resident.objects.visible_to(self.user, SEE_PEOPLE))

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == MediatorKind.STAFF:
            cleaned["term_to"] = FOREVER
            if not cleaned.get("user"):
                self.add_error("user", "请选她的工作账号。")
        elif not cleaned.get("term_to") and "term_to" not in self.errors:
            self.add_error("term_to", "请写聘期到哪天。")
        start, end = cleaned.get("term_from"), cleaned.get("term_to")
        if start and end and end < start:
            self.add_error("term_to", "不能早于聘期起。")
        return cleaned


class MediatorFilterForm(FilterForm):
    q = forms.CharField(label="搜索", required=False, max_length=50)
    kind = FilterChoice(label="身份", required=False, choices=[("", "全部"), *MediatorKind.choices])
    term = FilterChoice(label="聘期", required=False, choices=[("", "在聘期里的"), ("all", "全部")])

    def apply(self, rows):
        rows = super().apply(rows)
        return rows if self.cleaned_data.get("term") else rows.in_term()

    def filter_q(self, rows, value):
        return rows.filter(name__contains=value)

    def filter_kind(self, rows, value):
        return rows.filter(kind=value)

    def filter_term(self, rows, value):
        return rows


class StepBackForm(StaffForm):
    resident = ResidentPick(label="回避谁")
    kin = forms.BooleanField(label="是亲戚", required=False)
    why = forms.CharField(label="为什么", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resident"].open_to(self.user, Resident.objects.visible_to(self.user, SEE_PEOPLE))


class TurnForm(StaffForm):
    mediator = forms.ModelChoiceField(label="谁值班", queryset=Mediator.objects.none(), empty_label="请选")
    on = forms.DateField(label="日期", widget=DAY)
    slot = forms.ChoiceField(label="时段", choices=Slot.choices)

    sections = [("", ["mediator", "on slot"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Mediator.objects.visible_to(self.user, "mediation.change_mediator")
        self.fields["mediator"].queryset = (
            rows.filter(ended_on=None).exclude(kind=MediatorKind.STAFF).order_by("name", "pk")
        )


class RoundForm(StaffModelForm):
    class Meta:
        model = ScreeningRound
        fields = ["area", "title", "starts_on", "due_on"]
        widgets = {"starts_on": DAY, "due_on": DAY}

    sections = [("摸排", ["area", "title", "starts_on due_on"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = communities(self.user, "mediation.add_screeninground")
        self.fields["area"].label, self.fields["area"].empty_label = "社区", None

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("due_on")
        if start and end and end < start:
            self.add_error("due_on", "不能早于开始那天。")
        return cleaned


class AnswerForm(StaffForm):
    answer = forms.ChoiceField(label="排查结果", choices=RoundAnswer.choices, widget=forms.RadioSelect)
