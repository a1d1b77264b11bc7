"""What lists of people and of families read: plain values, never instances.

Fifty people as instances, with what hangs on them, are three hundred objects a page; as values they are one query for
the rows and one for each thing that a person may have several of.
"""

from django.db.models import Count, DateField, F, FilteredRelation, Q
from django.utils import timezone

from fedhub.core.lookups import AnyOf
from fedhub.core.prepared import Given, prepared
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


@prepared
def _phones():
    rows = Phone.objects.filter(AnyOf("resident_id", Given("ids")), usable=True).order_by("position", "pk")
    return rows.values_list("resident_id", "pk", "number")


def first_phones(resident_ids):
    """`{resident id: (phone id, number)}`: the first usable number of each; one query."""
    found = {}
    for resident_id, pk, number in _phones.rows(ids=resident_ids):
        found.setdefault(resident_id, (pk, number))
    return found


def _held():
    return Status.objects.as_of(Given("day", DateField()))


@prepared
def _of_residents():
    rows = _held().filter(AnyOf("resident_id", Given("ids"))).order_by("valid_from", "pk")
    return rows.values_list("resident_id", "category")


def categories_of_residents(ids, day=None):
    """`{resident id: [category code]}` on `day` (default today), each code once; one query."""
    return _each_once(_of_residents.rows(ids=ids, day=day or timezone.localdate()))


@prepared
def _of_households():
    rows = _held().filter(AnyOf("household_id", Given("ids"))).order_by("valid_from", "pk")
    return rows.values_list("household_id", "category")


@prepared
def _of_who_lives_there():
    home = "resident__memberships__"
    living = {f"{home}kind": MembershipKind.LIVES, f"{home}valid_to": None}
    rows = _held().filter(AnyOf(f"{home}household_id", Given("ids")), **living)
    return rows.order_by(f"{home}relation", f"{home}pk", "valid_from", "pk").values_list(
        f"{home}household_id", "category"
    )


def categories_of_households(ids, day=None):
    """`{household id: [category code]}`: the household's own, then those of who lives there; two queries."""
    asked = {"ids": ids, "day": day or timezone.localdate()}
    return _each_once([*_of_households.rows(**asked), *_of_who_lives_there.rows(**asked)])


def _each_once(rows):
    """`{key: [code]}` of (key, code), in their order, each code once."""
    found = {}
    for key, code in rows:
        found.setdefault(key, {})[code] = True
    return {key: list(codes) for key, codes in found.items()}


@prepared
def _visits():
    counting = Household.visits.rel.related_model.objects.counting()
    rows = counting.filter(AnyOf("household_id", Given("ids")), visited_on__gte=Given("since", DateField())).order_by()
    return rows.values("household_id").annotate(n=Count("pk")).values_list("household_id", "n")


def visits_this_month(household_ids):
    """`{household id: number}` of counting visits since the first of the month; one query."""
    return dict(_visits.rows(ids=household_ids, since=timezone.localdate().replace(day=1)))
