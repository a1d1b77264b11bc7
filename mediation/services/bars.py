"""Who is kept from a lead or a case. Written before anything is shown; nobody is let in again."""

from mediation.conflicts import barred_people, matters_against


def bar_people(matter):
    """Bar from `matter` (Lead or Case) every account of the place with a conflict of interest."""
    for mediator in barred_people(matter):
        _bar(matter, mediator)


def bar_mediator(mediator):
    """Bar `mediator` from every lead and case that she has a conflict of interest with."""
    if mediator.user_id:
        for matter in matters_against(mediator):
            _bar(matter, mediator)


def _bar(matter, mediator):
    if mediator.user_id:
        matter.bars.get_or_create(user_id=mediator.user_id)
        held = type(matter).objects.filter(pk=matter.pk, officer_id=mediator.user_id)
        held.update(officer=None)
