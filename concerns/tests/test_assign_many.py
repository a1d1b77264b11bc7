"""Many concerns given to one person at once, and taken back."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from concerns.models import AssignmentBatch, Concern
from concerns.services.batches import assign_many, undo_batch
from concerns.services.handling import finish_concern
from concerns.services.together import join_concerns
from concerns.tests.factories import ConcernFactory, concern_at

pytestmark = pytest.mark.django_db


def people(*concerns):
    return [Concern.objects.get(pk=c.pk).assigned_to for c in concerns]


def test_open_ones_are_given_and_each_goes_back_to_whose_it_was(chair, worker, committee, grid):
    new, mine, hers = ConcernFactory(area=grid), concern_at("accepted", area=grid), None
    hers = concern_at("assigned", area=grid, assigned_to=committee)
    done = concern_at("done", area=grid)

    batch = assign_many(Concern.objects.all(), person=worker, reason="换岗", by=chair)

    assert (batch.total, batch.area, batch.person, batch.reason) == (3, grid, worker, "换岗")
    assert people(new, mine, hers, done) == [worker, worker, worker, None]
    result = undo_batch(batch, by=chair)
    assert (result.back, result.refused) == (3, [])
    assert people(new, mine, hers) == [None, None, committee]
    assert list(Concern.objects.order_by("pk").values_list("status", flat=True)) == [
        "new", "accepted", "assigned", "done",
    ]  # fmt: skip
    with pytest.raises(ValidationError, match="已经撤销过"):
        undo_batch(batch, by=chair)


def test_what_was_worked_on_since_stays(chair, worker, grid):
    first, second = ConcernFactory(area=grid), ConcernFactory(area=grid)
    batch = assign_many(Concern.objects.all(), person=worker, by=chair)
    first.refresh_from_db()
    finish_concern(first, result="修好了", by=worker)

    result = undo_batch(batch, by=chair)

    assert (result.back, result.refused) == (1, [first])
    assert people(first, second) == [worker, None]


def test_followers_go_with_their_lead(chair, worker, grid, other_grid):
    lead, follower, alone = ConcernFactory(area=grid), ConcernFactory(area=grid), ConcernFactory(area=other_grid)
    join_concerns(lead, [follower], by=chair)

    batch = assign_many(Concern.objects.filter(pk__in=[lead.pk, follower.pk, alone.pk]), person=worker, by=chair)

    assert (batch.total, people(lead, follower, alone), batch.area) == (3, [worker] * 3, grid.parent)


def test_a_day_for_all_or_each_its_own(chair, worker, grid):
    day = timezone.localdate()
    later = day + timedelta(days=300)
    own = concern_at("assigned", area=grid, handle_by=later)
    assign_many(Concern.objects.all(), person=worker, by=chair)
    own.refresh_from_db()
    assert own.handle_by == later

    assign_many(Concern.objects.all(), person=worker, handle_by=day, by=chair)

    own.refresh_from_db()
    assert own.handle_by == day


def test_nothing_to_give(chair, worker):
    concern_at("closed")

    with pytest.raises(ValidationError, match="没有可以交办的诉求"):
        assign_many(Concern.objects.all(), person=worker, by=chair)

    assert AssignmentBatch.objects.count() == 0
