"""Where somebody works and what waits there: the sources of her list, as queries that an index answers."""

from datetime import date, timedelta

from django.db.models import DateField, Exists, F, IntegerField, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property

from concerns.models import Concern
from fedhub.core.lookups import AnyOf
from fedhub.core.prepared import Given, prepared
from grids.enums import Met
from grids.models import Visit
from grids.queries import LAPSES, my_places
from households.enums import HouseholdState
from households.models import Household, VisitTask

RIGHT = "grids.add_visit"
# One place is asked for in other words than several: then its index is taken.
ONE, MANY = "one", "many"
LIMITS = {0: MANY, 1: ONE, 2: MANY}


class Field:
    """The families that `user` looks after on `day`: those of the grids she is in charge of, or of her whole scope when
    she has no duty; of them those under the place with `code`, if one is given."""

    beginning = date(1900, 1, 1)

    def __init__(self, user, day=None, code=""):
        self.user, self.day, self.code = user, day or timezone.localdate(), code

    @cached_property
    def week_end(self):
        """The Sunday of this week."""
        return self.day + timedelta(days=6 - self.day.weekday())

    @cached_property
    def areas(self):
        """{id: Place} of those she is in charge of, by code; {} when she has no duty."""
        return my_places(self.user, self.day)

    @cached_property
    def reach(self):
        """Ids of the places where she may visit, under `code`; None: all there are."""
        ids = self.user.scope(RIGHT)
        if not self.code:
            return ids
        under = self.user.places_within(self.code)
        return {pk for pk in under if ids is None or pk in ids}

    @cached_property
    def ids(self):
        """Ids of the places that are hers to look after; None: all there are."""
        if not self.areas:
            return self.reach
        mine = set(self.areas)
        return mine if self.reach is None else mine & self.reach

    @cached_property
    def concerned(self):
        """Ids of the places whose concerns she may read; None: all there are."""
        return self.user.scope("concerns.view_concern")

    @property
    def lapsed(self):
        """Promises for a day before this are forgotten."""
        return self.day - LAPSES

    def is_mine(self, name):
        """The condition that the place in the field `name` is hers; only when there is a limit."""
        ids = self.ids
        return Q(**{name: ids}) if isinstance(ids, Given) and not ids.many else Q(AnyOf(name, ids))

    def has(self, area_id):
        """True when a family there is hers to look after."""
        return self.ids is None or area_id in self.ids

    def homes(self):
        """Her families; those off the books are among them, but have no due day."""
        return Household.objects.in_areas(self.ids)

    def reachable(self):
        """All families she may visit."""
        return Household.objects.in_areas(self.reach)

    def tasks(self, begun=True):
        """Open tasks (begun ones) of her families that are nobody else's, and her own wherever she may go.

        Who has no duty sees those of everybody.
        """
        rows = VisitTask.objects.in_areas(self.reach)
        rows = rows.begun(self.day) if begun else rows.open()
        if not self.areas:
            return rows
        return rows.filter(Q(assigned_to=self.user) | Q(self.is_mine("household__area_id"), assigned_to=None))

    def promises(self, until, since=None):
        """Visits whose promised day (下次走访日期) lies by `until` and was not kept since: the last one of each family."""
        return self._standing(next_on__gte=since or self.lapsed, next_on__lte=until)

    def refusals(self):
        """Visits that were refused and whose agreed day is still to come: until then the family is left in peace."""
        return self._standing(next_on__gt=self.day, met=Met.REFUSED)

    @cached_property
    def peace(self):
        """{id: (agreed day, regular day, place)} of her families that are left in peace until the day; one query."""
        return {pk: known for pk, *known in self.ask(_peace)}

    def regular_day(self, pk, due):
        """The day of the regular visit to the family `pk` that is due on `due`: not before the day it agreed to."""
        return max(due, self.peace[pk][0]) if due is not None and pk in self.peace else due

    def _standing(self, **days):
        """Visits with a day named for the next, one of `days`, of each family the last one that names any."""
        newer = Visit.objects.kept().filter(household=OuterRef("household"), next_on__isnull=False)
        # The first of these says nothing that the others do not: with it a database reads the family before it looks for
        # newer visits, and most need no looking.
        newer = newer.filter(
            Q(visited_on__gt=OuterRef("visited_on")) | Q(visited_on=OuterRef("visited_on"), pk__gt=OuterRef("pk")),
            visited_on__gte=Coalesce(OuterRef("household__last_visit_on"), self.beginning),
        )
        rows = Visit.objects.in_areas(self.ids).kept()
        rows = rows.filter(household__state=HouseholdState.ACTIVE, **days)
        return rows.filter(
            Q(household__last_visit_on=None) | Q(household__last_visit_on__lte=F("visited_on")), ~Exists(newer)
        )

    def concerns(self, until):
        """Her own running concerns that are due by `until`."""
        rows = Concern.objects.in_areas(self.concerned).running().filter(assigned_to=self.user)
        return rows.due_within(until)

    def ask(self, query, *form, **values):
        """Rows of the Prepared `query`, whose build is called with an `Asked` and `form`, for this field and `values`."""
        limits = {"ids": self.ids, "reach": self.reach, "concerned": self.concerned}
        shape = bool(self.areas), *(LIMITS[min(len(ids), 2)] if ids is not None else None for ids in limits.values())
        known = limits | {name: next(iter(ids)) for name, ids in limits.items() if ids is not None and len(ids) == 1}
        days = {"day": self.day, "week_end": self.week_end, "lapsed": self.lapsed, "beginning": self.beginning}
        return query.rows(shape, *form, **known | days | {"user": self.user.pk} | values)


class Asked(Field):
    """Any Field of one shape (on duty; limited to ids, reach, concerned): what it asks is built once, and its values are
    Given when it is run (`Field.ask`)."""

    lapsed, beginning = Given("lapsed", DateField()), Given("beginning", DateField())

    def __init__(self, shape):
        on_duty, *limits = shape
        super().__init__(Given("user", IntegerField()), Given("day", DateField()))
        self.areas = {0: None} if on_duty else {}
        for name, limit in zip(("ids", "reach", "concerned"), limits, strict=True):
            setattr(self, name, Given(name, IntegerField() if limit == ONE else None) if limit else None)

    @cached_property
    def week_end(self):
        return Given("week_end", DateField())


def left_in_peace(user):
    """Ids of the families in the whole scope of `user` that refused and are not called on before the day they agreed to."""
    work = Field(user)
    work.areas = {}
    return list(work.peace)


@prepared
def _peace(shape):
    rows = Asked(shape).refusals().order_by()
    return rows.values_list("household_id", "next_on", "household__next_due_on", "household__area_id")


def given_day(name):
    """A day that is said when the query is run."""
    return Given(name, DateField())
