"""Gifts to many families for one occasion: the list is chosen, agreed to as a whole, handed over, and closed.

What was agreed to is kept back for the whole list in one short statement a source, all of it or nothing; the deliveries are
then made in slices. Each of them is an ordinary Delivery afterwards: with a voucher, a receipt, a counter-entry.
"""

from collections import Counter
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from fedhub.core import audit, files
from fedhub.core.models import Job
from fedhub.core.models.jobs import JobState
from fedhub.core.versions import save_version
from hardship.enums import DeliveryState, Occasion, ReceiptKind, RoundState, Standing
from hardship.flow import delivery_flow, round_flow
from hardship.models import Delivery, GiftRound, RoundHome, SignedSheet
from hardship.services.books import release, reserve, unit_of
from hardship.services.deliveries import (
    MONEY,
    cancel_delivery,
    check_fits,
    check_fresh,
    deliver,
    lately,
    receipt,
    warning_of,
)
from households.addresses import natural
from households.criteria import fitting_homes
from households.models import Household

KIND = "hardship.gifts"
# So many families are arranged while the page waits; more in the background, with progress.
AT_ONCE, SLICE = 300, 300
# Families of one round, families handed over in one go, families named in one sentence.
MOST, MOST_TICKED, NAMED = 3000, 200, 5
ADD, HAND = "hardship.add_giftround", "hardship.hand_delivery"
SHEET = "receipt"
# Where a sheet was signed by many, who signed stands on the sheet alone.
ON_SHEET = "见签收单"


# --- the list ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def create_round(gift_round, items, *, by):
    """Prepare a round: `items` are unsaved RoundItems; the families that fit are put on the list. Returns the GiftRound.

    Raises ValidationError: a source that does not fit, too many families."""
    gift_round.created_by = by
    gift_round.is_money = any(item.fund is not None for item in items)
    check_items(gift_round, items)
    gift_round.full_clean()
    gift_round.save()
    put_items(gift_round, items)
    audit.record("hardship.giftround.create", gift_round, by=by)
    choose_homes(gift_round, by=by)
    return gift_round


@transaction.atomic
def change_round(gift_round, fields, items, *, base_version, by):
    """Save changed `fields` and the items of a round that was not asked for yet, and choose its families anew; what somebody
    decided by hand stays. Returns the GiftRound. Raises ValidationError, StaleVersion."""
    check_draft(gift_round)
    gift_round.is_money = any(item.fund is not None for item in items)
    check_items(gift_round, items)
    gift_round.full_clean()
    save_version(gift_round, sorted({*fields, "is_money"}), base_version=base_version)
    gift_round.items.all().delete()
    put_items(gift_round, items)
    audit.record("hardship.giftround.change", gift_round, by=by, fields=sorted(fields))
    choose_homes(gift_round, by=by)
    return gift_round


def check_draft(gift_round):
    """Raise ValidationError when the list of a round is settled; the row is held until the end of the transaction."""
    if GiftRound.objects.select_for_update(of=("self",)).get(pk=gift_round.pk).state != RoundState.DRAFT:
        raise ValidationError("名单已经提交，不能再改。要改，请审批的人退回。")


def check_items(gift_round, items):
    """Raise ValidationError for nothing to give, goods and money together, or a source that is not for this round."""
    if not items:
        raise ValidationError("请选每户发什么。")
    if len({item.fund is None for item in items}) > 1:
        raise ValidationError("物资和钱请分开办：发钱要另一个人审批。")
    for item in items:
        source = item.source
        if not gift_round.area.code.startswith(source.area.code):
            raise ValidationError(f"“{source}”是{source.area.name}的，不能在{gift_round.area.name}发。")
        if source.occasion and source.occasion != gift_round.occasion:
            raise ValidationError(f"“{source}”是定向的，只用于{Occasion(source.occasion).label}。")
        check_fresh(source, gift_round.starts_on)


def put_items(gift_round, items):
    for item in items:
        item.round = gift_round
        item.full_clean()
        item.save()


def items_of(gift_round):
    """The RoundItems with what they come from, in the order in which sources are always taken."""
    rows = gift_round.items.select_related("batch__area", "fund__area")
    return sorted(rows, key=lambda item: (item.fund_id is not None, item.batch_id or item.fund_id))


def suiting_homes(gift_round, user):
    """Households that fit the criteria, have the category to which a source is tied, and lie where `user` may prepare
    rounds. A guarded file changes nothing: the household is chosen, not the file."""
    homes = fitting_homes(gift_round.area, gift_round.criteria).visible_to(user, ADD)
    for item in items_of(gift_round):
        if item.source.category:
            tied = fitting_homes(gift_round.area, {"categories": [item.source.category]})
            homes = homes.filter(pk__in=tied.values("pk"))
    return homes


@transaction.atomic
def choose_homes(gift_round, *, by):
    """Put the fitting families on the list in the order of walking; those that got the same lately stand beside it. What was
    decided by hand stays as it is. Raises ValidationError for too many families."""
    kept = set(gift_round.homes.filter(by_hand=True).values_list("household_id", flat=True))
    gift_round.homes.filter(by_hand=False).delete()
    parts = ("compound", "building", "stair", "floor", "room")
    found = list(suiting_homes(gift_round, by).values_list("pk", "area__code", *parts, "address")[: MOST + 1])
    if len(found) > MOST:
        raise ValidationError(f"一次最多 {MOST:,} 户，请把条件收紧一些。")
    found.sort(key=lambda row: (row[1], *(natural(part) for part in row[2:7]), row[7], row[0]))
    again = repeats(gift_round, [row[0] for row in found])
    RoundHome.objects.bulk_create(
        [
            RoundHome(
                round=gift_round, household_id=pk, order=number,
                standing=Standing.REPEAT if pk in again else Standing.IN,
            )
            for number, (pk, *_) in enumerate(found, 1) if pk not in kept
        ],
        batch_size=500,
    )  # fmt: skip


def kinds_of(items):
    """Kinds of what is given, as Delivery.kind has them."""
    return {MONEY if item.fund_id else item.batch.kind or item.batch.item for item in items}


def repeats(gift_round, household_ids):
    """{household id: [Delivery of the same kind lately, or for this occasion within a year]}, the newest first. What hangs on
    a guarded file is left out for everybody: the list must not tell that there is one."""
    rows = Delivery.objects.filter(kind__in=kinds_of(items_of(gift_round))).filter(lately(gift_round.occasion))
    rows = rows.filter(Q(file=None) | Q(file__guarded=False)).exclude(state=DeliveryState.CANCELLED)
    # Empty rounds are null, and a comparison with null would leave those rows out.
    rows = rows.filter(Q(round=None) | ~Q(round=gift_round))
    return gifts_by_home(rows, household_ids)


def gifts_by_home(rows, household_ids):
    """{household id: [Delivery]} of the deliveries `rows`, the newest first."""
    found, ids = {}, list(household_ids)
    rows = rows.select_related("created_by", "handed_by", "batch", "fund").order_by("-asked_on", "-pk")
    for start in range(0, len(ids), 500):
        for gift in rows.filter(household__in=ids[start : start + 500]):
            found.setdefault(gift.household_id, []).append(gift)
    return found


@transaction.atomic
def add_home(gift_round, household, *, why="", by):
    """Put one family on the list, whether it fits the criteria or was left out. Returns the RoundHome.

    Raises ValidationError: the list is settled, the family does not fit the sources, it got the same lately and no reason is
    written."""
    check_draft(gift_round)
    household = Household.objects.select_for_update(of=("self",)).select_related("area").get(pk=household.pk)
    if not household.is_open:
        raise ValidationError({"household": "这户已经迁出或注销，不能再发放。"})
    if not household.area.code.startswith(gift_round.area.code):
        raise ValidationError({"household": f"这户不在{gift_round.area.name}。"})
    for item in items_of(gift_round):
        check_fits(item.source, household, gift_round.occasion, gift_round.starts_on)
    earlier = repeats(gift_round, [household.pk]).get(household.pk, [])
    if earlier and not why.strip():
        raise ValidationError({"why": [*map(warning_of, earlier[:3]), "还要发请写理由。"]})
    last = gift_round.homes.order_by("-order").values_list("order", flat=True).first() or 0
    home, _ = RoundHome.objects.get_or_create(
        round=gift_round, household=household, defaults={"order": last + 1, "standing": Standing.OUT}
    )
    if home.standing == Standing.IN:
        raise ValidationError({"household": "这户已经在名单里。"})
    decide(home, Standing.IN, why)
    audit.record("hardship.giftround.add_home", gift_round, by=by, reason=why.strip(), household=household.pk)
    return home


@transaction.atomic
def leave_out(home, *, why, by):
    """Take a family off the list, with the reason. Returns the RoundHome. Raises ValidationError."""
    check_draft(home.round)
    if not why.strip():
        raise ValidationError({"why": "请写移出的理由。"})
    decide(home, Standing.OUT, why)
    audit.record("hardship.giftround.leave_out", home.round, by=by, reason=why.strip(), household=home.household_id)
    return home


def decide(home, standing, why):
    home.standing, home.why, home.by_hand = standing, why.strip()[:100], True
    home.save(update_fields=["standing", "why", "by_hand"])


# --- asked and agreed to ------------------------------------------------------------------------------------------------
@transaction.atomic
def ask_round(gift_round, *, by):
    """Ask that it be agreed to; the list stays as it is from now on. Returns the GiftRound. Raises ValidationError, FlowError."""
    if not gift_round.homes.listed().exists():
        raise ValidationError("名单里一户也没有，请先改条件，或者单独加。")
    if gift_round.ends_on < timezone.localdate():
        raise ValidationError("结束日期已经过了，请先改日期。")
    round_flow.walk(gift_round, "ask", asked_on=timezone.localdate(), returned_why="")
    audit.record("hardship.giftround.ask", gift_round, by=by, count=gift_round.homes.listed().count())
    return gift_round


@transaction.atomic
def return_round(gift_round, *, why, by):
    """Send it back to be changed. Returns the GiftRound. Raises ValidationError (no reason), FlowError."""
    if not why.strip():
        raise ValidationError({"why": "请写退回的意见。"})
    round_flow.walk(gift_round, "return", returned_why=why.strip()[:100])
    audit.record("hardship.giftround.return", gift_round, by=by, reason=why.strip()[:100])
    return gift_round


@transaction.atomic
def cancel_round(gift_round, *, why, by):
    """Give up a round that nobody agreed to yet. Returns the GiftRound. Raises ValidationError (no reason), FlowError."""
    if not why.strip():
        raise ValidationError({"why": "请写取消的理由。"})
    round_flow.walk(gift_round, "cancel", ended_on=timezone.localdate(), ended_by=by, ended_why=why.strip()[:100])
    audit.record("hardship.giftround.cancel", gift_round, by=by, reason=why.strip()[:100])
    return gift_round


def needs(gift_round, count):
    """`[(RoundItem, needed, free, missing)]` for `count` families; missing is 0 where there is enough."""
    rows = [(item, item.quantity * count, item.source.free) for item in items_of(gift_round)]
    return [(item, needed, free, max(needed - free, Decimal(0))) for item, needed, free in rows]


@transaction.atomic
def approve_round(gift_round, enqueue, *, by):
    """Agreed: what the whole list needs is kept back, all or nothing; then each family gets its deliveries, up to AT_ONCE
    families at once, more in the background (`enqueue(job id)`). Families that left the books meanwhile drop off the list.

    Returns the GiftRound. Raises ValidationError: one's own request for money, not enough, past its date, families that got
    the same since the list was made; FlowError."""
    if gift_round.is_money and gift_round.created_by_id == by.pk:
        raise ValidationError("发钱的，提出和审批要由两个人。")
    # Walked first: of two who agree at the same time one goes on.
    round_flow.walk(gift_round, "approve", approved_by=by, approved_on=timezone.localdate())
    ids = list(gift_round.homes.listed().values_list("household_id", flat=True))
    # Who asks for one of these families meanwhile waits, and is told of this round then.
    homes = Household.objects.select_for_update(of=("self",)).filter(gift_rounds__in=gift_round.homes.listed())
    there = {pk for pk, state in homes.order_by("pk").values_list("pk", "state") if state == "active"}
    gone = set(ids) - there
    if gone:
        gift_round.homes.listed().filter(household__in=gone).update(standing=Standing.GONE)
    check_again(gift_round, there)
    items = items_of(gift_round)
    check_items(gift_round, items)
    short = [row for row in needs(gift_round, len(there)) if row[3]]
    if short or not there:
        raise ValidationError(short_words(short, len(there)) if short else "名单里的家庭都已经迁出或注销。")
    for item in items:
        reserve(item.source, item.quantity * len(there))
    audit.record("hardship.giftround.approve", gift_round, by=by, count=len(there))
    if len(there) <= AT_ONCE:
        make_gifts(gift_round)
        return gift_round
    job = Job.objects.create(kind=KIND, owner=by, total=len(there))
    GiftRound.objects.filter(pk=gift_round.pk).update(job=job)
    gift_round.job = job
    enqueue(job.pk)
    return gift_round


def short_words(short, count):
    """ "大米（WZ2026-0001）要 100 袋，能发的只有 40 袋，还差 60 袋" of each source that does not suffice."""
    parts = []
    for item, needed, free, missing in short:
        unit = unit_of(item.source)
        parts.append(
            f"“{item.source}”要 {needed.normalize():f} {unit}，能发的只有 {free.normalize():f} {unit}，"
            f"还差 {missing.normalize():f} {unit}"
        )
    return f"{count:,} 户不够发，一户也没有安排：{'；'.join(parts)}。"


def check_again(gift_round, household_ids):
    """Raise ValidationError when families without a reason got the same since the list was made."""
    plain = {
        home.household_id
        for home in gift_round.homes.listed().filter(household__in=household_ids)
        if not home.why
    }  # fmt: skip
    again = repeats(gift_round, plain)
    if again:
        homes = Household.objects.filter(pk__in=list(again)[:NAMED])
        names = "；".join(f"{home} {warning_of(again[home.pk][0])}" for home in homes.order_by("pk"))
        more = f"等 {len(again)} 户" if len(again) > NAMED else ""
        raise ValidationError(f"名单定好以后又发过的：{names}{more}。请退回，把这些家庭移出或者写理由。")


def make_gifts(gift_round, tell=None):
    """Make the deliveries of an approved round that are not there yet, a slice a transaction, and start it. It may run again:
    no family gets anything twice. `tell(done)` is called after each slice. What it needs is kept back already."""
    items, last, done = items_of(gift_round), 0, 0
    while True:
        rows = gift_round.homes.listed().filter(pk__gt=last).select_related("household").order_by("pk")
        homes = list(rows[:SLICE])
        if not homes:
            break
        with transaction.atomic():
            rows = GiftRound.objects.select_for_update(of=("self",)).filter(pk=gift_round.pk)
            if not rows.filter(state=RoundState.APPROVED).exists():
                break
            made = Delivery.objects.filter(round=gift_round, household__in=[home.household_id for home in homes])
            there = set(made.values_list("household_id", flat=True))
            gifts = [
                gift_for(gift_round, item, home) for home in homes if home.household_id not in there for item in items
            ]
            made = Delivery.objects.bulk_create(gifts, batch_size=500)
            audit.record_many("hardship.delivery.approve", made, by=gift_round.approved_by, round=gift_round.pk)
        last, done = homes[-1].pk, done + len(homes)
        if tell is not None:
            tell(done)
    round_flow.walk(gift_round, "start")


def gift_for(gift_round, item, home):
    """The Delivery of one family, agreed to; not saved."""
    source = item.source
    money = item.fund_id is not None
    return Delivery(
        household_id=home.household_id, area_id=home.household.area_id, round=gift_round, occasion=gift_round.occasion,
        fund=item.fund, batch=item.batch, what=source.name if money else source.item,
        kind=MONEY if money else source.kind or source.item, quantity=item.quantity,
        value=item.quantity if money else (item.quantity * source.value).quantize(Decimal("0.01")),
        asked_on=gift_round.asked_on, repeat_reason=home.why, state=DeliveryState.APPROVED,
        approved_by_id=gift_round.approved_by_id, created_by_id=gift_round.created_by_id,
    )  # fmt: skip


def fill_round(gift_round):
    """Make the deliveries of an approved round in the background."""

    def tell(done):
        Job.objects.filter(pk=gift_round.job_id).update(state=JobState.RUNNING, done=done, heartbeat=timezone.now())

    make_gifts(gift_round, tell)
    now = timezone.now()
    Job.objects.filter(pk=gift_round.job_id).update(
        state=JobState.DONE, done=F("total"), heartbeat=now, finished_at=now, message="已全部安排。"
    )


@transaction.atomic
def resume_round(gift_round, enqueue, *, by):
    """Go on with an approved round whose background work stopped. Returns the GiftRound. Raises ValidationError."""
    job = Job.objects.select_for_update().filter(pk=gift_round.job_id).first()
    if gift_round.state != RoundState.APPROVED or job is None or job.state != JobState.FAILED:
        raise ValidationError("没有中断的安排，不用再来一次。")
    fresh = Job.objects.create(kind=KIND, owner=by, total=job.total)
    GiftRound.objects.filter(pk=gift_round.pk).update(job=fresh)
    gift_round.job = fresh
    audit.record("hardship.giftround.resume", gift_round, by=by)
    enqueue(fresh.pk)
    return gift_round


# --- handed over --------------------------------------------------------------------------------------------------------
def waiting_gifts_of(gift_round, household_ids, user):
    """What still lies here for these families, in the places where `user` hands over."""
    rows = Delivery.objects.visible_to(user, HAND).filter(round=gift_round, state=DeliveryState.APPROVED)
    return rows.filter(household__in=household_ids)


@transaction.atomic
def hand_over(
    gift_round,
    household_ids,
    *,
    on,
    cash_how="",
    second_by=None,
    received_by="",
    kind="",
    picture=None,
    sheet=None,
    by,
):
    """All that a round has for these families was handed over on the day `on`, a voucher each. Signed for: by `picture` (a
    CleanImage, of `kind`) of one family, or by `sheet`, the CleanImage of a list that several signed.

    Returns the deliveries. Raises ValidationError: nothing waits, too many, what `deliver` and `receipt` refuse."""
    ids = list(household_ids)
    if len(ids) > MOST_TICKED:
        raise ValidationError(f"一次最多 {MOST_TICKED} 户。")
    # All of them before the first source: whoever needs both takes them in this order.
    rows = waiting_gifts_of(gift_round, ids, by).select_for_update(of=("self",)).order_by("pk")
    gifts = list(rows.select_related("household__area", "batch__area", "batch__donor", "fund__area", "fund__donor"))
    if not gifts:
        raise ValidationError("选中的家庭没有要发的：已经发过，或者取消了。")
    signed = sign_sheet(gift_round, gifts, sheet, on, by) if sheet is not None else None
    for gift in gifts:
        deliver(gift, on=on, cash_how=cash_how, second_by=second_by, by=by)
        if signed is not None:
            receipt(gift, received_by=ON_SHEET, kind=ReceiptKind.SLIP, sheet=signed, by=by)
        elif picture is not None:
            receipt(gift, received_by=received_by, kind=kind, picture=picture, by=by)
    return gifts


def sign_sheet(gift_round, gifts, picture, on, by):
    """Keep one picture for all `gifts`, in the smallest place that holds their families."""
    areas = {gift.household.area_id: gift.household.area for gift in gifts}
    area = next(iter(areas.values()))
    while area.parent is not None and not all(other.code.startswith(area.code) for other in areas.values()):
        area = area.parent
    made = SignedSheet.objects.create(
        area=area, round=gift_round, handed_on=on, homes=len({gift.household_id for gift in gifts}), created_by=by
    )
    files.store(
        picture.bytes, owner=made, kind=SHEET, name="签收单.jpg", content_type=picture.content_type, by=by
    )  # fmt: skip
    audit.record("hardship.signedsheet.keep", made, by=by, count=made.homes)
    return made


@transaction.atomic
def miss_home(gift_round, household, *, why, by):
    """What waits for this family is not given after all; what was kept back is free again. Returns how many deliveries.

    Raises ValidationError: nothing waits, no reason."""
    gifts = list(waiting_gifts_of(gift_round, [household.pk], by).select_related("batch", "fund").order_by("pk"))
    if not gifts:
        raise ValidationError("这户没有要发的：已经发过，或者取消了。")
    for gift in gifts:
        cancel_delivery(gift, reason=why, by=by)
    return len(gifts)


@transaction.atomic
def finish_round(gift_round, *, why, note="", by):
    """Close a running round: what was not handed over is cancelled with the reason `why`, the stock freed. Returns how many
    families got nothing thereby. Raises ValidationError (no reason), FlowError."""
    waiting = Delivery.objects.filter(round=gift_round, state=DeliveryState.APPROVED)
    if not why.strip() and waiting.exists():
        raise ValidationError({"why": "请选没发到的原因。"})
    round_flow.walk(
        gift_round, "finish", ended_on=timezone.localdate(), ended_by=by, ended_why=note.strip()[:100]
    )  # fmt: skip
    moved = delivery_flow.walk_many(waiting, "cancel", by=by, cancelled_why=why.strip()[:100])
    left, gifts = Counter(), []
    for start in range(0, len(moved), 500):
        gifts += Delivery.objects.filter(pk__in=moved[start : start + 500])
    for gift in gifts:
        left[gift.batch_id, gift.fund_id] += gift.quantity
    for item in items_of(gift_round):
        if amount := left[item.batch_id, item.fund_id]:
            release(item.source, amount)
    audit.record_many("hardship.delivery.cancel", gifts, by=by, reason=why.strip()[:100])
    audit.record("hardship.giftround.finish", gift_round, by=by, reason=note.strip()[:100], cancelled=len(moved))
    return len({gift.household_id for gift in gifts})
