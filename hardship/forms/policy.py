"""Forms of the library of policies: whom one is for is asked field by field and kept as data (hardship.policies)."""

from decimal import Decimal

from django import forms
from django.utils import timezone

from fedhub.core.forms import FilterChoice, FilterForm, StaffForm, StaffModelForm
from fedhub.reference.lookup import choices
from hardship.enums import EvidenceKind, Fit, PolicyKind, PolicyStepKind
from hardship.models import Policy, PolicyStep
from hardship.policies import SEXES
from households.enums import HousingKind
from households.queries import members_of

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
TICKS = forms.CheckboxSelectMultiple


def ticks(label, table, **more):
    """Codes of a table to tick."""
    return forms.MultipleChoiceField(
        label=label, choices=lambda: choices(table, form=False), widget=TICKS, required=False, **more
    )


class PolicyForm(StaffModelForm):
    categories = ticks("属于其中一类", "hardship_category")
    without = ticks("不能已经是", "hardship_category")
    sex = forms.ChoiceField(label="性别", choices=[("", "不限"), *SEXES.items()], required=False)
    age_from = forms.IntegerField(label="满多少周岁", min_value=0, max_value=120, required=False)
    age_to = forms.IntegerField(label="不超过多少周岁", min_value=0, max_value=120, required=False)
    grades = ticks("残疾等级", "disability_grade")
    health = ticks("健康状况", "health_simple")
    labour = ticks("劳动能力", "labour_capacity")
    income_times = forms.DecimalField(
        label="人均月收入不超过低保标准的几倍", min_value=Decimal("0.5"), max_value=5, decimal_places=1, required=False
    )
    income_most = forms.IntegerField(label="或者不超过多少元", min_value=1, max_value=100_000, required=False)
    housing = forms.MultipleChoiceField(label="住房", choices=HousingKind.choices, widget=TICKS, required=False)
    dangerous = forms.BooleanField(label="住危房、旧院落", required=False)
    proofs = forms.MultipleChoiceField(label="要什么材料", choices=EvidenceKind.choices, widget=TICKS, required=False)
    grants = forms.ChoiceField(
        label="办成以后属于哪一类", required=False, help_text="已经属于这一类的，写作“已经享受”。"
    )

    class Meta:
        model = Policy
        fields = [
            "title", "summary", "kind", "applies_to", "amount", "how", "where", "phone", "document", "valid_from", "valid_to",
            "proofs", "grants", "checked_on",
        ]  # fmt: skip
        widgets = {
            "valid_from": DAY, "valid_to": DAY, "checked_on": DAY, "summary": forms.Textarea({"rows": 2}),
            "how": forms.Textarea({"rows": 2}),
        }  # fmt: skip

    CONDITIONS = (
        "categories", "without", "sex", "age_from", "age_to", "grades", "health", "labour", "income_times", "income_most",
        "housing", "dangerous",
    )  # fmt: skip
    sections = [
        ("政策", ["title", "kind applies_to", "summary", "amount", "document"]),
        ("怎么办", ["how", "where phone", "valid_from valid_to", "checked_on grants"]),
        (
            "给什么人（没有填的不限）",
            ["categories", "without", "sex", "age_from age_to", "grades", "health", "labour"],
        ),
        ("家庭", ["income_times income_most", "housing", "dangerous"]),
        ("材料", ["proofs"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["grants"].choices = [("", "都不是"), *choices("hardship_category", form=False)]
        for name in self.CONDITIONS:
            self.fields[name].initial = self.instance.conditions.get(name)

    def clean_checked_on(self):
        day = self.cleaned_data["checked_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("不能晚于今天。")
        return day

    def clean(self):
        data = super().clean()
        least, most = data.get("age_from"), data.get("age_to")
        if least is not None and most is not None and least > most:
            self.add_error("age_to", "不能小于“满多少周岁”。")
        if data.get("income_times") and data.get("income_most"):
            self.add_error("income_most", "倍数和元只填一个。")
        if set(data.get("categories") or ()) & set(data.get("without") or ()):
            self.add_error("without", "同一类不能又要属于、又不能是。")
        return data

    def conditions(self):
        """What was asked, as data."""
        found = {}
        for name in self.CONDITIONS:
            value = self.cleaned_data.get(name)
            if value in (None, "", [], False):
                continue
            found[name] = float(value) if isinstance(value, Decimal) else value
        return found

    def proposed(self):
        """Changed fields, `conditions` among them where they differ."""
        changed = {name: value for name, value in super().proposed().items() if name in self.Meta.fields}
        conditions = self.conditions()
        if conditions != self.instance.conditions:
            self.instance.conditions = changed["conditions"] = conditions
        return changed


class PolicyFilterForm(FilterForm):
    q = forms.CharField(
        label="搜索", required=False, max_length=40, widget=forms.TextInput({"type": "search", "placeholder": "名称"})
    )
    kind = FilterChoice(label="哪一类", required=False, choices=[("", "全部"), *PolicyKind.choices])
    state = FilterChoice(
        label="状态", required=False,
        choices=[("", "在用"), ("check", "在用，还没有核对"), ("retired", "已停用"), ("all", "全部")],
    )  # fmt: skip

    def apply(self, rows):
        self.is_valid()
        return super().apply(rows if self.cleaned_data.get("state") else rows.filter(retired_on=None))

    def filter_q(self, rows, value):
        return rows.filter(title__contains=value.strip())

    def filter_kind(self, rows, value):
        return rows.filter(kind=value)

    def filter_state(self, rows, value):
        if value == "all":
            return rows
        if value == "retired":
            return rows.filter(retired_on__isnull=False)
        return rows.filter(retired_on=None, checked_on=None)


class FitFilterForm(FilterForm):
    """Which families of a policy's page are shown."""

    area = FilterChoice(label="网格", required=False)
    fit = FilterChoice(
        label="比对结果", required=False, choices=[("", "可能符合、还差资料"), *Fit.choices, ("all", "全部")]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        grids = self.user.grids_with("hardship.view_hardshipfile", self.data.get("area"))
        self.fields["area"].offer([("", "全部网格"), *grids])

    def filter_area(self, rows, value):
        return rows.filter(area_id__in=self.user.places_within(value))

    def filter_fit(self, rows, value):
        """The comparison itself decides, page by page."""
        return rows

    @property
    def fits(self):
        """The Fits that are shown."""
        value = self.cleaned_data.get("fit") or ""
        if value == "all":
            return set(Fit.values)
        return {value} if value else {Fit.MAY, Fit.UNKNOWN}


class PolicyStepForm(StaffModelForm):
    """What became of a policy for this family."""

    step = forms.ChoiceField(label="到哪一步", choices=[("", "请选"), *PolicyStepKind.choices])
    who = forms.TypedChoiceField(label="给谁", coerce=int, empty_value=None, required=False)

    class Meta:
        model = PolicyStep
        fields = ["step", "on", "note"]
        widgets = {"on": DAY}

    sections = [("", ["step on", "who", "note"])]

    def __init__(self, *args, file, policy, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {m.resident_id: m.resident for m in members_of(file.household)}
        if policy.applies_to == "family":
            del self.fields["who"]
        else:
            self.fields["who"].choices = [("", "请选"), *((pk, one.name) for pk, one in self.people.items())]
            self.fields["who"].required = True


class WhyForm(StaffForm):
    why = forms.CharField(label="为什么作废", max_length=60)


class PolicyWatchForm(StaffForm):
    """Of which kind she wants to hear; written down because she said so."""

    kind = forms.ChoiceField(label="想知道哪一类政策", choices=[("", "请选"), *PolicyKind.choices])
    asked = forms.BooleanField(
        label="是她自己要的，知道会收到消息", error_messages={"required": "她自己要的才登记，问清楚再打勾。"}
    )
    sections = [("政策提醒", ["kind", "asked"])]


class ResidentWatchForm(forms.Form):
    """The same, by herself."""

    kind = forms.ChoiceField(label="想知道哪一类政策", choices=PolicyKind.choices)
