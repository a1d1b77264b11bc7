"""Leave to open what is kept about a child (未成年人网络保护条例 art. 36: approved by the person in charge, written down)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import ScopedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.models import Stamped
from households.enums import AccessState
from households.models.resident import Resident

APPROVE = "households.approve_minoraccess"


class MinorAccessQuerySet(ScopedQuerySet):
    scope_path = "resident__area"

    def visible_to(self, user, permission=None):
        """Requests about children in the user's places: her own, and every one where she is in charge."""
        rows = super().visible_to(user, permission or "households.view_minoraccess")
        places = user.scope(APPROVE)
        return rows if places is None else rows.filter(Q(user=user) | Q(resident__area_id__in=places))

    def in_force(self, day=None):
        """Leaves that hold on `day` (default today): they lapse by their date alone."""
        return self.filter(state=AccessState.GRANTED, until__gte=day or timezone.localdate())

    def waiting(self):
        """Not decided yet."""
        return self.filter(state=AccessState.ASKED)


class MinorAccess(Stamped):
    """未成年人资料查看。 Who may open what is kept about one child, why, who agreed, until when.

    Whoever is in charge opens with her own word (`own_word`): her reason is written down and holds for the day alone.
    """

    resident = models.ForeignKey(Resident, models.PROTECT, verbose_name="孩子", related_name="minor_accesses")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁要看", related_name="minor_accesses"
    )
    why = EncryptedTextField("为什么要看", column="households.MinorAccess.why", text_length=200)
    asked_on = models.DateField("申请日期", default=timezone.localdate)
    state = models.CharField("状态", max_length=10, choices=AccessState, default=AccessState.ASKED)
    own_word = models.BooleanField("负责人本人打开", default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="审批人", related_name="+", null=True
    )
    decided_on = models.DateField("审批日期", null=True)
    decided_why = models.CharField("不同意的理由", max_length=200, blank=True)
    until = models.DateField("看到哪天", null=True)

    objects = MinorAccessQuerySet.as_manager()

    class Privacy:
        internal = {
            "resident", "user", "asked_on", "state", "own_word", "decided_by", "decided_on", "decided_why", "until",
        }  # fmt: skip
        sensitive = {"why"}

    class Meta:
        verbose_name = verbose_name_plural = "未成年人资料查看"
        default_permissions = ("view", "add")
        permissions = [("approve_minoraccess", "审批查看未成年人资料")]
        indexes = [
            models.Index(fields=["user", "resident", "until"], name="households_minor_holds"),
            models.Index(fields=["-updated_at", "-id"], name="households_minor_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AccessState.values), name="households_minor_state_known"),
            models.CheckConstraint(
                condition=Q(state=AccessState.ASKED, decided_by=None, decided_on=None, until=None)
                | Q(state=AccessState.REFUSED, decided_by__isnull=False, decided_on__isnull=False, until=None)
                | Q(
                    state__in=[AccessState.GRANTED, AccessState.ENDED],
                    decided_by__isnull=False,
                    decided_on__isnull=False,
                    until__gte=F("decided_on"),
                ),
                name="households_minor_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, own_word=False)
                | (Q(own_word=False, decided_by__isnull=False) & ~Q(decided_by=F("user")))
                | Q(own_word=True, decided_by__isnull=False, decided_by=F("user"), until=F("decided_on")),
                name="households_minor_two_people_or_one_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=AccessState.REFUSED) | ~Q(decided_why=""),
                name="households_minor_refusal_has_reason",
            ),
            models.UniqueConstraint(
                fields=["resident", "user"], condition=Q(state=AccessState.ASKED), name="households_minor_asked_once"
            ),
        ]

    def __str__(self):
        return f"{self.resident}：{self.user}"

    def get_absolute_url(self):
        return reverse("households:minor_detail", args=[self.pk])

    @property
    def holds(self):
        """True while the child's facts may be opened by it."""
        return self.state == AccessState.GRANTED and self.until >= timezone.localdate()
