"""Who wants to hear of something new: what the apps' own wishes have in common."""

from django.db import models
from django.utils import timezone

from fedhub.areas.models import ScopedQuerySet


class WatchQuerySet(ScopedQuerySet):
    scope_path = "resident__area"

    def running(self):
        """Not ended."""
        return self.filter(ended_on=None)


class Watch(models.Model):
    """订阅。 By her own wish; it ends when she says so. A subclass adds `kind`, one running row a person and kind."""

    resident = models.ForeignKey("households.Resident", models.PROTECT, verbose_name="居民", related_name="%(class)ss")
    since = models.DateField("从哪天起", default=timezone.localdate)
    ended_on = models.DateField("到哪天止", null=True)

    objects = WatchQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return self.get_kind_display()
