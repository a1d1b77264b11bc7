"""Who did or read what, when and why: append-only rows and the chain that proves nothing was changed."""

from django.db import models
from django.utils import timezone


class AuditEvent(models.Model):
    """审计记录。 One act or one reading of a protected record; never changed, never deleted.

    No foreign keys: the row outlives what it speaks of. `mac` seals the row itself; the worker links rows into the
    chain (AuditLink) each minute, because linking inside the acting transaction would make unrelated acts wait for
    each other. A `sealed` row speaks of the sealed compartment and is shown to its circle alone.
    """

    at = models.DateTimeField("时间", default=timezone.now)
    actor_id = models.BigIntegerField("操作人", null=True)
    actor_name = models.CharField("操作人姓名", max_length=50, blank=True)
    action = models.CharField("动作", max_length=60)
    target_label = models.CharField("对象类别", max_length=60, blank=True)
    target_id = models.BigIntegerField("对象编号", null=True)
    area_id = models.BigIntegerField("区域", null=True)
    level = models.PositiveSmallIntegerField("密级", default=2)
    sealed = models.BooleanField("受限", default=False)
    detail = models.JSONField("内容", default=dict)
    reason = models.CharField("原因", max_length=200, blank=True)
    result = models.CharField("结果", max_length=20, default="ok")
    address = models.CharField("来源", max_length=45, blank=True)
    hour = models.CharField("阅读时段", max_length=60, null=True, unique=True)
    mac = models.CharField("校验码", max_length=64)

    class Privacy:
        internal = {
            "id", "at", "actor_id", "actor_name", "action", "target_label", "target_id", "area_id", "level", "sealed",
            "result", "hour", "mac",
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
