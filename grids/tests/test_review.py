"""Looking over visits: right, sent back, corrected with the difference in sight, many at once with the count first."""

import datetime
import uuid

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from grids.enums import Review
from grids.models import Visit, VisitReview
from grids.services.review import approve_many, approve_visit, return_visit
from grids.services.visit import amend_visit, correct_visit, may_correct, withdraw_visit
from grids.tests.factories import VisitFactory
from grids.today import today_list
from households.tests.factories import HouseholdFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
DAY = datetime.timedelta(days=1)
LIST, MANY = reverse("grids:review_list"), reverse("grids:review_many")


def step(name, visit):
    return reverse(f"grids:visit_{name}", args=[visit.pk])


def key(visit=None):
    """A once-key, and the version of the record that the page showed."""
    return {"once_key": str(uuid.uuid4())} | ({} if visit is None else {"version": visit.version})


def visit_of(person, grid, **fields):
    return VisitFactory(household=HouseholdFactory(area=grid), grid=grid, visitor=person, recorded_by=person, **fields)


def test_a_record_goes_back_is_corrected_and_the_difference_is_seen(as_user, chair, worker, grid):
    visit = visit_of(worker, grid, summary="一切正常。", next_step="", others="王大妈")
    boss, she = as_user(chair), as_user(worker)

    boss.post(step("return", visit), {"note": "写上扶手的事", **key()})
    visit.refresh_from_db()
    assert visit.review == Review.RETURNED
    top = today_list(worker)[0]
    assert (top.key, top.total, top.entries[0].url) == ("returned", 1, visit.get_absolute_url())
    assert "写上扶手的事" in she.get(visit.get_absolute_url()).content.decode()

    form = she.get(step("correct", visit))
    she.post(step("correct", visit), filled(form, next_step="装扶手"))

    visit.refresh_from_db()
    page = boss.get(visit.get_absolute_url())
    assert (visit.review, visit.next_step) == (Review.CORRECTED, "装扶手")
    assert page.context["differences"] == [("下一步", "（空）", "装扶手")]
    assert [group.key for group in today_list(worker)].count("returned") == 0
    boss.post(step("approve", visit), key(visit))
    visit.refresh_from_db()
    assert visit.review == Review.RIGHT
    assert list(VisitReview.objects.order_by("pk").values_list("verdict", "note", "made_by")) == [
        ("returned", "写上扶手的事", chair.pk), ("right", "", chair.pk),
    ]  # fmt: skip


def test_what_was_sent_back_may_be_corrected_whatever_its_age(chair, worker, grid):
    visit = visit_of(worker, grid)
    later = timezone.localdate() + 60 * DAY
    assert not may_correct(visit, worker, day=later)

    return_visit(visit, note="补上时间", by=chair)

    assert may_correct(visit, worker, day=later)
    visit.summary = "补了时间。"
    correct_visit(visit, ["summary"], base_version=visit.version, by=worker)
    assert visit.review == Review.CORRECTED


def test_an_amendment_answers_it_too_and_an_empty_one_does_not(chair, committee, worker, grid):
    visit = visit_of(worker, grid)
    return_visit(visit, note="补上", by=chair)

    with pytest.raises(ValidationError, match="内容没有变化"):
        amend_visit(Visit.objects.get(), ["summary"], reason="补", base_version=visit.version, by=committee)
    assert Visit.objects.get().review == Review.RETURNED
    visit.summary = "补上了。"
    amend_visit(visit, ["summary"], reason="补", base_version=visit.version, by=committee)

    assert Visit.objects.get().review == Review.CORRECTED


def test_nobody_looks_over_her_own(as_user, chair, grid):
    own = visit_of(chair, grid)

    for act in (lambda: approve_visit(own, by=chair), lambda: return_visit(own, note="x", by=chair)):
        with pytest.raises(ValidationError, match="自己的走访不能自己审核"):
            act()
    with pytest.raises(ValidationError, match="没有可以通过的记录"):
        approve_many(Visit.objects.all(), by=chair)
    client = as_user(chair)
    page = client.get(own.get_absolute_url())
    assert (page.context["may_approve"], page.context["may_return"]) == (False, False)
    assert client.get(LIST).context["page"].rows == []
    client.post(step("approve", own), key(own))
    own.refresh_from_db()
    assert own.review == Review.PENDING


def test_a_withdrawn_record_is_not_looked_over(chair, worker, grid):
    visit = visit_of(worker, grid)
    withdraw_visit(visit, reason="记错了户", by=worker)

    with pytest.raises(ValidationError, match="已经作废"):
        approve_visit(visit, by=chair)


def test_many_are_counted_first_then_found_right(as_user, chair, worker, grid, other_grid):
    here = [visit_of(worker, grid) for _ in range(3)]
    there, own = visit_of(worker, other_grid), visit_of(chair, grid)
    right = visit_of(worker, grid, review=Review.RIGHT)
    client = as_user(chair)

    page = client.get(f"{MANY}?all=1&grid={grid.pk}")
    assert (page.context["total"], VisitReview.objects.count()) == (3, 0)
    answer = client.post(f"{MANY}?all=1&grid={grid.pk}", key())

    assert [str(m) for m in get_messages(answer.wsgi_request)] == ["3 条走访审核通过。"]
    states = dict(Visit.objects.values_list("pk", "review"))
    assert [states[v.pk] for v in (*here, there, own, right)] == ["right"] * 3 + ["pending", "pending", "right"]
    assert AuditEvent.objects.filter(action="grids.visit.approve").count() == 3
    assert client.get(f"{MANY}?ids={right.pk}&ids={own.pk}").status_code == 404


def test_one_that_was_decided_meanwhile_is_left_alone_and_said(as_user, chair, worker, grid):
    first, second = visit_of(worker, grid), visit_of(worker, grid)
    url = f"{MANY}?ids={first.pk}&ids={second.pk}"
    client = as_user(chair)
    form = client.get(url)
    return_visit(first, note="补", by=chair)

    client.post(url, filled(form))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.review, second.review) == (Review.RETURNED, Review.RIGHT)


def test_a_double_tap_finds_it_right_once(as_user, chair, worker, grid):
    visit = visit_of(worker, grid)
    once = key(visit)
    client = as_user(chair)

    client.post(step("approve", visit), once)
    client.post(step("approve", visit), once)

    assert VisitReview.objects.count() == 1


def test_a_stranger_and_a_worker_get_nothing(as_user, stranger, worker, committee, grid):
    visit = visit_of(worker, grid)

    for client, code in ((as_user(stranger), 404), (as_user(committee), 404)):
        assert client.post(step("approve", visit), key(visit)).status_code == code
        assert client.get(step("return", visit)).status_code == code
    assert as_user(stranger).get(f"{MANY}?ids={visit.pk}").status_code == 404
    assert as_user(stranger).get(LIST).context["page"].rows == []
    assert Visit.objects.get().review == Review.PENDING


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(as_user, chair, worker, grid, rows):
    for _ in range(rows):
        visit_of(worker, grid)

    response, queries = queries_beyond(as_user(chair), reverse("grids:review_list"), SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 5


def test_what_was_changed_since_it_was_read_is_not_found_right(as_user, chair, worker, grid):
    visit = visit_of(worker, grid)
    read = key(visit)
    visit.summary = "换了一种说法。"
    correct_visit(visit, ["summary"], base_version=visit.version, by=worker)

    answer = as_user(chair).post(step("approve", visit), read)

    assert [str(m) for m in get_messages(answer.wsgi_request)] == [
        "这条走访刚被改过，还没有通过。请看一下改了什么，再点审核通过。"
    ]
    assert Visit.objects.get().review == Review.PENDING


def test_a_record_that_is_changed_after_it_was_found_right_waits_again(chair, worker, grid):
    visit = visit_of(worker, grid)
    approve_visit(visit, by=chair)
    visit.summary = "换了一种说法。"

    correct_visit(visit, ["summary"], base_version=visit.version, by=worker)

    assert list(Visit.objects.to_review(chair)) == [visit]


def test_more_than_was_counted_is_counted_again_before_anything_is_found_right(as_user, chair, worker, grid):
    visit_of(worker, grid)
    client = as_user(chair)
    form = client.get(f"{MANY}?all=1")
    visit_of(worker, grid)

    again = client.post(f"{MANY}?all=1", filled(form))

    assert "您打开这一页时是 1 条，现在是 2 条，还没有动。" in again.content.decode()
    assert VisitReview.objects.count() == 0
    client.post(f"{MANY}?all=1", filled(again))
    assert VisitReview.objects.count() == 2


@pytest.mark.parametrize("odd", ["²", "9" * 25, "-1"])
def test_a_number_that_no_row_can_have_chooses_nothing(as_user, chair, odd):
    assert as_user(chair).get(MANY, {"ids": odd}).status_code == 404
