"""What is kept of a volunteer besides her services: training, commendation, evaluation (志愿服务条例 art. 19)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from groups.models.service import OfVolunteerQuerySet
from groups.models.volunteer import Volunteer
from groups.need_enums import RecordKind


class VolunteerRecordQuerySet(OfVolunteerQuerySet):
    def standing(self):
        """Not void."""
        return self.filter(void_why="")


class VolunteerRecord(models.Model):
    """志愿者记录。 A training, an honour or an evaluation of a day; a wrong one is made void with a reason, never changed.
    What somebody said of her in an evaluation is read by her too."""

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, verbose_name="志愿者", related_name="records")
    kind = models.CharField("种类", max_length=10, choices=RecordKind)
    on = models.DateField("日期", default=timezone.localdate)
    what = models.CharField("内容", max_length=100)
    giver = models.CharField("谁组织、谁给的", max_length=60, blank=True)
    points = models.PositiveSmallIntegerField("评价（1—5 分）", null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+")
    made_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)
    void_why = models.CharField("作废原因", max_length=100, blank=True, editable=False)

    objects = VolunteerRecordQuerySet.as_manager()

    class Privacy:
        internal = {"id", "volunteer", "kind", "on", "giver", "made_by", "made_at", "void_why"}
        personal = {"what", "points"}

    class Meta:
        verbose_name = verbose_name_plural = "志愿者记录"
        default_permissions = ()
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RecordKind.values), name="groups_record_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=RecordKind.RATING, points__isnull=False, points__gte=1, points__lte=5)
                | ~Q(kind=RecordKind.RATING) & Q(points=None),
                name="groups_record_rating_has_points",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.on}"
