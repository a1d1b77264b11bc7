"""Dated category rows: ledgers are views over them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from fedhub.areas.models import ScopedQuerySet
from fedhub.core.fields import EncryptedTextField
from households.enums import ExitReason, Source
from households.models.household import Household
from households.models.resident import Resident


class StatusQuerySet(ScopedQuerySet):
    def visible_to(self, user, permission=None):
        """Rows of persons and households inside the user's scope."""
        ids = user.scope(permission or "households.view_resident")
        if ids is None:
            return self
        return self.filter(Q(resident__area_id__in=ids) | Q(household__area_id__in=ids)) if ids else self.none()

    def recorded_by(self, moment):
        """Rows as they were known at `moment`: recorded by then and not yet replaced."""
        return self.filter(Q(replaced_at=None) | Q(replaced_at__gt=moment), recorded_at__lte=moment)

    def as_of(self, day, *, known_at=None):
        """Rows valid on `day`, as known at `known_at` (default now): repeats an old ledger exactly."""
        rows = self.recorded_by(known_at) if known_at else self.filter(replaced_at=None)
        return rows.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def current(self):
        """Rows valid today as known today."""
        return self.as_of(timezone.localdate())


class Status(models.Model):
    """类别状况。 A person or household is in a category from a day to a day. Rows are never edited: a correction
    replaces the row and keeps it."""

    resident = models.ForeignKey(
        Resident, models.PROTECT, verbose_name="居民", related_name="statuses", null=True, blank=True
    )
    household = models.ForeignKey(
        Household, models.PROTECT, verbose_name="家庭", related_name="statuses", null=True, blank=True
    )
    category = models.CharField("类别", max_length=4)
    valid_from = models.DateField("起", default=timezone.localdate)
    valid_to = models.DateField("止", null=True, blank=True)
    exit_reason = models.CharField("退出原因", max_length=15, choices=ExitReason, blank=True)
    source = models.CharField("来源", max_length=10, choices=Source, default=Source.DESK)
    authority = models.CharField("认定单位", max_length=60, blank=True)
    proof = EncryptedTextField("证明（证号）", column="households.Status.proof", text_length=100)
    expires_on = models.DateField("证件有效期到", null=True, blank=True)
    amount = models.DecimalField("每月金额（元）", max_digits=9, decimal_places=2, null=True, blank=True)
    note = EncryptedTextField("说明", column="households.Status.note", text_length=300)
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+", null=True
    )
    replaced_at = models.DateTimeField("更正时间", null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, verbose_name="更正为", related_name="replaces", null=True, blank=True
    )

    objects = StatusQuerySet.as_manager()

    class Privacy:
        internal = {
            "id", "resident", "household", "source", "recorded_at", "recorded_by", "replaced_at", "replaced_by",
        }  # fmt: skip
        sensitive = {
            "category",
            "valid_from",
            "valid_to",
            "exit_reason",
            "authority",
            "proof",
            "expires_on",
            "amount",
            "note",
        }

    class Meta:
        verbose_name = verbose_name_plural = "类别状况"
        default_permissions = ()
        indexes = [
            models.Index(fields=["resident", "category"], name="households_status_resident"),
            models.Index(fields=["household", "category"], name="households_status_household"),
            models.Index(fields=["category", "valid_from"], name="households_status_category"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(resident=None, household__isnull=False) | Q(resident__isnull=False, household=None),
                name="households_status_of_one",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="households_status_dates"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None, exit_reason="") | (Q(valid_to__isnull=False) & ~Q(exit_reason="")),
                name="households_status_exit_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=models.F("valid_from")),
                name="households_status_proof_outlasts_start",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="households_status_amount_not_below_zero"
            ),
            models.UniqueConstraint(
                fields=["resident", "category"],
                condition=Q(valid_to=None, replaced_at=None, resident__isnull=False),
                name="households_status_once_a_person",
            ),
            models.UniqueConstraint(
                fields=["household", "category"],
                condition=Q(valid_to=None, replaced_at=None, household__isnull=False),
                name="households_status_once_a_home",
            ),
        ]

    def __str__(self):
        return f"{self.category} {self.valid_from}"

    @property
    def is_expired(self):
        """The proof ran out while the category still stands: it is not ended by itself, somebody asks for a new one."""
        stands = self.valid_to is None and self.replaced_at is None
        return stands and self.expires_on is not None and self.expires_on < timezone.localdate()
