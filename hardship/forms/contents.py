"""Forms of what a file holds."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.queries import holders_at
from fedhub.core.forms import MaskedField, StaffForm, StaffModelForm
from fedhub.core.pictures import PicturesField
from fedhub.reference.lookup import choices
from hardship.enums import DangerGrade, Effect, EvidenceKind, MeasureState, NeedKind, NeedState
from hardship.models import Cause, Evidence, HomeFact, Measure, MemberFact, Need, Result, YearAccount
from households.forms.fields import coded, day_field, no_later_than_today
from households.queries import members_of

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def chosen(label, enum, **more):
    """A select of an enum that must be chosen; nothing is chosen beforehand."""
    return forms.ChoiceField(label=label, choices=[("", "请选"), *enum.choices], **more)


class HomeForm(StaffModelForm):
    danger = forms.ChoiceField(label="危房等级", choices=[("", "不是危房"), *DangerGrade.choices], required=False)

    class Meta:
        model = HomeFact
        fields = ["together", "square_metres", "old_courtyard", "danger", "supply", "debts"]

    sections = [("住房和家底", ["together square_metres", "old_courtyard danger", "supply", "debts"])]


class MemberForm(StaffModelForm):
    health = forms.MultipleChoiceField(
        label="健康", choices=lambda: choices("health_simple"), widget=forms.CheckboxSelectMultiple, required=False
    )
    illness = MaskedField(label="病名", max_length=100, required=False)
    disability_number = MaskedField(label="残疾证号", max_length=30, required=False)
    disability_kind = coded("disability_type", "残疾类别")
    disability_grade = coded("disability_grade", "残疾等级")
    labour = coded("labour_capacity", "劳动能力")

    class Meta:
        model = MemberFact
        fields = [
            "school", "health", "illness", "disability_number", "disability_kind", "disability_grade", "disability_until",
            "labour", "work", "income", "medical", "pension", "benefits",
        ]  # fmt: skip
        widgets = {"disability_until": DAY}

    sections = [
        ("上学和工作", ["school", "labour work", "income"]),
        ("健康", ["health", "illness", "disability_kind disability_grade", "disability_number disability_until"]),
        ("保险和补助", ["medical pension", "benefits"]),
    ]


class AccountForm(StaffModelForm):
    class Meta:
        model = YearAccount
        fields = [
            "year", "people", "wages", "business", "property", "transfers", "support", "illness", "schooling", "housing",
            "other", "note",
        ]  # fmt: skip

    sections = [
        ("年度", ["year people"]),
        ("收入（元）", ["wages business", "property transfers", "support"]),
        ("开支（元）", ["illness schooling", "housing other"]),
        ("", ["note"]),
    ]

    def clean_year(self):
        year = self.cleaned_data["year"]
        if not 2000 <= year <= 2999:
            raise ValidationError("请填四位数的年份，例如 2026。")
        return year

    def clean(self):
        cleaned = super().clean()
        for name in [n for _, rows in self.sections[1:3] for row in rows for n in row.split()]:
            if (cleaned.get(name) or 0) < 0:
                self.add_error(name, "不能小于 0。")
        if cleaned.get("people") == 0:
            self.add_error("people", "至少一个人。")
        return cleaned


class CauseForm(StaffModelForm):
    code = coded("hardship_cause", "原因", required=True, blank="请选")

    class Meta:
        model = Cause
        fields = ["code", "is_main", "words", "found_on"]
        widgets = {"found_on": DAY}

    sections = [("致困原因", ["code found_on", "is_main", "words"])]


class CauseCloseForm(StaffForm):
    on = day_field("哪天消除的")
    why = forms.CharField(label="怎么消除的", max_length=60)

    def clean_on(self):
        return no_later_than_today(self.cleaned_data["on"])


class MeasureForm(StaffModelForm):
    class Meta:
        model = Measure
        fields = ["goal", "item", "responsible", "unit", "resources", "starts_on", "due_on", "none_because"]
        widgets = {"starts_on": DAY, "due_on": DAY}
        help_texts = {"none_because": "这个季度没有措施的，写明原因，上面就不用填。"}

    sections = [
        ("措施", ["goal", "item", "responsible unit", "resources", "starts_on due_on"]), ("或者", ["none_because"]),
    ]  # fmt: skip

    def __init__(self, *args, area, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = holders_at("hardship.view_hardshipfile", area)
        self.fields["responsible"].empty_label = "不是妇联的人"


class MeasureEndForm(StaffForm):
    state = forms.ChoiceField(
        label="怎么样了", choices=[(s.value, s.label) for s in (MeasureState.DONE, MeasureState.DROPPED)],
        widget=forms.RadioSelect,
    )  # fmt: skip
    why = forms.CharField(label="不做的原因", max_length=60, required=False)


class ResultForm(StaffModelForm):
    effect = chosen("成效", Effect)

    class Meta:
        model = Result
        fields = ["on", "effect", "words"]
        widgets = {"on": DAY}

    sections = [("成效", ["on effect", "words"])]


class NeedForm(StaffModelForm):
    kind = chosen("种类", NeedKind)

    class Meta:
        model = Need
        fields = ["kind", "detail", "priority", "wished_on"]
        widgets = {"wished_on": DAY}

    sections = [("需求", ["kind priority", "detail", "wished_on"])]


class NeedEndForm(StaffForm):
    state = forms.ChoiceField(
        label="怎么样了",
        choices=[(s.value, s.label) for s in (NeedState.MET, NeedState.DROPPED)],
        widget=forms.RadioSelect,
    )
    outcome = forms.CharField(label="怎么解决的（为什么不需要了）", max_length=100)


class EvidenceForm(StaffModelForm):
    kind = chosen("材料", EvidenceKind)
    pictures = PicturesField(label="照片", required=False)

    class Meta:
        model = Evidence
        fields = ["kind", "resident", "number", "issuer", "issued_on", "valid_until", "seen_by", "seen_on"]
        widgets = dict.fromkeys(("issued_on", "valid_until", "seen_on"), DAY)
        help_texts = {"seen_by": "谁亲眼看过原件。"}

    sections = [
        ("材料", ["kind resident", "number issuer", "issued_on valid_until", "seen_by seen_on", "pictures"]),
    ]  # fmt: skip

    def __init__(self, *args, file, **kwargs):
        super().__init__(*args, **kwargs)
        people = {m.resident_id: m.resident for m in members_of(file.household)}
        self.fields["resident"] = forms.TypedChoiceField(
            label="是谁的", required=False, coerce=lambda pk: people[int(pk)], empty_value=None,
            choices=[("", "全家")] + [(pk, person.name) for pk, person in people.items()],
        )  # fmt: skip
        self.fields["seen_by"].queryset = holders_at("hardship.view_hardshipfile", file.area)
        self.fields["seen_by"].initial, self.fields["seen_by"].empty_label = self.user.pk, None
