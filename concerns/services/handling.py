"""Working on a concern: taking it in, giving it to somebody, writing down what was done, giving it to a work app.

What is done to a concern that leads others is done to all of them (services.together).
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns.enums import Outcome, Status, Told
from concerns.flow import IN_WORK, concern_flow, referral_flow
from concerns.routing import routes
from concerns.services.answers import drop_requests
from concerns.services.clocks import end_pause
from concerns.services.together import check_no_followers, end_pauses, leave, must_lead, walk_with_followers
from fedhub.core import audit
from fedhub.core.flow import FlowError


@transaction.atomic
def accept_concern(concern, *, by):
    """Take a new concern in."""
    walk_with_followers(concern, "accept", by=by)
    audit.record("concerns.concern.accept", concern, by=by)
    return concern


@transaction.atomic
def assign_concern(concern, *, person, handle_by, base_version=None, by):
    """Give the concern to `person`, to be done by the day `handle_by`.

    Raises StaleVersion when it is not the `base_version` read, ValidationError when the day is later than the day of
    closing that the woman was promised.
    """
    check_handle_by(concern, handle_by)
    walk_with_followers(concern, "assign", base_version=base_version, by=by, assigned_to=person, handle_by=handle_by)
    audit.record("concerns.concern.assign", concern, by=by, person=person.pk, handle_by=handle_by.isoformat())
    return concern


def check_handle_by(concern, day):
    """Raises ValidationError when the officer's day lies behind the day of closing, unless that is past already."""
    if concern.due_on >= timezone.localdate() and day > concern.due_on:
        raise ValidationError(
            {"handle_by": f"承办期限不能晚于办结期限（{concern.due_on:%Y-%m-%d}）。办不完的先申请延期。"}
        )


@transaction.atomic
def finish_concern(concern, *, result, by):
    """Write down what was done. A clock that stood still runs again."""
    end_pauses(concern, by=by)
    walk_with_followers(concern, "finish", by=by, result=result)
    audit.record("concerns.concern.finish", concern, by=by)
    return concern


@transaction.atomic
def close_concern(concern, *, by):
    """Close an answered concern. Raises FlowError while she has not been told (handbook 2.5: 反馈 before 归档)."""
    if concern.status == Status.ANSWERED and concern.told in ("", Told.NOT_YET):
        raise FlowError("还没有告诉本人，不能办结。告诉以后请再点“答复”，选好告知方式。")
    concern_flow.walk(concern, "close", closed_at=timezone.now())
    drop_requests(concern, by=by)
    audit.record("concerns.concern.close", concern, by=by, outcome=concern.outcome)
    return concern


@transaction.atomic
def withdraw_concern(concern, *, reason, by):
    """She took it back. A follower leaves its lead; a lead must have none left; other offices need not answer any more."""
    check_no_followers(concern)
    end_pause(concern, by=by)
    leave(concern, by=by)
    concern_flow.walk(concern, "withdraw", outcome=Outcome.WITHDRAWN, closed_at=timezone.now())
    drop_requests(concern, by=by)
    for referral in concern.referrals.waiting():
        referral_flow.walk(referral, "take_back", ended_on=timezone.localdate(), reply="本人撤回了诉求。")
        audit.record("concerns.concern.offer_taken_back", concern, by=by, agency=referral.agency_id)
    audit.record("concerns.concern.withdraw", concern, by=by, reason=reason)
    return concern


@transaction.atomic
def route_concern(concern, route, *, by):
    """Give the concern to the work app behind `route` (a Route); returns the case it became part of.

    The work app answers through `answer_concern` when it is done. Raises FlowError when the concern is not in work.
    """
    must_lead(concern)
    if concern.status not in (Status.NEW, *IN_WORK):
        raise FlowError(f"现在的状态是“{concern.get_status_display()}”，不能转入{route.label}。")
    if concern.status == Status.NEW:
        accept_concern(concern, by=by)
    case = route.open(concern, by=by)
    audit.record("concerns.concern.route", concern, by=by, to=route.key)
    return case


def doors(user, concern):
    """Routes of which `user` may know where `concern` lies, in their order."""
    return [route for route in routes if route.permission is None or user.has_perm(route.permission, concern)]


def open_routes(user, concern):
    """Those through which `user` may send `concern` now."""
    return [route for route in doors(user, concern) if route.fits(concern)]
