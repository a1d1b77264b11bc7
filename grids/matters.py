"""What else is open at a family's door: told after a visit was saved, so that one way does for several matters."""

from dataclasses import dataclass
from datetime import date

from grids.enums import Review
from grids.models import Visit, VisitChange

# So many of each kind are named.
SHOWN = 5


@dataclass(frozen=True)
class Matter:
    """One open matter: its kind in a word, what it is, where it is worked on, and by when."""

    kind: str
    title: str
    url: str = ""
    due: date | None = None


def open_matters(household, user, *, besides=0):
    """Matters of `household` that `user` may see: visits to correct, changes nobody has decided; what stands on the page of
    the visit `besides` is left out. Tasks and concerns are reasons to go there: see route.open_reasons."""
    found = []
    mine = (
        Visit.objects.visible_to(user, "grids.change_visit").kept().filter(household=household, review=Review.RETURNED)
    )
    for visit in mine.filter(visitor=user).exclude(pk=besides).order_by("-pk")[:SHOWN]:
        found.append(Matter("退回", f"{visit.visited_on:%m-%d} 的走访要修改", visit.get_absolute_url()))
    changes = VisitChange.objects.visible_to(user, "grids.view_visit").waiting().filter(visit__household=household)
    for change in changes.exclude(visit=besides).select_related("visit").order_by("-pk")[:SHOWN]:
        title = f"{change.get_event_display() or change.get_kind_display()}，待确认"
        found.append(Matter("变化", title, change.visit.get_absolute_url()))
    return found
