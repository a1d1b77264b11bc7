"""Forms that correct, amend, withdraw and filter visits."""

from django import forms
from django.db.models import Q

from accounts.models import User
from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, FilterForm, StaffForm
from fedhub.reference.periods import MonthField, month_after
from grids.enums import Met, VisitKind
from grids.figures import OF_LISTS, counted
from grids.forms.visit import VisitFacts


class VisitCorrectForm(VisitFacts):
    """One's own recent visit."""

    class Meta(VisitFacts.Meta):
        fields = [*VisitFacts.Meta.fields, "changed"]

    sections = [
        ("见到了谁", ["met", "people", "others", "left_note refused_how told_by"]),
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
    counted = forms.ChoiceField(label="计数", choices=[("", "全部"), ("yes", "见到人的当面走访")], required=False)
    month = MonthField(label="月份", required=False)
    # What figures lead to; in sight only then.
    partner = forms.ModelChoiceField(label="同访人", queryset=User.objects.none(), required=False, empty_label="全部")
    person = forms.ModelChoiceField(
        label="走访人或同访人", queryset=User.objects.none(), required=False, empty_label="全部"
    )
    place = FilterChoice(label="当日网格", required=False)
    figure = FilterChoice(
        label="统计项", required=False, choices=[("", "全部"), *((f.key, f.label) for f in OF_LISTS.values())]
    )
    since = MonthField(label="从（月）", required=False)
    until = MonthField(label="到（月）", required=False)

    FROM_FIGURES = ("partner", "person", "place", "figure", "since", "until")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["grid"].queryset = Area.objects.visible_to(self.user, "grids.view_visit").grids()
        people = User.objects.visible_to(self.user, "grids.view_visit").order_by("name", "pk")
        for name in ("visitor", "partner", "person"):
            self.fields[name].queryset = people
        grids = self.user.grids_with("grids.view_visit", self.data.get("place"))
        self.fields["place"].offer([("", "全部"), *grids])
        for name in self.FROM_FIGURES:
            if not self.data.get(name):
                del self.fields[name]

    def apply(self, visits):
        """The figure comes last: "each family once" is said of what all the others leave."""
        rows, data = super().apply(visits), self.cleaned_data
        if not any(data.get(name) for name in ("figure", "since", "until")):
            return rows
        return counted(rows, data.get("figure"), data.get("since"), data.get("until"))

    def filter_q(self, visits, value):
        return visits.filter(household__head_name__contains=value)

    def filter_grid(self, visits, value):
        return visits.filter(household__area__code__startswith=value.code)

    def filter_visitor(self, visits, value):
        return visits.filter(visitor=value)

    def filter_partner(self, visits, value):
        return visits.filter(partner=value)

    def filter_person(self, visits, value):
        return visits.filter(Q(visitor=value) | Q(partner=value))

    def filter_counted(self, visits, value):
        return visits.counting()

    def filter_kind(self, visits, value):
        return visits.filter(kind=value)

    def filter_met(self, visits, value):
        return visits.filter(met=value)

    def filter_month(self, visits, value):
        return visits.filter(visited_on__gte=value, visited_on__lt=month_after(value))

    def filter_place(self, visits, value):
        return visits.filter(grid__in=self.user.places_within(value))

    def filter_figure(self, visits, value):
        return visits

    def filter_since(self, visits, value):
        return visits

    def filter_until(self, visits, value):
        return visits


class UnreachedFilterForm(FilterForm):
    grid = forms.ModelChoiceField(label="网格", queryset=Area.objects.none(), required=False, empty_label="全部网格")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["grid"].queryset = Area.objects.visible_to(self.user, "grids.review_visit").grids()

    def filter_grid(self, homes, value):
        return homes.filter(area__code__startswith=value.code)
