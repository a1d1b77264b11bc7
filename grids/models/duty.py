"""包保: who takes charge of which grid, from when to when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import RoleGrant
from fedhub.areas.models import AreaScoped, ScopedQuerySet
from fedhub.core.dated import held_on
from fedhub.core.history import track
from grids.enums import DutyPattern, DutyRole


class DutyQuerySet(ScopedQuerySet):
    def for_list(self):
        return self.select_related("area", "person")

    def in_force(self, day=None):
        """Duties on `day` (default now)."""
        return self.filter(held_on(day))

    def running(self):
        """Duties that hold now or will from a day to come."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=timezone.localdate()), ended_at=None)

    def of(self, person):
        """Duties of `person` without an end: what she has to hand over when she leaves."""
        return self.filter(person=person, valid_to=None).order_by("area__code", "role", "pk")


class Duty(AreaScoped):
    """包保责任。 A person is in charge of a grid or 联户单元 in a role; the grant of her access belongs to it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="责任人", related_name="duties")
    role = models.CharField("责任", max_length=10, choices=DutyRole)
    pattern = models.CharField("包保方式", max_length=10, choices=DutyPattern, blank=True)
    valid_from = models.DateField("起", default=timezone.localdate)
    valid_to = models.DateField("止", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True, editable=False)
    end_why = models.CharField("结束原因", max_length=60, blank=True)
    grant = models.OneToOneField(
        RoleGrant, models.PROTECT, verbose_name="授权", related_name="duty", null=True, editable=False
    )

    objects = DutyQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"person", "role", "pattern", "valid_from", "valid_to", "ended_at", "end_why", "grant"}

    class Meta:
        verbose_name = verbose_name_plural = "包保责任"
        default_permissions = ("view", "add", "change")
        permissions = [("export_duty", "看和导出履职记录")]
        indexes = [
            models.Index(fields=["area", "-valid_from", "-id"], name="grids_duty_area_sort"),
            models.Index(fields=["-valid_from", "-id"], name="grids_duty_sort"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="grids_duty_dates"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None, end_why="") | (Q(valid_to__isnull=False) & ~Q(end_why="")),
                name="grids_duty_end_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(valid_to__isnull=False), name="grids_duty_ended_has_last_day"
            ),
            models.UniqueConstraint(
                fields=["area", "person", "role"], condition=Q(valid_to=None), name="grids_duty_once_open"
            ),
            models.CheckConstraint(condition=Q(role__in=DutyRole.values), name="grids_duty_role_known"),
        ]

    def __str__(self):
        return f"{self.area} {self.get_role_display()} {self.person}"
