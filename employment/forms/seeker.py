"""Forms of job seekers. Neither marriage nor children are asked for."""

from django import forms

from accounts.queries import holders_at
from employment.enums import JobKind, SeekerEnd, SeekerState, WorkKind
from employment.forms.filters import FigureFilters, PersonFilter
from employment.models import CirclePerson, Difficulty, Seeker, Skill
from fedhub.core.forms import FilterChoice, MaskedField, StaffForm, StaffModelForm
from fedhub.reference.lookup import choices
from households.forms.fields import ResidentPick, coded, day_field, no_later_than_today
from households.models import Resident

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
HOUR = forms.TimeInput({"type": "time"}, format="%H:%M")
TICKS = forms.CheckboxSelectMultiple
YES_NO = [("", "不清楚"), ("yes", "参加了"), ("no", "没有参加")]


class SeekerForm(StaffModelForm):
    """Who she is to the labour office, what she wishes, who walks with her."""

    resident = ResidentPick(label="居民", help_text="按姓名、电话、住址找。要满 16 周岁，先有出生日期。")
    wanted = forms.MultipleChoiceField(label="想做什么（最多三样）", choices=JobKind.choices, widget=TICKS)
    work_kinds = forms.MultipleChoiceField(label="用工形式", choices=WorkKind.choices, widget=TICKS, required=False)
    is_insured = forms.TypedChoiceField(
        label="社会保险", choices=YES_NO, required=False, empty_value=None, coerce=lambda value: value == "yes"
    )
    pay_from = forms.IntegerField(label="每月至少多少元", min_value=0, max_value=100_000, required=False)
    walk_minutes = forms.IntegerField(label="步行最多几分钟", min_value=1, max_value=300, required=False)
    limits = MaskedField(
        label="身体条件限制",
        max_length=200,
        required=False,
        help_text="本人愿意说才写，例如“不能久站”。不给用人单位看。",
    )
    note = forms.CharField(label="想要什么帮助", max_length=300, required=False, widget=forms.Textarea({"rows": 2}))

    class Meta:
        model = Seeker
        fields = [
            "resident", "source", "occupation", "lost_on", "lost_why", "work_number", "is_insured", "wanted", "work_kinds",
            "pay_from", "walk_minutes", "free_from", "free_until", "free_weekends", "wants_training", "wants_business",
            "note", "limits", "lead",
        ]  # fmt: skip
        widgets = {"lost_on": DAY, "free_from": HOUR, "free_until": HOUR}
        help_texts = {"free_until": "上学时段的班（妈妈岗）：例如 8:30 以后、15:30 以前。"}

    sections = [
        ("求职人", ["resident", "source occupation", "lost_on lost_why", "work_number is_insured"]),
        ("想要的工作", ["wanted", "work_kinds", "free_from free_until", "free_weekends", "walk_minutes pay_from"]),
        ("帮助", ["wants_training wants_business", "note", "limits", "lead"]),
    ]

    def __init__(self, *args, resident=None, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["resident"]
            insured = self.instance.is_insured
            self.initial["is_insured"] = "" if insured is None else "yes" if insured else "no"
            area = self.instance.resident.area
        else:
            self.fields["resident"].open_to(
                self.user, Resident.objects.visible_to(self.user, "employment.add_seeker").active()
            )
            self.fields["resident"].initial = resident.pk if resident else None
            area = resident.area if resident else None
        field = self.fields["lead"]
        if area is None:
            del self.fields["lead"]
        else:
            field.queryset = holders_at("employment.change_seeker", area, [self.instance.lead_id])
            field.empty_label, field.initial = None, self.instance.lead_id or self.user.pk

    def clean_wanted(self):
        wanted = self.cleaned_data["wanted"]
        if len(wanted) > 3:
            raise forms.ValidationError("最多选三样。")
        return wanted

    def clean_lost_on(self):
        return no_later_than_today(self.cleaned_data["lost_on"])


class SeekerFilterForm(FigureFilters, PersonFilter):
    opens = "seeker_list"
    state = FilterChoice(
        label="状态", required=False, choices=[("", "没有注销的"), *SeekerState.choices, ("all", "全部")]
    )
    wanted = FilterChoice(label="想做什么", required=False, choices=[("", "全部"), *JobKind.choices])
    difficulty = FilterChoice(label="就业困难", required=False)
    more = FilterChoice(
        label="其他", required=False,
        choices=[("", "全部"), ("mine", "我负责的"), ("training", "想参加培训"), ("hours", "只有一段时间"),
                 ("business", "想创业")],
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["difficulty"].offer([("", "全部"), *choices("job_difficulty", form=False)])

    def usual(self, rows):
        return rows.open()

    def filter_state(self, rows, value):
        return rows if value == "all" else rows.filter(state=value)

    def filter_wanted(self, rows, value):
        return rows.who_want(value)

    def filter_difficulty(self, rows, value):
        return rows.in_difficulty(value)

    def filter_more(self, rows, value):
        if value == "mine":
            return rows.filter(lead=self.user)
        if value == "training":
            return rows.filter(wants_training=True)
        if value == "business":
            return rows.filter(wants_business=True)
        return rows.filter(free_until__isnull=False)


class SeekerCloseForm(StaffForm):
    end_why = forms.ChoiceField(label="为什么注销", choices=[("", "请选"), *SeekerEnd.choices])


class DifficultyForm(StaffModelForm):
    kind = coded("job_difficulty", "困难类型", required=True, blank="请选")

    class Meta:
        model = Difficulty
        fields = ["kind", "authority", "certificate", "valid_from", "valid_to"]
        widgets = {"valid_from": DAY, "valid_to": DAY}
        help_texts = {"authority": "由人社部门认定，这里抄认定书，不在这里认定。", "valid_to": "没有写期限的空着。"}

    sections = [("就业困难认定", ["kind", "authority certificate", "valid_from valid_to"])]

    def clean_valid_from(self):
        return no_later_than_today(self.cleaned_data["valid_from"])


class DifficultyEndForm(StaffForm):
    on = day_field("到哪天止")


class SkillForm(StaffModelForm):
    class Meta:
        model = Skill
        fields = ["kind", "level", "title", "number", "issuer", "issued_on"]
        widgets = {"issued_on": DAY}

    sections = [("技能和证书", ["kind level", "title number", "issuer issued_on"])]

    def clean_issued_on(self):
        return no_later_than_today(self.cleaned_data["issued_on"])

    def clean(self):
        data = super().clean()
        if data.get("level") == "none" and (data.get("number") or data.get("title")):
            self.add_error("level", "写了证书，请选等级；没有等级的选“专项能力”。")
        return data


class SkillVoidForm(StaffForm):
    why = forms.CharField(label="为什么作废", max_length=60)


class CircleForm(StaffModelForm):
    class Meta:
        model = CirclePerson
        fields = ["user", "does"]
        help_texts = {"does": "例如：陪同面试、联系培训、帮忙照看办事。"}

    sections = [("跟进小组", ["user", "does"])]

    def __init__(self, *args, seeker, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        field.queryset = holders_at("employment.view_seeker", seeker.resident.area).exclude(pk=seeker.lead_id)
        field.empty_label = "请选"
