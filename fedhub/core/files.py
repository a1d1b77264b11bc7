"""The attachment store: encrypted files under MEDIA_ROOT, opened only through a view after the owner's row rule."""

import hashlib
import os

from django.apps import apps
from django.conf import settings
from django.db import transaction

from fedhub.core import crypto
from fedhub.core.images import clean_image
from fedhub.core.models import Attachment

COLUMN = "core.Attachment.body"


def _path(attachment):
    name = attachment.uuid.hex
    return settings.MEDIA_ROOT / name[:2] / name


def store(data, *, owner, kind, name, content_type, by, level=3):
    """Encrypt `data` (bytes) and attach it to the record `owner`; return the Attachment.

    The file is written before the row commits and removed again when the transaction fails.
    """
    attachment = Attachment(
        owner_label=owner._meta.label,
        owner_id=owner.pk,
        kind=kind,
        name=name[:120],
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        level=level,
        uploaded_by=by,
    )
    path = _path(attachment)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(crypto.encrypt(data, column=COLUMN))
    try:
        with transaction.atomic():
            attachment.save()
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return attachment


def store_image(file, *, owner, by, kind="photo", level=3):
    """Clean an uploaded picture (no place, no device, no comment left) and store it. Raises images.ImageRefused."""
    image = clean_image(file)
    suffix = image.content_type.rsplit("/", 1)[1]
    return store(
        image.bytes, owner=owner, kind=kind, name=f"照片.{suffix}", content_type=image.content_type, by=by, level=level
    )


def read(attachment):
    """Plain bytes of a stored file. Raises OSError or crypto.Undecryptable."""
    return crypto.decrypt(_path(attachment).read_bytes(), column=COLUMN)


def attachments_of(owner, kind=None):
    """Attachments of a record, oldest first."""
    rows = Attachment.objects.filter(owner_label=owner._meta.label, owner_id=owner.pk).order_by("id")
    return rows.filter(kind=kind) if kind else rows


def attachments_by_owner(owners):
    """`{pk of the record: its attachments, oldest first}` of many records of one model, in one query."""
    found = {owner.pk: [] for owner in owners}
    label = owners[0]._meta.label if owners else ""
    for attachment in Attachment.objects.filter(owner_label=label, owner_id__in=found).order_by("id"):
        found[attachment.owner_id].append(attachment)
    return found


def forget_moment(attachment, day):
    """Let the row and the file of `attachment` say `day` (a moment) instead of when it came."""
    Attachment.objects.filter(pk=attachment.pk).update(uploaded_at=day)
    os.utime(_path(attachment), (day.timestamp(), day.timestamp()))


def remove(attachments):
    """Delete stored files (a QuerySet) for good: the rows now, the bytes once the transaction has committed.

    Bytes that cannot be removed then are found by `sweep`.
    """
    paths = [_path(attachment) for attachment in attachments]
    attachments.delete()
    transaction.on_commit(lambda: [path.unlink(missing_ok=True) for path in paths], robust=True)


def visible_owner(attachment, user):
    """The owner record when `user` may see it by its own row rule, else None; sealed files never open here."""
    if attachment.level >= 4:
        return None
    model = apps.get_model(attachment.owner_label)
    options = model._meta
    if not user.has_perm(f"{options.app_label}.view_{options.model_name}"):
        return None
    return model.objects.visible_to(user).filter(pk=attachment.owner_id).first()


def sweep(known):
    """Paths under MEDIA_ROOT that no attachment row names (`known`: set of hex names); used by the tidy-up command."""
    return [p for p in settings.MEDIA_ROOT.glob("??/*") if p.name not in known]
