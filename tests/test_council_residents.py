"""Residents' side and the public page: anybody reads, whoever is in acts, nobody learns who proposed or supported."""

import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from council.models import Comment, Progress, Rating, Topic
from council.services.outcome import add_progress
from council.services.topics import judge_comment, merge_topics, reply_to_proposer
from council.tests.factories import TopicFactory, council_of, decided, topic_at
from fedhub.areas.tests import factories as places
from fedhub.core.images import clean_image
from households.tests.factories import ResidentFactory
from portal.services.entry import issue_code

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"council_resident:{name}", args=args)


@pytest.fixture
def woman(grid):
    return ResidentFactory(area=grid, name="王桂兰", birth="1980-01-01")


@pytest.fixture
def phone(woman, chair):
    """A browser in which `woman` is in; the door itself is the portal's."""
    client = Client()
    client.post("/r/enter/", {"code": issue_code(woman, by=chair), "nonce": "x"})
    return client


def text(client, address):
    return client.get(address).content.decode()


def test_anybody_reads_what_is_shown_and_nothing_else(chair, woman, community):
    shown = topic_at("accepted", shown=True, title="停车", proposer=woman)
    hidden = [topic_at("accepted", title="不公开的"), topic_at("collected", shown=True, title="没筛选的")]

    page = text(Client(), url("topics"))

    assert "停车" in page
    assert [topic.title for topic in hidden if topic.title in page] == []
    assert "王桂兰" not in text(Client(), url("topic", shown.key))
    assert [Client().get(url("topic", topic.key)).status_code for topic in hidden] == [404, 404]
    assert Client().get(url("topic", "odd")).status_code == 404


def test_whoever_is_not_in_is_led_to_the_door(community):
    topic = topic_at("accepted", shown=True)

    answers = [Client().post(url(name, topic.key), {"text": "好"}) for name in ("support", "say", "rate")]

    assert {answer.headers["Location"] for answer in answers} == {"/r/enter/"}
    assert Client().get(url("propose")).headers["Location"] == "/r/enter/"


def test_she_supports_once_and_her_comment_waits(phone, woman, chair, community):
    topic = topic_at("accepted", shown=True)
    for _ in range(2):
        phone.post(url("support", topic.key))
        phone.post(url("say", topic.key), {"text": "早该管了"})
    topic.refresh_from_db()

    assert (topic.supporters, Comment.objects.count()) == (1, 1)
    assert "早该管了" not in text(phone, url("topic", topic.key))
    judge_comment(Comment.objects.get(), show=True, by=chair)
    page = text(Client(), url("topic", topic.key))
    assert "早该管了" in page
    assert "王桂兰" not in page


def test_she_proposes_once_a_day_and_reads_until_when_she_is_answered(phone, woman, community):
    typed = {"title": "楼道灯", "category": "property", "place": "3幢"}
    first, second = (phone.post(url("propose"), typed) for _ in range(2))

    topic = Topic.objects.get()
    assert (topic.proposer, topic.source, topic.area, topic.status) == (woman, "online", community, "collected")
    assert topic.number in first.content.decode()
    assert topic.number in second.content.decode()


def test_she_rates_the_result_once_and_says_why_she_is_not_content(phone, woman, community):
    day = timezone.localdate()
    topic = topic_at(
        "published", shown=True, solved=True, public_from=day, public_to=day + timedelta(days=6), result="划好了"
    )

    refused = phone.post(url("rate", topic.key), {"score": "2"})
    for _ in range(2):
        phone.post(url("rate", topic.key), {"score": "2", "words": "还是乱停"})

    assert "请写下原因" in refused.content.decode()
    assert [(one.score, one.words) for one in Rating.objects.all()] == [(2, "还是乱停")]


# --- for everybody ------------------------------------------------------------------------------------------------
def picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 10, 10)).save(out, "JPEG")
    return clean_image(ContentFile(out.getvalue()))


def test_a_result_has_its_pictures_and_no_person(chair, woman, community):
    topic = topic_at("accepted", proposer=woman)
    action = decided(council_of(chair), topic, by=chair).actions.get()
    add_progress(
        action, Progress(percent=50, text="…"), pictures={"before": [picture()], "after": [picture()]}, by=chair
    )
    address = reverse("results:result", args=[topic.key])
    assert Client().get(address).status_code == 404
    day = timezone.localdate()
    Topic.objects.filter(pk=topic.pk).update(
        status="published", public_from=day, public_to=day, result="划了 46 个车位", solved=True
    )

    page = Client().get(address)

    assert "46 个车位" in page.content.decode()
    assert "王桂兰" not in page.content.decode()
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    pictures = [part.split('"')[0] for part in page.content.decode().split('src="') if part.startswith("/p/results/")]
    assert [Client().get(one).headers["Content-Type"] for one in pictures] == ["image/jpeg"] * 2
    assert topic.title in text(Client(), reverse("results:list"))


def test_a_picture_of_another_topic_does_not_open(chair, community):
    day = timezone.localdate()
    topic = topic_at("published", public_from=day, public_to=day)
    other = TopicFactory(title="别的")

    address = reverse("results:picture", args=[topic.key, "0b0e5f0e-6d4f-4f0e-9d1b-0d0d0d0d0d0d"])

    assert Client().get(address).status_code == 404
    assert Client().get(reverse("results:result", args=[other.key])).status_code == 404


def test_a_neighbour_of_another_community_reads_and_does_not_act(phone, community, district):
    topic = topic_at("accepted", shown=True, area=places.community(13, "翠苑社区"))

    answers = [
        phone.post(url(name, topic.key), {"text": "好", "score": "5"}).status_code
        for name in ("support", "say", "rate")
    ]

    assert answers == [404, 404, 404]
    assert "我也附议" not in text(phone, url("topic", topic.key))


def test_who_proposes_what_others_see_already_is_asked_first(phone, woman, community):
    shown = topic_at("accepted", shown=True, title="精诚公寓停车管理", place="南门")
    typed = {"title": "精诚公寓的停车管理", "category": "parking", "place": "南门"}

    asked = phone.post(url("propose"), typed).content.decode()
    assert (url("topic", shown.key) in asked, Topic.objects.count()) == (True, 1)

    phone.post(url("propose"), typed | {"sure": "on"})
    assert Topic.objects.count() == 2


def test_she_reads_on_her_own_page_what_became_of_her_topic(phone, woman, chair, community):
    topic = topic_at("declined", proposer=woman, title="楼道灯")
    reply_to_proposer(topic, reply="已请物业去修，不用上会。", told="face", by=chair)

    assert "已请物业去修" in text(phone, url("topics"))
    assert "楼道灯" not in text(Client(), url("topics"))


def test_the_address_of_a_topic_that_was_merged_leads_to_the_one_it_is_heard_with(chair, community):
    lead, other = topic_at("accepted", shown=True), topic_at("accepted", shown=True, title="停车费")
    hidden = topic_at("collected", title="没筛选的")
    merge_topics(lead, [other, hidden], by=chair)

    assert Client().get(url("topic", other.key)).url == url("topic", lead.key)
    assert Client().get(url("topic", hidden.key)).status_code == 404
