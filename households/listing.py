"""What lists of people and of families read: plain values, never instances.

Fifty people as instances, with what hangs on them, are three hundred objects a page; as values they are one query for
the rows and one for each thing that a person may have several of.
"""

from django.db.models import Count, F, FilteredRelation, Q
from django.utils import timezone

from fedhub.core.lookups import AnyOf
from households.enums import MembershipKind
from households.models import Household, Phone, Status

# What a line of a search says; no identity number is opened for it.
FOUND = ("id", "name", "birth", "sex", "state", "area_id")
PERSON = (*FOUND, "id_note", "id_number")
FAMILY = (
    "id", "number", "head_name", "first_name", "address", "area_id", "people", "last_visit_on", "next_due_on", "state",
)  # fmt: skip
LIVING = Q(memberships__kind=MembershipKind.LIVES, memberships__valid_to=None)


def person_values(rows, columns=PERSON, *more):
    """`rows` (Residents) as dicts of `columns`, of the fields `more`, and of the home's home_id, home_number, head_name,
    first_name and address."""
    home = "living__household__"
    return rows.annotate(living=FilteredRelation("memberships", condition=LIVING)).values(
        *dict.fromkeys((*columns, *more)), home_id=F("living__household_id"), home_number=F(f"{home}number"),
        head_name=F(f"{home}head_name"), first_name=F(f"{home}first_name"), address=F(f"{home}address"),
    )  # fmt: skip


def family_values(rows, *more):
    """`rows` (Households) as dicts of FAMILY and of the fields `more`."""
    return rows.values(*dict.fromkeys((*FAMILY, *more)))


def first_phones(resident_ids):
    """`{resident id: (phone id, number)}`: the first usable number of each; one query."""
    found = {}
    rows = Phone.objects.filter(AnyOf("resident_id", resident_ids), usable=True).order_by("position", "pk")
    for resident_id, pk, number in rows.values_list("resident_id", "pk", "number"):
        found.setdefault(resident_id, (pk, number))
    return found


def categories_of_residents(ids, day=None):
    """`{resident id: [category code]}` on `day` (default today), each code once; one query."""
    found = {}
    rows = Status.objects.filter(AnyOf("resident_id", ids)).as_of(day or timezone.localdate())
    for resident_id, category in rows.order_by("valid_from", "pk").values_list("resident_id", "category"):
        found.setdefault(resident_id, {})[category] = True
    return {pk: list(codes) for pk, codes in found.items()}


def categories_of_households(ids, day=None):
    """`{household id: [category code]}`: the household's own, then those of who lives there; two queries."""
    day = day or timezone.localdate()
    found = {}
    own = Status.objects.filter(AnyOf("household_id", ids)).as_of(day).order_by("valid_from", "pk")
    for household_id, category in own.values_list("household_id", "category"):
        found.setdefault(household_id, {})[category] = True
    home = "resident__memberships__"
    living = {f"{home}kind": MembershipKind.LIVES, f"{home}valid_to": None}
    theirs = Status.objects.filter(AnyOf(f"{home}household_id", ids), **living).as_of(day)
    ordered = theirs.order_by(f"{home}relation", f"{home}pk", "valid_from", "pk")
    for household_id, category in ordered.values_list(f"{home}household_id", "category"):
        found.setdefault(household_id, {})[category] = True
    return {pk: list(codes) for pk, codes in found.items()}


def visits_this_month(household_ids):
    """`{household id: number}` of counting visits since the first of the month; one query."""
    visits = Household.visits.rel.related_model
    month = timezone.localdate().replace(day=1)
    rows = visits.objects.counting().filter(AnyOf("household_id", household_ids), visited_on__gte=month).order_by()
    return dict(rows.values("household_id").annotate(n=Count("pk")).values_list("household_id", "n"))
