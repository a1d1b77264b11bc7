"""Parties rate the mediation by themselves: a slip of paper each, a rating that leads nobody back (ADR 25)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns.services.intake import new_code, plain_code
from fedhub.areas.models import Area
from fedhub.core import audit, crypto
from households.contact import may_contact
from households.enums import ContactChannel
from mediation.enums import TO_REOPEN, Score
from mediation.models import OwnRating, RatingSlip
from mediation.persons import residents_of
from mediation.queries import run_of
from mediation.services.cases import locked

ADDRESS, ONCE = "mediation.RatingSlip.address", "mediation.RatingSlip.once"
DAYS = 60
NOT_TAKEN = "按她（他）登记的联系要求，不能给带回去的单子。请当面问满意度。"


@transaction.atomic
def give_slip(case, *, party, taken=False, by, key=None):
    """A slip for one party, `taken` with her; an unused one of hers is void from now. Returns the secret part of its address, None
    for a form sent before. Raises ValidationError: mediation is not over, she rated already, her contact rules forbid paper."""
    case, place = locked(case), int(party)
    mark = crypto.blind(str(key) if key else "", column=ONCE)
    if mark and RatingSlip.objects.filter(once=mark).exists():
        return None
    if case.state not in TO_REOPEN or not 0 <= place < len(case.parties):
        raise ValidationError("调解结束以后再请当事人评价。")
    if not taken:
        raise ValidationError({"taken": "要当面问过本人，愿意带走才给。"})
    person = residents_of(case).get(place)
    if person is not None and not may_contact(person, ContactChannel.LETTER).ok:
        raise ValidationError({"party": NOT_TAKEN})
    hers = {"case": case, "place": place, "run": run_of(case)}
    if RatingSlip.objects.filter(**hers, used=True).exists():
        raise ValidationError({"party": "这位当事人已经评过了。"})
    secret = new_code()
    facts = {
        "address": crypto.blind(secret, column=ADDRESS), "until": timezone.localdate() + timedelta(days=DAYS),
        "given_by": by, "once": mark,
    }  # fmt: skip
    RatingSlip.objects.update_or_create(**hers, defaults=facts)
    audit.record_sealed("mediation.case.slip", case, by=by)
    return f"{secret[:4]}-{secret[4:]}"


def slip_at(secret):
    """The open RatingSlip behind an address, however it was typed; None: made up, used, over."""
    return RatingSlip.objects.open().filter(address=crypto.blind(plain_code(secret), column=ADDRESS)).first()


@transaction.atomic
def rate(slip, *, score, words=""):
    """Keep a rating apart from its slip, in whole months. Returns False for a slip that was used meanwhile. No trail is written:
    its moment would lead back."""
    if not RatingSlip.objects.open().filter(pk=slip.pk).update(used=True):
        return False
    community = Area.objects.get(code=slip.case.area.community_code)
    month = timezone.localdate().replace(day=1)
    OwnRating.objects.create(area=community, month=month, score=Score(int(score)), words=words)
    return True
