"""Tying her WeChat to her record, coming in with it, untying it."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit, crypto
from fedhub.notices.models import WechatSeen
from portal.enums import Way
from portal.models import Binding
from portal.services.entry import begin_stay, whoever_now

COLUMN, SEEN = "portal.Binding.blind", "notices.WechatSeen.mark"


def _mark(openid):
    return crypto.blind(openid, column=COLUMN)


@transaction.atomic
def bind(person, openid, way=Way.CODE):
    """Tie `openid` to `person`, who came in by `way`. What it was tied to before, and what she was tied to before, ends; for that
    she must have come in with a code given in person. Returns False when she must fetch one first."""
    now = timezone.now()
    if way != Way.CODE and _is_another(person, openid):
        return False
    Binding.objects.filter(resident=person, ended_at=None).update(ended_at=now)
    Binding.objects.filter(blind=_mark(openid), ended_at=None).update(ended_at=now)
    try:
        with transaction.atomic():
            Binding.objects.create(resident=person, blind=_mark(openid), openid=openid, bound_at=now)
    except IntegrityError:
        # The same tap twice.
        return True
    audit.record("portal.binding.begin", person)
    return True


def _is_another(person, openid):
    """True when she, or this WeChat, was ever tied otherwise: then whoever ties makes sure in person."""
    mark = _mark(openid)
    hers = Binding.objects.filter(resident=person).exclude(blind=mark)
    return hers.exists() or Binding.objects.filter(blind=mark).exclude(resident=person).exists()


@transaction.atomic
def come_in_with(openid):
    """A stay for whoever `openid` is tied to: `(Resident, key of the browser)`, None when it is tied to nobody."""
    bound = Binding.objects.filter(blind=_mark(openid), ended_at=None).select_related("resident__area").first()
    person = whoever_now(bound.resident) if bound else None
    return (person, begin_stay(person, way=Way.WECHAT)) if person else None


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
