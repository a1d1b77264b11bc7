"""Forms of volunteers, their services and certificates."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from fedhub.core.forms import FilterChoice, FilterForm, MaskedField, StaffForm, StaffModelForm
from fedhub.core.validators import validate_id_number
from groups.enums import FreeTime, ServiceKind, ServiceState, VolunteerState
from groups.forms.group import DAY, LONG, SEE_PEOPLE, PlacedForm
from groups.models import Service, Volunteer
from groups.need_enums import Strain, Tongue
from households.forms.fields import ResidentPick, day_field, use_codes
from households.models import Resident

MOMENT = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
SINCE_DAYS = 365


def ticks(label, choices):
    """Several of a list, kept as a list of codes."""
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


class VolunteerForm(PlacedForm):
    permission = "groups.add_volunteer"
    resident = ResidentPick(label="居民档案（住在本社区的）", required=False)
    id_number = MaskedField(label="身份证号", max_length=18, required=False)
    phone = MaskedField(label="电话", max_length=30, required=False)
    emergency = MaskedField(label="紧急联系人、电话", max_length=60, required=False)
    health = MaskedField(label="身体情况（有要注意的才写）", max_length=100, required=False)
    guardian = MaskedField(label="监护人、电话（未满十八周岁的）", max_length=60, required=False)
    address = MaskedField(label="住址（没有居民档案的）", max_length=120, required=False)
    kinds = ticks("能做什么", ServiceKind.choices)
    times = ticks("什么时候有空", FreeTime.choices)
    tongues = ticks("会说什么话（普通话不用选）", Tongue.choices)
    limits = ticks("不适合做的（本人说的）", Strain.choices)

    class Meta:
        model = Volunteer
        fields = [
            "area", "resident", "name", "sex", "birth", "id_number", "phone", "occupation", "education", "political", "address",
            "emergency", "kinds", "times", "skills", "tongues", "near", "cap", "health", "limits", "insurance", "insured_from",
            "insured_until", "trained", "guardian", "guardian_on", "guardian_paper", "told_risks", "agreed_on", "may_name",
        ]  # fmt: skip
        widgets = {"insured_from": DAY, "insured_until": DAY, "guardian_on": DAY, "agreed_on": DAY, "trained": LONG}
        help_texts = {
            "name": "选了居民档案的可以不填",
            "birth": "例如 1960-05-01，只知道年份写 1960",
            "insured_until": "有风险的服务（巡查、应急）先买保险，再安排（志愿服务条例第十七条）",
            "guardian_paper": "例如：纸质同意书，二号柜；未满十八周岁的，收到才能审核通过",
            "agreed_on": "不填就是今天",
            "told_risks": "服务内容、要求和可能的风险已当面说清楚（志愿服务条例第十二条）",
        }

    sections = [
        ("志愿者", ["area", "resident", "name sex", "birth id_number", "phone emergency", "occupation education", "political",
                 "address"]),
        ("能做的事", ["kinds", "times", "skills", "tongues", "near cap", "trained"]),
        ("安全", ["health", "limits", "insurance", "insured_from insured_until"]),
        ("未满十八周岁的", ["guardian guardian_on", "guardian_paper"]),
        ("同意", ["told_risks", "agreed_on", "may_name"]),
    ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resident"].open_to(self.user, Resident.objects.visible_to(self.user, SEE_PEOPLE))
        self.fields["name"].required = False
        use_codes(self, "sex", "education", "political")

    def clean_id_number(self):
        value = self.cleaned_data["id_number"]
        if isinstance(value, str) and value:
            validate_id_number(value)
            return value.upper()
        return value

    def clean(self):
        cleaned = super().clean()
        person = cleaned.get("resident")
        if person is not None:
            for name in ("name", "sex", "birth", "education", "political"):
                cleaned[name] = cleaned.get(name) or getattr(person, name)
        if not cleaned.get("name"):
            self.add_error("name", "请写姓名，或者选她的居民档案。")
        return cleaned


class VolunteerFilterForm(FilterForm):
    q = forms.CharField(label="姓名、编号", required=False, max_length=40)
    kind = FilterChoice(label="能做什么", required=False, choices=[("", "全部"), *ServiceKind.choices])
    time = FilterChoice(label="有空", required=False, choices=[("", "不限"), *FreeTime.choices])
    state = FilterChoice(
        label="状态", required=False, choices=[("", "没有退出的"), *VolunteerState.choices, ("all", "全部")]
    )

    def apply(self, rows):
        self.is_valid()
        gone = [VolunteerState.LEFT, VolunteerState.REFUSED]
        return super().apply(rows if self.cleaned_data.get("state") else rows.exclude(state__in=gone))

    def filter_q(self, rows, value):
        value = value.strip()
        return (
            rows.filter(number=value.upper()) if value.upper().startswith("ZY") else rows.filter(name__contains=value)
        )

    def filter_kind(self, rows, value):
        return rows.listing("kinds", value)

    def filter_time(self, rows, value):
        return rows.listing("times", value)

    def filter_state(self, rows, value):
        return rows if value == "all" else rows.filter(state=value)


class ServiceForm(StaffModelForm):
    class Meta:
        model = Service
        fields = ["kind", "what", "place", "started_at", "ended_at"]
        widgets = {"started_at": MOMENT, "ended_at": MOMENT}

    sections = [("服务", ["kind what", "place", "started_at ended_at"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ended_at"].required = True


class CorrectForm(ServiceForm):
    why = forms.CharField(label="为什么更正（她看得到）", max_length=80)

    sections = [("应当是", ["kind what", "place", "started_at ended_at"]), ("", ["why"])]

    def given(self):
        """What the corrected service says."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class ServiceFilterForm(FilterForm):
    state = FilterChoice(label="状态", required=False, choices=[("", "没有作废的"), *ServiceState.choices])
    kind = FilterChoice(label="服务", required=False, choices=[("", "全部"), *ServiceKind.choices])

    def apply(self, rows):
        self.is_valid()
        return super().apply(rows if self.cleaned_data.get("state") else rows.standing())

    def filter_state(self, rows, value):
        return rows.filter(state=value)

    def filter_kind(self, rows, value):
        return rows.filter(kind=value)


class CertifyForm(StaffForm):
    since = day_field("从哪天", initial=lambda: timezone.localdate() - timedelta(days=SINCE_DAYS))
    until = day_field("到哪天")
    issuer = forms.CharField(label="开具单位", max_length=60)
    head = forms.CharField(label="负责人", max_length=50)
    contact = forms.CharField(label="联系方式", max_length=60)
    purpose = forms.CharField(label="用途", max_length=60, required=False)

    sections = [("", ["since until", "issuer", "head contact", "purpose"])]
