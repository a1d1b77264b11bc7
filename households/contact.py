"""May we contact her this way, now? Every sender, call button, visit plan and list asks here (security 4.13)."""

from django.utils import timezone

from fedhub.core.lookups import AnyOf
from fedhub.notices.enums import Channel
from fedhub.notices.gate import Verdict
from households.enums import ConsentPurpose, ContactChannel, ResidentState
from households.models import Consent, Resident, SafeContact

TALKING = {ContactChannel.PHONE, ContactChannel.SMS, ContactChannel.WECHAT}
# What goes out by itself, and of which she may choose on her own page.
CHOSEN = {ContactChannel.SMS, ContactChannel.WECHAT}


def may_contact(resident, channel, at=None):
    """Verdict for contacting `resident` by `channel` (ContactChannel, or "inbox": her own page) at the moment `at` (default now).

    Without a SafeContact row everything is allowed; with one, only what it names: a row without channels forbids all.
    A withdrawn consent to contact forbids all (PIPL art. 15, handbook 13.2 rule 16). Letters know no hours. Her own page
    is opened by herself with her own code: it knows neither channels nor hours. What she chose of messages there
    (fedhub.notices.Choice) narrows WeChat and short messages further, and opens nothing.
    """
    if resident.state != ResidentState.ACTIVE:
        return Verdict(False, f"{resident.get_state_display()}，不再联系。", never=True)
    if _contact_withdrawn(resident, at):
        return Verdict(False, "她撤回了日常联系的同意。", never=True)
    safe = getattr(resident, "safe_contact", None)
    if channel == Channel.INBOX:
        calm = safe is None or not (safe.neutral or safe.spouse_may_answer or not safe.channels)
        return Verdict(True) if calm else Verdict(True, "登记了安全联系的要求，由人来定怎么说。", neutral=True)
    if channel in CHOSEN and (refusal := _not_chosen(resident, channel, at or timezone.now())):
        return refusal
    if safe is None:
        return Verdict(True)
    if channel not in safe.channels:
        return Verdict(False, f"她没有同意用{ContactChannel(channel).label}联系。")
    if channel != ContactChannel.LETTER and not _in_hours(safe, at or timezone.now()):
        return Verdict(False, f"现在不是她方便的时间（{hours_label(safe)}）。", hours=True)
    if safe.spouse_may_answer and channel in TALKING:
        return Verdict(True, "丈夫可能接听或看到，先确认是本人，只说社区服务。", neutral=True, careful=True)
    if safe.neutral:
        return Verdict(True, "只说社区服务，不提具体事情。", neutral=True)
    return Verdict(True)


def _not_chosen(resident, channel, at):
    """The Verdict against `channel` at `at` that follows from her own choice, None."""
    choice = getattr(resident, "notice_choice", None)
    if choice is None:
        return None
    if channel not in choice.channels:
        return Verdict(False, f"她自己选了不收{ContactChannel(channel).label}。")
    if not _in_hours(choice, at):
        return Verdict(False, f"不在她自己选的时间（{hours_label(choice)}）。", hours=True)
    return None


def split_for_sending(residents, channel, at=None):
    """`(send, held)` for a batch: `held` is [(resident, why)] for a person to decide; nobody flagged is in `send`."""
    send, held = [], []
    for resident in residents:
        verdict = may_contact(resident, channel, at)
        if verdict.ok and not verdict.neutral:
            send.append(resident)
        else:
            held.append((resident, verdict.why))
    return send, held


def number_held(resident):
    """True when the phone numbers of `resident` go on no list.

    A list is used by anybody at any hour, so a number stands on it only when `may_contact` by phone would say yes
    without a condition: no hours, no neutral words, nobody else who may answer (security 4.13).
    """
    if resident.state != ResidentState.ACTIVE or _contact_withdrawn(resident, None):
        return True
    safe = getattr(resident, "safe_contact", None)
    return safe is not None and _has_conditions(safe)


def numbers_held(resident_ids):
    """Set of those `resident_ids` for whom `number_held` is true; three queries whatever their number."""
    people = Resident.objects.filter(AnyOf("pk", resident_ids))
    held = set(people.exclude(state=ResidentState.ACTIVE).values_list("pk", flat=True))
    rows = SafeContact.objects.filter(AnyOf("resident_id", resident_ids)).defer("note")
    held |= {safe.resident_id for safe in rows if _has_conditions(safe)}
    by_person, day = {}, timezone.localdate()
    for consent in Consent.objects.filter(AnyOf("resident_id", resident_ids), purpose=ConsentPurpose.CONTACT):
        by_person.setdefault(consent.resident_id, []).append(consent)
    return held | {pk for pk, rows in by_person.items() if _all_withdrawn(rows, day)}


def hours_label(safe):
    """ "9:00—11:30", "9:00 以后", "11:30 以前" or "不限"."""
    start = safe.hour_from and f"{safe.hour_from:%H:%M}"
    end = safe.hour_to and f"{safe.hour_to:%H:%M}"
    if start and end:
        return f"{start}—{end}"
    return f"{start} 以后" if start else f"{end} 以前" if end else "不限"


def _has_conditions(safe):
    """True unless she may be called by phone at any hour, in plain words, with nobody else answering."""
    plain = ContactChannel.PHONE in safe.channels and not safe.neutral and not safe.spouse_may_answer
    return not plain or safe.hour_from is not None or safe.hour_to is not None


def _in_hours(safe, at):
    """True inside the hours of `safe` (a SafeContact or a Choice); 22:00—06:00 runs over midnight, an end is not included."""
    now = timezone.localtime(at).time()
    start, end = safe.hour_from, safe.hour_to
    if start and end and start > end:
        return now >= start or now < end
    return (start is None or now >= start) and (end is None or now < end)


def _contact_withdrawn(resident, at):
    consents = [c for c in resident.consents.all() if c.purpose == ConsentPurpose.CONTACT]
    return bool(consents) and _all_withdrawn(consents, timezone.localdate(at))


def _all_withdrawn(consents, day):
    """True when one of these consents to contact was taken back by `day` and none is in force."""
    return any(c.withdrawn_on and c.withdrawn_on <= day for c in consents) and not any(
        c.in_force(day) for c in consents
    )
