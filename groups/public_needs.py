"""What a volunteer and a family read of each other: before both agreed no name and no address, afterwards what she needs to go."""

from django.db.models import Exists, OuterRef, Q

from groups.enums import FreeTime, ServiceState
from groups.models import Offer, Service, ServiceNeed, VolunteerRecord
from groups.need_enums import HELPED, RUNNING_OFFER, OfferState, Strain
from groups.need_queries import has_speaker, speaks_still
from groups.public import labels

SHOWN = 20
HER_WORDS = {
    OfferState.ASKED: "请您答复",
    OfferState.ACCEPTED: "您愿意去，等对方同意",
    OfferState.AGREED: "双方同意，可以去了",
}


def asked_of(person):
    """`[(Offer, words)]` of what she is asked for, has agreed to, and of what she has not ended yet. One query."""
    begun = Service.objects.filter(
        need=OuterRef("need"), volunteer=OuterRef("volunteer"), shift=None, state=ServiceState.OPEN
    )
    rows = Offer.objects.filter(Q(state__in=RUNNING_OFFER) | Exists(begun), volunteer__resident=person)
    rows = rows.select_related("need__area").order_by("-pk")
    return [(one, HER_WORDS.get(one.state, "请按“结束服务”")) for one in rows[:SHOWN]]


def own_offer(person, key):
    """The Offer `key` of hers, None for one that is not."""
    rows = Offer.objects.filter(volunteer__resident=person, key=key)
    return rows.select_related("need__area", "need__household", "need__resident", "volunteer__area", "consent").first()


def told_before(need):
    """What she reads before anybody agreed: what, when, roughly where, which risks (志愿服务条例 art. 12)."""
    facts = [
        ("服务", need.get_kind_display()),
        ("什么时候", "、".join(filter(None, [labels(FreeTime.choices, need.times), need.get_rhythm_display()]))),
        ("每次", f"{need.half_hours / 2:g} 小时"),
        ("到哪天", f"{need.until:%Y-%m-%d}"),
        ("大概在哪里", need.area.name if need.is_at_home else f"{need.area.name}，{need.place}"),
        ("要会什么", need.skill),
        ("对身体的要求", labels(Strain.choices, need.strains)),
        ("可能的风险", need.risks or "路上的安全；觉得不合适，随时可以不做"),
    ]
    return [(label, words) for label, words in facts if words]


def told_after(offer):
    """Whom she goes to, once both agreed, as long as the family's consent holds and who gave it lives there; [] otherwise."""
    need = offer.need
    if offer.state != OfferState.AGREED or not need.is_at_home:
        return []
    if offer.consent is None or not offer.consent.in_force() or not has_speaker(need):
        return []
    facts = [("去谁家", need.resident.name), ("住址", need.household.address), ("细节", need.detail)]
    return [(label, words) for label, words in facts if words]


def ready_words(volunteer):
    """What a family reads of a volunteer: what she can do, never who she is (志愿服务条例 art. 21)."""
    return f"特长：{volunteer.skills}" if volunteer.skills else ""


def help_for(person):
    """`[(ServiceNeed, [(Offer, words)])]` of what is wanted for her where she lives, with who is ready. Two queries, one
    without any."""
    needs = list(ServiceNeed.objects.wanting().filter(speaks_still(), resident=person).order_by("-pk")[:SHOWN])
    found = {need.pk: [] for need in needs}
    if needs:
        shown = (OfferState.ACCEPTED, OfferState.AGREED)
        rows = (
            Offer.objects.filter(need__in=needs, state__in=shown).select_related("volunteer", "consent").order_by("pk")
        )
        known = {need.pk: need for need in needs}
        for offer in rows:
            offer.need = known[offer.need_id]
            found[offer.need_id].append((offer, ready_words(offer.volunteer)))
    return [(need, found[need.pk]) for need in needs]


def served_offer(person, key):
    """The Offer `key` of a need for her where she lives, None for one that is not."""
    rows = Offer.objects.filter(speaks_still("need__"), need__resident=person, key=key)
    return rows.select_related("need", "volunteer").first()


def own_records(person):
    """Her trainings, honours and evaluations that stand, the newest first."""
    return list(VolunteerRecord.objects.standing().filter(volunteer__resident=person)[:SHOWN])


def may_press(offer):
    """True while she may begin and end a service by herself."""
    return offer.state == OfferState.AGREED and offer.need.state in HELPED
