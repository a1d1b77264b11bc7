"""What is done in a case. Every act goes to the sealed trail alone; the same form sent twice is one act (`key`).

Where violence is seen, nothing is mediated (handbook 7.6): the sealed compartment gets a report, and what stays here says no more
than of any matter passed to another office.
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit, crypto
from fedhub.reference.calendar import add_working_days, due_by, is_working_day
from mediation.enums import (
    RUNNING,
    CaseEntryKind,
    CaseState,
    EntryKind,
    LeadState,
    Origin,
    Refusal,
    Side,
)
from mediation.flow import case_flow
from mediation.models import Case, CaseBar, CaseEntry, Lead, LeadEntry, Mediator
from mediation.services import team
from mediation.services.bars import bar, bar_people
from mediation.services.leads import VIOLENCE_KIND, refer_lead, tell_safety

NOT_RUNNING = "案件不在办理中。"


def _once(key, column="mediation.CaseEntry.once"):
    return crypto.blind(str(key) if key else "", column=column)


def was_sent(key):
    """True when the form of `key` wrote into a case before."""
    return bool(key) and (
        Case.objects.filter(once=_once(key, "mediation.Case.once")).exists()
        or CaseEntry.objects.filter(once=_once(key)).exists()
    )


def _told(body):
    """What the sealed report takes along of a case: the matter, and how each party is reached without harm."""
    reached = [f"怎么联系{one['name']}：{one['contact']}" for one in body.get("parties", ()) if one["contact"]]
    asked = body.get("request", "")
    return [body.get("facts", ""), f"申请事项：{asked}" if asked else "", *reached]


def last_day(accepted_on):
    """Last day of the month that mediation may take; one that is no working day moves to the next (民法典 art. 203)."""
    return to_working_day(due_by(accepted_on, "mediation_close"))


def to_working_day(day):
    """`day` or, where that is no working day, the next that is one (民法典 art. 203)."""
    return day if is_working_day(day) else add_working_days(day, 1)


@transaction.atomic
def register_case(*, area, kind, origin, body, by, applied_on=None, violence=False, officer=None, key=None):
    """Register what somebody asks to have mediated. Returns nothing: where violence is told there is a sealed report instead of a
    case, and nothing here differs. `body` as in Case."""
    if was_sent(key):
        return
    if violence or kind == VIOLENCE_KIND:
        tell_safety(area, body, _told(body), by, (), key)
        return
    case = Case(
        area=area, kind=kind, origin=origin, body=body, recorded_by=by,
        applied_on=applied_on or timezone.localdate(), once=_once(key, "mediation.Case.once"),
    )  # fmt: skip
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:
        if not was_sent(key):
            raise
        return
    if officer:
        team.lead(case, officer)
    bar_people(case)
    audit.record_sealed("mediation.case.write", case, by=by)


@transaction.atomic
def lead_to_case(lead, *, request, contact="", agreed=False, violence=False, by, key=None):
    """Make a case of a confirmed lead; only when both sides want it, once a lead. With `violence` the lead is passed on instead.
    Raises ValidationError."""
    lead = Lead.objects.select_for_update(of=("self",)).select_related("area").get(pk=lead.pk)
    if key and LeadEntry.objects.filter(once=_once(key, "mediation.LeadEntry.once")).exists():
        return
    if lead.state != LeadState.CONFIRMED or lead.is_broken():
        raise ValidationError("上门核实过、还在化解的线索才能转为案件。")
    if violence:
        tell_safety(
            lead.area, {**lead.body, "contact": contact or lead.body.get("contact", "")}, [request], by, (), key
        )
        refer_lead(lead, to="", by=by, key=key)
        return
    if not agreed:
        raise ValidationError({"agreed": "有一方不同意的，不能调解。"})
    mark = f"lead:{lead.pk}"
    if was_sent(mark):
        raise ValidationError("这条线索已经转为案件。")
    sides = [
        {**one, "side": Side.ASKED if place else Side.ASKING, "agent": "", "contact": contact if not place else ""}
        for place, one in enumerate(lead.parties)
    ]
    body = {"parties": sides, "facts": lead.body["words"], "request": request, "lead": lead.pk}
    register_case(
        area=lead.area, kind=lead.kind, origin=Origin.OFFER, body=body, by=by, officer=lead.officer, key=mark
    )
    LeadEntry.objects.create(
        lead=lead, number=lead.entries.count() + 1, kind=EntryKind.STEP, on=timezone.localdate(),
        body={"by": by.name, "words": "双方同意，转为调解案件。"}, once=_once(key, "mediation.LeadEntry.once"),
    )  # fmt: skip
    audit.record_sealed("mediation.lead.case", lead, by=by)


def locked(case):
    """The case as it is now, locked until the transaction ends."""
    return Case.objects.select_for_update(of=("self",)).select_related("area").get(pk=case.pk)


def _running(case, key):
    """The running case, locked; None when the form of `key` wrote before: asked behind the lock, for two taps come at once."""
    case = locked(case)
    if was_sent(key):
        return None
    if case.state not in RUNNING:
        raise ValidationError(NOT_RUNNING)
    return case


def write_entry(case, kind, on, words, *, by, key=None, **more):
    """A line in the record of a locked case. Raises ValidationError for a day out of its time."""
    if not (case.accepted_on or case.applied_on) <= on <= timezone.localdate():
        raise ValidationError({"on": "不早于申请、受理的日期，不晚于今天。"})
    CaseEntry(
        case=case, number=case.entries.count() + 1, kind=kind, on=on, body={"by": by.name, "words": words, **more},
        once=_once(key),
    ).save(force_insert=True)  # fmt: skip


def touch(case, **fields):
    """Change `fields` of a locked case; its version goes on."""
    Case.objects.filter(pk=case.pk).update(version=case.version + 1, updated_at=timezone.now(), **fields)


def walk(case, step, on, words, by, key, told=None, kind=CaseEntryKind.STEP, **fields):
    """Take the case by `step`, say so in its record and in the sealed trail (`told`: what stands there alone)."""
    case_flow.walk(case, step, **fields)
    write_entry(case, kind, on, words, by=by, key=key)
    audit.record_sealed(f"mediation.case.{step}", case, by=by, **(told or {}))


@transaction.atomic
def assign_case(case, person, *, by):
    """Give an open case to `person`. Raises ValidationError: she is barred from it (said before anything is shown to her)."""
    case = _clear_for(case, person)
    team.lead(case, person)
    audit.record_sealed("mediation.case.assign", case, by=by, user=person.pk)


def _clear_for(case, person):
    """The open case, locked, once `person` has no conflict of interest with it. Nobody ends her term meanwhile."""
    case = locked(case)
    if not case.is_open():
        raise ValidationError(NOT_RUNNING)
    list(Mediator.objects.select_for_update().filter(user=person))
    bar_people(case)
    if CaseBar.objects.filter(case=case, user=person).exists():
        raise ValidationError({"person": "这个人和当事人有利害关系，要回避，不能调解这个案件。"})
    return locked(case)


@transaction.atomic
def join_case(case, person, *, by):
    """`person` mediates along. Raises ValidationError: she is barred from it, does already, or nobody leads yet."""
    case = _clear_for(case, person)
    if case.officer_id is None:
        raise ValidationError("先指定主持调解的人，再加一起调解的人。")
    if not team.join(case, person):
        raise ValidationError({"person": "她已经在调解这个案件了。"})
    audit.record_sealed("mediation.case.join", case, by=by, user=person.pk)


@transaction.atomic
def leave_case(case, person, *, words, recuse=False, by, key=None):
    """`person` mediates no more, from now. With `recuse` she sees it no more for good, even as the only one that had
    it; without, she cannot go before somebody else is named. Raises ValidationError."""
    case = locked(case)
    if was_sent(key):
        return
    now = team.members(case)
    if not case.is_open() or person.pk not in {one.user_id for one in now}:
        raise ValidationError({"person": "她已经不在调解这个案件了。"})
    if len(now) == 1 and not recuse:
        raise ValidationError({"person": "只有她一个人在调解，先指定别人。"})
    text = f"{person.name}{'回避' if recuse else '退出'}，不再调解这个案件。{words}"
    write_entry(case, CaseEntryKind.STEP, timezone.localdate(), text, by=by, key=key)
    if recuse:
        bar(case, person.pk)
    else:
        team.leave(case, person.pk)
    audit.record_sealed("mediation.case.leave", case, by=by, user=person.pk, recuse=recuse)


def ask_agreement(case, agreed):
    """Raises ValidationError unless there are two sides and each party wants mediation (`agreed`: their places; art. 17)."""
    if not {Side.ASKING, Side.ASKED} <= {one["side"] for one in case.parties}:
        raise ValidationError("没有明确的申请人和被申请人，不能受理。")
    if {int(place) for place in agreed} != set(range(len(case.parties))):
        raise ValidationError({"agreed": "每一位当事人都同意才能受理；有一方明确拒绝的，不予受理。"})


@transaction.atomic
def accept_case(case, *, on, words="", agreed=(), by, key=None):
    """Taken: every party agreed (`agreed`: their places), two sides at least (人民调解法 art. 17). The month begins. Raises
    FlowError, ValidationError."""
    case = locked(case)
    if was_sent(key):
        return
    ask_agreement(case, agreed)
    walk(
        case, "accept", on, f"受理，当事人都同意调解。{words}", by, key, accepted_on=on, due_on=last_day(on),
        waiting_since=None,
    )  # fmt: skip


@transaction.atomic
def refuse_case(case, *, on, ground, words, by, key=None):
    """Not taken, with the legal ground and what was advised instead (art. 26: other routes). Raises FlowError, ValidationError."""
    case = locked(case)
    if not was_sent(key):
        walk(case, "refuse", on, f"不予受理：{Refusal(ground).label}。告知：{words}", by, key, ended_on=on)


@transaction.atomic
def refer_case(case, *, violence=False, words="", by, key=None):
    """Passed to another office; with `violence` to the sealed compartment. What stays here is the same for every reason;
    why and where to stands in the sealed trail alone. Raises FlowError."""
    case, today = locked(case), timezone.localdate()
    if was_sent(key):
        return
    if violence:
        body = {} if case.is_broken() else case.body
        tell_safety(case.area, body, [words, *_told(body)], by, (), key)
    text = "已转有关部门办理，微家不再调解。"
    why = {"to": "" if violence else words[:500]}
    walk(case, "refer", today, text, by, key, told=why, ended_on=today, waiting_since=None)


@transaction.atomic
def tell_rights(case, *, on, signed=(), by, key=None):
    """Rights and duties told, signed by every party (art. 23, 24). Raises FlowError, ValidationError."""
    case = locked(case)
    if was_sent(key):
        return
    if case.officer_id is None:
        raise ValidationError("先指定调解员，再告知权利义务。")
    if {int(place) for place in signed} != set(range(len(case.parties))):
        raise ValidationError({"signed": "每一位当事人都要在告知书上签名。"})
    walk(case, "tell", on, f"告知权利义务，{case.party_names}已签名。", by, key)


@transaction.atomic
def begin_case(case, *, on, words, by, key=None):
    """Mediation begins. Raises FlowError, ValidationError."""
    case = locked(case)
    if not was_sent(key):
        walk(case, "begin", on, f"开始调解。{words}", by, key)


@transaction.atomic
def mediate(case, *, on, words, place="", present=(), others="", result="", violence=False, by, key=None):
    """What was said and done at one meeting of the sides, where, and who was there (`present`: places of parties; `others`:
    names). `result` is a SessionResult. With `violence` mediation stops. Raises ValidationError."""
    if violence:
        refer_case(case, violence=True, words=words, by=by, key=key)
        return
    case = _running(case, key)
    if case is None:
        return
    if case.state != CaseState.MEDIATING:
        raise ValidationError("告知权利义务、开始调解以后再记。")
    there = [one["name"] for at, one in enumerate(case.parties) if str(at) in {str(p) for p in present}]
    write_entry(
        case, CaseEntryKind.SESSION, on, words, by=by, key=key, place=place, present=[*there, *filter(None, [others])],
        result=result,
    )  # fmt: skip
    touch(case)
    audit.record_sealed("mediation.case.session", case, by=by)


@transaction.atomic
def fail_case(case, *, on, words, by, key=None):
    """No agreement; the parties were told of their other legal routes (art. 26). Raises FlowError, ValidationError."""
    case = locked(case)
    if not was_sent(key):
        text = f"调解不成，已告知可以依法通过仲裁、行政、司法等途径维护权利。{words}"
        walk(case, "fail", on, text, by, key, ended_on=on, waiting_since=None)


@transaction.atomic
def withdraw_case(case, *, on, words, by, key=None):
    """A party wants no mediation any more (art. 23). Raises FlowError, ValidationError."""
    case = locked(case)
    if not was_sent(key):
        walk(case, "withdraw", on, f"当事人撤回。{words}", by, key, ended_on=on, waiting_since=None)


@transaction.atomic
def extend_case(case, *, until, agreed=False, words, by, key=None):
    """More time, which every party agrees to. Raises ValidationError."""
    case = _running(case, key)
    if case is None:
        return
    if not agreed:
        raise ValidationError({"agreed": "双方同意才能延长。"})
    if case.waiting_since:
        raise ValidationError("暂停着，先恢复再延长。")
    if until <= max(case.due_on, timezone.localdate()):
        raise ValidationError({"until": "要晚于现在的期限和今天。"})
    text = f"双方同意，期限由{case.due_on}延长到{until}。{words}"
    write_entry(case, CaseEntryKind.CLOCK, timezone.localdate(), text, by=by, key=key)
    touch(case, due_on=until)
    audit.record_sealed("mediation.case.extend", case, by=by)


@transaction.atomic
def pause_case(case, *, words, by, key=None):
    """The month stands still from today, with the reason (an expert's opinion, a party is away). Raises ValidationError."""
    case, today = _running(case, key), timezone.localdate()
    if case is None:
        return
    if case.waiting_since:
        raise ValidationError("已经暂停了。")
    write_entry(case, CaseEntryKind.CLOCK, today, f"期限暂停：{words}", by=by, key=key)
    touch(case, waiting_since=today)
    audit.record_sealed("mediation.case.pause", case, by=by)


@transaction.atomic
def resume_case(case, *, by, words="", key=None):
    """The month goes on; it ends later by as many days as it stood still. Raises ValidationError."""
    case, today = _running(case, key), timezone.localdate()
    if case is None:
        return
    if not case.waiting_since:
        raise ValidationError("没有暂停。")
    due = to_working_day(case.due_on + (today - case.waiting_since))
    write_entry(case, CaseEntryKind.CLOCK, today, f"恢复办理，期限到{due}。{words}", by=by, key=key)
    touch(case, waiting_since=None, due_on=due)
    audit.record_sealed("mediation.case.resume", case, by=by)


@transaction.atomic
def add_party(case, party, *, by, key=None):
    """One more party (`{"name", "resident", "side", "agent", "contact"}`); who must not see it is barred at once. Only before the
    case is taken: whoever joins has to agree. Raises ValidationError."""
    case = locked(case)
    if was_sent(key):
        return
    if case.state != CaseState.REGISTERED or case.is_broken():
        raise ValidationError("受理以前才能加当事人。")
    body = {**case.body, "parties": [*case.parties, party]}
    write_entry(case, CaseEntryKind.PARTY, timezone.localdate(), f"加当事人：{party['name']}", by=by, key=key)
    case.body, case.version = body, case.version + 1
    case.save(update_fields=["body", "version", "updated_at"])
    bar_people(case)
    audit.record_sealed("mediation.case.party", case, by=by)
