"""Who signed up, who waits, who came, what she got for it and how she found it (acceptance F6.3–F6.5)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from employment.enums import SkillLevel
from employment.event_enums import LIVE, SEATED, CheckedBy, IntentionKind, SignupSource, SignupState
from employment.models.events import Event, Session, StallPost
from fedhub.areas.models import ScopedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track
from fedhub.core.models import Stamped
from fedhub.core.text import mask_phone


class SignupQuerySet(ScopedQuerySet):
    """A person's sign-up is seen where she lives today; somebody from the street whom nobody knows yet, where the event is."""

    def in_areas(self, ids):
        if ids is None:
            return self
        return self.filter(Q(resident__area__in=ids) | Q(resident=None, event__area__in=ids))

    def live(self):
        """With a seat, or waiting for one."""
        return self.filter(state__in=LIVE)

    def seated(self):
        """Those that hold a counted seat."""
        return self.filter(state__in=SEATED).exclude(source=SignupSource.DOOR)

    def came(self):
        """Those who were there at least once."""
        return self.filter(pk__in=Attendance.objects.values("signup"))

    def for_list(self):
        return self.select_related("resident__area", "event", "signed_by")


class Signup(Stamped):
    """报名。 `behind`: she stayed away unexcused too often and waits until the sign-up is over. Somebody who came without signing
    up (`source` door) has a name and a telephone alone until she is found in the files, and takes no counted seat: she is there
    already. `excused`: why not having come does not count."""

    event = models.ForeignKey(Event, models.PROTECT, verbose_name="活动", related_name="signups")
    resident = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="居民", related_name="job_signups", null=True, blank=True
    )
    walk_name = EncryptedTextField("姓名（现场）", column="employment.Signup.walk_name", text_length=50)
    walk_phone = EncryptedTextField("电话（现场）", column="employment.Signup.walk_phone", text_length=30)
    walk_key = models.UUIDField("现场登记编号", null=True, unique=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=SignupState, editable=False)
    source = models.CharField("怎么报的", max_length=10, choices=SignupSource, editable=False)
    behind = models.BooleanField("排在后面", default=False, editable=False)
    signed_at = models.DateTimeField("报名时间", default=timezone.now, editable=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="代报人", related_name="+", null=True, editable=False
    )
    offered_at = models.DateTimeField("给她名额的时间", null=True, editable=False)
    offer_until = models.DateTimeField("确认到", null=True, editable=False)
    cancelled_why = models.CharField("取消原因", max_length=60, blank=True, editable=False)
    excused = models.CharField("没来的原因", max_length=60, blank=True, editable=False)
    score = models.PositiveSmallIntegerField("满意度", null=True, editable=False)
    score_words = EncryptedTextField("想说的话", column="employment.Signup.score_words", text_length=300)

    objects = SignupQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "event", "resident", "walk_key", "state", "source", "signed_at", "signed_by", "offered_at", "offer_until",
        }  # fmt: skip
        personal = {"walk_name", "walk_phone", "behind", "cancelled_why", "excused", "score", "score_words"}
        masks = {"walk_phone": mask_phone}
        reveal = "employment.change_signup"
        person = "resident"

    class Meta:
        verbose_name = verbose_name_plural = "活动报名"
        default_permissions = ("view", "change", "export")
        permissions = [("export_full_signup", "导出不遮挡的培训花名册")]
        indexes = [
            models.Index(fields=["event", "id"], name="employment_signup_event"),
            models.Index(fields=["-signed_at", "-id"], name="employment_signup_sort"),
            models.Index(
                fields=["offer_until"], condition=Q(state=SignupState.OFFERED), name="employment_signup_offers"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SignupState.values), name="employment_signup_state_known"),
            models.CheckConstraint(condition=Q(source__in=SignupSource.values), name="employment_signup_source_known"),
            models.UniqueConstraint(
                fields=["event", "resident"], condition=Q(state__in=LIVE), name="employment_signup_once",
                violation_error_message="她已经报过名了。",
            ),
            models.CheckConstraint(
                condition=Q(resident__isnull=False) | Q(source=SignupSource.DOOR, walk_key__isnull=False),
                name="employment_signup_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=SignupState.OFFERED, offered_at__isnull=False, offer_until__isnull=False)
                | ~Q(state=SignupState.OFFERED),
                name="employment_signup_offer_has_end",
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=1, score__lte=5), name="employment_signup_score"
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.name}：{self.event}"

    def get_absolute_url(self):
        return reverse("employment:signup_list", args=[self.event_id])

    @property
    def name(self):
        return self.resident.name if self.resident else self.walk_name

    @property
    def holds_seat(self):
        return self.state in SEATED and self.source != SignupSource.DOOR


class OfSignupQuerySet(ScopedQuerySet):
    signup_path = "signup"

    def in_areas(self, ids):
        return self if ids is None else self.filter(**{f"{self.signup_path}__in": Signup.objects.in_areas(ids)})


class Attendance(models.Model):
    """签到。 One a person and session, however often it is sent."""

    signup = models.ForeignKey(Signup, models.PROTECT, verbose_name="报名", related_name="attendances")
    session = models.ForeignKey(Session, models.PROTECT, verbose_name="场次", related_name="attendances")
    came_at = models.DateTimeField("签到时间", default=timezone.now)
    how = models.CharField("怎么签的", max_length=10, choices=CheckedBy)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="签到人", related_name="+", null=True
    )

    objects = OfSignupQuerySet.as_manager()

    class Privacy:
        internal = {"id", "signup", "session", "how", "checked_by"}
        personal = {"came_at"}

    class Meta:
        verbose_name = verbose_name_plural = "活动签到"
        default_permissions = ()
        ordering = ["session", "id"]
        indexes = [models.Index(fields=["-came_at", "-id"], name="employment_attendance_sort")]
        constraints = [
            models.UniqueConstraint(fields=["signup", "session"], name="employment_attendance_once"),
            models.CheckConstraint(condition=Q(how__in=CheckedBy.values), name="employment_attendance_how_known"),
        ]

    def __str__(self):
        return f"{self.signup}"


class Intention(models.Model):
    """意向。 Somebody at a fair and a post there: her papers were taken, or both want it."""

    stall_post = models.ForeignKey(StallPost, models.PROTECT, verbose_name="岗位", related_name="intentions")
    signup = models.ForeignKey(Signup, models.PROTECT, verbose_name="求职人", related_name="intentions")
    kind = models.CharField("到哪一步", max_length=10, choices=IntentionKind)
    note = EncryptedTextField("备注", column="employment.Intention.note", text_length=100)
    on = models.DateField("日期", default=timezone.localdate)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+")

    objects = OfSignupQuerySet.as_manager()

    class Privacy:
        internal = {"id", "stall_post", "signup", "on", "recorded_by"}
        personal = {"kind", "note"}

    class Meta:
        verbose_name = verbose_name_plural = "招聘会意向"
        default_permissions = ()
        ordering = ["id"]
        indexes = [models.Index(fields=["-on", "-id"], name="employment_intention_sort")]
        constraints = [
            models.UniqueConstraint(
                fields=["stall_post", "signup"], name="employment_intention_once",
                violation_error_message="她和这个岗位的意向已经登记过。",
            ),
            models.CheckConstraint(condition=Q(kind__in=IntentionKind.values), name="employment_intention_kind_known"),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.signup.name}：{self.stall_post}"

    def get_absolute_url(self):
        return self.stall_post.stall.event.get_absolute_url()


class CourseCertificateQuerySet(OfSignupQuerySet):
    def valid(self):
        """Not struck out."""
        return self.filter(void_on=None)


class CourseCertificate(models.Model):
    """培训证书。 What it says stays as it was on its day. Numbers have no gap and are never given again: a wrong one is struck out
    and stays in the register."""

    number = models.CharField("证书编号", max_length=20, unique=True)
    signup = models.ForeignKey(Signup, models.PROTECT, verbose_name="报名", related_name="certificates")
    holder = models.CharField("姓名", max_length=50)
    title = models.CharField("证书名称", max_length=60)
    level = models.CharField("等级", max_length=10, choices=SkillLevel)
    course = models.CharField("培训", max_length=90)
    since = models.DateField("从")
    until = models.DateField("到")
    lessons = models.PositiveSmallIntegerField("课时")
    percent = models.PositiveSmallIntegerField("出勤率")
    issuer = models.CharField("发证单位", max_length=80)
    issued_on = models.DateField("发证日期", default=timezone.localdate)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="经办人", related_name="+")
    void_on = models.DateField("作废日期", null=True, editable=False)
    void_why = models.CharField("作废原因", max_length=60, blank=True, editable=False)

    objects = CourseCertificateQuerySet.as_manager()

    class Privacy:
        internal = {
            "id", "number", "signup", "since", "until", "issuer", "issued_on", "issued_by", "void_on", "void_why",
        }  # fmt: skip
        personal = {"holder", "title", "level", "course", "lessons", "percent"}

    class Meta:
        verbose_name = verbose_name_plural = "培训证书"
        default_permissions = ("view", "add")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["signup"], condition=Q(void_on=None), name="employment_certificate_once",
                violation_error_message="她已经有这个班的证书。",
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="employment_certificate_days"),
            models.CheckConstraint(condition=Q(level__in=SkillLevel.values), name="employment_certificate_level_known"),
            models.CheckConstraint(
                condition=Q(void_on=None, void_why="") | Q(void_on__isnull=False) & ~Q(void_why=""),
                name="employment_certificate_void_says_why",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("employment:certificate", args=[self.pk])
