"""Writing judged rows of a person ledger in bulk, inside the one transaction of the import.

What was judged may have changed since: a person changed meanwhile, or an identity number registered meanwhile, refuses
the row with a sentence and writes nothing of it. Each row returns plain data to take it back.
"""

from datetime import timedelta

from django.db.models import Count, F, Max, Q
from django.utils import timezone

from fedhub.core import crypto
from fedhub.core.bulk import bump, copy_to_history, insert_history, insert_many, insert_objects, update_many
from fedhub.core.models.numbers import take_numbers
from fedhub.core.pinyin import sort_key
from fedhub.core.text import normalise_name
from fedhub.ledgers.rows import Written
from households.enums import HouseholdState, MembershipKind, ResidentState, Source
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
from households.queries import categories_of_households, visit_interval
from households.searchkeys import household_keys, resident_keys
from households.services.households import HEAD
from households.services.residents import ID_COLUMN, PHONE_COLUMN, REGISTERED, TAIL_COLUMN

SLICE = 500


def write_rows(context, rows):
    """Write `rows` (StagedRow with their chosen plan); returns `{row number: Written}` in which refused rows are empty."""
    written = {row.number: Written() for row in rows}
    fresh = [row for row in rows if "fields" in row.plan]
    _write_new(context, fresh, written)
    _write_changes(context, [row for row in rows if "fields" not in row.plan], written)
    return written


def finish_rows(context):
    """Head, number of people and due date of every household that the import touched."""
    touched = sorted(context.memo.get("touched", ()))
    for start in range(0, len(touched), SLICE):
        refresh_households(touched[start : start + SLICE])


# --- new people ---------------------------------------------------------------------------------------------------
def _write_new(context, rows, written):
    rows = _without_taken(rows)
    homes = _homes_of(context, rows)
    people = []
    for row in rows:
        home = homes.get(row.number)
        people.append(_resident(context, row, home))
    insert_objects(people)
    insert_history(people, kind="+", by=context.user, reason=context.number)
    write_keys(ResidentKey, "resident_id", ((p.pk, resident_keys(p.name, p.former_name)) for p in people))
    extras = _Extras(context)
    for row, person in zip(rows, people, strict=True):
        home = homes.get(row.number)
        undo = {"made": person.pk}
        if home is not None:
            extras.lives(person.pk, home.pk, row.plan.get("relation", ""), undo)
            if row.number in context.memo.get("makers", {}).get(home.pk, ()):
                undo["home"] = home.pk
        extras.phones(person.pk, row.plan.get("phones", ()), 0, undo)
        extras.statuses(person.pk, row.plan.get("categories", ()), undo)
        row.target_id = person.pk
        written[row.number] = Written(person.pk, undo)
    extras.save()


def _without_taken(rows):
    """Refuse rows whose identity number somebody registered since the check."""
    blinds = {}
    for row in rows:
        number = row.plan["fields"].get("id_number")
        if number:
            blinds[row.number] = crypto.blind(number, column=ID_COLUMN)
    known = Resident.objects.exclude(state=ResidentState.MERGED).filter(id_blind__in=list(blinds.values()))
    taken = set(known.values_list("id_blind", flat=True))
    free = []
    for row in rows:
        if blinds.get(row.number) in taken:
            row.refuse(
                "试运行之后已有人登记了这个身份证号", column="身份证号", remedy="重新上传这一行，看它变成变更还是相同"
            )
        else:
            row.memo["blind"] = blinds.get(row.number)
            free.append(row)
    return free


def _resident(context, row, home):
    plan = row.plan
    person = Resident(**plan["fields"])
    person.id_blind = row.memo["blind"]
    person.name_sort = sort_key(person.name)[:60]
    person.area_id = home.area_id if home is not None else plan["area"]
    person.created_by = context.user
    return person


# --- households ---------------------------------------------------------------------------------------------------
def _homes_of(context, rows):
    """`{row number: Household}` for rows with a household; those that are missing are made, each once."""
    made = context.memo.setdefault("made", {})
    wanted = {row.number: row.plan["home"] for row in rows if row.plan.get("home")}
    ids = {home["id"] for home in wanted.values() if "id" in home}
    known = Household.objects.in_bulk(ids)
    _reuse_registered(context, wanted, made)
    missing = {}
    for number, home in wanted.items():
        if "key" in home and home["key"] not in made:
            missing.setdefault(home["key"], (number, home))
    if missing:
        households = _make_households(context, [home for _, home in missing.values()])
        for (key, (number, _)), household in zip(missing.items(), households, strict=True):
            made[key] = household
            context.memo.setdefault("makers", {}).setdefault(household.pk, set()).add(number)
    found = {}
    for number, home in wanted.items():
        household = known.get(home["id"]) if "id" in home else made[home["key"]]
        if household is not None:
            found[number] = household
    return found


def _reuse_registered(context, wanted, made):
    """A household registered by hand since the check is the same when address, head and grid are."""
    keys = {h["new"].get("address_key") for h in wanted.values() if "key" in h and h["key"] not in made} - {None, ""}
    rows = Household.objects.active().filter(address_key__in=keys, created_at__gt=context.memo["checked_at"])
    for home in rows:
        made.setdefault(f"{home.area_id}|{home.address_key}|{home.head_name}", home)


def _make_households(context, homes):
    households = []
    for home in homes:
        household = Household(area_id=home["area"], created_by=context.user, **home["new"])
        household.head_name = normalise_name(household.head_name)
        household.head_sort = sort_key(household.head_name)[:60]
        households.append(household)
    code = context.area.community_code
    first = take_numbers(f"household:{code}", len(households))
    for offset, household in enumerate(households):
        household.number = f"H{code}-{first + offset:05d}"
    insert_objects(households)
    insert_history(households, kind="+", by=context.user, reason=context.number)
    insert_many(
        HouseholdPlace,
        ("household", "area", "valid_from", "reason", "recorded_by", "recorded_at"),
        ((h.pk, h.area_id, context.today, "登记", context.user.pk, timezone.now()) for h in households),
    )
    write_keys(HouseholdKey, "household_id", ((h.pk, household_keys(h)) for h in households))
    return households


def write_keys(model, owner, pairs):
    """Insert search keys: `pairs` of (owner id, keys)."""
    insert_many(model, ("key", owner.removesuffix("_id")), ((key, pk) for pk, keys in pairs for key in sorted(keys)))


# --- changes ------------------------------------------------------------------------------------------------------
def _write_changes(context, rows, written):
    """Changes of people on file: fields by compare-and-set on the version that was judged."""
    people = Resident.objects.select_for_update().in_bulk([row.target_id for row in rows])
    rows = [row for row in rows if _is_unchanged(context, row, people.get(row.target_id))]
    homes = _homes_of(context, rows)
    positions = dict(
        Phone.objects.filter(resident_id__in=people).values_list("resident_id").annotate(last=Max("position"))
    )
    extras, by_fields, renamed = _Extras(context), {}, []
    for row in rows:
        person = people[row.target_id]
        undo = {"resident": person.pk}
        names = _set_fields(person, row.plan.get("set", {}), undo)
        by_fields.setdefault(names, []).append(person)
        if "name" in names or "former_name" in names:
            renamed.append(person)
        home = homes.get(row.number)
        if home is not None:
            extras.lives(person.pk, home.pk, row.plan.get("relation", ""), undo)
            if row.number in context.memo.get("makers", {}).get(home.pk, ()):
                undo["home"] = home.pk
        extras.phones(person.pk, row.plan.get("phones", ()), positions.get(person.pk) or 0, undo)
        extras.statuses(person.pk, row.plan.get("categories", ()), undo)
        written[row.number] = Written(person.pk, undo)
    _change_relations(context, rows, written)
    _change_households(context, rows, written)
    for names, changed in by_fields.items():
        update_many(changed, [*names, *bump(changed)])
        insert_history(changed, kind="~", by=context.user, reason=context.number)
    for row in rows:
        written[row.number].undo["version"] = people[row.target_id].version
    ResidentKey.objects.filter(resident_id__in=[p.pk for p in renamed]).delete()
    write_keys(ResidentKey, "resident_id", ((p.pk, resident_keys(p.name, p.former_name)) for p in renamed))
    _touch_homes_of(context, [p.pk for p in renamed])
    extras.save()


def _is_unchanged(context, row, person):
    if person is not None and person.version == row.plan.get("base"):
        return True
    columns = [context.columns[name] for name in row.plan.get("set", {}) if name in context.columns] if person else []
    now = "，".join(f"{c.label}现为“{c.show(getattr(person, c.key))}”" for c in columns if c.key != "id_number")
    row.refuse(
        f"试运行之后这个人的档案被改过，没有写入{f'（{now}）' if now else ''}",
        remedy="打开她的档案核对，再重新上传这一行",
    )
    return False


def _set_fields(person, values, undo):
    """Set `values` on `person`; returns the names of all fields to write and keeps the old values in `undo`."""
    values = dict(values)
    if "name" in values:
        values["name_sort"] = sort_key(values["name"])[:60]
    if "id_number" in values:
        values["id_blind"] = crypto.blind(values["id_number"], column=ID_COLUMN)
    undo["old"] = {name: getattr(person, name) for name in values}
    for name, value in values.items():
        setattr(person, name, value)
    return tuple(sorted(values))


def _change_relations(context, rows, written):
    changed = {row.target_id: row for row in rows if row.plan.get("relation") and not row.plan.get("home")}
    members = Membership.objects.filter(
        resident_id__in=changed, kind=MembershipKind.LIVES, valid_to=None
    ).select_for_update()
    members = list(members)
    for member in members:
        row = changed[member.resident_id]
        written[row.number].undo["relation"] = [member.pk, member.relation]
        member.relation = row.plan["relation"]
        context.memo.setdefault("touched", set()).add(member.household_id)
    update_many(members, ["relation", *bump(members)])


def _change_households(context, rows, written):
    """Corrections of the household a row speaks for; a household changed meanwhile is left alone and told."""
    wanted = {row.plan["household"]["id"]: row for row in rows if row.plan.get("household")}
    homes = Household.objects.select_for_update().in_bulk(wanted)
    changed = []
    for pk, row in wanted.items():
        home, plan = homes.get(pk), row.plan["household"]
        if home is None or home.version != plan["base"]:
            row.warn("试运行之后这户的档案被改过，户的栏目没有写入", remedy="打开这户的档案核对")
            continue
        names = [name for name in plan["set"] if getattr(home, name) != plan["set"][name]]
        old = {name: getattr(home, name) for name in names}
        for name in names:
            setattr(home, name, plan["set"][name])
        home.head_sort = sort_key(home.head_name)[:60]
        changed.append((home, names))
        written[row.number].undo["household"] = {"id": pk, "version": home.version + 1, "old": old}
        context.memo.setdefault("touched", set()).add(pk)
    for home, names in changed:
        update_many([home], [*names, "head_sort", *bump([home])])
    insert_history([home for home, _ in changed], kind="~", by=context.user, reason=context.number)
    rewritten = [home for home, names in changed if "address_key" in names]
    HouseholdKey.objects.filter(household_id__in=[home.pk for home in rewritten]).delete()
    write_keys(HouseholdKey, "household_id", ((home.pk, household_keys(home)) for home in rewritten))


def _touch_homes_of(context, resident_ids):
    homes = Membership.objects.filter(resident_id__in=resident_ids, valid_to=None)
    context.memo.setdefault("touched", set()).update(homes.values_list("household_id", flat=True))


# --- phones, memberships, categories ----------------------------------------------------------------------------------
class _Extras:
    """Rows that hang on the people of one slice; saved together, their ids go into the undo data."""

    def __init__(self, context):
        self.context = context
        self.made = {Membership: [], Phone: [], Status: []}

    def lives(self, resident_id, household_id, relation, undo):
        member = Membership(
            resident_id=resident_id, household_id=household_id, kind=MembershipKind.LIVES, relation=relation,
            valid_from=self.context.today, source=Source.IMPORT,
        )  # fmt: skip
        self.made[Membership].append((member, undo, "members"))
        self.context.memo.setdefault("touched", set()).add(household_id)

    def phones(self, resident_id, phones, position, undo):
        for place, phone in enumerate(phones, start=position + 1):
            self.made[Phone].append((_phone(resident_id, phone, place), undo, "phones"))

    def statuses(self, resident_id, codes, undo):
        now = timezone.now()
        for code in codes:
            status = Status(
                resident_id=resident_id, category=code, valid_from=self.context.today, source=Source.IMPORT,
                recorded_at=now, recorded_by=self.context.user,
            )  # fmt: skip
            self.made[Status].append((status, undo, "statuses"))
        if codes:
            self.context.memo.setdefault("categorised", set()).add(resident_id)

    def save(self):
        for entries in self.made.values():
            insert_objects([row for row, _, _ in entries])
            for row, undo, name in entries:
                undo.setdefault(name, []).append(row.pk)
        self._note_phones()
        people = self.context.memo.pop("categorised", None)
        if people:
            _touch_homes_of(self.context, people)

    def _note_phones(self):
        entries = self.made[Phone]
        is_new = bool(entries) and "made" in entries[0][1]
        reason = REGISTERED if is_new else self.context.number
        copy_to_history(Phone, [row.pk for row, _, _ in entries], kind="+", by=self.context.user, reason=reason)


def _phone(resident_id, phone, position):
    """A Phone from the converted form of a cell, whose number is in its normal form already."""
    number = phone["number"]
    digits = "".join(c for c in number if c.isdigit())
    return Phone(
        resident_id=resident_id, number=number, blind=crypto.blind(number, column=PHONE_COLUMN),
        tail_blind=crypto.blind(digits[-4:], column=TAIL_COLUMN) if len(digits) >= 4 else None,
        owner_kind=phone["owner_kind"], usable=phone["usable"], position=position,
    )  # fmt: skip


# --- derived columns of households ------------------------------------------------------------------------------------
def refresh_households(ids):
    """Head, number of people and next due day of many households at once (see `refresh_household`, `set_due`)."""
    homes = list(Household.objects.filter(pk__in=ids))
    here = Membership.objects.filter(household_id__in=ids, valid_to=None, resident__state=ResidentState.ACTIVE)
    living = Count("pk", filter=Q(kind=MembershipKind.LIVES))
    people = dict(here.values_list("household_id").annotate(n=living).order_by())
    heads = dict(here.filter(relation=HEAD).order_by("-pk").values_list("household_id", F("resident__name")))
    living_first = (
        here.filter(kind=MembershipKind.LIVES).order_by("-pk").values_list("household_id", F("resident__name"))
    )
    firsts = dict(living_first)
    categories = categories_of_households(ids)
    for home in homes:
        home.people = people.get(home.pk, 0)
        home.head_name = heads.get(home.pk, home.head_name)
        home.first_name = firsts.get(home.pk, "")
        home.head_sort = sort_key(home.called)[:60]
        if home.state == HouseholdState.ACTIVE:
            base = home.last_visit_on or timezone.localdate(home.created_at)
            home.next_due_on = base + timedelta(days=visit_interval(categories.get(home.pk, [])))
    update_many(homes, ["people", "head_name", "first_name", "head_sort", "next_due_on"])
