"""People who mediate: what they know, until when they are named, when they are on duty, whom they step back from."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped, ScopedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.models.base import Stamped
from households.models import Resident
from mediation.enums import MediatorKind, Slot

# Until when somebody stands on the list who is no mediator and has no term.
FOREVER = date(2999, 12, 31)


class MediatorQuerySet(ScopedQuerySet):
    def in_term(self, day=None):
        """Those who may be given a matter on `day` (default today): named, and their term is not over."""
        day = day or timezone.localdate()
        return self.filter(ended_on=None, term_from__lte=day, term_to__gte=day).exclude(kind=MediatorKind.STAFF)


class Mediator(AreaScoped):
    """调解员。 A cadre, lawyer, person who knows the law or volunteer, named for a term (人民调解法 art. 13, 14).

    `resident` is her own record where she lives here: from it follow the conflicts of interest (mediation.conflicts). Others of
    the staff, who see matters without mediating, stand here for that alone (MediatorKind.STAFF) and have no term.
    """

    name = models.CharField("姓名", max_length=50)
    kind = models.CharField("身份", max_length=10, choices=MediatorKind)
    qualification = models.CharField("资格、专长", max_length=120, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="工作账号", related_name="+", null=True, blank=True
    )
    resident = models.ForeignKey(
        Resident, models.PROTECT, verbose_name="本人的居民档案", related_name="+", null=True, blank=True
    )
    term_from = models.DateField("聘期起", default=timezone.localdate)
    term_to = models.DateField("聘期止")
    ended_on = models.DateField("不再担任的日期", null=True, blank=True, editable=False)

    objects = MediatorQuerySet.as_manager()

    class Privacy:
        internal = {"kind", "qualification", "user", "term_from", "term_to", "ended_on"}
        personal = {"name", "resident"}

    class Meta:
        verbose_name = verbose_name_plural = "调解员"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "name", "id"], name="mediation_med_area_sort"),
            models.Index(fields=["name", "id"], name="mediation_med_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(term_to__gte=F("term_from")), name="mediation_term_dates"),
            models.UniqueConstraint(
                fields=["area", "user"], condition=Q(ended_on=None, user__isnull=False), name="mediation_user_once"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("mediation:mediator_detail", args=[self.pk])

    @property
    def mediates(self):
        """False for others of the staff, who stand here for their conflicts of interest alone."""
        return self.kind != MediatorKind.STAFF

    def is_in_term(self):
        """True when she may be given a matter today."""
        return self.mediates and self.ended_on is None and self.term_from <= timezone.localdate() <= self.term_to


class StepBackQuerySet(ScopedQuerySet):
    scope_path = "mediator__area"


class StepBack(Stamped):
    """回避名单。 Somebody whose matters a mediator must not handle, named by herself or the chair."""

    mediator = models.ForeignKey(Mediator, models.PROTECT, verbose_name="调解员", related_name="steps_back")
    resident = models.ForeignKey(Resident, models.PROTECT, verbose_name="回避谁", related_name="+")
    kin = models.BooleanField("是亲戚", default=False)
    why = EncryptedTextField("为什么", column="mediation.StepBack.why", text_length=200)

    objects = StepBackQuerySet.as_manager()

    class Privacy:
        internal = {"mediator"}
        personal = {"resident", "kin", "why"}

    class Meta:
        verbose_name = verbose_name_plural = "回避名单"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["mediator", "resident"], name="mediation_stepback_once"),
        ]

    def __str__(self):
        return f"{self.mediator}"


class DutyTurn(AreaScoped):
    """值班。 A mediator on duty in the micro-home on a day, for a part of it."""

    mediator = models.ForeignKey(Mediator, models.PROTECT, verbose_name="调解员", related_name="turns")
    on = models.DateField("日期")
    slot = models.CharField("时段", max_length=1, choices=Slot)

    class Privacy:
        internal = {"mediator", "on", "slot"}

    class Meta:
        verbose_name = verbose_name_plural = "值班"
        default_permissions = ()
        indexes = [
            models.Index(fields=["area", "on", "id"], name="mediation_turn_area_sort"),
            models.Index(fields=["on", "id"], name="mediation_turn_sort"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mediator", "on", "slot"], name="mediation_turn_once"),
        ]

    def __str__(self):
        return f"{self.mediator} {self.on} {self.get_slot_display()}"
