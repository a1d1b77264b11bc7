"""What is done with a lead. Every act goes to the sealed trail alone; the same form sent twice is one act (`key`).

Where violence is seen, nothing is mediated: the sealed compartment gets a report, and what stays here says no more than of any
matter passed to another office (反家庭暴力法; handbook 7.6).
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit, crypto
from fedhub.reference.lookup import rule
from mediation.enums import OPEN, EntryKind, LeadState, Risk
from mediation.flow import lead_flow
from mediation.models import Lead, LeadBar, LeadEntry, Mediator
from mediation.queries import observable_on
from mediation.services.bars import bar_people
from safety.enums import ReportSource, Sign
from safety.law import waiver_in
from safety.services.reports import report_risk

VIOLENCE_KIND = "0112"
ENDED = "这条线索已经办结，先重新办理。"


def _once(key, column):
    return crypto.blind(str(key) if key else "", column=column)


def was_sent(key):
    """True when the form of `key` wrote a lead or an entry before."""
    return bool(key) and (
        Lead.objects.filter(once=_once(key, "mediation.Lead.once")).exists()
        or LeadEntry.objects.filter(once=_once(key, "mediation.LeadEntry.once")).exists()
    )


def _next(level, day):
    """When a lead of `level` is looked after next, counted from `day` (rule `mediation_contact_days`)."""
    return day + timedelta(days=rule("mediation_contact_days")[Risk.values.index(level)])


@transaction.atomic
def record_lead(*, area, kind, level, body, by, found_on=None, violence=False, signs=(), key=None):
    """Write down a family conflict heard of. Returns nothing: who hears of it sees it no more, and where violence is told there is
    a sealed report instead of a lead. `body` as in Lead; `signs`: Signs of the sealed report."""
    if was_sent(key):
        return
    if violence or kind == VIOLENCE_KIND:
        tell_safety(area, body, [body.get("words", "")], by, signs, key)
        return
    day = found_on or timezone.localdate()
    lead = Lead(
        area=area, kind=kind, level=level, body=body, recorded_by=by, found_on=day, next_on=_next(level, day),
        once=_once(key, "mediation.Lead.once"),
    )  # fmt: skip
    try:
        with transaction.atomic():
            lead.save(force_insert=True)
    except IntegrityError:
        if not was_sent(key):
            raise
        return
    bar_people(lead)
    audit.record_sealed("mediation.lead.write", lead, by=by)


def tell_safety(area, body, words, by, signs, key):
    """All that was typed goes along: how she is reached without harm, and whether a child is there, most of all."""
    names = "、".join(one["name"] for one in body.get("parties", ()))
    there = "、".join(who for name, who in (("minors", "未成年人"), ("elders", "老人")) if body.get(name))
    contact = body.get("contact", "")
    told = [*words, f"涉及：{there}" if there else "", f"怎么联系才方便：{contact}" if contact else ""]
    report_risk(
        area=area, source=ReportSource.MEDIATION, by=by, signs=list(signs) or [Sign.FIGHT],
        text="\n".join(filter(None, told)), subject_name=names, key=key,
    )  # fmt: skip


def _locked(lead):
    return Lead.objects.select_for_update().select_related("area").get(pk=lead.pk)


def _write(lead, kind, on, body, *, by, key=None):
    if not lead.found_on <= on <= timezone.localdate():
        raise ValidationError({"on": "不早于排查日期，不晚于今天。"})
    entry = LeadEntry(
        lead=lead, number=lead.entries.count() + 1, kind=kind, on=on, body={"by": by.name, **body},
        once=_once(key, "mediation.LeadEntry.once"),
    )  # fmt: skip
    entry.save(force_insert=True)
    return entry


def first_day(lead):
    """The first day on which a step may lie that the numbers rest on: not before what was written last, nor before somebody was
    there; a day put back would let a lead be calm, or settled, for long at once."""
    last = lead.entries.order_by("-on").values_list("on", flat=True).first()
    return max(filter(None, [lead.found_on, lead.confirmed_on, last]))


def _check_order(lead, on):
    if on < (first := first_day(lead)):
        raise ValidationError({"on": f"不早于核实和上一次记录的日期（{first}）。"})


def _open(lead, key=None):
    """The open lead, locked; None when the form of `key` wrote before: asked behind the lock, for two taps come at once."""
    lead = _locked(lead)
    if was_sent(key):
        return None
    if lead.state not in OPEN:
        raise ValidationError(ENDED)
    return lead


@transaction.atomic
def assign_lead(lead, person, *, was=None, by):
    """Give an open lead to `person`; `was`: the account that had it when the page was opened. Raises ValidationError: somebody
    else was quicker, or she is barred from it (said before anything is shown to her)."""
    lead = _open(lead)
    if lead.officer_id != was:
        raise ValidationError("刚才有人改过包案责任人，这次没有指定。请重新打开再看。")
    list(Mediator.objects.select_for_update().filter(user=person))
    bar_people(lead)
    if LeadBar.objects.filter(lead=lead, user=person).exists():
        raise ValidationError({"person": "这个人和当事人有利害关系，要回避，不能包案。"})
    Lead.objects.filter(pk=lead.pk).update(officer=person, version=lead.version + 1)
    audit.record_sealed("mediation.lead.assign", lead, by=by, user=person.pk)


@transaction.atomic
def chat(lead, *, on, words, by, causes=(), cause="", advice="", violence=False, key=None):
    """Write down a visit with talk: what was said, causes (codes) and the root in words, what was advised. With `violence` the
    words go to the sealed compartment and the lead is passed on. Raises ValidationError."""
    lead = _open(lead, key)
    if lead is None:
        return
    if violence:
        told = [words, f"根源：{cause}" if cause else "", f"建议：{advice}" if advice else ""]
        tell_safety(lead.area, {} if lead.is_broken() else lead.body, told, by, (), key)
        refer_lead(lead, to="", by=by, key=key)
        return
    if waiver := waiver_in(advice):
        raise ValidationError({"advice": f"建议里不能有“{waiver}”：报警、起诉是当事人的权利。"})
    body = {"words": words, "causes": list(causes), "cause": cause, "advice": advice}
    _write(lead, EntryKind.CHAT, on, body, by=by, key=key)
    seen = {"observed_on": on} if _is_late_enough(lead, on) and not lead.observed_on else {}
    Lead.objects.filter(pk=lead.pk).update(next_on=_next(lead.level, on), version=lead.version + 1, **seen)
    audit.record_sealed("mediation.lead.chat", lead, by=by)


@transaction.atomic
def set_level(lead, level, *, on, why, by, key=None):
    """Another level, with the reason; the rhythm of contact follows. Raises ValidationError."""
    lead = _open(lead, key)
    if lead is None:
        return
    if level == lead.level:
        raise ValidationError({"level": "等级没有变。"})
    _check_order(lead, on)
    words = f"{lead.get_level_display()}改为{Risk(level).label}。{why}"
    _write(lead, EntryKind.LEVEL, on, {"words": words}, by=by, key=key)
    calm = {"calm_on": on if level == Risk.GREEN else None, "observed_on": None}
    Lead.objects.filter(pk=lead.pk).update(level=level, next_on=_next(level, on), version=lead.version + 1, **calm)
    audit.record_sealed("mediation.lead.level", lead, by=by)


@transaction.atomic
def went_outside(lead, *, on, words, by, key=None):
    """The matter reached the police or a court: it counts as prevented no more. Raises ValidationError."""
    lead = _open(lead, key)
    if lead is None:
        return
    _write(lead, EntryKind.OUTSIDE, on, {"words": words}, by=by, key=key)
    first = min(filter(None, [lead.outside_on, on]))
    Lead.objects.filter(pk=lead.pk).update(outside_on=first, version=lead.version + 1)
    audit.record_sealed("mediation.lead.outside", lead, by=by)


@transaction.atomic
def confirm_lead(lead, *, on, level, words, by, key=None):
    """Somebody was there and it is so: from now on it is screened. Raises FlowError, ValidationError."""
    lead = _locked(lead)
    if was_sent(key):
        return
    calm = on if level == Risk.GREEN else None
    lead_flow.walk(
        lead, "confirm", confirmed_on=on, first_level=level, level=level, next_on=_next(level, on), calm_on=calm
    )
    _write(lead, EntryKind.STEP, on, {"words": f"上门核实，{Risk(level).label}。{words}"}, by=by, key=key)
    audit.record_sealed("mediation.lead.confirm", lead, by=by)


@transaction.atomic
def drop_lead(lead, *, on, words, by, key=None):
    """Somebody was there and there is no conflict. Raises FlowError, ValidationError."""
    _end(lead, "drop", LeadState.DROPPED, on, words, by, key)


@transaction.atomic
def close_lead(lead, *, on, words, by, key=None):
    """Settled. Only after at least one visit with talk. Raises FlowError, ValidationError."""
    if not was_sent(key) and not lead.entries.filter(kind=EntryKind.CHAT).exists():
        raise ValidationError("还没有谈心记录，先记一次谈心再办结。")
    end_settled(lead, on, words, by, key)


def end_settled(lead, on, words, by, key=None, *, calm_on=None, observed_on=None):
    """Settled, by talk or by a case (`calm_on`: since when it is calm, `observed_on`: when that was seen, where the case says so).
    It is looked at once more, days enough later, unless that was done."""
    lead = _locked(lead)
    if not was_sent(key) and lead.state in OPEN:
        _check_order(lead, on)
    calm = calm_on or lead.calm_on or on
    seen = observed_on or lead.observed_on
    look = None if seen else calm + timedelta(days=rule("mediation_observed_days"))
    _end(
        lead, "close", LeadState.CLOSED, on, words, by, key, closed_on=on, calm_on=calm, observed_on=seen, next_on=look
    )


def _end(lead, step, state, on, words, by, key, **fields):
    lead = _locked(lead)
    if was_sent(key):
        return
    if lead.confirmed_on and on < lead.confirmed_on:
        raise ValidationError({"on": "不早于核实日期。"})
    lead_flow.walk(lead, step, **{"next_on": None, **fields})
    _write(lead, EntryKind.STEP, on, {"words": f"{LeadState(state).label}。{words}"}, by=by, key=key)
    audit.record_sealed(f"mediation.lead.{step}", lead, by=by)


def _is_late_enough(lead, on):
    """True when `lead` is calm and `on` lies so late that its calm says something."""
    first = observable_on(lead)
    return first is not None and on >= first


@transaction.atomic
def look_again(lead, *, on, calm, words, by, key=None):
    """Somebody looked at a settled lead: it is `calm` ("yes"), or it flared up and is taken up again. Raises ValidationError: it
    is not over, or it is too early to say."""
    lead = _locked(lead)
    if was_sent(key):
        return
    if lead.state != LeadState.CLOSED:
        raise ValidationError("办结以后再回看。")
    _check_order(lead, on)
    if calm != "yes":
        _write(lead, EntryKind.LOOK, on, {"words": f"又闹起来了。{words}"}, by=by, key=key)
        reopen_lead(lead, words="回看时又闹起来了。", by=by)
        return
    if not _is_late_enough(lead, on):
        raise ValidationError(
            {"on": f"平稳不满 {rule('mediation_observed_days')} 天，{observable_on(lead)} 起再回看。"}
        )
    _write(lead, EntryKind.LOOK, on, {"words": f"还平稳。{words}"}, by=by, key=key)
    seen = lead.observed_on or on
    Lead.objects.filter(pk=lead.pk).update(observed_on=seen, next_on=None, version=lead.version + 1)
    audit.record_sealed("mediation.lead.look", lead, by=by)


@transaction.atomic
def refer_lead(lead, *, to, by, key=None):
    """Passed to another office. Where to stands in the sealed trail alone, so that what stays here is the same for every reason.
    Raises FlowError."""
    lead = _locked(lead)
    if was_sent(key):
        return
    lead_flow.walk(lead, "refer", next_on=None)
    words = {"words": "已转有关部门办理，微家不再调解。"}
    _write(lead, EntryKind.STEP, timezone.localdate(), words, by=by, key=key)
    audit.record_sealed("mediation.lead.refer", lead, by=by, to=to)


@transaction.atomic
def reopen_lead(lead, *, words, by, key=None):
    """Taken up again, with the reason. Raises FlowError."""
    lead, today = _locked(lead), timezone.localdate()
    if was_sent(key):
        return
    lead_flow.walk(lead, "reopen", closed_on=None, calm_on=None, observed_on=None, next_on=_next(lead.level, today))
    _write(lead, EntryKind.STEP, today, {"words": f"重新办理。{words}"}, by=by, key=key)
    audit.record_sealed("mediation.lead.reopen", lead, by=by)
