"""Residents' side of job support: no dead posts, reasons for her alone, her own consent, words for her, reminders."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from employment.models import Application, JobWatch
from employment.services.posts import publish_post
from employment.services.watching import tell_watchers
from employment.tests.event_factories import CourseCertificateFactory, SignupFactory
from employment.tests.factories import (
    ApplicationFactory,
    LoanFactory,
    PostFactory,
    SeekerFactory,
    StartupFactory,
    application_at,
    follow_up_in,
)
from fedhub.areas.tests import factories as places
from fedhub.notices.models import Message
from households.models import Consent
from households.tests.factories import ResidentFactory
from portal.copy import copy_of
from portal.services.entry import issue_code

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MOST = 14 * 1024


def url(name, *args):
    return reverse(f"employment_resident:{name}", args=args)


@pytest.fixture
def woman(grid):
    return ResidentFactory(area=grid, name="赵小莉", birth="1993-04-01")


@pytest.fixture
def phone(woman, chair):
    """A browser in which `woman` is in; the door itself is the portal's."""
    client = Client()
    client.post("/r/enter/", {"code": issue_code(woman, by=chair), "nonce": "x"})
    return client


def text(client, address):
    return client.get(address).content.decode()


def test_anybody_reads_posts_that_are_alive_and_never_a_dead_one(grid):
    post = PostFactory(title="早班收银")
    dead = [
        PostFactory(title="草稿岗", state="draft", published_on=None, valid_until=None),
        PostFactory(title="过期岗", valid_until=timezone.localdate() - DAY), PostFactory(title="招满岗", left=0),
        PostFactory(title="停了岗", state="suspended"),
    ]  # fmt: skip
    page = text(Client(), url("posts"))

    assert "早班收银" in page
    assert [one.title for one in dead if one.title in page] == []
    assert [Client().get(url("post", one.pk)).status_code for one in [post, *dead]] == [200, 404, 404, 404, 404]


@pytest.mark.parametrize(
    ("query", "found"),
    [("?kind=shop", ["收银"]), ("?q=保洁", ["保洁"]), ("?q=春风", ["保洁", "收银"]), ("?kind=odd&q=", ["保洁", "收银"]),
     ("?q=无此岗位", [])],
)  # fmt: skip
def test_posts_are_found_by_kind_and_words(grid, query, found):
    PostFactory(title="收银")
    PostFactory(title="保洁", kind="clean")
    listed = re.findall(r'<li><a href="/r/jobs/\d+/">(.*?)</a>', text(Client(), url("posts") + query))

    assert sorted(listed) == sorted(found)


def test_she_reads_why_a_post_fits_her_and_a_neighbour_does_not(phone, woman):
    SeekerFactory(resident=woman)
    post = PostFactory()

    assert "想做收银零售；上班 09:00—13:00，在能上班的时间里" in text(phone, url("posts"))
    assert "合适：想做收银零售" in text(phone, url("post", post.pk))
    assert "想做收银零售" not in text(Client(), url("posts")) + text(Client(), url("post", post.pk))


def test_she_goes_there_herself_with_consent_for_this_employer_once(phone, woman):
    seeker, post = SeekerFactory(resident=woman), PostFactory()
    for _ in range(2):
        phone.post(url("apply", post.pk), {"shares": ["phone", "hours"], "agrees": "on"})

    one, consent = Application.objects.get(), Consent.objects.get(purpose="share")
    assert (one.seeker, one.post, one.shares, one.recommended_by, one.state) == (
        seeker, post, ["phone", "hours"], None, "recommended",
    )  # fmt: skip
    assert (one.consent, consent.how, consent.taken_by, consent.recipient) == (
        consent, "online", None, "春风超市（岗位：收银员（上午班））",
    )  # fmt: skip
    assert "已经把您推荐给单位，等回音。" in text(phone, url("mine"))


@pytest.mark.parametrize(
    ("registered", "posted", "words"),
    [(True, {"shares": ["phone"]}, "不同意就不能推荐"), (True, {"shares": ["odd"], "agrees": "on"}, "请从列表里选"),
     (False, {"agrees": "on"}, "先在社区登记求职")],
)  # fmt: skip
def test_without_consent_or_registration_nothing_is_told(phone, woman, registered, posted, words):
    post = PostFactory()
    if registered:
        SeekerFactory(resident=woman)
    page = phone.post(url("apply", post.pk), posted)

    assert (page.status_code, words in page.content.decode()) == (200, True)
    assert (Application.objects.count(), Consent.objects.filter(purpose="share").count()) == (0, 0)


def test_she_reads_what_is_written_for_her_and_nothing_of_others(phone, woman, grid):
    seeker = SeekerFactory(resident=woman)
    application_at("refused", seeker=seeker, note="单位嫌她带孩子", refused_why="bias")
    other = ApplicationFactory(seeker__resident__area=grid, post__title="别人的岗位")
    page = text(phone, url("mine"))

    assert "不是您的问题" in page
    assert [words for words in ("嫌她带孩子", "疑似歧视", "别人的岗位") if words in page] == []
    assert phone.post(url("withdraw", other.pk)).status_code == 404


def test_after_sixty_silent_days_she_is_told_so_and_opening_changes_nothing(phone, woman):
    long_ago = timezone.localdate() - 61 * DAY
    one = ApplicationFactory(seeker__resident=woman, recommended_on=long_ago, moved_on=long_ago)
    page = text(phone, url("mine"))
    phone.get(url("withdraw", one.pk))
    phone.get(url("apply", one.post_id))

    assert "已经 61 天没有单位的消息" in page
    assert Application.objects.values_list("state", "version").get() == ("recommended", one.version)


def test_she_says_that_she_does_not_want_to_go_there_any_more(phone, woman):
    one = ApplicationFactory(seeker__resident=woman)
    phone.post(url("withdraw", one.pk))
    again = phone.post(url("withdraw", one.pk), follow=True)

    assert Application.objects.get().state == "withdrawn"
    assert "现在的状态是“本人不去了”" in again.content.decode()


def test_who_is_not_in_is_led_to_the_door(grid):
    post = PostFactory()
    answers = [Client().get(url("mine")), Client().post(url("apply", post.pk)), Client().post(url("watch"))]

    assert [answer.headers["Location"] for answer in answers] == ["/r/enter/"] * 3


def test_who_asked_for_a_kind_hears_of_a_new_post_of_it_once(phone, woman, chair, community):
    for _ in range(2):
        phone.post(url("watch"), {"kind": "shop"})
    JobWatch.objects.create(resident=ResidentFactory(area=community), kind="clean")
    JobWatch.objects.create(resident=ResidentFactory(area=places.community(13, "翠苑社区")), kind="shop")
    post = publish_post(PostFactory(state="draft", published_on=None, valid_until=None), by=chair)
    type(post).objects.filter(pk=post.pk).update(state="hidden")
    post.refresh_from_db()
    publish_post(post, by=chair)
    queued = Message.objects.count()
    for _ in range(2):
        tell_watchers()

    assert queued == 0
    assert JobWatch.objects.filter(resident=woman).count() == 1
    assert [(one.person, one.template) for one in Message.objects.all()] == [(woman, "job")]


def test_who_wants_no_more_reminders_hears_nothing(phone, woman, chair):
    phone.post(url("watch"), {"kind": "shop"})
    phone.post(url("unwatch"), {"kind": "shop"})
    phone.post(url("unwatch"), {"kind": "odd"})
    publish_post(PostFactory(state="draft", published_on=None, valid_until=None), by=chair)
    tell_watchers()

    assert (JobWatch.objects.get().ended_on, Message.objects.count()) == (timezone.localdate(), 0)


def test_a_kind_that_does_not_exist_is_refused_in_chinese(phone):
    page = phone.post(url("watch"), {"kind": "odd"})

    assert (page.status_code, "请从列表里选一项" in page.content.decode()) == (200, True)


@pytest.mark.parametrize("change", ["kind = 'odd'", "ended_on = '2001-01-01'"])
def test_the_table_refuses_a_wish_that_cannot_be(woman, change):
    one = JobWatch.objects.create(resident=woman, kind="shop")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE employment_jobwatch SET {change} WHERE id = %s", [one.pk])


# --- her own business, and the copy of what is kept ----------------------------------------------------------------------
def test_she_reads_what_is_kept_of_her_business_and_of_nobody_else_s(phone, woman, grid):
    shop = StartupFactory(seeker=SeekerFactory(resident=woman), name="小莉早点")
    LoanFactory(startup=shop, amount=200_000)
    LoanFactory(startup=shop, amount=999_000, void_on=timezone.localdate(), void_why="登错了")
    LoanFactory(startup=StartupFactory(name="别人的店", seeker__resident__area=grid), amount=777_000)
    page = text(phone, url("mine"))

    assert "小莉早点" in page
    assert "创业担保贷款 200,000 元，杭州联合银行" in page
    assert not [word for word in ("999,000", "777,000", "别人的店", "市担保公司") if word in page]
    assert "我的创业" not in text(Client(), url("mine"))


def test_a_copy_holds_her_work_and_nobody_else_s(woman, chair, grid):
    seeker = SeekerFactory(resident=woman)
    ApplicationFactory(seeker=seeker)
    LoanFactory(startup=StartupFactory(seeker=seeker))
    CourseCertificateFactory(signup=SignupFactory(resident=woman), number="PX2026-0001")
    follow_up_in(grid)
    LoanFactory(startup__seeker__resident__area=grid)
    tables = {title: rows for title, _, rows in copy_of(woman, chair).tables}

    assert [row[2] for row in tables["求职登记"]] == ["收银零售"]
    assert [row[1:3] for row in tables["推荐的岗位"]] == [["收银员（上午班）", "春风超市"]]
    assert [row[0] for row in tables["创业"]] == ["早餐店"]
    assert [row[0] for row in tables["创业担保贷款"]] == [200_000]
    assert [row[0] for row in tables["培训证书"]] == ["PX2026-0001"]
    assert len(tables["报名的活动"]) == 1
