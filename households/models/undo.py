"""Acts on many rows that can be taken back: merging two persons, assigning many households."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from fedhub.areas.models import Area, AreaScoped, ScopedQuerySet
from fedhub.core.fields import EncryptedJSONField
from households.enums import TaskBatchKind
from households.models.resident import Resident


class ResidentMergeQuerySet(ScopedQuerySet):
    scope_path = "kept__area"

    def of(self, resident):
        """Merges of `resident` that can still be taken back, newest first."""
        return self.filter(kept=resident, undone_at=None).select_related("gone", "made_by").order_by("-pk")


class ResidentMerge(models.Model):
    """合并记录。 `gone` was merged into `kept`; `undo` tells what moved, so that it can be taken back."""

    kept = models.ForeignKey(Resident, models.PROTECT, verbose_name="保留", related_name="+")
    gone = models.ForeignKey(Resident, models.PROTECT, verbose_name="并入", related_name="+")
    undo = EncryptedJSONField("撤销数据", column="households.ResidentMerge.undo")
    reason = models.CharField("原因", max_length=100)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="经办人", related_name="+")
    made_at = models.DateTimeField("时间", auto_now_add=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = ResidentMergeQuerySet.as_manager()

    class Privacy:
        internal = {"id", "kept", "gone", "reason", "made_by", "made_at", "undone_at"}
        personal = {"undo"}

    class Meta:
        verbose_name = verbose_name_plural = "合并记录"
        default_permissions = ()

    def __str__(self):
        return f"{self.gone_id} → {self.kept_id}"


class BulkAssignment(AreaScoped):
    """批量分派。 Many households moved to one grid or 联户单元 at once; `undo` holds where each lay before."""

    target = models.ForeignKey(Area, models.PROTECT, verbose_name="分派到", related_name="+")
    total = models.PositiveIntegerField("户数")
    reason = models.CharField("原因", max_length=60, blank=True)
    undo = models.JSONField("撤销数据", default=list)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Privacy:
        internal = {"target", "total", "reason", "undo", "undone_at"}

    class Meta:
        verbose_name = verbose_name_plural = "批量分派"
        default_permissions = ()
        indexes = [
            models.Index(fields=["area", "-created_at", "id"], name="households_bulk_area_sort"),
            models.Index(fields=["-created_at", "id"], name="households_bulk_sort"),
        ]

    def __str__(self):
        return f"{self.target} {self.total} 户"


class TaskBatch(AreaScoped):
    """批量处理走访任务。 Many visit tasks given to one person or cancelled at once; `undo` holds `[task id, who had it,
    version after]` of each. Its area is the smallest place that holds all of them."""

    kind = models.CharField("做了什么", max_length=10, choices=TaskBatchKind)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="分给", related_name="+", null=True, blank=True
    )
    total = models.PositiveIntegerField("件数")
    reason = models.CharField("原因", max_length=60, blank=True)
    undo = models.JSONField("撤销数据", default=list)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Privacy:
        internal = {"kind", "person", "total", "reason", "undo", "undone_at"}

    class Meta:
        verbose_name = verbose_name_plural = "批量处理走访任务"
        default_permissions = ()
        indexes = [
            models.Index(fields=["area", "-created_at", "id"], name="households_tb_area_sort"),
            models.Index(fields=["-created_at", "id"], name="households_tb_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=TaskBatchKind.values), name="households_taskbatch_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=TaskBatchKind.ASSIGN) | Q(person=None), name="households_taskbatch_person_assigned"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.total} 户"
