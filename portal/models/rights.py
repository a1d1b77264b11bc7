"""What she asks of what is kept of her."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from fedhub.core.fields import EncryptedTextField, RandomKeyField
from fedhub.core.text import mask_all
from households.models import Resident
from portal.enums import Proof, RequestState, Right
from portal.models.guardian import Guardian, OfResidentQuerySet


class RightsRequest(models.Model):
    """个人信息请求。 What she asks of what is kept of her, by when it is answered, and how (个人信息保护法 art. 45-50)."""

    id = RandomKeyField()
    resident = models.ForeignKey(Resident, models.PROTECT, verbose_name="居民", related_name="rights_requests")
    guardian = models.ForeignKey(
        Guardian, models.PROTECT, verbose_name="监护人", related_name="rights_requests", null=True, blank=True
    )
    kind = models.CharField("要什么", max_length=10, choices=Right)
    words = EncryptedTextField("说明", column="portal.RightsRequest.words", text_length=1000)
    proof = models.CharField("怎么确认是本人", max_length=10, choices=Proof)
    made_on = models.DateField("提出日期", default=timezone.localdate)
    due_on = models.DateField("答复期限")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+", null=True, blank=True
    )
    state = models.CharField("状态", max_length=10, choices=RequestState, default=RequestState.OPEN)
    answer = EncryptedTextField("答复", column="portal.RightsRequest.answer", text_length=1000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="答复人", related_name="+", null=True, blank=True
    )
    answered_on = models.DateField("答复日期", null=True, blank=True)

    objects = OfResidentQuerySet.as_manager()

    class Privacy:
        internal = {
            "id", "resident", "guardian", "kind", "proof", "made_on", "due_on", "taken_by", "state", "answered_by", "answered_on",
        }  # fmt: skip
        personal = {"words", "answer"}
        masks = {"words": mask_all, "answer": mask_all}

    class Meta:
        verbose_name = verbose_name_plural = "个人信息请求"
        default_permissions = ("view", "add", "change")
        indexes = [models.Index(fields=["due_on", "id"], condition=Q(state="open"), name="portal_rights_open")]
        constraints = [
            # Of her own, and of each guardian: nobody learns from a refusal that somebody else asked.
            models.UniqueConstraint(
                fields=["resident", "kind"],
                condition=Q(state="open", guardian=None),
                name="portal_rights_one_open_a_kind",
            ),
            models.UniqueConstraint(
                fields=["guardian", "kind"],
                condition=Q(state="open", guardian__isnull=False),
                name="portal_rights_one_open_a_guardian",
            ),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="portal_rights_state_known"),
            models.CheckConstraint(condition=Q(due_on__gt=models.F("made_on")), name="portal_rights_days"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "withdrawn"], answered_by=None, answered_on=None)
                | Q(state__in=["done", "refused"], answered_by__isnull=False, answered_on__isnull=False),
                name="portal_rights_answered_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.resident} {self.get_kind_display()}"

    def get_absolute_url(self):
        return reverse("portal:rights_detail", args=[self.pk])
