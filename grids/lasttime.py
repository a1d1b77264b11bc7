"""What the form of a visit knows before anything is typed: last time, what waits at the door, whether two should go."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, F, Q
from django.utils import timezone

from fedhub.reference.enums import RiskLevel
from fedhub.reference.lookup import rule
from grids.enums import FACE_TO_FACE, TRY_AGAIN, Met, PolicyTopic
from grids.models import Visit
from households.enums import TaskKind
from households.models import VisitTask


@dataclass
class LastTime:
    """The newest talk with a family: whom, how, with whom, and what was said. `tries` counts the visits in vain since."""

    visit: Visit | None = None
    people: list = field(default_factory=list)
    tries: list = field(default_factory=list)

    @property
    def promise(self):
        """What was agreed then."""
        return self.visit.next_step if self.visit else ""

    @property
    def mode(self):
        """How one met, when it was face to face."""
        return self.visit.mode if self.visit and self.visit.mode in FACE_TO_FACE else ""

    @property
    def topics(self):
        """Labels of what was told."""
        known = dict(PolicyTopic.choices)
        return [known[code] for code in self.visit.topics if code in known] if self.visit else []


# So many visits are looked at; more tries in vain than these are told of as so many.
LOOKED_AT = 12


def last_time(household):
    """LastTime of `household`."""
    found = LastTime()
    rows = Visit.objects.kept().filter(household=household).select_related("visitor", "partner")
    for visit in rows.prefetch_related("people").order_by("-visited_on", "-pk")[:LOOKED_AT]:
        if visit.met == Met.MET:
            found.visit, found.people = visit, list(visit.people.all())
            break
        if visit.met in TRY_AGAIN:
            found.tries.append(visit)
    return found


def visits_in_vain():
    """Tries at which nobody was met since the last visit that counts, of the last year."""
    since = timezone.localdate() - timedelta(days=365)
    return Visit.objects.in_vain().filter(
        Q(household__last_visit_on=None) | Q(visited_on__gt=F("household__last_visit_on")), visited_on__gte=since
    )


def tries_in_vain(household):
    """How often in a row nobody was met at `household` since a visit counted."""
    return visits_in_vain().filter(household=household).count()


def homes_not_reached(homes):
    """Those of `homes` at which so many tries in a row were in vain as the rule "visit_tries_told" wants told."""
    counted = visits_in_vain().order_by().values("household").annotate(tries=Count("pk"))
    return homes.filter(pk__in=counted.filter(tries__gte=rule("visit_tries_told")).values("household"))


def waiting_tasks(household):
    """(must-visits that any counting visit does, other tasks to tick) of what waits at the door of `household`."""
    tasks = list(
        VisitTask.objects.begun()
        .filter(household=household)
        .select_related("resident", "campaign")
        .order_by("due_on", "pk")
    )
    return [t for t in tasks if t.kind == TaskKind.MUST], [t for t in tasks if t.kind != TaskKind.MUST]


def two_should_go(household):
    """A sentence when two people should go there (rule "visit_two_people"), else nothing."""
    if not rule("visit_two_people"):
        return ""
    if household.risk_level == RiskLevel.RED:
        return "红色风险家庭，最好两个人一起去，把同访人也写上。"
    return "" if household.last_visit_on else "第一次上门，最好两个人一起去，把同访人也写上。"
