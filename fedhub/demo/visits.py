"""Invented home visits: when, by whom, of what kind, who was met, what was said."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from fedhub.demo.names import WOMAN
from fedhub.demo.texts import AWAY_NOTES, SAID, SAID_TO_ALL, STEPS
from fedhub.reference.lookup import rule
from grids.enums import (
    TRY_AGAIN,
    ChangeKind,
    ChangeState,
    Met,
    PolicyTopic,
    RefusedHow,
    Review,
    Satisfaction,
    VisitKind,
    VisitMode,
)
from grids.models import Visit, VisitChange
from grids.services.visit import RETRY_RULES

# Families visited so often are the ones the rules name (handbook 2.4): a visit there is a must-visit.
MUST_WITHIN = 60
# From this age on somebody counts as met in her own right.
SPEAKS_FROM = 12
# Handed over on the visits before a holiday.
GIFTS = "大米一袋、食用油一桶"


@dataclass
class Team:
    """Who visits a grid: the 执委 and the grid worker."""

    committee: object
    worker: object


class Visitor:
    """Adds visits of planted families through the planter's writer; due days follow the visits that count."""

    def __init__(self, planter):
        self.planter, self.writer = planter, planter.writer
        self.inventor, self.today = planter.inventor, planter.today

    def days(self, planted, *, span=365, thin=1.0):
        """Days of visits in the last `span` days, oldest first, by the family's rhythm; `thin` leaves earlier ones out.

        Some families are overdue: their last visit lies longer back than the rhythm allows.
        """
        rnd = self.inventor.rnd
        every = self.planter.rhythm(planted.household, planted.family).every
        known = (self.today - timezone.localdate(planted.household.created_at)).days
        late = rnd.random() < 0.06
        ago = every + rnd.randrange(1, max(every // 4, 4)) if late else rnd.randrange(0, max(every - 1, 1))
        ago = min(ago, known - 1)
        found = []
        while 0 <= ago < min(span, known):
            if not found or rnd.random() < thin:
                found.append(self.today - timedelta(days=ago))
            ago += max(int(every * rnd.uniform(0.8, 1.15)), 5)
        return found[::-1]

    def visit(self, planted, day, team, *, met=None, mode=None, summary="", kind=None):
        """Add one visit on `day`; returns it. Two people go into a home, so one is the partner."""
        rnd, household = self.inventor.rnd, planted.household
        main, partner = (team.committee, team.worker) if rnd.random() < 0.45 else (team.worker, team.committee)
        met = met or rnd.choices([Met.MET, Met.NOBODY, Met.REFUSED], [91, 8, 1])[0]
        modes = [VisitMode.HOME, VisitMode.PHONE, VisitMode.OFFICE, VisitMode.PUBLIC]
        drawn = rnd.choices(modes, [86, 6, 5, 3])[0]
        mode = mode or (drawn if met == Met.MET else VisitMode.HOME)
        start = time(rnd.choice([9, 10, 10, 14, 15, 16, 19]), rnd.choice([0, 10, 15, 20, 30, 40, 45]))
        end = (datetime.combine(day, start) + timedelta(minutes=rnd.choice([10, 15, 20, 25, 30, 40]))).time()
        written = min(timezone.make_aware(datetime.combine(day, end)) + timedelta(minutes=20), timezone.now())
        visit = Visit(
            household=household, grid=household.area, visitor=main,
            partner=partner if mode == VisitMode.HOME and partner != main else None, recorded_by=main,
            visited_on=day, started_at=start, ended_at=end, mode=mode, kind=kind or self._kind(planted, day), met=met,
            created_at=written, updated_at=written,
            review=Review.RIGHT if day < self.today - timedelta(days=10) else Review.PENDING,
        )  # fmt: skip
        people = []
        if met == Met.MET:
            people = self._met(planted, day)
            visit.summary = summary or self._summary(planted)
            visit.topics = sorted(rnd.sample(PolicyTopic.values, rnd.choice([0, 1, 1, 2])))
            if visit.kind == VisitKind.HOLIDAY and mode == VisitMode.HOME:
                visit.gifts = GIFTS
            if rnd.random() < 0.4:
                visit.satisfaction = rnd.choices(
                    [Satisfaction.VERY, Satisfaction.GOOD, Satisfaction.FAIR], [60, 33, 7]
                )[0]
            if rnd.random() < 0.12:
                visit.next_step = rnd.choice(STEPS)
        else:
            visit.summary = rnd.choice(AWAY_NOTES[met])
            self._try_again(visit)
        self.writer.add(visit)
        self.writer.add_rows(
            Visit.people.through, ("visit_id", "resident_id"), [(visit.pk, resident.pk) for resident in people]
        )
        for resident in people:
            resident.contacted_on = max(resident.contacted_on, day)
        if visit.counts:
            last = household.last_visit_on
            self.planter.set_due(household, planted.family, max(day, last) if last else day)
        return visit

    def _try_again(self, visit):
        """What the short form of a visit in vain says, and the next try by its rule."""
        rnd = self.inventor.rnd
        if visit.met == Met.NOBODY:
            visit.left_note = "联系卡" in visit.summary
        elif visit.met == Met.REFUSED:
            visit.refused_how = RefusedHow.DOOR if "隔着门" in visit.summary else rnd.choice(list(RefusedHow))
        if visit.met in TRY_AGAIN:
            visit.next_on = visit.visited_on + timedelta(days=rule(RETRY_RULES[visit.met]))

    def change(self, visit, kind, *, resident=None, field="", value="", text="", decided_by=None, refused=""):
        """Add a change found on `visit`: waiting, or decided two days later."""
        visit.changed = True
        at = min(visit.created_at + timedelta(days=2), timezone.now())
        state = ChangeState.PROPOSED
        if decided_by is not None:
            state = ChangeState.REFUSED if refused else ChangeState.ACCEPTED
        return self.writer.add(
            VisitChange(
                visit=visit, kind=ChangeKind(kind), resident=resident, field=field, value=value, text=text,
                state=state, decided_by=decided_by, decided_at=at if decided_by else None, decided_why=refused,
                created_at=visit.created_at, updated_at=at if decided_by else visit.created_at,
            )
        )  # fmt: skip

    def _kind(self, planted, day):
        rnd = self.inventor.rnd
        if (day.month, day.day) in {(3, 7), (3, 8), (6, 1), (9, 25), (10, 1)} or rnd.random() < 0.03:
            return VisitKind.HOLIDAY
        if planted.household.visit_every <= MUST_WITHIN:
            return rnd.choices([VisitKind.MUST, VisitKind.FOLLOW_UP, VisitKind.HOLIDAY], [84, 12, 4])[0]
        return rnd.choices([VisitKind.ROUTINE, VisitKind.CAMPAIGN, VisitKind.SCREENING], [80, 12, 8])[0]

    def _met(self, planted, day):
        """Residents met: those at home and old enough to speak, at least one, women first."""
        rnd = self.inventor.rnd
        here = [(p, r) for p, r in planted.living() if p.born < day]
        speaking = [(p, r) for p, r in here if p.age(day) >= SPEAKS_FROM] or here
        speaking.sort(key=lambda pair: pair[0].sex != WOMAN)
        return [r for place, (_, r) in enumerate(speaking) if place == 0 or rnd.random() < 0.4]

    def _summary(self, planted):
        rnd = self.inventor.rnd
        fitting = [code for code in planted.family.categories if code in SAID]
        return rnd.choice(SAID[rnd.choice(fitting)] if fitting and rnd.random() < 0.85 else SAID_TO_ALL)
