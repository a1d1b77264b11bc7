"""Forms and filters of households."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.areas.services import place_of_address
from fedhub.core.forms import CountedForm, FilterChoice, MaskedField, StaffForm, StaffModelForm
from fedhub.core.text import row_key
from fedhub.reference.lookup import choices
from fedhub.reference.periods import MonthField
from households import visiting
from households.enums import HouseholdState
from households.forms.fields import FoldedFilterForm, coded, day_field, homes_in_scope, use_codes
from households.models import Household
from households.queries import households_in_category, matching_households
from households.searchkeys import address_key

ALL = "all"
DUE = [("", "全部"), ("late", "已逾期"), ("week", "7 天内"), ("month", "30 天内"), ("never", "还没走访过")]


class HouseholdFilterForm(FoldedFilterForm):
    first = ("q", "area", "due")

    q = forms.CharField(
        label="搜索",
        required=False,
        max_length=60,
        widget=forms.TextInput({"type": "search", "placeholder": "姓名、地址、电话尾号或户号"}),
    )
    area = FilterChoice(label="网格", required=False)
    category = FilterChoice(label="类别", required=False)
    due = FilterChoice(label="应访", required=False, choices=DUE)
    compound = forms.CharField(label="小区（院落）", required=False, max_length=40)
    building = forms.CharField(label="楼栋", required=False, max_length=20)
    state = FilterChoice(
        label="状态", required=False, choices=[("", "在册"), *HouseholdState.choices[1:], (ALL, "全部")]
    )
    figure = FilterChoice(
        label="统计项", required=False, choices=[("", "全部"), *((f.key, f.label) for f in visiting.FIGURES.values())]
    )
    since = MonthField(label="从（月）", required=False)
    until = MonthField(label="到（月）", required=False)

    # What figures lead to; in sight only then.
    FROM_FIGURES = ("figure", "since", "until")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.FROM_FIGURES:
            if not self.data.get(name):
                del self.fields[name]
        grids = self.user.grids_with("households.view_household", self.data.get("area"))
        self.fields["area"].offer([("", "全部网格"), *grids])
        self.fields["category"].offer([("", "全部"), *choices("hardship_category", form=False)])

    def apply(self, rows):
        self.is_valid()
        return super().apply(rows if self.cleaned_data.get("state") else rows.active())

    def filter_q(self, rows, value):
        return matching_households(rows, value)

    def filter_area(self, rows, value):
        return rows.filter(area_id__in=self.user.places_within(value))

    def filter_category(self, rows, value):
        return rows.filter(households_in_category(value))

    def filter_due(self, rows, value):
        today = timezone.localdate()
        if value == "late":
            return rows.filter(next_due_on__lt=today)
        if value == "never":
            return rows.filter(last_visit_on=None)
        return rows.filter(next_due_on__lte=today + timedelta(days=7 if value == "week" else 30))

    def filter_compound(self, rows, value):
        return rows.filter(compound__startswith=value)

    def filter_building(self, rows, value):
        return rows.filter(building__in={value, address_key(value), f"{address_key(value)}栋"})

    def filter_state(self, rows, value):
        return rows if value == ALL else rows.filter(state=value)

    def filter_figure(self, rows, value):
        """A figure of the page of visits (households.visiting), in its months; of today's month when none is said."""
        this = timezone.localdate().replace(day=1)
        since = self.cleaned_data.get("since") or this
        until = max(self.cleaned_data.get("until") or since, since)
        # What the page counted are all families in its scope: their rhythms, not those of what other filters leave.
        homes = Household.objects.visible_to(self.user, "households.view_household").active()
        return rows.filter(visiting.condition(value, homes, since, until))

    def filter_since(self, rows, value):
        return rows

    def filter_until(self, rows, value):
        return rows


class HouseholdForm(StaffModelForm):
    """Address, housing and notes of a household; on a new one also its grid and head."""

    income_note = MaskedField(label="收入情况", max_length=300, required=False)

    class Meta:
        model = Household
        fields = [
            "area", "head_name", "compound", "building", "stair", "floor", "room", "address", "hukou_type", "housing",
            "housing_note", "income_note", "note",
        ]  # fmt: skip
        labels = {"address": "完整住址", "head_name": "户主"}
        help_texts = {
            "address": "有小区、楼栋、房号的不用填，会自动写好。老院落没有这些的写在这里。",
            "head_name": "户主没有在册的可以只写姓名；在册的请加为成员。",
            "building": "只写号，例如 2。",
            "stair": "只写号，例如 1。",
        }
        widgets = {"note": forms.Textarea({"rows": 2})}

    sections = [
        ("在哪里", ["area", "compound building", "stair floor room", "address"]),
        ("住户", ["head_name hukou_type", "housing housing_note", "income_note", "note"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        use_codes(self, "hukou_type")
        self.fields["housing"].choices = [("", "未登记"), *self.fields["housing"].choices[1:]]
        if self.instance.pk:
            del self.fields["area"]
            return
        homes = homes_in_scope(self.user, "households.add_household")
        self.fields["area"] = forms.ModelChoiceField(
            label="网格", queryset=homes, required=False, empty_label="按楼栋自动认" if homes.count() > 1 else None,
            help_text="登记过楼栋的不用选。",
        )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        if not (cleaned.get("compound") or cleaned.get("address")):
            self.add_error("compound", "请写小区（院落）；没有的，请写完整住址。")
        if not self.instance.pk and not cleaned.get("area") and "area" not in self.errors:
            cleaned["area"] = self._area_of_building(cleaned)
            if cleaned["area"] is None:
                self.add_error("area", "认不出这个楼栋在哪个网格，请选网格。")
        return cleaned

    def _area_of_building(self, cleaned):
        homes = self.fields["area"].queryset
        if homes.count() == 1:
            return homes.get()
        communities = {area.parent for area in homes.select_related("parent") if area.parent}
        for community in communities:
            for name in (cleaned.get("building", ""), f"{cleaned.get('building', '')}栋"):
                area = place_of_address(cleaned.get("compound", ""), name, within=community)
                if area is not None and homes.filter(pk=area.pk).exists():
                    return area
        return None


class RelationsForm(StaffForm):
    """Relation of every living member to the head, side by side; each member's row is guarded by its own version."""

    keeps_base = True

    def __init__(self, *args, members, **kwargs):
        self.members = list(members)
        super().__init__(*args, **kwargs)
        for member in self.members:
            self.fields[f"relation_{member.pk}"] = coded(
                "relation", member.resident.name, keep=member.relation, initial=member.relation
            )
        now = {str(member.pk): member.version for member in self.members}
        self.fields["versions"] = forms.JSONField(widget=forms.HiddenInput, initial=now, label="")

    def clean_versions(self):
        found = self.cleaned_data["versions"]
        if not isinstance(found, dict) or any(type(number) is not int for number in found.values()):
            raise ValidationError("请刷新这一页再填。")
        return {int(pk): number for pk, number in found.items() if row_key(pk)}

    def relations(self):
        """`{membership id: (relation code, version that was read)}` of the members that stood on the form."""
        versions = self.cleaned_data["versions"]
        return {
            member.pk: (self.cleaned_data[f"relation_{member.pk}"], versions[member.pk])
            for member in self.members
            if member.pk in versions
        }


class AssignForm(CountedForm):
    """Where many households go, and why."""

    unit = "户"
    target = forms.ModelChoiceField(label="分派到", queryset=Area.objects.none(), empty_label="请选网格或联户单元")
    reason = forms.CharField(label="原因", max_length=60, required=False, help_text="例如：第二网格重新划分。")

    sections = [("分派", ["target", "reason"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = homes_in_scope(self.user, "households.move_household")


class CloseHouseholdForm(StaffForm):
    """Taking an empty household off the books."""

    on = day_field("注销日期")
    why = forms.CharField(label="原因", max_length=60)

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError("日期不能晚于今天。")
        return day
