"""Words among posts, how far back they are looked for, and the order of a list behind a figure."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from employment import search as searching
from employment.models import Post
from employment.tests.factories import EmployerFactory, PostFactory, SeekerFactory, application_at
from fedhub.core.testing.queries import queries_beyond

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
POSTS = reverse("employment:post_list")
TOO_FAR = "按词只找了最近的"


def titles(page):
    return [re.search(">([^<]+)</a>", line.title)[1] for line in page.context["page"].rows]


def posts_on(*days, **facts):
    """A post for each of `days` (of its last change and of its publication), named after its place in the row."""
    for number, day in enumerate(days):
        post = PostFactory(title=f"收银员{number}", published_on=day, **facts)
        moment = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 9))
        Post.objects.filter(pk=post.pk).update(updated_at=moment)


@pytest.mark.parametrize("length", [1, 2])
def test_words_go_back_as_far_as_the_page_says(client, chair, monkeypatch, length):
    monkeypatch.setattr(searching, "LATEST", length)
    posts_on(date(2025, 3, 4), date(2025, 3, 3), date(2025, 3, 2), date(2025, 3, 1))

    page = client.get(POSTS, {"q": "收银"})

    assert titles(page) == [f"收银员{number}" for number in range(length + 1)]
    assert page.context["page"].total == length + 1
    assert f"到 2025年3月{4 - length}日为止" in page.content.decode()


def test_a_month_leaves_its_own_newest_to_look_through(client, chair, monkeypatch):
    monkeypatch.setattr(searching, "LATEST", 1)
    posts_on(date(2025, 4, 2), date(2025, 4, 1), date(2025, 3, 2), date(2025, 3, 1))

    page = client.get(POSTS, {"q": "收银", "until": "2025-03"})

    assert titles(page) == ["收银员2", "收银员3"]
    assert "到 2025年3月1日为止" in page.content.decode()


def test_nothing_is_said_where_all_was_looked_through(client, chair):
    posts_on(date(2025, 3, 1))

    assert TOO_FAR not in client.get(POSTS, {"q": "收银"}).content.decode()
    assert TOO_FAR not in client.get(POSTS).content.decode()


def test_hits_stand_in_the_order_that_was_asked_for(client, chair):
    PostFactory(title="收银甲", pay_month=3000)
    PostFactory(title="收银乙", pay_month=5000)
    PostFactory(title="保洁", pay_month=9000, employer=EmployerFactory(code="91110000802100433B", name="收银机厂"))

    assert titles(client.get(POSTS, {"q": "收银", "sort": "pay"})) == ["保洁", "收银乙", "收银甲"]
    assert titles(client.get(POSTS, {"q": "没有"})) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_a_search_costs_the_same_for_any_number_of_hits(client, chair, rows):
    posts_on(*[date(2025, 3, 1)] * rows)

    page, queries = queries_beyond(client, f"{POSTS}?q=收银", SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 5


def test_a_post_of_another_community_is_no_hit(as_user, community, stranger):
    posts_on(date(2025, 3, 1))

    assert as_user(stranger).get(POSTS, {"q": "收银"}).context["page"].rows == []


def test_where_months_are_asked_for_the_newest_are_those_of_the_day_asked_for(client, chair, monkeypatch):
    posts_on(date(2025, 3, 1), date(2025, 3, 3), date(2025, 3, 2))
    Post.objects.filter(title="收银员0").update(updated_at=timezone.now())

    assert titles(client.get(POSTS)) == ["收银员0", "收银员1", "收银员2"]
    assert titles(client.get(POSTS, {"figure": "published", "since": "2025-03"})) == ["收银员1", "收银员2", "收银员0"]


@pytest.mark.parametrize("name", ["seeker_list", "application_list"])
def test_the_pages_of_a_list_behind_a_figure_follow_on_each_other(client, chair, grid, monkeypatch, name):
    monkeypatch.setattr("employment.views.listing.FiguredList.page_size", 2)
    for ago in range(5):
        day = date(2025, 3, 9) - timedelta(days=ago // 2)
        seeker = SeekerFactory(resident__area=grid, resident__name=f"赵小{'甲乙丙丁戊'[ago]}", registered_on=day)
        application_at("hired", seeker=seeker, recommended_on=day)
    figure = {"seeker_list": "registered", "application_list": "sent"}[name]
    url, found = f"?figure={figure}&since=2025-03&until=2025-03", []
    while url:
        page = client.get(reverse(f"employment:{name}") + url)
        found += titles(page)
        url = page.context["page"].next_url

    assert found == ["赵小乙", "赵小甲", "赵小丁", "赵小丙", "赵小戊"]
