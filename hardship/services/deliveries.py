"""From a promise to the thanks: pledged, approved, handed over, signed for, thanked for (acceptance 2, item 11)."""

from datetime import timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from fedhub.core import audit, files
from fedhub.reference.lookup import labels, rule
from hardship.enums import CashHow, DeliveryState, MoveKind, Occasion, ReceiptKind
from hardship.flow import delivery_flow
from hardship.models import Batch, Delivery, HardshipFile, Movement
from hardship.services.books import is_bank_tail, next_paper, post, release, reserve
from households.models import Household
from households.queries import categories_of_household, members_of

MONEY = "钱款"
PROOF = "receipt"


def lately(occasion, day=None):
    """Q of deliveries asked for or handed over so short before `day` (default today) that a second one wants a reason."""
    day = day or timezone.localdate()
    since = day - timedelta(days=rule("aid_repeat_days"))
    near = Q(asked_on__gte=since) | Q(handed_on__gte=since)
    if occasion not in (Occasion.DAILY, Occasion.URGENT, Occasion.OTHER):
        last = day - timedelta(days=300)
        near |= Q(occasion=occasion) & (Q(asked_on__gt=last) | Q(handed_on__gt=last))
    return near


def earlier_gifts(household, kind, occasion, *, user, day=None, but=None):
    """Deliveries that `user` may see of the same kind to this family, asked for or handed over within rule
    "aid_repeat_days" before `day`, or for the same occasion within a year; the newest first. `but` is left out."""
    near = lately(occasion, day)
    rows = Delivery.objects.visible_to(user).filter(household=household, kind=kind)
    rows = rows.exclude(state=DeliveryState.CANCELLED)
    rows = rows.exclude(pk=but.pk) if but is not None and but.pk else rows
    return rows.filter(near).select_related("created_by", "handed_by", "batch", "fund").order_by("-asked_on", "-pk")


def warning_of(gift):
    """A sentence about an earlier gift: day, what, by whom."""
    day, by = gift.handed_on or gift.asked_on, gift.handed_by or gift.created_by
    verb = "发过" if gift.handed_on else "已经提出发"
    who = f"{by.name}经办" if by else ""
    return f"{day:%Y-%m-%d} {verb}“{gift.what} {gift.amount_words}”（{gift.get_occasion_display()}，{who}）"


def check_fits(source, household, occasion, day=None):
    """Raise ValidationError when money or goods for one purpose would go to another, to another community's family, or
    when goods are past their date on `day` (default today)."""
    if not household.area.code.startswith(source.area.code):
        raise ValidationError(f"“{source}”是{source.area.name}的，这户不在那里，不能发。")
    if source.occasion and source.occasion != occasion:
        raise ValidationError(f"“{source}”是定向的，只用于{Occasion(source.occasion).label}。")
    if source.category and source.category not in categories_of_household(household):
        name = labels("hardship_category").get(source.category, source.category)
        raise ValidationError(f"“{source}”是定向的，只给有“{name}”的家庭，这户没有这个类别。")
    check_fresh(source, day or timezone.localdate())


def check_fresh(source, day):
    """Raise ValidationError for goods that are past their date on `day`."""
    if isinstance(source, Batch) and source.expires_on and source.expires_on < day:
        raise ValidationError(f"“{source}”已经过了有效期，不能发。")


@transaction.atomic
def pledge(delivery, *, by, day=None):
    """Ask that something be given to a family; `day`: when it will be or was handed over (default today). Returns the
    Delivery.

    Raises ValidationError: the source does not fit, the family is off the books, the person is not of the family, the
    same kind was given lately and no reason is written."""
    # Two who ask for the same family wait for each other, so that the second is told of the first.
    rows = Household.objects.select_for_update(of=("self",)).select_related("area")
    household = rows.get(pk=delivery.household_id)
    if not household.is_open:
        raise ValidationError("这户已经迁出或注销，不能再发放。")
    if delivery.resident_id and not members_of(household).filter(resident=delivery.resident_id).exists():
        raise ValidationError({"resident": "这个人不在这一家，请重新选给谁。"})
    source = delivery.source
    if source is not None:
        check_fits(source, household, delivery.occasion, day)
    delivery.household, delivery.area, delivery.created_by = household, household.area, by
    if delivery.is_money:
        delivery.kind, delivery.value = MONEY, delivery.quantity
        delivery.what = delivery.what.strip() or (source.name if source else MONEY)
    else:
        delivery.kind = source.kind or source.item
        delivery.value = (delivery.quantity * source.value).quantize(Decimal("0.01"))
        delivery.what = delivery.what.strip() or source.item
    if delivery.file_id is None:
        delivery.file = HardshipFile.objects.visible_to(by).open().filter(household=household).first()
    earlier = list(earlier_gifts(household, delivery.kind, delivery.occasion, user=by)[:3])
    if earlier and not delivery.repeat_reason.strip():
        raise ValidationError({"repeat_reason": [*map(warning_of, earlier), "还要发请写理由。"]})
    delivery.repeat_reason = delivery.repeat_reason.strip() if earlier else ""
    delivery.full_clean()
    delivery.save()
    # Why it is given again belongs in the trail (acceptance F2.5).
    audit.record("hardship.delivery.pledge", delivery, by=by, reason=delivery.repeat_reason, repeated=bool(earlier))
    return delivery


@transaction.atomic
def approve_delivery(delivery, *, fund=None, by):
    """Agreed: as much is kept back from what is free. `fund`: the purse, where none was named when it was asked for.
    Returns the Delivery.

    Raises ValidationError: not enough, no purse, one's own request for money; FlowError."""
    if delivery.is_money and delivery.created_by_id == by.pk:
        raise ValidationError("发钱的，提出和审批要由两个人。")
    named = {}
    if delivery.source is None:
        if fund is None:
            raise ValidationError({"fund": "请选从哪笔款项出。"})
        named = {"fund": fund}
    delivery_flow.walk(delivery, "approve", approved_by=by, **named)
    check_fits(delivery.source, delivery.household, delivery.occasion)
    reserve(delivery.source, delivery.quantity)
    audit.record("hardship.delivery.approve", delivery, by=by)
    return delivery


@transaction.atomic
def deliver(delivery, *, on, by, handed_by=None, second_by=None, cash_how="", bank_tail=""):
    """Handed over on the day `on` (by `handed_by`, where that is not whoever writes it down): out of the book in the same
    moment. Returns the Delivery with its voucher.

    Raises ValidationError: a locked month, not enough, past its date, cash without a second person; FlowError."""
    if delivery.is_money and cash_how not in CashHow.values:
        raise ValidationError({"cash_how": "请选怎么给的。"})
    if cash_how == CashHow.CASH and (second_by is None or second_by.pk == by.pk):
        raise ValidationError({"second_by": "现金要两个人一起办，请选同办人。"})
    if bank_tail and not is_bank_tail(bank_tail):
        raise ValidationError({"bank_tail": "只填账号的最后四位数字。"})
    if on < delivery.asked_on:
        raise ValidationError({"on": f"发放日期不能早于提出日期 {delivery.asked_on:%Y-%m-%d}。"})
    # The delivery, then where it comes from, then the series of vouchers: whoever needs these takes them in this order.
    Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if delivery.source is not None:
        type(delivery.source).objects.select_for_update(of=("self",)).get(pk=delivery.source.pk)
    check_fresh(delivery.source, on)
    delivery_flow.walk(
        delivery, "deliver", handed_on=on, handed_by=handed_by or by, second_by=second_by if cash_how == CashHow.CASH else None,
        cash_how=cash_how if delivery.is_money else "", bank_tail=bank_tail if cash_how == CashHow.BANK else "",
        voucher=next_paper("FF", on),
    )  # fmt: skip
    post(
        delivery.source, MoveKind.GIVEN, -delivery.quantity, on=on, note=delivery.voucher, delivery=delivery,
        release=delivery.quantity, by=by,
    )  # fmt: skip
    audit.record("hardship.delivery.deliver", delivery, by=by)
    return delivery


@transaction.atomic
def receipt(delivery, *, received_by, kind, picture=None, sheet=None, by):
    """Signed for: by whom, and the proof (`picture`: a CleanImage; a bank's slip may be kept on paper; `sheet`: the
    SignedSheet that several families signed).

    Returns the Delivery. Raises ValidationError, FlowError."""
    if not received_by.strip():
        raise ValidationError({"received_by": "请写签收人。"})
    if kind == ReceiptKind.BANK and delivery.cash_how != CashHow.BANK:
        raise ValidationError({"on_paper": "不是银行转账，没有银行回单，请签名或者拍下签收单。"})
    if picture is None and sheet is None and kind != ReceiptKind.BANK:
        raise ValidationError({"picture": "请签名，或者拍下签收单。"})
    delivery_flow.walk(
        delivery, "receipt", received_by=received_by.strip()[:50], receipt_kind=kind, receipted_on=timezone.localdate(),
        sheet=sheet,
    )  # fmt: skip
    if picture is not None:
        name = "签名.jpg" if kind == ReceiptKind.SIGNATURE else "签收单.jpg"
        files.store(
            picture.bytes, owner=delivery, kind=PROOF, name=name, content_type=picture.content_type, by=by
        )  # fmt: skip
    audit.record("hardship.delivery.receipt", delivery, by=by)
    return delivery


@transaction.atomic
def thank(delivery, *, by):
    """The donor was thanked. Returns the Delivery. Raises ValidationError (nobody to thank), FlowError."""
    if not is_thanked_for(delivery):
        raise ValidationError("这一笔没有要致谢的捐赠方。")
    delivery_flow.walk(delivery, "thank", thanked_on=timezone.localdate())
    audit.record("hardship.delivery.thank", delivery, by=by)
    return delivery


def is_thanked_for(delivery):
    """True where a donor is known who wants to hear of it."""
    source = delivery.source
    return source is not None and source.donor is not None and source.donor.wants_thanks


def thanks_text(delivery, office):
    """What the donor is told: what arrived, on which occasion and day; never to whom or where (acceptance 2, item 11).

    Named is what the donor gave, not what was typed for the family: that may say whose it is."""
    gave = delivery.fund.name if delivery.is_money else delivery.batch.item
    return (
        f"{delivery.source.donor.name}：\n"
        f"您捐赠的{gave}（{delivery.amount_words}），已于 {delivery.handed_on:%Y 年 %m 月 %d 日}"
        f"送到一户困难家庭手中（{delivery.get_occasion_display()}），对方已经签收。谢谢您的爱心。\n{office}"
    )


@transaction.atomic
def cancel_delivery(delivery, *, reason, by):
    """Not given after all; what was kept back is free again. Returns the Delivery. Raises ValidationError, FlowError."""
    if not reason.strip():
        raise ValidationError({"reason": "请写取消的理由。"})
    kept = delivery.state == DeliveryState.APPROVED
    base = delivery.version
    delivery_flow.walk(delivery, "cancel", base_version=base, cancelled_why=reason.strip()[:100])
    if kept:
        release(delivery.source, delivery.quantity)
    audit.record("hardship.delivery.cancel", delivery, by=by, reason=reason.strip()[:100])
    return delivery


@transaction.atomic
def reverse_delivery(delivery, *, reason, by):
    """Booked wrongly: the counter-entry puts it back, today; the delivery stays readable with the reason. The book names
    the voucher alone: whoever reads it may not know the family.

    Returns the Delivery. Raises ValidationError, FlowError."""
    if not reason.strip():
        raise ValidationError({"reason": "请写冲正的理由。"})
    delivery_flow.walk(delivery, "reverse", cancelled_why=reason.strip()[:100])
    entry = Movement.objects.get(delivery=delivery, kind=MoveKind.GIVEN)
    post(
        delivery.source, MoveKind.REVERSAL, delivery.quantity, on=timezone.localdate(), note=delivery.voucher,
        delivery=delivery, reverses=entry, by=by,
    )  # fmt: skip
    audit.record("hardship.delivery.reverse", delivery, by=by, reason=reason.strip()[:100])
    return delivery


# --- at the door ----------------------------------------------------------------------------------------------------
def open_batches(user, area):
    """Batches of the community of `area` from which `user` may hand something over: not promised, not past their date."""
    rows = Batch.objects.visible_to(user).open().filter(area__code__startswith=area.code[:12], left__gt=F("reserved"))
    rows = rows.exclude(expires_on__lt=timezone.localdate())
    return rows.order_by("item", "expires_on", "pk") if user.has_perm("hardship.hand_delivery", area) else rows.none()


@transaction.atomic
def hand_over_at_visit(household, batch, quantity, *, on, occasion, by, reason="", received_by="", signature=None):
    """Goods handed over at a visit, in one go: pledged, approved and given; signed for when somebody signed.

    Goods of small value need no second person (money does). Returns the Delivery. Raises ValidationError."""
    delivery = Delivery(
        household=household, batch=batch, quantity=quantity, what=batch.item, occasion=occasion, asked_on=on,
        repeat_reason=reason,
    )  # fmt: skip
    pledge(delivery, by=by, day=on)
    delivery_flow.walk(delivery, "approve", approved_by=by)
    reserve(batch, quantity)
    deliver(delivery, on=on, by=by)
    if signature is not None and received_by:
        receipt(delivery, received_by=received_by, kind=ReceiptKind.SIGNATURE, picture=signature, by=by)
    return delivery
