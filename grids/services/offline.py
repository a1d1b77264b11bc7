"""Phones that keep visits without network, and what arrives from them late (acceptance F1.3-F1.5, security design 4.14).

A draft arrives once, whatever way and however often it is sent. When it may no longer be applied (the family moved or
left, the account was closed) it lies in the supervisor's tray with what was true then and is true now. What a visitor
ticked as a risk is reported on arrival and lies in no draft.
"""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import RoleGrant
from accounts.roles import roles_with
from fedhub.core import audit, crypto, envelopes, files, once
from fedhub.core.models import OnceKey
from fedhub.reference.lookup import rule
from grids.doubts import clock_is_off
from grids.enums import EnvelopeState, Late
from grids.flow import envelope_flow
from grids.models import Device, Envelope
from grids.services.doubts import look_over
from grids.services.signature import KIND as SIGNATURE
from grids.services.visit import tell_risk
from households.enums import HouseholdState
from households.models import Household

# The form of today; what older forms posted is brought up to it step by step: {schema: QueryDict -> QueryDict}.
SCHEMA = 1
UPGRADERS = {}
TOKEN = "grids.Device.token"  # noqa: S105 - the name of a column
COOKIE = "grids.Device.cookie"
RAW = "sealed"
UNSENT_MOST = 300


# --- phones -------------------------------------------------------------------------------------------------------
def device_of(token):
    """The Device whose phone holds `token`, ended or not; None when no phone does."""
    mark = crypto.blind((token or "")[:100], column=TOKEN)
    return Device.objects.select_related("user").filter(token=mark).first() if mark else None


@transaction.atomic
def register_device(user, *, name, cookie=""):
    """`(Device, token, lost)`: this phone may keep visits of `user` from now on; the phone alone keeps the token.

    A phone of hers that carries the same browser's `cookie` is this one with its store emptied: it is replaced, and
    `lost` is how many drafts went with the store.
    """
    token, mark = secrets.token_urlsafe(32), crypto.blind(cookie, column=COOKIE)
    lost = 0
    if mark:
        for old in Device.objects.in_force().filter(user=user, cookie=mark).select_for_update():
            lost += len(still_missing(user, old.unsent))
            Device.objects.filter(pk=old.pk).update(ended_at=timezone.now(), unsent=[])
    device = Device.objects.create(
        user=user,
        name=name[:40],
        token=crypto.blind(token, column=TOKEN),
        cookie=mark,
        key_id=envelopes.public_key()[0],
    )
    audit.record("grids.device.register", device, by=user, lost=lost)
    return device, token, lost


@transaction.atomic
def check_in(device, *, unsent, removed=(), clock_off=0):
    """What the phone still holds (ids) is noted. Returns `(saved, lost)`: those of them that arrived already, and how
    many it held before, never sent, did not remove and does not hold any more."""
    device = Device.objects.select_for_update(of=("self",)).select_related("user").get(pk=device.pk)
    unsent = [str(key) for text in list(unsent)[:UNSENT_MOST] if (key := once.parse_key(text))]
    missing = still_missing(device.user, device.unsent)
    lost = missing - set(unsent) - {str(text) for text in removed}
    saved = set(unsent) - still_missing(device.user, unsent, whole=True)
    # While anything waits on the phone, the key it may be sealed to is kept.
    key_id = device.key_id if set(unsent) - saved else envelopes.public_key()[0]
    Device.objects.filter(pk=device.pk).update(
        unsent=sorted(set(unsent) - saved), clock_off=clock_off, seen_at=timezone.now(), key_id=key_id
    )
    return sorted(saved), len(lost)


def still_missing(user, keys, *, whole=False):
    """Those of `keys` (texts) of `user` that neither arrived as a draft (`whole`: as one that was finished on the phone)
    nor were saved as a visit."""
    keys = set(keys)
    if not keys:
        return keys
    rows = Envelope.objects.filter(user=user, key__in=keys)
    arrived = (rows.filter(unfinished=False) if whole else rows).values_list("key", flat=True)
    done = OnceKey.objects.filter(user=user, key__in=keys).values_list("key", flat=True)
    return keys - {str(key) for key in (*arrived, *done)}


@transaction.atomic
def end_device(device, *, by):
    """The phone keeps nothing any more: when it next speaks it wipes what it has. Raises ValidationError."""
    if not Device.objects.in_force().filter(pk=device.pk).update(ended_at=timezone.now()):
        raise ValidationError("这台手机已经停用了。")
    audit.record("grids.device.end", device, by=by)
    return device


def keys_on_phones():
    """Key ids that drafts on phones may be sealed to; a phone that was not seen for the days of rule
    "offline_draft_days" no longer counts (key rotation)."""
    edge = timezone.now() - timedelta(days=rule("offline_draft_days"))
    return Device.objects.in_force().filter(seen_at__gte=edge).values_list("key_id", flat=True)


# --- may it still be applied? -------------------------------------------------------------------------------------
def ever_reached(user, household):
    """True when `user` ever held the right to visit a place where `household` lies or lay: others' families are
    nothing she could have a draft of."""
    grants = RoleGrant.objects.filter(user=user, role__in=roles_with("grids.add_visit"))
    codes = tuple(set(grants.values_list("area__code", flat=True)))
    places = {household.area.code, *household.places.values_list("area__code", flat=True)}
    return bool(codes) and any(code.startswith(codes) for code in places)


def family_of_draft(pk, user):
    """The Household with the key `pk` if `user` has, or ever had, to do with it; None otherwise.

    No row rule: what she may no longer see goes to the tray of those who may.
    """
    household = Household.objects.select_related("area").filter(pk=pk).first()
    return household if household is not None and ever_reached(user, household) else None


def could_visit(user, area, at):
    """True when `user` held the right to visit `area` at the moment `at`."""
    day = timezone.localdate(at)
    held = Q(ended_at__gt=at) | Q(ended_at=None, valid_to=None) | Q(ended_at=None, valid_to__gte=day)
    grants = RoleGrant.objects.filter(held, user=user, valid_from__lte=day, role__in=roles_with("grids.add_visit"))
    codes = tuple(set(grants.values_list("area__code", flat=True)))
    return bool(codes) and area.code.startswith(codes)


def place_at(household, at):
    """The place where `household` lay by what was recorded at the moment `at`; its first one before that."""
    rows = household.places.select_related("area").order_by("recorded_at", "pk")
    row = rows.filter(recorded_at__lte=at).last() or rows.first()
    return row.area if row else household.area


def why_late(user, household):
    """Why a draft of `user` about `household` may not simply be saved now (Late), '' when it may."""
    if not user.is_active:
        return Late.ACCOUNT
    if not user.has_perm("grids.add_visit", household):
        return Late.SCOPE
    return "" if household.is_open else Late.CLOSED


# --- arriving -----------------------------------------------------------------------------------------------------
@dataclass
class Arrival:
    """A draft as it was opened. `fields`: [[name, value]] fit to be kept; `risk`: Risk or None; `raw`: the bytes as they
    came where the form's version is not known."""

    user: object
    household: object
    key: str
    schema: int
    device: object = None
    saved_at: object = None
    clock_off: int = 0
    unfinished: bool = False
    fields: list = field(default_factory=list)
    photos: list = field(default_factory=list)
    signature: object = None
    risk: object = None
    raw: bytes = b""


def earlier(user, key, *, held=False):
    """The Envelope of this draft that arrived before, or None. `held` within a transaction: whoever brings the same
    draft at this moment waits until it is over, else each would keep files of its own."""
    rows = Envelope.objects.select_related("household__area", "visit", "user")
    if held:
        rows = rows.select_for_update(of=("self",))
    return rows.filter(user=user, key=key).first()


@transaction.atomic
def note_saved(arrival, visit):
    """The draft became `visit` at once (or now, where it had arrived unfinished before). Returns the Envelope."""
    before = earlier(arrival.user, arrival.key, held=True)
    if before is not None:
        return _finish(before, visit, by=arrival.user)
    envelope = Envelope.objects.create(**_columns(arrival), state=EnvelopeState.SAVED, visit=visit)
    _look_at_clock(envelope, by=arrival.user)
    return envelope


def _look_at_clock(envelope, *, by):
    """The visit that a draft became is looked over again when the phone's clock was wrong: only now it is known."""
    if clock_is_off(envelope):
        look_over(envelope.visit, by=by)


@transaction.atomic
def keep(arrival, *, late=""):
    """Keep a draft: for its writer to finish on screen or, with `late`, in the tray of the supervisor. The risk is
    reported. Returns the Envelope. Raises once.Repeated when it was saved on screen meanwhile."""
    if done := once.earlier_result(arrival.user, arrival.key):
        raise once.Repeated(done)
    columns = _columns(arrival) | {"fields": arrival.fields, "late": late}
    columns["state"] = EnvelopeState.TRAY if late else EnvelopeState.OPEN
    before = earlier(arrival.user, arrival.key, held=True)
    if before is not None:
        if before.state != EnvelopeState.OPEN:
            _tell(arrival)
            return before
        files.remove(files.attachments_of(before))
        for name in ("state", "late"):
            columns.pop(name)
        for name, value in columns.items():
            setattr(before, name, value)
        before.save(update_fields=[*columns, "updated_at"])
        envelope = before
        if late:
            envelope_flow.walk(envelope, "strand", late=late)
    else:
        envelope = Envelope.objects.create(**columns)
    _keep_files(envelope, arrival)
    audit.record(
        f"grids.envelope.{'late' if late else 'keep'}", envelope, by=arrival.user, area=arrival.household.area
    )
    _tell(arrival)
    return envelope


def _tell(arrival):
    if arrival.risk is not None:
        tell_risk(arrival.risk, household=arrival.household, once=arrival.key, by=arrival.user)


def _columns(arrival):
    names = ("user", "household", "key", "schema", "device", "saved_at", "clock_off", "unfinished")
    return {name: getattr(arrival, name) for name in names}


def _keep_files(envelope, arrival):
    for number, photo in enumerate(arrival.photos, start=1):
        files.store(
            photo.bytes, owner=envelope, kind="photo", name=f"照片{number}.jpg", content_type=photo.content_type,
            by=arrival.user,
        )  # fmt: skip
    if arrival.signature is not None:
        files.store(
            arrival.signature.bytes, owner=envelope, kind=SIGNATURE, name="对方签名.jpg",
            content_type=arrival.signature.content_type, by=arrival.user,
        )  # fmt: skip
    if arrival.raw:
        # Level 4: no page opens it, since nobody knows what stands in it.
        files.store(
            arrival.raw, owner=envelope, kind=RAW, name="原件", content_type="application/octet-stream",
            by=arrival.user, level=4,
        )  # fmt: skip


@dataclass(frozen=True)
class KeptPicture:
    """A picture that was cleaned on arrival."""

    bytes: bytes
    content_type: str


def pictures_of(envelope):
    """`(photos, signature or None)` that lie with a draft, as KeptPicture."""
    kept = {"photo": [], SIGNATURE: []}
    for attachment in files.attachments_of(envelope).filter(kind__in=kept):
        kept[attachment.kind].append(KeptPicture(files.read(attachment), attachment.content_type))
    return kept["photo"], (kept[SIGNATURE] or [None])[0]


# --- what becomes of it -------------------------------------------------------------------------------------------
def finish_draft(user, key, visit):
    """The form with this once-key was saved on screen: a draft of it that had arrived is finished with it."""
    rows = Envelope.objects.filter(user=user, key=key, state=EnvelopeState.OPEN)
    for envelope in rows.select_related("household__area"):
        _finish(envelope, visit, by=user)


def _finish(envelope, visit, *, by):
    envelope_flow.walk(envelope, "finish", visit=visit, fields=None, unfinished=False)
    files.remove(files.attachments_of(envelope))
    audit.record("grids.envelope.finish", envelope, by=by, area=envelope.household.area)
    _look_at_clock(envelope, by=by)
    return envelope


@transaction.atomic
def take_over(envelope, visit, *, by):
    """The supervisor saved the draft as `visit`, in the name of who made it. Raises FlowError, ValidationError."""
    try:
        claimed = once.claim(envelope.user, envelope.key, "grids:tray_take")
    except once.Repeated:
        raise ValidationError("这次走访已经登记过了，没有再登记。") from None
    once.settle(claimed, visit.get_absolute_url())
    envelope_flow.walk(envelope, "take", visit=visit, fields=None, decided_by=by, decided_at=timezone.now())
    files.remove(files.attachments_of(envelope))
    audit.record("grids.envelope.take", envelope, by=by, area=envelope.household.area)
    _look_at_clock(envelope, by=by)
    return visit


@transaction.atomic
def decline(envelope, *, reason, by):
    """Not taken into the books; what was written stays readable with the reason, its pictures are deleted.

    Raises FlowError, ValidationError."""
    if not reason:
        raise ValidationError("请写不采纳的理由。")
    envelope_flow.walk(envelope, "decline", decided_by=by, decided_at=timezone.now(), decided_why=reason)
    files.remove(files.attachments_of(envelope))
    audit.record("grids.envelope.decline", envelope, by=by, area=envelope.household.area, reason=reason)
    return envelope


@transaction.atomic
def drop(envelope, *, by):
    """Its writer does not want it any more: what was typed and its pictures are deleted. Raises FlowError."""
    envelope_flow.walk(envelope, "drop", fields=None)
    files.remove(files.attachments_of(envelope))
    audit.record("grids.envelope.drop", envelope, by=by, area=envelope.household.area)
    return envelope


def finished_url(user, pk):
    """Where the visit is shown that the own draft `pk` became, '' while it has not."""
    row = Envelope.objects.filter(pk=pk, user=user, state=EnvelopeState.SAVED).select_related("visit").first()
    return row.visit.get_absolute_url() if row else ""


def two_facts(envelope):
    """[(what, when it was written, now)]: what the phone went by and what is true today; alike with and without a risk."""
    household, user, at = envelope.household, envelope.user, envelope.written_then
    day, then, now = timezone.localdate(at), place_at(household, at), household.area
    # A day alone is known of these: on that day itself she could still write.
    was_open = household.closed_on is None or household.closed_on >= day
    was_active = user.disabled_on is None or user.disabled_on >= day
    visited, visits = could_visit(user, then, at), user.has_perm("grids.add_visit", household)
    return [
        ("家庭在哪个网格", then.name, now.name),
        (
            "家庭状态",
            HouseholdState.ACTIVE.label if was_open else household.get_state_display(),
            household.get_state_display(),
        ),
        ("走访人的账号", "可以使用" if was_active else "已停用", "可以使用" if user.is_active else "已停用"),
        ("这户归不归走访人", "归" if visited else "不归", "归" if visits else "不归"),
    ]


def tend():
    """Drafts nobody can finish, and those left lying for the days of rule "offline_draft_days", go to the tray; what was
    declined loses its text after the days of rule "offline_declined_days"."""
    now = timezone.now()
    edge = now - timedelta(days=rule("offline_draft_days"))
    rows = Envelope.objects.filter(state=EnvelopeState.OPEN).select_related("user", "household__area")
    people = {}
    for envelope in list(rows.order_by("pk")):
        envelope.user = people.setdefault(envelope.user_id, envelope.user)
        late = why_late(envelope.user, envelope.household) or (Late.STALE if envelope.created_at < edge else "")
        if late:
            _strand(envelope, late)
    old = now - timedelta(days=rule("offline_declined_days"))
    Envelope.objects.filter(state=EnvelopeState.DECLINED, decided_at__lt=old, fields__isnull=False).update(fields=None)


@transaction.atomic
def _strand(envelope, late):
    envelope_flow.walk(envelope, "strand", late=late)
    audit.record("grids.envelope.late", envelope, area=envelope.household.area)
