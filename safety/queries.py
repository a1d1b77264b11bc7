"""The one number that leaves the sealed compartment, who looked at a report, and the person whom it names."""

from datetime import datetime
from itertools import groupby

from django.utils import timezone

from accounts.queries import holders_at
from fedhub.areas.models import Area
from fedhub.core import audit
from households.models import Resident
from safety.chain import chains, read_all
from safety.models import CaseGrant, Entry, RiskReport, SafetyFile, UrgentOpening
from safety.standing import standing_of

READ, LOOKED = "safety.riskreport.read", "safety.safetyfile.read"
VIEW, WATCH = "safety.view_safetyfile", "safety.watch_urgentopening"


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
    """`[(SafetyFile, Standing or None)]`; None where a chain cannot be read. One query."""
    return [(file, None if chain is None else standing_of(chain)) for file, chain in chains(files)]


def opened(community):
    """`[[Record]]` of the files in a community, whoever may see them: for counting alone (safety.figures). A file that cannot be
    read is left out. One query, also where there is no file."""
    places = Area.objects.within(community).values("pk")
    entries = Entry.objects.filter(file__area__in=places).select_related("file").order_by("file", "number")
    by_file = [(file, list(found)) for file, found in groupby(entries, key=lambda entry: entry.file)]
    return [chain for _, chain in read_all(by_file) if chain]


def late_count(user):
    """In how many open files of her circle something should have been done by now; 0 without the right."""
    if not user.has_perm("safety.view_safetyfile"):
        return 0
    mine = SafetyFile.objects.visible_to(user).open()
    return sum(1 for _, state in standings(mine) if state is None or state.is_late())


def unwatched_count(user):
    """How many emergencies nobody has looked at yet, of those `user` watches over; her own are somebody else's."""
    if not user.has_perm(WATCH):
        return 0
    return UrgentOpening.objects.visible_to(user, WATCH).filter(watched_by=None).exclude(asked_by=user).count()


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
