"""How a round of gifts stands, as far as somebody sees its families: handed over, waiting, not reached; and the list by route."""

from collections import Counter

from django.db.models import Count, Q, Sum

from hardship.enums import DeliveryState, RoundState, Standing
from hardship.models import Delivery, GiftRound, RoundHome
from hardship.models.aid import HANDED
from households.addresses import building_label, natural

HANDING = {"waiting": Q(waits=True), "given": Q(got=True, waits=False), "missed": Q(got=False, waits=False)}


def waiting_rounds(user):
    """Rounds that wait for `user` to decide; her own about money wait for somebody else."""
    rows = GiftRound.objects.visible_to(user, "hardship.approve_delivery").filter(state=RoundState.ASKED)
    return rows.exclude(is_money=True, created_by=user)


def homes_of(gift_round, user):
    """The families of a round in the places where `user` looks at rounds."""
    return RoundHome.objects.visible_to(user, "hardship.view_giftround").filter(round=gift_round)


def counts_of(homes):
    """{standing: families} and, of those on the list, {"waiting", "given", "missed": families}; one query."""
    listed = Q(standing=Standing.IN)
    return homes.with_handing().order_by().aggregate(
        **{one.value: Count("pk", filter=Q(standing=one)) for one in Standing},
        **{name: Count("pk", filter=listed & part) for name, part in HANDING.items()},
    )  # fmt: skip


def gifts_of_round(gift_round, user):
    """The deliveries of a round that `user` may see."""
    return Delivery.objects.visible_to(user, "hardship.view_giftround").filter(round=gift_round)


def pieces(gifts):
    """`[(what, unit, quantity, value, families)]` of the deliveries `gifts` that were handed over and not taken back."""
    rows = gifts.filter(state__in=HANDED).order_by().values("what", "batch__unit").annotate(
        n=Sum("quantity"), worth=Sum("value"), homes=Count("household", distinct=True)
    )  # fmt: skip
    return [
        (row["what"], row["batch__unit"] or "元", row["n"], row["worth"], row["homes"])
        for row in rows.order_by("what", "batch__unit")
    ]


def missed(gifts):
    """`[(reason, families)]` of those of the deliveries `gifts` that were not handed over, the most frequent first."""
    rows = gifts.filter(state=DeliveryState.CANCELLED).order_by().values("cancelled_why")
    return [
        (row["cancelled_why"], row["n"])
        for row in rows.annotate(n=Count("household", distinct=True)).order_by("-n", "cancelled_why")
    ]


def route(homes):
    """`[(grid, [(building, [(number, stair, RoundHome)])])]` of the families `homes`, numbered within the grid, in the order
    of walking: grid, compound, building, stair, room."""
    parts = ("compound", "building", "stair", "floor", "room")
    rows = sorted(
        homes.select_related("household__area"),
        key=lambda one: (
            one.household.area.code, *(natural(getattr(one.household, name)) for name in parts), one.household.address,
            one.pk,
        ),
    )  # fmt: skip
    grids, counted = {}, Counter()
    for one in rows:
        home = one.household
        counted[home.area.name] += 1
        where = building_label(home.compound, home.building) or "其他"
        stair = f"{home.stair} 单元" if home.stair else ""
        buildings = grids.setdefault(home.area.name, {})
        buildings.setdefault(where, []).append((counted[home.area.name], stair, one))
    return [(name, list(buildings.items())) for name, buildings in grids.items()]
