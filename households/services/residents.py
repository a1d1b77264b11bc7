"""Registering and changing people: identity number, phones, search keys, warning of duplicates."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils import timezone

from fedhub.core import audit, crypto
from fedhub.core.bulk import delete_many, insert_history
from fedhub.core.fields import Unreadable
from fedhub.core.pinyin import sort_key
from fedhub.core.text import normalise, normalise_name
from fedhub.core.validators import parse_id_number
from fedhub.core.versions import save_version
from fedhub.reference.enums import VisitEvent
from households.enums import MembershipKind, PhoneOwner, ResidentState
from households.models import Membership, Phone, Resident, ResidentKey
from households.searchkeys import resident_keys, usable_phone
from households.services.households import refresh_household
from households.services.plan import home_of, plan_must_visit

ID_COLUMN = "households.Resident.id_number"
PHONE_COLUMN = "households.Phone.number"
TAIL_COLUMN = "households.Phone.tail"
# Documents that carry a number after GB 11643: identity card, residence permits 81–83, foreigners' card of 2023.
RESIDENT_CARD = ("", "01", "08", "09")
ELSEWHERE = "别的网格可能已有此人的记录，请联系社区妇联核对后再登记。这里填的内容还没有保存。"


# --- identity number ----------------------------------------------------------------------------------------------
def clean_id_number(text, id_type="", *, today=None):
    """Normal form of an identity number; other documents keep their own form, upper case. Raises ValidationError.

    `today` is the local day, for callers that ask many times.
    """
    bare = normalise(text).replace(" ", "").upper()
    if not bare or id_type not in RESIDENT_CARD:
        return bare
    try:
        return parse_id_number(text, today=today).number
    except ValueError as error:
        raise ValidationError({"id_number": str(error)}) from None


def set_id_number(resident, text):
    """Write identity number, its blind index and the check note on `resident` (not saved).

    Birth and sex are derived from a valid resident card where they are empty; where a typed value differs it stays and
    `id_note` names the difference (handbook 10.2, 13.2 rule 4). Raises ValidationError for a number that cannot be.
    """
    number = clean_id_number(text, resident.id_type)
    resident.id_number = number
    resident.id_blind = crypto.blind(number, column=ID_COLUMN)
    check_id_number(resident)


def check_id_number(resident, *, today=None):
    """Fill empty birth and sex from the identity number and rewrite `id_note` (not saved)."""
    resident.id_note = ""
    if not resident.id_number or resident.id_type not in RESIDENT_CARD:
        return
    try:
        found = parse_id_number(resident.id_number, today=today)
    except ValueError as error:
        resident.id_note = str(error)
        return
    resident.id_type = resident.id_type or found.id_type
    notes = []
    if not resident.birth or (len(resident.birth) < 10 and found.birth.startswith(resident.birth)):
        resident.birth = found.birth
    elif resident.birth != found.birth:
        notes.append(f"填的出生日期与身份证号里的（{found.birth}）不一致")
    if resident.sex in ("", "0", "9"):
        resident.sex = found.sex
    elif resident.sex != found.sex:
        notes.append(f"填的性别与身份证号里的（{'女' if found.sex == '2' else '男'}）不一致")
    resident.id_note = "；".join(notes)


# --- search keys --------------------------------------------------------------------------------------------------
def write_resident_keys(residents):
    """Replace the search keys of `residents`, in bulk; people merged into others have none."""
    residents = list(residents)
    ResidentKey.objects.filter(resident_id__in=[r.pk for r in residents]).delete()
    ResidentKey.objects.bulk_create(
        [
            ResidentKey(key=key, resident=resident)
            for resident in residents
            if resident.state != ResidentState.MERGED
            for key in sorted(resident_keys(resident.name, resident.former_name))
        ],
        batch_size=500,
    )


# --- phones -------------------------------------------------------------------------------------------------------
def make_phone(resident, number, *, owner_kind=PhoneOwner.SELF, shared=False, usable=True, position=1):
    """A Phone with its two blind indexes (not saved). A text that is no number is kept and marked unusable."""
    known = usable_phone(number)
    number = known or normalise(number)
    digits = "".join(c for c in number if c.isdigit())
    return Phone(
        resident=resident,
        number=number,
        blind=crypto.blind(number, column=PHONE_COLUMN),
        tail_blind=crypto.blind(digits[-4:], column=TAIL_COLUMN) if len(digits) >= 4 else None,
        owner_kind=owner_kind or PhoneOwner.SELF,
        shared=bool(shared),
        usable=bool(usable and known),
        position=position,
    )


# Why the phones of a person who is registered have a history row: no change that anybody has to be told of.
REGISTERED = "登记"


def add_phones(resident, phones, *, by, reason="", at=None):
    """Store `phones` (dicts number, owner_kind, shared, usable) after those there are; each number is one row, and one
    of history. Returns the new rows."""
    known = set(resident.phones.values_list("blind", flat=True))
    place = resident.phones.aggregate(last=Max("position"))["last"] or 0
    rows = []
    for phone in phones:
        place += 1
        row = make_phone(resident, phone["number"], position=place, **{k: phone[k] for k in _PHONE_FACTS & set(phone)})
        if row.number and row.blind not in known:
            known.add(row.blind)
            rows.append(row)
    Phone.objects.bulk_create(rows)
    insert_history(rows, kind="+", by=by, reason=reason, at=at)
    return rows


_PHONE_FACTS = {"owner_kind", "shared", "usable"}


def replace_phones(resident, phones, *, by):
    """Make the phones of `resident` those of `phones`; rows not named are removed. Returns True on a change.

    Dicts as for `add_phones`; one with `id` and no number keeps its number and takes the other facts. What was removed,
    changed and added is one moment in the history.
    """
    now = timezone.now()
    kept = {phone.pk: phone for phone in resident.phones.all()}
    named = {phone["id"]: phone for phone in phones if phone.get("id") in kept and not phone.get("number")}
    gone = [pk for pk in kept if pk not in named]
    drop_phones([kept[pk] for pk in gone], by=by, at=now)
    changed = []
    for pk, phone in named.items():
        facts = {name: phone[name] for name in _PHONE_FACTS & set(phone)}
        if any(getattr(kept[pk], name) != value for name, value in facts.items()):
            Phone.objects.filter(pk=pk).update(**facts)
            for name, value in facts.items():
                setattr(kept[pk], name, value)
            changed.append(kept[pk])
    insert_history(changed, kind="~", by=by, at=now)
    return bool(add_phones(resident, [p for p in phones if p.get("number")], by=by, at=now) or changed or gone)


def drop_phones(phones, *, by, reason="", at=None):
    """Remove `phones` (rows), each with a last line of history."""
    insert_history(phones, kind="-", by=by, reason=reason, at=at)
    delete_many(Phone, [phone.pk for phone in phones])


# --- registering and changing -------------------------------------------------------------------------------------
def prepare_names(resident):
    """Normal forms of the names of `resident` (not saved). Raises ValidationError."""
    resident.name = normalise_name(resident.name)
    resident.former_name = normalise_name(resident.former_name)
    if not resident.name:
        raise ValidationError({"name": "请填姓名。"})
    resident.name_sort = sort_key(resident.name)[:60]


def save_guarded(write):
    """Run `write()`; an identity number that is taken becomes the sentence that betrays no record of another grid."""
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as error:
        if "households_resident_one_per_id" in str(error) or "id_blind" in str(error):
            raise ValidationError({"id_number": ELSEWHERE}) from None
        raise


@transaction.atomic
def create_resident(resident, *, phones=(), household=None, relation="", source="desk", by):
    """Register a person, with her phones and, when `household` is given, as living there in `relation`.

    She lies in the household's area, else in the one set on `resident` (the community). Returns the Resident. Raises
    ValidationError, also when her identity number is taken by somebody else's record.
    """
    prepare_names(resident)
    set_id_number(resident, resident.id_number)
    if household is not None:
        resident.area = household.area
    if resident.area_id is None:
        raise ValidationError("请选家庭；没有家庭的，请选所在社区。")
    resident.created_by = by
    save_guarded(resident.save)
    add_phones(resident, phones, by=by, reason=REGISTERED)
    write_resident_keys([resident])
    if household is not None:
        Membership.objects.create(
            resident=resident, household=household, kind=MembershipKind.LIVES, relation=relation, source=source
        )
        refresh_household(household)
    audit.record("households.resident.create", resident, by=by, source=source)
    return resident


@transaction.atomic
def change_resident(resident, fields, *, phones=None, base_version, reason="", by):
    """Save changed `fields` of a person and, unless None, her `phones` (see `replace_phones`), in her history with `reason`.

    Birth or sex that the new identity number fills are saved with it. Raises StaleVersion, ValidationError.
    """
    fields = set(fields)
    old = {name: getattr(resident, name) for name in ("birth", "sex", "id_note", "id_type")}
    prepare_names(resident)
    if fields & {"id_number", "id_type"}:
        set_id_number(resident, resident.id_number)
    elif fields & {"birth", "sex"} and not isinstance(resident.id_number, Unreadable):
        check_id_number(resident)
    fields |= {name for name, value in old.items() if getattr(resident, name) != value}
    if "id_number" in fields or "id_type" in fields:
        fields |= {"id_number", "id_blind", "id_note"}
    if "name" in fields:
        fields.add("name_sort")
    save_guarded(lambda: save_version(resident, sorted(fields), base_version=base_version, reason=reason))
    if fields & {"name", "former_name"}:
        write_resident_keys([resident])
        for membership in resident.memberships.current().select_related("household"):
            refresh_household(membership.household)
    if phones is not None and replace_phones(resident, phones, by=by):
        fields.add("phones")
    if "marital" in fields and resident.marital == DIVORCED:
        plan_must_visit(home_of(resident), VisitEvent.DIVORCE, on=timezone.localdate(), resident=resident, by=by)
    audit.record("households.resident.change", resident, by=by, fields=sorted(fields - _SILENT))
    return resident


_SILENT = {"id_blind", "name_sort"}
# GB/T 2261.2.
DIVORCED = "40"


# --- duplicates ---------------------------------------------------------------------------------------------------
@dataclass
class Duplicates:
    """People who may be the same: `inside` [(Resident, why)] of the user's scope; `elsewhere`: another grid has a
    likely record, nothing said of whose; `taken`: the identity number itself is in use."""

    inside: list = field(default_factory=list)
    elsewhere: bool = False
    taken: bool = False

    def __bool__(self):
        return bool(self.inside) or self.elsewhere


def likely_duplicates(user, *, name="", birth="", id_number="", phone="", exclude=None):
    """People that a new record may repeat (handbook 3.2: same number; same name and birth; same name and phone).

    Returns Duplicates. Inside the scope also people of the same name alone are shown. A match outside is only hinted
    at and written to the audit trail, one row per user, record and hour.
    """
    name = normalise_name(name)
    id_blind = _blind_of_id(id_number)
    phone_blind = crypto.blind(usable_phone(phone), column=PHONE_COLUMN)
    strong = Q(pk=None)
    if id_blind:
        strong |= Q(id_blind=id_blind)
    if name and len(birth) >= 7:
        strong |= Q(name=name, birth__startswith=birth[:7])
    if name and phone_blind:
        strong |= Q(name=name, phones__blind=phone_blind)
    weak = Q(name=name) if len(name) >= 2 else Q(pk=None)
    if phone_blind:
        weak |= Q(phones__blind=phone_blind)
    rows = Resident.objects.exclude(state=ResidentState.MERGED)
    if exclude is not None:
        rows = rows.exclude(pk=exclude.pk)
    mine = rows.visible_to(user, "households.view_resident")
    inside = list(mine.filter(strong | weak).select_related("area").distinct().order_by("name_sort", "pk")[:10])
    known = {resident.pk for resident in mine.filter(strong)[:50]}
    others = [resident for resident in rows.filter(strong).distinct()[:50] if resident.pk not in known]
    for resident in others:
        audit.record_read(resident, by=user, action="households.resident.hint")
    found = [*inside, *others]
    return Duplicates(
        inside=[(resident, _why(resident, id_blind, name, birth)) for resident in inside],
        elsewhere=bool(others),
        taken=bool(id_blind) and any(resident.id_blind == id_blind for resident in found),
    )


def _blind_of_id(text):
    try:
        number = parse_id_number(text).number if text else ""
    except ValueError:
        number = normalise(text).replace(" ", "").upper()
    return crypto.blind(number, column=ID_COLUMN)


def _why(resident, id_blind, name, birth):
    if id_blind and resident.id_blind == id_blind:
        return "身份证号相同"
    if resident.name == name:
        return "姓名和出生年月相同" if len(birth) >= 7 and resident.birth.startswith(birth[:7]) else "姓名相同"
    return "电话相同"
