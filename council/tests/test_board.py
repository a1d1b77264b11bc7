"""The board: every topic in the column of its state, the longest waiting on top, one price for any number of them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from council import board
from council.enums import ENDED, Status
from council.models import Topic
from council.tests.factories import TopicFactory, council_of, decided, topic_at
from fedhub.core.testing.queries import queries_beyond

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"


def url(**query):
    return reverse("council:board", query=query)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_board_costs_the_same_for_any_number_of_topics(client, chair, community, rows):
    for _ in range(rows):
        topic_at("collected")
        topic_at("in_work")

    response, queries = queries_beyond(client, url(), SHELL)

    assert sum(len(cards) for _, cards in response.context["columns"]) == 2 * rows
    assert queries == 3


def test_every_state_that_is_not_over_has_its_column(client, chair, community):
    for status in Status:
        topic_at(status)
    running = Topic.objects.exclude(status__in=ENDED)

    found = client.get(url()).context["columns"]

    assert {(column.key, card.pk) for column, cards in found for card in cards} == {(t.status, t.pk) for t in running}


def test_who_waits_longest_is_on_top_and_a_full_column_leads_to_its_list(client, chair, community, monkeypatch):
    monkeypatch.setattr(board, "CARDS", 2)
    today = timezone.localdate()
    old, middle, new = (topic_at("in_work", step_on=today - timedelta(days=days)) for days in (30, 9, 0))

    page = client.get(url())

    column, cards = next(pair for pair in page.context["columns"] if pair[0].key == "in_work")
    assert ([card.pk for card in cards], column.count, column.longest) == ([old.pk, middle.pk], 3, 30)
    assert new.title in client.get(reverse("council:topic_list", query={"status": "in_work"})).content.decode()
    assert "看全部 3 个" in page.content.decode()


def test_what_the_board_is_asked_for(client, chair, community):
    fire, park = TopicFactory(category="fire", title="楼道灯"), TopicFactory(place="北门", source="upper")

    def found(**query):
        return {card.pk for _, cards in client.get(url(**query)).context["columns"] for card in cards}

    assert found(category="fire") == {fire.pk}
    assert found(source="upper") == found(q="北门") == {park.pk}
    assert found(q="没有的") == set()
    assert found(category="odd") == {fire.pk, park.pk}


def test_what_was_typed_stays_text_on_the_board_and_in_the_lists(client, chair, community):
    topic = decided(council_of(chair), topic_at("accepted", title="<b>停车</b> 100%", place="<i>"), by=chair).topic

    for name in ("board", "topic_list", "action_list"):
        page = client.get(reverse(f"council:{name}")).content.decode()
        assert ("&lt;b&gt;停车&lt;/b&gt; 100%" in page, "<b>停车" in page) == (True, False), name
    assert topic.place == "<i>"


def test_a_chair_of_another_community_sees_none_of_it(stranger, community, as_user):
    topic_at("collected")

    assert [column.count for column, _ in as_user(stranger).get(url()).context["columns"] if column.count] == []
