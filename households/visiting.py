"""Which families were to be visited in a period and which were (走访覆盖率, handbook 2.6): one set of conditions for the
figures and for the lists that they open.

All of it is about the families on the books today, with the rhythm that the rules give them today. A family was due in
a period when the day of its last counting visit before it (or of its registration) plus its interval lies before the
period's end: so one that was late already counts too. What was visited is told by the visits themselves.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, Min, OuterRef, Q

from fedhub.reference.enums import RiskLevel
from fedhub.reference.periods import month_after, start_of
from households.enums import MembershipKind, Source
from households.models import Household, Membership, Status

# From yellow on a family is watched.
WATCHED = (RiskLevel.YELLOW, RiskLevel.ORANGE, RiskLevel.RED)


@dataclass(frozen=True)
class Figure:
    """A count of families: its name, and what it means in the words of the trade."""

    key: str
    label: str
    words: str


FIGURES = {
    figure.key: figure
    for figure in (
        Figure("due", "应访户", "现在在册、这段时间里（含以前拖下来的）轮到走访的家庭；按现在的走访规则推算。"),
        Figure("covered", "应访已访", "应访户里，这段时间见到过人的。"),
        Figure("missed", "应访未访", "应访户里，这段时间没有见到人的。"),
        Figure("visited", "走访到的户", "这段时间见到过人的家庭，不管轮没轮到，一户算一次。"),
        Figure("found", "新发现困难家庭", "这段时间由走访登记了新类别的家庭。"),
        Figure("risky", "新增关注家庭", "这段时间第一次定为黄色、橙色或红色的家庭。"),
    )
}


def counting_between(since, end):
    """Counting visits of the outer household from the day `since` (None: any) and before `end`, as a condition."""
    visits = Household.visits.rel.related_model
    rows = visits.objects.counting().filter(household=OuterRef("pk"), visited_on__lt=end)
    return Exists(rows.filter(visited_on__gte=since) if since else rows)


def due_before(homes, since, end):
    """Q of those of `homes` that were due before the day `end`, seen from the day `since`."""
    found = Q(pk__in=[])
    for every in homes.order_by().values_list("visit_every", flat=True).distinct():
        last = end - timedelta(days=every)
        one = Q(visit_every=every, created_at__lt=start_of(last))
        found |= one & ~Q(counting_between(last, since)) if last < since else one
    return found


def condition(key, homes, since, until):
    """Q of the figure `key` among `homes` (Households) in the months from `since` to `until` (first days)."""
    end = month_after(until)
    match key:
        case "due":
            return due_before(homes, since, end)
        case "covered":
            return due_before(homes, since, end) & Q(counting_between(since, end))
        case "missed":
            return due_before(homes, since, end) & ~Q(counting_between(since, end))
        case "visited":
            return Q(counting_between(since, end))
        case "found":
            return _found(since, end)
        case "risky":
            return Q(pk__in=_first_watched(since, end))
    return Q()


def _found(since, end):
    rows = Status.objects.filter(source=Source.VISIT, replaced_at=None, valid_from__gte=since, valid_from__lt=end)
    people = rows.filter(resident__isnull=False).values("resident_id")
    living = Membership.objects.filter(kind=MembershipKind.LIVES, valid_to=None, resident_id__in=people)
    homes = rows.filter(household__isnull=False)
    return Q(pk__in=homes.values("household_id")) | Q(pk__in=living.values("household_id"))


def _first_watched(since, end):
    """Ids of households whose first record with such a colour is of the period."""
    rows = Household.history.filter(risk_level__in=WATCHED).order_by().values("id").annotate(first=Min("history_date"))
    return rows.filter(first__gte=start_of(since), first__lt=start_of(end)).values("id")
