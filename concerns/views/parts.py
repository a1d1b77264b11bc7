"""Parts of the page of a concern: clocks, other offices, the chair's decisions, those handled with it, cases."""

from django.utils import timezone

from concerns.enums import ApprovalStatus
from concerns.models import Concern
from concerns.queries import due_chip, status_chip, what_is_asked
from concerns.services.answers import verdict_for
from concerns.services.clocks import escalates_on, warns_from
from concerns.services.handling import doors
from concerns.views.actions import referral_actions

SHOWN = 20


def clocks_of(concern):
    """Days of `concern` with their chips, the day it comes before the chair, pauses and extensions."""
    soon, runs = warns_from(), concern.is_running
    escalates = escalates_on(concern) if runs else None
    return {
        "first": due_chip(concern.first_due_on, soon) if runs and concern.first_answered_at is None else None,
        "closing": due_chip(concern.due_on, soon) if runs else None,
        "officer": due_chip(concern.handle_by, soon) if runs and concern.handle_by else None,
        "escalates": escalates,
        "escalated": escalates is not None and escalates <= timezone.localdate(),
        "pauses": list(concern.pauses.select_related("made_by").order_by("-pk")),
        "extensions": list(concern.extension_rows.select_related("made_by", "approval__decided_by").order_by("-pk")),
    }


def referrals_of(concern, user):
    """Referrals, newest first, each with its chip, `actions` and `answer_url` ('' when nothing waits)."""
    found, soon = (
        list(concern.referrals.select_related("agency", "offered_by", "concern").order_by("-pk")),
        warns_from(),
    )
    for referral in found:
        referral.actions = referral_actions(referral, user)
        referral.answer_url = next((a.url for a in referral.actions if a.name == "answer"), "")
        referral.chip = due_chip(referral.due_on, soon) if referral.ended_on is None else None
    return found


def approvals_of(concern, user):
    """Requests to the chair, newest first, each with `words`, and who may decide or take it back."""
    found = list(concern.approvals.select_related("asked_by", "decided_by", "concern").order_by("-pk"))
    words, decides = what_is_asked(found), user.has_perm("concerns.approve_concern", concern)
    for approval in found:
        own, waits = approval.asked_by_id == user.pk, approval.status == ApprovalStatus.ASKED
        approval.words = words[approval.pk]
        approval.waits = waits
        approval.may_decide = waits and decides and not own
        approval.may_drop = waits and own and user.has_perm("concerns.answer_concern", concern)
    return found


def together_of(concern, user):
    """Those handled with `concern`: the lead it follows, or its followers that `user` may see and how many others."""
    if concern.lead_id is not None:
        seen = Concern.objects.visible_to(user).filter(pk=concern.lead_id).exists()
        return {"lead": concern.lead, "lead_seen": seen, "followers": [], "total": 0, "unseen": 0}
    total = concern.followers.count()
    if not total:
        return {"lead": None, "followers": [], "total": 0, "unseen": 0}
    rows = Concern.objects.visible_to(user).filter(lead=concern)
    seen = rows.count()
    return {
        "lead": None,
        "followers": worksheet_rows(list(rows_for_answering(rows).order_by("raised_on", "pk")[:SHOWN])),
        "total": total,
        "unseen": total - seen,
        "more": seen > SHOWN,
    }


def rows_for_answering(concerns):
    """`concerns` with what `verdict_for` and a line of the worksheet read."""
    return concerns.select_related("area", "resident__safe_contact", "resident__notice_choice").prefetch_related(
        "resident__consents"
    )


def worksheet_rows(concerns):
    """Lines of women to be answered: dicts concern, chip, who, wish, verdict (Verdict by the wished channel, or None)."""
    return [
        {
            "id": concern.pk,
            "concern": concern,
            "chip": status_chip(concern),
            "who": "不留姓名" if concern.anonymous else concern.resident or concern.on_behalf or "没有登记是谁",
            "wish": concern.get_channel_display(),
            "verdict": verdict_for(concern, concern.channel) if concern.channel else None,
        }
        for concern in concerns
    ]


def cases_of(concern, user):
    """`[(label, case)]` of the work apps that handle `concern`, as far as `user` may know of them."""
    return [(route.label, case) for route in doors(user, concern) for case in route.cases(concern, user)]
