"""Meetings: agenda, members and guests, who came and went when, who said what."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from council.enums import ItemKind, MeetingStatus, Share, SignIn, Slip, Way
from council.models.council import Council, Member
from council.models.topic import Topic
from fedhub.areas.models import AreaScoped, ScopedQuerySet, SharedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track

# Whoever comes later than this many minutes is late.
LATE_AFTER = timedelta(minutes=5)


class MeetingQuerySet(SharedQuerySet):
    view_permission = "council.view_meeting"

    def held(self):
        """Meetings that took place."""
        return self.filter(status=MeetingStatus.HELD)


class OfMeetingQuerySet(ScopedQuerySet):
    scope_path = "meeting__area"


class Meeting(AreaScoped):
    """议事会会议。"""

    council = models.ForeignKey(Council, models.PROTECT, verbose_name="议事会", related_name="meetings")
    ordinal = models.PositiveSmallIntegerField("第几次", editable=False)
    title = models.CharField("会议名称", max_length=60)
    way = models.CharField("方式", max_length=10, choices=Way, default=Way.TOGETHER)
    starts_at = models.DateTimeField("开会时间")
    place = models.CharField("地点", max_length=60)
    convenor = models.ForeignKey(
        Member, models.PROTECT, verbose_name="召集人", related_name="+", null=True, blank=True
    )
    chair = models.ForeignKey(Member, models.PROTECT, verbose_name="主持人", related_name="+", null=True, blank=True)
    recorder = models.ForeignKey(
        Member, models.PROTECT, verbose_name="记录人", related_name="+", null=True, blank=True
    )
    materials = models.TextField("会议材料", max_length=1000, blank=True)
    status = models.CharField("状态", max_length=10, choices=MeetingStatus, default=MeetingStatus.PLANNED)
    notified_on = models.DateField("通知日期", null=True, blank=True)
    short_notice = models.CharField("没有提前通知的原因", max_length=100, blank=True)
    notice_number = models.CharField("通知编号", max_length=30, blank=True, editable=False)
    code = models.CharField("签到码", max_length=6, blank=True, editable=False)
    opened_at = models.DateTimeField("开始时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    expected = models.PositiveSmallIntegerField("应到", null=True, blank=True)
    quorum = models.CharField("到会人数", max_length=15, choices=Share, blank=True, editable=False)
    cancelled_why = models.CharField("取消原因", max_length=100, blank=True)

    objects = MeetingQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "council", "ordinal", "title", "way", "starts_at", "place", "convenor", "chair", "recorder", "materials",
            "status", "notified_on", "short_notice", "notice_number", "code", "opened_at", "ended_at", "expected",
            "quorum", "cancelled_why",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "议事会会议"
        default_permissions = ("view", "add", "change")
        permissions = [("join_meeting", "签到、投票、核对纪要"), ("override_meeting", "未达条件写明理由通过")]
        indexes = [
            models.Index(fields=["area", "-starts_at", "-id"], name="council_meeting_area_sort"),
            models.Index(fields=["-starts_at", "-id"], name="council_meeting_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=MeetingStatus.values), name="council_meeting_status_known"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="council_meeting_way_known"),
            models.CheckConstraint(
                condition=Q(status=MeetingStatus.HELD, opened_at__isnull=False, ended_at__isnull=False)
                | Q(status=MeetingStatus.OPEN, opened_at__isnull=False, ended_at=None)
                | Q(status__in=[MeetingStatus.PLANNED, MeetingStatus.NOTIFIED, MeetingStatus.CANCELLED], opened_at=None),
                name="council_meeting_times_when_status_says_so",
            ),
            models.CheckConstraint(
                condition=~Q(status=MeetingStatus.CANCELLED) | ~Q(cancelled_why=""),
                name="council_meeting_cancelled_has_reason",
            ),
            models.UniqueConstraint(fields=["council", "ordinal"], name="council_meeting_ordinal_once"),
        ]  # fmt: skip

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("council:meeting_detail", args=[self.pk])

    @property
    def day(self):
        """The day of the meeting."""
        return timezone.localtime(self.starts_at).date()

    @property
    def is_ahead(self):
        """True until it begins."""
        return self.status in (MeetingStatus.PLANNED, MeetingStatus.NOTIFIED)


class AgendaItem(models.Model):
    """议程。 One thing to be heard; what is left out this time keeps its row, so that the record says so."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, verbose_name="会议", related_name="items")
    kind = models.CharField("种类", max_length=10, choices=ItemKind, default=ItemKind.TOPIC)
    order = models.PositiveSmallIntegerField("顺序")
    title = models.CharField("内容", max_length=80)
    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name="议题", related_name="items", null=True, blank=True)
    action = models.ForeignKey(
        "council.Action", models.PROTECT, verbose_name="事项", related_name="items", null=True, blank=True
    )
    minutes = models.PositiveSmallIntegerField("计划分钟", default=20)
    heard_at = models.DateTimeField("审议时间", null=True, blank=True)
    summary = EncryptedTextField("审议情况", column="council.AgendaItem.summary", text_length=2000)
    left_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="移出人", related_name="+", null=True, blank=True
    )

    objects = OfMeetingQuerySet.as_manager()

    class Privacy:
        internal = {"id", "meeting", "kind", "order", "title", "topic", "action", "minutes", "heard_at", "left_out_by"}
        personal = {"summary"}

    class Meta:
        verbose_name = verbose_name_plural = "议程"
        default_permissions = ()
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ItemKind.values), name="council_agendaitem_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=ItemKind.TOPIC, topic__isnull=False) | ~Q(kind=ItemKind.TOPIC) & Q(topic=None),
                name="council_agendaitem_topic_when_kind_says_so",
            ),
            models.UniqueConstraint(fields=["meeting", "topic"], name="council_agendaitem_topic_once"),
            models.UniqueConstraint(fields=["meeting", "action"], name="council_agendaitem_action_once"),
        ]

    def __str__(self):
        return self.title


class Guest(models.Model):
    """列席。 Somebody invited who does not vote."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, verbose_name="会议", related_name="guests")
    unit = models.CharField("单位", max_length=50)
    name = models.CharField("姓名", max_length=30, blank=True)
    agency = models.ForeignKey(
        "reference.Agency", models.PROTECT, verbose_name="单位（已登记）", related_name="+", null=True, blank=True
    )
    came = models.BooleanField("到会", null=True, blank=True)

    objects = OfMeetingQuerySet.as_manager()

    class Privacy:
        internal = {"id", "meeting", "unit", "name", "agency", "came"}

    class Meta:
        verbose_name = verbose_name_plural = "列席"
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self):
        return f"{self.unit}{self.name}"


class Attendance(models.Model):
    """出席。 One row for each member who had a seat when the meeting was called."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, verbose_name="会议", related_name="attendances")
    member = models.ForeignKey(Member, models.PROTECT, verbose_name="成员", related_name="attendances")
    slip = models.CharField("回执", max_length=10, choices=Slip, default=Slip.NONE)
    words = EncryptedTextField("请假原因、书面意见", column="council.Attendance.words", text_length=500)
    came_at = models.DateTimeField("签到时间", null=True, blank=True)
    left_at = models.DateTimeField("离开时间", null=True, blank=True)
    how = models.CharField("签到方式", max_length=5, choices=SignIn, blank=True)

    objects = OfMeetingQuerySet.as_manager()

    class Privacy:
        internal = {"id", "meeting", "member", "slip", "came_at", "left_at", "how"}
        personal = {"words"}

    class Meta:
        verbose_name = verbose_name_plural = "出席"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(slip__in=Slip.values), name="council_attendance_slip_known"),
            models.CheckConstraint(
                condition=Q(came_at=None, how="") | Q(came_at__isnull=False, how__in=SignIn.values),
                name="council_attendance_came_somehow",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(came_at__isnull=False, left_at__gte=models.F("came_at")),
                name="council_attendance_left_after_coming",
            ),
            models.UniqueConstraint(fields=["meeting", "member"], name="council_attendance_once"),
        ]

    def __str__(self):
        return f"{self.member} {self.get_slip_display()}"

    @property
    def is_here(self):
        """True from coming to leaving."""
        return self.came_at is not None and self.left_at is None

    @property
    def was_late(self):
        """True when she came after the beginning."""
        return self.came_at is not None and self.came_at > self.meeting.starts_at + LATE_AFTER

    @property
    def left_early(self):
        """True when she left before the end."""
        return self.left_at is not None and (self.meeting.ended_at is None or self.left_at < self.meeting.ended_at)


class Proxy(models.Model):
    """委托。 Who votes for whom at one meeting, on which paper."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, verbose_name="会议", related_name="proxies")
    principal = models.ForeignKey(Member, models.PROTECT, verbose_name="委托人", related_name="+")
    holder = models.ForeignKey(Member, models.PROTECT, verbose_name="受托人", related_name="+")
    paper = models.CharField("委托书", max_length=60)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+")

    objects = OfMeetingQuerySet.as_manager()

    class Privacy:
        internal = {"id", "meeting", "principal", "holder", "paper", "made_by"}

    class Meta:
        verbose_name = verbose_name_plural = "委托"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(principal=models.F("holder")), name="council_proxy_two_people"),
            models.CheckConstraint(condition=~Q(paper=""), name="council_proxy_has_paper"),
            models.UniqueConstraint(fields=["meeting", "principal"], name="council_proxy_once"),
            models.UniqueConstraint(fields=["meeting", "holder"], name="council_proxy_one_a_holder",
                                    violation_error_message="一个人最多受一个人委托。"),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.principal} → {self.holder}"


class Speech(models.Model):
    """发言。 Who said what about which item."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, verbose_name="议程", related_name="speeches")
    member = models.ForeignKey(
        Member, models.PROTECT, verbose_name="成员", related_name="speeches", null=True, blank=True
    )
    guest = models.ForeignKey(
        Guest, models.PROTECT, verbose_name="列席", related_name="speeches", null=True, blank=True
    )
    summary = EncryptedTextField("发言", column="council.Speech.summary", text_length=1000)
    proposal = models.BooleanField("是建议", default=False)
    at = models.DateTimeField("时间", default=timezone.now)

    class SpeechQuerySet(ScopedQuerySet):
        scope_path = "item__meeting__area"

    objects = SpeechQuerySet.as_manager()

    class Privacy:
        internal = {"id", "item", "member", "guest", "proposal", "at"}
        personal = {"summary"}

    class Meta:
        verbose_name = verbose_name_plural = "发言"
        default_permissions = ()
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, guest=None) | Q(member=None, guest__isnull=False),
                name="council_speech_one_speaker",
            )
        ]

    def __str__(self):
        return f"{self.member or self.guest}"
