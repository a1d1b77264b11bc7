"""Goods that were agreed to and are handed over at a visit."""

from django.core.exceptions import ValidationError
from django.db import transaction

from grids.models import VisitDelivery
from hardship.enums import HANDED_OVER, DeliveryState
from hardship.models import Delivery
from hardship.services.deliveries import deliver

HAND = "hardship.hand_delivery"


def goods_for(household, user):
    """Goods for this family that `user` may hand over, whatever became of them; money passes two pairs of hands and is not
    given at a visit."""
    rows = Delivery.objects.visible_to(user, HAND).filter(household=household, batch__isnull=False)
    return rows.select_related("batch").order_by("asked_on", "pk")


def waiting_goods(household, user):
    """Those of them that lie ready. None, and no query, for whoever may not hand over."""
    return list(goods_for(household, user).filter(state=DeliveryState.APPROVED)) if user.has_perm(HAND) else []


def goods_words(gift):
    """ "大米 2 袋（春节慰问）"."""
    return f"{gift.what} {gift.amount_words}（{gift.get_occasion_display()}）"


@transaction.atomic
def hand_over_ticked(visit, gifts, *, by):
    """Hand over the deliveries `gifts` on the day of the visit, by its visitor. Returns a sentence for each that could not
    be: meanwhile somebody else did it, the month is locked …; the visit stands in any case."""
    # All of them before the first source: whoever needs both takes them in this order.
    ids = [gift.pk for gift in gifts]
    rows = Delivery.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    refused = []
    for gift in rows.select_related("batch__area", "batch__donor"):
        if gift.state in HANDED_OVER:
            who = gift.handed_by.name
            refused.append(f"“{goods_words(gift)}”{who}已经在 {gift.handed_on:%Y-%m-%d} 发过了，没有再登记。")
            continue
        try:
            deliver(gift, on=visit.visited_on, handed_by=visit.visitor, by=by)
        except ValidationError as error:
            refused.append(f"“{goods_words(gift)}”没有登记发放：{' '.join(error.messages)}")
        else:
            VisitDelivery.objects.create(visit=visit, delivery=gift)
    return refused
