"""Merging and parting: the same lamp told three times is handled once and answered three times."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from concerns.enums import Outcome, PauseReason, Status, Told
from concerns.models import Concern, Joining
from concerns.services.answers import answer_concern, rate_concern
from concerns.services.clocks import pause_concern
from concerns.services.handling import (
    accept_concern,
    assign_concern,
    close_concern,
    finish_concern,
    withdraw_concern,
)
from concerns.services.together import end_pauses, join_concerns, part_concerns
from concerns.tests.factories import ConcernFactory, concern_at
from fedhub.core.flow import FlowError
from fedhub.core.models import AuditEvent
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db


def states(*concerns):
    return [Concern.objects.get(pk=c.pk).status for c in concerns]


def lamp(grid, count=3, **fields):
    return [
        ConcernFactory(title="楼道灯不亮", area=grid, resident=ResidentFactory(area=grid), **fields)
        for _ in range(count)
    ]


def test_three_told_the_same_and_each_hears_it_herself(chair, worker, grid):
    lead, second, third = lamp(grid)

    assert join_concerns(lead, [second, third], reason="同一盏灯", by=chair) == 2
    accept_concern(lead, by=chair)
    assign_concern(lead, person=worker, handle_by=timezone.localdate(), by=chair)
    finish_concern(lead, result="物业换了灯泡。", by=worker)
    assert states(lead, second, third) == ["done"] * 3
    second.refresh_from_db()
    assert (second.assigned_to, second.result) == (worker, "物业换了灯泡。")
    for concern, told in ((lead, Told.PHONE), (second, Told.FACE), (third, Told.HOME)):
        concern.refresh_from_db()
        answer_concern(concern, answer="灯修好了。", told=told, outcome=Outcome.SOLVED, by=worker)
        close_concern(concern, by=chair)
    rate_concern(lead, score=5, by=worker)
    third.refresh_from_db()
    rate_concern(third, score=1, words="又不亮了", by=worker)

    assert states(lead, second, third) == ["closed", "closed", "accepted"]
    third.refresh_from_db()
    assert (third.lead, third.reopened, third.score) == (None, 1, 1)
    assert Joining.objects.filter(parted_at=None).values_list("concern", flat=True).get() == second.pk
    assert [c.resident_id for c in (lead, second, third)] == sorted({c.resident_id for c in (lead, second, third)})


@pytest.mark.parametrize("status", ["accepted", "assigned", "done"])
def test_what_is_merged_stands_where_its_lead_stands_and_goes_back_to_where_it_was(chair, worker, grid, status):
    lead, (new,) = concern_at(status, area=grid), lamp(grid, 1)
    old = concern_at("accepted", area=grid)

    join_concerns(lead, [new, old], by=chair)

    assert states(new, old) == [status] * 2
    assert part_concerns(lead, [new, old], by=chair) == 2
    assert states(new, old) == ["new", "accepted"]
    for concern in (new, old):
        concern.refresh_from_db()
        assert (concern.lead, concern.assigned_to, concern.handle_by, concern.result) == (None, None, None, "")
    assert Joining.objects.filter(parted_at=None).count() == 0


def test_parting_gives_ten_back_as_they_were(chair, worker, grid):
    lead = concern_at("done", area=grid, assigned_to=chair, handle_by=timezone.localdate())
    ten = [concern_at("assigned", area=grid, assigned_to=worker) for _ in range(5)] + lamp(grid, 5)
    before = list(Concern.objects.filter(pk__in=[c.pk for c in ten]).order_by("pk").values("status", "assigned_to"))

    join_concerns(lead, ten, by=chair)
    answered = Concern.objects.get(pk=ten[0].pk)
    answer_concern(answered, answer="修好了。", told=Told.FACE, outcome=Outcome.SOLVED, by=worker)
    part_concerns(lead, ten, by=chair)

    after = list(Concern.objects.filter(pk__in=[c.pk for c in ten]).order_by("pk").values("status", "assigned_to"))
    assert after[1:] == before[1:]
    assert after[0]["status"] == "answered"


def test_a_lead_brings_its_own_along(chair, grid):
    first, second, third = lamp(grid)
    join_concerns(second, [third], by=chair)

    join_concerns(first, [second], by=chair)

    assert list(Concern.objects.filter(lead=first).order_by("pk")) == [second, third]
    assert Joining.objects.filter(concern=third).count() == 2
    assert Joining.objects.filter(concern=third, parted_at=None).get().lead == first


def test_what_cannot_be_merged(chair, grid):
    lead, follower, other = lamp(grid)
    join_concerns(lead, [follower], by=chair)

    with pytest.raises(FlowError, match=f"已并入 {lead.number}"):
        join_concerns(follower, [other], by=chair)
    with pytest.raises(FlowError, match="主件已经答复"):
        join_concerns(concern_at("answered"), [other], by=chair)
    with pytest.raises(FlowError, match="已经答复，不能并入"):
        join_concerns(other, [concern_at("closed")], by=chair)
    with pytest.raises(FlowError, match="比主件办得远"):
        join_concerns(other, [concern_at("assigned")], by=chair)
    with pytest.raises(FlowError, match="请选要并入"):
        join_concerns(other, [other], by=chair)
    with pytest.raises(FlowError, match="请选要并入"):
        join_concerns(lead, [follower], by=chair)

    assert Joining.objects.count() == 1


def test_a_follower_is_not_handled_alone(chair, worker, grid):
    lead, follower = lamp(grid, 2)
    join_concerns(lead, [follower], by=chair)
    follower.refresh_from_db()

    for act in (
        lambda: accept_concern(follower, by=chair),
        lambda: assign_concern(follower, person=worker, handle_by=timezone.localdate(), by=chair),
        lambda: finish_concern(follower, result="修了", by=chair),
    ):
        with pytest.raises(FlowError, match="随主件办理"), transaction.atomic():
            act()
    with pytest.raises(ValidationError, match="还有 1 件并入"):
        withdraw_concern(lead, reason="不用了", by=chair)
    withdraw_concern(follower, reason="她不要了", by=chair)
    withdraw_concern(lead, reason="不用了", by=chair)

    follower.refresh_from_db()
    assert (follower.lead, follower.outcome) == (None, Outcome.WITHDRAWN)


def test_parting_twice_is_refused(chair, grid):
    lead, follower = lamp(grid, 2)
    join_concerns(lead, [follower], by=chair)
    part_concerns(lead, [follower], by=chair)

    with pytest.raises(FlowError, match="有的已经拆出来"):
        part_concerns(lead, [follower], by=chair)


def test_a_merged_clock_stands_still_with_its_lead(chair, worker, grid):
    lead = concern_at("assigned", area=grid)
    (follower,) = lamp(grid, 1)
    join_concerns(lead, [follower], by=chair)

    pause_concern(lead, reason=PauseReason.AGENCY, by=chair)
    follower.refresh_from_db()
    assert follower.paused_on == timezone.localdate()
    with pytest.raises(FlowError, match="随主件停表"):
        pause_concern(follower, reason=PauseReason.HER, by=chair)
    end_pauses(lead, by=chair)

    follower.refresh_from_db()
    assert (lead.paused_on, follower.paused_on) == (None, None)


def test_what_is_merged_into_a_clock_that_stands_still_stands_still_too_and_the_late_stay_late(chair, grid):
    lead = concern_at("assigned", area=grid)
    (before, late, after), day = lamp(grid, 3), timezone.localdate()
    Concern.objects.filter(pk=late.pk).update(due_on=day - timedelta(days=1))
    join_concerns(lead, [before, late], by=chair)
    pause_concern(lead, reason=PauseReason.AGENCY, note="等灯具", by=chair)

    join_concerns(lead, [after], by=chair)

    assert [Concern.objects.get(pk=row.pk).paused_on for row in (before, late, after)] == [day, None, day]
    assert after.pauses.get().note == "等灯具"
    end_pauses(Concern.objects.get(pk=lead.pk), by=chair)
    assert not Concern.objects.exclude(paused_on=None).exists()


def test_merging_five_hundred_costs_a_bounded_number_of_queries(chair, grid, django_assert_max_num_queries):
    lead = concern_at("assigned", area=grid)
    many = [ConcernFactory(area=grid) for _ in range(500)]

    with django_assert_max_num_queries(40):
        assert join_concerns(lead, many, by=chair) == 500
    with django_assert_max_num_queries(40):
        assert part_concerns(lead, many, by=chair) == 500

    assert Concern.objects.filter(status=Status.NEW, lead=None).count() == 500
    assert AuditEvent.objects.filter(action="concerns.concern.join").count() == 500


def test_one_concern_has_one_open_lead(chair, grid):
    lead, follower = lamp(grid, 2)
    join_concerns(lead, [follower], by=chair)

    with pytest.raises(IntegrityError), transaction.atomic():
        Joining.objects.create(concern=follower, lead=lead, status_before="new", joined_by=chair)
    with pytest.raises(IntegrityError), transaction.atomic():
        Joining.objects.filter(lead=lead).update(parted_at=timezone.now())
