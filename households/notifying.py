"""What fedhub.notices asks of the records of people: whether she may be written to, and the number that is hers alone."""

from django.utils import timezone

from fedhub.notices import gate
from fedhub.notices.enums import PUSH, Channel
from fedhub.notices.gate import Verdict
from fedhub.reference.lookup import rule
from households.contact import may_contact
from households.enums import PhoneOwner
from households.minors import is_under

# Below this age her guardian is told (PIPL art. 31).
OWN_FROM = 14


@gate.answer_by
def may_notify(person, channel, at):
    """Verdict of `may_contact` for a machine: where neither she nor her file names hours, only in those of rule "notice_hours"."""
    verdict = may_contact(person, channel, at)
    if verdict.ok and channel in PUSH and person.birth and is_under(person.birth, OWN_FROM, timezone.localdate(at)):
        return Verdict(False, f"未满 {OWN_FROM} 周岁，告诉监护人。")
    if verdict.ok and channel in PUSH and not _names_hours(person) and not _by_day(at):
        start, end = rule("notice_hours")
        return Verdict(False, f"只在 {start}:00—{end}:00 发。", hours=True)
    return verdict


def _names_hours(person):
    rows = (getattr(person, "safe_contact", None), getattr(person, "notice_choice", None))
    return any(row is not None and (row.hour_from or row.hour_to) for row in rows)


def _by_day(at):
    start, end = rule("notice_hours")
    return start <= timezone.localtime(at).hour < end


def own_mobile(person):
    """Her own number, which nobody shares with her; '' when there is none. A husband's number is no way to her."""
    phones = person.phones.filter(owner_kind=PhoneOwner.SELF, shared=False, usable=True).order_by("position", "pk")
    return next((phone.number for phone in phones if phone.number), "")


gate.addresses_by(Channel.SMS, own_mobile)
