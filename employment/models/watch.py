"""Who wants to hear of new posts of a kind of work."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from employment.enums import JobKind
from fedhub.areas.models import ScopedQuerySet


class JobWatchQuerySet(ScopedQuerySet):
    scope_path = "resident__area"

    def running(self):
        """Not ended."""
        return self.filter(ended_on=None)


class JobWatch(models.Model):
    """订阅。 By her own wish, on her own page; it ends when she says so."""

    resident = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="居民", related_name="job_watches"
    )
    kind = models.CharField("想看哪种岗位", max_length=10, choices=JobKind)
    since = models.DateField("从哪天起", default=timezone.localdate)
    ended_on = models.DateField("到哪天止", null=True)

    objects = JobWatchQuerySet.as_manager()

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

    def __str__(self):
        return self.get_kind_display()
