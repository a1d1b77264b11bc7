"""What lists of concerns read: plain values, never instances (as households.listing)."""

from django.db.models import F, Value

from concerns.enums import ApprovalStatus
from concerns.models import Approval, Concern, Referral
from fedhub.core.lookups import AnyOf

ROW = (
    "id", "number", "title", "place", "topic", "origin", "raised_on", "status", "outcome", "area_id", "household_id",
    "due_on", "handle_by", "paused_on", "reopened", "score", "lead_id", "updated_at",
    "closed_at",
)  # fmt: skip
JOINED, AGENCY, ASKED = "joined", "agency", "asked"


def concern_values(rows):
    """`rows` (Concerns) as dicts of ROW and officer, lead_number, home_number, head_name, first_name."""
    return rows.values(
        *ROW, officer=F("assigned_to__name"), lead_number=F("lead__number"), home_number=F("household__number"),
        head_name=F("household__head_name"), first_name=F("household__first_name"),
    )  # fmt: skip


def marks_of(ids):
    """`{concern id: {JOINED: how many follow it, AGENCY: …, ASKED: …}}` of those that have any; one query."""
    followers = Concern.objects.order_by().filter(AnyOf("lead_id", ids)).values_list("lead_id", Value(JOINED))
    referrals = Referral.objects.order_by().waiting().filter(AnyOf("concern_id", ids))
    approvals = Approval.objects.order_by().filter(AnyOf("concern_id", ids), status=ApprovalStatus.ASKED)
    rows = followers.union(
        referrals.values_list("concern_id", Value(AGENCY)), approvals.values_list("concern_id", Value(ASKED)), all=True
    )
    found = {}
    for pk, mark in rows:
        marks = found.setdefault(pk, {})
        marks[mark] = marks.get(mark, 0) + 1
    return found
