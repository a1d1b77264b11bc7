"""Pages on which concerns become one matter, and part again."""

import pytest
from django.urls import reverse

from concerns.enums import Status
from concerns.models import Concern
from concerns.services.answers import answer_concern
from concerns.services.together import join_concerns
from concerns.tests.factories import ConcernFactory, concern_at
from concerns.tests.late import came_late
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"


def url(name, concern):
    return reverse(f"concerns:concern_{name}", args=[concern.pk])


def confirm(concern, *others):
    return f"{url('join_confirm', concern)}?{'&'.join(f'ids={row.pk}' for row in others)}"


# --- which ones ---------------------------------------------------------------------------------------------------
def test_the_most_likely_come_first_and_others_are_found_by_number_or_words(client, chair, grid, other_grid):
    concern = ConcernFactory(area=grid, topic="2")
    alike = ConcernFactory(area=grid, topic="2")
    other = ConcernFactory(area=other_grid, topic="3", title="换一把门锁")
    concern_at("answered", area=grid, topic="2", title="门锁换了又坏")

    def found(**query):
        return [row["concern"] for row in client.get(url("join", concern), query).context["page"].rows]

    assert found() == [alike]
    assert found(q="门锁") == found(q=other.number.lower()) == [other]
    assert found(q="没有这样的") == []


def test_followers_and_what_lies_elsewhere_are_not_offered(as_user, chair, stranger, grid):
    concern, lead, follower = ConcernFactory(area=grid), concern_at("assigned", area=grid), ConcernFactory(area=grid)
    join_concerns(lead, [follower], by=chair)
    far = ConcernFactory(area=stranger.grants.get().area)

    rows = as_user(chair).get(url("join", concern), {"q": "灯"}).context["page"].rows

    assert [row["concern"] for row in rows] == [lead]
    assert as_user(chair).get(confirm(concern, far)).url == url("join", concern)
    assert "不能并案" in came_late(as_user(chair).get(url("join", follower)), follower)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_to_choose_from_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    concern = ConcernFactory(area=grid)
    ConcernFactory.create_batch(rows, area=grid)

    response, queries = queries_beyond(client, reverse("concerns:concern_join", args=[concern.pk]), SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 6


# --- becoming one -------------------------------------------------------------------------------------------------
def test_the_chosen_are_counted_and_the_furthest_leads(client, chair, grid):
    concern, other, furthest = (concern_at(status, area=grid) for status in ("new", "accepted", "assigned"))

    page = client.get(confirm(concern, other, furthest))
    response = client.post(confirm(concern, other, furthest), filled(page, reason="同一盏灯"))

    assert (page.context["total"], page.context["form"]["lead"].value()) == (3, furthest.pk)
    assert response.url == furthest.get_absolute_url()
    assert set(furthest.followers.all()) == {concern, other}
    assert {row.status for row in Concern.objects.all()} == {Status.ASSIGNED}


def test_one_that_is_less_far_does_not_lead(client, chair, grid):
    concern, furthest = ConcernFactory(area=grid), concern_at("assigned", area=grid)
    page = client.get(confirm(concern, furthest))

    response = client.post(confirm(concern, furthest), filled(page, lead=concern.pk))

    assert response.context["form"].errors["__all__"] == [f"{furthest.number} 比主件办得远，请以它为主件。"]
    assert Concern.objects.exclude(lead=None).count() == 0


@pytest.mark.parametrize("ids", ["", "?ids=0", "?ids=x", "?ids=99999999999999999999"])
def test_without_a_choice_there_is_nothing_to_confirm(client, chair, grid, ids):
    concern = ConcernFactory(area=grid)

    page = client.get(url("join_confirm", concern) + ids, follow=True)

    assert page.redirect_chain == [(url("join", concern), 302)]
    assert "没有可以并的：没有勾选，或者选的刚有人办过。" in page.content.decode()
    assert client.post(url("join_confirm", concern) + ids, {"lead": concern.pk}).status_code == 404


def test_two_taps_merge_once(client, chair, grid):
    concern, lead = ConcernFactory(area=grid), concern_at("assigned", area=grid)
    data = filled(client.get(confirm(concern, lead)))

    answers = {client.post(confirm(concern, lead), data).url for _ in range(3)}

    concern.refresh_from_db()
    assert answers == {lead.get_absolute_url()}
    assert (concern.lead, concern.joinings.count()) == (lead, 1)


def test_one_that_went_to_another_lead_meanwhile_stays_there(client, chair, grid):
    concern, mine, other = ConcernFactory(area=grid), concern_at("assigned", area=grid), concern_at("done", area=grid)
    page = client.get(confirm(concern, mine))
    join_concerns(other, [concern], by=chair)

    late = client.post(confirm(concern, mine), filled(page))

    concern.refresh_from_db()
    assert late.context["form"].errors["__all__"] == [
        f"{concern.number} 刚被并入 {other.number}，没有再并。请刷新后再看。"
    ]
    assert concern.lead == other


def test_one_that_was_answered_meanwhile_is_not_merged(client, chair, grid):
    concern, lead = ConcernFactory(area=grid), concern_at("assigned", area=grid)
    page = client.get(confirm(concern, lead))
    answer_concern(concern, answer="好了。", told="face", outcome="solved", by=chair)

    late = client.post(confirm(concern, lead), filled(page))

    assert late.context["form"].errors["__all__"] == [f"{concern.number} 已经答复，不能并入。"]


# --- parting ------------------------------------------------------------------------------------------------------
@pytest.fixture
def merged(chair, grid):
    """A lead in work and the two who follow it."""
    lead, followers = concern_at("assigned", area=grid), ConcernFactory.create_batch(2, area=grid)
    join_concerns(lead, followers, by=chair)
    return lead, *followers


def test_those_ticked_go_their_own_way_again(client, chair, merged):
    lead, first, second = merged

    nothing = client.post(url("part", lead), filled(client.get(url("part", lead))))
    client.post(url("part", lead), filled(client.get(url("part", lead)), concerns=[first.pk]))

    for row in (first, second):
        row.refresh_from_db()
    assert nothing.context["form"].errors["concerns"] == ["请勾要拆出的诉求。"]
    assert (first.lead, first.status) == (None, Status.NEW)
    assert (second.lead, second.status) == (lead, Status.ASSIGNED)


def test_one_that_was_parted_meanwhile_is_named_and_nothing_moves(client, chair, merged):
    lead, first, second = merged
    page = client.get(url("part", lead))
    client.post(url("part", lead), filled(client.get(url("part", lead)), concerns=[first.pk]))

    late = client.post(url("part", lead), filled(page, concerns=[first.pk, second.pk]))

    second.refresh_from_db()
    assert late.context["form"].errors["concerns"] == ["有的已经拆出来了，请刷新后再看。"]
    assert second.lead == lead


@pytest.mark.parametrize("pk", ["0", "x", "9" * 30])
def test_what_does_not_follow_is_refused(client, chair, merged, pk):
    page = client.get(url("part", merged[0]))

    response = client.post(url("part", merged[0]), filled(page, concerns=[pk]))

    assert set(response.context["form"].errors) == {"concerns"}
    assert merged[0].followers.count() == 2


def test_where_nobody_follows_there_is_nothing_to_part(client, chair, grid, merged):
    lead, first, _ = merged

    for concern in (ConcernFactory(area=grid), first):
        assert "不能拆分" in came_late(client.get(url("part", concern)), concern)
