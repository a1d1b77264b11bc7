"""Turning invented families into rows: household, place, people, phones, memberships, categories, search keys."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.utils import timezone

from fedhub.core.pinyin import sort_key
from fedhub.core.text import normalise_name
from fedhub.demo.names import WOMAN
from fedhub.demo.people import DAUGHTER, HEAD, MARRIED, SON
from households.enums import HouseholdState, MembershipKind, ResidentState, Source
from households.models import Household, HouseholdKey, HouseholdPlace, Membership, Resident, ResidentKey, Status
from households.plan import due_after, rhythm_of
from households.searchkeys import compose_address, compound_and_room, household_keys, resident_keys
from households.services.residents import REGISTERED, make_phone, set_id_number

# Ages that parents may have above a grown child registered with them.
PARENT_GAP = range(21, 38)


@dataclass
class Planted:
    """A family in the files: its rows, the people in the order of the invented family."""

    family: object
    household: Household
    people: list
    places: list = field(default_factory=list)
    memberships: list = field(default_factory=list)
    story: object = None

    def living(self):
        """`(invented, resident)` of those who live here."""
        return [(p, r) for p, r in zip(self.family.people, self.people, strict=True) if p.lives]


class Planter:
    """Plants families through a BulkWriter. `by` is the account that is said to have registered them."""

    def __init__(self, writer, inventor, *, by):
        self.writer, self.inventor, self.by = writer, inventor, by
        self.today = inventor.today
        self._hosts = {}

    def day(self, ago):
        """The day `ago` days back."""
        return self.today - timedelta(days=ago)

    def moment(self, day, first=9, last=17):
        """A random office hour of `day`, never after now."""
        rnd = self.inventor.rnd
        clock = time(rnd.randrange(first, last), rnd.randrange(60), rnd.randrange(60), rnd.randrange(1_000_000))
        return min(timezone.make_aware(datetime.combine(day, clock)), timezone.now())

    def plant(self, family, home, area, number, *, came_from=None):
        """Add the rows of `family` at `home` in the grid or unit `area` under the household `number`; `came_from` is
        (area, day): where it lay until that day. Returns Planted."""
        at = self.moment(self.today - timedelta(days=family.known_for))
        household = Household(
            area=area, created_by=self.by, number=number, compound=home.compound, building=home.building,
            stair=home.stair, floor=home.floor, room=home.room, hukou_type=family.head.hukou_type,
            housing=family.housing, housing_note=family.housing_note, income_note=family.income_note,
            note=family.note, created_at=at, updated_at=self._later(at),
        )  # fmt: skip
        household.address = compose_address(household)
        household.address_key = compound_and_room(household)
        household.head_name = household.first_name = normalise_name(family.head.name)
        household.head_sort = sort_key(household.head_name)[:60]
        household.people = sum(person.lives for person in family.people)
        self.set_due(household, family, None)
        self.writer.add(household)
        places = self._places(household, at, came_from)
        self.writer.add_rows(
            HouseholdKey, ("key", "household_id"), [(key, household.pk) for key in sorted(household_keys(household))]
        )
        people = [self._person(person, household, at) for person in family.people]
        planted = Planted(family, household, people, places)
        for person, resident in zip(family.people, people, strict=True):
            planted.memberships += self._belong(person, resident, household, at)
            for mark in person.marks:
                self._status(mark, at, resident=resident)
        for mark in family.marks:
            self._status(mark, at, household=household)
        self._host(family, household)
        return planted

    def _places(self, household, at, came_from):
        first = timezone.localdate(at)
        facts = {"household": household, "recorded_by": self.by}
        if came_from is None:
            rows = [HouseholdPlace(area=household.area, valid_from=first, reason="登记", recorded_at=at, **facts)]
        else:
            old, day = came_from
            moved = self.moment(day)
            rows = [
                HouseholdPlace(
                    area=old,
                    valid_from=first,
                    valid_to=day - timedelta(days=1),
                    reason="登记",
                    recorded_at=at,
                    **facts,
                ),
                HouseholdPlace(area=household.area, valid_from=day, reason="网格调整", recorded_at=moved, **facts),
            ]
        return [self.writer.add(row) for row in rows]

    def move_away(self, planted, day, why):
        """The whole family moved away on `day`: it stays in the files, closed (like households.services.life)."""
        household, at = planted.household, self.moment(day)
        for resident in planted.people:
            self._leave(planted, resident, ResidentState.MOVED, day, why)
        household.state, household.closed_on, household.closed_why = HouseholdState.MOVED, day, why
        household.next_due_on, household.people, household.updated_at = None, 0, at
        household.head_name = household.first_name = household.head_sort = ""

    def pass_away(self, planted, place, day):
        """The person at `place` of the family died on `day`."""
        self._leave(planted, planted.people[place], ResidentState.DECEASED, day, "去世")
        planted.household.people -= 1

    def _leave(self, planted, resident, state, day, why):
        resident.state, resident.left_on, resident.left_why = state, day, why
        resident.updated_at = self.moment(day)
        for membership in planted.memberships:
            if membership.resident_id == resident.pk:
                membership.valid_to, membership.end_why = max(day, membership.valid_from), why

    def set_due(self, household, family, last_visit_on):
        """Last visit and next due day, by the rule of households.services.households.set_due."""
        household.last_visit_on = last_visit_on
        rhythm = self.rhythm(household, family)
        household.next_due_on = due_after(last_visit_on or timezone.localdate(household.created_at), rhythm)
        household.visit_every, household.visit_grace = rhythm.every, rhythm.grace
        household.visit_weight = rhythm.weight

    @staticmethod
    def rhythm(household, family):
        """What the visit rules say of a family."""
        return rhythm_of(
            family.categories, level=household.risk_level, hukou_type=household.hukou_type, housing=household.housing,
            people=household.people,
        )  # fmt: skip

    def close(self, planted):
        """History rows of the masters of `planted`, once nothing changes any more."""
        for row in (planted.household, *planted.people):
            self.writer.add_history(row, at=row.created_at, user=self.by)

    def _later(self, at):
        """A moment after `at`: mostly the same day, sometimes long after."""
        if self.inventor.chance(0.7):
            return at
        midnight = timezone.make_aware(datetime.combine(self.today, time()))
        return at + max(midnight - at, timedelta()) * self.inventor.rnd.random()

    def _person(self, person, household, at):
        born_at = self.moment(person.born) if person.born > timezone.localdate(at) else at
        resident = Resident(
            area=household.area, created_by=self.by, name=normalise_name(person.name), sex=person.sex,
            birth=person.birth, ethnic=person.ethnic, education=person.education, political=person.political,
            marital=person.marital, employment=person.employment, workplace=person.workplace,
            hukou_type=person.hukou_type, hukou_address=person.hukou_address, children=person.children,
            skills=person.skills, is_backbone=person.is_backbone, is_volunteer=person.is_volunteer,
            health=person.health, health_note=person.health_note, created_at=born_at, updated_at=self._later(born_at),
        )  # fmt: skip
        resident.name_sort = sort_key(resident.name)[:60]
        set_id_number(resident, person.id_number)
        self.writer.add(resident)
        self.writer.add_rows(
            ResidentKey, ("key", "resident_id"), [(key, resident.pk) for key in sorted(resident_keys(resident.name))]
        )
        for position, (number, owner, shared) in enumerate(person.phones, start=1):
            phone = make_phone(resident, number, owner_kind=owner, shared=shared, position=position)
            self.writer.add_history(self.writer.add(phone), at=born_at, reason=REGISTERED, user=self.by)
        return resident

    def _belong(self, person, resident, household, at):
        since, rows = max(timezone.localdate(at), person.born), []
        if person.lives:
            rows.append(self._member(resident, household, MembershipKind.LIVES, person.relation, since, at))
        if person.registered:
            host, relation = self._parents_of(person) or (household, person.relation)
            rows.append(self._member(resident, host, MembershipKind.REGISTERED, relation, since, at))
        return rows

    def _member(self, resident, household, kind, relation, since, at):
        return self.writer.add(
            Membership(
                resident=resident, household=household, kind=kind, relation=relation, valid_from=since,
                source=Source.DESK, created_at=at, updated_at=at,
            )
        )  # fmt: skip

    def _host(self, family, household):
        """Remember an old couple whose grown child may still be registered with them (人户分离)."""
        head = family.head
        if head.registered and head.marital == MARRIED and head.children and head.age(self.today) >= 60:
            self._hosts[self.inventor.family_of(head)] = (household, head.born.year)

    def _parents_of(self, person):
        """`(household, relation)` where a young head is still registered with parents of her name, or None."""
        family = self.inventor.family_of(person)
        if person.relation != HEAD or family not in self._hosts or not self.inventor.chance(0.3):
            return None
        household, year = self._hosts[family]
        if person.born.year - year not in PARENT_GAP:
            return None
        del self._hosts[family]
        return household, DAUGHTER if person.sex == WOMAN else SON

    def _status(self, mark, at, **owner):
        """One row for a category in force; for one that ended, the replaced row and the ending one (decision 7)."""
        since = self.today - timedelta(days=mark.since)
        known = max(at, self.moment(since + timedelta(days=min(3, mark.since))))
        facts = owner | {
            "category": mark.category, "valid_from": since, "authority": mark.authority, "proof": mark.proof,
            "note": mark.note, "source": Source.DEPARTMENT if mark.authority else Source.VISIT, "recorded_by": self.by,
        }  # fmt: skip
        if mark.ended is None:
            return self.writer.add(Status(**facts, recorded_at=known))
        last = self.today - timedelta(days=mark.ended[0])
        noted = max(known, self.moment(last))
        new = Status(**facts, valid_to=last, exit_reason=mark.ended[1], recorded_at=noted)
        self.writer.add(new)
        if noted > known:
            self.writer.add(Status(**facts, recorded_at=known, replaced_at=noted, replaced_by=new))
        return new
