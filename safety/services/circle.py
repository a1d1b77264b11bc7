"""Who may see a safety file: named one by one, with a reason and an end; excused for good; opened by two in an emergency."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core import audit
from fedhub.reference.lookup import rule
from safety.enums import Kind, Part
from safety.models import CaseGrant, Recusal, SafetyFile, UrgentOpening
from safety.queries import standings
from safety.services.files import LEAD_DAYS, locked, write

VIEW, LEAD, BREAK = "safety.view_safetyfile", "safety.lead_safetyfile", "safety.break_safetyfile"
EXCUSED = "这个人登记了回避，不能看这份档案。"


def _running(file, user):
    return CaseGrant.objects.in_force().filter(file=file, user=user)


@transaction.atomic
def let_in(file, *, user, part, why, until, by):
    """Let `user` see `file` until a day (at most `sealed_grant_days` from now) for a part (Part). Returns the CaseGrant. Raises
    ValidationError where she has no such right at all, is excused, or is in already."""
    SafetyFile.objects.select_for_update().get(pk=file.pk)
    today = timezone.localdate()
    if not user.has_perm(VIEW):
        raise ValidationError({"user": "这个账号的角色不能看受限档案。"})
    if Recusal.objects.filter(file=file, user=user).exists():
        raise ValidationError({"user": EXCUSED})
    if _running(file, user).exists():
        raise ValidationError({"user": "这个人现在就看得到。要延长，先结束再重新点名。"})
    longest = rule("sealed_grant_days")
    if not today <= until <= today + timedelta(days=longest):
        raise ValidationError({"until": f"从今天起，最长 {longest} 天。"})
    grant = CaseGrant.objects.create(
        file=file, user=user, valid_from=today, valid_to=until, facts={"part": part, "why": why, "by": by.name}
    )
    audit.record_sealed("safety.casegrant.give", file, by=by, reason=why, user=user.pk, part=part)
    return grant


@transaction.atomic
def let_out(grant, *, by, why):
    """Her look at the file ends now. The lead's does not: she hands the file over. Raises ValidationError."""
    grant = CaseGrant.objects.select_for_update().get(pk=grant.pk)
    if grant.is_lead:
        raise ValidationError("主办的人不能只是结束，请先移交主办。")
    if grant.ended_on:
        raise ValidationError("已经结束了。")
    grant.ended_on = timezone.localdate()
    grant.save(update_fields=["ended_on"])
    audit.record_sealed("safety.casegrant.end", grant.file, by=by, reason=why, user=grant.user_id)


@transaction.atomic
def hand_lead(file, *, user, why, by):
    """Somebody else leads the file from now on; who led it sees it no more. Raises ValidationError."""
    SafetyFile.objects.select_for_update().get(pk=file.pk)
    today = timezone.localdate()
    if not user.has_perm(LEAD):
        raise ValidationError({"user": "这个账号的角色不能主办受限档案。"})
    if Recusal.objects.filter(file=file, user=user).exists():
        raise ValidationError({"user": EXCUSED})
    lead = CaseGrant.objects.filter(file=file, is_lead=True, ended_on=None).first()
    if lead is not None and lead.user_id == user.pk:
        raise ValidationError({"user": "她就是主办。"})
    CaseGrant.objects.filter(file=file, ended_on=None, user=user).update(ended_on=today)
    if lead is not None:
        lead.ended_on = today
        lead.save(update_fields=["ended_on"])
    CaseGrant.objects.create(
        file=file, user=user, is_lead=True, valid_from=today, valid_to=today + timedelta(days=LEAD_DAYS),
        facts={"part": Part.LEAD, "why": why, "by": by.name},
    )  # fmt: skip
    audit.record_sealed("safety.casegrant.lead", file, by=by, reason=why, user=user.pk)


@transaction.atomic
def excuse(file, *, user, why, by):
    """`user` must never see `file`: whatever she was let in for ends, and nobody can let her in again. Raises ValidationError for
    the lead, who hands the file over first."""
    SafetyFile.objects.select_for_update().get(pk=file.pk)
    if CaseGrant.objects.filter(file=file, user=user, is_lead=True, ended_on=None).exists():
        raise ValidationError({"user": "她是主办，先移交主办再登记回避。"})
    if Recusal.objects.filter(file=file, user=user).exists():
        raise ValidationError({"user": "已经登记过回避。"})
    Recusal.objects.create(file=file, user=user, facts={"why": why, "by": by.name})
    CaseGrant.objects.filter(file=file, user=user, ended_on=None).update(ended_on=timezone.localdate())
    audit.record_sealed("safety.recusal.add", file, by=by, reason=why, user=user.pk)


@transaction.atomic
def ask_to_open(*, area, who, why, by):
    """Ask for the file of a person (`who`: name or code of the file) in a community, with a reason. Returns the UrgentOpening."""
    opening = UrgentOpening(area=area, asked_by=by, facts={"who": who.strip(), "why": why.strip(), "found": None})
    opening.save(force_insert=True)
    audit.record_sealed("safety.urgentopening.ask", opening, by=by, reason=why)
    return opening


@transaction.atomic
def answer_opening(opening, *, agrees, by):
    """A second person agrees or not. Only when she agrees is it looked for; what is found is open to the asker for a day, and its
    lead reads of it on the file for ever. Returns how many were found. Raises ValidationError."""
    opening = UrgentOpening.objects.select_for_update().get(pk=opening.pk)
    if opening.answered_by_id:
        raise ValidationError("已经有人答复了。")
    if opening.asked_by_id == by.pk:
        raise ValidationError("自己提出的，要另一个人同意。")
    facts, found = opening.facts, []
    if agrees:
        found = [file for file in _files_of(opening.area, facts["who"]) if _may_be_opened(file, opening.asked_by)]
        for file in found:
            _open_to(file, opening.asked_by, facts["why"], by)
    opening.answered_by = by
    opening.facts = {**facts, "agreed": agrees, "found": [file.pk for file in found]}
    opening.save(update_fields=["answered_by", "facts"])
    audit.record_sealed("safety.urgentopening.answer", opening, by=by, agreed=agrees)
    return len(found)


@transaction.atomic
def watch_opening(opening, *, by, on):
    """Note that whoever watches over the compartment (`by`, who did not ask herself) looked at an emergency; once."""
    if UrgentOpening.objects.filter(pk=opening.pk, watched_by=None).update(watched_by=by, watched_on=on):
        audit.record_sealed("safety.urgentopening.watch", opening, by=by)


def _open_to(file, user, why, second):
    """Let `user` in for a day, and write it into the file, where its lead has to look at it. Where nobody leads the file any more
    (the account is closed, the role is over), whoever may lead takes it over."""
    file, today = locked(file), timezone.localdate()
    takes_over = user.has_perm(LEAD) and not _is_led(file)
    if takes_over:
        file.grants.filter(is_lead=True, ended_on=None).update(ended_on=today)
    days = LEAD_DAYS if takes_over else rule("sealed_urgent_days")
    CaseGrant.objects.create(
        file=file, user=user, is_lead=takes_over, valid_from=today, valid_to=today + timedelta(days=days),
        facts={"part": Part.LEAD if takes_over else Part.URGENT, "why": why, "by": second.name},
    )  # fmt: skip
    write(file, Kind.URGENT, {"by": user.name, "second": second.name, "why": why}, by=user)
    audit.record_sealed("safety.urgentopening.open", file, by=user, reason=why, second=second.pk)


def _is_led(file):
    """True when somebody who may still sign in and lead holds the file."""
    lead = CaseGrant.objects.in_force().filter(file=file, is_lead=True).select_related("user").first()
    return lead is not None and lead.user.is_active and lead.user.has_perm(LEAD)


def _may_be_opened(file, user):
    return not Recusal.objects.filter(file=file, user=user).exists() and not _running(file, user).exists()


def _files_of(community, who):
    """Open files in the community that are about `who` (a name, or the code of a file)."""
    wanted = who.replace(" ", "").upper()
    found = []
    for file, state in standings(SafetyFile.objects.open().filter(area__in=Area.objects.within(community))):
        name = state.intake.data.get("name", "") if state and state.intake else ""
        if wanted in (file.code, name.replace(" ", "").upper()):
            found.append(file)
    return found
