"""交接: what somebody was in charge of, given to others at once; it can be taken back on the same day."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from fedhub.areas.models import AreaScoped


class HandOver(AreaScoped):
    """交接。 Duties (and open concerns) of one person given up on a day; `undo` holds what each row was before.

    `undo`: {"duties": [[duty, version since, last day of the grant before or "" (null: it had ended already), duty of
    the successor or null]], "tasks": [[planned visit, version since]], "concerns": [AssignmentBatch]}.
    """

    from_person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="移交人", related_name="+")
    on = models.DateField("起")
    reason = models.CharField("原因", max_length=60)
    duties = models.PositiveIntegerField("包保项数")
    homes = models.PositiveIntegerField("家庭户数")
    concerns = models.PositiveIntegerField("诉求件数", default=0)
    undo = models.JSONField("撤销数据", default=dict)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Privacy:
        internal = {"from_person", "on", "reason", "duties", "homes", "concerns", "undo", "undone_at"}

    class Meta:
        verbose_name = verbose_name_plural = "交接"
        default_permissions = ()
        indexes = [
            models.Index(fields=["area", "-created_at", "id"], name="grids_handover_area_sort"),
            models.Index(fields=["-created_at", "id"], name="grids_handover_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="grids_handover_has_reason"),
        ]

    def __str__(self):
        return f"{self.from_person} {self.on:%Y-%m-%d}"

    @property
    def may_undo(self):
        """True on the day it was made, once."""
        return self.undone_at is None and timezone.localtime(self.created_at).date() == timezone.localdate()
