"""Job fairs, lectures and free training: when, where, for how many, and which employers stand there (handbook 8.4;
acceptance F6.3, F6.5)."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from employment.enums import JobKind, SkillLevel
from employment.event_enums import EventKind, EventState
from employment.models.post import Employer, Post
from fedhub.areas.models import AreaScoped, ScopedQuerySet, SharedQuerySet
from fedhub.core.history import track

# A lesson (课时) has 45 minutes.
LESSON = 45


def new_key():
    """A name for an address that tells nothing and is not guessed."""
    return secrets.token_hex(8)


class EventQuerySet(SharedQuerySet):
    view_permission = "employment.view_event"
    reaching = ("employment.view_signup",)

    def coming(self, day=None):
        """Published, and not over on `day` (default today)."""
        return self.filter(state=EventState.OPEN, last_on__gte=day or timezone.localdate())


class Event(AreaScoped):
    """活动（招聘会、讲座、免费培训）。 `taken` counts the seats held; with a `capacity` it never goes above it. `first_on`
    and `last_on` are those of its sessions. `key` stands in the address that residents see."""

    kind = models.CharField("种类", max_length=10, choices=EventKind)
    title = models.CharField("名称", max_length=60)
    class_no = models.CharField("班次（期数）", max_length=20, blank=True)
    about = models.TextField("内容", max_length=600)
    place = models.CharField("地点", max_length=80)
    organiser = models.CharField("主办、承办单位", max_length=80, blank=True)
    skill = models.CharField("工种", max_length=10, choices=JobKind, blank=True)
    teacher = models.CharField("老师（主讲人）", max_length=40, blank=True)
    teacher_note = models.CharField("老师的资历、证书", max_length=120, blank=True)
    capacity = models.PositiveSmallIntegerField("名额", null=True, blank=True)
    taken = models.PositiveIntegerField("已占名额", default=0, editable=False)
    signup_from = models.DateField("报名从", default=timezone.localdate)
    signup_until = models.DateField("报名到")
    pass_percent = models.PositiveSmallIntegerField("出勤满百分之几发证", default=80)
    certificate_title = models.CharField("证书名称", max_length=60, blank=True)
    certificate_level = models.CharField("证书等级", max_length=10, choices=SkillLevel, default=SkillLevel.SPECIAL)
    subsidised = models.BooleanField("人社补贴班", default=False)
    state = models.CharField("状态", max_length=10, choices=EventState, default=EventState.DRAFT, editable=False)
    key = models.CharField("编码", max_length=16, unique=True, default=new_key, editable=False)
    first_on = models.DateField("第一次", null=True, editable=False)
    last_on = models.DateField("最后一次", null=True, editable=False)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="负责人", related_name="job_events", editable=False
    )
    ended_on = models.DateField("结束日期", null=True, editable=False)
    cancelled_why = models.CharField("取消原因", max_length=100, blank=True, editable=False)
    telling = models.PositiveBigIntegerField("通知到哪一条", null=True, editable=False)

    objects = EventQuerySet.as_manager()
    history = track()

    class Privacy:
        public = {
            "kind", "title", "class_no", "about", "place", "organiser", "skill", "teacher", "teacher_note", "capacity",
            "taken", "signup_from", "signup_until", "pass_percent", "certificate_title", "certificate_level",
            "subsidised", "first_on", "last_on",
        }  # fmt: skip
        internal = {"state", "key", "keeper", "ended_on", "cancelled_why", "telling"}

    class Meta:
        verbose_name = verbose_name_plural = "招聘会、讲座、培训"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="employment_event_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="employment_event_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="employment_event_kind_known"),
            models.CheckConstraint(condition=Q(state__in=EventState.values), name="employment_event_state_known"),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__gt=0, taken__lte=F("capacity")),
                name="employment_event_seats", violation_error_message="名额不能少于已经占用的。",
            ),
            models.CheckConstraint(
                condition=Q(signup_until__gte=F("signup_from")), name="employment_event_signup_days",
                violation_error_message="报名截止不能早于报名开始。",
            ),
            models.CheckConstraint(
                condition=Q(pass_percent__gte=1, pass_percent__lte=100), name="employment_event_percent",
                violation_error_message="出勤要求写 1 到 100。",
            ),
            models.CheckConstraint(
                condition=Q(state=EventState.CANCELLED) & ~Q(cancelled_why="")
                | ~Q(state=EventState.CANCELLED) & Q(cancelled_why=""),
                name="employment_event_cancelled_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state=EventState.ENDED, ended_on__isnull=False)
                | ~Q(state=EventState.ENDED) & Q(ended_on=None),
                name="employment_event_ended_since",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.title}（{self.class_no}）" if self.class_no else self.title

    def get_absolute_url(self):
        return reverse("employment:event_detail", args=[self.pk])

    @property
    def left(self):
        """Seats that are free; None where nobody counts them."""
        return None if self.capacity is None else self.capacity - self.taken

    @property
    def gives_certificate(self):
        return self.kind == EventKind.COURSE and bool(self.certificate_title)

    @property
    def days_words(self):
        """ "2026-11-28" or "2026-11-28 至 2026-12-05"; '' before it has a session."""
        if self.first_on is None:
            return ""
        first, last = f"{self.first_on:%Y-%m-%d}", f"{self.last_on:%Y-%m-%d}"
        return first if first == last else f"{first} 至 {last}"


class OfEventQuerySet(ScopedQuerySet):
    """Parts of an event: seen with it."""

    event_path = "event"

    def visible_to(self, user, permission="employment.view_event"):
        return self.filter(**{f"{self.event_path}__in": Event.objects.visible_to(user, permission)})


class Session(models.Model):
    """场次（一次课）。 `key` stands behind the QR picture at its door."""

    event = models.ForeignKey(Event, models.PROTECT, verbose_name="活动", related_name="sessions")
    on = models.DateField("日期")
    starts = models.TimeField("开始")
    ends = models.TimeField("结束")
    topic = models.CharField("内容", max_length=60, blank=True)
    key = models.CharField("编码", max_length=16, unique=True, default=new_key, editable=False)

    objects = OfEventQuerySet.as_manager()

    class Privacy:
        public = {"event", "on", "starts", "ends", "topic"}
        internal = {"id", "key"}

    class Meta:
        verbose_name = verbose_name_plural = "场次"
        default_permissions = ()
        ordering = ["on", "starts", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="employment_session_hours",
                violation_error_message="结束要晚于开始。",
            ),
            models.UniqueConstraint(
                fields=["event", "on", "starts"], name="employment_session_once",
                violation_error_message="这个时间已经有一场了。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.on:%Y-%m-%d} {self.hours_words}"

    def get_absolute_url(self):
        return self.event.get_absolute_url()

    @property
    def hours_words(self):
        return f"{self.starts:%H:%M}—{self.ends:%H:%M}"

    @property
    def minutes(self):
        """How long it takes."""
        return (self.ends.hour - self.starts.hour) * 60 + self.ends.minute - self.starts.minute


class Stall(models.Model):
    """展位。 An employer at a job fair."""

    event = models.ForeignKey(Event, models.PROTECT, verbose_name="招聘会", related_name="stalls")
    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name="用人单位", related_name="stalls")
    booth = models.CharField("展位号", max_length=10)

    objects = OfEventQuerySet.as_manager()

    class Privacy:
        internal = {"id", "event", "employer", "booth"}

    class Meta:
        verbose_name = verbose_name_plural = "展位"
        default_permissions = ()
        ordering = ["booth", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "employer"], name="employment_stall_once",
                violation_error_message="这个单位已经有展位了。",
            ),
            models.UniqueConstraint(
                fields=["event", "booth"], name="employment_stall_booth", violation_error_message="这个展位号已经用了。"
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.booth} {self.employer.name}"

    def get_absolute_url(self):
        return self.event.get_absolute_url()


class OfStallQuerySet(OfEventQuerySet):
    event_path = "stall__event"


class StallPost(models.Model):
    """展位上的岗位。 A post that an employer offers at a fair, and how many it looks for there."""

    stall = models.ForeignKey(Stall, models.PROTECT, verbose_name="展位", related_name="posts")
    post = models.ForeignKey(Post, models.PROTECT, verbose_name="岗位", related_name="at_fairs")
    wanted = models.PositiveSmallIntegerField("现场招几人", default=1)

    objects = OfStallQuerySet.as_manager()

    class Privacy:
        internal = {"id", "stall", "post", "wanted"}

    class Meta:
        verbose_name = verbose_name_plural = "展位上的岗位"
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["stall", "post"], name="employment_stallpost_once",
                violation_error_message="这个岗位已经在展位上了。",
            ),
            models.CheckConstraint(condition=Q(wanted__gt=0), name="employment_stallpost_wanted"),
        ]  # fmt: skip

    def __str__(self):
        return self.post.title

    def get_absolute_url(self):
        return self.stall.event.get_absolute_url()
