"""A concern from a resident's page: her own, or one of the neighbourhood without a name."""

from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.queries import is_held
from concerns.enums import Origin
from concerns.models import Concern
from concerns.services.intake import forget_moment, plain_code, raise_concern
from concerns.services.more import write_on
from fedhub.areas.models import Area
from fedhub.core import acting, crypto
from households.enums import MembershipKind
from portal.models import GuardianWord, SentForm
from safety.enums import ReportSource, Sign
from safety.services.reports import report_risk

KEY = "portal.SentForm.key"


def say(*, key, person=None, area_id=None, guardian=None, **facts):
    """Raise a concern of `person` (a Resident; with a `guardian`, who speaks for that child), or, without one, of nobody in the
    place `area_id`. `facts`: title, detail, topic, place. The same form (`key`) sent twice is one. Returns its code, with which
    she follows it."""
    mark = crypto.blind(str(key), column=KEY)
    if sent := SentForm.objects.filter(key=mark).first():
        return sent.code
    try:
        with transaction.atomic():
            # First, so that the second of two taps has stored nothing when it is refused.
            sent = SentForm.objects.create(key=mark, code="")
            concern = _raised(person, area_id, guardian, facts)
            sent.code = concern.code
            sent.save(update_fields=["code"])
    except IntegrityError:
        sent = SentForm.objects.filter(key=mark).first()
        if sent is None:
            raise
    return sent.code


def say_sealed(*, key, person=None, area_id=None, guardian=None, title, detail="", place="", reach=""):
    """Tell the trained person alone: no concern, no code, nothing on her own pages. The same form (`key`) sent twice is one. Of a
    child she must know that it was not the child who told it: `guardian` is named inside. Returns True when somebody is there
    who reads it."""
    home = _home_of(person) if person else None
    area = Area.objects.get(pk=area_id) if person is None else home.area if home else person.area
    told = [title, detail, f"地点：{place}" if place else "", f"怎么找她才安全：{reach}" if reach else ""]
    with acting.acting_named(""):
        report_risk(
            area=area, source=ReportSource.PORTAL, by=None, signs=[Sign.OTHER], text="\n".join(filter(None, told)),
            household=home, resident=person, subject_name="" if person else "没有留姓名", key=f"portal:{key}",
            informant={"name": f"{guardian.name}（{guardian.get_kind_display()}）", "phone": ""} if guardian else None,
        )  # fmt: skip
    return is_held("safety.view_riskreport", area)


def _home_of(person):
    """Where she lives, None when that is not known."""
    kept = person.memberships.filter(kind=MembershipKind.LIVES, valid_to=None)
    lives = kept.select_related("household__area").first()
    return lives.household if lives else None


def _raised(person, area_id, guardian, facts):
    if person is None:
        area = Area.objects.get(pk=area_id)
        # Nobody acted: no row of the audit says when or from where.
        with acting.acting_named("居民端"):
            concern = raise_concern(origin=Origin.PORTAL, area=area, anonymous=True, by=None, **facts)
        forget_moment(concern)
        return concern
    home = _home_of(person)
    concern = raise_concern(
        origin=Origin.PORTAL,
        area=home.area if home else person.area,
        household=home,
        resident=person,
        on_behalf=guardian.name if guardian else "",
        by=None,
        **facts,
    )
    if guardian:
        GuardianWord.objects.create(guardian=guardian, concern=concern)
    return concern


def nameless_with(code):
    """The nameless Concern whose code this is, or None: of a named one no more than its state is told."""
    found = concern_with(code)
    return found if found is not None and found.anonymous else None


@transaction.atomic
def say_more(concern, words, *, key):
    """Go on writing about a nameless concern; the same form (`key`) sent twice is one. See `concerns.services.more.write_on`."""
    mark = crypto.blind(str(key), column=KEY)
    if SentForm.objects.filter(key=mark).exists():
        return
    SentForm.objects.create(key=mark, code=concern.code)
    with acting.acting_named("居民端"):
        write_on(concern, words)
    forget_last_moment(concern)


def forget_last_moment(concern):
    """Leave of what was just done to a nameless concern by its code nothing but the day; what the staff did keeps its time."""
    day = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    Concern.objects.filter(pk=concern.pk).update(updated_at=day)
    newest = concern.history.order_by("-history_id").values_list("history_id", flat=True)[:1]
    concern.history.filter(history_id__in=list(newest)).update(history_date=day)
    concern.ratings.filter(taken_by=None).update(made_at=day)


def concern_with(code):
    """The Concern whose code this is, however it was typed, or None."""
    wanted = plain_code(code)
    return Concern.objects.filter(code=wanted).first() if wanted else None


def forget_sent_forms():
    """Delete keys of forms of the day before yesterday and earlier."""
    SentForm.objects.filter(on__lt=timezone.localdate() - timedelta(days=1)).delete()
