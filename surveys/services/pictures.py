"""Pictures of answers: cleaned, sealed, without a moment."""

import base64
from datetime import timedelta

from django.utils import timezone

from fedhub.core.images import ImageRefused, clean_image
from surveys.enums import Kind
from surveys.models import Picture
from surveys.services.drafts import DAYS


def keep_pictures(survey, questions, request):
    """Keep the pictures that were sent for `questions`. Returns ({question: number}, {question: what is wrong})."""
    kept, wrong = {}, {}
    for question in questions:
        if question.kind != Kind.PHOTO:
            continue
        if getattr(request, "upload_too_large", False):
            wrong[question.code] = "照片太大，一张不能超过 15 MB，没有收下。"
        elif sent := request.FILES.get(question.code):
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


def picture_bytes(survey, number):
    """The JPEG of one picture, None when there is none."""
    row = Picture.objects.filter(survey=survey, pk=number).first()
    return base64.b64decode(row.sealed) if row else None
