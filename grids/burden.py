"""What the visit form costs: time, answers, and visits that never tell anything new. Figures of the office, no verdict
on anybody (acceptance 2.23)."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, Sum, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.models import User
from fedhub.reference.lookup import rule
from grids.enums import Met, TimedForm
from grids.models import FormTime, Visit
from grids.models.burden import this_week

RIGHT = "grids.review_visit"
WEEKS = 12
# Where fewer answer than this share, a question may as well go.
SELDOM = 10


@dataclass
class Times:
    """How long a form took: `number` of times counted, within what half and nine of ten were done, in words."""

    number: int
    half: str = ""
    most: str = ""


@dataclass
class Answered:
    """One question: of `asked` visits, `given` have an answer; both None where nobody may count."""

    question: object
    asked: int | None
    given: int | None

    @property
    def percent(self):
        """Whole per cent, None where there is nothing to divide."""
        return round(self.given * 100 / self.asked) if self.asked else None

    @property
    def share(self):
        """ "38%", and "不到 1%" where a few did."""
        return "不到 1%" if self.given and not self.percent else f"{self.percent}%"

    @property
    def could_go(self):
        """True when nothing uses the answers."""
        return not self.question.uses


def since(day=None):
    """The Monday from which figures are counted."""
    return this_week(day) - timedelta(weeks=WEEKS)


def times(user, form=TimedForm.VISIT, day=None):
    """Times of `form` in the user's communities."""
    rows = FormTime.objects.visible_to(user, RIGHT).filter(form=form, week__gte=since(day))
    counted = sorted(rows.values_list("seconds").annotate(Sum("times")).order_by("seconds"))
    total = sum(number for _, number in counted)
    if total < rule("small_number"):
        return Times(total)
    return Times(total, in_words(_within(counted, total / 2)), in_words(_within(counted, total * 0.9)))


def _within(counted, number):
    """Seconds within which `number` of the `counted` [(seconds, times)] were done."""
    done = 0
    for seconds, more in counted:
        done += more
        if done >= number:
            return seconds
    return counted[-1][0]


def in_words(seconds):
    """2 分 30 秒."""
    minutes, rest = divmod(seconds, 60)
    return " ".join(
        part for part in (f"{minutes} 分" if minutes else "", f"{rest} 秒" if rest or not minutes else "") if part
    )


def answers(user, questions, day=None):
    """[Answered] of `questions` in the visits of the user's scope, in one query; `(rows, number of visits)`."""
    visits = Visit.objects.visible_to(user, RIGHT).kept().filter(visited_on__gte=since(day))
    counts = {"total": Count("pk"), "number_met": Count("pk", filter=Q(met=Met.MET))}
    for place, question in enumerate(questions):
        if question.answered is not None:
            # Exists has no & with an empty Q; a Q of it has.
            counts[f"given_{place}"] = Count("pk", filter=Q(question.answered) & question.asked)
    found = visits.aggregate(**counts)
    rows = []
    for place, question in enumerate(questions):
        if question.answered is None:
            rows.append(Answered(question, None, None))
        else:
            rows.append(
                Answered(question, found["number_met" if question.asked else "total"], found[f"given_{place}"])
            )
    return rows, found["total"]


def unchanging(user, day=None):
    """[(User, number)]: who at her last visits, as many as the rule says, always wrote that nothing changed, nothing is
    wrong and nothing is wanted."""
    number = rule("visit_unchanged_times")
    day = day or timezone.localdate()
    concerns = Visit.concerns.through.objects.filter(visit_id=OuterRef("pk"))
    visits = Visit.objects.visible_to(user, RIGHT).kept().filter(
        met=Met.MET, visited_on__gt=day - timedelta(days=365)
    )  # fmt: skip
    newest = visits.annotate(
        place=Window(
            RowNumber(), partition_by=F("visitor_id"), order_by=[F("visited_on").desc(), F("pk").desc()]
        )
    ).filter(place__lte=number)  # fmt: skip
    told = newest.values_list("visitor_id", "changed", Q(problems__isnull=True), "hazards", Exists(concerns))
    silent, seen = Counter(), Counter()
    for visitor, changed, nothing, hazards, asked in told:
        seen[visitor] += 1
        silent[visitor] += not changed and bool(nothing) and not hazards and not asked
    found = [pk for pk, times_seen in seen.items() if times_seen == silent[pk] == number]
    return [(person, number) for person in User.objects.filter(pk__in=found).order_by("name", "pk")]
