"""A supervisor looks at visit records: right, or sent back with a note; what was changed then is seen side by side."""

from django.core.exceptions import ValidationError
from django.db import transaction

from fedhub.core import audit
from grids.enums import Review
from grids.flow import review_flow
from grids.models import Visit, VisitReview
from grids.services.visit import texts_of

# What a reader compares after a correction.
COMPARED = (
    "visited_on", "started_at", "ended_at", "mode", "kind", "reason", "met", "others", "summary", "problems", "hazards",
    "topics", "gifts", "satisfaction", "next_step", "next_on",
)  # fmt: skip


def is_others(visit, user):
    """True when `user` may look over `visit`: it is not her own, and it counts for something."""
    return user.pk not in (visit.visitor_id, visit.partner_id, visit.recorded_by_id) and visit.withdrawn_at is None


def check_reviewer(visit, user):
    """Raises ValidationError for one's own visit, and for one that was withdrawn."""
    if user.pk in (visit.visitor_id, visit.partner_id, visit.recorded_by_id):
        raise ValidationError("自己的走访不能自己审核。")
    if visit.withdrawn_at is not None:
        raise ValidationError("这条走访已经作废，不用审核。")


@transaction.atomic
def approve_visit(visit, *, by):
    """The record is right. Returns the VisitReview. Raises FlowError, ValidationError."""
    check_reviewer(visit, by)
    review_flow.walk(visit, "approve")
    audit.record("grids.visit.approve", visit, by=by, area=visit.household.area)
    return VisitReview.objects.create(visit=visit, verdict=Review.RIGHT, made_by=by)


@transaction.atomic
def return_visit(visit, *, note, by):
    """Back to the visitor with a note; she may then correct it whatever its age. Returns the VisitReview."""
    check_reviewer(visit, by)
    before = texts_of(visit, COMPARED, with_people=True)
    review_flow.walk(visit, "return")
    audit.record("grids.visit.return", visit, by=by, area=visit.household.area)
    return VisitReview.objects.create(visit=visit, verdict=Review.RETURNED, note=note, before=before, made_by=by)


@transaction.atomic
def approve_many(visits, *, by):
    """Find all `visits` (a queryset) right that wait for a review and are not one's own; returns how many were.

    Raises ValidationError when there is none.
    """
    ids = review_flow.walk_many(visits.to_review(by), "approve", by=by)
    if not ids:
        raise ValidationError("没有可以通过的记录：都审核过了，或者是自己的走访。")
    VisitReview.objects.bulk_create(
        [VisitReview(visit_id=pk, verdict=Review.RIGHT, made_by=by) for pk in ids], batch_size=500
    )
    audit.record_many("grids.visit.approve", Visit.objects.filter(pk__in=ids), by=by, together=len(ids))
    return len(ids)


def two_texts(review, visit):
    """(what the record said when `review` sent it back, what it says today), as texts by field."""
    return review.before or {}, texts_of(visit, COMPARED, with_people=True)
