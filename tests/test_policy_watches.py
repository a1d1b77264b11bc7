"""Policies for those who asked, by herself or through the staff: once a policy and person, in slices, taken back by one press."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core.testing.client import filled
from fedhub.notices import words
from fedhub.notices.models import Message
from fedhub.notices.services import telling
from hardship.models import Policy, PolicyWatch
from hardship.services.policies import change_policy, create_policy, restore_policy, retire_policy
from hardship.services.policy_watches import left_to_tell, tell_of_policies, watch_policies
from hardship.tests.factories_policy import PolicyFactory
from households.tests.factories import ResidentFactory, SafeContactFactory
from portal.services.entry import issue_code

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
DAY = timedelta(days=1)


def url(name, *args):
    return reverse(f"policies_resident:{name}", args=args)


@pytest.fixture
def woman(grid):
    return ResidentFactory(area=grid, name="赵小莉", birth="1993-04-01")


@pytest.fixture
def phone(woman, chair):
    """A browser in which `woman` is in."""
    client = Client()
    client.post("/r/enter/", {"code": issue_code(woman, by=chair), "nonce": "x"})
    return client


def published(by, **facts):
    facts = {"kind": "work", "checked_on": TODAY(), "title": "创业担保贷款"} | facts
    return create_policy(PolicyFactory.build(**facts), by=by)


# --- herself ------------------------------------------------------------------------------------------------------------
def test_she_asks_is_told_once_reads_what_came_and_takes_it_back_by_one_press(phone, woman, chair):
    for _ in range(2):
        phone.post(url("watch"), {"kind": "work"})
    policy = published(chair)
    published(chair, title="危房改造", kind="home")
    in_request, told = Message.objects.count(), [tell_of_policies() for _ in range(2)]
    page = phone.get(url("mine")).content.decode()

    assert PolicyWatch.objects.count() == 1
    assert (in_request, told) == (0, [1, 0])
    message = Message.objects.get()
    assert (message.person, message.about_id) == (woman, policy.pk)
    # The words are alike for all policies: they say neither which one nor which kind.
    assert message.text == "您想知道的政策有新的。请看居民端“惠民政策”，或者到社区服务窗口问。"
    assert f'href="{url("policy", policy.pk)}"' in page
    phone.post(url("unwatch"), {"kind": "work"})
    phone.post(url("unwatch"), {"kind": "odd"})
    published(chair, title="公益性岗位")
    tell_of_policies()
    assert (PolicyWatch.objects.get().ended_on, Message.objects.count()) == (TODAY(), 1)


def test_a_changed_policy_reaches_whoever_was_not_told_yet_and_nobody_twice(woman, chair, grid):
    watch_policies(woman, "work")
    policy = published(chair)
    tell_of_policies()
    later = ResidentFactory(area=grid)
    watch_policies(later, "work")
    policy.refresh_from_db()
    policy.amount = "30 万元"
    change_policy(policy, ["amount"], base_version=policy.version, by=chair)
    tell_of_policies()

    assert sorted(Message.objects.values_list("person", flat=True)) == sorted([woman.pk, later.pk])


@pytest.mark.parametrize(
    "facts", [{"checked_on": None}, {"valid_from": TODAY() + DAY}, {"valid_to": TODAY() - DAY}], ids=str
)
def test_of_what_is_not_public_nobody_hears_until_it_is(woman, chair, facts):
    watch_policies(woman, "work")
    policy = published(chair, **facts)
    before = tell_of_policies()
    Policy.objects.filter(pk=policy.pk).update(checked_on=TODAY(), valid_from=None, valid_to=None)

    assert (before, tell_of_policies(), Message.objects.count()) == (0, 1, 1)


def test_of_one_that_was_put_away_before_the_worker_came_nobody_hears(woman, chair):
    watch_policies(woman, "work")
    policy = published(chair)
    retire_policy(policy, by=chair)
    put_away = tell_of_policies()
    restore_policy(policy, by=chair)

    assert (put_away, tell_of_policies()) == (0, 1)


def test_many_are_told_in_slices_and_killed_work_goes_on_where_it_stood(monkeypatch, chair, grid):
    monkeypatch.setattr(telling, "SLICE", 2)
    people = [ResidentFactory(area=grid) for _ in range(5)]
    for person in people:
        watch_policies(person, "work")
    policy = published(chair)
    monkeypatch.setattr(telling, "SECONDS", -1)
    none = tell_of_policies()
    waiting = left_to_tell(policy)
    monkeypatch.setattr(telling, "SECONDS", 20)

    assert (none, waiting, tell_of_policies(), left_to_tell(Policy.objects.get())) == (0, 5, 5, 0)
    assert sorted(Message.objects.values_list("person", flat=True)) == sorted(one.pk for one in people)


def test_a_slice_that_breaks_leaves_the_earlier_ones_told(monkeypatch, chair, grid):
    monkeypatch.setattr(telling, "SLICE", 1)
    for person in [ResidentFactory(area=grid) for _ in range(2)]:
        watch_policies(person, "work")
    published(chair)
    first, second = PolicyWatch.objects.order_by("pk")

    def send(policy, one):
        if one == second:
            raise OSError("killed")

    with pytest.raises(OSError, match="killed"):
        telling.tell_on(Policy.objects.all(), lambda policy: PolicyWatch.objects.all(), send)
    assert Policy.objects.get().telling == first.pk


def test_who_is_only_written_to_in_neutral_words_gets_those(woman, chair):
    SafeContactFactory(resident=woman, neutral=True)
    watch_policies(woman, "work")
    published(chair)
    tell_of_policies()

    assert Message.objects.get().text == words.neutral()


def test_who_is_not_in_is_led_to_the_door(db):
    answers = [Client().get(url("mine")), Client().post(url("watch"), {"kind": "work"}), Client().post(url("unwatch"))]

    assert [answer.headers["Location"] for answer in answers] == ["/r/enter/"] * 3


def test_an_odd_kind_is_refused_in_chinese_and_opening_changes_nothing(phone):
    page = phone.post(url("watch"), {"kind": "odd"})
    answers = [phone.get(url(name)).status_code for name in ("watch", "unwatch")]

    assert (page.status_code, "请从列表里选一项" in page.content.decode(), answers) == (200, True, [302, 302])
    assert PolicyWatch.objects.count() == 0


# --- the staff for her --------------------------------------------------------------------------------------------------
def test_a_worker_writes_it_down_for_her_and_takes_it_back(client, worker, woman):
    form = client.get(reverse("hardship:policywatch_create", args=[woman.pk]))
    refused = client.post(form.request["PATH_INFO"], filled(form, kind="work"))
    client.post(form.request["PATH_INFO"], filled(refused, kind="work", asked="on"))
    one = PolicyWatch.objects.get()
    page = client.get(f"{woman.get_absolute_url()}?tab=policywatch")

    assert "她自己要的才登记" in refused.content.decode()
    assert (one.kind, one.asked_by) == ("work", worker)
    assert "刘建芳代登记" in page.content.decode()
    client.post(reverse("hardship:policywatch_end", args=[one.pk]))
    assert PolicyWatch.objects.get().ended_on == TODAY()


def test_the_job_officer_may_write_it_down_too(as_user, grid, woman):
    officer = user_with(Role.JOB_OFFICER, grid.parent, username="jobs", name="马青")
    client, url_ = as_user(officer), reverse("hardship:policywatch_create", args=[woman.pk])
    client.post(url_, filled(client.get(url_), kind="work", asked="on"))

    one = PolicyWatch.objects.get()
    page = client.get(f"{woman.get_absolute_url()}?tab=policywatch").content.decode()
    assert one.asked_by == officer
    assert f'action="{reverse("hardship:policywatch_end", args=[one.pk])}"' in page
    assert client.get(reverse("hardship:policy_list")).status_code == 200


def test_a_worker_of_another_grid_and_a_stranger_find_nothing(client, worker, other_grid, as_user, stranger, woman):
    elsewhere = ResidentFactory(area=other_grid)
    watch_policies(elsewhere, "work")
    watch_policies(woman, "work")
    theirs, hers = PolicyWatch.objects.order_by("pk")

    assert client.get(reverse("hardship:policywatch_create", args=[elsewhere.pk])).status_code == 404
    assert client.post(reverse("hardship:policywatch_end", args=[theirs.pk])).status_code == 404
    assert as_user(stranger).post(reverse("hardship:policywatch_end", args=[hers.pk])).status_code == 404
    assert PolicyWatch.objects.running().count() == 2


def test_the_page_of_a_policy_says_how_many_are_still_to_be_told(client, chair, woman):
    watch_policies(woman, "work")
    policy = published(chair)
    before = client.get(policy.get_absolute_url()).context["waiting"]
    tell_of_policies()

    assert (before, client.get(policy.get_absolute_url()).context["waiting"]) == (1, 0)


@pytest.mark.parametrize("change", ["kind = 'odd'", "ended_on = '2001-01-01'"])
def test_the_table_refuses_a_wish_that_cannot_be(woman, change):
    watch_policies(woman, "work")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE hardship_policywatch SET {change}")
