"""Who mediates a case, from which day to which: one leads, others help (人民调解法 art. 19: one mediator or several)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from fedhub.core.fields import RandomKeyField
from mediation.models.case import Case


class CaseMember(models.Model):
    """案件的调解员。 While `to_on` is empty she sees the case; `leads`: it is hers, as `Case.officer` says too."""

    id = RandomKeyField()
    case = models.ForeignKey(Case, models.PROTECT, verbose_name="案件", related_name="team")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="人员", related_name="+")
    leads = models.BooleanField("主持调解", default=False)
    from_on = models.DateField("从", default=timezone.localdate)
    to_on = models.DateField("到", null=True, blank=True)

    class Privacy:
        sealed = {"id", "case", "user", "leads", "from_on", "to_on"}

    class Meta:
        verbose_name = verbose_name_plural = "案件的调解员"
        default_permissions = ()
        indexes = [models.Index(fields=["user", "to_on"], name="mediation_member_user")]
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], condition=Q(to_on=None), name="mediation_member_once"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(to_on=None, leads=True), name="mediation_member_one_leads"
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="mediation_member_dates"
            ),
        ]

    def __str__(self):
        return "案件的调解员"
