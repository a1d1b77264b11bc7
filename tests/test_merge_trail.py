"""A merge moves rows of every app: each keeps its version and its history; sealed reports follow only on their page."""

import pytest
from django.urls import reverse

from concerns.tests.factories import ConcernFactory, ReceptionFactory
from fedhub.areas.models import Area
from grids.models import Visit
from grids.tests.factories import VisitFactory
from households.models import Resident
from households.services.merge import merge_residents, preview_merge, undo_merge
from households.tests.factories import ChildFileFactory, MembershipFactory, ResidentFactory
from safety.models import RiskReport
from safety.services.reports import report_risk

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(grid):
    """Two records of one woman in the first grid."""
    return ResidentFactory(area=grid, name="王桂兰"), ResidentFactory(area=grid, name="王桂兰")


def merge(pair, by):
    return merge_residents(*pair, reason="同一个人登记了两次", by=by)


def trail(row):
    """(version, [(version, reason) of the history rows]) of a row, oldest first."""
    rows = type(row).history.filter(id=row.pk).order_by("history_id")
    return type(row).objects.get(pk=row.pk).version, [(old.version, old.history_change_reason or "") for old in rows]


@pytest.mark.parametrize(
    "make", [ConcernFactory, ReceptionFactory, ChildFileFactory], ids=lambda f: f._meta.model.__name__
)
def test_a_moved_record_has_a_new_version_and_says_why(pair, chair, make):
    row = make(resident=pair[1])
    before, rows = trail(row)

    done = merge(pair, chair)

    row.refresh_from_db()
    assert row.resident == pair[0]
    assert trail(row) == (before + 1, [*rows, (before + 1, "随居民合并")])
    undo_merge(done, by=chair)
    row.refresh_from_db()
    assert row.resident == pair[1]
    assert trail(row)[1][len(rows) :] == [(before + 1, "随居民合并"), (before + 2, "撤销合并")]


def test_a_visit_whose_people_became_one_has_a_new_version(pair, chair, grid):
    visit = VisitFactory(household__area=grid)
    visit.people.add(pair[1])
    other = VisitFactory(household__area=grid)

    done = merge(pair, chair)

    assert list(visit.people.all()) == [pair[0]]
    assert (trail(visit)[0], trail(visit)[1][-1]) == (2, (2, "随居民合并"))
    assert Visit.objects.get(pk=other.pk).version == 1
    undo_merge(done, by=chair)
    assert (list(visit.people.all()), trail(visit)[1][-1]) == ([pair[1]], (3, "撤销合并"))


def test_a_membership_without_history_has_a_new_version(pair, chair, grid):
    home = MembershipFactory(resident=pair[1], household__area=grid)

    done = merge(pair, chair)
    home.refresh_from_db()
    merged = (home.resident, home.version)
    undo_merge(done, by=chair)

    home.refresh_from_db()
    assert (merged, (home.resident, home.version)) == ((pair[0], 2), (pair[1], 3))


def test_a_sealed_report_follows_her_on_its_page_and_is_not_written_to(as_user, safety_officer, chair, pair, grid):
    client = as_user(safety_officer)
    report_risk(area=grid, source="visit", by=chair, signs=["fight"], resident=pair[1])
    sealed = RiskReport.objects.get()
    url = reverse("safety:report_detail", args=[sealed.pk])
    before = client.get(url).context["person"]
    stored = RiskReport.objects.values().get()

    done = merge(pair, chair)
    merged = client.get(url)

    assert (before, merged.context["person"]) == (pair[1], pair[0])
    assert f'href="{pair[0].get_absolute_url()}"' in merged.content.decode()
    assert RiskReport.objects.values().get() == stored
    undo_merge(done, by=chair)
    assert client.get(url).context["person"] == pair[1]


def test_a_report_about_somebody_out_of_sight_names_her_without_a_link(as_user, safety_officer, chair, grid, stranger):
    client = as_user(safety_officer)
    elsewhere = ResidentFactory(area=Area.objects.get(name="翠苑社区"), name="李秀英")
    report_risk(area=grid, source="front_desk", by=chair, signs=["fight"], resident=elsewhere)

    page = client.get(reverse("safety:report_detail", args=[RiskReport.objects.get().pk]))

    assert (page.context["subject"], page.context["person"]) == ("李秀英", None)


def test_the_merge_of_a_woman_with_a_sealed_report_is_like_any_other(chair, grid):
    twins = [[ResidentFactory(area=grid, name="王桂兰") for _ in range(2)] for _ in range(2)]
    report_risk(area=grid, source="visit", by=chair, signs=["fight"], resident=twins[1][1])

    previews = [preview_merge(*pair, chair) for pair in twins]
    undos = [merge(pair, chair).undo for pair in twins]

    assert (previews[0].moves, previews[0].problems, previews[0].warnings) == (
        previews[1].moves, previews[1].problems, previews[1].warnings,
    )  # fmt: skip
    assert undos[0] == undos[1]
    assert [Resident.objects.get(pk=pair[0].pk).version for pair in twins] == [1, 1]
