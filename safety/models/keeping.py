"""Destroying what was kept long enough: asked by one, agreed to by another; the row stays as the register of it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from fedhub.areas.models import Area, ScopedQuerySet
from fedhub.core.fields import EncryptedJSONField, RandomKeyField


class DestructionQuerySet(ScopedQuerySet):
    def waiting(self):
        """Those nobody has answered."""
        return self.filter(answered_by=None)


class Destruction(models.Model):
    """销毁登记。 Closed files and handled reports of a community whose time is over: `facts` holds {"files": [ids],
    "reports": [ids], "why"}, and after the answer {"agreed", "done": how many}."""

    id = RandomKeyField()
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="社区", related_name="+")
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, verbose_name="谁提请", related_name="+")
    asked_on = models.DateField("提请日期", default=timezone.localdate)
    answered_by = models.ForeignKey(
        "accounts.User", models.PROTECT, verbose_name="谁同意", related_name="+", null=True, blank=True
    )
    answered_on = models.DateField("答复日期", null=True, blank=True)
    facts = EncryptedJSONField("销毁什么、为什么", column="safety.Destruction.facts", ring="sealed")

    objects = DestructionQuerySet.as_manager()

    class Privacy:
        sealed = {"id", "area", "asked_by", "asked_on", "answered_by", "answered_on", "facts"}

    class Meta:
        verbose_name = verbose_name_plural = "销毁登记"
        default_permissions = ()
        permissions = [("destroy_safetyfile", "两人同意销毁保管期满的受限档案")]
        indexes = [
            models.Index(fields=["area", "-asked_on", "id"], name="safety_destroy_area_sort"),
            models.Index(fields=["-asked_on", "id"], name="safety_destroy_sort"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_by=None, answered_on=None)
                | Q(answered_by__isnull=False, answered_on__isnull=False) & ~Q(answered_by=models.F("asked_by")),
                name="safety_destroy_by_two",
            ),
        ]

    def __str__(self):
        return "销毁登记"
