"""A concern from a resident's page: her own, or one of the neighbourhood without a name."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.queries import is_held
from concerns.enums import Origin
from concerns.models import Concern
from concerns.services.intake import forget_moment, plain_code, raise_concern
from fedhub.areas.models import Area
from fedhub.core import acting, crypto
from households.enums import MembershipKind
from portal.models import SentForm
from safety.enums import ReportSource, Sign
from safety.services.reports import report_risk

KEY = "portal.SentForm.key"


def say(*, key, person=None, area_id=None, **facts):
    """Raise a concern of `person` (a Resident), or, without one, of nobody in the place `area_id`. `facts`: title, detail, topic,
    place. The same form (`key`) sent twice is one. Returns its code, with which she follows it."""
    mark = crypto.blind(str(key), column=KEY)
    if sent := SentForm.objects.filter(key=mark).first():
        return sent.code
    try:
        with transaction.atomic():
            # First, so that the second of two taps has stored nothing when it is refused.
            sent = SentForm.objects.create(key=mark, code="")
            concern = _raised(person, area_id, facts)
            sent.code = concern.code
            sent.save(update_fields=["code"])
    except IntegrityError:
        sent = SentForm.objects.filter(key=mark).first()
        if sent is None:
            raise
    return sent.code


def say_sealed(*, key, person=None, area_id=None, title, detail="", place="", reach=""):
    """Tell the trained person alone: no concern, no code, nothing on her own pages. The same form (`key`) sent twice is one.
    Returns True when somebody is there who reads it."""
    home = _home_of(person) if person else None
    area = Area.objects.get(pk=area_id) if person is None else home.area if home else person.area
    told = [title, detail, f"地点：{place}" if place else "", f"怎么找她才安全：{reach}" if reach else ""]
    with acting.acting_named(""):
        report_risk(
            area=area, source=ReportSource.PORTAL, by=None, signs=[Sign.OTHER], text="\n".join(filter(None, told)),
            household=home, resident=person, subject_name="" if person else "没有留姓名", key=f"portal:{key}",
        )  # fmt: skip
    return is_held("safety.view_riskreport", area)


def _home_of(person):
    """Where she lives, None when that is not known."""
    kept = person.memberships.filter(kind=MembershipKind.LIVES, valid_to=None)
    lives = kept.select_related("household__area").first()
    return lives.household if lives else None


def _raised(person, area_id, facts):
    if person is None:
        area = Area.objects.get(pk=area_id)
        # Nobody acted: no row of the audit says when or from where.
        with acting.acting_named("居民端"):
            concern = raise_concern(origin=Origin.PORTAL, area=area, anonymous=True, by=None, **facts)
        forget_moment(concern)
        return concern
    home = _home_of(person)
    return raise_concern(
        origin=Origin.PORTAL,
        area=home.area if home else person.area,
        household=home,
        resident=person,
        by=None,
        **facts,
    )


def concern_with(code):
    """The Concern whose code this is, however it was typed, or None."""
    wanted = plain_code(code)
    return Concern.objects.filter(code=wanted).first() if wanted else None


def forget_sent_forms():
    """Delete keys of forms of the day before yesterday and earlier."""
    SentForm.objects.filter(on__lt=timezone.localdate() - timedelta(days=1)).delete()
