"""Conflicts of interest: who must not handle a matter, found before she is shown anything of it (人民调解法 art. 13, 15)."""

from django.db.models import Q

from households.models import Household, Membership, Resident
from mediation.enums import Conflict
from mediation.models import Case, Lead, Mediator, StepBack


def with_merged(pks):
    """The records `pks`, those that they were merged into, and those that were merged into them."""
    found, new = set(), {pk for pk in pks if pk}
    while new:
        found |= new
        near = Resident.objects.filter(Q(pk__in=new) | Q(merged_into__in=new)).values_list("pk", "merged_into")
        new = {pk for pair in near for pk in pair if pk} - found
    return found


def mediators_near(area):
    """Mediators of the community of `area`, whom a matter there could be given to or who could look at it."""
    rows = Mediator.objects.filter(area__code__startswith=area.community_code, ended_on=None)
    return list(rows.order_by("name", "pk"))


def dangers_of(mediator):
    """`{Conflict: ids of people}` whom `mediator` must not handle, from the records of families and her step-back list."""
    found = {one: set() for one in Conflict}
    for pk, kin in StepBack.objects.filter(mediator=mediator).values_list("resident", "kin"):
        found[Conflict.KIN if kin else Conflict.STEP_BACK].add(pk)
    own = with_merged([mediator.resident_id])
    if own:
        found[Conflict.SELF] = own
        homes = set(Membership.objects.filter(resident__in=own).values_list("household_id", flat=True))
        found[Conflict.HOUSEHOLD] = set(
            Membership.objects.filter(household__in=homes).values_list("resident_id", flat=True)
        )
        found[Conflict.BUILDING] = _neighbours(own)
    return {one: with_merged(people) for one, people in found.items()}


def _neighbours(own):
    """Who lives now in the building where one of `own` lives now; a room alone is no building."""
    homes = Membership.objects.filter(resident__in=own, valid_to=None).values_list("household_id", flat=True)
    houses = Household.objects.filter(pk__in=list(homes)).exclude(building="")
    found = set()
    for area_id, compound, building in houses.values_list("area_id", "compound", "building").distinct():
        near = Membership.objects.filter(
            household__area=area_id, household__compound=compound, household__building=building, valid_to=None
        )
        found |= set(near.values_list("resident_id", flat=True))
    return found


def residents_in(matter):
    """Ids of the records that the parties of `matter` (Lead or Case) are known by."""
    return {one["resident"] for one in matter.parties if one["resident"]}


def parties_with(area, people, *, but=None):
    """Ids of all parties of the leads and cases of the community in which one of `people` stands, without the matter `but`."""
    found = set()
    for model in (Lead, Case) if people else ():
        for matter in model.objects.filter(area__code__startswith=area.community_code).only("body"):
            ids = residents_in(matter)
            if matter != but and ids & people:
                found |= ids
    return found


def conflicts_of(mediator, people, *, earlier=()):
    """`[Conflict]` of `mediator` with `people` (ids of residents); `earlier`: ids of who stood with them in other leads."""
    people = with_merged(people)
    dangers = dangers_of(mediator)
    dangers[Conflict.EARLIER] = people if dangers[Conflict.SELF] & with_merged(earlier) else set()
    return [one for one in Conflict if dangers[one] & people]


def barred_people(matter):
    """`{Mediator: [Conflict]}` of those of the place who must not see `matter` (Lead or Case)."""
    people = with_merged(residents_in(matter))
    if not people:
        return {}
    earlier = parties_with(matter.area, people, but=matter)
    found = {one: conflicts_of(one, people, earlier=earlier) for one in mediators_near(matter.area)}
    return {one: why for one, why in found.items() if why}


def matters_against(mediator):
    """Leads and cases of her community that `mediator` must not see."""
    dangers = dangers_of(mediator)
    others = parties_with(mediator.area, dangers[Conflict.SELF])
    people = set().union(*dangers.values(), with_merged(others))
    near = {"area__code__startswith": mediator.area.community_code}
    rows = [*Lead.objects.filter(**near), *Case.objects.filter(**near)]
    return [matter for matter in rows if residents_in(matter) & people]
