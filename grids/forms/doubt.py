"""Forms about what in a visit record is worth a second look."""

from django import forms

from accounts.models import User
from fedhub.areas.models import Area
from fedhub.core.forms import FilterForm, StaffForm
from grids.enums import DoubtKind, DoubtState

# Without a state the list shows all that nobody has found right.
STATES = [
    ("", "没有看完的"), (DoubtState.EXPLAINED.value, "已说明"), (DoubtState.OPEN.value, "到期没有说明"),
    (DoubtState.KEPT.value, "当面了解"), (DoubtState.ACCEPTED.value, "没有问题"),
]  # fmt: skip


class ExplainForm(StaffForm):
    """A word of the visitor."""

    explanation = forms.CharField(
        label="说明", max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text="一两句就行，例如：两家一起参加活动，合拍一张。写错了的请直接改走访，改好提醒就没有了。",
    )  # fmt: skip


class DoubtFilterForm(FilterForm):
    state = forms.ChoiceField(label="状态", choices=STATES, required=False)
    kind = forms.ChoiceField(label="提醒", choices=[("", "全部提醒"), *DoubtKind.choices], required=False)
    grid = forms.ModelChoiceField(label="网格", queryset=Area.objects.none(), required=False, empty_label="全部网格")
    visitor = forms.ModelChoiceField(label="走访人", queryset=User.objects.none(), required=False, empty_label="全部")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["grid"].queryset = Area.objects.visible_to(self.user, "grids.review_visit").grids()
        self.fields["visitor"].queryset = User.objects.visible_to(self.user, "grids.review_visit")

    def apply(self, rows):
        rows = super().apply(rows)
        return rows if self.cleaned_data.get("state") else rows.exclude(state=DoubtState.ACCEPTED)

    def filter_state(self, doubts, value):
        return doubts.filter(state=value)

    def filter_kind(self, doubts, value):
        return doubts.filter(kind=value)

    def filter_grid(self, doubts, value):
        return doubts.filter(visit__household__area__code__startswith=value.code)

    def filter_visitor(self, doubts, value):
        return doubts.filter(visit__visitor=value)
