"""Pairing a family with a helper: consent, load, second signature, change of the promise, end with a reason (handbook 4.4)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.versions import save_version
from hardship.enums import IN_CARE, HelperKind, HelpKind, PairingEnd, PairingState
from hardship.flow import pairing_flow
from hardship.models import Helper, HelpRecord, Pairing
from hardship.models.pairing import ALIVE
from households.enums import ConsentPurpose, MembershipKind
from households.models import Consent, Membership

# Staff and committee members work for the federation itself: telling them is no sharing with somebody else (PIPL art. 23).
ASK_CONSENT = "告诉外面的帮扶人要有家庭的单独同意（个人信息保护法第二十三条），请先在居民页登记“提供给其他单位”。"
OWN_PEOPLE = (HelperKind.COMMITTEE, HelperKind.WORKER)


@transaction.atomic
def create_helper(helper, *, by):
    """Register a helper. Returns the Helper. Raises ValidationError."""
    helper.created_by = by
    helper.full_clean()
    helper.save()
    audit.record("hardship.helper.create", helper, by=by, kind=helper.kind)
    return helper


@transaction.atomic
def change_helper(helper, fields, *, base_version, by):
    """Save changed `fields`. Raises StaleVersion."""
    save_version(helper, sorted(fields), base_version=base_version)
    audit.record("hardship.helper.change", helper, by=by, fields=sorted(fields))
    return helper


def needs_consent(helper):
    """True when the family's separate consent is needed before this helper is told anything (PIPL art. 23)."""
    return helper.kind not in OWN_PEOPLE or helper.user_id is None


def sharing_consents(household, day=None):
    """Consents of who lives there to tell somebody outside, in force on `day` (default today), the newest first."""
    living = Membership.objects.filter(household=household, kind=MembershipKind.LIVES, valid_to=None)
    rows = Consent.objects.filter(resident__in=living.values("resident_id"), purpose=ConsentPurpose.SHARE)
    return [
        consent for consent in rows.select_related("resident").order_by("-given_on", "-pk") if consent.in_force(day)
    ]


def stops_pairing(helper, household):
    """Why `helper` must not be paired with this family, '' when nothing stands against it (acceptance 2, item 8)."""
    if helper.resident_id is None:
        return ""
    lives = Membership.objects.filter(resident_id=helper.resident_id, valid_to=None)
    if lives.filter(household=household).exists():
        return "帮扶人就是这户的人，不能和自己家结对。"
    return ""


def load_of(helper, but=None):
    """How many families the helper has now."""
    rows = helper.pairings.filter(state__in=ALIVE)
    return rows.exclude(pk=but.pk).count() if but else rows.count()


@transaction.atomic
def pair(pairing, *, by, follows=None):
    """Begin a pairing (unsaved: file, helper, kinds, every_days, starts_on, until, promise, consent). Returns it: running,
    or waiting for a second signature where the helper has as many families as she may.

    Raises ValidationError: the file is not in care, no consent in force, nothing promised, her own household, paired already.
    """
    helper = Helper.objects.select_for_update(of=("self",)).get(pk=pairing.helper_id)
    file = (
        type(pairing.file).objects.select_for_update(of=("self",)).select_related("household").get(pk=pairing.file_id)
    )
    if file.state not in IN_CARE:
        raise ValidationError("档案还没有建好或者已经退出，不能结对。")
    if not helper.is_active:
        raise ValidationError({"helper": "这位帮扶人现在不能帮扶，请换一位。"})
    if not pairing.kinds or set(pairing.kinds) - set(HelpKind.values):
        raise ValidationError({"kinds": "请至少选一样答应帮的。"})
    if why := stops_pairing(helper, file.household):
        raise ValidationError({"helper": why})
    if Pairing.objects.filter(file=file, helper=helper, ended_on=None).exists():
        raise ValidationError({"helper": "这位帮扶人已经和这户结对了。"})
    _check_consent(pairing, helper, file)
    if pairing.until and pairing.until <= pairing.starts_on:
        raise ValidationError({"until": "约定到的日子要在结对日期之后。"})
    pairing.household, pairing.area, pairing.created_by, pairing.follows = file.household, file.area, by, follows
    pairing.over_cap = load_of(helper) >= helper.cap
    pairing.state = PairingState.WAITING if pairing.over_cap else PairingState.ACTIVE
    pairing.speaks_by = pairing.starts_on + timedelta(days=pairing.every_days)
    pairing.full_clean(exclude=["household"])
    pairing.save()
    audit.record("hardship.pairing.pair", pairing, by=by, over_cap=pairing.over_cap)
    return pairing


def _check_consent(pairing, helper, file):
    if not needs_consent(helper):
        pairing.consent = None
        return
    if pairing.consent is None:
        raise ValidationError({"consent": ASK_CONSENT})
    if pairing.consent.pk not in {consent.pk for consent in sharing_consents(file.household)}:
        raise ValidationError({"consent": "这份同意不是这户的，或者已经过期、撤回了。"})


@transaction.atomic
def sign_pairing(pairing, *, by):
    """The second signature for a helper over her cap. Returns the Pairing. Raises ValidationError (one's own), FlowError."""
    if pairing.created_by_id == by.pk:
        raise ValidationError("自己提出的，要由另一位负责人签字。")
    pairing_flow.walk(pairing, "sign", second_by=by)
    audit.record("hardship.pairing.sign", pairing, by=by)
    return pairing


@transaction.atomic
def refuse_pairing(pairing, *, reason, by):
    """No second signature. Returns the Pairing. Raises ValidationError, FlowError."""
    words = _words(reason)
    today = timezone.localdate()
    pairing_flow.walk(
        pairing, "refuse", ended_on=max(today, pairing.starts_on), end_reason=PairingEnd.OTHER, end_note=words
    )
    audit.record("hardship.pairing.refuse", pairing, by=by)
    return pairing


@transaction.atomic
def end_pairing(pairing, *, on, end_reason, note="", by):
    """The pairing ends on the day `on` for a reason. Returns it. Raises ValidationError, FlowError."""
    if end_reason not in PairingEnd.values:
        raise ValidationError({"end_reason": "请选结束原因。"})
    if end_reason == PairingEnd.OTHER and not note.strip():
        raise ValidationError({"note": "请写结束的原因。"})
    if on > timezone.localdate():
        raise ValidationError({"on": "结束日期不能晚于今天。"})
    if on < pairing.starts_on:
        raise ValidationError({"on": f"结束日期不能早于结对日期 {pairing.starts_on:%Y-%m-%d}。"})
    pairing_flow.walk(pairing, "end", ended_on=on, end_reason=end_reason, end_note=note.strip()[:100])
    audit.record("hardship.pairing.end", pairing, by=by, end=str(end_reason))
    return pairing


@transaction.atomic
def renew_pairing(pairing, fresh, *, by):
    """Another promise, rhythm or time: the old line ends today, the new one (`fresh`, unsaved) begins. Returns the new one.

    A second signature that was given stays with the new line as long as the helper is the same. Raises ValidationError."""
    today = timezone.localdate()
    end_pairing(pairing, on=max(today, pairing.starts_on), end_reason=PairingEnd.CHANGED, by=by)
    fresh.file, fresh.helper, fresh.starts_on = pairing.file, pairing.helper, max(today, pairing.starts_on)
    return pair(fresh, by=by, follows=pairing)


def end_pairings_of(file, *, reason, by):
    """A closed file ends its pairings. Returns how many."""
    rows = list(file.pairings.filter(ended_on=None))
    for pairing in rows:
        end_pairing(pairing, on=max(timezone.localdate(), pairing.starts_on), end_reason=reason, by=by)
    return len(rows)


# --- hours -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def log_help(record, *, by):
    """Note what was done (unsaved HelpRecord). Moves the day by which somebody must be heard of. Returns the record.

    Raises ValidationError: before the pairing, to come, not running then."""
    pairing = Pairing.objects.select_for_update(of=("self",)).get(pk=record.pairing_id)
    if record.on > timezone.localdate():
        raise ValidationError({"on": "日期不能晚于今天。"})
    if record.on < pairing.starts_on or pairing.ended_on and record.on > pairing.ended_on:
        raise ValidationError({"on": "这一天不在结对的时间里。"})
    if pairing.state == PairingState.WAITING:
        raise ValidationError("还没有第二人签字，签字以后再登记。")
    if record.next_on and record.next_on <= record.on:
        raise ValidationError({"next_on": "下次的日子要在这次之后。"})
    record.made_by = by
    record.full_clean()
    record.save()
    _heard(pairing)
    audit.record("hardship.helprecord.log", pairing, by=by)
    return record


@transaction.atomic
def void_help(record, *, reason, by):
    """A wrong record: it stays readable and counts no more. Raises ValidationError."""
    words = _words(reason)
    done = HelpRecord.objects.filter(pk=record.pk, voided_on=None).update(
        voided_on=timezone.localdate(), voided_why=words
    )
    if not done:
        raise ValidationError("这条记录已经作废了。")
    pairing = Pairing.objects.select_for_update(of=("self",)).get(pk=record.pairing_id)
    _heard(pairing)
    audit.record("hardship.helprecord.void", pairing, by=by, reason=words)
    return pairing


def _heard(pairing):
    last = pairing.records.standing().order_by("-on").values_list("on", flat=True).first()
    pairing.last_contact_on = last
    pairing.speaks_by = max(last or pairing.starts_on, pairing.starts_on) + timedelta(days=pairing.every_days)
    pairing.version += 1
    pairing.save(update_fields=["last_contact_on", "speaks_by", "version", "updated_at"])


def _words(reason):
    if not reason.strip():
        raise ValidationError({"reason": "请写原因。"})
    return reason.strip()[:100]
