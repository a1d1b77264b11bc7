"""The ledgers of an earlier day, as they were known by a moment (decision 7): the face of households.books.Now.

Who was on the books follows from the history of the person, the day she left and her memberships, the grid from the
places of her household, categories from their dated rows, facts of people and households from the newest history row of
that moment. Phones are not dated, and relations are those of today's row; both are as they are now.
"""

from datetime import date, datetime, time

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core.lookups import AnyOf
from fedhub.reference.lookup import labels
from households.books import HOME_FIELDS, Now
from households.enums import MembershipKind, ResidentState
from households.models import Household, HouseholdPlace, Membership, Resident, Status

HEAD = "02"
LEFT = (ResidentState.MOVED, ResidentState.DECEASED)


def end_of(day):
    """The last moment of `day`."""
    return timezone.make_aware(datetime.combine(day, time.max))


def books_of(filters):
    """The books that `filters` ask for: `as_of` the day, `known_on` the last day of registration (ISO texts).

    Today without either, or when the day is today.
    """
    today = timezone.localdate()
    day = date.fromisoformat(filters["as_of"]) if filters.get("as_of") else today
    known_on = date.fromisoformat(filters["known_on"]) if filters.get("known_on") else day
    return Now() if day == known_on == today else Then(day, end_of(known_on))


def newest(history, moment):
    """Rows of `history` (a manager of django-simple-history): each record as it stood at `moment`, removed ones not."""
    rows = history.filter(history_date__lte=moment)
    last = rows.filter(id=OuterRef("id")).order_by("-history_date", "-history_id").values("history_id")[:1]
    return rows.filter(history_id=Subquery(last)).exclude(history_type="-")


class Then(Now):
    """The books of `day`, as they were known at `known_at`."""

    area_field = "area_then"

    def __init__(self, day, known_at):
        self.day, self.known_at = day, known_at
        self.statuses = Status.objects.as_of(day, known_at=known_at)

    # --- which people ---
    def people(self, user, permission):
        """History rows of the people who were on the books, in the user's scope today and on the day.

        They carry home_then, relation_then and area_then.
        """
        before = Resident.history.filter(id=OuterRef("id"), history_date__lte=end_of(self.day))
        came = Membership.objects.filter(
            resident_id=OuterRef("id"), valid_from__lte=self.day, created_at__lte=self.known_at
        )
        home = self._living().filter(resident_id=OuterRef("id")).order_by("-valid_from", "-pk")
        place = HouseholdPlace.objects.filter(
            household_id=OuterRef("home_then"), valid_from__lte=self.day, recorded_at__lte=self.known_at
        ).order_by("-valid_from", "-pk")
        mine = Resident.objects.visible_to(user, permission)
        rows = (
            newest(Resident.history, self.known_at)
            .filter(id__in=mine.values("pk"))
            .filter(Q(state=ResidentState.ACTIVE) | Q(state__in=LEFT, left_on__gt=self.day))
            .filter(Q(birth="") | Q(birth__lte=self.day.isoformat()))
            .filter(Exists(before) | Exists(came))
            .annotate(home_then=Subquery(home.values("household_id")[:1]))
            .annotate(relation_then=Subquery(home.values("relation")[:1]))
            .annotate(
                area_then=Coalesce(Subquery(place.values("area_id")[:1]), F("area_id"), output_field=BigIntegerField())
            )
        )
        scope = user.scope(permission)
        return rows if scope is None else rows.filter(area_then__in=scope)

    def _living(self):
        """Memberships that stood on the day; an end that was noted later was not known yet."""
        rows = Membership.objects.filter(
            kind=MembershipKind.LIVES, valid_from__lte=self.day, created_at__lte=self.known_at
        )
        return rows.filter(Q(valid_to=None) | Q(valid_to__gt=self.day) | Q(updated_at__gt=self.known_at))

    def in_areas(self, rows, areas):
        """`rows` that lay in one of `areas`."""
        return rows.filter(area_then__in=areas.values("pk"))

    def in_category(self, rows, category):
        """`rows` that were in `category` themselves or through the family they lived in."""
        statuses = self.statuses.filter(category=category)
        return rows.filter(
            Q(id__in=statuses.filter(resident__isnull=False).values("resident_id"))
            | Q(home_then__in=statuses.filter(household__isnull=False).values("household_id"))
        )

    def by_name(self, rows):
        """`rows` by the grid of the day and the name."""
        return self._by_grid(rows).order_by("code_then", "name_sort", "id")

    def by_home(self, rows):
        """`rows` by the grid of the day, members of a household together, the head first."""
        home = Household.objects.filter(pk=OuterRef("home_then"))
        return (
            self._by_grid(rows)
            .annotate(home_key=Subquery(home.values("address_key")[:1]))
            .order_by("code_then", "home_key", "home_then", "relation_then", "id")
        )

    def _by_grid(self, rows):
        return rows.annotate(code_then=Subquery(Area.objects.filter(pk=OuterRef("area_then")).values("code")[:1]))

    # --- what was known of a chunk of them ---
    def homes_of(self, ids, wanted):
        """`{resident id: {relation, home_id, …}}`, facts of the household as they stood, head and number counted."""
        found = {}
        rows = self._living().filter(AnyOf("resident_id", ids)).order_by("valid_from", "pk")
        for pk, relation, home_id in rows.values_list("resident_id", "relation", "household_id"):
            found[pk] = {"relation": relation, "home_id": home_id}
        homes = self._household_facts({home["home_id"] for home in found.values()})
        return {pk: homes.get(home["home_id"], {}) | home for pk, home in found.items()}

    def _household_facts(self, home_ids):
        names, fields = list(HOME_FIELDS), list(HOME_FIELDS.values())
        rows = newest(Household.history, self.known_at).filter(AnyOf("id", home_ids))
        homes = {pk: dict(zip(names, facts, strict=True)) for pk, *facts in rows.values_list("id", *fields)}
        living = self._living().filter(AnyOf("household_id", homes))
        counted = living.order_by().values("household_id").annotate(n=Count("resident_id", distinct=True))
        heads = dict(living.filter(relation=HEAD).values_list("household_id", "resident_id"))
        called = dict(
            newest(Resident.history, self.known_at).filter(AnyOf("id", heads.values())).values_list("id", "name")
        )
        for pk, number in counted.values_list("household_id", "n"):
            homes[pk]["people"] = number
        for pk, resident_id in heads.items():
            homes[pk]["head"] = called.get(resident_id, homes[pk]["head"])
        return homes

    def remarks_of(self, ids, homes):
        """`{resident id: text}`: what was registered after the day, 补录 or, when it put an earlier row right, 更正."""
        late = end_of(self.day)
        if self.known_at <= late:
            return {}
        found, names = {}, labels("hardship_category")
        first = Resident.history.filter(AnyOf("id", ids)).order_by("history_date", "history_id")
        seen = {}
        for pk, moment in first.values_list("id", "history_date"):
            seen.setdefault(pk, moment)
        for pk, moment in seen.items():
            if moment > late:
                found.setdefault(pk, []).append(f"补录（{timezone.localdate(moment)} 登记）")
        rows = self.statuses.filter(recorded_at__gt=late).annotate(
            puts_right=Exists(Status.objects.filter(replaced_by=OuterRef("pk")))
        )
        people_of = {}
        for pk, home in homes.items():
            people_of.setdefault(home["home_id"], []).append(pk)
        rows = rows.filter(AnyOf("resident_id", ids) | AnyOf("household_id", people_of)).order_by("recorded_at", "pk")
        for resident_id, home_id, category, moment, puts_right in rows.values_list(
            "resident_id", "household_id", "category", "recorded_at", "puts_right"
        ):
            word = "更正" if puts_right else "补录"
            text = f"{word}：{names.get(category, category)}（{timezone.localdate(moment)} 登记）"
            for pk in [resident_id] if resident_id else people_of.get(home_id, ()):
                found.setdefault(pk, []).append(text)
        return {pk: "；".join(texts) for pk, texts in found.items()}
