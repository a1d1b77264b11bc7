"""Who gives money and goods."""

from django.db import transaction

from fedhub.core import audit
from fedhub.core.versions import save_version


@transaction.atomic
def create_donor(donor, *, by):
    """Register a donor. Returns the Donor. Raises ValidationError."""
    donor.created_by = by
    donor.full_clean()
    donor.save()
    audit.record("hardship.donor.create", donor, by=by)
    return donor


@transaction.atomic
def change_donor(donor, fields, *, base_version, by):
    """Save changed `fields`. Raises StaleVersion."""
    save_version(donor, sorted(fields), base_version=base_version)
    audit.record("hardship.donor.change", donor, by=by, fields=sorted(fields))
    return donor
