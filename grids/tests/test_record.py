"""履职记录: summed from visits and concerns, each figure opens the list of the same rows, nobody types a number."""

import datetime
import io
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.roles import Role
from accounts.tests.factories import UserFactory, user_with
from concerns.enums import Outcome, ReferralStatus, ReferralWay
from concerns.tests.factories import ConcernFactory, ReferralFactory, concern_at
from fedhub.core.testing.queries import queries_beyond
from grids.enums import Met, VisitMode
from grids.forms.record import period_before
from grids.record import FIGURES, people_of_records, record_of, sums
from grids.tests.factories import DutyFactory, TermFactory, TermMemberFactory, VisitFactory
from households.tests.factories import HouseholdFactory, LinkFactory, MembershipFactory, ResidentFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
NOW = datetime.datetime(2026, 7, 15, 4, tzinfo=datetime.UTC)
JUNE, MAY = datetime.date(2026, 6, 1), datetime.date(2026, 5, 1)
LIST = reverse("grids:record_list")


def june(day=10):
    return datetime.date(2026, 6, day)


def moment(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(10)))


@pytest.fixture(autouse=True)
def _july():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def chair(chair):
    chair.grants.update(valid_from=MAY)
    return chair


@pytest.fixture
def she(grid):
    person = user_with(Role.GRID_WORKER, grid, name="刘建芳")
    person.grants.update(valid_from=MAY)
    DutyFactory(area=grid, person=person, valid_from=MAY)
    return person


@pytest.fixture
def work(she, chair, grid, other_grid):
    """What she did in June, a little in May, and what others did."""
    home, second = HouseholdFactory(area=grid), HouseholdFactory(area=grid)
    for day in (3, 9):
        VisitFactory(household=home, visitor=she, visited_on=june(day))
    VisitFactory(household=second, visitor=she, visited_on=june(30), partner=chair)
    VisitFactory(household=home, visitor=chair, partner=she, visited_on=june())
    VisitFactory(household=home, visitor=she, visited_on=june(), mode=VisitMode.PHONE)
    VisitFactory(household=home, visitor=she, visited_on=june(), met=Met.NOBODY)
    VisitFactory(household=home, visitor=she, visited_on=june(), withdrawn_at=NOW, withdrawn_why="填错")
    VisitFactory(household=home, visitor=she, visited_on=MAY)
    raised = {"area": grid, "raised_on": june()}
    ConcernFactory(**raised, created_by=she)
    concern_at("closed", **raised, created_by=chair, assigned_to=she, closed_at=moment(june(20)))
    concern_at("closed", **raised, created_by=she, outcome=Outcome.ON_SPOT, closed_at=moment(june()))
    concern_at("closed", **raised, created_by=she, assigned_to=chair, closed_at=moment(june(20)))
    concern_at(
        "closed", area=grid, raised_on=MAY, assigned_to=she, outcome=Outcome.NOT_POSSIBLE, closed_at=moment(june())
    )
    for status in (ReferralStatus.OFFERED, ReferralStatus.TAKEN_BACK):
        concern = concern_at("assigned", **raised, assigned_to=she)
        ended = june() if status == ReferralStatus.TAKEN_BACK else None
        ReferralFactory(concern=concern, way=ReferralWay.UP, status=status, ended_on=ended)


EXPECTED = {
    "counting": 3, "homes": 2, "contact": 1, "unmet": 1, "partner": 1, "raised": 3, "solved": 2, "up": 1,
}  # fmt: skip


def test_each_figure_is_what_she_did_in_the_months(chair, she, work):
    assert dict(sums([she.pk], chair, JUNE, JUNE)[she.pk]) == EXPECTED
    assert list(EXPECTED) == list(FIGURES)
    lines = record_of(she, chair, (JUNE, JUNE), (MAY, MAY))
    assert [(line.now, line.before) for line in lines][:2] == [(3, 1), (2, 1)]
    assert [line.change for line in lines][:3] == ["+2", "+1", "+1"]


def test_a_visit_of_which_she_sees_no_family_any_more_is_not_counted_for_her(chair, she, work, other_grid):
    VisitFactory(household=HouseholdFactory(area=other_grid), visitor=she, visited_on=june())

    assert sums([she.pk], she, JUNE, JUNE)[she.pk]["counting"] == 3
    assert sums([she.pk], chair, JUNE, JUNE)[she.pk]["counting"] == 4


@pytest.mark.parametrize("key", list(FIGURES))
def test_each_figure_opens_exactly_its_rows(as_user, chair, she, work, key):
    line = next(line for line in record_of(she, chair, (JUNE, JUNE), (MAY, MAY)) if line.figure.key == key)

    page = as_user(chair).get(line.url).context["page"]

    assert len(page.rows) == line.now == EXPECTED[key]
    before = as_user(chair).get(line.url_before).context["page"]
    assert len(before.rows) == line.before


def test_the_lists_say_what_they_were_narrowed_to(as_user, chair, she, work):
    client = as_user(chair)
    lines = {line.figure.key: line for line in record_of(she, chair, (JUNE, JUNE), (MAY, MAY))}

    visits = client.get(lines["homes"].url).context["filter_form"]
    concerns = client.get(lines["solved"].url).context["filter_form"]

    assert {"figure", "since", "until"} <= set(visits.fields)
    assert dict(concerns.fields["part"].choices)[f"solved:{she.pk}"] == "刘建芳：解决诉求"
    assert "figure" not in client.get(reverse("grids:visit_list")).context["filter_form"].fields
    assert "part" not in client.get(reverse("concerns:concern_list")).context["filter_form"].fields


@pytest.mark.parametrize("query", ["part=solved:x", "part=solved:" + "9" * 30, "part=lost:1", "part=:", "part=solved"])
def test_a_part_that_cannot_be_filters_nothing(as_user, chair, work, query):
    page = as_user(chair).get(f"{reverse('concerns:concern_list')}?{query}")

    assert len(page.context["page"].rows) == 7


def test_the_page_shows_one_person_beside_the_period_before(as_user, chair, she, work):
    page = as_user(chair).get(reverse("grids:record_detail", args=[she.pk]), {"since": "2026-06", "until": "2026-06"})

    assert [(line.now, line.before) for line in page.context["lines"]][0] == (3, 1)
    assert (page.context["period"], page.context["before"], page.context["running"]) == (
        "2026年6月",
        "2026年5月",
        False,
    )
    assert [duty.area.name for duty in page.context["duties"]] == ["第一网格"]
    year = as_user(chair).get(reverse("grids:record_detail", args=[she.pk]))
    assert (year.context["period"], year.context["running"]) == ("2026年1月至7月", True)
    assert year.context["lines"][0].now == 4
    assert [one["label"] for one in year.context["segments"] if one["current"]] == ["今年"]


@pytest.mark.parametrize(("period", "before"), [
    (((2026, 6), (2026, 6)), ((2026, 5), (2026, 5))),
    (((2026, 7), (2026, 8)), ((2026, 4), (2026, 5))),
    (((2026, 1), (2026, 5)), ((2025, 7), (2025, 11))),
    (((2026, 1), (2026, 7)), ((2025, 1), (2025, 7))),
    (((2025, 1), (2025, 12)), ((2024, 1), (2024, 12))),
    (((2026, 2), (2026, 5)), ((2025, 10), (2026, 1))),
])  # fmt: skip
def test_the_same_part_of_the_period_before_is_compared(period, before):
    months = [datetime.date(*pair, 1) for pair in (*period, *before)]

    assert period_before(*months[:2]) == tuple(months[2:])


def test_one_sees_her_own_and_nobody_elses(as_user, she, worker, stranger, chair, work):
    own = as_user(she).get(reverse("grids:my_record"), {"since": "2026-06", "until": "2026-06"})
    assert [line.now for line in own.context["lines"]] == list(EXPECTED.values())
    assert as_user(she).get(reverse("grids:record_detail", args=[she.pk])).status_code == 200

    for who in (worker, stranger):
        assert as_user(who).get(reverse("grids:record_detail", args=[she.pk])).status_code == 404
    assert as_user(worker).get(LIST).status_code == 404
    assert as_user(stranger).get(LIST).context["page"].rows == []


def test_the_list_has_whoever_had_a_duty_or_a_seat_in_the_months(chair, she, community, grid):
    left = UserFactory(name="吴静")
    DutyFactory(area=grid, person=left, valid_from=MAY, valid_to=datetime.date(2026, 5, 20), end_why="调离")
    seated = UserFactory(name="郑丽")
    term = TermFactory(area=community, starts_on=JUNE)
    TermMemberFactory(term=term, name="郑丽", user=seated)
    TermMemberFactory(term=term, name="没有账号的")
    UserFactory(name="别人")

    assert set(people_of_records(chair, MAY, MAY)) == {she, left}
    assert set(people_of_records(chair, JUNE, JUNE)) == {she, seated}
    assert set(people_of_records(chair, MAY, JUNE)) == {she, left, seated}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    for _ in range(rows):
        person = DutyFactory(area=grid, valid_from=MAY).person
        VisitFactory(household__area=grid, visitor=person, visited_on=june())
        ConcernFactory(area=grid, created_by=person, raised_on=june())

    response, queries = queries_beyond(client, reverse("grids:record_list"), SHELL)

    assert len(response.context["page"].rows) == rows
    assert [number for number, _ in response.context["page"].rows[0]["figures"]] == [1, 1, 0, 0, 0, 1, 0, 0]
    assert queries == 8


def test_the_figures_of_the_list_open_the_same_lists(as_user, chair, she, work):
    page = as_user(chair).get(LIST, {"since": "2026-06", "until": "2026-06"})

    row = next(row for row in page.context["page"].rows if row["person"] == she)
    assert [number for number, _ in row["figures"]] == list(EXPECTED.values())
    for number, url in row["figures"]:
        assert len(as_user(chair).get(url).context["page"].rows) == number
    assert parse_qs(urlsplit(page.context["asked"]).query) == {"since": ["2026-06"], "until": ["2026-06"]}


def test_names_are_looked_for(as_user, chair, she, work):
    assert [row["person"] for row in as_user(chair).get(LIST, {"q": "建芳"}).context["page"].rows] == [she]
    assert as_user(chair).get(LIST, {"q": "没有"}).context["page"].rows == []


def test_the_ledger_says_the_same_numbers_and_is_registered(as_user, chair, she, work, settings, tmp_path):
    settings.SCRATCH_ROOT = tmp_path
    client, url = as_user(chair), reverse("ledgers:ledger_export", args=["duties"])
    form = client.get(url, {"since": "2026-06", "until": "2026-06"}).context["form"]
    assert (form["since"].value(), form["until"].value()) == ("2026-06", "2026-06")

    answer = client.post(url, {"since": "2026-06", "until": "2026-06", "mode": "masked", "purpose": "年度考核"})

    lines = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows()]
    head = next(n for n, line in enumerate(lines) if line[0] == "序号")
    assert lines[head][1:4] == ["姓名", "职务", "负责的网格"]
    assert lines[head][4:] == [figure.label for figure in FIGURES.values()]
    assert lines[head + 1] == [1, "刘建芳", None, "第一网格", *EXPECTED.values()]


def test_the_ledger_of_a_place_has_who_is_in_charge_there(as_user, chair, she, work, other_grid, settings, tmp_path):
    settings.SCRATCH_ROOT = tmp_path

    answer = as_user(chair).post(
        reverse("ledgers:ledger_export", args=["duties"]), {"area": other_grid.pk, "mode": "masked", "purpose": "核对"}
    )

    assert "一个人也没有" in str(answer.context["form"].errors)


def test_the_women_she_keeps_contact_with_open_as_a_list(as_user, chair, she, grid):
    member = MembershipFactory(household__area=grid)
    LinkFactory(resident=member.resident, person=she)
    LinkFactory(resident=ResidentFactory(area=grid, name="周敏", sex="1"), person=she)
    client = as_user(chair)

    number, url = client.get(reverse("grids:record_detail", args=[she.pk])).context["women"]

    assert number == client.get(url).context["page"].total == 1
