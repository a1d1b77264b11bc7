"""What an import compares its rows with: people and households on file as plain records.

A second import of a ledger reads everybody in it once more; to make a model of each took longer than all comparing.
"""

from types import SimpleNamespace

from fedhub.areas.models import Area
from fedhub.core.lookups import AnyOf
from households.enums import MembershipKind
from households.models import Household, Membership, Phone, Status

ADDRESS_PARTS = ("compound", "building", "stair", "floor", "room")
# Column key of a ledger → field of Household.
HOUSEHOLD_COLUMNS = {
    "head_name": "head_name", "home_hukou": "hukou_type", "housing": "housing", "housing_note": "housing_note",
    "home_income": "income_note", "home_note": "note",
}  # fmt: skip
PERSON_FIELDS = (
    "name", "former_name", "sex", "birth", "ethnic", "education", "political", "marital", "employment", "workplace",
    "hukou_type", "hukou_address", "children", "skills", "is_backbone", "is_volunteer", "health", "health_note",
    "income_note", "note",
)  # fmt: skip
_PERSON = (*PERSON_FIELDS, "pk", "version", "state", "area_id", "id_type", "id_number", "id_note", "id_blind", "raw")
_HOME = (
    *ADDRESS_PARTS, *HOUSEHOLD_COLUMNS.values(), "pk", "version", "area_id", "number", "address", "address_key", "people",
)  # fmt: skip


def known_people(context, rows):
    """The people of the queryset `rows` of Resident as records of their fields.

    Each has `area`, `phones` (number, usable), `categories` (codes valid today) and `member`: `relation` and `home` (see
    `known_homes`, here with the categories of the family), or None for who lives in no household.
    """
    people = {
        record["pk"]: SimpleNamespace(**record, phones=[], categories=[], member=None)
        for record in rows.values(*_PERSON)
    }
    if not people:
        return []
    _add_areas(context, people.values())
    numbers = Phone.objects.filter(AnyOf("resident_id", people))
    for pk, number, usable in numbers.values_list("resident_id", "number", "usable"):
        people[pk].phones.append(SimpleNamespace(number=number, usable=usable))
    statuses = Status.objects.current()
    for pk, code in statuses.filter(AnyOf("resident_id", people)).values_list("resident_id", "category"):
        people[pk].categories.append(code)
    members = Membership.objects.filter(AnyOf("resident_id", people), valid_to=None, kind=MembershipKind.LIVES)
    lives = {
        pk: (home, relation) for pk, home, relation in members.values_list("resident_id", "household_id", "relation")
    }
    houses = Household.objects.filter(AnyOf("pk", {home for home, _ in lives.values()}))
    homes = {home.pk: home for home in known_homes(context, houses)}
    for pk, code in statuses.filter(AnyOf("household_id", homes)).values_list("household_id", "category"):
        homes[pk].categories.append(code)
    for pk, (home, relation) in lives.items():
        people[pk].member = SimpleNamespace(relation=relation, home=homes[home])
    return list(people.values())


def known_homes(context, rows):
    """The households of the queryset `rows` of Household as records of their fields, with `area`."""
    homes = [SimpleNamespace(**record, categories=[]) for record in rows.values(*_HOME)]
    _add_areas(context, homes)
    return homes


def _add_areas(context, records):
    """Set `area` of `records`; areas are few, and each is read once in an import."""
    known = context.memo.setdefault("area_of", {})
    known |= Area.objects.in_bulk({record.area_id for record in records} - known.keys())
    for record in records:
        record.area = known[record.area_id]
