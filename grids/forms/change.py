"""Forms of the queue of changes."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from fedhub.areas.models import Area
from fedhub.core.forms import CountedForm, FilterForm, StaffForm
from fedhub.core.validators import parse_phone
from fedhub.reference.lookup import choices
from grids.enums import LEDGER_FIELDS, ChangeKind, ChangeState, MemberEvent
from grids.forms.visit import VALUE_LABELS
from grids.queries import people_at_home
from households.enums import HousingKind, ResidentState
from households.forms.life import DeathForm, LeaveForm

TABLES = {ChangeKind.JOB: "employment_status", ChangeKind.HEALTH: "health"}


class ChangeRefuseForm(StaffForm):
    reason = forms.CharField(
        label="理由", max_length=100, help_text="例如“已核实没有变化”“已手工登记”。走访人看得到。"
    )


class ChangeCorrectForm(StaffForm):
    """What is taken instead of what was proposed."""

    def __init__(self, *args, change, **kwargs):
        super().__init__(*args, **kwargs)
        self.change = change
        if LEDGER_FIELDS[change.kind][0] == "resident":
            self.fields["resident"] = forms.ModelChoiceField(
                label="谁", queryset=people_at_home(change.visit.household, change.visit), initial=change.resident_id,
                widget=forms.RadioSelect, empty_label=None,
            )  # fmt: skip
        self.fields["value"] = self._value_field(change)
        self.fields["value"].label = VALUE_LABELS[change.kind]

    def _value_field(self, change):
        if change.kind in TABLES:
            pairs = [("", "请选"), *choices(TABLES[change.kind], keep=change.value)]
            return forms.ChoiceField(choices=pairs, initial=change.value)
        if change.kind == ChangeKind.HOUSING:
            return forms.ChoiceField(choices=HousingKind.choices, widget=forms.RadioSelect, initial=change.value)
        if change.kind == ChangeKind.PHONE:
            return forms.CharField(max_length=30, widget=forms.TextInput({"type": "tel", "inputmode": "tel"}))
        return forms.CharField(max_length=200, initial=change.value)

    def clean_value(self):
        text = self.cleaned_data["value"]
        if self.change.kind != ChangeKind.PHONE:
            return text
        try:
            return parse_phone(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class TellDeathForm(DeathForm):
    """去世, as a visitor was told."""

    def __init__(self, *args, change, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"] = who_field(change, required=True)

    sections = [("去世", ["who", "on"])]


class TellLeaveForm(LeaveForm):
    """迁出 of one person or of the whole family, as a visitor was told."""

    def __init__(self, *args, change, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"] = who_field(change, required=False)

    sections = [("搬走", ["who", "on why", "keep_registration"])]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("keep_registration") and "who" in cleaned and cleaned["who"] is None:
            self.add_error("keep_registration", "整户搬走的，请到家庭页办理户籍仍留在本社区的情况。")
        return cleaned


def who_field(change, *, required):
    """Who moved or died: one of those who live there."""
    people = people_at_home(change.visit.household).filter(state=ResidentState.ACTIVE)
    return forms.ModelChoiceField(
        label="谁", queryset=people, initial=change.resident_id, required=required, widget=forms.RadioSelect,
        empty_label=None if required else "全家",
    )  # fmt: skip


EVENT_FORMS = {MemberEvent.DIED: TellDeathForm, MemberEvent.MOVED: TellLeaveForm}


class ChangeManyForm(CountedForm):
    """Nothing to fill in: the number on the page is what is confirmed."""

    unit = "条"


class ChangeFilterForm(FilterForm):
    grid = forms.ModelChoiceField(label="网格", queryset=Area.objects.none(), required=False, empty_label="全部网格")
    kind = forms.ChoiceField(label="变了什么", choices=[("", "全部"), *ChangeKind.choices], required=False)
    state = forms.ChoiceField(label="状态", choices=[("", "待确认"), *ChangeState.choices[1:]], required=False)
    visitor = forms.ModelChoiceField(
        label="谁发现的", queryset=User.objects.none(), required=False, empty_label="全部"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["grid"].queryset = Area.objects.visible_to(self.user, "grids.confirm_visitchange").grids()
        self.fields["visitor"].queryset = User.objects.visible_to(self.user, "grids.confirm_visitchange")

    def apply(self, changes):
        rows = super().apply(changes)
        return rows if self.cleaned_data.get("state") else rows.waiting()

    def filter_grid(self, changes, value):
        return changes.filter(visit__household__area__code__startswith=value.code)

    def filter_kind(self, changes, value):
        return changes.filter(kind=value)

    def filter_state(self, changes, value):
        return changes.filter(state=value)

    def filter_visitor(self, changes, value):
        return changes.filter(visit__visitor=value)
