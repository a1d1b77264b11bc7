"""The one number that leaves the sealed compartment, who looked at a report, and the person whom it names."""

from datetime import datetime

from django.utils import timezone

from fedhub.core import audit
from households.models import Resident
from safety.models import RiskReport

READ = "safety.riskreport.read"


def open_count(user):
    """How many reports wait for `user`; 0 for everybody without the right, whatever is stored."""
    if not user.has_perm("safety.view_riskreport"):
        return 0
    return RiskReport.objects.visible_to(user).open().count()


def readings(reports):
    """`{pk: [(name, moment)]}`, oldest first: who opened the reports, from the sealed audit trail. One query."""
    return {
        pk: [(row["actor_name"], timezone.localtime(datetime.fromisoformat(row["at"]))) for row in rows]
        for pk, rows in audit.sealed_trail(READ, reports).items()
    }


def person_of(pk, user):
    """The record of the person `pk` that a report names, if `user` may see it: the one that she was merged into since.

    The report keeps the number it was written with; only this page follows her (a merge must not touch sealed rows).
    """
    residents = Resident.objects.visible_to(user, "households.view_resident")
    followed = set()
    while pk is not None and pk not in followed:
        followed.add(pk)
        into = Resident.objects.filter(pk=pk).values_list("merged_into_id", flat=True).first()
        if into is None:
            break
        pk = into
    return residents.filter(pk=pk).first() if pk is not None else None
