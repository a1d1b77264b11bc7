"""Who did or read what, when and why: append-only rows and the chain that proves nothing was changed."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from fedhub.core.fields import BlindIndexField, EncryptedJSONField, RandomKeyField


class AuditEventQuerySet(models.QuerySet):
    def visible_to(self, user, permission):
        """Rows about places where `user` holds `permission`, and her own acts; all for whoever oversees every place."""
        ids = user.scope(permission)
        return self if ids is None else self.filter(Q(area_id__in=ids) | Q(actor_id=user.pk))


class AuditEvent(models.Model):
    """审计记录。 One act or one reading of a protected record; never changed, never deleted.

    No foreign keys: the row outlives what it speaks of. `mac` seals the row itself; the worker links rows into the
    chain (AuditLink) each minute, because linking inside the acting transaction would make unrelated acts wait for
    each other. Acts in the sealed compartment are no rows of this table: see SealedEvent.
    """

    at = models.DateTimeField("时间", default=timezone.now)
    actor_id = models.BigIntegerField("操作人", null=True)
    actor_name = models.CharField("操作人姓名", max_length=50, blank=True)
    action = models.CharField("动作", max_length=60)
    target_label = models.CharField("对象类别", max_length=60, blank=True)
    target_id = models.BigIntegerField("对象编号", null=True)
    area_id = models.BigIntegerField("区域", null=True)
    level = models.PositiveSmallIntegerField("密级", default=2)
    detail = models.JSONField("内容", default=dict)
    reason = models.CharField("原因", max_length=200, blank=True)
    result = models.CharField("结果", max_length=20, default="ok")
    address = models.CharField("来源", max_length=45, blank=True)
    hour = models.CharField("阅读时段", max_length=120, null=True, unique=True)
    mac = models.CharField("校验码", max_length=64)

    objects = AuditEventQuerySet.as_manager()

    class Privacy:
        internal = {
            "id", "at", "actor_id", "actor_name", "action", "target_label", "target_id", "area_id", "level", "result",
            "hour", "mac",
        }  # fmt: skip
        personal = {"detail", "reason", "address"}

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["target_label", "target_id", "-id"], name="core_audit_target"),
            models.Index(fields=["actor_id", "-id"], name="core_audit_actor"),
            models.Index(fields=["area_id", "-id"], name="core_audit_area"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action}"


class AuditLink(models.Model):
    """审计链。 Place of one audit row in the chain: `mac` covers the previous link and the row's own mac."""

    event = models.OneToOneField(AuditEvent, models.PROTECT, verbose_name="记录", related_name="link")
    seq = models.PositiveBigIntegerField("序号", unique=True)
    mac = models.CharField("链校验码", max_length=64)

    class Privacy:
        internal = {"id", "event", "seq", "mac"}

    class Meta:
        verbose_name = verbose_name_plural = "审计链"
        default_permissions = ()

    def __str__(self):
        return str(self.seq)


class SealedEvent(models.Model):
    """受限审计记录。 One act or one reading in the sealed compartment; never changed, never deleted.

    Beside a row of the open trail its number and its moment would name the visit it came from, and so the person who
    reported (反家庭暴力法 art. 14). So nothing but the day lies in clear: the key is random, who, what, when and where
    are in `content`. `about` and `hour` are keyed fingerprints for looking up the readings of one record. Having no
    place in time, a row has none in the chain either: `mac` seals it, and a sealed sum over all rows tells a missing
    one (core.audit).
    """

    id = RandomKeyField()
    day = models.DateField("日期", default=timezone.localdate)
    content = EncryptedJSONField("内容", column="core.SealedEvent.content", ring="sealed")
    about = BlindIndexField("对象指纹", db_index=True)
    hour = BlindIndexField("阅读时段", unique=True)
    mac = models.CharField("校验码", max_length=64)

    class Privacy:
        sealed = {"id", "day", "content", "about", "hour", "mac"}

    class Meta:
        verbose_name = verbose_name_plural = "受限审计记录"
        default_permissions = ()

    def __str__(self):
        return "受限审计记录"
