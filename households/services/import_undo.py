"""Taking an import back: rows that somebody worked on since stay as they are and are listed."""

from collections import defaultdict

from django.utils import timezone

from fedhub.core.bulk import bump, delete_many, insert_history, update_many
from households.enums import ResidentState
from households.guards import Guarded, guarded_homes, homes_of_people
from households.models import (
    Household,
    HouseholdKey,
    HouseholdPlace,
    Membership,
    Phone,
    Resident,
    ResidentKey,
    Status,
)
from households.searchkeys import household_keys, resident_keys
from households.services.import_write import ADDRESSES, SLICE, refresh_households, write_keys
from households.services.merge import links_of
from households.services.residents import drop_phones

OWN_PARTS = (Phone, Membership, Status, ResidentKey, HouseholdKey, HouseholdPlace)
CHANGED_SINCE = "写入之后档案又被改过"
USED_SINCE = "写入之后又有了走访、诉求等记录"
GUARDED_SINCE = "改这户的住址、类别要先由别人审批"


def undo_rows(context, rows):
    """Take back `rows` (StagedRow with memo "undo"); returns `{row number: why it stayed}` for those left alone."""
    kept, touched = {}, context.memo.setdefault("touched", set())
    changes = [row for row in rows if "resident" in row.memo["undo"]]
    made = [row for row in rows if "made" in row.memo["undo"]]
    kept.update(dict.fromkeys(_guarded(rows), GUARDED_SINCE))
    changes, made = ([row for row in part if row.number not in kept] for part in (changes, made))
    _take_back_changes(context, changes, kept, touched)
    _take_back_people(context, made, kept, touched)
    context.memo.setdefault("homes", []).extend(r.memo["undo"]["home"] for r in rows if r.memo["undo"].get("home"))
    return kept


def finish_undo(context):
    """Remove the households that the import made and nobody uses; head, people and due date of the others."""
    homes = context.memo.get("homes", [])
    gone = set()
    for start in range(0, len(homes), SLICE):
        gone |= _take_back_homes(context, homes[start : start + SLICE])
    left = sorted(context.memo.get("touched", set()) - gone)
    for start in range(0, len(left), SLICE):
        refresh_households(left[start : start + SLICE])


def _guarded(rows):
    """Numbers of rows whose undoing would change the address or the categories of a family in hardship: families are
    helped since the import, and then both change by request alone."""
    people, homes = {}, {}
    for row in rows:
        undo = row.memo["undo"]
        if undo.get("statuses"):
            people[row.number] = undo.get("resident") or undo["made"]
        if ADDRESSES & set(undo.get("household", {}).get("old", ())):
            homes[row.number] = undo["household"]["id"]
    living = homes_of_people(people.values())
    shut = guarded_homes(Guarded.CATEGORY, living.values())
    found = {number for number, pk in people.items() if living.get(pk) in shut}
    shut = guarded_homes(Guarded.ADDRESS, homes.values())
    return found | {number for number, pk in homes.items() if pk in shut}


# --- changed people ------------------------------------------------------------------------------------------------
def _take_back_changes(context, rows, kept, touched):
    people = Resident.objects.select_for_update().in_bulk([row.memo["undo"]["resident"] for row in rows])
    by_fields, households, relations, renamed = defaultdict(list), {}, {}, []
    taken = []
    for row in rows:
        undo = row.memo["undo"]
        person = people.get(undo["resident"])
        if person is None or person.version != undo["version"] or person.state != ResidentState.ACTIVE:
            kept[row.number] = CHANGED_SINCE
            continue
        taken.append(undo)
        for name, value in undo["old"].items():
            setattr(person, name, value)
        by_fields[tuple(sorted(undo["old"]))].append(person)
        if {"name", "former_name"} & set(undo["old"]):
            renamed.append(person)
        if undo.get("household"):
            households[undo["household"]["id"]] = undo["household"]
        if undo.get("relation"):
            relations[undo["relation"][0]] = undo["relation"][1]
    for names, changed in by_fields.items():
        update_many(changed, [*names, *bump(changed)])
        insert_history(changed, kind="~", by=context.user, reason=f"撤销 {context.number}")
    ResidentKey.objects.filter(resident_id__in=[p.pk for p in renamed]).delete()
    write_keys(ResidentKey, "resident_id", ((p.pk, resident_keys(p.name, p.former_name)) for p in renamed))
    phones = Phone.objects.filter(pk__in=[pk for undo in taken for pk in undo.get("phones", ())])
    drop_phones(list(phones), by=context.user, reason=f"撤销 {context.number}")
    # A category once recorded is never removed: it is marked as replaced by nothing, so that old ledgers repeat.
    recorded = [pk for undo in taken for pk in undo.get("statuses", ())]
    Status.objects.filter(pk__in=recorded, replaced_at=None).update(replaced_at=timezone.now())
    members = Membership.objects.filter(pk__in=[pk for undo in taken for pk in undo.get("members", ())])
    touched.update(members.values_list("household_id", flat=True))
    members.delete()
    _take_back_relations(relations, touched)
    _take_back_households(context, households, touched)
    touched.update(
        Membership.objects.filter(resident_id__in=[p.pk for p in renamed], valid_to=None).values_list(
            "household_id", flat=True
        )
    )


def _take_back_relations(relations, touched):
    members = list(Membership.objects.filter(pk__in=relations))
    for member in members:
        member.relation = relations[member.pk]
        touched.add(member.household_id)
    update_many(members, ["relation", *bump(members)])


def _take_back_households(context, households, touched):
    homes = Household.objects.select_for_update().in_bulk(households)
    for pk, home in homes.items():
        undo = households[pk]
        if home.version != undo["version"]:
            continue
        for name, value in undo["old"].items():
            setattr(home, name, value)
        update_many([home], [*undo["old"], *bump([home])])
        insert_history([home], kind="~", by=context.user, reason=f"撤销 {context.number}")
        HouseholdKey.objects.filter(household_id=pk).delete()
        write_keys(HouseholdKey, "household_id", [(pk, household_keys(home))])
        touched.add(pk)


# --- people and households that the import made -------------------------------------------------------------------------
def _take_back_people(context, rows, kept, touched):
    ids = {row.memo["undo"]["made"]: row for row in rows}
    people = Resident.objects.in_bulk(ids)
    used = referenced(Resident, ids) | _grown(ids, rows)
    removable = []
    for pk, row in ids.items():
        if pk not in people or people[pk].version != 1:
            kept[row.number] = CHANGED_SINCE
        elif pk in used:
            kept[row.number] = USED_SINCE
        else:
            removable.append(pk)
    members = Membership.objects.filter(resident_id__in=removable)
    touched.update(members.values_list("household_id", flat=True))
    members.delete()
    phones = Phone.objects.filter(resident_id__in=removable)
    drop_phones(list(phones), by=context.user, reason=f"撤销 {context.number}")
    Status.objects.filter(resident_id__in=removable).delete()
    ResidentKey.objects.filter(resident_id__in=removable).delete()
    insert_history([people[pk] for pk in removable], kind="-", by=context.user, reason=f"撤销 {context.number}")
    delete_many(Resident, removable)


def _grown(ids, rows):
    """People who got phones, memberships or categories after the import, or whose imported ones were changed."""
    grown = set()
    for model, name in ((Phone, "phones"), (Membership, "members"), (Status, "statuses")):
        ours = {pk for row in rows for pk in row.memo["undo"].get(name, ())}
        later = model.objects.filter(resident_id__in=ids).exclude(pk__in=ours)
        grown.update(later.values_list("resident_id", flat=True))
    ended = Membership.objects.filter(resident_id__in=ids, valid_to__isnull=False)
    return grown | set(ended.values_list("resident_id", flat=True))


def _take_back_homes(context, ids):
    """Remove households that the import made and nobody uses; returns the ids removed."""
    homes = Household.objects.in_bulk(ids)
    used = referenced(Household, homes) | set(
        Membership.objects.filter(household_id__in=homes).values_list("household_id", flat=True)
    )
    used |= set(Status.objects.filter(household_id__in=homes).values_list("household_id", flat=True))
    removable = [pk for pk, home in homes.items() if pk not in used and home.version == 1]
    HouseholdPlace.objects.filter(household_id__in=removable).delete()
    HouseholdKey.objects.filter(household_id__in=removable).delete()
    insert_history([homes[pk] for pk in removable], kind="-", by=context.user, reason=f"撤销 {context.number}")
    delete_many(Household, removable)
    return set(removable)


def referenced(model, ids):
    """Ids of `model` that other tables point at, apart from the parts that the import itself writes.

    Asks every foreign key, hidden ones and many-to-many tables too: the register at the desk, what a visit found, who
    was met, merges. No sealed table may have such a key (see safety.RiskReport), so nothing sealed shows here.
    """
    found = set()
    for related, name in links_of(model, stays=OWN_PARTS):
        rows = related._base_manager.filter(**{f"{name}__in": list(ids)})
        found.update(rows.values_list(f"{name}_id", flat=True))
    return found
