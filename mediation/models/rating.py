"""What parties say of the mediation by themselves, and the slips of paper that let them (ADR 25).

A slip knows the case and the party, so that each rates once; the rating knows neither, and no hour: nothing leads from what
was said to who said it (as with answers of a survey, ADR 18).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from fedhub.areas.models import Area, ScopedQuerySet
from fedhub.core.fields import BlindIndexField, EncryptedTextField, RandomKeyField
from mediation.enums import Score
from mediation.models.case import Case


class RatingSlipQuerySet(models.QuerySet):
    def open(self, day=None):
        """Those whose address still takes a rating."""
        return self.filter(used=False, until__gte=day or timezone.localdate())


class RatingSlip(models.Model):
    """评价单。 A secret address on paper, for one party in one run of a case. `address` is a fingerprint."""

    id = RandomKeyField()
    case = models.ForeignKey(Case, models.PROTECT, verbose_name="案件", related_name="slips")
    place = models.PositiveIntegerField("第几位当事人")
    run = models.PositiveIntegerField("第几次办理")
    address = BlindIndexField("地址指纹", unique=True)
    until = models.DateField("评到哪天")
    used = models.BooleanField("评过了", default=False)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁给的", related_name="+")
    once = BlindIndexField("表单指纹", unique=True)

    objects = RatingSlipQuerySet.as_manager()

    class Privacy:
        sealed = {"id", "case", "place", "run", "address", "until", "used", "given_by", "once"}

    class Meta:
        verbose_name = verbose_name_plural = "评价单"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["case", "place", "run"], name="mediation_slip_once")]

    def __str__(self):
        return "评价单"


class OwnRating(models.Model):
    """当事人自己评的。 `area`: the community; `month`: its first day."""

    id = RandomKeyField()
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="社区", related_name="+")
    month = models.DateField("月份")
    score = models.PositiveSmallIntegerField("满意度")
    words = EncryptedTextField("说的话", column="mediation.OwnRating.words", ring="sealed", text_length=300)

    objects = ScopedQuerySet.as_manager()

    class Privacy:
        sealed = {"id", "area", "month", "score", "words"}

    class Meta:
        verbose_name = verbose_name_plural = "当事人自己评的"
        default_permissions = ()
        indexes = [
            models.Index(fields=["area", "month", "id"], name="mediation_rating_area_sort"),
            models.Index(fields=["month", "id"], name="mediation_rating_sort"),
        ]
        constraints = [models.CheckConstraint(condition=Q(score__in=Score.values), name="mediation_rating_score")]

    def __str__(self):
        return "当事人自己评的"
