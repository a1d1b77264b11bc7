"""Concerns that became part of a family's hardship file (handbook 4.5: found by a request)."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from concerns.models.concern import Concern
from concerns.models.reply import OfConcernQuerySet


class FileConcern(models.Model):
    """档案来源诉求。 A concern that a hardship file was opened for, or that came to the open file of the family."""

    concern = models.OneToOneField(Concern, models.PROTECT, verbose_name="诉求", related_name="in_file")
    file = models.ForeignKey(
        "hardship.HardshipFile", models.PROTECT, verbose_name="困难家庭档案", related_name="from_concerns"
    )
    added_on = models.DateField("转入日期", default=timezone.localdate)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="转入人", related_name="+")

    objects = OfConcernQuerySet.as_manager()

    class Privacy:
        internal = {"id", "concern", "added_on", "added_by"}
        sensitive = {"file"}

    class Meta:
        verbose_name = verbose_name_plural = "档案来源诉求"
        default_permissions = ()

    def __str__(self):
        return f"{self.concern} → {self.file}"
