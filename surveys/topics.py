"""Surveys by the seven fields of work: how many, what they received, what their words speak of, what became of them."""

from dataclasses import dataclass

from django.db.models import Count, Q

from fedhub.reference.lookup import labels
from surveys.models import Finding, TextTag
from surveys.queries import received


@dataclass
class TopicRow:
    """One field of work. `received`: responses of those surveys that have enough of them; `words`: texts that were found to speak
    of it, in any survey (None: fewer than the limit)."""

    topic: str
    label: str
    surveys: int = 0
    received: int = 0
    words: int | None = 0
    findings: int = 0
    concerns: int = 0


def by_topic(surveys, least):
    """TopicRow of every field, in its order, and of surveys without one last; five queries. `surveys`: a queryset."""
    rows = {code: TopicRow(code, label) for code, label in labels("survey_topic").items()}
    rows[""] = TopicRow("", "没有归到一个方面")
    topics = dict(surveys.values_list("pk", "topic"))
    counts = received(topics)
    for pk, topic in topics.items():
        row, n = rows.get(topic, rows[""]), counts.get(pk, 0)
        row.surveys += 1
        row.received += n if n >= least else 0
    tags = TextTag.objects.filter(entry__survey__in=[pk for pk in topics if counts.get(pk, 0) >= least])
    for topic, n in tags.values_list("topic").annotate(n=Count("pk")).order_by():
        if topic in rows:
            rows[topic].words = n if n >= least else None
    made = Finding.objects.filter(survey__in=list(topics)).values_list("topic")
    for topic, n, raised in made.annotate(
        n=Count("pk"), raised=Count("pk", filter=Q(concern__isnull=False))
    ).order_by():
        row = rows.get(topic, rows[""])
        row.findings, row.concerns = row.findings + n, row.concerns + raised
    return [row for row in rows.values() if row.topic or row.surveys]
