"""Service needs: entered, changed, withdrawn, done, expired, renewed (handbook 9.2)."""

import re
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.history import write_history
from fedhub.core.models.numbers import take_numbers
from fedhub.core.versions import save_version
from fedhub.notices.services import outbox
from groups.enums import RISKY, ServiceKind
from groups.flow import need_flow, offer_flow
from groups.matching import stops_asking
from groups.models import ServiceNeed
from groups.need_enums import HELPED, NeedSource, NeedState, OfferSide, OfferState
from groups.need_queries import ready_one, wanted_of
from households.minors import born_late
from households.services.consent import withdraw_consent
from households.services.households import living_members

MOST_DAYS, FROM_CONCERN_DAYS = 366, 60
NUMBERS = re.compile(r"\d{7,}")
TELLS = "这句话志愿者在双方同意以前就看到，不要写姓名、住址和电话；写在“细节”里。"
STOPS = "已经问过{}，这样改她就不能去了：{}。先收回再改。"
# What a hard stop may follow from.
STOPPING = ("kind", "risky", "risks", "at_night", "only_women", "strains", "times", "until")
GROWN = "要由成年的家人答应，请选一位成年人。"


def check_words(need, text, field="what"):
    """Refuse words about `need` that tell who it is for. Raises ValidationError at `field`."""
    names = []
    if need.household_id:
        names = [*(member.resident.name for member in living_members(need.household)), need.household.address]
    if NUMBERS.search(text) or any(name and name in text for name in names):
        raise ValidationError({field: TELLS})


def check_need(need):
    """Refuse what cannot be asked of a volunteer. Raises ValidationError by field."""
    today = timezone.localdate()
    if not today <= need.until <= today + timedelta(days=MOST_DAYS):
        raise ValidationError({"until": "日期要在今天到一年以内。"})
    if (need.risky or need.kind in RISKY) and not need.risks.strip():
        raise ValidationError({"risks": "有风险的，写明是什么风险，志愿者要先知道（志愿服务条例第十二条）。"})
    if need.household_id:
        if need.resident_id not in {member.resident_id for member in living_members(need.household)}:
            raise ValidationError({"resident": "请选住在这户的人。"})
        if born_late(need.resident.birth):
            raise ValidationError({"resident": GROWN})
    for name in ("what", "risks", "skill"):
        check_words(need, getattr(need, name), name)


@transaction.atomic
def raise_need(need, *, by):
    """Enter a need (unsaved: for a household and somebody of it, or with `area` and `place`). Returns it. Raises
    ValidationError."""
    today = timezone.localdate()
    if need.household_id:
        need.area, need.place = need.household.area, ""
    elif not need.place.strip():
        raise ValidationError({"place": "请写在哪里服务，或者从家庭的页面登记。"})
    check_need(need)
    need.created_by = by
    need.number = f"FW{today:%Y}-{take_numbers(f'need:{today:%Y}'):04d}"
    need.full_clean(exclude=["detail"])
    need.save()
    audit.record("groups.serviceneed.raise", need, by=by, kind=need.kind, source=need.source)
    return need


def _check_still_fits(need, field):
    """Refuse at `field` a change that makes one of the hard stops stand against somebody who is asked already."""
    was = wanted_of(ServiceNeed.objects.select_related("area").get(pk=need.pk))
    for offer in need.offers.running().select_related("volunteer").order_by("pk"):
        ready = ready_one(offer.volunteer, need)
        if (stop := stops_asking(ready, wanted_of(need))) and not stops_asking(ready, was):
            raise ValidationError({field: STOPS.format(offer.volunteer.name, stop)})


@transaction.atomic
def change_need(need, fields, *, base_version, by):
    """Save changed `fields`. Raises ValidationError, StaleVersion."""
    if not ServiceNeed.objects.wanting().filter(pk=need.pk).exists():
        raise ValidationError("已经结束的需求不能改。还要服务的，请重新登记。")
    check_need(need)
    taken = need.offers.running().count()
    if need.wanted < taken:
        raise ValidationError({"wanted": f"已经问了 {taken} 位，不能少于这个数。"})
    if asked := [name for name in STOPPING if name in fields]:
        _check_still_fits(need, asked[0])
    need.checked_on = need.checked_on or timezone.localdate()
    save_version(need, sorted({*fields, "checked_on"}), base_version=base_version)
    audit.record("groups.serviceneed.change", need, by=by, fields=sorted(fields))
    return need


def speaker_of(household):
    """Who of a family may agree for it: the first grown one of those who live there, None without one."""
    people = (member.resident for member in living_members(household))
    return next((person for person in people if not born_late(person.birth)), None)


def lock(need):
    """The need as it is, held until the end: its offers are looked at one after another."""
    return ServiceNeed.objects.select_for_update(of=("self",)).select_related("area").get(pk=need.pk)


def _end_offers(need, step, *, side="", by=None):
    """End the offers that run, and what the family agreed to for them."""
    for offer in need.offers.running().select_related("consent").order_by("pk"):
        walk_offer(offer, step if offer.state == OfferState.AGREED else "lapse", side=side)
        close_consent(offer, by=by)


def walk_offer(offer, step, *, side="", why=""):
    """End an offer by the step `step`, and what still waits to be told about it."""
    offer_flow.walk(offer, step, ended_on=timezone.localdate(), ended_side=side, why=why.strip()[:100])
    outbox.stop_about(offer, "对接已经结束。")
    return offer


def recipient_of(volunteer):
    """Whom the family's consent names: a number, so that she stays unnamed."""
    return f"志愿者 {volunteer.number}"


def close_consent(offer, *others, by):
    """What the family agreed to for this volunteer ends with the offer, unless a pairing rests on it; `others`: consents of
    pairings that ended with it, closed too where they name her and no offer needs them."""
    hers = {one.pk: one for one in others if one is not None and one.recipient == recipient_of(offer.volunteer)}
    hers = {pk: one for pk, one in hers.items() if not one.offers.running().exists()}
    if offer.consent is not None:
        hers[offer.consent_id] = offer.consent
    for consent in hers.values():
        if consent.withdrawn_on is None and not consent.pairings.filter(ended_on=None).exists():
            withdraw_consent(consent, by=by)


@transaction.atomic
def withdraw_need(need, *, why, by):
    """It is wanted no more, with a reason; whoever was asked is let go. Raises ValidationError, FlowError."""
    if not why.strip():
        raise ValidationError({"why": "请写原因。"})
    need = lock(need)
    need_flow.walk(need, "withdraw", ended_on=timezone.localdate(), ended_why=why.strip()[:100])
    _end_offers(need, "lapse", side=OfferSide.OFFICE, by=by)
    audit.record("groups.serviceneed.withdraw", need, by=by)
    return need


@transaction.atomic
def finish_need(need, *, by):
    """It was done. Raises FlowError."""
    need = lock(need)
    need_flow.walk(need, "finish", ended_on=timezone.localdate())
    _end_offers(need, "done", by=by)
    audit.record("groups.serviceneed.finish", need, by=by)
    return need


@transaction.atomic
def expire_need(need):
    """Its days are over and nobody agreed. Raises FlowError."""
    need = lock(need)
    need_flow.walk(need, "expire", ended_on=timezone.localdate())
    _end_offers(need, "lapse", side=OfferSide.OFFICE)
    audit.record("groups.serviceneed.expire", need)
    return need


@transaction.atomic
def renew_need(need, *, until, by):
    """It is still wanted, until another day. Raises ValidationError, FlowError."""
    need = lock(need)
    need.until = until
    check_need(need)
    need_flow.walk(need, "renew", until=until, ended_on=None)
    audit.record("groups.serviceneed.renew", need, by=by)
    return need


def settle(need):
    """Let the state of a locked need follow its offers after one of them ended. Returns the need."""
    states = set(need.offers.running().values_list("state", flat=True))
    if need.state in HELPED and OfferState.AGREED not in states:
        need_flow.walk(need, "look_again")
        if states:
            need_flow.walk(need, "offer")
    elif need.state == NeedState.OFFERED and not states:
        need_flow.walk(need, "look_again")
    return need


def follow_households(household_ids, area):
    """Needs lie where their family lies; returns how many moved."""
    rows = ServiceNeed.objects.filter(household_id__in=household_ids).exclude(area=area)
    moved = list(rows.values_list("pk", flat=True))
    ServiceNeed.objects.filter(pk__in=moved).update(area=area, version=F("version") + 1, updated_at=timezone.now())
    write_history(ServiceNeed.objects.filter(pk__in=moved), reason="随家庭换网格")
    return len(moved)


def follow_places(places, area):
    """Needs at a place of grids out of use lie where these went."""
    ServiceNeed.objects.filter(area__in=places).update(area=area)


# What a matter of a concern usually asks for.
OF_TOPIC = {"1": ServiceKind.LAW, "2": ServiceKind.TUTORING, "3": ServiceKind.MEDICAL, "4": ServiceKind.ELDERS}


def from_concern(concern, *, by):
    """A need out of a concern of somebody at home, to be checked by whoever keeps needs. Returns the ServiceNeed. Raises
    ValidationError."""
    kind = OF_TOPIC.get(concern.topic, ServiceKind.OTHER)
    what = "上门帮忙" if kind == ServiceKind.OTHER else kind.label
    words = f"{concern.number} {concern.title}\n{concern.detail}".strip()
    need = ServiceNeed(
        household=concern.household, resident=concern.resident, concern=concern, source=NeedSource.CONCERN, kind=kind,
        what=what, detail=words[:300], until=timezone.localdate() + timedelta(days=FROM_CONCERN_DAYS),
    )  # fmt: skip
    return raise_need(need, by=by)
