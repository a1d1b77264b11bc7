"""What was handed over at a visit."""

from django.db import models

from grids.models.visit import Visit
from hardship.models import Delivery


class VisitDelivery(models.Model):
    """走访时发放。 A delivery that was handed over at a visit: each at one visit at most. Withdrawing the visit leaves it as it
    is, since what was handed over is undone by its reversal alone."""

    visit = models.ForeignKey(Visit, models.CASCADE, verbose_name="走访", related_name="handed")
    delivery = models.OneToOneField(Delivery, models.PROTECT, verbose_name="救助发放", related_name="at_visit")

    class Privacy:
        internal = {"id", "visit", "delivery"}

    class Meta:
        verbose_name = verbose_name_plural = "走访时发放"
        default_permissions = ()

    def __str__(self):
        return f"{self.visit} {self.delivery}"
