"""Phones that may keep visits without network, and what they sent later."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from fedhub.areas.models import ScopedQuerySet
from fedhub.core.fields import BlindIndexField, EncryptedJSONField
from fedhub.core.models import Stamped
from grids.enums import EnvelopeState, Late
from grids.models.visit import Visit
from households.models import Household

CLOCK_RIGHT = 300


def clock_words(seconds):
    """What a clock is that lies `seconds` behind the server's: "慢了 1 天 2 小时"; '' within five minutes."""
    if abs(seconds) < CLOCK_RIGHT:
        return ""
    minutes = abs(seconds) // 60
    parts = [(minutes // 1440, "天"), (minutes // 60 % 24, "小时"), (minutes % 60, "分钟")]
    shown = [f"{number} {unit}" for number, unit in parts if number][:2]
    return f"{'慢' if seconds > 0 else '快'}了 {' '.join(shown)}"


class DeviceQuerySet(models.QuerySet):
    def visible_to(self, user, permission=None):
        """One's own phones."""
        return self.filter(user=user)

    def in_force(self):
        """Not ended."""
        return self.filter(ended_at=None)


class Device(Stamped):
    """手机。 A phone on which somebody keeps visits without network; the phone holds the token, this row its fingerprint.

    `unsent`: ids of the envelopes that the phone still held when it last spoke, so that the server notices when its store
    was emptied. `key_id`: the key that the oldest of them may be sealed to. `clock_off`: seconds by which its clock is
    behind the server's. `cookie`: fingerprint of the browser's own mark (accounts.throttle), which outlives its store.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="账号", related_name="phones")
    name = models.CharField("手机", max_length=40)
    token = BlindIndexField("口令指纹", unique=True)
    cookie = BlindIndexField("浏览器指纹")
    key_id = models.PositiveIntegerField("钥匙")
    unsent = models.JSONField("没有上传的", default=list)
    clock_off = models.IntegerField("时钟差（秒）", default=0)
    seen_at = models.DateTimeField("最近一次连上", auto_now_add=True)
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Privacy:
        internal = {
            "user", "name", "token", "cookie", "key_id", "unsent", "clock_off", "seen_at", "ended_at",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "手机"
        default_permissions = ()
        ordering = ["-seen_at", "-id"]

    def __str__(self):
        return self.name

    @property
    def clock(self):
        """Its clock, in words; '' when it is right."""
        return clock_words(self.clock_off)


class EnvelopeQuerySet(ScopedQuerySet):
    scope_path = "household__area"

    def visible_to(self, user, permission="grids.view_envelope"):
        """With grids.review_visit: what lies, or lay, in the tray of the families' areas of today. With grids.add_visit:
        one's own that wait to be finished, of families one still visits. By default (files): both."""
        if permission == "grids.review_visit":
            return self.in_areas(user.scope(permission)).filter(state__in=TRAY)
        own = self.in_areas(user.scope("grids.add_visit")).filter(user=user, state=EnvelopeState.OPEN)
        if permission == "grids.add_visit":
            return own
        return own | self.visible_to(user, "grids.review_visit")

    def for_list(self):
        return self.select_related("household", "household__area", "user")

    def waiting(self):
        """In the tray, not decided."""
        return self.filter(state=EnvelopeState.TRAY)


TRAY = (EnvelopeState.TRAY, EnvelopeState.TAKEN, EnvelopeState.DECLINED)
DECIDED = (EnvelopeState.TAKEN, EnvelopeState.DECLINED)


class Envelope(Stamped):
    """手机后传的走访。 One draft that a phone sealed and sent: `key` is the once-key of its form, the same everywhere.

    `created_at` is when it arrived, `saved_at` what the phone's clock said when it was sealed. `fields` holds what was
    typed ([[name, value]]) as long as somebody has to act on it, without what belongs to the sealed compartment: that
    was reported on arrival. Pictures are files of this record. What could not be read (another `schema`) is kept beside
    as it came.
    """

    key = models.UUIDField("编号", editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="走访人", related_name="+")
    device = models.ForeignKey(Device, models.PROTECT, verbose_name="手机", related_name="+", null=True)
    household = models.ForeignKey(Household, models.PROTECT, verbose_name="家庭", related_name="+")
    schema = models.PositiveIntegerField("表的版本")
    saved_at = models.DateTimeField("手机上写好的时间", null=True)
    clock_off = models.IntegerField("时钟差（秒）", default=0)
    unfinished = models.BooleanField("没写完", default=False)
    state = models.CharField("状态", max_length=10, choices=EnvelopeState)
    late = models.CharField("原因", max_length=10, choices=Late, blank=True)
    fields = EncryptedJSONField("内容", column="grids.Envelope.fields")
    visit = models.ForeignKey(Visit, models.PROTECT, verbose_name="走访", related_name="envelopes", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="处理人", related_name="+", null=True
    )
    decided_at = models.DateTimeField("处理时间", null=True)
    decided_why = models.CharField("理由", max_length=100, blank=True)

    objects = EnvelopeQuerySet.as_manager()

    class Privacy:
        internal = {
            "key", "user", "device", "household", "schema", "saved_at", "clock_off", "unfinished", "state", "late",
            "visit", "decided_by", "decided_at",
        }  # fmt: skip
        personal = {"decided_why"}
        sensitive = {"fields"}

    class Meta:
        verbose_name = verbose_name_plural = "手机后传的走访"
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["-created_at", "-id"], condition=Q(state=EnvelopeState.TRAY), name="grids_envelope_tray"),
            models.Index(fields=["user", "-id"], condition=Q(state=EnvelopeState.OPEN), name="grids_envelope_open"),
            models.Index(fields=["-created_at", "-id"], name="grids_envelope_sort"),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="grids_envelope_once"),
            models.CheckConstraint(condition=Q(state__in=EnvelopeState.values), name="grids_envelope_state_known"),
            models.CheckConstraint(condition=Q(late__in=["", *Late.values]), name="grids_envelope_late_known"),
            models.CheckConstraint(
                condition=Q(state__in=["saved", "taken"], visit__isnull=False)
                | Q(state__in=["open", "tray", "declined", "dropped"], visit=None),
                name="grids_envelope_saved_has_visit",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["tray", "taken", "declined"]) | ~Q(late=""),
                name="grids_envelope_tray_has_cause",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["taken", "declined"], decided_at__isnull=False, decided_by__isnull=False)
                | Q(state__in=["saved", "open", "tray", "dropped"], decided_at=None, decided_by=None),
                name="grids_envelope_decided_when_state_says_so",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(decided_why=""), name="grids_envelope_declined_has_reason"
            ),
        ]

    def __str__(self):
        return f"{self.household} {self.user}"

    @property
    def clock(self):
        """The phone's clock when it was sent, in words; '' when it was right."""
        return clock_words(self.clock_off)

    @property
    def written_at(self):
        """When it was written by the phone's clock, or else when it arrived."""
        return self.saved_at or self.created_at

    @property
    def written_then(self):
        """When it was written by the server's clock: a phone's that was wrong is put right; never after it arrived."""
        if self.saved_at is None:
            return self.created_at
        off = timedelta(seconds=self.clock_off if self.clock else 0)
        return min(self.saved_at + off, self.created_at)

    def get_absolute_url(self):
        return reverse("grids:tray_detail", args=[self.pk])
