"""The door of the work apps: a concern is opened through a Route, and its page shows where it is handled."""

import pytest

from accounts.roles import Role
from accounts.tests.factories import RoleGrantFactory, user_with
from concerns.chain import way_of
from concerns.routing import Route, routes
from concerns.services.answers import answer_concern
from concerns.services.intake import raise_concern
from concerns.tests.factories import ConcernFactory
from households.models import Household
from households.tests.factories import HouseholdFactory

pytestmark = pytest.mark.django_db


class HomeRoute(Route):
    """A sample work app whose case is the family itself; upper apps register theirs in hooks.py."""

    key, label, order = "sample", "入户帮扶", 10
    permission = "households.move_household"

    def open(self, concern, *, by):
        case = HouseholdFactory(area=concern.area, note=concern.number, created_by=by)
        answer_concern(concern, answer="已上门。", told="face", outcome="solved", by=by)
        return case

    def cases(self, concern, user):
        return Household.objects.filter(note=concern.number)


@pytest.fixture
def route(monkeypatch):
    monkeypatch.setitem(routes._entries, "sample", HomeRoute())
    return routes["sample"]


def test_a_concern_is_raised_routed_and_answered_without_knowing_the_work_app(route, worker, grid):
    concern = raise_concern(origin="visit", title="修楼道灯", area=grid, by=worker)

    case = route.open(concern, by=worker)

    concern.refresh_from_db()
    assert (case.note, concern.status, concern.answer) == (concern.number, "answered", "已上门。")
    assert list(route.cases(concern, worker)) == [case]


def test_the_page_of_a_concern_links_its_cases(client, chair, grid, route):
    concern = ConcernFactory(area=grid)
    case = route.open(concern, by=chair)

    page = client.get(concern.get_absolute_url())

    assert page.context["cases"] == [("入户帮扶", case)]
    assert f'href="{case.get_absolute_url()}"' in page.content.decode()


def test_who_may_not_use_a_route_does_not_learn_of_its_cases(client, worker, grid, route):
    concern = ConcernFactory(area=grid)
    route.open(concern, by=worker)

    assert client.get(concern.get_absolute_url()).context["cases"] == []


def test_a_route_is_open_only_where_the_concern_lies(as_user, chair, grid, other_grid, route):
    reader = user_with(Role.COMMITTEE, grid, username="reader")
    RoleGrantFactory(user=reader, role=Role.CHAIR, area=other_grid)
    concern, there = ConcernFactory(area=grid), ConcernFactory(area=other_grid)
    for one in (concern, there):
        route.open(one, by=chair)
    client = as_user(reader)

    seen = [bool(client.get(one.get_absolute_url()).context["cases"]) for one in (concern, there)]
    told = [
        [event.title for event in way_of(one, reader) if event.title.startswith("转入")] for one in (concern, there)
    ]

    assert seen == [False, True]
    assert told == [[], ["转入入户帮扶"]]


def test_a_concern_without_routes_has_no_such_card(client, chair, grid):
    page = client.get(ConcernFactory(area=grid).get_absolute_url())

    assert (page.context["cases"], "在哪里办" in page.content.decode()) == ([], False)


def test_a_route_that_does_not_say_how_it_opens_is_a_mistake_that_shows_at_once(worker, grid):
    for call in (lambda c: Route().open(c, by=worker), lambda c: Route().cases(c, worker)):
        with pytest.raises(NotImplementedError):
            call(ConcernFactory(area=grid))


def test_two_routes_of_one_key_are_a_mistake():
    registry = type(routes)()
    registry.register(HomeRoute)

    with pytest.raises(ValueError, match="sample is registered already"):
        registry.register(HomeRoute)
