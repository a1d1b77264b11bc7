"""Rounds of screening (摸排): every grid answers, also with nothing found (零报告, handbook 7.5)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from fedhub.areas.models import Area, AreaScoped, ScopedQuerySet
from fedhub.core.models.base import Stamped
from mediation.enums import RoundAnswer


class ScreeningRound(AreaScoped):
    """摸排。 One look at all grids of a community, from a day to a day."""

    title = models.CharField("名称", max_length=60)
    starts_on = models.DateField("开始")
    due_on = models.DateField("哪天前报")

    class Privacy:
        internal = {"title", "starts_on", "due_on"}

    class Meta:
        verbose_name = verbose_name_plural = "摸排"
        default_permissions = ("view", "add")
        indexes = [
            models.Index(fields=["area", "-starts_on", "id"], name="mediation_round_area_sort"),
            models.Index(fields=["-starts_on", "id"], name="mediation_round_sort"),
        ]
        constraints = [models.CheckConstraint(condition=Q(due_on__gte=F("starts_on")), name="mediation_round_dates")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("mediation:round_detail", args=[self.pk])


class GridReport(Stamped):
    """网格摸排结果。 What a grid answered in a round; '' while nobody has. It says that something was found, never what."""

    screening = models.ForeignKey(ScreeningRound, models.PROTECT, verbose_name="摸排", related_name="reports")
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="网格", related_name="+")
    answer = models.CharField("结果", max_length=6, choices=RoundAnswer, blank=True)
    answered_on = models.DateField("报告日期", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="排查人员", related_name="+", null=True, blank=True
    )

    objects = ScopedQuerySet.as_manager()

    class Privacy:
        internal = {"screening", "area", "answer", "answered_on", "answered_by"}

    class Meta:
        verbose_name = verbose_name_plural = "网格摸排结果"
        default_permissions = ("change",)
        indexes = [
            models.Index(fields=["area", "-screening", "id"], name="mediation_report_area_sort"),
            models.Index(fields=["-screening", "id"], name="mediation_report_sort"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["screening", "area"], name="mediation_report_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None) | Q(answered_on__isnull=False) & ~Q(answer=""),
                name="mediation_report_answered",
            ),
        ]

    def __str__(self):
        return f"{self.screening} {self.area}"
