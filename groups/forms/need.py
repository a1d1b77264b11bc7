"""Forms of service needs and of what is agreed with volunteers."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, FilterForm, MaskedField, StaffForm, StaffModelForm
from groups.enums import FreeTime, ServiceKind
from groups.forms.group import DAY, LONG
from groups.forms.volunteer import MOMENT, ticks
from groups.models import ServiceNeed, VolunteerRecord
from groups.need_enums import NeedSource, NeedState, OfferSide, RecordKind, Strain, Tongue
from households.enums import ConsentHow
from households.forms.fields import ResidentPick, day_field, no_later_than_today
from households.models import Household, Resident
from households.services.plan import home_of

ADD = "groups.add_serviceneed"
HALF_HOURS = [(n, f"{n / 2:g} 小时") for n in range(1, 17)]
TERM_DAYS = 90
NO_POINTS = "评价要打 1—5 分。"


class NeedForm(StaffModelForm):
    """For somebody at home (her family is found by her), or at a place."""

    resident = ResidentPick(label="为谁（去家里服务的；未成年人的，选代她答应的家人）", required=False)
    detail = MaskedField(label="细节（双方同意以后志愿者才看得到）", max_length=300, required=False)
    times = ticks("什么时候", FreeTime.choices)
    tongues = ticks("要会说什么话（普通话不用选）", Tongue.choices)
    strains = ticks("对身体的要求", Strain.choices)
    half_hours = forms.TypedChoiceField(label="每次多久", choices=HALF_HOURS, coerce=int, initial=4)

    class Meta:
        model = ServiceNeed
        fields = [
            "resident", "area", "place", "kind", "what", "detail", "times", "rhythm", "half_hours", "until", "wanted", "near",
            "skill", "tongues", "only_women", "strains", "at_night", "risky", "risks",
        ]  # fmt: skip
        widgets = {"until": DAY, "risks": LONG}
        help_texts = {
            "what": "例如：辅导四年级数学。志愿者在双方同意以前就看到，不写姓名、住址、电话。",
            "risky": "巡查、应急、登高、陪护情绪不稳的人等",
            "skill": "例如：数学、量血压",
            "until": "到这天还没有说定，就算过期",
        }

    sections = [
        ("为谁", ["resident", "area place"]),
        ("要做什么", ["kind what", "detail", "times", "rhythm half_hours", "until wanted"]),
        ("想要什么样的志愿者", ["near skill", "tongues", "only_women"]),
        ("安全", ["strains", "at_night risky", "risks"]),
    ]

    def __init__(self, *args, person=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.home = None
        if self.instance.pk:
            for name in ("resident", "area", *(["place"] if self.instance.is_at_home else [])):
                del self.fields[name]
            return
        self.fields["until"].initial = timezone.localdate() + timedelta(days=TERM_DAYS)
        self.fields["resident"].open_to(self.user, Resident.objects.visible_to(self.user, ADD))
        self.fields["resident"].initial = person.pk if person else None
        places = Area.objects.visible_to(self.user, ADD).active().filter(kind__in=["community", "grid"])
        self.fields["area"].queryset = places.order_by("code")
        self.fields["area"].required, self.fields["area"].empty_label = False, "—"
        self.fields["area"].label = "在哪个社区、网格"

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk:
            return cleaned
        person = cleaned.get("resident")
        if person is not None:
            cleaned["place"] = ""
            self.home = home_of(person)
            mine = Household.objects.visible_to(self.user, ADD)
            if self.home is None or not mine.filter(pk=self.home.pk).exists():
                self.add_error("resident", "她现在没有登记住在哪一户，先登记，或者写地点。")
            else:
                self.instance.household = self.home
                cleaned["area"] = self.home.area
        elif "resident" not in self.errors:
            if not cleaned.get("place"):
                self.add_error("place", "请选为谁，或者写在哪里服务。")
            if cleaned.get("area") is None:
                self.add_error("area", "请选在哪个社区、网格。")
        return cleaned


class NeedFilterForm(FilterForm):
    q = forms.CharField(label="编号、要做什么", required=False, max_length=40)
    kind = FilterChoice(label="哪种服务", required=False, choices=[("", "全部"), *ServiceKind.choices])
    time = FilterChoice(label="什么时候", required=False, choices=[("", "不限"), *FreeTime.choices])
    source = FilterChoice(label="从哪里来", required=False, choices=[("", "全部"), *NeedSource.choices])
    state = FilterChoice(
        label="状态", required=False, choices=[("", "没有结束的"), *NeedState.choices, ("all", "全部")]
    )

    def apply(self, rows):
        self.is_valid()
        return super().apply(rows if self.cleaned_data.get("state") else rows.wanting())

    def filter_q(self, rows, value):
        value = value.strip()
        return (
            rows.filter(number=value.upper()) if value.upper().startswith("FW") else rows.filter(what__contains=value)
        )

    def filter_kind(self, rows, value):
        return rows.filter(kind=value)

    def filter_time(self, rows, value):
        return rows.at_time(value)

    def filter_source(self, rows, value):
        return rows.filter(source=value)

    def filter_state(self, rows, value):
        return rows if value == "all" else rows.filter(state=value)


class RenewForm(StaffForm):
    until = day_field("延长到哪天", initial=lambda: timezone.localdate() + timedelta(days=TERM_DAYS))


class ConsentForm(StaffForm):
    """How the family agreed that this volunteer is told who they are."""

    how = forms.ChoiceField(
        label="怎么同意的",
        choices=[one for one in ConsentHow.choices if one[0] != ConsentHow.ONLINE],
        widget=forms.RadioSelect,
        initial=ConsentHow.ORAL,
    )
    witness = forms.CharField(label="见证人（口头同意的）", max_length=50, required=False)

    sections = [("家庭的单独同意", ["how", "witness"])]


class TakeBackForm(StaffForm):
    side = forms.ChoiceField(label="谁收回的", choices=OfferSide.choices, widget=forms.RadioSelect)
    why = forms.CharField(label="为什么", max_length=100, widget=LONG)


class PlanForm(StaffForm):
    on = day_field("哪天")
    what = forms.CharField(label="做什么（不写姓名、住址）", max_length=60)

    sections = [("", ["on", "what"])]


class DoneForm(StaffForm):
    what = forms.CharField(label="做了什么", max_length=60)
    started_at = forms.DateTimeField(label="开始", widget=MOMENT)
    ended_at = forms.DateTimeField(label="结束", widget=MOMENT, help_text="写实际的时间，不含路上。")

    sections = [("", ["what", "started_at ended_at"])]


class RecordForm(StaffModelForm):
    """A training, an honour or an evaluation."""

    points = forms.TypedChoiceField(
        label="评价（1—5 分）", required=False, coerce=int, empty_value=None,
        choices=[("", "—"), *((n, f"{n} 分") for n in range(5, 0, -1))],
    )  # fmt: skip

    class Meta:
        model = VolunteerRecord
        fields = ["kind", "on", "what", "giver", "points"]
        widgets = {"on": DAY}
        help_texts = {"what": "她在自己的页面上看得到。"}

    sections = [("", ["kind on", "what", "giver points"])]

    def clean_on(self):
        return no_later_than_today(self.cleaned_data["on"])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") != RecordKind.RATING:
            cleaned["points"] = None
        elif cleaned.get("points") is None:
            self.add_error("points", NO_POINTS)
        return cleaned
