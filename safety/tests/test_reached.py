"""A report reaches somebody: the banner where nobody is named, and an honest answer to who reports."""

import uuid

import pytest
from django.urls import reverse

from accounts.queries import places_without
from accounts.roles import Role
from accounts.services import disable_staff
from accounts.tests.factories import user_with
from fedhub.areas.tests import factories as places
from safety.tests.factories import RiskReportFactory
from safety.views.report import NOBODY, Report

pytestmark = pytest.mark.django_db
WARNING = "还没有权益专人，在那里报告的家庭暴力、儿童受伤害没有人看得到。"


def warnings(client, url="/"):
    return [b["text"] for b in client.get(url).context["banners"] if "权益专人" in b["text"]]


@pytest.mark.parametrize("page", ["desk:home", "accounts:user_list"])
def test_the_chair_is_told_that_nobody_reads_until_somebody_does(client, chair, community, grid, page):
    assert warnings(client, reverse(page)) == [f"清和社区{WARNING}请指定一位。"]

    user_with(Role.SAFETY_OFFICER, community)

    assert warnings(client, reverse(page)) == []


def test_the_administrator_is_told_whom_to_ask(as_user, community, grid):
    admin = user_with(Role.SYSTEM_ADMIN, community)

    assert warnings(as_user(admin)) == [f"清和社区{WARNING}请妇联主席指定一位。"]


def test_places_without_a_holder_are_named_and_a_closed_account_holds_nothing(
    client, chair, community, grid, other_grid
):
    officer = user_with(Role.SAFETY_OFFICER, grid)
    assert warnings(client) == [f"清和社区、第二网格{WARNING}请指定一位。"]

    disable_staff(officer, by=chair)

    assert warnings(client) == [f"清和社区{WARNING}请指定一位。"]


def test_nobody_else_is_bothered(as_user, worker, data_officer, auditor):
    assert [warnings(as_user(user)) for user in (worker, data_officer, auditor)] == [[], [], []]


def test_the_banner_does_not_change_by_a_report(client, chair, grid):
    before = warnings(client)

    RiskReportFactory(area=grid)

    assert warnings(client) == before


@pytest.mark.parametrize("number", [1, 3])
def test_the_question_costs_the_same_for_any_number_of_grids(chair, community, number, django_assert_num_queries):
    for one in range(1, number + 1):
        places.grid(one)

    # The chair's grants and the places are read once a request for the menu as well.
    with django_assert_num_queries(3):
        names = places_without("safety.view_riskreport", user=chair, within="accounts.grant_role")

    assert names == ["清和社区"]


@pytest.mark.parametrize("covered", [True, False])
def test_whoever_reports_is_told_when_nobody_can_read_it(as_user, chair, community, grid, covered):
    if covered:
        user_with(Role.SAFETY_OFFICER, community)
    data = {"area": grid.pk, "signs": ["fight"], "source": "others", "once_key": str(uuid.uuid4())}

    page = as_user(chair).post(reverse("safety:report"), data, follow=True)

    assert [str(message) for message in page.context["messages"]] == [Report.success_message if covered else NOBODY]
