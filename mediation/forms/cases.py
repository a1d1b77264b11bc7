"""Forms of cases: registering one, and what is written in it."""

from datetime import date

from django import forms
from django.utils import timezone

from accounts.models import User
from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, StaffForm
from fedhub.reference.lookup import choices
from households.forms.fields import ResidentPick
from households.models import Resident
from mediation.enums import CASE_COUNT_WORDS, RUNNING, CaseCount, CaseState, Origin, Refusal, SessionResult, Side
from mediation.figures import counted
from mediation.forms.leads import SEE_PEOPLE, TICKS, VIOLENCE, ByCode, PastDay, told
from mediation.kinds import kind_choices, of_category
from safety.law import CIVIL_MATTERS

SAFE = "不方便打电话的，写明几点、怎么找。"


class CaseForm(StaffForm):
    """What somebody asks to have mediated."""

    area = forms.ModelChoiceField(label="在哪个网格", queryset=Area.objects.none(), empty_label="请选")
    applied_on = PastDay(label="申请日期")
    kind = forms.ChoiceField(label="纠纷类型")
    origin = forms.ChoiceField(label="案件来源", choices=Origin.choices)
    facts = told("纠纷简要情况")
    request = told("申请事项")
    violence = forms.BooleanField(label=VIOLENCE, required=False, help_text=str(CIVIL_MATTERS))
    first = forms.CharField(label="申请人", max_length=50)
    first_resident = ResidentPick(label="申请人在册上的", required=False)
    first_agent = forms.CharField(label="申请人的代理人", max_length=50, required=False)
    first_contact = forms.CharField(label="怎么联系申请人", max_length=200, required=False, help_text=SAFE)
    second = forms.CharField(label="被申请人", max_length=50)
    second_resident = ResidentPick(label="被申请人在册上的", required=False)
    second_agent = forms.CharField(label="被申请人的代理人", max_length=50, required=False)
    second_contact = forms.CharField(label="怎么联系被申请人", max_length=200, required=False, help_text=SAFE)

    sections = [
        ("申请", ["area applied_on", "kind origin", "facts", "request", "violence"]),
        ("申请人", ["first first_resident", "first_agent first_contact"]),
        ("被申请人", ["second second_resident", "second_agent second_contact"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        places = Area.objects.visible_to(self.user, "mediation.add_case").active().order_by("code")
        self.fields["area"].queryset = places.filter(kind__in=["grid", "unit"])
        self.fields["applied_on"].initial = timezone.localdate()
        self.fields["kind"].choices = [("", "请选"), *kind_choices()]
        for name in ("first_resident", "second_resident"):
            _open_pick(self, name)

    def body(self):
        """The sealed part of the case."""
        data = self.cleaned_data
        parties = [_party(data, f"{name}_", data[name], side) for name, side in (("first", "a"), ("second", "b"))]
        return {"parties": parties, "facts": data["facts"], "request": data["request"], "lead": None}


def _open_pick(form, name):
    if form.user.has_perm(SEE_PEOPLE):
        form.fields[name].open_to(form.user, Resident.objects.visible_to(form.user, SEE_PEOPLE))
    else:
        del form.fields[name]


def _party(data, prefix, name, side):
    person = data.get(f"{prefix}resident")
    return {
        "name": name, "resident": person.pk if person else None, "side": side, "agent": data[f"{prefix}agent"],
        "contact": data[f"{prefix}contact"],
    }  # fmt: skip


class CaseFilterForm(ByCode):
    state = FilterChoice(
        label="状态", required=False, choices=[("", "没有结束的"), *CaseState.choices, ("all", "全部")]
    )
    kind = FilterChoice(label="类型", required=False)
    clock = FilterChoice(
        label="期限", required=False, choices=[("", "全部"), ("late", "超过期限"), ("waiting", "暂停的")]
    )
    mine = FilterChoice(
        label="调解员", required=False, choices=[("", "全部"), ("me", "我调解的"), ("none", "还没有指定")]
    )

    category = FilterChoice(label="大类", required=False)
    origin = FilterChoice(label="来源", required=False, choices=[("", "全部"), *Origin.choices])
    count = FilterChoice(label="统计口径", required=False, choices=[("", "不按口径"), *CaseCount.choices])
    since = forms.DateField(label="口径的日期从", required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label="到", required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].offer([("", "全部"), *kind_choices(form=False)])
        self.fields["category"].offer([("", "全部"), *choices("dispute_category", form=False)])

    @property
    def count_words(self):
        """The definition of the number that the list shows, '' without one."""
        return CASE_COUNT_WORDS.get(self.cleaned_data.get("count"), "")

    def filter_origin(self, rows, value):
        return rows.filter(origin=value)

    def filter_count(self, rows, value):
        data = self.cleaned_data
        return counted(rows, value, data.get("since") or date.min, data.get("until") or timezone.localdate())

    def filter_since(self, rows, value):
        return rows

    def filter_until(self, rows, value):
        return rows

    def apply(self, rows):
        rows = super().apply(rows)
        if not any(self.cleaned_data.get(name) for name in ("state", "count", "q")):
            rows = rows.filter(state__in=(CaseState.REGISTERED, *RUNNING))
        return rows

    def filter_state(self, rows, value):
        return rows if value == "all" else rows.filter(state=value)

    def filter_kind(self, rows, value):
        return rows.filter(kind=value)

    def filter_category(self, rows, value):
        return of_category(rows, value)

    def filter_clock(self, rows, value):
        return rows.late() if value == "late" else rows.filter(waiting_since__isnull=False)

    def filter_mine(self, rows, value):
        return rows.filter(officer=self.user if value == "me" else None)


class OfCase(StaffForm):
    """Something written in a case."""

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, **kwargs)
        self.case = case
        if "on" in self.fields:
            self.fields["on"].initial = timezone.localdate()
        for name in {"agreed", "signed", "present", "party"} & set(self.fields):
            if isinstance(self.fields[name], forms.ChoiceField):
                self.fields[name].choices = [
                    (str(place), f"{Side(one['side']).label} {one['name']}") for place, one in enumerate(case.parties)
                ]


class AcceptForm(OfCase):
    on = PastDay(label="受理日期")
    agreed = forms.MultipleChoiceField(label="谁同意调解（逐一问过）", widget=TICKS, required=False)
    words = told("审查的情况", required=False)


class RefuseForm(OfCase):
    on = PastDay(label="日期")
    ground = forms.ChoiceField(label="依据", choices=[("", "请选"), *Refusal.choices])
    words = told("告知了哪些别的途径")


class ReferForm(OfCase):
    words = told("为什么转、转到哪里（只有接办的人看得到）")
    violence = forms.BooleanField(
        label=VIOLENCE, required=False, help_text="勾了以后交给权益专人，页面上只写已转有关部门。"
    )


class TellForm(OfCase):
    on = PastDay(label="告知日期")
    signed = forms.MultipleChoiceField(label="谁在告知书上签了名", widget=TICKS, required=False)


class WordsForm(OfCase):
    on = PastDay(label="日期")
    words = told("情况")


class SessionForm(OfCase):
    on = PastDay(label="日期")
    place = forms.CharField(label="地点", max_length=60, initial="妇女调解微家")
    present = forms.MultipleChoiceField(label="到场的当事人", widget=TICKS, required=False)
    others = forms.CharField(label="其他在场的人、记录人", max_length=100, required=False)
    words = told("调解记录（双方都看得到的内容）", help_text="只给自己看的，写在“我的私人笔记”里。")
    result = forms.ChoiceField(label="这次的结果", choices=SessionResult.choices)
    violence = forms.BooleanField(
        label=VIOLENCE, required=False, help_text="勾了以后，这次写的交给权益专人，这里不再调解，页面上不说为什么。"
    )


class ExtendForm(OfCase):
    until = forms.DateField(label="延长到", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    agreed = forms.BooleanField(label="当事人都同意延长", required=False)
    words = told("为什么延长")


class ReasonForm(OfCase):
    words = told("原因")


class PartyForm(OfCase):
    name = forms.CharField(label="姓名", max_length=50)
    resident = ResidentPick(label="在册上的", required=False)
    side = forms.ChoiceField(label="地位", choices=Side.choices, initial=Side.OTHER)
    agent = forms.CharField(label="代理人", max_length=50, required=False)
    contact = forms.CharField(label="怎么联系", max_length=200, required=False, help_text=SAFE)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _open_pick(self, "resident")

    def party(self):
        """The party as it stands in the case."""
        return _party(self.cleaned_data, "", self.cleaned_data["name"], self.cleaned_data["side"])


class JoinForm(OfCase):
    person = forms.ModelChoiceField(label="谁调解", queryset=User.objects.none(), empty_label="请选")

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people
        self.fields["person"].label_from_instance = lambda user: user.name


class AssignForm(JoinForm):
    # Who led when the page was opened.
    was = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["was"].initial = self.case.officer_id


class FromLeadForm(StaffForm):
    """Makes a case of a lead."""

    request = told("双方要调解什么（申请事项）")
    contact = forms.CharField(label="怎么联系申请人", max_length=200, required=False, help_text=SAFE)
    agreed = forms.BooleanField(label="双方都同意调解", required=False)
    violence = forms.BooleanField(
        label=VIOLENCE, required=False, help_text="勾了以后，这次写的交给权益专人，这里不再调解，页面上不说为什么。"
    )

    def __init__(self, *args, lead, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contact"].initial = "" if lead.is_broken() else lead.body.get("contact", "")
