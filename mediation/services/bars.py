"""Who is kept from a lead or a case. Written before anything is shown; nobody is let in again."""

from mediation.conflicts import barred_users, matters_against, residents_in
from mediation.models import Case
from mediation.models.mark import mark_of
from mediation.services import team


def bar_people(matter):
    """Bar from `matter` (Lead or Case) every account with a conflict of interest; its marks follow its parties."""
    mark_parties(matter)
    for user_id in barred_users(matter):
        bar(matter, user_id)


def mark_parties(matter):
    """Write the fingerprints of who stands in `matter`; one that cannot be read keeps its own."""
    if matter.is_broken():
        return
    marks = {mark_of(pk) for pk in residents_in(matter)}
    there = set(matter.marks.values_list("mark", flat=True))
    if gone := there - marks:
        matter.marks.filter(mark__in=gone).delete()
    for mark in sorted(marks - there):
        matter.marks.create(mark=mark)


def bar_user(user_id):
    """Bar the account from every lead and case that it has a conflict of interest with. Returns the open ones that this took out
    of the only hands they were in."""
    if not user_id:
        return []
    found = [matter for matter in matters_against(user_id) if bar(matter, user_id)]
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
