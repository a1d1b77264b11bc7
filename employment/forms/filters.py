"""What the filters of several lists of job support have in common: a person sought by name, and the rows behind a figure."""

from django import forms

from concerns.queries import places_of
from employment.event_enums import EventKind, IntentionKind
from employment.figures import FIGURES, SOURCES, counted
from employment.frames import frame_for
from fedhub.core.forms import FilterChoice, FilterForm
from fedhub.core.text import row_key
from fedhub.reference.periods import MonthField
from households.models import Resident
from households.queries import matching_residents


class PersonFilter(FilterForm):
    """Rows about a person, found as people are found everywhere. `person_path` leads from a row to her."""

    q = forms.CharField(
        label="姓名", required=False, max_length=40,
        widget=forms.TextInput({"type": "search", "placeholder": "姓名、拼音首字母、电话"}),
    )  # fmt: skip
    person_path = "resident"
    person_permission = "employment.view_seeker"

    def filter_q(self, rows, value):
        people = Resident.objects.visible_to(self.user, self.person_permission)
        return rows.filter(**{f"{self.person_path}__in": matching_residents(people, value).values("pk")})


class FigureFilters(FilterForm):
    """A figure (employment.figures) of a period and a place, on the list `opens`; without a figure the months and the place narrow
    the list by itself. `usual(rows)` is what the list shows while nobody asked for a state."""

    figure = FilterChoice(label="统计项", required=False)
    since = MonthField(label="从（月）", required=False)
    until = MonthField(label="到（月）", required=False)
    area = FilterChoice(label="社区（网格）", required=False)
    OWN = ("figure", "since", "until", "area")
    opens = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        shown = [(one.key, one.label) for one in FIGURES.values() if one.opens == self.opens]
        self.fields["figure"].offer([("", "全部"), *shown])
        places = places_of(self.user, SOURCES[self.opens].permission, keep=row_key(self.data.get("area") or ""))
        self.fields["area"].offer([("", "全部"), *((str(pk), place.name) for pk, place in places)])
        self.order_fields([name for name in self.fields if name not in self.OWN])

    def usual(self, rows):
        return rows

    @property
    def newest(self):
        """The field that says which are the newest where months are asked for, '' where they are not."""
        asked = self.cleaned_data.get("since") or self.cleaned_data.get("until")
        return SOURCES[self.opens].day if asked else ""

    def apply(self, rows):
        self.is_valid()
        asked = self.cleaned_data
        key, since, until = (asked.get(name) for name in ("figure", "since", "until"))
        code = self.user.places[int(asked["area"])].code if asked.get("area") else ""
        source = SOURCES[self.opens]
        frame = frame_for(self.user, source.permission, since, until, code)
        if key:
            return super().apply(counted(key, rows, frame))
        return super().apply(frame.of(rows if asked.get("state") else self.usual(rows), source))

    def _done(self, rows, value):
        return rows

    # What `apply` asked already.
    filter_figure = filter_since = filter_until = filter_area = _done


class AttendanceFilterForm(FigureFilters, PersonFilter):
    opens = "attendance_list"
    person_path, person_permission = "signup__resident", "employment.view_signup"
    kind = FilterChoice(label="种类", required=False, choices=[("", "全部"), *EventKind.choices])

    def filter_kind(self, rows, value):
        return rows.filter(signup__event__kind=value)


class IntentionFilterForm(FigureFilters, PersonFilter):
    opens = "intention_list"
    person_path, person_permission = "signup__resident", "employment.view_signup"
    kind = FilterChoice(label="到哪一步", required=False, choices=[("", "全部"), *IntentionKind.choices])

    def filter_kind(self, rows, value):
        return rows.filter(kind=value)
