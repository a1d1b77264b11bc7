"""Judging rows of a person ledger before anything is written: who is meant, what would change, what must be asked.

Rules (handbook 3.2): the same identity number is the same person; without one, the same name with the same birth and
sex, or with the same phone, is a suspect and is asked; empty cells never delete; a row outside the user's area is
refused by row. Everything here only reads.
"""

from dataclasses import dataclass, field
from types import SimpleNamespace

from django.core.exceptions import ValidationError

from fedhub.core import crypto
from fedhub.core.fields import Unreadable
from fedhub.core.lookups import AnyOf
from fedhub.core.text import mask_id, mask_phone
from fedhub.ledgers.enums import Verdict
from fedhub.ledgers.rows import Finding, change
from fedhub.reference.lookup import labels, rule
from households.enums import ResidentState
from households.models import Phone, Resident
from households.models.resident import age_on
from households.services.import_homes import HomeIndex, area_index, judge_home
from households.services.import_known import PERSON_FIELDS, known_people
from households.services.residents import ID_COLUMN, PHONE_COLUMN, check_id_number, clean_id_number, set_id_number

WOMAN, MAN = "2", "1"
SAME, OTHER, SKIP = "same", "other", "skip"
# What checking an identity number reads of a person who is not on file yet.
_BLANK = {"birth": "", "sex": "", "id_type": "", "id_number": "", "id_note": ""}


@dataclass
class Found:
    """What the database knows about the rows of one slice: full records by key, and likely twins by name."""

    by_id: dict = field(default_factory=dict)
    by_pk: dict = field(default_factory=dict)
    by_name: dict = field(default_factory=dict)
    phones: dict = field(default_factory=dict)


# --- first pass, in file order ------------------------------------------------------------------------------------
def note_row(context, row):
    """Remember who a row is, so that repetitions inside the file are found; called once for each row, in order."""
    values = row.values
    number = values.get("id_number", "")
    blind = crypto.blind(number, column=ID_COLUMN) if number and not values.get("id_masked") else None
    row.memo["blind"] = blind
    if blind:
        row.memo["repeats"] = context.earlier("id", blind, row)
    if values.get("ref"):
        row.memo["repeats_ref"] = context.earlier("ref", values["ref"], row)
    name = values.get("name", "")
    if name and values.get("birth"):
        key = (name, values["birth"], values.get("sex", ""))
        twin = context.earlier("twin", key, row)
        # Two different identity numbers are two persons, however alike their names.
        if not (blind and context.seen.setdefault("twin_id", {}).setdefault(key, blind)):
            row.memo["twin"] = twin
    row.memo["home_first"] = HomeIndex.note(context, row)


# --- judging a slice ----------------------------------------------------------------------------------------------
def judge_rows(context, rows, *, women_only, household_ledger):
    """Set verdict, target, plan and findings of `rows` (StagedRow)."""
    areas = area_index(context)
    least = rule("women_min_age") if women_only else None
    for row in rows:
        _check_values(row, least, context.today)
        areas.place(row)
    open_rows = [row for row in rows if not row.refused]
    found = _look_up(context, open_rows)
    homes = HomeIndex.load(context, open_rows, household_ledger=household_ledger)
    for row in open_rows:
        _judge(context, row, found, homes, household_ledger)
    for row in rows:
        if row.refused:
            row.verdict, row.plan = Verdict.REFUSED, {}


def _check_values(row, least, today):
    """Refuse what cannot stand in this ledger; `least` is the age from which a woman is in it, None for all people."""
    values = row.values
    if not values.get("name"):
        row.refuse("没有写姓名", column="姓名", remedy="补上姓名再传；整行没用的可以删掉")
    if row.memo.get("repeats"):
        row.refuse(
            f"身份证号与{row.memo['repeats']}相同",
            column="身份证号",
            remedy="同一人只留一行，或核对哪一行的号码抄错了",
        )
    if row.memo.get("repeats_ref"):
        row.refuse(f"档案号与{row.memo['repeats_ref']}相同", column="档案号", remedy="同一人只留一行")
    if least is None or row.refused:
        return
    derived = row.memo.get("derived") or {}
    if values.get("sex") == MAN or (not values.get("sex") and derived.get("sex") == MAN):
        row.refuse("性别是男，不进妇女台账", column="性别", remedy="男性家庭成员请用“家庭台账”导入")
        return
    values.setdefault("sex", WOMAN)
    age = age_on(values.get("birth") or derived.get("birth", ""), today)
    if age is not None and age < least:
        row.refuse(f"不满 {least} 周岁，不进妇女台账", column="出生年月", remedy="未成年人请用“家庭台账”导入")


def _look_up(context, rows):
    """Records that the rows may mean: by identity number, by file number, and likely twins by name within scope."""
    found = Found()
    blinds = {row.memo["blind"]: row for row in rows if row.memo.get("blind")}
    refs = {row.values["ref"] for row in rows if row.values.get("ref")}
    known = Resident.objects.exclude(state=ResidentState.MERGED)
    for person in known_people(context, known.filter(AnyOf("id_blind", blinds))):
        found.by_id[person.id_blind] = found.by_pk[person.pk] = person
    if refs - set(found.by_pk):
        named = known.in_areas(context.scope).filter(AnyOf("pk", refs - set(found.by_pk)))
        found.by_pk |= {person.pk: person for person in known_people(context, named)}
    unknown = [r for r in rows if r.memo.get("blind") not in found.by_id and r.values.get("ref") not in found.by_pk]
    _look_up_twins(context, unknown, known, found)
    return found


def _look_up_twins(context, rows, known, found):
    names = {row.values["name"] for row in rows}
    if not names:
        return
    columns = ("id", "name", "birth", "sex", "id_blind")
    for twin in known.in_areas(context.scope).filter(AnyOf("name", names)).values(*columns):
        found.by_name.setdefault(twin["name"], []).append(twin)
    candidates = {twin["id"] for twins in found.by_name.values() for twin in twins}
    namesakes = [row for row in rows if row.values["name"] in found.by_name]
    numbers = {phone["number"] for row in namesakes for phone in row.values.get("phones", ()) if phone["usable"]}
    if numbers:
        back = {crypto.blind(number, column=PHONE_COLUMN): number for number in numbers}
        owners = Phone.objects.filter(AnyOf("blind", back)).order_by().values_list("resident_id", "blind")
        for resident_id, blind in owners:
            if resident_id in candidates:
                found.phones.setdefault(resident_id, set()).add(back[blind])
    likely = {twin["id"] for row in rows for twin, _ in _twins_of(row, found)}
    if likely - set(found.by_pk):
        meant = known.filter(AnyOf("pk", likely - set(found.by_pk)))
        found.by_pk |= {person.pk: person for person in known_people(context, meant)}


def _twins_of(row, found):
    """`[(twin, why)]`: people of the same name who may be the row's person."""
    values, blind = row.values, row.memo.get("blind")
    twins = []
    for twin in found.by_name.get(values["name"], ()):
        if blind and twin["id_blind"]:
            continue
        births = fits_birth(values.get("birth", ""), twin["birth"])
        sexes = not values.get("sex") or not twin["sex"] or values["sex"] == twin["sex"]
        shared = found.phones.get(twin["id"], set()) & {p["number"] for p in values.get("phones", ())}
        if births and sexes:
            twins.append((twin, "同名、同出生年月"))
        elif shared:
            twins.append((twin, "同名、同电话"))
        elif not values.get("birth") and not values.get("phones"):
            twins.append((twin, "同名，表里没有出生年月和电话"))
    return twins


def fits_birth(one, other):
    """True when two partial dates may be the same day: "1985" and "1985-04-01" may."""
    return bool(one and other) and (one.startswith(other) or other.startswith(one))


def _judge(context, row, found, homes, household_ledger):
    person = found.by_id.get(row.memo.get("blind"))
    named = found.by_pk.get(row.values.get("ref"))
    if person is not None and named is not None and named.pk != person.pk:
        row.refuse("档案号和身份证号指的不是同一个人", remedy="核对身份证号；不确定时清空档案号一格再传")
        return
    if person is None and named is not None:
        if named.name != row.values["name"] and row.memo.get("blind") is None:
            _suspect(row, named, "档案号相同、姓名不同")
        else:
            person = named
    if person is not None:
        _judge_known(context, row, person, homes, household_ledger)
        return
    if row.verdict != Verdict.SUSPECT:
        _judge_unknown(row, found)
    if row.refused:
        return
    plan_new(context, row, homes, household_ledger)
    if row.verdict == Verdict.SUSPECT:
        if row.target_id:
            _plan_choice(context, row, found.by_pk[row.target_id], homes, household_ledger)
    else:
        row.verdict = Verdict.NEW


def _judge_unknown(row, found):
    """Is somebody of the same name on file already, or earlier in this file?"""
    twins = _twins_of(row, found)
    if row.values.get("id_masked"):
        fitting = [t for t in twins if fits_mask(found.by_pk[t[0]["id"]].id_number, row.values["id_number"])]
        if not fitting:
            row.refuse(
                "身份证号带星号，是遮挡过的，也对不上在册的人",
                column="身份证号",
                remedy="填完整号码，或清空这一格再传",
            )
            return
        twins = fitting
    if twins:
        person = found.by_pk[twins[0][0]["id"]]
        _suspect(row, person, twins[0][1], len(twins))
    elif row.memo.get("twin"):
        row.verdict = Verdict.SUSPECT
        row.warn(f"与{row.memo['twin']}同名、同出生年月", remedy="不选则这一行先不写入")


def _suspect(row, person, why, count=1):
    row.verdict, row.target_id = Verdict.SUSPECT, person.pk
    tail = next((f"，电话尾号 {p.number[-4:]}" for p in person.phones if p.usable), "")
    more = f"（另有 {count - 1} 人也相近）" if count > 1 else ""
    row.warn(f"与“{person.name}（{person.area.name}{tail}）”{why}{more}", remedy="不选则这一行先不写入")


def fits_mask(number, mask):
    """True when `mask` ("110105********002X") can be the masked form of `number`."""
    shown = str(number or "")
    return len(shown) == len(mask) and all(m in ("*", c) for c, m in zip(shown, mask, strict=True))


# --- a person on file ---------------------------------------------------------------------------------------------
def _judge_known(context, row, person, homes, household_ledger):
    row.target_id = person.pk
    scope = context.scope
    if scope is not None and person.area_id not in scope:
        row.target_id = None
        row.refuse("别的网格可能已有此人的记录", column="身份证号", remedy="请联系社区妇联核对后再登记")
        return
    if person.state != ResidentState.ACTIVE:
        row.refuse(
            f"此人在册状态是“{ResidentState(person.state).label}”，导入不改状态",
            remedy="如已回来或登记有误，请先在她的档案里改正，再传这一行",
        )
        return
    plan_change(context, row, person, homes, household_ledger)
    row.verdict = Verdict.CHANGED if _changes_anything(row.plan) else Verdict.SAME


def _plan_choice(context, row, person, homes, household_ledger):
    """A suspect keeps both plans; the user's choice picks one."""
    new, findings = row.plan, row.findings
    row.plan, row.findings = {}, []
    if person.state == ResidentState.ACTIVE:
        plan_change(context, row, person, homes, household_ledger)
        row.plan, row.findings = {"new": new, "change": row.plan}, [*findings, *row.findings]
    else:
        row.plan, row.findings = {"new": new}, findings


def _changes_anything(plan):
    return any(plan.get(name) for name in ("set", "phones", "categories", "home", "relation", "household"))


def plan_change(context, row, person, homes, household_ledger):
    """Compare field by field; the plan holds only what differs, findings tell old and new."""
    values, columns = row.values, context.columns
    person = SimpleNamespace(**vars(person))
    before = {name: getattr(person, name) for name in ("birth", "sex", "id_type", "id_note", "id_number")}
    changed = {}
    for name in PERSON_FIELDS:
        if name not in values:
            continue
        old, new = getattr(person, name), values[name]
        if old == new or isinstance(old, Unreadable) or (name == "birth" and _known_better(old, new)):
            continue
        changed[name] = new
        setattr(person, name, new)
        row.findings.append(change(columns.get(name), name, old, new))
    _change_id_number(row, person, changed, before)
    raw = {k: v for k, v in values.get("raw", {}).items() if person.raw.get(k) != v}
    if raw:
        changed["raw"] = {**person.raw, **raw}
        row.findings += [
            Finding(column=k, old=str(person.raw.get(k, "")), new=v, kind="change") for k, v in raw.items()
        ]
    row.plan = {"base": person.version, "set": changed}
    row.plan["phones"] = _new_phones(row, person)
    known = set(person.categories)
    # A ledger prints the family's categories with each member: coming back they are no new ones of hers.
    known |= set(person.member.home.categories if person.member else ())
    row.plan["categories"] = [code for code in values.get("categories", ()) if code not in known]
    if row.plan["categories"]:
        names = labels("hardship_category")
        text = "、".join(names.get(code, code) for code in row.plan["categories"])
        row.findings.append(Finding(column="类别", new=text, kind="change"))
    judge_home(context, row, person, homes, household_ledger)
    row.plan = {k: v for k, v in row.plan.items() if v}


def _known_better(old, new):
    """A file that knows less (the year alone) does not blur a birth date on record."""
    return bool(old) and old.startswith(new)


def _change_id_number(row, person, changed, before):
    number = row.values.get("id_number", "")
    if number and not row.values.get("id_masked") and number != before["id_number"]:
        if isinstance(before["id_number"], Unreadable):
            return
        try:
            set_id_number(person, number)
        except ValidationError as error:
            row.refuse(" ".join(error.messages), column="身份证号")
            return
        changed["id_number"] = person.id_number
        old, new = mask_id(before["id_number"]), mask_id(number)
        row.findings.append(Finding(column="身份证号", old=old, new=new, kind="change"))
    elif changed.keys() & {"birth", "sex"} and not isinstance(person.id_number, Unreadable):
        check_id_number(person)
    for name in ("birth", "sex", "id_type", "id_note"):
        if getattr(person, name) != before[name]:
            changed[name] = getattr(person, name)
    if changed.get("id_note"):
        row.warn(changed["id_note"], column="身份证号", remedy="照表写入，并在档案里留一条“证件核对”")


def _new_phones(row, person):
    known = {phone.number for phone in person.phones}
    masks = {mask_phone(number) for number in known}
    fresh = [p for p in row.values.get("phones", ()) if p["number"] not in known and p["number"] not in masks]
    if fresh:
        new = "、".join(f"尾号 {p['number'][-4:]}" if p["usable"] else p["number"] for p in fresh)
        row.findings.append(Finding(column="联系电话", new=f"加 {new}", kind="change"))
    return fresh


# --- a new person -------------------------------------------------------------------------------------------------
def plan_new(context, row, homes, household_ledger):
    """What a new person's row would write."""
    values = row.values
    person = SimpleNamespace(**_BLANK | {name: values[name] for name in PERSON_FIELDS if name in values})
    if values.get("id_number") and not values.get("id_masked"):
        try:
            person.id_number = clean_id_number(values["id_number"], today=context.today)
        except ValidationError as error:
            row.refuse(" ".join(error.messages), column="身份证号")
            return
        check_id_number(person, today=context.today)
        if person.id_note:
            row.warn(person.id_note, column="身份证号", remedy="照表写入，并在档案里留一条“证件核对”")
    fields = {name: getattr(person, name) for name in PERSON_FIELDS if name in values}
    fields |= {
        n: getattr(person, n) for n in ("birth", "sex", "id_type", "id_note", "id_number") if getattr(person, n)
    }
    if values.get("raw"):
        fields["raw"] = values["raw"]
    row.plan = {
        "fields": fields,
        "phones": values.get("phones", []),
        "categories": values.get("categories", []),
        "relation": values.get("relation", ""),
        "home": homes.home_for(context, row, household_ledger),
        "area": row.memo["area"].pk,
        "blind": row.memo["blind"],
    }


# --- the user's answer to a suspect row -----------------------------------------------------------------------------
def pick(row):
    """Turn a suspect row with a choice into one that can be written; False when it is not to be written."""
    new, change = row.plan.get("new", row.plan), row.plan.get("change")
    if row.choice == SAME and change is not None:
        row.plan = change
        return _changes_anything(change)
    if row.choice == OTHER and "fields" in new:
        row.plan, row.target_id = new, None
        return True
    return False
