"""Months of the books: a locked one is not written into; what changes it afterwards leaves both values (acceptance F2.9)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped, ScopedQuerySet
from hardship.enums import PeriodState, ReopenState


class AidPeriod(AreaScoped):
    """账期。 One month of one community's books. `figures` are those of the first lock, `restated` those of each later one."""

    month = models.DateField("月份")
    state = models.CharField("状态", max_length=10, choices=PeriodState, default=PeriodState.LOCKED, editable=False)
    figures = models.JSONField("锁账时的数", default=dict, editable=False)
    restated = models.JSONField("更正后的数", default=list, editable=False)
    locked_on = models.DateField("锁账日期", default=timezone.localdate, editable=False)
    reopened_until = models.DateField("重开至", null=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Privacy:
        internal = {"month", "state", "figures", "restated", "locked_on", "reopened_until"}

    class Meta:
        verbose_name = verbose_name_plural = "账期"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "-month", "-id"], name="hardship_period_area_sort"),
            models.Index(fields=["-month", "-id"], name="hardship_period_sort"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["area", "month"], name="hardship_period_once"),
            models.CheckConstraint(condition=Q(state__in=PeriodState.values), name="hardship_period_state_known"),
            models.CheckConstraint(
                condition=Q(state=PeriodState.REOPENED, reopened_until__isnull=False)
                | Q(state=PeriodState.LOCKED, reopened_until=None),
                name="hardship_period_reopened_until_a_day",
            ),
        ]

    def __str__(self):
        return f"{self.month.year}年{self.month.month}月"

    def get_absolute_url(self):
        return reverse("hardship:period_detail", args=[self.pk])


class ReopenRequestQuerySet(ScopedQuerySet):
    scope_path = "period__area"


class ReopenRequest(models.Model):
    """重开账期申请。 Why a locked month must be opened again; another person decides."""

    period = models.ForeignKey(AidPeriod, models.PROTECT, verbose_name="账期", related_name="requests")
    why = models.CharField("理由", max_length=200)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="申请人", related_name="+")
    asked_on = models.DateField("申请日期", default=timezone.localdate)
    state = models.CharField("状态", max_length=10, choices=ReopenState, default=ReopenState.ASKED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="审批人", related_name="+", null=True
    )
    decided_on = models.DateField("审批日期", null=True)
    note = models.CharField("审批意见", max_length=200, blank=True)

    objects = ReopenRequestQuerySet.as_manager()

    class Privacy:
        internal = {"id", "period", "why", "asked_by", "asked_on", "state", "decided_by", "decided_on", "note"}

    class Meta:
        verbose_name = verbose_name_plural = "重开账期申请"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["period"], condition=Q(state=ReopenState.ASKED), name="hardship_reopen_one_open"
            ),
            models.CheckConstraint(condition=Q(state__in=ReopenState.values), name="hardship_reopen_state_known"),
            models.CheckConstraint(
                condition=Q(state=ReopenState.ASKED, decided_by=None, decided_on=None)
                | ~Q(state=ReopenState.ASKED) & Q(decided_by__isnull=False, decided_on__isnull=False),
                name="hardship_reopen_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="hardship_reopen_two_people"
            ),
        ]

    def __str__(self):
        return f"{self.period} {self.get_state_display()}"
