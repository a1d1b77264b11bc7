"""What happens to families: moving in and out, birth, death, marriage, splitting a household, moving a whole one."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.text import normalise, partial_date_label
from fedhub.core.versions import save_version
from fedhub.notices.services import outbox
from fedhub.reference.enums import VisitEvent
from fedhub.reference.lookup import labels
from households.enums import ExitReason, HouseholdState, LifeEvent, MembershipKind, ResidentState, Source
from households.guards import Guarded, guarded_homes
from households.models import Membership, Resident
from households.services.child import close_open_child_files
from households.services.households import (
    ADDRESS_PARTS,
    HEAD,
    change_household,
    create_household,
    living_members,
    move_household,
    refresh_household,
)
from households.services.link import end_links_of
from households.services.plan import drop_tasks, home_of, plan_must_visit
from households.services.residents import create_resident
from households.services.status import end_all

MARRIED, FIRST_MARRIAGE, REMARRIED = "20", "21", "22"
NEVER_MARRIED = ("", "10", "90")


def _check_day(on):
    if on > timezone.localdate():
        raise ValidationError("日期不能晚于今天。")


def _check_not_before_birth(on, *people):
    """Nothing happens to anybody before she is born; a birth known to the year counts from that year."""
    for person in people:
        if person.birth and on.isoformat()[: len(person.birth)] < person.birth:
            raise ValidationError(f"日期早于{person.name}的出生日期（{partial_date_label(person.birth)}），请核对。")


def _note(event, target, *, by, **facts):
    audit.record(f"{target._meta.label_lower}.{event}", target, by=by, **facts)


# --- memberships --------------------------------------------------------------------------------------------------
def _end_memberships(resident, *, on, why, kinds=MembershipKind.values):
    """End open memberships on the day `on` (never before they began); return the households concerned."""
    rows = list(Membership.objects.current().filter(resident=resident, kind__in=kinds).select_related("household"))
    for row in rows:
        row.valid_to, row.end_why = max(on, row.valid_from), normalise(why)[:60]
        save_version(row, ["valid_to", "end_why"], base_version=row.version)
    return list({row.household_id: row.household for row in rows}.values())


def _settle(resident, household, *, kind=MembershipKind.LIVES, relation, on, source=Source.DESK, why):
    """Open a membership from the day `on`; the earlier one of the same kind ends the day before. Her area follows."""
    if kind == MembershipKind.LIVES and resident.home and resident.home.household_id != household.pk:
        check_family_stays(resident.home.household, resident)
    left = _end_memberships(resident, on=on - timedelta(days=1), why=why, kinds=[kind])
    if relation == HEAD and kind == MembershipKind.LIVES:
        _check_one_head(household, resident)
    Membership.objects.create(
        resident=resident, household=household, kind=kind, relation=relation, valid_from=on, source=source
    )
    if kind == MembershipKind.LIVES and resident.area_id != household.area_id:
        resident.area = household.area
        save_version(resident, ["area"], base_version=resident.version, reason=why)
    for other in left:
        refresh_household(other)
    refresh_household(household)


def check_family_stays(household, *leaving):
    """Raise ValidationError when `leaving` (none given: everybody) were the last to live in a household whose address changes
    by request alone: then the file ends first, by two people."""
    if not guarded_homes(Guarded.ADDRESS, [household.pk]):
        return
    if not leaving or not living_members(household).exclude(resident__in=leaving).exists():
        raise ValidationError(
            "这户整户离开要先由别人审批。有困难档案的，换住址在档案页提交变更申请，迁走先办理退出；其他情况请问妇联负责人。",
            code="guarded",
        )


def _check_one_head(household, resident):
    heads = living_members(household).filter(relation=HEAD).exclude(resident=resident)
    if heads.exists():
        raise ValidationError(f"这一户已有户主{heads.first().resident.name}，请先改成员关系。")


def _check_open(household):
    if not household.is_open:
        raise ValidationError(f"{household}已不在册，请选别的家庭或新建一户。")


# --- off the books ------------------------------------------------------------------------------------------------
EXIT_OF_STATE = {HouseholdState.MOVED: ExitReason.MOVED, HouseholdState.CLOSED: ExitReason.OTHER}


@transaction.atomic
def close_household(household, *, on, why, state=HouseholdState.MOVED, by):
    """Take a household off the books; its own categories end on that day, with the reason that belongs to `state`.

    Returns the Household. Raises ValidationError for a day to come and while people on the books still live there.
    """
    _check_day(on)
    if living_members(household).exists():
        raise ValidationError("家里还有在册的人，请先登记他们迁出或去世。")
    end_all(household=household, on=on, reason=EXIT_OF_STATE[state], by=by)
    household.state, household.closed_on, household.closed_why = state, on, normalise(why)[:60]
    household.next_due_on = None
    drop_tasks(household, why="已不在册", by=by)
    save_version(
        household, ["state", "closed_on", "closed_why", "next_due_on"], base_version=household.version, reason="注销"
    )
    audit.record("households.household.close", household, by=by, reason=why)
    return household


# --- the seven events ---------------------------------------------------------------------------------------------
@transaction.atomic
def move_in(resident, household, *, relation, on, came_from="", registered=False, by):
    """迁入: a person on file (also one who had moved away) lives in `household` from `on`.

    With `registered` her household registration is there too. Raises ValidationError, StaleVersion.
    """
    _check_day(on)
    _check_open(household)
    if resident.state in (ResidentState.DECEASED, ResidentState.MERGED):
        raise ValidationError(f"{resident.name}{resident.get_state_display()}，不能登记迁入。")
    if resident.home and resident.home.household_id == household.pk:
        raise ValidationError(f"{resident.name}本来就住在这一户。")
    if resident.state == ResidentState.MOVED:
        resident.state, resident.left_on, resident.left_why = ResidentState.ACTIVE, None, ""
        save_version(resident, ["state", "left_on", "left_why"], base_version=resident.version, reason="迁入")
    why = f"迁入{household}"
    _settle(resident, household, relation=relation, on=on, why=why)
    if registered:
        _settle(resident, household, kind=MembershipKind.REGISTERED, relation=relation, on=on, why=why)
    plan_must_visit(household, VisitEvent.MOVE_IN, on=on, resident=resident, by=by)
    _note(LifeEvent.MOVE_IN, resident, by=by, reason=came_from, on=on.isoformat(), household=household.pk)
    return resident


@transaction.atomic
def move_out(resident, *, on, why, keep_registration=False, by):
    """迁出: a person leaves our places on `on`: memberships and categories end, her record stays with the reason.

    With `keep_registration` she stays registered here (本社区户籍外出). Raises ValidationError, StaleVersion.
    """
    _check_day(on)
    _check_not_before_birth(on, resident)
    _check_active(resident)
    if resident.home:
        check_family_stays(resident.home.household, resident)
    kinds = [MembershipKind.LIVES] if keep_registration else MembershipKind.values
    _leave(resident, ResidentState.MOVED, ExitReason.MOVED, on=on, why=why or "迁出", kinds=kinds, by=by)
    _note(LifeEvent.MOVE_OUT, resident, by=by, reason=why, on=on.isoformat())
    return resident


@transaction.atomic
def record_death(resident, *, on, by):
    """去世: memberships and categories end, an open children's file is closed; the household may need a new head."""
    _check_day(on)
    _check_not_before_birth(on, resident)
    _check_active(resident)
    home = home_of(resident)
    _leave(resident, ResidentState.DECEASED, ExitReason.DIED, on=on, why="去世", kinds=MembershipKind.values, by=by)
    if home is not None and living_members(home).exists():
        plan_must_visit(home, VisitEvent.DEATH, on=on, by=by)
    _note(LifeEvent.DEATH, resident, by=by, on=on.isoformat())
    return resident


def _check_active(resident):
    if resident.state != ResidentState.ACTIVE:
        raise ValidationError(f"{resident.name}{resident.get_state_display()}，不用再登记。")


def _leave(resident, state, exit_reason, *, on, why, kinds, by):
    end_all(resident=resident, on=on, reason=exit_reason, by=by)
    close_open_child_files(resident, on=on, why=why, by=by)
    end_links_of(resident, on=on, by=by)
    resident.state, resident.left_on, resident.left_why = state, on, normalise(why)[:60]
    save_version(resident, ["state", "left_on", "left_why"], base_version=resident.version, reason=why)
    outbox.stop_for(resident, f"{resident.get_state_display()}，不再联系。")
    for household in _end_memberships(resident, on=on, why=why, kinds=kinds):
        refresh_household(household)


@transaction.atomic
def record_birth(child, household, *, relation, by):
    """出生: register the newborn `child` (unsaved Resident with name, sex, birth to the day) in `household`."""
    _check_open(household)
    if len(child.birth) != 10:
        raise ValidationError({"birth": "出生要写到哪一天，例如 2024-06-30。"})
    create_resident(child, household=household, relation=relation, by=by)
    Membership.objects.filter(resident=child, household=household).update(valid_from=child.birth)
    plan_must_visit(household, VisitEvent.BIRTH, on=date.fromisoformat(child.birth), resident=child, by=by)
    _note(LifeEvent.BIRTH, household, by=by, on=child.birth)
    return child


@transaction.atomic
def record_marriage(resident, *, on, spouse=None, household=None, relation="", by):
    """结婚: marital state of `resident` and of `spouse` in our files; with `household` she lives there from `on`.

    A first marriage is one of a person never married before, any other a remarriage (GB/T 2261.2).
    """
    _check_day(on)
    if spouse is not None and spouse.pk == resident.pk:
        raise ValidationError("配偶不能选本人。")
    _check_not_before_birth(on, *filter(None, [resident, spouse]))
    for person in filter(None, [resident, spouse]):
        _check_active(person)
        if person.marital in (MARRIED, FIRST_MARRIAGE, REMARRIED, "23"):
            raise ValidationError(f"{person.name}登记的已经是“{labels('marital').get(person.marital, '已婚')}”。")
        person.marital = FIRST_MARRIAGE if person.marital in NEVER_MARRIED else REMARRIED
        save_version(person, ["marital"], base_version=person.version, reason="结婚")
        _note(LifeEvent.MARRIAGE, person, by=by, on=on.isoformat())
    if household is not None and not (resident.home and resident.home.household_id == household.pk):
        _check_open(household)
        _settle(resident, household, relation=relation, on=on, why="结婚")
    return resident


@transaction.atomic
def split_household(household, new, relations, *, on, by):
    """分户: people of `household` found the new household `new` (unsaved, with area and address).

    `relations` is {membership id: relation in the new household}; exactly one of them is its head (02), and somebody
    stays behind. Returns the new Household. Raises ValidationError.
    """
    _check_day(on)
    _check_open(household)
    members = {m.pk: m for m in living_members(household)}
    going = {pk: code for pk, code in relations.items() if pk in members}
    if not going:
        raise ValidationError("请勾选要分出去的人。")
    if len(going) == len(members):
        raise ValidationError("所有人都搬走不是分户，请用“整户搬迁”。")
    if list(going.values()).count(HEAD) != 1:
        raise ValidationError("新的一户要有一位户主，请在分出去的人里选一位。")
    create_household(new, by=by)
    for pk, code in sorted(going.items(), key=lambda pair: pair[1] != HEAD):
        _settle(members[pk].resident, new, relation=code, on=on, why=f"分户到{new.number}")
    new.refresh_from_db()
    _note(LifeEvent.SPLIT, household, by=by, on=on.isoformat(), new=new.pk, count=len(going))
    return new


@transaction.atomic
def move_home(household, *, on, area=None, address=None, why="", by):
    """整户搬迁: with `area` to another address in our places (`address` is {part: text}); without, away altogether.

    Going away ends everybody's memberships and categories and takes the household off the books. Raises
    ValidationError, StaleVersion.
    """
    _check_day(on)
    _check_open(household)
    if area is None:
        check_family_stays(household)
        why = why or "整户迁出"
        for member in list(living_members(household)):
            person = Resident.objects.get(pk=member.resident_id)
            _leave(person, ResidentState.MOVED, ExitReason.MOVED, on=on, why=why, kinds=MembershipKind.values, by=by)
        household.refresh_from_db()
        close_household(household, on=on, why=why, by=by)
    else:
        move_household(household, area, on=on, reason=why or "整户搬迁", by=by)
        if address is not None:
            for name in ADDRESS_PARTS:
                setattr(household, name, address.get(name, ""))
            household.address = address.get("address", "")
            change_household(household, [*ADDRESS_PARTS, "address"], base_version=household.version, by=by)
    _note(LifeEvent.MOVE_HOME, household, by=by, reason=why, on=on.isoformat(), away=area is None)
    return household


@transaction.atomic
def register_at(resident, household, *, relation="", on=None, by):
    """Note that a person's household registration is at `household` while she lives elsewhere (人户分离)."""
    _check_open(household)
    _settle(
        resident, household, kind=MembershipKind.REGISTERED, relation=relation, on=on or timezone.localdate(),
        why="户籍登记",
    )  # fmt: skip
    audit.record("households.resident.register_at", resident, by=by, household=household.pk)
    return resident
