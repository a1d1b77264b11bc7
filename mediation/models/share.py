"""Chosen papers of one case for an expert from outside, until a day, behind a secret address and a code (人民调解法 art. 20)."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from fedhub.core.fields import BlindIndexField, EncryptedJSONField, RandomKeyField
from mediation.enums import PUT_AWAY
from mediation.models.case import Case

# So many wrong codes shut the address.
MOST_TRIES = 10


class CaseShareQuerySet(models.QuerySet):
    def open(self, day=None):
        """Those that open something: not shut, not over, not tried too often, and the case is not over."""
        rows = self.filter(shut_at=None, until__gte=day or timezone.localdate(), tries__lt=MOST_TRIES)
        return rows.exclude(case__state__in=PUT_AWAY)


class CaseShare(models.Model):
    """外请专家查阅。 `address` and `code` are fingerprints; `body`: `{"name", "unit", "why", "papers": [keys]}`."""

    id = RandomKeyField()
    case = models.ForeignKey(Case, models.PROTECT, verbose_name="案件", related_name="shares")
    address = BlindIndexField("地址指纹", unique=True)
    code = BlindIndexField("查阅码指纹")
    until = models.DateField("看到哪天")
    body = EncryptedJSONField("内容", column="mediation.CaseShare.body", ring="sealed")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁给的", related_name="+")
    given_at = models.DateTimeField("什么时候给的", default=timezone.now)
    shut_at = models.DateTimeField("收回", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("试错次数", default=0)
    opened = models.PositiveIntegerField("打开次数", default=0)
    opened_at = models.DateTimeField("最近打开", null=True, blank=True)
    tried_at = models.DateTimeField("收回以后有人试", null=True, blank=True)
    once = BlindIndexField("表单指纹", unique=True)

    objects = CaseShareQuerySet.as_manager()

    class Privacy:
        sealed = {
            "id", "case", "address", "code", "until", "body", "given_by", "given_at", "shut_at", "tries", "opened",
            "opened_at", "tried_at", "once",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "外请专家查阅"
        default_permissions = ()

    def __str__(self):
        return "外请专家查阅"

    @property
    def facts(self):
        """The sealed part, {} where it cannot be read."""
        return self.body if isinstance(self.body, dict) else {}
