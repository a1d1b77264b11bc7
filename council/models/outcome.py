"""What was decided, who does it by when, and how far it is."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from council.enums import LIVE_ACTIONS, ActionStatus, Body, Decision
from council.models.meeting import AgendaItem
from council.models.topic import OfTopicQuerySet, Topic
from council.models.vote import Motion
from council.rules import light
from fedhub.areas.models import AreaScoped, ScopedQuerySet, SharedQuerySet
from fedhub.core.history import track


class Resolution(models.Model):
    """议定事项。 What the council decided about a topic; never edited, a later one follows it."""

    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name="议题", related_name="resolutions")
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, verbose_name="议程", related_name="resolutions", null=True, blank=True
    )
    motion = models.ForeignKey(
        Motion, models.PROTECT, verbose_name="表决", related_name="resolutions", null=True, blank=True
    )
    decision = models.CharField("决定", max_length=10, choices=Decision)
    text = models.TextField("议定内容", max_length=1000)
    body = models.CharField("提交给", max_length=10, choices=Body, blank=True)
    override = models.CharField("未达条件仍然通过的理由", max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+")
    made_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)

    objects = OfTopicQuerySet.as_manager()

    class Privacy:
        public = {"text", "decision"}
        internal = {"id", "topic", "item", "motion", "body", "override", "made_by", "made_at"}

    class Meta:
        verbose_name = verbose_name_plural = "议定事项"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="council_resolution_decision_known"),
            models.CheckConstraint(
                condition=Q(decision=Decision.PASSED_ON) & ~Q(body="") | ~Q(decision=Decision.PASSED_ON) & Q(body=""),
                name="council_resolution_passed_on_to_somebody",
            ),
            models.UniqueConstraint(
                fields=["item"], name="council_resolution_one_an_item",
                violation_error_message="这项议程已经有议定结果了。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.get_decision_display()}：{self.text[:20]}"


class ActionQuerySet(SharedQuerySet):
    view_permission = "council.view_action"

    def visible_to(self, user, permission=None):
        """As everywhere; what is in one's own hands one may see and do, wherever it lies."""
        rows = super().visible_to(user, permission)
        own = permission in (None, "council.view_action", "council.do_action") and user.has_perm("council.do_action")
        return self.filter(Q(pk__in=rows.values("pk")) | Q(owner=user)) if own else rows

    def live(self):
        """Neither accepted nor handed over nor stopped."""
        return self.filter(closed_on=None)

    def overdue(self, day=None):
        """Live and past their day."""
        return self.live().filter(due_on__lt=day or timezone.localdate())


class Action(AreaScoped):
    """交办事项。"""

    resolution = models.ForeignKey(Resolution, models.PROTECT, verbose_name="议定事项", related_name="actions")
    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name="议题", related_name="actions")
    content = models.CharField("事项", max_length=100)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="责任人", related_name="council_actions"
    )
    unit = models.CharField("责任单位", max_length=50, blank=True)
    helpers = models.CharField("协助", max_length=100, blank=True)
    start_on = models.DateField("开始日期", default=timezone.localdate)
    due_on = models.DateField("完成时限")
    status = models.CharField("状态", max_length=15, choices=ActionStatus, default=ActionStatus.WAITING)
    percent = models.PositiveSmallIntegerField("进度", default=0)
    obstacle = models.CharField("困难", max_length=200, blank=True)
    funding = models.CharField("资金来源", max_length=60, blank=True)
    end_why = models.CharField("转交、终止的说明", max_length=100, blank=True)
    closed_on = models.DateField("结束日期", null=True, blank=True)

    objects = ActionQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "resolution", "topic", "content", "owner", "unit", "helpers", "start_on", "due_on", "status", "percent",
            "obstacle", "funding", "end_why", "closed_on",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "交办事项"
        default_permissions = ("view", "change")
        permissions = [("do_action", "登记进展、交验")]
        indexes = [
            models.Index(fields=["area", "due_on", "id"], name="council_action_area_sort"),
            models.Index(fields=["due_on", "id"], name="council_action_sort"),
            models.Index(fields=["owner", "due_on", "id"], condition=Q(closed_on=None), name="council_action_owner"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ActionStatus.values), name="council_action_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=LIVE_ACTIONS, closed_on=None)
                | ~Q(status__in=LIVE_ACTIONS) & Q(closed_on__isnull=False),
                name="council_action_ended_when_status_says_so",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[ActionStatus.HANDED_OVER, ActionStatus.STOPPED]) | ~Q(end_why=""),
                name="council_action_ended_has_reason",
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="council_action_percent"),
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("start_on")), name="council_action_dates",
                violation_error_message="完成时限不能早于开始日期。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.content

    def get_absolute_url(self):
        return reverse("council:action_detail", args=[self.pk])

    @property
    def light(self):
        """Traffic light today: green, yellow, red, or ''."""
        return light(self.due_on, timezone.localdate(), ended=self.closed_on is not None)


class ProgressQuerySet(ScopedQuerySet):
    scope_path = "action__area"


class Progress(models.Model):
    """进展。 How far an action was on a day; its photos are its attachments (kinds before, after, photo)."""

    action = models.ForeignKey(Action, models.PROTECT, verbose_name="事项", related_name="progress")
    on = models.DateField("日期", default=timezone.localdate)
    percent = models.PositiveSmallIntegerField("进度")
    text = models.CharField("进展", max_length=500)
    cost = models.DecimalField("花费（元）", max_digits=10, decimal_places=2, null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+")
    made_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)

    objects = ProgressQuerySet.as_manager()

    class Privacy:
        internal = {"id", "action", "on", "percent", "text", "cost", "made_by", "made_at"}

    class Meta:
        verbose_name = verbose_name_plural = "进展"
        default_permissions = ()
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="council_progress_percent"),
            models.CheckConstraint(condition=Q(cost=None) | Q(cost__gte=0), name="council_progress_cost"),
        ]

    def __str__(self):
        return f"{self.on} {self.percent}%"
