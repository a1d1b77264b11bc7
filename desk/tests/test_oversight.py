"""The chair's week: who opened what and why, which exports were whole (decision 34); a reveal needs a reason."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core import audit
from fedhub.core.menu import menu_for
from fedhub.core.models import AuditEvent
from fedhub.core.reveal import ACTION
from fedhub.core.testing.queries import queries_beyond
from fedhub.ledgers.enums import ExportMode
from fedhub.ledgers.tests.factories import ExportRecordFactory
from households.models import Resident
from households.services.residents import create_resident
from households.tests.factories import ResidentFactory, id_number

pytestmark = pytest.mark.django_db
WEEK = "/desk/week/"
SHELL = "/desk/components/"


def opened(person, by, reason="核对资料", result="ok"):
    """One audit row of a reveal."""
    return audit.record(ACTION, person, by=by, reason=reason, result=result, field="id_number")


# --- a reason -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("reason", [None, "", "whim"])
def test_nothing_is_opened_without_a_reason(client, worker, grid, reason):
    woman = create_resident(Resident(area=grid, name="赵小莉", id_number=id_number()), by=worker)
    data = {"label": "households.resident", "pk": woman.pk, "field": "id_number"}

    answer = client.post("/reveal/", data if reason is None else data | {"reason": reason})

    assert (answer.status_code, answer.content.decode()) == (400, "请选一个查看原因。")
    assert AuditEvent.objects.filter(action=ACTION).count() == 0


# --- the page -----------------------------------------------------------------------------------------------------
def test_the_chair_sees_who_opened_how_many_values_and_why(as_user, chair, worker, committee, grid):
    woman = ResidentFactory(area=grid)
    for reason in ("联系本人", "核对资料", "联系本人"):
        opened(woman, worker, reason)
    opened(woman, committee)
    opened(woman, committee, result="budget")

    client = as_user(chair)
    people = client.get(WEEK).context["people"]

    assert [(one.name, one.count, one.refused, one.many, one.reasons) for one in people] == [
        ("刘建芳", 3, 0, False, [("联系本人", 2), ("核对资料", 1)]),
        ("何晓燕", 1, 1, True, [("核对资料", 1)]),
    ]
    listed = client.get(people[0].url).context["page"].rows
    assert [(row["who"], row["what"]) for row in listed] == [("刘建芳", "遮住的号码：查看")] * 3


def test_whole_exports_are_listed_and_masked_ones_are_not(client, chair, grid):
    whole = ExportRecordFactory(area=grid, mode=ExportMode.FULL, purpose="上报街道")
    ExportRecordFactory(area=grid, mode=ExportMode.MASKED)

    assert client.get(WEEK).context["exports"] == [whole]


def test_a_week_runs_from_monday_to_sunday_and_an_earlier_one_can_be_opened(as_user, chair, worker, grid):
    woman = ResidentFactory(area=grid)
    for day in ("2026-06-28 23:59", "2026-06-29 00:01", "2026-07-05 23:59", "2026-07-06 00:01"):
        with time_machine.travel(f"{day}:00+08:00", tick=False):
            opened(woman, worker)

    client = as_user(chair)
    counts = [
        sum(one.count for one in client.get(WEEK, {"week": day}).context["people"])
        for day in ("2026-06-28", "2026-06-29", "2026-07-05", "2026-07-06")
    ]

    assert counts == [1, 2, 2, 1]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "²", "x" * 3000])
@pytest.mark.parametrize("page", ["desk:oversight", "desk:audit_list"])
def test_a_week_that_the_calendar_has_not_is_this_week(client, chair, page, day):
    assert client.get(reverse(page), {"week": day}).status_code == 200


def test_what_happens_in_another_community_is_not_seen(as_user, chair, stranger, worker, grid):
    opened(ResidentFactory(area=grid), worker)
    ExportRecordFactory(area=grid, mode=ExportMode.FULL, purpose="上报街道")

    page = as_user(stranger).get(WEEK)

    assert (page.context["people"], page.context["exports"]) == ([], [])


def test_the_page_and_its_entry_are_for_the_chair_and_the_auditor(
    as_user, chair, auditor, worker, data_officer, community
):
    secretary = user_with(Role.SECRETARY, community)
    users = (chair, auditor, worker, data_officer, secretary)

    assert [as_user(user).get(WEEK).status_code for user in users] == [200, 200, 404, 404, 404]
    entries = [{c["label"] for g in menu_for(user, "/") for c in [g, *g["children"]]} for user in users]
    assert ["每周查看与导出" in labels for labels in entries] == [True, True, False, False, False]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    for person in [user_with(Role.GRID_WORKER, grid) for _ in range(rows)]:
        opened(ResidentFactory(area=grid), person)
        ExportRecordFactory(area=grid, mode=ExportMode.FULL, purpose="上报街道")

    page, queries = queries_beyond(client, WEEK, SHELL)

    assert (len(page.context["people"]), len(page.context["exports"])) == (rows, rows)
    assert queries == 2


def test_a_next_week_is_offered_only_when_it_has_begun(client, chair):
    today = timezone.localdate()

    assert client.get(WEEK).context["later"] is None
    assert client.get(WEEK, {"week": (today - timedelta(days=7)).isoformat()}).context["later"] is not None
    assert client.get(WEEK, {"week": "gestern"}).status_code == 200
