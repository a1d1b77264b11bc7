"""Consent by purpose, and how a person may be contacted without harm."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from fedhub.areas.models import ScopedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track
from fedhub.core.models import Stamped
from households.consenttexts import is_outdated
from households.enums import ConsentHow, ConsentPurpose
from households.models.resident import Resident


class OfResidentQuerySet(ScopedQuerySet):
    scope_path = "resident__area"


class Consent(Stamped):
    """同意。 What a person agreed to, for which purpose and recipient, until when (PIPL art. 14–16, 23)."""

    resident = models.ForeignKey(Resident, models.PROTECT, verbose_name="居民", related_name="consents")
    purpose = models.CharField("目的", max_length=10, choices=ConsentPurpose)
    recipient = models.CharField("提供给", max_length=60, blank=True)
    text_version = models.CharField("告知书版本", max_length=20, default="1")
    given_on = models.DateField("同意日期", default=timezone.localdate)
    how = models.CharField("方式", max_length=10, choices=ConsentHow, default=ConsentHow.PAPER)
    witness = models.CharField("见证人", max_length=50, blank=True)
    # Empty where she gave it herself, on her own page.
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="经办人", related_name="+", null=True, blank=True
    )
    expires_on = models.DateField("有效期至", null=True, blank=True)
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True)

    objects = OfResidentQuerySet.as_manager()

    class Privacy:
        internal = {
            "resident", "purpose", "text_version", "given_on", "how", "taken_by", "expires_on", "withdrawn_on",
        }  # fmt: skip
        personal = {"recipient", "witness"}

    class Meta:
        verbose_name = verbose_name_plural = "同意"
        default_permissions = ()
        ordering = ["-given_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=models.F("given_on")),
                name="households_consent_dates",
            ),
            models.CheckConstraint(
                condition=~Q(purpose=ConsentPurpose.SHARE) | ~Q(recipient=""),
                name="households_consent_share_names_recipient",
            ),
            models.CheckConstraint(
                condition=Q(how=ConsentHow.ONLINE) | Q(taken_by__isnull=False),
                name="households_consent_taken_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.resident} {self.get_purpose_display()}"

    @property
    def is_outdated(self):
        """True when the purpose was changed since: she has to be asked again."""
        return is_outdated(self.purpose, self.text_version)

    def in_force(self, day=None):
        """True on `day` (default today) when given, not expired, not withdrawn, and what was told then still covers it."""
        day = day or timezone.localdate()
        return (
            self.given_on <= day
            and (self.expires_on is None or self.expires_on >= day)
            and (self.withdrawn_on is None or self.withdrawn_on > day)
            and not is_outdated(self.purpose, self.text_version, day)
        )


class SafeContact(Stamped):
    """安全联系。 Channels, hours and words that do her no harm; every sender asks `may_contact` (security 4.13)."""

    resident = models.OneToOneField(Resident, models.PROTECT, verbose_name="居民", related_name="safe_contact")
    channels = models.JSONField("可以用的方式", default=list)
    hour_from = models.TimeField("时间从", null=True, blank=True)
    hour_to = models.TimeField("时间到", null=True, blank=True)
    neutral = models.BooleanField("只说“社区服务”", default=False)
    spouse_may_answer = models.BooleanField("丈夫可能接听", default=False)
    note = EncryptedTextField("注意", column="households.SafeContact.note", text_length=200)

    objects = OfResidentQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"resident"}
        personal = {"channels", "hour_from", "hour_to", "neutral", "spouse_may_answer"}
        sensitive = {"note"}

    class Meta:
        verbose_name = verbose_name_plural = "安全联系"
        default_permissions = ()

    def __str__(self):
        return f"{self.resident}"
