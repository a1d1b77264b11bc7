"""Who is kept from a lead or a case. Written before anything is shown; nobody is let in again."""

from mediation.conflicts import barred_people, matters_against
from mediation.models import Case
from mediation.services import team


def bar_people(matter):
    """Bar from `matter` (Lead or Case) every account of the place with a conflict of interest."""
    for mediator in barred_people(matter):
        bar(matter, mediator.user_id)


def bar_mediator(mediator):
    """Bar `mediator` from every lead and case that she has a conflict of interest with. Returns the open ones that this took out
    of the only hands they were in."""
    if not mediator.user_id:
        return []
    found = [matter for matter in matters_against(mediator) if bar(matter, mediator.user_id)]
    return [matter for matter in found if matter.is_open()]


def bar(matter, user_id):
    """Keep the account from `matter`. Returns True when nobody has it in hand now who had."""
    if not user_id:
        return False
    rows = type(matter).objects.select_for_update(of=("self",))
    matter = rows.get(pk=matter.pk)
    matter.bars.get_or_create(user_id=user_id)
    if isinstance(matter, Case):
        return bool(team.leave(matter, user_id))
    return bool(rows.filter(pk=matter.pk, officer_id=user_id).update(officer=None))
