"""A concern that shows a family in hardship: it goes into the family's file, which is opened when there is none."""

from django.db import transaction

from concerns.models import FileConcern
from fedhub.core import audit
from hardship.enums import FoundHow
from hardship.models import HardshipFile
from hardship.services.files import find_file


@transaction.atomic
def into_file(concern, *, by):
    """Bring `concern` to the open file of its family, or open one that `by` is in charge of. Returns the HardshipFile.

    Raises ValidationError when there is a file of which `by` does not know, or the family is off the books.
    """
    file = HardshipFile.objects.visible_to(by).open().filter(household=concern.household_id).first()
    if file is None:
        words = f"{concern.number} {concern.title}\n{concern.detail}".strip()
        found = HardshipFile(
            household_id=concern.household_id, subject_id=concern.resident_id, found_how=FoundHow.CONCERN,
            situation=words[:1000],
        )  # fmt: skip
        file = find_file(found, by=by)
    FileConcern.objects.create(concern=concern, file=file, added_by=by)
    audit.record("hardship.hardshipfile.concern", file, by=by, concern=concern.number)
    return file
