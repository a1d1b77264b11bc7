"""Forms that correct, amend, withdraw and filter visits."""

from datetime import date

from django import forms

from accounts.models import User
from fedhub.areas.models import Area
from fedhub.core.forms import FilterForm, StaffForm
from grids.enums import Met, VisitKind
from grids.forms.visit import VisitFacts


class VisitCorrectForm(VisitFacts):
    """One's own recent visit."""

    class Meta(VisitFacts.Meta):
        fields = [*VisitFacts.Meta.fields, "changed"]

    sections = [
        ("见到了谁", ["met", "people", "others"]),
        ("情况", ["summary", "problems", "hazards", "changed"]),
        ("走访", ["visited_on started_at ended_at", "mode kind", "reason", "visitor partner"]),
        ("其他", ["topics", "gifts", "satisfaction", "next_step next_on"]),
    ]

    def proposed(self):
        found = super().proposed()
        found.pop("people", None)
        return found


class VisitAmendForm(VisitCorrectForm):
    """A visit after the free days."""

    amend_reason = forms.CharField(label="更正原因", max_length=100, help_text="会和更正前后的内容一起留存。")

    sections = [("更正原因", ["amend_reason"]), *VisitCorrectForm.sections]


class ReasonForm(StaffForm):
    """The reason why a visit is withdrawn, which also deletes what cannot come back."""

    reason = forms.CharField(
        label="原因", max_length=100, widget=forms.Textarea({"rows": 2}),
        help_text="这次走访的照片和签名会一起删掉，不能找回。",
    )  # fmt: skip


class VisitFilterForm(FilterForm):
    q = forms.CharField(label="户主", required=False)
    grid = forms.ModelChoiceField(label="网格", queryset=Area.objects.none(), required=False, empty_label="全部网格")
    visitor = forms.ModelChoiceField(label="走访人", queryset=User.objects.none(), required=False, empty_label="全部")
    kind = forms.ChoiceField(label="类别", choices=[("", "全部类别"), *VisitKind.choices], required=False)
    met = forms.ChoiceField(label="见到人", choices=[("", "全部"), *Met.choices], required=False)
    month = forms.CharField(label="月份", required=False, widget=forms.DateInput({"type": "month"}, format="%Y-%m"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["grid"].queryset = Area.objects.visible_to(self.user, "grids.view_visit").grids()
        self.fields["visitor"].queryset = User.objects.visible_to(self.user, "grids.view_visit")

    def clean_month(self):
        try:
            return date.fromisoformat(f"{self.cleaned_data['month']}-01")
        except ValueError:
            return None

    def filter_q(self, visits, value):
        return visits.filter(household__head_name__contains=value)

    def filter_grid(self, visits, value):
        return visits.filter(household__area__code__startswith=value.code)

    def filter_visitor(self, visits, value):
        return visits.filter(visitor=value)

    def filter_kind(self, visits, value):
        return visits.filter(kind=value)

    def filter_met(self, visits, value):
        return visits.filter(met=value)

    def filter_month(self, visits, value):
        return visits.filter(visited_on__year=value.year, visited_on__month=value.month)
