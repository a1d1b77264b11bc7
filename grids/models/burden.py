"""How long a form takes: counted by community and week, never beside a record or a person."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from fedhub.areas.models import Area, ScopedQuerySet
from grids.enums import TimedForm


def this_week(day=None):
    """The Monday of the week of `day` (default today)."""
    day = day or timezone.localdate()
    return day - timedelta(days=day.weekday())


class FormTime(models.Model):
    """表单用时。 How often `form` took about `seconds` in a community in one week.

    It stands apart from the visits: what is written for the sealed compartment takes time too, and a number beside the
    visit would tell.
    """

    area = models.ForeignKey(Area, models.PROTECT, verbose_name="社区", related_name="+")
    form = models.CharField("表单", max_length=10, choices=TimedForm)
    week = models.DateField("周（星期一）", default=this_week)
    seconds = models.PositiveSmallIntegerField("用时（秒）")
    times = models.PositiveIntegerField("次数", default=0)

    objects = ScopedQuerySet.as_manager()

    class Privacy:
        internal = {"id", "area", "form", "week", "seconds", "times"}

    class Meta:
        verbose_name = verbose_name_plural = "表单用时"
        default_permissions = ()
        indexes = [
            models.Index(fields=["area", "-week", "-id"], name="grids_formtime_area_sort"),
            models.Index(fields=["-week", "-id"], name="grids_formtime_sort"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["area", "form", "week", "seconds"], name="grids_formtime_once"),
            models.CheckConstraint(condition=Q(form__in=TimedForm.values), name="grids_formtime_form_known"),
        ]

    def __str__(self):
        return f"{self.area} {self.get_form_display()} {self.week:%Y-%m-%d}"
