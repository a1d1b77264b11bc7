"""Pictures of answers: cleaned, sealed, without a moment."""

import base64
from datetime import timedelta

from django.utils import timezone

from accounts.throttle import count_failure, public_buckets, refusal
from fedhub.core.images import ImageRefused, clean_image
from surveys.enums import Kind
from surveys.models import Picture
from surveys.services.drafts import DAYS

# So many from one network, then it waits: whoever fills the disk needs no account here.
TRIES = 200


def keep_pictures(survey, questions, request):
    """Keep the pictures that were sent for `questions`. Returns ({question: number}, {question: what is wrong})."""
    kept, wrong = {}, {}
    for question in questions:
        if question.kind != Kind.PHOTO:
            continue
        if getattr(request, "upload_too_large", False):
            wrong[question.code] = "照片太大，一张不能超过 15 MB，没有收下。"
        elif sent := request.FILES.get(question.code):
            buckets = public_buckets(request, "survey-photo", TRIES)
            if refusal(buckets):
                wrong[question.code] = "这会儿传的照片太多了，过半小时再传；别的可以先填。"
                continue
            count_failure(buckets)
            try:
                picture = clean_image(sent)
            except ImageRefused as error:
                wrong[question.code] = str(error)
                continue
            row = Picture.objects.create(
                survey=survey, sealed=base64.b64encode(picture.bytes).decode(),
                expires_on=timezone.localdate() + timedelta(days=DAYS),
            )  # fmt: skip
            kept[question.code] = row.pk
    return kept, wrong


def replace_pictures(survey, numbers):
    """Delete pictures that others took the place of before their answer was sent."""
    if numbers:
        Picture.objects.filter(survey=survey, pk__in=numbers, expires_on__isnull=False).delete()


def picture_bytes(picture):
    """The JPEG of a Picture."""
    return base64.b64decode(picture.sealed)
