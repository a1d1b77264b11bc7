"""The board of topics: a column for each state, the longest waiting on top, and how long."""

from dataclasses import dataclass

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from council.enums import Status
from council.listing import topic_values

COLUMNS = (
    (Status.COLLECTED, "筛选"), (Status.ACCEPTED, "上下次会议"), (Status.SCHEDULED, "开会审议"), (Status.DISCUSSED, "写议定结果"),
    (Status.DECIDED, "开始办理"), (Status.IN_WORK, "办结"), (Status.DONE, "验收"), (Status.CHECKED, "逐人反馈"),
    (Status.REFUSED, "逐人反馈"), (Status.PASSED, "登记对方答复"), (Status.TOLD, "公示结果"), (Status.PUBLISHED, "期满归档"),
)  # fmt: skip
# So many cards a column shows; the others are in the list.
CARDS = 12


@dataclass(frozen=True)
class Column:
    """One state: its words, what comes next, how many topics stand there, the first of them (listing.topic_values)."""

    key: str
    label: str
    after: str
    count: int
    topics: list

    @property
    def longest(self):
        """Days of the one that waits longest, None in an empty column."""
        return (timezone.localdate() - self.topics[0]["step_on"]).days if self.topics else None


def columns(topics):
    """The Columns of `topics` (a queryset); three queries, whatever stands in them. Rare states are left out while empty."""
    rows = topics.filter(status__in=[status for status, _ in COLUMNS]).order_by()
    counts = dict(rows.values_list("status").annotate(n=Count("pk")))
    rank = Window(RowNumber(), partition_by=F("status"), order_by=[F("step_on").asc(), F("id").asc()])
    found = {status: [] for status, _ in COLUMNS}
    # Ranked from the index alone; what a card shows is read for the cards alone.
    first = list(rows.annotate(rank=rank).filter(rank__lte=CARDS).values_list("pk", flat=True))
    for item in topic_values(topics.filter(pk__in=first)).order_by("step_on", "id"):
        found[item["status"]].append(item)
    always = {status for status, _ in COLUMNS} - {Status.REFUSED, Status.PASSED}
    return [
        Column(status.value, status.label, after, counts.get(status, 0), found[status])
        for status, after in COLUMNS if status in always or found[status]
    ]  # fmt: skip
