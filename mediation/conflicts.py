"""Conflicts of interest: who must not handle a matter, found before she is shown anything of it (人民调解法 art. 13, 15).

Asked of every account of the staff whose own record is known: of those on the list of mediators, wherever and however long ago,
and of those that another app knows (`households.staff`).
"""

from collections import defaultdict

from django.db.models import Q

from households.models import Household, Membership, Resident
from households.staff import accounts_of, own_records
from mediation.enums import Conflict
from mediation.models import Case, CaseMark, Lead, LeadMark, Mediator, StepBack
from mediation.models.mark import mark_of


def with_merged(pks):
    """The records `pks`, those that they were merged into, and those that were merged into them."""
    found, new = set(), {pk for pk in pks if pk}
    while new:
        found |= new
        near = Resident.objects.filter(Q(pk__in=new) | Q(merged_into__in=new)).values_list("pk", "merged_into")
        new = {pk for pair in near for pk in pair if pk} - found
    return found


def near(people):
    """`{Conflict: ids}`: who lives or lived with one of `people` (closed under merging), and who lives in the same building."""
    homes = set(Membership.objects.filter(resident__in=people).values_list("household_id", flat=True))
    lived = Membership.objects.filter(household__in=homes).values_list("resident_id", flat=True)
    found = {Conflict.SELF: people, Conflict.HOUSEHOLD: set(lived), Conflict.BUILDING: _neighbours(people)}
    return {one: with_merged(ids) for one, ids in found.items()}


def _neighbours(people):
    """Who lives now in the building where one of `people` lives now; a room alone is no building."""
    homes = Membership.objects.filter(resident__in=people, valid_to=None).values_list("household_id", flat=True)
    houses = Household.objects.filter(pk__in=list(homes)).exclude(building="")
    found = set()
    for area_id, compound, building in houses.values_list("area_id", "compound", "building").distinct():
        there = Membership.objects.filter(
            household__area=area_id, household__compound=compound, household__building=building, valid_to=None
        )
        found |= set(there.values_list("resident_id", flat=True))
    return found


def dangers(own, steps_back):
    """`{Conflict: ids of people}` whom somebody with the records `own` and these StepBack rows must not handle."""
    found = {one: set() for one in Conflict}
    for pk, kin in steps_back.values_list("resident", "kin"):
        found[Conflict.KIN if kin else Conflict.STEP_BACK].add(pk)
    found = {one: with_merged(people) for one, people in found.items()}
    return found | near(with_merged(own)) if own else found


def dangers_of(mediator):
    """As `dangers`, of one on the list of mediators."""
    own = {mediator.resident_id, *(own_records(mediator.user_id) if mediator.user_id else ())} - {None}
    return dangers(own, StepBack.objects.filter(mediator=mediator))


def dangers_to(user):
    """As `dangers`, of the account with the id `user`, from all that is known of her."""
    listed = Mediator.objects.filter(user=user, resident__isnull=False).values_list("resident_id", flat=True)
    return dangers({*listed, *own_records(user)}, StepBack.objects.filter(mediator__user=user))


def residents_in(matter):
    """Ids of the records that the parties of `matter` (Lead or Case) are known by."""
    return {one["resident"] for one in matter.parties if one["resident"]}


def matters_with(people):
    """Leads and cases in which one of `people` (ids of residents) stands, found by their marks."""
    if not people:
        return []
    marks = [mark_of(pk) for pk in people]
    leads = Lead.objects.filter(pk__in=LeadMark.objects.filter(mark__in=marks).values("lead"))
    cases = Case.objects.filter(pk__in=CaseMark.objects.filter(mark__in=marks).values("case"))
    return [*leads.select_related("area"), *cases.select_related("area")]


def parties_with(people, *, but=None):
    """Ids of all parties of the leads and cases in which one of `people` stands, without the matter `but`."""
    return set().union(*(residents_in(matter) for matter in matters_with(people) if matter != but))


def conflicts_of(mediator, people, *, earlier=()):
    """`[Conflict]` of `mediator` with `people` (ids of residents); `earlier`: ids of who stood with them in other leads."""
    people = with_merged(people)
    found = dangers_of(mediator)
    found[Conflict.EARLIER] = people if found[Conflict.SELF] & with_merged(earlier) else set()
    return [one for one in Conflict if found[one] & people]


def barred_users(matter):
    """`{user id: [Conflict]}` of the accounts that must not see `matter` (Lead or Case)."""
    people = with_merged(residents_in(matter))
    if not people:
        return {}
    found = near(people) | {Conflict.EARLIER: with_merged(parties_with(people, but=matter)) - people}
    everyone = set().union(*found.values())
    listed = Mediator.objects.filter(resident__in=everyone, user__isnull=False).values_list("user_id", "resident_id")
    barred = defaultdict(set)
    for user, own in {*listed, *accounts_of(everyone)}:
        barred[user] |= {one for one, ids in found.items() if own in ids}
    steps = StepBack.objects.filter(resident__in=people, mediator__user__isnull=False)
    for user, kin in steps.values_list("mediator__user", "kin"):
        barred[user].add(Conflict.KIN if kin else Conflict.STEP_BACK)
    return {user: [one for one in Conflict if one in why] for user, why in barred.items()}


def matters_against(user):
    """Leads and cases that the account with the id `user` must not see."""
    found = dangers_to(user)
    others = parties_with(found.get(Conflict.SELF, ()))
    return matters_with(set().union(*found.values(), with_merged(others)))


def must_step_back(user, matter):
    """True when the account `user` has a conflict of interest with `matter` by what is known now."""
    people = with_merged(residents_in(matter))
    if not people:
        return False
    found = dangers_to(user.pk)
    if set().union(*found.values()) & people:
        return True
    return bool(found[Conflict.SELF] and parties_with(found[Conflict.SELF], but=matter) & people)
