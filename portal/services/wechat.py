"""Tying her WeChat to her record, coming in with it, untying it."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit, crypto
from fedhub.notices.models import WechatSeen
from portal.models import Binding
from portal.services.entry import begin_stay, whoever_now

COLUMN, SEEN = "portal.Binding.blind", "notices.WechatSeen.mark"


def _mark(openid):
    return crypto.blind(openid, column=COLUMN)


@transaction.atomic
def bind(person, openid):
    """Tie `openid` to `person`, who is in with a code. What it was tied to before, and what she was tied to before, ends."""
    now = timezone.now()
    Binding.objects.filter(resident=person, ended_at=None).update(ended_at=now)
    Binding.objects.filter(blind=_mark(openid), ended_at=None).update(ended_at=now)
    try:
        with transaction.atomic():
            Binding.objects.create(resident=person, blind=_mark(openid), openid=openid, bound_at=now)
    except IntegrityError:
        # The same tap twice.
        return
    audit.record("portal.binding.begin", person)


@transaction.atomic
def come_in_with(openid):
    """A stay for whoever `openid` is tied to: `(Resident, key of the browser)`, None when it is tied to nobody."""
    bound = Binding.objects.filter(blind=_mark(openid), ended_at=None).select_related("resident__area").first()
    person = whoever_now(bound.resident) if bound else None
    return (person, begin_stay(person)) if person else None


@transaction.atomic
def unbind(person):
    """Untie her WeChat; nothing happens when there is none."""
    if Binding.objects.filter(resident=person, ended_at=None).update(ended_at=timezone.now()):
        audit.record("portal.binding.end", person)


def openid_of(person):
    """The number of the WeChat tied to `person`, '' without one."""
    bound = Binding.objects.filter(resident=person, ended_at=None).first()
    return bound.openid if bound is not None else ""


def is_bound(person):
    """True when a WeChat opens her pages."""
    return Binding.objects.filter(resident=person, ended_at=None).exists()


@transaction.atomic
def hear(message):
    """Act on a `Message` of WeChat's server, once however often it comes: who follows the account no more is tied no more.
    Nothing else follows from a message, and none ties anybody."""
    try:
        with transaction.atomic():
            WechatSeen.objects.create(mark=crypto.blind(message.mark, column=SEEN))
    except IntegrityError:
        return
    if message.kind == "event" and message.event == "unsubscribe":
        bound = Binding.objects.filter(blind=_mark(message.sender), ended_at=None).select_related("resident").first()
        if bound:
            unbind(bound.resident)
