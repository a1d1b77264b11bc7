"""Changes that somebody else approves where a family is in care: category, guardian, address, bank (acceptance F2.6)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped
from fedhub.core.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField
from fedhub.core.text import mask_all
from hardship.enums import Deed, RequestState
from hardship.models.file import CircledQuerySet, HardshipFile


class ChangeRequestQuerySet(CircledQuerySet):
    file_path = "file__"


class ChangeRequest(AreaScoped):
    """变更申请。 What would change, what stood when it was asked for, and who decided; the maker never decides."""

    file = models.ForeignKey(HardshipFile, models.PROTECT, verbose_name="困难档案", related_name="requests")
    household = models.ForeignKey(
        "households.Household", models.PROTECT, verbose_name="家庭", related_name="change_requests", editable=False
    )
    resident = models.ForeignKey(
        "households.Resident",
        models.PROTECT,
        verbose_name="是谁的",
        related_name="change_requests",
        null=True,
        blank=True,
    )
    deed = models.CharField("申请做什么", max_length=12, choices=Deed)
    proposal = EncryptedJSONField("改成", column="hardship.ChangeRequest.proposal")
    before = EncryptedJSONField("现在是", column="hardship.ChangeRequest.before")
    reason = EncryptedTextField("理由", column="hardship.ChangeRequest.reason", text_length=300)
    asked_on = models.DateField("申请日期", default=timezone.localdate, editable=False)
    state = models.CharField("状态", max_length=10, choices=RequestState, default=RequestState.OPEN, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="审批人", related_name="+", null=True, editable=False
    )
    decided_on = models.DateField("审批日期", null=True, editable=False)
    decided_why = models.CharField("审批意见", max_length=200, blank=True, editable=False)

    objects = ChangeRequestQuerySet.as_manager()

    class Privacy:
        internal = {
            "file",
            "household",
            "resident",
            "deed",
            "asked_on",
            "state",
            "decided_by",
            "decided_on",
            "decided_why",
        }
        sensitive = {"proposal", "before", "reason"}

    class Meta:
        verbose_name = verbose_name_plural = "变更申请"
        default_permissions = ("view", "add")
        permissions = [("decide_changerequest", "审批变更申请")]
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="hardship_ask_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="hardship_ask_sort"),
            models.Index(fields=["asked_on", "id"], condition=Q(state="open"), name="hardship_ask_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="hardship_ask_state_known"),
            models.CheckConstraint(condition=Q(deed__in=Deed.values), name="hardship_ask_deed_known"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "withdrawn"], decided_by=None, decided_on=None)
                | Q(state__in=["approved", "refused"], decided_by__isnull=False, decided_on__isnull=False),
                name="hardship_ask_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("created_by")), name="hardship_ask_two_people"
            ),
        ]

    def __str__(self):
        return self.get_deed_display()

    def get_absolute_url(self):
        return reverse("hardship:request_detail", args=[self.pk])


class BankAccountQuerySet(CircledQuerySet):
    """Where the person lives today, as far as the file that the account rests on is not kept from the reader."""

    scope_path, file_path = "resident__area", "request__file__"
    view_permission = "hardship.view_hardshipfile"


class BankAccount(models.Model):
    """银行账户。 Where money for a person is paid; only an approved request makes one, the former one ends the day before."""

    resident = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="居民", related_name="bank_accounts"
    )
    bank = models.CharField("开户银行", max_length=60)
    holder = models.CharField("户名", max_length=50)
    number = EncryptedTextField("账号", column="hardship.BankAccount.number", text_length=30)
    number_blind = BlindIndexField("账号指纹")
    tail = models.CharField("尾号", max_length=4)
    valid_from = models.DateField("起", default=timezone.localdate)
    valid_to = models.DateField("止", null=True)
    request = models.OneToOneField(ChangeRequest, models.PROTECT, verbose_name="依据", related_name="bank_account")

    objects = BankAccountQuerySet.as_manager()

    class Privacy:
        internal = {"id", "resident", "valid_from", "valid_to", "request"}
        sensitive = {"bank", "holder", "number", "number_blind", "tail"}
        masks = {"number": mask_all}
        reveal = "hardship.decide_changerequest"
        person = "resident"

    class Meta:
        verbose_name = verbose_name_plural = "银行账户"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["resident"], condition=Q(valid_to=None), name="hardship_bank_one_in_use"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="hardship_bank_dates"
            ),
        ]

    def __str__(self):
        return f"{self.bank} 尾号 {self.tail}"
