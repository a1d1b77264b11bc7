"""What the council's lists read: plain values, never instances (as concerns.listing); nothing encrypted is opened for a line."""

from django.db.models import F

TOPIC = (
    "id", "number", "title", "place", "category", "source", "supporters", "raised_on", "step_on", "status", "urgency", "reopened",
    "replied_on", "reply_due_on", "updated_at",
)  # fmt: skip


def topic_values(rows):
    """`rows` (Topics) as dicts of TOPIC and lead_number."""
    return rows.values(*TOPIC, lead_number=F("lead__number"))


def action_values(rows):
    """`rows` (Actions) as dicts, with the words of their topics and the names of their owners."""
    return rows.values(
        "id", "content", "topic_id", "unit", "due_on", "percent", "status", "closed_on",
        topic_title=F("topic__title"), owner_name=F("owner__name"),
    )  # fmt: skip


def meeting_values(rows):
    """`rows` (Meetings) as dicts, with the names of their councils."""
    return rows.values("id", "title", "starts_at", "place", "way", "status", council_name=F("council__name"))
