"""The audit trail: who did or read what, and why (PIPL art. 51, 55; GB/T 22239-2019 安全审计; handbook 11).

`record()` writes one row inside the caller's transaction: if it fails, the act fails. `link_events()` (worker, each
minute) joins new rows into the chain; `verify_chain()` finds a changed, removed, inserted or swapped row.
"""

import hashlib
import hmac
import json
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from fedhub.core import acting, crypto
from fedhub.core.models import AuditEvent, AuditLink, SealedEvent, Setting
from fedhub.core.privacy import privacy_of

FIELDS = (
    "actor_id", "actor_name", "action", "target_label", "target_id", "area_id", "level", "detail", "reason", "result",
    "address", "hour",
)  # fmt: skip
# What of an act lies inside a sealed row; the reading hour is kept as a fingerprint beside it.
SEALED_FIELDS = FIELDS[:-1]
ABOUT_COLUMN, HOUR_COLUMN = "core.SealedEvent.about", "core.SealedEvent.hour"
SEALED_SUM = "sealed_audit"
# Functions of upper apps that give sentences about chains of their own which are broken (`verify_audit` asks them all).
other_chains = []
# The sum's row must not tell when the last sealed act was.
NO_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
UNLINKED_MINUTES = 5


def label_of(target):
    """ "app.Model" of a record or class."""
    return target._meta.label


def record(action, target=None, *, by=None, reason="", result="ok", level=None, area=None, **detail):
    """Write one audit row for `action` ("app.model.verb") on `target`.

    `by` is the acting user (None: the one of the present request, else the system). `detail` holds plain facts such as
    field names or counts; values of personal fields never go in. Returns the row.
    """
    if "sealed" in detail:
        raise TypeError("An act in the sealed compartment goes through record_sealed, never into the open trail.")
    event = _event(action, target, by=by, reason=reason, result=result, level=level, area=area)
    event.detail = detail
    event.mac = row_mac(event)
    event.save(force_insert=True)
    return event


def record_read(target, *, by, action=None, reason="", level=3, **detail):
    """Log that `by` opened the page of `target`: one row per user, record and hour, of the first opening's `reason` and
    `detail` (plain facts, as in `record`). Returns True when a row is new."""
    now = timezone.now()
    action = action or f"{target._meta.label_lower}.read"
    event = _event(action, target, by=by, reason=reason, result="ok", level=level, area=None)
    event.at, event.detail = now, detail
    event.hour = _reading_hour(event)
    # Looked for before anything is locked: most openings are not the first of their hour and write nothing.
    if AuditEvent.objects.filter(hour=event.hour).exists():
        return False
    event.mac = row_mac(event)
    with transaction.atomic():
        # Once more behind the lock: an insert that SQLite ignores uses up a number, and a gap reads as a deleted row.
        if AuditEvent.objects.filter(hour=event.hour).exists():
            return False
        AuditEvent.objects.bulk_create([event], ignore_conflicts=True)
    return True


def record_many(action, targets, *, by, reason="", area=None, **detail):
    """One audit row per record of `targets`, in bulk (imports, bulk assignment)."""
    events = []
    for target in targets:
        event = _event(action, target, by=by, reason=reason, result="ok", level=None, area=area)
        event.detail = detail
        event.mac = row_mac(event)
        events.append(event)
    AuditEvent.objects.bulk_create(events, batch_size=500)


def _reading_hour(event):
    """Key of "this user read this record in this hour"."""
    return f"{event.actor_id}:{event.action}:{event.target_id}:{event.at.astimezone(UTC):%Y%m%d%H}"


def _event(action, target, *, by, reason, result, level, area):
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
        reason=reason[:200],
        result=result,
        address=now.address,
    )


def acts_on(target, actions):
    """Rows about one record whose page the reader was allowed to open: the acts named in `actions`."""
    return AuditEvent.objects.filter(target_label=label_of(target), target_id=target.pk, action__in=actions)


def changed_fields(instance, before):
    """Names of fields of `instance` that differ from the dict `before` (values stay out of the audit)."""
    return sorted(name for name, value in before.items() if getattr(instance, name) != value)


# --- the sealed compartment -------------------------------------------------------------------------------------
def record_sealed(action, target, *, by, reason="", **detail):
    """Write one row for an act on `target` in the sealed compartment, in the caller's transaction. Returns nothing."""
    event = _event(action, target, by=by, reason=reason, result="ok", level=4, area=None)
    event.detail = detail
    _save_sealed(event, hour=None)


def record_sealed_read(target, *, by):
    """Note that `by` opened a sealed record: one row per user, record and hour."""
    event = _event(f"{target._meta.label_lower}.read", target, by=by, reason="", result="ok", level=4, area=None)
    event.detail = {}
    hour = crypto.blind(_reading_hour(event), column=HOUR_COLUMN)
    if SealedEvent.objects.filter(hour=hour).exists():
        return
    try:
        with transaction.atomic():
            _save_sealed(event, hour=hour)
    except IntegrityError:
        # The same page opened twice at once: the other request wrote the row.
        return


@transaction.atomic(savepoint=False)
def _save_sealed(event, *, hour):
    """The row and the sum over all rows are one act: pages that only read stand in no transaction of their own."""
    content = {name: getattr(event, name) for name in SEALED_FIELDS}
    content["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    sealed = SealedEvent(day=timezone.localdate(event.at), content=content, hour=hour)
    sealed.about = _about(event.action, event.target_label, event.target_id)
    sealed.pk = SealedEvent._meta.pk.get_default()
    sealed.mac = sealed_mac(sealed)
    sealed.save(force_insert=True)
    _add_to_sum(sealed.mac)


def _about(action, label, pk):
    return crypto.blind(f"{action}|{label}|{pk}", column=ABOUT_COLUMN)


def sealed_trail(action, targets):
    """`{pk: [content, oldest first]}` of the sealed rows of `action` on the records `targets`: one query."""
    keys = {_about(action, label_of(target), target.pk): target.pk for target in targets}
    found = {}
    for about, content in SealedEvent.objects.filter(about__in=keys).values_list("about", "content"):
        if isinstance(content, dict):
            found.setdefault(keys[about], []).append(content)
    for rows in found.values():
        rows.sort(key=lambda content: content["at"])
    return found


def sealed_mac(event):
    """Seal of one sealed row: HMAC-SHA-256 over its key, day, fingerprints and plain content."""
    content = [event.pk, event.day.isoformat(), event.about, event.hour, event.content]
    return _hmac(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def _summed(total, mac):
    return (total + int(mac, 16)) % (1 << 256)


def _sum_value(total):
    """The stored sum with its own seal, without which whoever deletes a row could write the smaller sum."""
    return {"sum": f"{total:064x}", "seal": _hmac(f"sealed sum|{total:064x}")}


def _add_to_sum(mac):
    Setting.objects.get_or_create(key=SEALED_SUM, defaults={"value": _sum_value(0)})
    row = Setting.objects.select_for_update().get(key=SEALED_SUM)
    total = _summed(int(row.value["sum"], 16), mac)
    Setting.objects.filter(pk=row.pk).update(value=_sum_value(total), updated_at=NO_MOMENT)


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
    """Join all audit rows that are not in the chain yet, oldest first; return how many were joined."""
    joined = 0
    while found := _link_batch(batch):
        joined += found
        if found < batch:
            break
    return joined


@transaction.atomic
def _link_batch(batch):
    """Join at most `batch` rows in a transaction of their own, so that other writers get their turn."""
    last = AuditLink.objects.select_for_update().order_by("-seq").first()
    seq, previous = (last.seq, last.mac) if last else (0, "")
    links = []
    for event_id, event_mac in AuditEvent.objects.filter(link=None).order_by("id").values_list("id", "mac")[:batch]:
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
    links = list(AuditLink.objects.order_by("-seq")[:2])
    if not links:
        return True
    head, previous = links[0], links[1].mac if len(links) > 1 else ""
    event = AuditEvent.objects.filter(pk=head.event_id).first()
    return (
        event is not None
        and row_mac(event) == event.mac
        and _link_mac(head.seq, previous, head.event_id, event.mac) == head.mac
    )


# --- the heads kept outside the database --------------------------------------------------------------------------
class Head(NamedTuple):
    """The end of the chain on a day: its link, and a seal over all sealed rows of the days before (no number shows)."""

    seq: int
    mac: str
    day: date | None = None
    sealed: str = ""


def heads_path():
    """The file of kept heads, beside the backups; it is only ever written at its end."""
    return settings.BACKUP_ROOT / "audit-heads.txt"


def _sealed_until(day, total):
    return _hmac(f"sealed until|{day.isoformat()}|{total:064x}")


def keep_head(day=None):
    """Append the present head to the file of heads; returns it, or None while the chain is empty."""
    seq, mac = chain_head()
    if not seq:
        return None
    day, total = day or timezone.localdate(), 0
    for sealed in SealedEvent.objects.filter(day__lt=day).values_list("mac", flat=True):
        total = _summed(total, sealed)
    head = Head(seq, mac, day, _sealed_until(day, total))
    path = heads_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(f"{head.day.isoformat()} {head.seq} {head.mac} {head.sealed}\n")
    path.chmod(0o600)
    return head


def kept_heads():
    """All heads of the file, oldest first. Raises ValueError when a line cannot be read."""
    path = heads_path()
    lines = path.read_text().splitlines() if path.exists() else []
    heads = []
    for line in lines:
        day, seq, mac, sealed = line.split()
        heads.append(Head(int(seq), mac, date.fromisoformat(day), sealed))
    return heads


# --- the proof ----------------------------------------------------------------------------------------------------
def verify_chain(heads=()):
    """Check all rows, links and sealed rows; return findings `(seq or event id, sentence)`, empty when all is whole.

    `heads` are earlier heads (Head) kept outside the database: they show a shortened or rewritten chain.
    """
    return [*_check_links(heads), *_check_unlinked(), *_check_numbers(), *_check_sealed(heads)]


def _check_links(heads):
    findings, previous, expected = [], "", 0
    wanted = {head.seq: head.mac for head in heads}
    for link, event in _links_with_events():
        expected += 1
        if link.seq != expected:
            findings.append((link.seq, f"链上缺第 {expected} 到 {link.seq - 1} 条"))
            expected = link.seq
        if event is None:
            findings.append((link.seq, f"第 {link.seq} 条的记录被删掉了"))
        elif row_mac(event) != event.mac:
            findings.append((link.seq, f"第 {link.seq} 条内容被改过"))
        if event is not None and _link_mac(link.seq, previous, link.event_id, event.mac) != link.mac:
            findings.append((link.seq, f"第 {link.seq} 条与前一条接不上"))
        previous = link.mac
        kept = wanted.pop(link.seq, None)
        if kept is not None and not hmac.compare_digest(link.mac, kept):
            wanted[link.seq] = kept
            findings.append((link.seq, _other_than_kept(link.seq)))
    return findings + [(seq, _other_than_kept(seq)) for seq in sorted(wanted) if seq > expected]


def _other_than_kept(seq):
    return f"与留存的链头（第 {seq} 条）不符，记录可能被截短或整体替换；如果刚用旧备份恢复过，请对照恢复的日期"


def _links_with_events(chunk=2000):
    """All links by seq, each with its AuditEvent or None. Not joined: a join would hide a link whose row is gone."""
    last = -1
    while links := list(AuditLink.objects.filter(seq__gt=last).order_by("seq")[:chunk]):
        events = AuditEvent.objects.in_bulk([link.event_id for link in links])
        for link in links:
            yield link, events.get(link.event_id)
        last = links[-1].seq


def _check_unlinked():
    findings, late = [], 0
    edge = timezone.now() - timedelta(minutes=UNLINKED_MINUTES)
    for event in AuditEvent.objects.filter(link=None).iterator(chunk_size=2000):
        late += event.at < edge
        if row_mac(event) != event.mac:
            findings.append((event.pk, f"还没入链的记录 {event.pk} 内容被改过"))
    if late:
        text = f"有 {late} 条记录超过 {UNLINKED_MINUTES} 分钟还没有入链，后台服务可能没有运行"
        findings.append((0, f"{text}（请看 manage.py serve 或 manage.py tick）"))
    return findings


def _check_numbers():
    """Numbers that are gone: SQLite gives out each number once and takes it back with a rolled-back transaction.

    PostgreSQL leaves gaps of its own, so there only the chain can tell.
    """
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [AuditEvent._meta.db_table])
        last = cursor.fetchone()
    findings, before = [], None
    for number in AuditEvent.objects.order_by("id").values_list("id", flat=True).iterator(chunk_size=5000):
        if before is not None and number != before + 1:
            findings.append((before + 1, _gone(before + 1, number - 1)))
        before = number
    if last and last[0] != (before or 0):
        findings.append(((before or 0) + 1, _gone((before or 0) + 1, last[0])))
    return findings


def _gone(first, last):
    return f"编号 {first} 的记录被删掉了" if first == last else f"编号 {first} 到 {last} 的记录被删掉了"


def _check_sealed(heads):
    findings, total, broken = [], 0, 0
    waiting = sorted((head for head in heads if head.sealed), key=lambda head: head.day)
    for event in SealedEvent.objects.order_by("day", "id").iterator(chunk_size=2000):
        while waiting and waiting[0].day <= event.day:
            findings += _check_sealed_head(waiting.pop(0), total)
        broken += sealed_mac(event) != event.mac
        total = _summed(total, event.mac) if _is_hex(event.mac) else total
    for head in waiting:
        findings += _check_sealed_head(head, total)
    if broken:
        findings.append((0, f"有 {broken} 条受限记录内容被改过或打不开"))
    stored = Setting.objects.filter(key=SEALED_SUM).values_list("value", flat=True).first()
    if (stored or _sum_value(0)) != _sum_value(total):
        findings.append((0, "受限记录少了或多了，与合计不符"))
    return findings


def _check_sealed_head(head, total):
    if hmac.compare_digest(head.sealed, _sealed_until(head.day, total)):
        return []
    return [(head.seq, f"{head.day:%Y-%m-%d} 以前的受限记录与留存的链头不符")]


def _is_hex(text):
    try:
        int(text, 16)
    except ValueError:
        return False
    return True
