"""From where topics come: while typing, from a finding, from the upper level, from residents; a person counts once."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import user_with
from council.models import Support, Topic
from council.services.topics import support_topic
from council.tests.factories import TopicFactory, council_of, topic_at
from fedhub.core.testing.client import filled
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"council:{name}", args=args)


@pytest.fixture
def street(district, as_user):
    """The browser of 街道妇联."""
    return as_user(user_with(Role.STREET, district, username="street", name="吴主任"))


def test_what_is_perhaps_the_same_is_shown_while_typing(client, worker, community):
    same = TopicFactory(title="精诚公寓停车管理", place="精诚公寓南门")
    TopicFactory(title="广场舞音量")

    def hint(**typed):
        return client.post(url("topic_alike"), {"area": community.pk, **typed}).content.decode()

    page = hint(title="精诚公寓的停车管理", place="精诚公寓南门")
    assert (same.number in page, "广场舞" in page, "登记附议" in page) == (True, False, True)
    assert [hint(title=""), hint(title="停车", area="x"), hint(title="停车", area="999999")] == [
        hint(title="完全另一件")
    ] * 3


def test_a_name_on_paper_that_is_a_supporter_s_is_the_same_person(chair, grid, community):
    topic = topic_at("accepted")
    assert support_topic(topic, name="李梅", source="paper", by=chair)
    assert support_topic(topic, name="李梅 3幢", source="paper", by=chair)

    support_topic(topic, resident=ResidentFactory(area=grid, name="李梅"))
    again = support_topic(topic, name="李 梅", source="paper", by=chair)

    topic.refresh_from_db()
    assert (topic.supporters, again, Support.objects.count()) == (2, False, 3)


def test_the_upper_level_hands_a_topic_down_and_follows_it(street, community, chair):
    page = street.get(url("topic_hand_down"))
    typed = {"title": "消防通道专项整治", "category": "fire", "area": community.pk, "detail": "街妇〔2026〕5号"}

    answer = street.post(url("topic_hand_down"), filled(page) | typed)

    topic = Topic.objects.get()
    assert answer.url == topic.get_absolute_url()
    assert (topic.source, topic.status, topic.area, topic.reply_due_on) == ("upper", "collected", community, None)
    assert street.get(topic.get_absolute_url()).status_code == 200
    assert [line.pk for line in street.get(url("topic_list")).context["page"].rows] == [topic.pk]


def test_the_upper_level_reads_no_name_and_screens_nothing(street, grid, community, chair):
    topic = topic_at("accepted", proposer=ResidentFactory(area=grid, name="王桂兰"))
    other = topic_at("accepted", proposer_name="赵云芬")

    pages = [street.get(one.get_absolute_url()).content.decode() for one in (topic, other)]

    assert ("王桂兰" in pages[0], "赵云芬" in pages[1]) == (False, False)
    assert street.get(url("topic_accept", topic.pk)).status_code == 404
    assert street.get(url("topic_create")).status_code == 404
    assert street.get(url("figures")).status_code == 404
    assert street.get(url("topic_sheet", topic.pk)).status_code == 404


def test_a_community_of_another_street_is_not_on_the_list_of_the_upper_level(street, community):
    page = street.post(url("topic_hand_down"), {"title": "停车", "category": "parking", "area": "987654"})

    assert "area" in page.context["form"].errors
    assert Topic.objects.count() == 0


def test_nobody_but_the_upper_level_hands_down(client, chair, community):
    council_of(chair)
    assert client.get(url("topic_hand_down")).status_code == 404
    assert Client().post(url("topic_alike"), {"title": "停车"}).status_code == 302
