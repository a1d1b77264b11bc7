"""What a woman sees of herself: her own rows and no others', whoever lives with her."""

from datetime import timedelta

from django.utils import timezone

from concerns.enums import ReplyKind, Status, Told
from concerns.models import Concern, Reply
from fedhub.areas.models import Area
from fedhub.core.models import AuditEvent
from fedhub.reference.lookup import labels, rule
from households.consenttexts import current, is_outdated, newer_than, text_of
from households.enums import MembershipKind
from households.models import Consent, Membership, Resident
from households.services.consent import OWN_PURPOSES
from portal.enums import RequestState
from portal.models import Guardian, RightsRequest

STEPS = ["收到", "受理", "办理", "答复"]
AT = {Status.NEW: 0, Status.ACCEPTED: 1, Status.ASSIGNED: 2, Status.DONE: 2, Status.ANSWERED: 3, Status.CLOSED: 3}
READ = "households.resident.read"


def own_concerns(person):
    """Her concerns, the newest first: those that name her."""
    return Concern.objects.filter(resident=person).order_by("-raised_on", "-pk")


def steps_of(concern):
    """`[(words, state)]` of the way of a concern; state "done", "now" or ''."""
    at = AT[concern.status]
    over = concern.status == Status.CLOSED
    return [(words, "done" if n < at or over else "now" if n == at else "") for n, words in enumerate(STEPS)]


def replies_of(concern):
    """What she was told of it, the oldest first; what could not be told to her yet is left out."""
    return list(Reply.objects.filter(concern=concern).exclude(told=Told.NOT_YET).order_by("pk"))


def may_rate(concern, replies):
    """True when the newest answer waits for her word."""
    final = _final(replies)
    open_to_it = concern.status in (Status.ANSWERED, Status.CLOSED) and concern.outcome != "withdrawn"
    return bool(open_to_it and final and not hasattr(final, "rating"))


def rating_of(replies):
    """Her Rating of the newest answer, None before she gave one; a word on the way after it changes nothing."""
    return getattr(_final(replies), "rating", None)


def _final(replies):
    return next((reply for reply in reversed(replies) if reply.kind == ReplyKind.FINAL), None)


def readers_of(person):
    """`[(name, day)]` of who opened her record within rule "portal_readers_days", the newest first, once a day; those who opened a
    record that was merged into hers count too."""
    since = timezone.now() - timedelta(days=rule("portal_readers_days"))
    keys = [person.pk, *Resident.objects.filter(merged_into=person).values_list("pk", flat=True)]
    rows = AuditEvent.objects.filter(
        target_label="households.Resident", target_id__in=keys, action=READ, at__gte=since
    )
    found = {(name, timezone.localdate(at)): None for name, at in rows.order_by("-at").values_list("actor_name", "at")}
    return list(found)


def consents_of(person):
    """`[(Consent, in force)]`, the newest first. Each has `text` (the Text agreed to, or None), `newer` (Texts that came after it)
    and `asked_again`: the purpose changed since, and she has not said a word on it."""
    rows = list(Consent.objects.filter(resident=person).order_by("-given_on", "-pk"))
    day = timezone.localdate()
    heard = {(one.purpose, one.recipient) for one in rows if not is_outdated(one.purpose, one.text_version)}
    for one in rows:
        one.text, one.newer = text_of(one.purpose, one.text_version), newer_than(one.purpose, one.text_version)
        alive = one.withdrawn_on is None and (one.expires_on is None or one.expires_on >= day)
        one.asked_again = alive and any(text.again for text in one.newer) and (one.purpose, one.recipient) not in heard
    return [(one, one.in_force()) for one in rows]


def open_purposes(person):
    """`[(ConsentPurpose, Text)]` that she may agree to herself and has no consent for that is in force."""
    given = {one.purpose for one in Consent.objects.filter(resident=person) if one.in_force()}
    return [(purpose, current(purpose)) for purpose in OWN_PURPOSES if purpose not in given]


def own_consent(person, number):
    """The consent of hers with this key, or None."""
    return Consent.objects.filter(resident=person, pk=number).first()


def own_requests(person):
    """What she asked of what is kept of her, the newest first; what a guardian asked is the guardian's."""
    return RightsRequest.objects.filter(resident=person, guardian=None).order_by("-made_on", "-pk")


def ward_concerns(guardian):
    """Concerns that this guardian raised for the child, the newest first; those of anybody else are not among them."""
    rows = Concern.objects.filter(pk__in=guardian.words.values("concern_id"), resident=guardian.child)
    return rows.order_by("-raised_on", "-pk")


def ward_requests(guardian):
    """What this guardian asked of what is kept of the child, the newest first."""
    return guardian.rights_requests.order_by("-made_on", "-pk")


def ward_held(child):
    """`[(words, what is held)]` that each guardian of `child` knows already; what others told stays out."""
    return [("姓名", child.name), ("出生", child.birth)]


def guardians_of(child):
    """Who speaks or spoke for `child`, those of today first."""
    rows = Guardian.objects.filter(child=child).select_related("taken_by", "person", "child")
    return sorted(rows, key=lambda one: one.ended_on is not None)


def open_requests(user):
    """How many requests wait for an answer where `user` answers them."""
    rows = RightsRequest.objects.visible_to(user, "portal.change_rightsrequest")
    return rows.filter(state=RequestState.OPEN).count()


def held_of(person):
    """`[(words, what is held)]` of her own record, numbers masked: what the office keeps of her, in her words."""
    phones = person.phones.count()
    return [
        ("姓名", person.name),
        ("出生", person.birth or "没有登记"),
        ("证件号", "已登记，加密保存" if person.id_number else "没有登记"),
        ("电话", f"{phones} 个，加密保存" if phones else "没有登记"),
        ("文化程度", labels("education").get(person.education, "没有登记")),
        (
            "健康、收入",
            "已登记，加密保存" if person.health or person.health_note or person.income_note else "没有登记",
        ),
    ]


def places():
    """`[(id, name)]` of the communities and grids in which something can be said, in the order of their codes."""
    rows = Area.objects.active().filter(kind__in=["community", "grid"]).order_by("code")
    return [(area.pk, area.name if area.kind == "community" else f"　{area.name}") for area in rows]


def family_of(child, home, user):
    """Residents whom `user` may see and who live with `child` in `home` (a Membership or None): one may be the guardian."""
    if home is None:
        return Resident.objects.none()
    inside = Membership.objects.current().filter(household=home.household_id, kind=MembershipKind.LIVES)
    rows = Resident.objects.visible_to(user, "portal.add_guardian").active()
    return rows.filter(pk__in=inside.values("resident_id")).exclude(pk=child.pk)
