"""Who wants to hear of new posts of a kind of work."""

from django.db import models
from django.db.models import F, Q

from employment.enums import JobKind
from households.models.watch import Watch


class JobWatch(Watch):
    """岗位订阅。"""

    kind = models.CharField("想看哪种岗位", max_length=10, choices=JobKind)

    class Privacy:
        internal = {"id", "resident"}
        personal = {"kind", "since", "ended_on"}

    class Meta:
        verbose_name = verbose_name_plural = "岗位订阅"
        default_permissions = ()
        ordering = ["kind", "id"]
        indexes = [models.Index(fields=["kind", "resident"], condition=Q(ended_on=None), name="employment_watch_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "kind"], condition=Q(ended_on=None), name="employment_watch_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=JobKind.values), name="employment_watch_kind_known"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("since")), name="employment_watch_dates"
            ),
        ]
