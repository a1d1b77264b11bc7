"""Residents read policies: those alone that were compared with the local figures; which may be hers, by what is hers alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fedhub.core.models import AuditEvent
from hardship.models import Policy
from hardship.tests.factories_policy import PolicyFactory
from households.tests.factories import HouseholdFactory, MembershipFactory, StatusFactory
from portal.services.entry import issue_code

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LIST = "/r/policies/"


def told(**fields):
    return PolicyFactory(**{"checked_on": timezone.localdate(), "conditions": {}, "proofs": [], **fields})


@pytest.fixture
def woman(grid):
    home = HouseholdFactory(area=grid)
    return MembershipFactory(
        household=home, resident__area=grid, resident__name="赵小莉", resident__birth="1960-04-01", resident__sex="2"
    ).resident


def phone_of(person, chair):
    client = Client()
    client.post("/r/enter/", {"code": issue_code(person, by=chair), "nonce": "x"})
    return client


def address(policy):
    return reverse("policies_resident:policy", args=[policy.pk])


def test_only_what_was_compared_and_is_in_use_is_shown():
    today = timezone.localdate()
    shown = told(title="高龄津贴", valid_to=today)
    hidden = [
        told(title="没核对的", checked_on=None), told(title="停用的", retired_on=today),
        told(title="过期的", valid_to=today - DAY), told(title="还没开始的", valid_from=today + DAY),
    ]  # fmt: skip
    client = Client()
    page = client.get(LIST).content.decode()

    assert [one.title for one in (shown, *hidden) if one.title in page] == ["高龄津贴"]
    assert [client.get(address(one)).status_code for one in (shown, *hidden)] == [200, 404, 404, 404, 404]


def test_one_says_who_how_which_papers_where_and_until_when():
    policy = told(
        title="高龄津贴", amount="每月 100 元", how="本人或者家人申请。", where="社区一楼窗口", phone="88001234",
        valid_to="2099-12-31", conditions={"age_from": 80, "sex": "2"}, proofs=["disability"],
    )  # fmt: skip
    page = Client().get(address(policy)).content.decode()

    wanted = ["每月 100 元", "满 80 周岁", "女性", "残疾人证", "本人或者家人申请。", "社区一楼窗口", "88001234",
              "2099-12-31", "国发〔2015〕52号"]  # fmt: skip
    assert [word for word in wanted if word not in page] == []


def test_which_may_be_hers_by_what_is_hers_alone(woman, chair, grid):
    StatusFactory(resident=woman, category="CJ")
    home = woman.memberships.get().household
    StatusFactory(resident=None, household=home, category="DB")
    husband = MembershipFactory(household=home, resident__area=grid, resident__birth="1930-01-01").resident
    StatusFactory(resident=husband, category="ZB")
    told(title="残疾人的", conditions={"categories": ["CJ"]})
    told(title="看收入的", conditions={"categories": ["CJ"], "income_most": 1000})
    told(title="低保家庭的", conditions={"categories": ["DB"]})
    told(title="重病人的", conditions={"categories": ["ZB"]})
    told(title="只看收入的", conditions={"income_most": 1000, "without": ["DB"]})
    told(title="八十岁的", conditions={"age_from": 80})
    told(title="已经有的", conditions={"categories": ["CJ"]}, grants="CJ")
    client = phone_of(woman, chair)
    before = AuditEvent.objects.count()

    fitting = client.get(LIST).context["fitting"]

    assert [(policy.title, still) for policy, still in fitting] == [
        ("残疾人的", []), ("看收入的", ["人均月收入不超过 1000 元"]),
    ]  # fmt: skip
    assert "您可能符合" in client.get(address(Policy.objects.get(title="残疾人的"))).content.decode()
    assert "您可能符合" not in client.get(address(Policy.objects.get(title="低保家庭的"))).content.decode()
    assert "您可能符合" not in Client().get(LIST).content.decode()
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize(
    ("q", "titles"), [("高龄", ["高龄津贴"]), ("津贴 申请", ["高龄津贴"]), ("没有的", []), ("\x00", ["护理补贴", "高龄津贴"])]
)  # fmt: skip
def test_looking_for_one(q, titles):
    told(title="高龄津贴", how="本人申请")
    told(title="护理补贴", how="残联办理")

    page = Client().get(LIST, {"q": q})

    assert sorted(one.title for one in page.context["policies"]) == sorted(titles)
    assert ("看全部" in page.content.decode()) == (not titles)


def test_the_door_stands_where_there_is_something_to_read():
    assert "惠民政策" not in Client().get("/r/").content.decode()
    told()
    assert "惠民政策" in Client().get("/r/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number(woman, chair, rows):
    client = phone_of(woman, chair)
    for _ in range(rows):
        told()
    # The labels of the code tables are read once and kept.
    client.get(LIST)

    with CaptureQueriesContext(connection) as queries:
        page = client.get(LIST)

    assert (len(page.context["policies"]), len(page.context["fitting"]), len(queries)) == (rows, rows, 5)
