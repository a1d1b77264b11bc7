"""Who speaks for a child under fourteen, and what that person said."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from fedhub.areas.models import ScopedQuerySet
from fedhub.core.fields import RandomKeyField
from households.enums import ConsentHow
from households.models import Resident
from portal.enums import GuardianEnd, GuardianKind, GuardianProof


class OfResidentQuerySet(ScopedQuerySet):
    scope_path = "resident__area"


class GuardianQuerySet(OfResidentQuerySet):
    scope_path = "child__area"

    def open(self):
        """Neither withdrawn nor over; whether somebody may come in says `portal.services.guardians.may_speak`."""
        return self.filter(ended_on=None)


class Guardian(models.Model):
    """监护人的同意。 Who speaks for a child under fourteen, and the consent that the staff wrote down (个人信息保护法 art. 31).

    What a guardian reads on the child's pages is what came from that guardian alone, so that nothing another parent, the child
    or the office wrote is ever read by the one it was kept from. `stopped_at`: the way in is shut, and nobody is told.
    """

    id = RandomKeyField()
    child = models.ForeignKey(Resident, models.PROTECT, verbose_name="儿童", related_name="guardians")
    person = models.ForeignKey(
        Resident, models.PROTECT, verbose_name="监护人（在册的）", related_name="wards", null=True, blank=True
    )
    name = models.CharField("监护人姓名", max_length=50)
    kind = models.CharField("与孩子的关系", max_length=15, choices=GuardianKind)
    proof = models.CharField("看了什么证明", max_length=10, choices=GuardianProof)
    how = models.CharField("同意的方式", max_length=10, choices=ConsentHow)
    witness = models.CharField("见证人", max_length=50, blank=True)
    text_version = models.CharField("告知书版本", max_length=20)
    given_on = models.DateField("同意日期", default=timezone.localdate)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="经办人", related_name="+")
    ends_on = models.DateField("监护到哪天为止", null=True, blank=True)
    ended_on = models.DateField("结束日期", null=True, blank=True)
    end_why = models.CharField("为什么结束", max_length=10, choices=GuardianEnd, blank=True)
    stopped_at = models.DateTimeField("停用时间", null=True, blank=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="停用人", related_name="+", null=True, blank=True
    )

    objects = GuardianQuerySet.as_manager()

    class Privacy:
        internal = {
            "id", "child", "person", "proof", "how", "text_version", "given_on", "taken_by", "ends_on", "ended_on", "end_why",
            "stopped_at", "stopped_by",
        }  # fmt: skip
        personal = {"name", "kind", "witness"}

    class Meta:
        verbose_name = verbose_name_plural = "监护人的同意"
        default_permissions = ("add",)
        ordering = ["-given_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "name"], condition=Q(ended_on=None), name="portal_guardian_once_a_child"
            ),
            models.CheckConstraint(
                condition=Q(how=ConsentHow.PAPER) | Q(how=ConsentHow.ORAL) & ~Q(witness=""),
                name="portal_guardian_oral_has_witness",
            ),
            models.CheckConstraint(condition=Q(kind__in=GuardianKind.values), name="portal_guardian_kind_known"),
            models.CheckConstraint(
                condition=Q(ended_on=None, end_why="") | Q(ended_on__gte=models.F("given_on")) & ~Q(end_why=""),
                name="portal_guardian_end_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None, stopped_by=None) | Q(stopped_at__isnull=False, stopped_by__isnull=False),
                name="portal_guardian_stopped_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | ~Q(person=models.F("child")), name="portal_guardian_not_the_child"
            ),
        ]

    def __str__(self):
        return f"{self.child} {self.name}"


class GuardianWord(models.Model):
    """监护人提的诉求。 A concern that a guardian raised for the child: that guardian alone reads it among the guardians."""

    id = RandomKeyField()
    guardian = models.ForeignKey(Guardian, models.PROTECT, verbose_name="监护人", related_name="words")
    concern = models.OneToOneField("concerns.Concern", models.PROTECT, verbose_name="诉求", related_name="+")

    class Privacy:
        internal = {"id", "guardian", "concern"}

    class Meta:
        verbose_name = verbose_name_plural = "监护人提的诉求"
        default_permissions = ()

    def __str__(self):
        return f"{self.guardian_id} {self.concern_id}"
