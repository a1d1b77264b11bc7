"""Letters both ways without being known: a code that only she has, given to her after she sent her answer."""

import base64
import hashlib
import hmac

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from concerns.services.intake import CODE_LETTERS, plain_code
from fedhub.core import audit, crypto
from surveys.enums import Status
from surveys.models import Letter, Thread

COLUMN, CHECK = "surveys.Thread.blind", "surveys.Thread.check"
BODY, TAIL = 11, 5
MOST_LETTERS, MOST_WORDS = 60, 1000


def letter_code(survey, key):
    """Her code in this survey: made from the key in her browser alone, kept nowhere; the same as often as she asks. Its tail shows
    that it was made here."""
    body = _letters(hmac.new(key.encode(), f"letter {survey.token}".encode(), hashlib.sha256).digest(), BODY)
    return body + _tail(survey, body)


def _tail(survey, body):
    mac = crypto.blind(f"{survey.token} {body}", column=CHECK)
    return _letters(base64.urlsafe_b64decode(mac + "="), TAIL)


def _letters(digest, count):
    number = int.from_bytes(digest, "big")
    found = []
    for _ in range(count):
        number, place = divmod(number, len(CODE_LETTERS))
        found.append(CODE_LETTERS[place])
    return "".join(found)


def spaced(code):
    """The code as it is shown."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def read_code(survey, text):
    """The code that `text` means, '' when it was not made for this survey."""
    code = plain_code(text or "")
    good = len(code) == BODY + TAIL and hmac.compare_digest(_tail(survey, code[:BODY]).encode(), code[BODY:].encode())
    return code if good else ""


def thread_of(survey, code):
    """The Thread of the code, None before the first letter."""
    return Thread.objects.filter(survey=survey, blind=crypto.blind(code, column=COLUMN)).first()


def write_hers(survey, code, text):
    """Keep a letter of hers. Raises ValidationError."""
    text = _checked(text)
    if survey.status == Status.ARCHIVED:
        raise ValidationError("这份问卷已经归档，写不了信了。请打 12338。")
    blind = crypto.blind(code, column=COLUMN)
    for _ in range(2):
        try:
            with transaction.atomic():
                thread = Thread.objects.filter(blind=blind).select_for_update().first()
                thread = thread or Thread.objects.create(survey=survey, blind=blind)
                return _add(thread, text, hers=True)
        except IntegrityError:
            # Two taps at once made the thread twice.
            continue
    raise ValidationError("刚才没有写成，请再试一次。")


@transaction.atomic
def answer(thread, text, *, by):
    """Answer her. Raises ValidationError."""
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    letter = _add(thread, _checked(text), hers=False, by=by)
    audit.record("surveys.thread.answer", thread.survey, by=by)
    return letter


def _checked(text):
    text = (text or "").strip()
    if not text:
        raise ValidationError("请写一点内容。")
    if len(text) > MOST_WORDS:
        raise ValidationError(f"最多写 {MOST_WORDS} 个字，现在 {len(text)} 个字。")
    return text


def _add(thread, text, *, hers, by=None):
    last = thread.letters.order_by("-number").first()
    if last is not None and last.hers == hers and last.text == text and last.by_id == (by.pk if by else None):
        # The second of two taps.
        return last
    number = last.number + 1 if last else 1
    if number > MOST_LETTERS:
        raise ValidationError("这里已经写满了，请打 12338，或者到社区妇联。")
    Thread.objects.filter(pk=thread.pk).update(waiting=hers)
    return Letter.objects.create(thread=thread, number=number, hers=hers, text=text, by=by)
