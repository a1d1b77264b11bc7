"""Several concerns handled as one matter, and many given to one person at once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from concerns.enums import Status
from concerns.models.concern import Concern
from concerns.models.reply import OfConcernQuerySet
from fedhub.areas.models import AreaScoped


class Joining(models.Model):
    """并案。 `concern` is handled with `lead` since `joined_at`; what it was before is kept, so that it can be parted."""

    concern = models.ForeignKey(Concern, models.PROTECT, verbose_name="诉求", related_name="joinings")
    lead = models.ForeignKey(Concern, models.PROTECT, verbose_name="主件", related_name="led")
    reason = models.CharField("原因", max_length=100, blank=True)
    status_before = models.CharField("并入前状态", max_length=10, choices=Status)
    person_before = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="并入前承办人", related_name="+", null=True, blank=True
    )
    handle_by_before = models.DateField("并入前承办期限", null=True, blank=True)
    joined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="并案人", related_name="+")
    joined_at = models.DateTimeField("并案时间", default=timezone.now, editable=False)
    parted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="拆分人", related_name="+", null=True, blank=True
    )
    parted_at = models.DateTimeField("拆分时间", null=True, blank=True)

    objects = OfConcernQuerySet.as_manager()

    class Privacy:
        internal = {
            "id", "concern", "lead", "status_before", "person_before", "handle_by_before", "joined_by", "joined_at",
            "parted_by", "parted_at",
        }  # fmt: skip
        personal = {"reason"}

    class Meta:
        verbose_name = verbose_name_plural = "并案"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status_before__in=Status.values), name="concerns_joining_status_before_known"
            ),
            models.CheckConstraint(condition=~Q(concern=models.F("lead")), name="concerns_joining_not_itself"),
            models.CheckConstraint(
                condition=Q(parted_at=None, parted_by=None) | Q(parted_at__isnull=False, parted_by__isnull=False),
                name="concerns_joining_parted_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["concern"], condition=Q(parted_at=None), name="concerns_joining_one_open",
                violation_error_message="已经并入另一件了。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.concern_id} → {self.lead_id}"


class AssignmentBatch(AreaScoped):
    """批量交办。 Many concerns given to one person at once; `undo` holds whose each was before."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="交给", related_name="+")
    from_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="原承办人", related_name="+", null=True, blank=True
    )
    total = models.PositiveIntegerField("件数")
    reason = models.CharField("原因", max_length=60, blank=True)
    undo = models.JSONField("撤销数据", default=list)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Privacy:
        internal = {"person", "from_person", "total", "reason", "undo", "undone_at"}

    class Meta:
        verbose_name = verbose_name_plural = "批量交办"
        default_permissions = ()
        indexes = [
            models.Index(fields=["area", "-created_at", "id"], name="concerns_batch_area_sort"),
            models.Index(fields=["-created_at", "id"], name="concerns_batch_sort"),
        ]

    def __str__(self):
        return f"{self.person} {self.total} 件"
