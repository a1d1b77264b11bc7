"""The pages of the visit rules: everybody reads them, the chair changes them and sees first what changes."""

import pytest
from django.urls import reverse
from django.utils import timezone

from fedhub.core.models import AuditEvent, Job
from fedhub.core.testing.client import filled
from fedhub.reference.models import VisitRule
from fedhub.reference.services import load_reference
from households.services.households import set_due
from households.tests.factories import MembershipFactory, StatusFactory

pytestmark = pytest.mark.django_db
LIST = reverse("reference:visitrule_list")
NEW = reverse("reference:visitrule_create")


@pytest.fixture(autouse=True)
def _rules(db):
    load_reference()


@pytest.fixture
def poor(grid):
    """A family of the category 低保 whose days are as the rules say."""
    member = MembershipFactory(household__area=grid)
    StatusFactory(resident=member.resident, category="DB")
    return set_due(member.household, timezone.localdate())


def edit(key):
    return reverse("reference:visitrule_update", args=[VisitRule.objects.get(key=key).pk])


def test_the_rules_are_grouped_by_what_they_are_about(client, worker):
    page = client.get(LIST)

    heads = [(target, heading, len(rules)) for target, heading, rules in page.context["groups"]]
    assert heads == [
        ("all", "所有家庭", 1), ("category", "按家庭类别", 20), ("level", "按风险等级", 4), ("kind", "按家庭类型", 4),
        ("event", "遇事必访", 11),
    ]  # fmt: skip
    text = page.content.decode()
    assert ("低保" in text, "离婚" in text, "/edit/" in text, "加一条" in text) == (True, True, False, False)


def test_a_worker_changes_nothing(client, worker):
    assert [client.get(url).status_code for url in (edit("ordinary"), NEW)] == [404, 404]
    assert client.post(reverse("reference:visitrule_follow")).status_code == 404
    assert not Job.objects.exists()


def test_what_changes_is_shown_before_it_is_saved(client, chair, poor):
    url = edit("category-db")
    data = filled(client.get(url), every_days=20)

    shown = client.post(url, data)

    assert (shown.context["weighed"], shown.context["affected"]) == (True, 1)
    assert "约 1 户的应访日期或排序会变" in shown.content.decode()
    assert VisitRule.objects.get(key="category-db").every_days == 60
    saved = client.post(url, filled(shown))
    assert saved.url == LIST
    poor.refresh_from_db()
    assert (VisitRule.objects.get(key="category-db").every_days, poor.visit_every) == (20, 20)
    assert "1 户的应访日期或排序变了" in client.get(LIST).content.decode()


def test_what_was_changed_again_after_looking_is_shown_again(client, chair, poor):
    url = edit("category-db")
    shown = client.post(url, filled(client.get(url), every_days=20))

    again = client.post(url, filled(shown, every_days=10))

    assert again.context["weighed"] is True
    assert VisitRule.objects.get(key="category-db").every_days == 60


def test_two_who_change_one_rule_see_both(client, chair, poor):
    url = edit("category-db")
    shown = client.post(url, filled(client.get(url), every_days=20))
    VisitRule.objects.filter(key="category-db").update(every_days=40, version=9)

    answer = client.post(url, filled(shown))

    assert answer.status_code == 409
    assert VisitRule.objects.get(key="category-db").every_days == 40


@pytest.mark.parametrize(
    ("key", "change", "field"),
    [
        ("category-db", {"every_days": "0"}, "every_days"),
        ("category-db", {"every_days": ""}, "every_days"),
        ("category-db", {"weight": "101"}, "weight"),
        ("event-birth", {"within_days": ""}, "within_days"),
        ("event-birth", {"within_days": "-3"}, "within_days"),
    ],
)
def test_days_that_cannot_be_are_refused(client, chair, key, change, field):
    url = edit(key)

    page = client.post(url, filled(client.get(url)) | change)

    assert field in page.context["form"].errors


def test_a_visit_is_not_early_by_its_whole_interval(client, chair):
    url = edit("category-db")
    shown = client.post(url, filled(client.get(url), early_days=60))

    page = client.post(url, filled(shown))

    assert page.context["form"].errors["early_days"] == ["可以提前的天数要比走访间隔短。"]


def test_the_ordinary_rule_is_not_switched_off(client, chair):
    assert "active" not in client.get(edit("ordinary")).context["form"].fields


def test_a_category_without_a_rule_gets_one(client, chair, poor):
    VisitRule.objects.filter(key="category-db").delete()
    offered = dict(client.get(NEW).context["form"].fields["about"].choices[1][1])
    assert list(offered) == ["category:DB"]
    data = {"about": "category:DB", "name": "低保每半月", "every_days": 15, "early_days": 3, "grace_days": 2, "weight": 9,
            "who": "any"}  # fmt: skip

    shown = client.post(NEW, data)
    assert shown.context["affected"] == 1
    client.post(NEW, filled(shown))

    poor.refresh_from_db()
    assert poor.visit_every == 15
    assert AuditEvent.objects.filter(action="reference.visitrule.add", actor_id=chair.pk).count() == 1


def test_a_must_visit_without_its_days_is_refused(client, chair):
    VisitRule.objects.filter(key="event-birth").delete()
    data = {"about": "event:birth", "name": "新生儿", "every_days": 15, "grace_days": 2, "weight": 9, "who": "any",
            "early_days": 0}  # fmt: skip

    page = client.post(NEW, data)
    assert list(page.context["form"].errors) == ["within_days"]
    shown = client.post(NEW, data | {"within_days": 5})
    client.post(NEW, filled(shown))

    rule = VisitRule.objects.get(target="event", code="birth")
    assert (rule.every_days, rule.within_days, rule.key) == (None, 5, "event-birth")
