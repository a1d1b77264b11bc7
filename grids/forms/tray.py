"""Forms of the tray."""

from django import forms

from fedhub.core.forms import FilterChoice, FilterForm, StaffForm
from grids.enums import EnvelopeState

STATES = [(state.value, state.label) for state in (EnvelopeState.TRAY, EnvelopeState.TAKEN, EnvelopeState.DECLINED)]


class TrayFilterForm(FilterForm):
    """What waits; or, chosen, what was decided."""

    state = FilterChoice(label="状态", required=False, choices=[("", "待处理"), *STATES[1:]])

    def apply(self, rows):
        rows = super().apply(rows)
        return rows if self.cleaned_data.get("state") else rows.waiting()

    def filter_state(self, rows, value):
        return rows.filter(state=value)


class DeclineForm(StaffForm):
    reason = forms.CharField(label="理由", max_length=100, help_text="走访人问起时，照这个理由说明。")
