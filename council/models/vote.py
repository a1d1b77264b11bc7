"""Motions and votes. Rules freeze at the first ballot (also by a trigger); a secret ballot has no way back to its member.

A secret ballot has a random key and nothing but its choice; who has voted stands in another table with random keys and no
times. When the vote is closed the ballots are shuffled and written anew, so that the order of the rows tells nothing either.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from council.enums import Ballots, Choice, MotionStatus, Share, Showing
from council.models.council import Council, Member
from council.models.meeting import AgendaItem, Proxy
from council.models.topic import Topic
from fedhub.areas.models import AreaScoped, ScopedQuerySet, SharedQuerySet
from fedhub.core.fields import RandomKeyField


class MotionQuerySet(SharedQuerySet):
    view_permission = "council.view_meeting"


class OfMotionQuerySet(ScopedQuerySet):
    scope_path = "motion__area"


class Motion(AreaScoped):
    """表决。 In a meeting (item), or between meetings (item None, until `deadline`). A straw poll decides nothing."""

    council = models.ForeignKey(Council, models.PROTECT, verbose_name="议事会", related_name="motions")
    topic = models.ForeignKey(
        Topic, models.PROTECT, verbose_name="议题", related_name="motions", null=True, blank=True
    )
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, verbose_name="议程", related_name="motions", null=True, blank=True
    )
    text = models.CharField("表决事项", max_length=200)
    important = models.BooleanField("重大事项", default=False)
    ballots = models.CharField("表决方式", max_length=10, choices=Ballots, default=Ballots.OPEN)
    showing = models.CharField("结果", max_length=5, choices=Showing, default=Showing.LIVE)
    straw = models.BooleanField("只是征求意见", default=False, editable=False)
    quorum = models.CharField("到会人数", max_length=15, choices=Share, editable=False)
    majority = models.CharField("通过所需", max_length=15, choices=Share, editable=False)
    expected = models.PositiveSmallIntegerField("应到", editable=False)
    attending = models.PositiveSmallIntegerField("到会", editable=False)
    deadline = models.DateTimeField("截止时间", null=True, blank=True)
    frozen = models.BooleanField("已有人投票", default=False, editable=False)
    status = models.CharField("状态", max_length=10, choices=MotionStatus, default=MotionStatus.OPEN)
    opened_at = models.DateTimeField("开始时间", default=timezone.now, editable=False)
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    agree = models.PositiveSmallIntegerField("同意", null=True, blank=True)
    against = models.PositiveSmallIntegerField("反对", null=True, blank=True)
    abstain = models.PositiveSmallIntegerField("弃权", null=True, blank=True)
    not_voted = models.PositiveSmallIntegerField("未投", null=True, blank=True)
    present = models.PositiveSmallIntegerField("可投票人数", null=True, blank=True)
    quorate = models.BooleanField("达到到会人数", null=True, blank=True)
    passed = models.BooleanField("通过", null=True, blank=True)

    objects = MotionQuerySet.as_manager()

    class Privacy:
        internal = {
            "council", "topic", "item", "text", "important", "ballots", "showing", "straw", "quorum", "majority",
            "expected", "attending", "deadline", "frozen", "status", "opened_at", "closed_at", "agree", "against",
            "abstain", "not_voted", "present", "quorate", "passed",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "表决"
        default_permissions = ()
        indexes = [
            models.Index(fields=["area", "-opened_at", "-id"], name="council_motion_area_sort"),
            models.Index(fields=["-opened_at", "-id"], name="council_motion_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=MotionStatus.values), name="council_motion_status_known"),
            models.CheckConstraint(condition=Q(ballots__in=Ballots.values), name="council_motion_ballots_known"),
            models.CheckConstraint(condition=Q(showing__in=Showing.values), name="council_motion_showing_known"),
            models.CheckConstraint(
                condition=~Q(ballots=Ballots.SECRET) | Q(showing=Showing.END), name="council_motion_secret_shows_at_end"
            ),
            models.CheckConstraint(
                condition=Q(item=None, deadline__isnull=False) | Q(item__isnull=False, deadline=None),
                name="council_motion_meeting_or_deadline",
            ),
            models.CheckConstraint(
                condition=Q(status=MotionStatus.OPEN, closed_at=None, agree=None, present=None, passed=None)
                | Q(
                    status=MotionStatus.CLOSED, closed_at__isnull=False,
                    present=F("agree") + F("against") + F("abstain") + F("not_voted"),
                ),
                name="council_motion_votes_add_up",
            ),
            models.CheckConstraint(
                condition=Q(passed=None) | Q(passed=False) | Q(passed=True, straw=False, quorate=True),
                name="council_motion_passed_needs_quorum",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        return reverse("council:motion_detail", args=[self.pk])

    @property
    def is_open(self):
        return self.status == MotionStatus.OPEN

    @property
    def is_secret(self):
        return self.ballots == Ballots.SECRET

    @property
    def shows_result(self):
        """True when the count may be seen now."""
        return not self.is_open or self.showing == Showing.LIVE


class StepBack(models.Model):
    """回避。 A member with an own interest does not vote on this motion."""

    motion = models.ForeignKey(Motion, models.PROTECT, verbose_name="表决", related_name="step_backs")
    member = models.ForeignKey(Member, models.PROTECT, verbose_name="成员", related_name="+")
    reason = models.CharField("原因", max_length=100)

    objects = OfMotionQuerySet.as_manager()

    class Privacy:
        internal = {"id", "motion", "member", "reason"}

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="council_stepback_has_reason"),
            models.UniqueConstraint(fields=["motion", "member"], name="council_stepback_once"),
        ]

    def __str__(self):
        return f"{self.member} 回避"


class Vote(models.Model):
    """记名票。 Cast by the member herself, by whoever holds her proxy, or written down by the recorder."""

    motion = models.ForeignKey(Motion, models.PROTECT, verbose_name="表决", related_name="votes")
    member = models.ForeignKey(Member, models.PROTECT, verbose_name="成员", related_name="+")
    choice = models.CharField("意见", max_length=10, choices=Choice)
    proxy = models.ForeignKey(Proxy, models.PROTECT, verbose_name="委托", related_name="votes", null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+", null=True, blank=True
    )
    at = models.DateTimeField("时间", default=timezone.now, editable=False)

    objects = OfMotionQuerySet.as_manager()

    class Privacy:
        internal = {"id", "motion", "member", "choice", "proxy", "written_by", "at"}

    class Meta:
        verbose_name = verbose_name_plural = "记名票"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(choice__in=Choice.values), name="council_vote_choice_known"),
            models.UniqueConstraint(fields=["motion", "member"], name="council_vote_once"),
        ]

    def __str__(self):
        return f"{self.member} {self.get_choice_display()}"


class Voted(models.Model):
    """已投。 Who has handed in a secret ballot; not when, and not which."""

    id = RandomKeyField()
    motion = models.ForeignKey(Motion, models.PROTECT, verbose_name="表决", related_name="roll")
    member = models.ForeignKey(Member, models.PROTECT, verbose_name="成员", related_name="+")

    objects = OfMotionQuerySet.as_manager()

    class Privacy:
        internal = {"id", "motion", "member"}

    class Meta:
        verbose_name = verbose_name_plural = "已投"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["motion", "member"], name="council_voted_once")]

    def __str__(self):
        return f"{self.member} 已投"


class SecretBallot(models.Model):
    """无记名票。 A choice, and nothing else."""

    id = RandomKeyField()
    motion = models.ForeignKey(Motion, models.PROTECT, verbose_name="表决", related_name="secret_ballots")
    choice = models.CharField("意见", max_length=10, choices=Choice)

    objects = OfMotionQuerySet.as_manager()

    class Privacy:
        internal = {"id", "motion", "choice"}

    class Meta:
        verbose_name = verbose_name_plural = "无记名票"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(choice__in=Choice.values), name="council_secretballot_choice_known")
        ]

    def __str__(self):
        return "无记名票"
