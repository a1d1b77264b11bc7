"""Taking a concern in, from every source by one function."""

import secrets
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from concerns.enums import Heard, Origin, Told
from concerns.models import Concern
from concerns.services.answers import settle_on_spot
from concerns.services.together import join_concerns
from fedhub.core import audit, files
from fedhub.core.models.numbers import take_numbers
from fedhub.core.text import match_key
from fedhub.reference.calendar import due_by

# No letters or digits that look alike; read out over the phone.
CODE_LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"
CODE_LENGTH = 8


def new_code():
    """A random code of a concern, told to whoever raised it: with it she, named or not, asks how it stands."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def plain_code(text):
    """The code that `text` means, however it was typed: wide letters, small ones, hyphens, spaces; '' when there is none."""
    return match_key(text).upper().replace("-", "").replace(" ", "")[: 2 * CODE_LENGTH]


@transaction.atomic
def raise_concern(
    *, origin, title, area, by, household=None, resident=None, detail="", topic="", place="", anonymous=False,
    on_behalf="", channel="", raised_on=None, pictures=(),
):  # fmt: skip
    """Register a concern; every source uses this one function. Returns the new Concern.

    `area` is the household's area (or the community); `on_behalf` names who speaks for the woman concerned; `channel` is
    how she wants to hear (Told, or ''); an `anonymous` one names nobody; `pictures` (CleanImage) are kept with it. The
    first answer is due by rule "concern_first_answer", the closing by "concern_close" (handbook 13.1), in the rules' own
    unit. Of one that nobody raised for nobody the audit says nothing.
    """
    today = raised_on or timezone.localdate()
    number = take_numbers(f"concern:{today:%Y}")
    concern = Concern(
        number=f"SQ{today:%Y}-{number:04d}",
        code=new_code(),
        title=title,
        detail=detail,
        topic=topic,
        place=place,
        origin=origin,
        area=area,
        household=None if anonymous else household,
        resident=None if anonymous else resident,
        anonymous=anonymous,
        on_behalf="" if anonymous else on_behalf,
        channel=channel,
        raised_on=today,
        first_due_on=due_by(today, "concern_first_answer"),
        due_on=due_by(today, "concern_close"),
        created_by=by,
    )
    concern.full_clean(exclude=["area", "household", "resident"])
    concern.save()
    for picture in pictures:
        files.store(
            picture.bytes, owner=concern, kind="photo", name="照片.jpg", content_type=picture.content_type, by=by
        )
    if by is not None or not anonymous:
        audit.record("concerns.concern.raise", concern, by=by, origin=origin)
    return concern


def forget_moment(concern):
    """Leave of the moment at which a nameless concern came nothing but the day: on its row, its history, its pictures."""
    day = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    Concern.objects.filter(pk=concern.pk).update(created_at=day, updated_at=day)
    concern.history.update(history_date=day)
    for picture in files.attachments_of(concern):
        files.forget_moment(picture, day)


@transaction.atomic
def take_in(*, lead=None, answer="", by, **facts):
    """Raise a concern from `facts` (see `raise_concern`) and, in the same go, merge it into `lead` or, with `answer`,
    settle it on the spot. Returns the Concern. Raises FlowError when `lead` was answered or merged meanwhile.
    """
    concern = raise_concern(by=by, **facts)
    if lead is not None:
        join_concerns(lead, [concern], reason="登记时并入", by=by)
    elif answer:
        told = Told.PHONE if concern.origin == Origin.HOTLINE else Told.FACE
        settle_on_spot(
            concern, answer=answer, told=told, heard=Heard.PROXY if concern.on_behalf else Heard.SELF, by=by
        )
    return concern
