"""Forms of the seven life events."""

from django import forms
from django.core.exceptions import ValidationError

from fedhub.core.forms import StaffForm, StaffModelForm
from households.forms.fields import (
    HouseholdPick,
    ResidentPick,
    coded,
    day_field,
    homes_in_scope,
    no_later_than_today,
    use_codes,
)
from households.models import Household, Resident

LABELS = {"address": "完整住址（没有小区、房号的写这里）"}
PARTS = ["compound", "building", "stair", "floor", "room", "address"]


class EventForm(StaffForm):
    """Every event has its day."""

    on = day_field("日期")

    def clean_on(self):
        return no_later_than_today(self.cleaned_data["on"])

    def residents(self):
        """People the user may choose."""
        return Resident.objects.visible_to(self.user, "households.change_resident").exclude(state="merged")

    def households(self):
        """Households the user may choose."""
        return Household.objects.visible_to(self.user, "households.change_household").active()


class ArriveForm(EventForm):
    """迁入, from the household's page: who comes."""

    resident = ResidentPick(label="谁迁入", help_text="已经登记过的人。没登记过的请用“添加成员”。")
    relation = coded("relation", "与户主关系", required=True, blank="请选")
    came_from = forms.CharField(label="从哪里来", max_length=100, required=False)
    registered = forms.BooleanField(label="户籍也迁入这一户", required=False)

    sections = [("迁入", ["resident", "relation on", "came_from", "registered"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resident"].open_to(self.user, self.residents().exclude(state="deceased"))


class JoinForm(EventForm):
    """迁入, from the person's page: into which household."""

    household = HouseholdPick(label="迁入哪一户")
    relation = coded("relation", "与户主关系", required=True, blank="请选")
    came_from = forms.CharField(label="从哪里来", max_length=100, required=False)
    registered = forms.BooleanField(label="户籍也迁入这一户", required=False)

    sections = [("迁入", ["household", "relation on", "came_from", "registered"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["household"].open_to(self.user, self.households())


class LeaveForm(EventForm):
    """迁出."""

    why = forms.CharField(label="原因、去向", max_length=60, help_text="例如：随子女到外地。")
    keep_registration = forms.BooleanField(label="户籍还留在本社区", required=False)

    sections = [("迁出", ["on why", "keep_registration"])]


class DeathForm(EventForm):
    """去世."""

    sections = [("去世", ["on"])]


class MarriageForm(EventForm):
    """结婚."""

    spouse = ResidentPick(label="配偶", required=False, help_text="配偶也在册的请选上，两人的婚姻状况一起改。")
    household = HouseholdPick(label="婚后住到哪一户", required=False, help_text="不搬家的不用填。")
    relation = coded("relation", "在那一户与户主关系")

    sections = [("结婚", ["on spouse", "household relation"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["spouse"].open_to(self.user, self.residents().active())
        self.fields["household"].open_to(self.user, self.households())

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("household") and not cleaned.get("relation"):
            self.add_error("relation", "搬到另一户的，请选与户主关系。")
        return cleaned


class RegisterForm(EventForm):
    """户籍登记 in a household where she does not live (人户分离)."""

    household = HouseholdPick(label="户籍在哪一户")
    relation = coded("relation", "与户主关系")

    sections = [("户籍所在", ["household", "relation on"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["household"].open_to(self.user, self.households())


class BirthForm(StaffModelForm):
    """出生."""

    relation = coded("relation", "与户主关系", required=True, blank="请选")

    class Meta:
        model = Resident
        fields = ["name", "sex", "birth", "ethnic", "hukou_type"]
        help_texts = {"name": "还没起名的，先写“某某之女”或“某某之子”。"}
        widgets = {"birth": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}

    sections = [("新生儿", ["name relation", "sex birth", "ethnic hukou_type"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        use_codes(self, "sex", "ethnic", "hukou_type")
        for name in ("sex", "birth"):
            self.fields[name].required = True


class SplitForm(EventForm):
    """分户: who goes, with which relation, and where the new household lies."""

    area = forms.ModelChoiceField(label="新的一户在哪个网格", queryset=Household.objects.none())

    def __init__(self, *args, members, household, **kwargs):
        self.members, self.household = list(members), household
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = homes_in_scope(self.user, "households.move_household")
        self.fields["area"].initial = household.area_id
        for name in PARTS:
            model_field = Household._meta.get_field(name)
            self.fields[name] = forms.CharField(
                label=LABELS.get(name, model_field.verbose_name), max_length=model_field.max_length, required=False,
                initial=household.compound if name == "compound" else "",
            )  # fmt: skip
        for member in self.members:
            self.fields[f"relation_{member.pk}"] = coded("relation", member.resident.name, blank="留在原来这一户")

    @property
    def sections(self):
        return [
            ("谁分出去（选新的一户里与户主的关系，户主选“户主”）", [f"relation_{m.pk}" for m in self.members]),
            ("新的一户", ["on area", "compound building", "stair floor room", "address"]),
        ]

    def relations(self):
        """`{membership id: relation}` of those who go."""
        chosen = {m.pk: self.cleaned_data[f"relation_{m.pk}"] for m in self.members}
        return {pk: code for pk, code in chosen.items() if code}

    def new_household(self):
        """The unsaved new household."""
        return Household(area=self.cleaned_data["area"], **{name: self.cleaned_data[name] for name in PARTS})


class MoveHomeForm(EventForm):
    """整户搬迁: within our places or away."""

    where = forms.ChoiceField(
        label="搬到哪里", choices=[("here", "还在我们社区"), ("away", "搬走，不在我们社区")],
        widget=forms.RadioSelect, initial="here",
    )  # fmt: skip
    area = forms.ModelChoiceField(
        label="新网格", queryset=Household.objects.none(), required=False, empty_label="请选"
    )
    why = forms.CharField(label="原因、去向", max_length=60, required=False)

    sections = [
        ("整户搬迁", ["where", "on why"]),
        ("新地址（还在我们社区的填）", ["area", "compound building", "stair floor room", "address"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = homes_in_scope(self.user, "households.move_household")
        for name in PARTS:
            model_field = Household._meta.get_field(name)
            self.fields[name] = forms.CharField(
                label=LABELS.get(name, model_field.verbose_name), max_length=model_field.max_length, required=False
            )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("where") == "here":
            if not cleaned.get("area"):
                self.add_error("area", "请选新网格；就在原来网格里的也选一下。")
            if not (cleaned.get("compound") or cleaned.get("address")):
                self.add_error("compound", "请写新的小区（院落），没有的写完整住址。")
        elif not cleaned.get("why"):
            self.add_error("why", "请写搬走的原因或去向。")
        return cleaned

    def place(self):
        """`(area, address)` of the new home, `(None, None)` when they go away."""
        if self.cleaned_data["where"] == "away":
            return None, None
        return self.cleaned_data["area"], {name: self.cleaned_data[name] for name in PARTS}


class MergePickForm(StaffForm):
    """Which other record is the same person."""

    once = False
    other = ResidentPick(label="另一条记录")

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Resident.objects.visible_to(self.user, "households.merge_resident").exclude(state="merged")
        self.fields["other"].open_to(self.user, rows.exclude(pk=person.pk))


class MergeForm(StaffForm):
    """Which of the clashing facts to take, and why it is the same person."""

    reason = forms.CharField(label="凭什么说是同一个人", max_length=100, help_text="例如：身份证和户口簿核对过。")

    def __init__(self, *args, clashes, **kwargs):
        self.clashes = clashes
        super().__init__(*args, **kwargs)
        for pair in clashes:
            self.fields[f"take_{pair.name}"] = forms.ChoiceField(
                label=pair.label, choices=[("kept", "用保留的"), ("gone", "用并入的")], initial="kept", required=False
            )

    @property
    def sections(self):
        return [("两边不同的，用哪一条", [f"take_{pair.name}" for pair in self.clashes]), ("为什么合并", ["reason"])]

    def taken(self):
        """Names of the facts to take from the record that goes."""
        return [pair.name for pair in self.clashes if self.cleaned_data.get(f"take_{pair.name}") == "gone"]

    def clean_reason(self):
        text = self.cleaned_data["reason"].strip()
        if len(text) < 4:
            raise ValidationError("请写清楚一点，至少四个字。")
        return text
