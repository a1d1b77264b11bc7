"""The one number that leaves the sealed compartment, who looked at a report, and the person whom it names."""

from datetime import datetime

from django.utils import timezone

from accounts.queries import holders_at
from fedhub.core import audit
from households.models import Resident
from safety.chain import records
from safety.models import CaseGrant, RiskReport, SafetyFile
from safety.models.file import Unopenable
from safety.standing import standing_of

READ, LOOKED = "safety.riskreport.read", "safety.safetyfile.read"
VIEW = "safety.view_safetyfile"


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


def standings(files):
    """`[(SafetyFile, Standing or None)]`; None where a chain cannot be read."""
    found = []
    for file in files:
        try:
            found.append((file, standing_of(records(file))))
        except Unopenable:
            found.append((file, None))
    return found


def late_count(user):
    """In how many open files of her circle something should have been done by now; 0 without the right."""
    if not user.has_perm("safety.view_safetyfile"):
        return 0
    mine = SafetyFile.objects.visible_to(user).open()
    return sum(1 for _, state in standings(mine) if state is None or state.is_late())


def circle_of(file):
    """`(CaseGrants with their people, running first; Recusals)` of a file."""
    grants = file.grants.select_related("user").order_by("-is_lead", "ended_on", "-valid_to", "pk")
    return list(grants), list(file.recusals.select_related("user"))


def looks_at(file):
    """`[(name, moment)]` of who opened the file, the newest first."""
    rows = audit.sealed_trail(LOOKED, [file]).get(file.pk, [])
    return [(row["actor_name"], timezone.localtime(datetime.fromisoformat(row["at"]))) for row in reversed(rows)]


def people_to_name(file):
    """Users who may see sealed files at all and work where the file lies, without those who are in the circle or excused."""
    inside = CaseGrant.objects.in_force().filter(file=file).values("user_id")
    excused = file.recusals.values("user_id")
    return holders_at(VIEW, file.area).exclude(pk__in=inside).exclude(pk__in=excused)
