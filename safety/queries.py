"""The one number that leaves the sealed compartment, and who looked at a report."""

from datetime import datetime

from django.utils import timezone

from fedhub.core import audit
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
