"""The signature of the person visited (handbook 2.5): optional, kept with the visit and never among its photos."""

from django.db import transaction

from fedhub.core import audit, files

KIND = "signature"


@transaction.atomic
def keep_signature(visit, picture, *, by):
    """Store the drawn name (a cleaned picture, fedhub.core.images) with a visit; returns the Attachment."""
    stored = files.store(
        picture.bytes, owner=visit, kind=KIND, name="对方签名.jpg", content_type=picture.content_type, by=by
    )
    audit.record("grids.visit.sign", visit, by=by, area=visit.household.area)
    return stored
