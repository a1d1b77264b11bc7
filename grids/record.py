"""履职记录: what somebody did in a period, summed from the data, typed by nobody (handbook 2.3). Each figure is counted here
and opens the list of the same rows.

Activities are not counted: there is no record of them yet.
"""

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import User
from concerns.figures import ENDED, Figure
from concerns.models import Concern
from concerns.parts import PARTS, SOLVED, parts
from fedhub.reference.periods import month_after
from grids.figures import CONDITIONS, COUNTING, HOMES, between
from grids.models import Duty, TermMember, Visit
from households.coverage import ALL, adults, of_person
from households.models import Resident

COUNTED, CONTACT, UNMET, PARTNER = "counting", "contact", "unmet", "partner"
VISIT_FIGURES = (
    Figure(COUNTED, "走访", "她主访、见到了人、当面的走访（入户、接待、公共场所），作废的不算。"),
    Figure(HOMES, "走访家庭", "上面这些走访里有多少户，一户只算一次。"),
    Figure(CONTACT, "电话、微信联系", "她主访、联系上了、没有当面的。"),
    Figure(UNMET, "没有见到", "她主访，没人在家、不愿见、已搬走或空置的。"),
)
FIGURES = {
    **{figure.key: figure for figure in VISIT_FIGURES},
    PARTNER: Figure(PARTNER, "同访", "她是同访人、见到了人、当面的走访。"),
    **PARTS,
}


def duties_in(reader, since, until):
    """Duties that held on some day of the months, where `reader` sees the records."""
    rows = Duty.objects.visible_to(reader, "grids.export_duty").filter(valid_from__lt=month_after(until))
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=since))


def people_of_records(reader, since, until):
    """Accounts with a duty or a seat in the months, where `reader` sees the records."""
    seats = TermMember.objects.visible_to(reader, "grids.export_duty").filter(starts_on__lt=month_after(until))
    seats = seats.filter(Q(ends_on=None) | Q(ends_on__gte=since), user__isnull=False)
    seats = seats.filter(Q(term__ends_on=None) | Q(term__ends_on__gte=since))
    duties = duties_in(reader, since, until)
    return User.objects.filter(Q(pk__in=duties.values("person")) | Q(pk__in=seats.values("user")))


def sums(people, reader, since, until):
    """`{person: Counter by key of FIGURES}` of the accounts `people` (ids), as far as `reader` sees. Five queries."""
    visits = between(Visit.objects.visible_to(reader), since, until).order_by()
    found = parts(Concern.objects.visible_to(reader), people, since, until)
    asked = {key: Count("pk", filter=condition) for key, condition in CONDITIONS.items() if key in FIGURES}
    asked[HOMES] = Count("household", filter=COUNTING, distinct=True)
    for row in visits.filter(visitor__in=people).values("visitor").annotate(**asked):
        found[row.pop("visitor")].update(row)
    together = visits.filter(COUNTING, partner__in=people)
    for person, n in together.values_list("partner").annotate(n=Count("pk")):
        found[person][PARTNER] += n
    return found


def women_of(person, reader):
    """`(number, address of their list)` of the women with whom the account `person` keeps contact today."""
    rows = Resident.objects.visible_to(reader, "households.view_link").women(born_by=adults())
    query = urlencode({"show": ALL, "person": person.pk})
    return rows.filter(of_person(person.pk)).count(), f"{reverse('households:link_list')}?{query}"


def address(key, person, since, until):
    """Where the rows behind the figure `key` of the account `person` (id) stand."""
    months = {"since": f"{since:%Y-%m}", "until": f"{until:%Y-%m}"}
    if key in PARTS:
        ended = {"figure": ENDED} if key == SOLVED else {}
        return f"{reverse('concerns:concern_list')}?{urlencode({**ended, **months, 'part': f'{key}:{person}'})}"
    who = {"partner": person, "figure": COUNTED} if key == PARTNER else {"visitor": person, "figure": key}
    return f"{reverse('grids:visit_list')}?{urlencode({**who, **months})}"


@dataclass(frozen=True)
class Line:
    """One figure of a person: its count and list now, and in the period before."""

    figure: Figure
    now: int
    url: str
    before: int
    url_before: str

    @property
    def change(self):
        """+3, −2 or 0."""
        return f"{self.now - self.before:+d}" if self.now != self.before else "0"


def record_of(person, reader, period, before):
    """Lines of the account `person` for `period` and the period `before` it, each (since, until)."""
    now, then = (sums([person.pk], reader, *months)[person.pk] for months in (period, before))
    return [
        Line(
            figure, now[key], address(key, person.pk, *period), then[key], address(key, person.pk, *before)
        )
        for key, figure in FIGURES.items()
    ]  # fmt: skip


def counted(found, person, since, until):
    """[(number, address of its list)] of `found` (a Counter) in the order of FIGURES."""
    found = found or Counter()
    return [(found[key], address(key, person, since, until)) for key in FIGURES]
