"""What becomes of the changes that visitors found: taken, taken otherwise, registered, taken together, refused."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from fedhub.core.testing.client import once_key_of
from grids.enums import ChangeKind, ChangeState, MemberEvent
from grids.models import VisitChange
from grids.services.change import confirm_change, correct_change, do_event
from grids.tests.factories import VisitChangeFactory, VisitFactory
from households.enums import HousingKind, ResidentState
from households.models import Household, VisitTask
from households.tests.factories import MembershipFactory, ResidentFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def today():
    return timezone.localdate()


def job(member, value="70", **more):
    """A woman's work, found on a visit after her record was last changed."""
    return VisitChangeFactory(
        visit__household=member.household, kind=ChangeKind.JOB, field="employment", value=value, resident=member.resident,
        **more,
    )  # fmt: skip


def event(member, kind, who=None, **more):
    return VisitChangeFactory(
        visit__household=member.household,
        kind=ChangeKind.MEMBERS,
        field="",
        event=kind,
        resident=who,
        value="",
        **more,
    )


def member_of(grid, household=None, **more):
    home = {"household": household} if household else {"household__area": grid}
    return MembershipFactory(**home, **more)


# --- otherwise than proposed --------------------------------------------------------------------------------------
def test_what_is_taken_otherwise_is_written_and_both_are_kept(client, chair, grid):
    member = member_of(grid)
    change = job(member, "70")
    url = reverse("grids:change_correct", args=[change.pk])
    version = client.get(url).context["form"]["version"].value()

    client.post(url, {"resident": member.resident.pk, "value": "51", "version": version})

    change.refresh_from_db()
    member.resident.refresh_from_db()
    assert (member.resident.employment, change.value, change.taken) == ("51", "70", "51")
    assert (change.state, change.decided_by) == (ChangeState.CORRECTED, chair)
    assert member.resident.history.first().history_change_reason == f"{change.visit.visited_on:%Y-%m-%d} 走访发现"


def test_a_change_of_the_wrong_person_is_taken_for_the_right_one(client, chair, grid):
    member = member_of(grid)
    other = member_of(grid, member.household, relation="10", resident=ResidentFactory(area=grid, name="周强"))
    change = job(member, "70")
    url = reverse("grids:change_correct", args=[change.pk])

    client.post(url, {"resident": other.resident.pk, "value": "70", "version": member.resident.version})

    member.resident.refresh_from_db()
    other.resident.refresh_from_db()
    change.refresh_from_db()
    assert (member.resident.employment, other.resident.employment) == ("", "70")
    assert (change.resident, change.taken_resident) == (member.resident, other.resident)


def test_words_alone_are_taken_as_the_ledger_writes_them(chair, grid):
    change = VisitChangeFactory(
        visit__household__area=grid, kind=ChangeKind.HOUSING, field="", value="", text="好像租给别人了"
    )

    correct_change(change, value=HousingKind.RENTED, by=chair)

    assert Household.objects.get().housing == HousingKind.RENTED


def test_taking_otherwise_against_a_newer_ledger_writes_nothing(client, chair, grid):
    member = member_of(grid)
    change = job(member)
    url = reverse("grids:change_correct", args=[change.pk])
    type(member.resident).objects.filter(pk=member.resident.pk).update(version=9)

    answer = client.post(url, {"resident": member.resident.pk, "value": "51", "version": 1})

    change.refresh_from_db()
    assert change.state == ChangeState.PROPOSED
    assert "台账刚被别人改过" in answer.content.decode()


def test_the_visitor_sees_on_her_day_and_on_the_visit_what_became_of_it(as_user, worker, chair, grid):
    member = member_of(grid)
    visit = VisitFactory(household=member.household, visitor=worker)
    change = VisitChangeFactory(visit=visit, kind=ChangeKind.HOUSING, field="housing", value="own")
    correct_change(change, value=HousingKind.RENTED, by=chair)

    day = as_user(worker).get(reverse("grids:today"))
    page = as_user(worker).get(visit.get_absolute_url()).content.decode()
    others = as_user(chair).get(reverse("grids:today"))

    assert [row["change"] for row in day.context["decided"]] == [change]
    assert others.context["decided"] == []
    assert ("提出：自有" in page, "采纳：租住" in page, "周敏" in page) == (True, True, True)


# --- life events --------------------------------------------------------------------------------------------------
def test_a_death_is_never_written_by_accepting(chair, grid):
    member = member_of(grid)
    change = event(member, MemberEvent.DIED, member.resident, happened_on=today() - DAY)

    with pytest.raises(ValidationError, match="去登记"):
        confirm_change(change, by=chair)

    member.resident.refresh_from_db()
    assert member.resident.state == ResidentState.ACTIVE


def test_a_death_is_registered_in_its_form_filled_in_and_a_must_visit_follows(client, chair, grid):
    member = member_of(grid)
    member_of(grid, member.household, relation="10", resident=ResidentFactory(area=grid, name="周强"))
    change = event(member, MemberEvent.DIED, member.resident, happened_on=today() - DAY)
    url = reverse("grids:change_event", args=[change.pk])
    form = client.get(url).context["form"]

    client.post(url, {"who": form["who"].value(), "on": form["on"].value().isoformat()})

    change.refresh_from_db()
    member.resident.refresh_from_db()
    assert (member.resident.state, member.resident.left_on) == (ResidentState.DECEASED, today() - DAY)
    assert (change.state, change.taken) == (ChangeState.ACCEPTED, "")
    assert VisitTask.objects.open().filter(household=member.household).count() == 1


def test_another_day_than_told_is_kept_beside_it(chair, grid):
    member = member_of(grid)
    change = event(member, MemberEvent.DIED, member.resident, happened_on=today() - DAY)

    do_event(change, on=today() - 3 * DAY, who=member.resident, by=chair)

    assert (change.state, change.happened_on, change.taken) == (
        ChangeState.CORRECTED, today() - DAY, (today() - 3 * DAY).isoformat(),
    )  # fmt: skip


@pytest.mark.parametrize("whole", [True, False])
def test_leaving_is_registered_for_one_or_for_the_whole_family(client, chair, grid, whole):
    member = member_of(grid)
    other = member_of(grid, member.household, relation="10", resident=ResidentFactory(area=grid, name="周强"))
    change = event(member, MemberEvent.MOVED, None if whole else other.resident)
    url = reverse("grids:change_event", args=[change.pk])

    client.post(url, {"who": "" if whole else other.resident.pk, "on": today().isoformat(), "why": "去杭州"})

    change.refresh_from_db()
    home = Household.objects.get()
    assert (change.state, home.is_open, home.people) == (ChangeState.ACCEPTED, not whole, 0 if whole else 1)


def test_an_event_that_does_not_fit_leaves_the_change_waiting(client, chair, grid):
    member = member_of(grid)
    change = event(member, MemberEvent.DIED, member.resident)
    url = reverse("grids:change_event", args=[change.pk])

    answer = client.post(url, {"who": member.resident.pk, "on": "1980-01-01"})

    assert "早于" in answer.content.decode()
    assert VisitChange.objects.waiting().count() == 1


def test_the_pages_of_a_change_are_nobodys_who_may_not_confirm(as_user, worker, chair, grid, other_grid):
    member = member_of(grid)
    changes = {
        "change_event": event(member, MemberEvent.MOVED),
        "change_correct": job(member),
        "change_refuse": job(member),
    }
    urls = [reverse(f"grids:{name}", args=[change.pk]) for name, change in changes.items()]

    assert {as_user(worker).get(url).status_code for url in urls} == {404}
    assert {as_user(chair).get(url).status_code for url in urls} == {200}
    # A change in words has no life event, and one of the members no place in the ledger.
    assert as_user(chair).get(reverse("grids:change_event", args=[changes["change_correct"].pk])).status_code == 404
    assert as_user(chair).get(reverse("grids:change_correct", args=[changes["change_event"].pk])).status_code == 404


# --- many together ------------------------------------------------------------------------------------------------
def test_equal_safe_changes_are_counted_and_taken_together(client, chair, grid):
    people = [member_of(grid) for _ in range(3)]
    changes = [job(member) for member in people]
    job(member_of(grid), text="听她妈妈说的")
    event(people[0], MemberEvent.MOVED)
    url = f"{reverse('grids:change_many')}?all=1"

    page = client.get(url)
    client.post(url, {"counted": page.context["total"], "once_key": once_key_of(page)})

    assert (page.context["total"], page.context["others"]) == (3, 2)
    assert set(VisitChange.objects.filter(state=ChangeState.ACCEPTED)) == set(changes)
    for member in people:
        member.resident.refresh_from_db()
    assert {member.resident.employment for member in people} == {"70"}


def test_more_than_were_counted_are_shown_again_before_anything_is_taken(client, chair, grid):
    job(member_of(grid))
    url = f"{reverse('grids:change_many')}?all=1"
    page = client.get(url)
    job(member_of(grid))

    again = client.post(url, {"counted": page.context["total"], "once_key": once_key_of(page)})

    assert "现在是 2 条" in again.content.decode()
    assert VisitChange.objects.waiting().count() == 2


def test_what_was_changed_in_the_ledger_since_is_not_taken_unread(client, chair, grid):
    member = member_of(grid)
    change = job(member)
    type(member.resident).objects.filter(pk=member.resident.pk).update(updated_at=timezone.now() + DAY)

    page = client.get(f"{reverse('grids:change_many')}?ids={change.pk}")

    assert (page.context["total"], page.context["others"]) == (0, 1)


def test_the_queue_is_narrowed_and_turned_in_the_address(as_user, chair, worker, grid):
    client = as_user(chair)
    first = VisitChangeFactory(visit__household__area=grid, visit__visitor=worker)
    second = VisitChangeFactory(visit__household__area=grid, visit__visitor=chair)
    url = reverse("grids:change_list")

    def shown(query):
        return [row["change"] for row in client.get(f"{url}?{query}").context["page"].rows]

    assert shown("") == [second, first]
    assert shown("sort=old") == [first, second]
    assert shown(f"visitor={worker.pk}") == [first]


# --- what the database refuses ------------------------------------------------------------------------------------
@pytest.mark.parametrize("change", [
    "event = 'born'",
    "kind = 'weather'",
    "event = 'moved'",
    "happened_on = '2024-01-01'",
    "kind = 'members', field = '', event = 'died'",
    "taken_resident_id = 1",
])  # fmt: skip
def test_rows_that_contradict_themselves_are_refused(chair, grid, change):
    row = VisitChangeFactory(visit__household__area=grid)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE grids_visitchange SET {change} WHERE id = {row.pk}")  # noqa: S608 - own names


@pytest.mark.parametrize("change", [
    "left_note = true", "refused_how = 'door'", "told_by = '邻居'", "promise = '来'", "promise_kept = true",
    "met = 'refused', refused_how = 'shout'",
])  # fmt: skip
def test_visits_that_contradict_themselves_are_refused(grid, change):
    row = VisitFactory(household__area=grid)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE grids_visit SET {change} WHERE id = {row.pk}")  # noqa: S608 - own names
