"""Forms of the queue of changes."""

from django import forms

from fedhub.areas.models import Area
from fedhub.core.forms import FilterForm, StaffForm
from grids.enums import ChangeKind, ChangeState


class ChangeRefuseForm(StaffForm):
    reason = forms.CharField(label="理由", max_length=100, help_text="例如“已核实没有变化”“已手工登记”。")


class ChangeFilterForm(FilterForm):
    grid = forms.ModelChoiceField(label="网格", queryset=Area.objects.none(), required=False, empty_label="全部网格")
    kind = forms.ChoiceField(label="变了什么", choices=[("", "全部"), *ChangeKind.choices], required=False)
    state = forms.ChoiceField(label="状态", choices=[("", "待确认"), *ChangeState.choices[1:]], required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["grid"].queryset = Area.objects.visible_to(self.user, "grids.confirm_visitchange").grids()

    def apply(self, changes):
        rows = super().apply(changes)
        return rows if self.cleaned_data.get("state") else rows.waiting()

    def filter_grid(self, changes, value):
        return changes.filter(visit__household__area__code__startswith=value.code)

    def filter_kind(self, changes, value):
        return changes.filter(kind=value)

    def filter_state(self, changes, value):
        return changes.filter(state=value)
