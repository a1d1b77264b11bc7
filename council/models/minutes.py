"""Minutes (会议纪要): edited while a draft, hashed when final, then only added to and signed (by a trigger)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from council.enums import MinutesStatus
from council.models.council import Member
from council.models.meeting import Meeting
from fedhub.areas.models import AreaScoped, ScopedQuerySet, SharedQuerySet
from fedhub.core.history import track


class MinutesQuerySet(SharedQuerySet):
    view_permission = "council.view_meeting"


class OfMinutesQuerySet(ScopedQuerySet):
    scope_path = "minutes__area"


class Minutes(AreaScoped):
    """会议纪要。"""

    meeting = models.OneToOneField(Meeting, models.PROTECT, verbose_name="会议", related_name="summary")
    number = models.CharField("编号", max_length=30, null=True, blank=True, editable=False)
    body = models.TextField("正文", max_length=10000)
    sent_to = models.CharField("发", max_length=200, blank=True)
    status = models.CharField("状态", max_length=10, choices=MinutesStatus, default=MinutesStatus.DRAFT)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="签发人", related_name="+", null=True, blank=True
    )
    final_on = models.DateField("定稿日期", null=True, blank=True)
    confirm_until = models.DateField("核对截止", null=True, blank=True)
    sha256 = models.CharField("校验值", max_length=64, blank=True, editable=False)

    objects = MinutesQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "meeting", "number", "body", "sent_to", "status", "approved_by", "final_on", "confirm_until", "sha256",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "会议纪要"
        default_permissions = ()
        permissions = [("approve_minutes", "签发会议纪要")]
        indexes = [
            models.Index(fields=["area", "-final_on", "-id"], name="council_minutes_area_sort"),
            models.Index(fields=["-final_on", "-id"], name="council_minutes_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=MinutesStatus.values), name="council_minutes_status_known"),
            models.CheckConstraint(
                condition=Q(status=MinutesStatus.DRAFT, number=None, final_on=None, sha256="")
                | Q(status=MinutesStatus.FINAL, number__isnull=False, final_on__isnull=False) & ~Q(sha256=""),
                name="council_minutes_final_has_number_and_hash",
            ),
            models.UniqueConstraint(fields=["area", "number"], name="council_minutes_number_once"),
        ]

    def __str__(self):
        return self.number or "会议纪要（草稿）"

    def get_absolute_url(self):
        return reverse("council:minutes_detail", args=[self.meeting_id])

    @property
    def is_final(self):
        return self.status == MinutesStatus.FINAL


class Addition(models.Model):
    """补充说明。 What was added to final minutes, signed by whom and when; its hash takes in the one before."""

    minutes = models.ForeignKey(Minutes, models.PROTECT, verbose_name="纪要", related_name="additions")
    text = models.CharField("内容", max_length=1000)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="签名", related_name="+")
    signed_name = models.CharField("签名姓名", max_length=50)
    signed_at = models.DateTimeField("时间", default=timezone.now)
    sha256 = models.CharField("校验值", max_length=64)

    objects = OfMinutesQuerySet.as_manager()

    class Privacy:
        internal = {"id", "minutes", "text", "signed_by", "signed_name", "signed_at", "sha256"}

    class Meta:
        verbose_name = verbose_name_plural = "补充说明"
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self):
        return self.text[:20]


class Confirmation(models.Model):
    """核对。 An attendee says that final minutes are right, or what is not."""

    minutes = models.ForeignKey(Minutes, models.PROTECT, verbose_name="纪要", related_name="confirmations")
    member = models.ForeignKey(Member, models.PROTECT, verbose_name="成员", related_name="+")
    agrees = models.BooleanField("属实")
    words = models.CharField("异议", max_length=300, blank=True)
    made_at = models.DateTimeField("时间", default=timezone.now, editable=False)

    objects = OfMinutesQuerySet.as_manager()

    class Privacy:
        internal = {"id", "minutes", "member", "agrees", "words", "made_at"}

    class Meta:
        verbose_name = verbose_name_plural = "核对"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agrees=True) | ~Q(words=""), name="council_confirmation_objection_has_words"
            ),
            models.UniqueConstraint(fields=["minutes", "member"], name="council_confirmation_once"),
        ]

    def __str__(self):
        return f"{self.member} {'属实' if self.agrees else '有异议'}"
