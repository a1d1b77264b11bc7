"""Writing judged rows of a person ledger in bulk, inside the one transaction of the import.

What was judged may have changed since: a person changed meanwhile, or an identity number registered meanwhile, refuses
the row with a sentence and writes nothing of it. Each row returns plain data to take it back.
"""

from types import SimpleNamespace
from typing import NamedTuple

from django.db.models import Max
from django.utils import timezone

from fedhub.core import crypto
from fedhub.core.bulk import bump, copy_to_history, insert_many, insert_prepared, insert_rows, update_many, update_rows
from fedhub.core.lookups import AnyOf
from fedhub.core.models.numbers import take_numbers
from fedhub.core.pinyin import sort_key
from fedhub.core.text import normalise_name
from fedhub.ledgers.rows import Written
from households.enums import HouseholdState, MembershipKind, ResidentState, Source
from households.guards import HOW, Guarded, guarded_homes, homes_of_people
from households.listing import categories_of_households
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
from households.plan import due_after, rhythm_of
from households.searchkeys import household_keys, resident_keys
from households.services.households import HEAD
from households.services.import_known import ADDRESS_PARTS, HOUSEHOLD_COLUMNS, PERSON_FIELDS
from households.services.residents import ID_COLUMN, PHONE_COLUMN, REGISTERED, TAIL_COLUMN

SLICE = 2000


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
_PERSON = (*PERSON_FIELDS, "id_type", "id_number", "id_note", "raw")
_EMPTY = tuple(Resident._meta.get_field(name).get_default() for name in _PERSON)
PERSON_COLUMNS = (*_PERSON, "id_blind", "name_sort", "area", "created_by")


def _write_new(context, rows, written):
    rows = _without_taken(rows)
    homes = _homes_of(context, rows)
    by = context.user
    people = []
    for row in rows:
        fields, home = row.plan["fields"], homes.get(row.number)
        area = home.area_id if home is not None else row.plan["area"]
        own = map(fields.get, _PERSON, _EMPTY)
        people.append((*own, row.plan["blind"], sort_key(fields["name"])[:60], area, by.pk))
    keys = insert_rows(Resident, PERSON_COLUMNS, people)
    copy_to_history(Resident, keys, kind="+", by=by, reason=context.number)
    pairs = zip(keys, rows, strict=True)
    write_keys(
        ResidentKey, "resident",
        ((pk, resident_keys(f["name"], f.get("former_name", ""))) for pk, f in ((pk, r.plan["fields"]) for pk, r in pairs)),
    )  # fmt: skip
    extras = _Extras(context)
    closed = _guarded_homes_of(rows, homes)
    for row, pk in zip(rows, keys, strict=True):
        home = homes.get(row.number)
        undo = {"made": pk}
        if home is not None:
            extras.lives(pk, home.pk, row.plan.get("relation", ""), undo)
            if row.number in context.memo.get("makers", {}).get(home.pk, ()):
                undo["home"] = home.pk
        extras.phones(pk, row.plan.get("phones", ()), 0, undo)
        extras.statuses(pk, open_categories(row, home is not None and home.pk in closed), undo)
        row.target_id = pk
        written[row.number] = Written(pk, undo)
    extras.save()


def _without_taken(rows):
    """Refuse rows whose identity number somebody registered since the check."""
    blinds = [row.plan["blind"] for row in rows if row.plan["blind"]]
    known = Resident.objects.exclude(state=ResidentState.MERGED).filter(AnyOf("id_blind", blinds))
    taken = set(known.values_list("id_blind", flat=True))
    free = []
    for row in rows:
        if row.plan["blind"] in taken:
            row.refuse(
                "试运行之后已有人登记了这个身份证号", column="身份证号", remedy="重新上传这一行，看它变成变更还是相同"
            )
        else:
            free.append(row)
    return free


# --- households ---------------------------------------------------------------------------------------------------
class Home(NamedTuple):
    """A household as the rows of an import need it."""

    pk: int
    area_id: int


def _homes_of(context, rows):
    """`{row number: Home}` for rows with a household; those that are missing are made, each once."""
    made = context.memo.setdefault("made", {})
    wanted = {row.number: row.plan["home"] for row in rows if row.plan.get("home")}
    ids = {home["id"] for home in wanted.values() if "id" in home}
    known = {
        pk: Home(pk, area) for pk, area in Household.objects.filter(AnyOf("pk", ids)).values_list("pk", "area_id")
    }
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
    rows = Household.objects.active().filter(AnyOf("address_key", keys), created_at__gt=context.memo["checked_at"])
    for pk, area, key, head in rows.values_list("pk", "area_id", "address_key", "head_name"):
        made.setdefault(f"{area}|{key}|{head}", Home(pk, area))


ADDRESSES = {*ADDRESS_PARTS, "address", "address_key"}
_HOME = (*ADDRESS_PARTS, "address", "address_key", *HOUSEHOLD_COLUMNS.values())
HOME_COLUMNS = (*_HOME, "number", "head_sort", "area", "created_by")


def _make_households(context, homes):
    """Households, their history, place and keys, from the plans `homes`; returns a Home for each."""
    code, by = context.area.community_code, context.user
    first = take_numbers(f"household:{code}", len(homes))
    rows, facts = [], []
    for offset, home in enumerate(homes):
        new = dict.fromkeys(_HOME, "") | home["new"]
        new["head_name"] = normalise_name(new["head_name"])
        new["number"] = f"H{code}-{first + offset:05d}"
        facts.append(SimpleNamespace(**new))
        rows.append(
            (*map(new.get, _HOME), new["number"], sort_key(new["head_name"])[:60], home["area"], by.pk)
        )  # fmt: skip
    keys = insert_rows(Household, HOME_COLUMNS, rows)
    copy_to_history(Household, keys, kind="+", by=by, reason=context.number)
    found = [Home(pk, home["area"]) for pk, home in zip(keys, homes, strict=True)]
    now = timezone.now()
    insert_many(
        HouseholdPlace,
        ("household", "area", "valid_from", "reason", "recorded_by", "recorded_at"),
        ((home.pk, home.area_id, context.today, "登记", by.pk, now) for home in found),
    )
    write_keys(HouseholdKey, "household", ((pk, household_keys(one)) for pk, one in zip(keys, facts, strict=True)))
    return found


def write_keys(model, owner, pairs):
    """Insert search keys: `pairs` of (owner id, keys). Texts and numbers need no preparing, and there are many."""
    texts, owners = [], []
    for pk, keys in pairs:
        texts += sorted(keys)
        owners += [pk] * len(keys)
    insert_prepared(model, ("key", owner), [texts, owners])


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
    guarded = _guarded_people([row.target_id for row in rows if row.plan.get("categories")])
    closed = _guarded_homes_of(rows, homes)
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
        shut = person.pk in guarded or (home is not None and home.pk in closed)
        extras.statuses(person.pk, open_categories(row, shut), undo)
        written[row.number] = Written(person.pk, undo)
    _change_relations(context, rows, written)
    _change_households(context, rows, written)
    for names, changed in by_fields.items():
        update_many(changed, [*names, *bump(changed)])
        copy_to_history(Resident, [p.pk for p in changed], kind="~", by=context.user, reason=context.number)
    for row in rows:
        written[row.number].undo["version"] = people[row.target_id].version
    ResidentKey.objects.filter(resident_id__in=[p.pk for p in renamed]).delete()
    write_keys(ResidentKey, "resident", ((p.pk, resident_keys(p.name, p.former_name)) for p in renamed))
    _touch_homes_of(context, [p.pk for p in renamed])
    extras.save()


def _guarded_people(ids):
    """Those of the people whose categories change by request alone, because their family is in hardship."""
    homes = homes_of_people(ids)
    closed = guarded_homes(Guarded.CATEGORY, homes.values())
    return {pk for pk, home in homes.items() if home in closed}


def _guarded_homes_of(rows, homes):
    """Ids of the families that the rows with categories bring people to, where categories change by request alone."""
    return guarded_homes(
        Guarded.CATEGORY, {homes[r.number].pk for r in rows if r.plan.get("categories") and r.number in homes}
    )


def open_categories(row, guarded):
    """The new categories of a row, none for somebody `guarded`: her row says why."""
    codes = row.plan.get("categories", ())
    if codes and guarded:
        row.warn("改这户的类别要先由别人审批，没有写入", remedy=HOW)
        return ()
    return codes


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
    guarded, changed = guarded_homes(Guarded.ADDRESS, wanted), []
    for pk, row in wanted.items():
        home, plan = homes.get(pk), row.plan["household"]
        if home is None or home.version != plan["base"]:
            row.warn("试运行之后这户的档案被改过，户的栏目没有写入", remedy="打开这户的档案核对")
            continue
        names = [name for name in plan["set"] if getattr(home, name) != plan["set"][name]]
        if pk in guarded and ADDRESSES & set(names):
            names = [name for name in names if name not in ADDRESSES]
            row.warn("改这户的住址要先由别人审批，没有写入", remedy=HOW)
        old = {name: getattr(home, name) for name in names}
        for name in names:
            setattr(home, name, plan["set"][name])
        home.head_sort = sort_key(home.head_name)[:60]
        changed.append((home, names))
        written[row.number].undo["household"] = {"id": pk, "version": home.version + 1, "old": old}
        context.memo.setdefault("touched", set()).add(pk)
    for home, names in changed:
        update_many([home], [*names, "head_sort", *bump([home])])
    copy_to_history(Household, [h.pk for h, _ in changed], kind="~", by=context.user, reason=context.number)
    rewritten = [home for home, names in changed if "address_key" in names]
    HouseholdKey.objects.filter(household_id__in=[home.pk for home in rewritten]).delete()
    write_keys(HouseholdKey, "household", ((home.pk, household_keys(home)) for home in rewritten))


def _touch_homes_of(context, resident_ids):
    homes = Membership.objects.filter(resident_id__in=resident_ids, valid_to=None)
    context.memo.setdefault("touched", set()).update(homes.values_list("household_id", flat=True))


# --- phones, memberships, categories ----------------------------------------------------------------------------------
class _Extras:
    """Rows that hang on the people of one slice; saved together, their ids go into the undo data."""

    def __init__(self, context):
        self.context = context
        self.members, self.numbers, self.categories = [], [], []
        # There are ten thousand tails at most, and an import may hold each many times.
        self.tails = context.memo.setdefault("tails", {})

    def lives(self, resident_id, household_id, relation, undo):
        self.members.append((undo, (resident_id, household_id, relation)))
        self.context.memo.setdefault("touched", set()).add(household_id)

    def phones(self, resident_id, phones, position, undo):
        for place, phone in enumerate(phones, start=position + 1):
            self.numbers.append((undo, (resident_id, place, *_phone(phone, self.tails))))

    def statuses(self, resident_id, codes, undo):
        self.categories += [(undo, (resident_id, code)) for code in codes]
        if codes:
            self.context.memo.setdefault("categorised", set()).add(resident_id)

    def save(self):
        context, now = self.context, timezone.now()
        lives = (MembershipKind.LIVES.value, context.today, Source.IMPORT.value)
        self._insert(
            "members",
            Membership,
            ("resident", "household", "relation", "kind", "valid_from", "source"),
            self.members,
            lives,
        )
        keys = self._insert("phones", Phone, ("resident", "position", *PHONE_COLUMNS), self.numbers)
        # Of a new person the number came with the registration; the trail does not tell it twice.
        is_new = bool(keys) and "made" in self.numbers[0][0]
        copy_to_history(Phone, keys, kind="+", by=context.user, reason=REGISTERED if is_new else context.number)
        known = (context.today, Source.IMPORT.value, now, context.user.pk)
        self._insert(
            "statuses", Status, ("resident", "category", "valid_from", "source", "recorded_at", "recorded_by"),
            self.categories, known,
        )  # fmt: skip
        people = context.memo.pop("categorised", None)
        if people:
            _touch_homes_of(context, people)

    def _insert(self, name, model, columns, entries, same=()):
        keys = insert_rows(model, columns, [(*values, *same) for _, values in entries])
        for (undo, _), pk in zip(entries, keys, strict=True):
            undo.setdefault(name, []).append(pk)
        return keys


PHONE_COLUMNS = ("number", "blind", "tail_blind", "owner_kind", "usable")


def _phone(phone, tails):
    """PHONE_COLUMNS from the converted form of a cell, whose number is in its normal form already; `tails` is a store."""
    number = phone["number"]
    digits = number if number.isdigit() else "".join(c for c in number if c.isdigit())
    tail = digits[-4:] if len(digits) >= 4 else ""
    if tail not in tails:
        tails[tail] = crypto.blind(tail, column=TAIL_COLUMN)
    return number, crypto.blind(number, column=PHONE_COLUMN), tails[tail], phone["owner_kind"], phone["usable"]


# --- derived columns of households ------------------------------------------------------------------------------------
def refresh_households(ids):
    """Head, number of people and next due day of many households at once (see `refresh_household`, `set_due`)."""
    columns = (
        "pk", "head_name", "first_name", "head_sort", "state", "last_visit_on", "next_due_on", "visit_every", "visit_grace",
        "visit_weight", "created_at", "risk_level", "hukou_type", "housing",
    )  # fmt: skip
    members = Membership.objects.filter(
        AnyOf("household_id", ids), valid_to=None, resident__state=ResidentState.ACTIVE
    )
    people, heads, firsts = {}, {}, {}
    rows = members.order_by("-pk").values_list("household_id", "kind", "relation", "resident__name")
    for pk, kind, relation, name in rows:
        if relation == HEAD:
            heads[pk] = name
        if kind == MembershipKind.LIVES:
            people[pk] = people.get(pk, 0) + 1
            firsts[pk] = name
    categories = categories_of_households(ids)
    changed, days, rhythms = [], {}, {}
    homes = Household.objects.filter(AnyOf("pk", ids)).values_list(*columns)
    for pk, old_head, old_first, sort, state, last, due, every, grace, weight, made, *facts in homes:
        head, first = heads.get(pk, old_head), firsts.get(pk, "")
        if (head or first) != (old_head or old_first):
            sort = sort_key(head or first)[:60]
        if state == HouseholdState.ACTIVE:
            # The households of an import are of one moment.
            if last is None and made not in days:
                days[made] = timezone.localdate(made)
            key = (*categories.get(pk, ()), *facts, people.get(pk, 0))
            if key not in rhythms:
                rhythms[key] = rhythm_of(
                    categories.get(pk, ()), level=facts[0], hukou_type=facts[1], housing=facts[2],
                    people=people.get(pk, 0),
                )  # fmt: skip
            rhythm = rhythms[key]
            due = due_after(last or days[made], rhythm)
            every, grace, weight = rhythm.every, rhythm.grace, rhythm.weight
        changed.append((people.get(pk, 0), head, first, sort, due, every, grace, weight, pk))
    names = (
        "people", "head_name", "first_name", "head_sort", "next_due_on", "visit_every", "visit_grace", "visit_weight",
    )  # fmt: skip
    update_rows(Household, names, changed)
