"""The book of money and goods: what comes in, what goes out, and the counter-entry of a wrong one (handbook 4.6)."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.models.numbers import take_numbers
from fedhub.core.versions import save_version
from fedhub.reference.lookup import label
from hardship.enums import INTO, OUT_OF, MoveKind
from hardship.models import Batch, Fund, Movement
from hardship.services.periods import check_open

NOTHING = Decimal(0)


def next_paper(kind, day):
    """The next number of a yearly series of papers: "FF2026-0001" for vouchers, "WZ2026-0001" for batches."""
    return f"{kind}{day.year}-{take_numbers(f'aid:{kind}:{day.year}'):04d}"


def column_of(source):
    """Name of the column that holds what is left."""
    return "balance" if isinstance(source, Fund) else "left"


def unit_of(source):
    """Words after a number of `source`."""
    return "元" if isinstance(source, Fund) else source.unit


def is_bank_tail(text):
    """True for the last four digits of an account: more of it is never kept."""
    return len(text) == 4 and text.isascii() and text.isdigit()


def limits_of(source):
    """ "只用于六一，只给“低保”" of money or goods for one purpose, else ""."""
    said = [f"只用于{source.get_occasion_display()}"] if source.occasion else []
    if source.category:
        said.append(f"只给“{label('hardship_category', source.category)}”")
    return "，".join([*said, source.restriction] if source.restriction else said)


@transaction.atomic
def open_fund(fund, *, by):
    """A new purse, empty. Returns the Fund. Raises ValidationError."""
    fund.created_by = by
    fund.full_clean()
    fund.save()
    audit.record("hardship.fund.create", fund, by=by)
    return fund


@transaction.atomic
def open_batch(batch, *, quantity, by):
    """Goods that came in: the batch and its first entry. Returns the Batch. Raises ValidationError."""
    batch.number, batch.created_by = next_paper("WZ", batch.received_on), by
    batch.kind = batch.kind.strip() or batch.item
    batch.full_clean()
    batch.save()
    audit.record("hardship.batch.create", batch, by=by)
    move(batch, MoveKind.RECEIVED, quantity, on=batch.received_on, note=batch.document, by=by)
    batch.refresh_from_db()
    return batch


@transaction.atomic
def change_source(source, fields, *, base_version, by):
    """Save changed words of a fund or batch; what is left is never written by hand. Raises StaleVersion."""
    save_version(source, sorted(fields), base_version=base_version)
    audit.record(f"hardship.{source._meta.model_name}.change", source, by=by, fields=sorted(fields))
    return source


@transaction.atomic
def move(source, kind, amount, *, on, note="", by):
    """Book by hand: `amount` (> 0) came in or went out on the day `on`. Returns the Movement.

    Raises ValidationError: more than is free, out of use, a locked month, a day to come, no reason where something is lost
    or goes back.
    """
    kind = MoveKind(kind)
    if kind not in (*INTO, *OUT_OF) or kind == MoveKind.GIVEN:
        raise ValidationError("发放要从“救助发放”登记，冲正要从原来那一笔冲。")
    if amount <= 0:
        raise ValidationError({"amount": "请填大于 0 的数。"})
    if kind != MoveKind.RECEIVED and not note.strip():
        raise ValidationError({"note": "请写原因。"})
    signed = amount if kind in INTO else -amount
    made = post(source, kind, signed, on=on, note=note, by=by)
    audit.record(f"hardship.{source._meta.model_name}.book", source, by=by, kind=kind.value)
    return made


@transaction.atomic
def reverse_movement(movement, *, reason, by):
    """The counter-entry of an entry that was booked by hand: its exact opposite, today, once. Returns the new Movement.

    Raises ValidationError: reversed already, itself a reversal, of a delivery, no reason, or gone by now.
    """
    if not reason.strip():
        raise ValidationError({"reason": "请写冲正的理由。"})
    movement = Movement.objects.select_for_update(of=("self",)).get(pk=movement.pk)
    if movement.kind == MoveKind.REVERSAL:
        raise ValidationError("冲正的那一笔不能再冲，需要时重新登记。")
    if movement.delivery_id is not None:
        raise ValidationError("这一笔是发放，请在那次发放上冲正。")
    if Movement.objects.filter(reverses=movement).exists():
        raise ValidationError("这一笔已经冲正过了。")
    source = movement.fund or movement.batch
    today = timezone.localdate()
    made = post(source, MoveKind.REVERSAL, -movement.amount, on=today, note=reason, reverses=movement, by=by)
    audit.record(f"hardship.{source._meta.model_name}.reverse", source, by=by)
    return made


def post(source, kind, amount, *, on, by, note="", delivery=None, reverses=None, release=NOTHING):
    """One entry of the book and the new sum, inside the caller's transaction. `amount` is signed; `release` frees what
    was promised. What comes back by a counter-entry puts a closed source in use again.

    Raises ValidationError when less would be left than is promised to others, the source is closed, or the month is locked.
    """
    check_open(source.area, on)
    column = column_of(source)
    rows = type(source).objects.filter(pk=source.pk, reserved__gte=release)
    # One statement: two at once cannot both take the last one (acceptance F2.4).
    rows = rows.filter(**{f"{column}__gte": F("reserved") - release - amount})
    new = {column: F(column) + amount, "reserved": F("reserved") - release}
    if isinstance(source, Batch) and (
        kind == MoveKind.RECEIVED or reverses is not None and reverses.kind == MoveKind.RECEIVED
    ):
        new["received"] = F("received") + amount
    if kind == MoveKind.RECEIVED:
        rows = rows.filter(closed_on=None)
    elif amount > 0:
        new["closed_on"] = None
    if not rows.update(**new, version=F("version") + 1, updated_at=timezone.now()):
        source.refresh_from_db()
        if source.closed_on and amount > 0:
            raise ValidationError(f"“{source}”已经停用。")
        raise ValidationError(f"“{source}”不够：能动用的只有 {source.free.normalize():f} {unit_of(source)}。")
    source.refresh_from_db()
    # Again, now that the row is held: the month may have been locked while this entry waited for it.
    check_open(source.area, on)
    name = "fund" if isinstance(source, Fund) else "batch"
    return Movement.objects.create(
        **{name: source}, kind=kind, amount=amount, on=on, note=note.strip()[:100], delivery=delivery, reverses=reverses,
        recorded_by=by,
    )  # fmt: skip


def reserve(source, amount):
    """Promise `amount` of what is free; raises ValidationError when there is not so much."""
    column = column_of(source)
    rows = type(source).objects.filter(pk=source.pk, closed_on=None, **{f"{column}__gte": F("reserved") + amount})
    if not rows.update(reserved=F("reserved") + amount, version=F("version") + 1, updated_at=timezone.now()):
        source.refresh_from_db()
        if source.closed_on:
            raise ValidationError(f"“{source}”已经停用。")
        raise ValidationError(f"“{source}”不够：还能发的只有 {source.free.normalize():f} {unit_of(source)}。")
    source.refresh_from_db()


def release(source, amount):
    """Take a promise back."""
    type(source).objects.filter(pk=source.pk).update(
        reserved=F("reserved") - amount, version=F("version") + 1, updated_at=timezone.now()
    )
    source.refresh_from_db()


@transaction.atomic
def close_source(source, *, by):
    """Out of use: nothing is promised from it any more. Raises ValidationError while something is left or promised."""
    column = column_of(source)
    rows = type(source).objects.filter(pk=source.pk, closed_on=None, reserved=0, **{column: 0})
    done = rows.update(closed_on=timezone.localdate(), version=F("version") + 1, updated_at=timezone.now())
    source.refresh_from_db()
    if not done:
        if source.closed_on:
            raise ValidationError(f"“{source}”已经停用。")
        raise ValidationError(f"还有 {getattr(source, column).normalize():f} {unit_of(source)}没有用完，不能停用。")
    audit.record(f"hardship.{source._meta.model_name}.close", source, by=by)
    return source
