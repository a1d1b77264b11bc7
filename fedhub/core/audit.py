"""The audit trail: who did or read what, and why (PIPL art. 51, 55; GB/T 22239-2019 安全审计; handbook 11).

`record()` writes one row inside the caller's transaction: if it fails, the act fails. `link_events()` (worker, each
minute) joins new rows into the chain; `verify_chain()` finds a changed, removed, inserted or swapped row.
"""

import hashlib
import hmac
import json
from datetime import UTC

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from fedhub.core import acting
from fedhub.core.models import AuditEvent, AuditLink
from fedhub.core.privacy import privacy_of

FIELDS = (
    "actor_id", "actor_name", "action", "target_label", "target_id", "area_id", "level", "sealed", "detail", "reason",
    "result", "address", "hour",
)  # fmt: skip


def label_of(target):
    """ "app.Model" of a record or class."""
    return target._meta.label


def record(action, target=None, *, by=None, reason="", result="ok", level=None, sealed=False, area=None, **detail):
    """Write one audit row for `action` ("app.model.verb") on `target`.

    `by` is the acting user (None: the one of the present request, else the system). `detail` holds plain facts such as
    field names or counts; values of personal fields never go in. Returns the row.
    """
    event = _event(action, target, by=by, reason=reason, result=result, level=level, sealed=sealed, area=area)
    event.detail = detail
    event.mac = row_mac(event)
    event.save(force_insert=True)
    return event


def record_read(target, *, by, action=None, reason="", sealed=False, level=3):
    """Log that `by` opened the page of `target`: one row per user, record and hour. Returns True when a row is new."""
    now = timezone.now()
    action = action or f"{target._meta.label_lower}.read"
    event = _event(action, target, by=by, reason=reason, result="ok", level=level, sealed=sealed, area=None)
    event.at = now
    event.hour = f"{by.pk}:{action}:{target.pk}:{now.astimezone(UTC):%Y%m%d%H}"
    event.mac = row_mac(event)
    with transaction.atomic():
        if AuditEvent.objects.filter(hour=event.hour).exists():
            return False
        AuditEvent.objects.bulk_create([event], ignore_conflicts=True)
    return True


def record_many(action, targets, *, by, reason="", area=None, **detail):
    """One audit row per record of `targets`, in bulk (imports, bulk assignment)."""
    events = []
    for target in targets:
        event = _event(action, target, by=by, reason=reason, result="ok", level=None, sealed=False, area=area)
        event.detail = detail
        event.mac = row_mac(event)
        events.append(event)
    AuditEvent.objects.bulk_create(events, batch_size=500)


def _event(action, target, *, by, reason, result, level, sealed, area):
    now = acting.current()
    return AuditEvent(
        at=timezone.now(),
        actor_id=by.pk if by is not None else now.user_id,
        actor_name=(by.name if by is not None else now.name)[:50],
        action=action,
        target_label=label_of(target) if target is not None else "",
        target_id=target.pk if target is not None else None,
        area_id=area.pk if area is not None else getattr(target, "area_id", None),
        level=level or (privacy_of(type(target)).level if target is not None else 2),
        sealed=sealed,
        reason=reason[:200],
        result=result,
        address=now.address,
    )


def changed_fields(instance, before):
    """Names of fields of `instance` that differ from the dict `before` (values stay out of the audit)."""
    return sorted(name for name, value in before.items() if getattr(instance, name) != value)


# --- seals and chain ----------------------------------------------------------------------------------------------
def row_mac(event):
    """Seal of one row: HMAC-SHA-256 over its content."""
    content = [event.at.astimezone(UTC).isoformat(timespec="microseconds")]
    content += [getattr(event, name) for name in FIELDS]
    return _hmac(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def _hmac(text):
    return hmac.new(settings.KEYRING.audit_key(), text.encode(), hashlib.sha256).hexdigest()


def _link_mac(seq, previous, event_id, event_mac):
    return _hmac(f"{seq}|{previous}|{event_id}|{event_mac}")


def link_events(batch=2000):
    """Join audit rows that are not in the chain yet, oldest first; return how many were joined."""
    with transaction.atomic():
        last = AuditLink.objects.select_for_update().order_by("-seq").first()
        seq, previous = (last.seq, last.mac) if last else (0, "")
        fresh = AuditEvent.objects.filter(link=None).order_by("id").values_list("id", "mac")[:batch]
        links = []
        for event_id, event_mac in fresh:
            seq += 1
            previous = _link_mac(seq, previous, event_id, event_mac)
            links.append(AuditLink(event_id=event_id, seq=seq, mac=previous))
        AuditLink.objects.bulk_create(links)
    return len(links)


def chain_head():
    """`(seq, mac)` of the newest link, or (0, "")."""
    last = AuditLink.objects.order_by("-seq").values_list("seq", "mac").first()
    return last or (0, "")


def head_is_whole():
    """True when the newest link fits its row and the link before it (or there is none): the quick part of
    `verify_chain`."""
    links = list(AuditLink.objects.select_related("event").order_by("-seq")[:2])
    if not links:
        return True
    head, previous = links[0], links[1].mac if len(links) > 1 else ""
    return (
        row_mac(head.event) == head.event.mac
        and _link_mac(head.seq, previous, head.event_id, head.event.mac) == head.mac
    )


def verify_chain(anchor=None):
    """Check all rows and links; return a list of findings `(seq or event id, sentence)`, empty when all is whole.

    `anchor` is an earlier head `(seq, mac)` kept off the machine: it detects a shortened or rewritten chain.
    """
    findings = []
    previous, expected = "", 0
    seen_anchor = anchor is None or anchor[0] == 0
    for link in AuditLink.objects.select_related("event").order_by("seq").iterator(chunk_size=2000):
        expected += 1
        if link.seq != expected:
            findings.append((link.seq, f"链上缺第 {expected} 到 {link.seq - 1} 条"))
            expected = link.seq
        if row_mac(link.event) != link.event.mac:
            findings.append((link.seq, f"第 {link.seq} 条内容被改过"))
        if _link_mac(link.seq, previous, link.event_id, link.event.mac) != link.mac:
            findings.append((link.seq, f"第 {link.seq} 条与前一条接不上"))
        previous = link.mac
        if anchor and link.seq == anchor[0]:
            seen_anchor = hmac.compare_digest(link.mac, anchor[1])
    for event in AuditEvent.objects.filter(link=None).iterator(chunk_size=2000):
        if row_mac(event) != event.mac:
            findings.append((event.pk, f"还没入链的记录 {event.pk} 内容被改过"))
    if not seen_anchor:
        findings.append((anchor[0], f"与留存的链头（第 {anchor[0]} 条）不符，记录可能被截短或整体替换"))
    return findings
