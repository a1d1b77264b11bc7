"""Households: number, address, head, grid, due date, and assigning many of them at once with undo."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Max
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core import audit
from fedhub.core.history import write_history
from fedhub.core.models.numbers import take_numbers
from fedhub.core.pinyin import sort_key
from fedhub.core.text import chinese_date, normalise
from fedhub.core.versions import StaleVersion, save_version
from households.enums import MembershipKind, ResidentState
from households.guards import Guarded, check_guard
from households.models import (
    BulkAssignment,
    Household,
    HouseholdKey,
    HouseholdPlace,
    Membership,
    Resident,
)
from households.panels import followers
from households.plan import PLANNED, planned, rhythm_of
from households.queries import categories_of_household
from households.searchkeys import compose_address, compound_and_room, household_keys

HEAD = "02"
ADDRESS_PARTS = ("compound", "building", "stair", "floor", "room")
ADDRESS_FIELDS = {*ADDRESS_PARTS, "address"}
# What the visit rules look at (households.plan).
RHYTHM_FIELDS = {"risk_level", "hukou_type", "housing"}


# --- registering and changing -------------------------------------------------------------------------------------
def next_household_number(area):
    """ "H" + the community's 12 digits + "-" + 5 digits; call inside the transaction that uses it (decision 36)."""
    code = area.community_code
    return f"H{code}-{take_numbers(f'household:{code}'):05d}"


def write_household_keys(households):
    """Replace the search keys of `households`, in bulk."""
    households = list(households)
    HouseholdKey.objects.filter(household_id__in=[h.pk for h in households]).delete()
    HouseholdKey.objects.bulk_create(
        [HouseholdKey(key=key, household=h) for h in households for key in sorted(household_keys(h))], batch_size=500
    )


def prepare_address(household, *, before=""):
    """Normal forms of the address and its key (not saved).

    The whole address is composed from the parts unless somebody wrote one of her own; `before` is what the parts gave
    earlier.
    """
    for name in ADDRESS_FIELDS:
        setattr(household, name, normalise(getattr(household, name)))
    composed = compose_address(household)
    if composed and household.address in ("", before):
        household.address = composed
    household.address_key = compound_and_room(household)


def check_home(area):
    """Raise ValidationError unless households can lie in `area`."""
    if not area.is_home:
        raise ValidationError(f"“{area.name}”不能放家庭，请选在用的网格或联户单元。")


@transaction.atomic
def create_household(household, *, by):
    """Register a household in its area: number, first place row, search keys, first due day. Returns the Household."""
    check_home(household.area)
    prepare_address(household)
    household.head_name = normalise(household.head_name)
    household.head_sort = sort_key(household.called)[:60]
    household.number = next_household_number(household.area)
    household.created_by = by
    household.save()
    HouseholdPlace.objects.create(
        household=household, area=household.area, valid_from=timezone.localdate(), reason="登记", recorded_by=by
    )
    write_household_keys([household])
    set_due(household, household.last_visit_on)
    audit.record("households.household.create", household, by=by)
    return household


@transaction.atomic
def change_household(household, fields, *, base_version, reason="", approved=None, by):
    """Save changed `fields` of a household (never its area: see `move_household`), in its history with `reason`. Raises
    StaleVersion."""
    fields = set(fields) - {"area"}
    if fields & ADDRESS_FIELDS:
        check_guard(Guarded.ADDRESS, household=household, approved=approved)
        old = Household.objects.filter(pk=household.pk).first()
        prepare_address(household, before=compose_address(old) if old else "")
        fields |= {"address", "address_key"}
    if "head_name" in fields:
        household.head_name = normalise(household.head_name)
        household.head_sort = sort_key(household.called)[:60]
        fields.add("head_sort")
    save_version(household, sorted(fields), base_version=base_version, reason=reason)
    if fields & ADDRESS_FIELDS:
        write_household_keys([household])
    if fields & RHYTHM_FIELDS:
        set_due(household, household.last_visit_on)
    audit.record("households.household.change", household, by=by, fields=sorted(fields - {"address_key", "head_sort"}))
    return household


# --- members ------------------------------------------------------------------------------------------------------
def living_members(household):
    """Open memberships of living of people on the books, head first."""
    return (
        Membership.objects.filter(
            household=household,
            kind=MembershipKind.LIVES,
            valid_to=None,
            resident__state=ResidentState.ACTIVE,
        )
        .select_related("resident")
        .order_by("relation", "pk")
    )


def refresh_household(household):
    """Rewrite head, number of people and what the visit rules make of them, from the memberships; version and history
    stay as they are (derived columns).

    The head is the open member with relation 02. Without one a name that was typed stays (ledgers of women often name
    a husband who has no row), but a former head who left is forgotten.
    """
    rows = Membership.objects.filter(household=household).select_related("resident").order_by("kind", "pk")
    here = [m for m in rows if m.valid_to is None and m.resident.state == ResidentState.ACTIVE]
    heads = [m.resident.name for m in here if m.relation == HEAD]
    former = {m.resident.name for m in rows if m.relation == HEAD or m.valid_to is not None}
    former |= {m.resident.name for m in rows if m.resident.state != ResidentState.ACTIVE}
    if heads:
        household.head_name = heads[0]
    elif household.head_name in former:
        household.head_name = ""
    household.first_name = next((m.resident.name for m in here if m.kind == MembershipKind.LIVES), "")
    household.head_sort = sort_key(household.called)[:60]
    household.people = sum(m.kind == MembershipKind.LIVES for m in here)
    Household.objects.filter(pk=household.pk).update(
        head_name=household.head_name,
        first_name=household.first_name,
        head_sort=household.head_sort,
        people=household.people,
    )
    return set_due(household, household.last_visit_on)


@transaction.atomic
def set_relations(household, relations, *, by):
    """Write the relation of living members; at most one may be the head (02).

    `relations` is {membership id: (code, version that was read)}. Raises ValidationError, and StaleVersion with nothing
    written when one of them was changed meanwhile.
    """
    members = {m.pk: m for m in living_members(household)}
    for pk, (_, read) in relations.items():
        if pk in members and members[pk].version != read:
            raise StaleVersion(members[pk])
    wanted = {pk: relations[pk][0] if pk in relations else member.relation for pk, member in members.items()}
    if list(wanted.values()).count(HEAD) > 1:
        raise ValidationError("一户只能有一位户主。")
    changed = [pk for pk, code in wanted.items() if code != members[pk].relation]
    for pk in changed:
        members[pk].relation = wanted[pk]
        save_version(members[pk], ["relation"], base_version=relations[pk][1])
    if changed:
        refresh_household(household)
        audit.record("households.household.set_relations", household, by=by, count=len(changed))
    return household


# --- due date -----------------------------------------------------------------------------------------------------
def set_due(household, last_visit_on):
    """Write last visit, next due day and what the rules say of the family; the shortest interval wins."""
    household.last_visit_on = last_visit_on
    household.next_due_on = None
    if household.is_open:
        rhythm = rhythm_of(
            categories_of_household(household), level=household.risk_level, hukou_type=household.hukou_type,
            housing=household.housing, people=household.people,
        )  # fmt: skip
        for name, value in zip(PLANNED, planned(rhythm, last_visit_on, household.created_at), strict=True):
            setattr(household, name, value)
    names = ("last_visit_on", *PLANNED)
    Household.objects.filter(pk=household.pk).update(**{name: getattr(household, name) for name in names})
    return household


def note_visit(household, *, day, by):
    """A counting visit took place on `day`: last visit and next due day follow; an older visit changes nothing.

    Visits at which nobody was met must not be noted (handbook 13.2 rule 2).
    """
    return set_due(household, max(filter(None, [household.last_visit_on, day])))


def recompute_due(household):
    """Work out last visit and next due day anew: newest counting visit, shortest interval by category.

    The visits hang on `household.visits` from the app above; only their days are read.
    """
    return set_due(household, household.visits.counting().aggregate(last=Max("visited_on"))["last"])


# --- moving between grids -----------------------------------------------------------------------------------------
@transaction.atomic
def move_household(household, area, *, on=None, reason="", approved=None, by):
    """Move a household to the grid (or 联户单元) `area` from the day `on`; those who live there move with it.

    Nobody else writes HouseholdPlace. Returns the Household. Raises ValidationError, StaleVersion.
    """
    on = on or timezone.localdate()
    check_home(area)
    if not household.is_open:
        raise ValidationError(f"{household}已不在册，不能再分派。")
    if area.pk == household.area_id:
        return household
    check_move_day([household], on)
    check_guard(Guarded.ADDRESS, household=household, approved=approved)
    _move([household], area, on=on, reason=reason, by=by)
    household.refresh_from_db()
    audit.record("households.household.move", household, by=by, reason=reason, area=area, to=area.code)
    return household


def check_move_day(households, on):
    """Raise ValidationError unless `households` may move on the day `on`: not after today, and for none of them before
    the day it came to where it lies now, or its places would overlap and `place_on` would answer wrongly."""
    if on > timezone.localdate():
        raise ValidationError("日期不能晚于今天：到了那天再来办。")
    later = HouseholdPlace.objects.filter(
        household_id__in=[h.pk for h in households], valid_to=None, valid_from__gt=on
    ).aggregate(number=Count("pk"), last=Max("valid_from"))
    if later["number"]:
        raise ValidationError(
            f"有 {later['number']} 户是后来才到现在的网格的（最晚 {chinese_date(later['last'])}），"
            "日期不能早于这一天。"
        )


def _move(households, area, *, on, reason, by):
    """Bulk part of moving: place rows, areas of households and residents, history. Returns {household id: place}."""
    ids = [h.pk for h in households]
    day_before = on - timedelta(days=1)
    current = HouseholdPlace.objects.filter(household_id__in=ids, valid_to=None)
    current.filter(valid_from__lte=day_before).update(valid_to=day_before)
    current.filter(valid_from__gt=day_before).update(valid_to=F("valid_from"))
    places = HouseholdPlace.objects.bulk_create(
        [
            HouseholdPlace(household_id=pk, area=area, valid_from=on, reason=normalise(reason)[:60], recorded_by=by)
            for pk in ids
        ]
    )
    now = timezone.now()
    Household.objects.filter(pk__in=ids).update(area=area, version=F("version") + 1, updated_at=now)
    living = Membership.objects.filter(household_id__in=ids, kind=MembershipKind.LIVES, valid_to=None)
    people = Resident.objects.filter(pk__in=living.values("resident_id")).exclude(area=area)
    people_ids = list(people.values_list("pk", flat=True))
    Resident.objects.filter(pk__in=people_ids).update(area=area, updated_at=now)
    for follow in followers:
        follow(ids, area)
    write_history(Household.objects.filter(pk__in=ids), reason="换网格")
    write_history(Resident.objects.filter(pk__in=people_ids), reason="随家庭换网格")
    return {place.household_id: place for place in places}


@transaction.atomic
def follow_area(areas, area, *, on, reason, by):
    """Let what still lies in `areas`, places out of use from the day `on`, lie in `area`: households off the books and
    people without a household. Households on the books are moved one by one before (`move_household`)."""
    homes = list(Household.objects.filter(area__in=areas))
    check_move_day(homes, on)
    if homes:
        _move(homes, area, on=on, reason=reason, by=by)
        audit.record_many("households.household.move", homes, by=by, reason=reason, area=area, to=area.code)
    people = list(Resident.objects.filter(area__in=areas).values_list("pk", flat=True))
    Resident.objects.filter(pk__in=people).update(area=area, version=F("version") + 1, updated_at=timezone.now())
    moved = list(Resident.objects.filter(pk__in=people))
    write_history(moved, reason=reason)
    audit.record_many("households.resident.move", moved, by=by, reason=reason, area=area, to=area.code)


@transaction.atomic
def assign_households(households, target, *, reason="", by):
    """Assign many households to the grid or 联户单元 `target` at once. Returns the BulkAssignment, for undoing.

    Households that lie there already are left alone. Raises ValidationError when nothing is left to assign.
    """
    check_home(target)
    wanted = list(Household.objects.filter(pk__in=[h.pk for h in households]).active().exclude(area=target))
    if not wanted:
        raise ValidationError("选中的家庭都已经在这个网格里，没有要分派的。")
    places = _move(wanted, target, on=timezone.localdate(), reason=reason or "批量分派", by=by)
    bulk = BulkAssignment.objects.create(
        area=target,
        target=target,
        total=len(wanted),
        reason=normalise(reason)[:60],
        created_by=by,
        undo=[[h.pk, h.area_id, places[h.pk].pk] for h in wanted],
    )
    audit.record("households.bulkassignment.make", bulk, by=by, reason=reason, area=target, count=len(wanted))
    audit.record_many("households.household.move", wanted, by=by, reason=reason, area=target, to=target.code)
    return bulk


@dataclass
class Undone:
    """What an undo did: households taken back, and those it left alone because they were moved or closed since."""

    back: list = field(default_factory=list)
    refused: list = field(default_factory=list)


@transaction.atomic
def undo_assignment(bulk, *, by):
    """Take a bulk assignment back. Households that were moved or closed since, or whose old grid is out of use, stay
    where they are and are listed. Returns Undone. Raises ValidationError when it was undone before."""
    claimed = BulkAssignment.objects.filter(pk=bulk.pk, undone_at=None).update(
        undone_at=timezone.now(), version=F("version") + 1
    )
    if not claimed:
        raise ValidationError("这次分派已经撤销过了。")
    bulk.refresh_from_db()
    found = Household.objects.in_bulk([pk for pk, _, _ in bulk.undo])
    areas = Area.objects.in_bulk({area for _, area, _ in bulk.undo})
    open_places = set(
        HouseholdPlace.objects.filter(pk__in=[p for _, _, p in bulk.undo], valid_to=None).values_list("pk", flat=True)
    )
    result, back = Undone(), {}
    for pk, area_id, place in bulk.undo:
        household = found[pk]
        if place in open_places and household.is_open and areas[area_id].is_home:
            back.setdefault(area_id, []).append(household)
        else:
            result.refused.append(household)
    for area_id, rows in back.items():
        _move(rows, areas[area_id], on=timezone.localdate(), reason="撤销批量分派", by=by)
        audit.record_many("households.household.move", rows, by=by, reason="撤销批量分派", area=areas[area_id])
        result.back.extend(rows)
    audit.record("households.bulkassignment.undo", bulk, by=by, back=len(result.back), refused=len(result.refused))
    return result
