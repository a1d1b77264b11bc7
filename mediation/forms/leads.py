"""Forms of leads: recording one, and what is written about it."""

from django import forms
from django.utils import timezone

from accounts.models import User
from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, FilterForm, StaffForm
from fedhub.reference.lookup import choices
from households.forms.fields import ResidentPick
from households.models import Resident
from mediation.enums import Count, LeadState, Risk
from mediation.kinds import kind_choices
from mediation.queries import count_words
from safety.law import CIVIL_MATTERS

SEE_PEOPLE = "households.view_resident"
LONG = forms.Textarea({"rows": 4})
TICKS = forms.CheckboxSelectMultiple
VIOLENCE = "有打骂、威胁、跟踪、伤人，或者有人害怕"


class PastDay(forms.DateField):
    """A day that is not after today."""

    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")

    def validate(self, value):
        super().validate(value)
        if value and value > timezone.localdate():
            raise forms.ValidationError("不能晚于今天。")


def told(label, required=True, **more):
    return forms.CharField(label=label, required=required, max_length=2000, widget=LONG, **more)


class LeadForm(StaffForm):
    """A conflict heard of. A party from the files is chosen by whoever sees people, others write the name."""

    area = forms.ModelChoiceField(label="在哪个网格", queryset=Area.objects.none(), empty_label="请选")
    found_on = PastDay(label="排查日期")
    first = forms.CharField(label="当事人一方", max_length=50)
    first_resident = ResidentPick(label="一方在册上的", required=False)
    second = forms.CharField(label="另一方", max_length=50, required=False)
    second_resident = ResidentPick(label="另一方在册上的", required=False)
    contact = forms.CharField(
        label="怎么联系才方便", max_length=200, required=False, help_text="不方便打电话的，写明几点、怎么找她。"
    )
    kind = forms.ChoiceField(label="纠纷类型")
    level = forms.ChoiceField(label="风险等级", choices=Risk.choices, initial=Risk.GREEN)
    watch = forms.MultipleChoiceField(label="关注的情况", widget=TICKS, required=False)
    minors = forms.BooleanField(label="涉及未成年人", required=False)
    elders = forms.BooleanField(label="涉及老人", required=False)
    words = told("主要矛盾（听到、看到的）")
    violence = forms.BooleanField(label=VIOLENCE, required=False, help_text=str(CIVIL_MATTERS))

    sections = [
        ("线索", ["area found_on", "kind level", "words", "violence"]),
        ("当事人", ["first first_resident", "second second_resident", "contact"]),
        ("情况", ["watch", "minors elders"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        places = Area.objects.visible_to(self.user, "mediation.add_lead").active().order_by("code")
        self.fields["area"].queryset = places.filter(kind__in=["grid", "unit"])
        self.fields["found_on"].initial = timezone.localdate()
        self.fields["kind"].choices = [("", "请选"), *kind_choices()]
        self.fields["watch"].choices = choices("dispute_watch")
        for name in ("first_resident", "second_resident"):
            if self.user.has_perm(SEE_PEOPLE):
                self.fields[name].open_to(self.user, Resident.objects.visible_to(self.user, SEE_PEOPLE))
            else:
                del self.fields[name]

    def body(self):
        """The sealed part of the lead."""
        data = self.cleaned_data
        parties = []
        for name in ("first", "second"):
            person = data.get(f"{name}_resident")
            if data.get(name) or person:
                parties.append({"name": data.get(name) or person.name, "resident": person.pk if person else None})
        return {"parties": parties, **{k: data[k] for k in ("contact", "words", "watch", "minors", "elders")}}


class ByCode(FilterForm):
    """Finds the matter that a code names, in whatever state it is."""

    q = forms.CharField(label="代号", required=False, max_length=20)

    def filter_q(self, rows, value):
        return rows.filter(code=value.strip().upper())


class LeadFilterForm(ByCode):
    state = FilterChoice(
        label="状态",
        required=False,
        choices=[("", "要办的"), *LeadState.choices, ("look", "等回看的"), ("all", "全部")],
    )
    level = FilterChoice(label="等级", required=False, choices=[("", "全部"), *Risk.choices])
    kind = FilterChoice(label="类型", required=False)
    count = FilterChoice(label="统计口径", required=False, choices=[("", "不按口径"), *Count.choices])
    mine = FilterChoice(
        label="包案", required=False, choices=[("", "全部"), ("me", "我包案的"), ("none", "还没有人包案")]
    )
    since = forms.DateField(label="排查日期从", required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label="到", required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].offer([("", "全部"), *kind_choices(form=False)])

    def apply(self, rows):
        rows = super().apply(rows)
        if not any(self.cleaned_data.get(name) for name in ("state", "count", "q")):
            rows = rows.to_do()
        return rows

    def filter_state(self, rows, value):
        if value == "look":
            return rows.filter(state=LeadState.CLOSED, next_on__isnull=False)
        return rows if value == "all" else rows.filter(state=value)

    def filter_level(self, rows, value):
        return rows.filter(level=value)

    def filter_kind(self, rows, value):
        return rows.filter(kind=value)

    def filter_count(self, rows, value):
        return rows.counted(value)

    def filter_mine(self, rows, value):
        return rows.filter(officer=self.user if value == "me" else None)

    def filter_since(self, rows, value):
        return rows.filter(found_on__gte=value)

    def filter_until(self, rows, value):
        return rows.filter(found_on__lte=value)

    @property
    def count_words(self):
        """The definition of the number that the list shows, '' without one."""
        count = self.cleaned_data.get("count")
        return count_words(count) if count else ""


class PeriodForm(FilterForm):
    since = forms.DateField(label="排查日期从", required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label="到", required=False, widget=forms.DateInput({"type": "date"}))

    def apply(self, rows):
        self.is_valid()
        return rows


class DayForm(StaffForm):
    """Something done on a day."""

    on = PastDay(label="日期")

    def __init__(self, *args, lead, **kwargs):
        super().__init__(*args, **kwargs)
        self.lead = lead
        if "on" in self.fields:
            self.fields["on"].initial = timezone.localdate()


class ChatForm(DayForm):
    words = told("谈了什么")
    causes = forms.MultipleChoiceField(label="成因", widget=TICKS, required=False)
    cause = told("根源在哪里", required=False)
    advice = told("给了什么建议", required=False)
    violence = forms.BooleanField(
        label=VIOLENCE, required=False, help_text="勾了以后，这次写的交给权益专人，这里不再调解，页面上不说为什么。"
    )

    sections = [("", ["on", "words", "violence", "causes", "cause", "advice"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["causes"].choices = choices("dispute_cause")


class ConfirmForm(DayForm):
    level = forms.ChoiceField(label="核实的风险等级", choices=Risk.choices)
    words = told("核实的情况")

    sections = [("", ["on level", "words"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["level"].initial = self.lead.level


class LevelForm(DayForm):
    level = forms.ChoiceField(label="改为", choices=Risk.choices)
    why = told("为什么")

    sections = [("", ["on level", "why"])]


class WordsForm(DayForm):
    words = told("情况")


class LookForm(DayForm):
    calm = forms.ChoiceField(
        label="看到的", choices=[("", "请选"), ("yes", "平稳，没有再闹"), ("no", "又闹起来了，重新办理")]
    )
    words = told("看到、问到的情况")


class ReopenForm(DayForm):
    on = None
    words = told("为什么重新办理")


class ReferForm(DayForm):
    on = None
    to = forms.ChoiceField(
        label="转到哪里", choices=[("", "请选"), ("mediation", "街道、行业调解组织"), ("legal", "法律援助"), ("court", "法院"),
                              ("police", "公安"), ("mind", "心理、医疗"), ("other", "其他")],
        help_text="转了以后这里不再调解，页面上只写已转有关部门。",
    )  # fmt: skip


class AssignForm(DayForm):
    on = None
    person = forms.ModelChoiceField(label="谁包案", queryset=User.objects.none(), empty_label="请选")
    # Who had it when the page was opened.
    was = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["was"].initial = self.lead.officer_id
        self.fields["person"].queryset = people
        self.fields["person"].label_from_instance = lambda user: user.name
