"""What must be done at a family's door besides the regular visit."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from fedhub.areas.models import ScopedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.models import Stamped
from households.enums import TaskKind, TaskState
from households.models.campaign import Campaign
from households.models.household import Household
from households.models.resident import Resident


class VisitTaskQuerySet(ScopedQuerySet):
    scope_path = "household__area"

    def for_list(self):
        return self.select_related("household", "household__area", "assigned_to")

    def open(self):
        """Still to be done."""
        return self.filter(state=TaskState.OPEN)

    def begun(self, day=None):
        """Still to be done, and its earliest day has come."""
        return self.open().filter(earliest_on__lte=day or timezone.localdate())


class VisitTask(Stamped):
    """走访任务。 One reason to go to a family: a must-visit after an event, a campaign, a woman nobody reaches.

    A regular visit is no task: its day stands on the household. `why` is what the list shows; it never names a
    category. A must-visit is done by any counting visit on or after `since`; other tasks are done when the visitor says
    so.
    """

    household = models.ForeignKey(Household, models.PROTECT, verbose_name="家庭", related_name="visit_tasks")
    kind = models.CharField("种类", max_length=10, choices=TaskKind)
    rule_key = models.CharField("规则", max_length=40, blank=True, editable=False)
    why = models.CharField("事由", max_length=80)
    resident = models.ForeignKey(
        Resident, models.PROTECT, verbose_name="为了谁", related_name="visit_tasks", null=True, blank=True
    )
    note = EncryptedTextField("说明", column="households.VisitTask.note", text_length=300)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, verbose_name="专项活动", related_name="tasks", null=True, blank=True, editable=False
    )
    since = models.DateField("发生日期", default=timezone.localdate)
    earliest_on = models.DateField("最早")
    due_on = models.DateField("应在")
    latest_on = models.DateField("最晚")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁去", related_name="+", null=True, blank=True
    )
    weight = models.PositiveSmallIntegerField("轻重分", default=0, editable=False)
    state = models.CharField("状态", max_length=10, choices=TaskState, default=TaskState.OPEN, editable=False)
    done_on = models.DateField("完成日期", null=True, blank=True, editable=False)
    cancelled_on = models.DateField("取消日期", null=True, blank=True)
    cancelled_why = models.CharField("取消原因", max_length=60, blank=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="安排人", related_name="+", null=True, editable=False
    )

    objects = VisitTaskQuerySet.as_manager()

    class Privacy:
        internal = {
            "household", "kind", "since", "earliest_on", "due_on", "latest_on", "assigned_to", "weight", "state", "done_on",
            "cancelled_on", "planned_by", "campaign",
        }  # fmt: skip
        personal = {"why", "resident", "cancelled_why", "note"}
        sensitive = {"rule_key"}

    class Meta:
        verbose_name = verbose_name_plural = "走访任务"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["household", "state", "due_on"], name="households_task_household"),
            models.Index(fields=["due_on", "id"], condition=Q(state=TaskState.OPEN), name="households_task_open"),
            models.Index(fields=["due_on", "id"], name="households_task_sort"),
            models.Index(
                fields=["assigned_to", "due_on"], condition=Q(state=TaskState.OPEN), name="households_task_whose"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=TaskKind.values), name="households_task_kind_known"),
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="households_task_state_known"),
            models.CheckConstraint(
                condition=Q(earliest_on__lte=F("due_on"), latest_on__gte=F("due_on")), name="households_task_days"
            ),
            models.CheckConstraint(
                condition=Q(state=TaskState.DONE, done_on__isnull=False)
                | (~Q(state=TaskState.DONE) & Q(done_on=None)),
                name="households_task_done_has_day",
            ),
            models.CheckConstraint(
                condition=(Q(state=TaskState.CANCELLED, cancelled_on__isnull=False) & ~Q(cancelled_why=""))
                | (~Q(state=TaskState.CANCELLED) & Q(cancelled_on=None, cancelled_why="")),
                name="households_task_cancelled_has_reason",
            ),
            models.UniqueConstraint(
                fields=["household", "rule_key"],
                condition=Q(state=TaskState.OPEN, kind=TaskKind.MUST),
                name="households_task_must_once_open",
            ),
            models.CheckConstraint(
                condition=Q(campaign=None) | Q(kind=TaskKind.CAMPAIGN), name="households_task_campaign_is_campaign"
            ),
            models.UniqueConstraint(fields=["campaign", "household"], name="households_task_campaign_once"),
            models.UniqueConstraint(
                fields=["resident"],
                condition=Q(state=TaskState.OPEN, kind=TaskKind.GAP),
                name="households_task_gap_once_open",
            ),
        ]

    def __str__(self):
        return f"{self.household} {self.why}"
