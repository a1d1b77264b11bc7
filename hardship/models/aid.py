"""Money and goods: who gave them, what lies where, and to which family they went (handbook 4.6).

`Movement` is the book: rows are never changed or deleted (triggers on both engines), a wrong one gets its counter-entry.
`Fund.balance` and `Batch.left` are its sums, kept in the same transaction by conditional updates, never below zero.
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped, ScopedQuerySet, SharedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.text import mask_all, mask_phone
from hardship.enums import CashHow, DeliveryState, DonorKind, MoveKind, Occasion, ReceiptKind
from hardship.models.file import CircledQuerySet, HardshipFile, readable

HANDED = ["delivered", "receipted", "thanked"]


class Donor(AreaScoped):
    """捐赠方。 Who gives money or goods; never told which family they went to."""

    name = models.CharField("名称", max_length=60)
    kind = models.CharField("性质", max_length=10, choices=DonorKind, default=DonorKind.UNIT)
    contact = EncryptedTextField("联系人", column="hardship.Donor.contact", text_length=50)
    phone = EncryptedTextField("联系电话", column="hardship.Donor.phone", text_length=30)
    wants_thanks = models.BooleanField("要致谢", default=True)
    note = models.CharField("备注", max_length=100, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Privacy:
        internal = {"kind", "wants_thanks", "note"}
        personal = {"name", "contact", "phone"}
        masks = {"contact": mask_all, "phone": mask_phone}
        reveal = "hardship.change_donor"

    class Meta:
        verbose_name = verbose_name_plural = "捐赠方"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="hardship_donor_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="hardship_donor_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DonorKind.values), name="hardship_donor_kind_known"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("hardship:donor_detail", args=[self.pk])


class Source(AreaScoped):
    """What money and goods have in common: from whom, for what alone, since when. `free` is what is not promised yet."""

    donor = models.ForeignKey(Donor, models.PROTECT, verbose_name="捐赠方", related_name="+", null=True, blank=True)
    occasion = models.CharField("只用于", max_length=10, choices=Occasion, blank=True)
    category = models.CharField("只给类别", max_length=4, blank=True)
    restriction = models.CharField("定向要求", max_length=100, blank=True)
    document = models.CharField("文号（协议号）", max_length=40, blank=True)
    received_on = models.DateField("收到日期", default=timezone.localdate)
    closed_on = models.DateField("停用日期", null=True, blank=True, editable=False)

    class Privacy:
        internal = {"donor", "occasion", "category", "restriction", "document", "received_on", "closed_on"}

    class Meta:
        abstract = True


class FundQuerySet(ScopedQuerySet):
    def open(self):
        """In use."""
        return self.filter(closed_on=None)


class Fund(Source):
    """款项。 Money for one purpose; `reserved` is promised to families and not yet paid."""

    name = models.CharField("款项名称", max_length=60)
    bank_tail = models.CharField("账号尾号（后四位）", max_length=4, blank=True)
    balance = models.DecimalField("余额（元）", max_digits=12, decimal_places=2, default=0, editable=False)
    reserved = models.DecimalField("已批未发（元）", max_digits=12, decimal_places=2, default=0, editable=False)

    objects = FundQuerySet.as_manager()

    class Privacy:
        internal = {"name", "bank_tail", "balance", "reserved"}

    class Meta:
        verbose_name = verbose_name_plural = "款项"
        default_permissions = ("view", "add", "change")
        permissions = [("book_fund", "登记收支、冲正")]
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="hardship_fund_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="hardship_fund_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(balance__gte=0), name="hardship_fund_never_below_zero"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("balance")), name="hardship_fund_reserved_is_there"
            ),
            models.CheckConstraint(
                condition=Q(occasion__in=["", *Occasion.values]), name="hardship_fund_occasion_known"
            ),
            models.CheckConstraint(condition=Q(closed_on=None) | Q(balance=0), name="hardship_fund_closed_is_empty"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("hardship:fund_detail", args=[self.pk])

    @property
    def free(self):
        """Yuan that may still be promised."""
        return self.balance - self.reserved


class BatchQuerySet(SharedQuerySet):
    view_permission = "hardship.view_batch"

    def open(self):
        """Something is left and the batch is in use."""
        return self.filter(closed_on=None, left__gt=0)


class Batch(Source):
    """物资批次。 Goods that came in together; what is left of them."""

    number = models.CharField("批次号", max_length=20, unique=True, editable=False)
    item = models.CharField("物资", max_length=40)
    kind = models.CharField("物资种类", max_length=20, blank=True, help_text="同种物资写一样的，例如“米面油”。")
    unit = models.CharField("单位", max_length=6, default="份")
    received = models.DecimalField("收到数量", max_digits=10, decimal_places=2, default=0, editable=False)
    left = models.DecimalField("库存", max_digits=10, decimal_places=2, default=0, editable=False)
    reserved = models.DecimalField("已批未发", max_digits=10, decimal_places=2, default=0, editable=False)
    value = models.DecimalField("单价（元）", max_digits=10, decimal_places=2, default=0)
    expires_on = models.DateField("有效期至", null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Privacy:
        internal = {
            "number", "item", "kind", "unit", "received", "left", "reserved", "value", "expires_on",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "物资批次"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="hardship_batch_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="hardship_batch_sort"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(left__gte=0, left__lte=F("received")), name="hardship_batch_never_below_zero"
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("left")), name="hardship_batch_reserved_is_there"
            ),
            models.CheckConstraint(
                condition=Q(occasion__in=["", *Occasion.values]), name="hardship_batch_occasion_known"
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="hardship_batch_value"),
            models.CheckConstraint(condition=Q(closed_on=None) | Q(left=0), name="hardship_batch_closed_is_empty"),
        ]

    def __str__(self):
        return f"{self.item}（{self.number}）"

    def get_absolute_url(self):
        return reverse("hardship:batch_detail", args=[self.pk])

    @property
    def free(self):
        """How many may still be promised."""
        return self.left - self.reserved


class DeliveryQuerySet(CircledQuerySet):
    file_path = "file__"

    def readable_to(self, user):
        """What was given outside of any file, or to a family whose file is not kept from `user`."""
        circle = readable(user, self.file_path)
        return self.filter(Q(file=None) | circle) if circle else self

    def handed_over(self):
        """Given and not taken back."""
        return self.filter(state__in=HANDED)

    def given(self, since=None, until=None):
        """Handed over in the days and not taken back by their end: what was reversed later still counts where it was given,
        so that the figures of a month that is over do not move."""
        rows = self.filter(voucher__isnull=False, handed_on__gte=since or date.min)
        if until:
            rows = rows.filter(handed_on__lte=until)
        undone = Movement.objects.filter(
            delivery=OuterRef("pk"), kind=MoveKind.REVERSAL, on__lte=until or timezone.localdate()
        )
        return rows.filter(~Exists(undone))


class Delivery(AreaScoped):
    """救助发放。 Something promised, approved and given to a family, with the proof that it arrived.

    `area` follows the family. Money in cash passes two pairs of hands; whoever asked for money does not approve it, and
    may leave open which purse it comes from until somebody approves.
    """

    household = models.ForeignKey(
        "households.Household", models.PROTECT, verbose_name="家庭", related_name="deliveries"
    )
    resident = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="给谁", related_name="deliveries", null=True, blank=True
    )
    file = models.ForeignKey(
        HardshipFile, models.PROTECT, verbose_name="困难档案", related_name="deliveries", null=True, blank=True
    )
    occasion = models.CharField("事由", max_length=10, choices=Occasion, default=Occasion.DAILY)
    fund = models.ForeignKey(
        Fund, models.PROTECT, verbose_name="款项", related_name="deliveries", null=True, blank=True
    )
    batch = models.ForeignKey(
        Batch, models.PROTECT, verbose_name="物资", related_name="deliveries", null=True, blank=True
    )
    what = models.CharField("内容", max_length=60)
    kind = models.CharField("种类", max_length=20, editable=False)
    quantity = models.DecimalField("数量（元）", max_digits=12, decimal_places=2)
    value = models.DecimalField("价值（元）", max_digits=12, decimal_places=2, editable=False)
    asked_on = models.DateField("提出日期", default=timezone.localdate)
    repeat_reason = EncryptedTextField("重复发放的理由", column="hardship.Delivery.repeat_reason", text_length=100)
    state = models.CharField(
        "状态", max_length=10, choices=DeliveryState, default=DeliveryState.PLEDGED, editable=False
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="审批人", related_name="+", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    voucher = models.CharField("凭证号", max_length=20, null=True, blank=True, unique=True, editable=False)
    handed_on = models.DateField("发放日期", null=True, blank=True)
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="经办人", related_name="+", null=True, blank=True
    )
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="同办人", related_name="+", null=True, blank=True
    )
    cash_how = models.CharField("怎么给", max_length=10, choices=CashHow, blank=True)
    bank_tail = models.CharField("收款账号尾号（后四位）", max_length=4, blank=True)
    received_by = models.CharField("签收人", max_length=50, blank=True)
    receipt_kind = models.CharField("签收凭据", max_length=10, choices=ReceiptKind, blank=True)
    receipted_on = models.DateField("签收日期", null=True, blank=True, editable=False)
    thanked_on = models.DateField("致谢日期", null=True, blank=True, editable=False)
    cancelled_why = models.CharField("取消（冲正）理由", max_length=100, blank=True, editable=False)
    round = models.ForeignKey(
        "hardship.GiftRound", models.PROTECT, verbose_name="节日慰问", related_name="deliveries", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    sheet = models.ForeignKey(
        "hardship.SignedSheet", models.PROTECT, verbose_name="签收单", related_name="deliveries", null=True, blank=True,
        editable=False,
    )  # fmt: skip

    objects = DeliveryQuerySet.as_manager()

    class Privacy:
        internal = {
            "household", "file", "fund", "batch", "state", "approved_by", "voucher", "handed_on", "handed_by", "second_by",
            "asked_on", "receipt_kind", "receipted_on", "thanked_on", "cash_how", "round", "sheet",
        }  # fmt: skip
        sensitive = {
            "resident", "occasion", "what", "kind", "quantity", "value", "repeat_reason", "bank_tail", "received_by",
            "cancelled_why",
        }  # fmt: skip
        masks = {"repeat_reason": mask_all}
        reveal = "hardship.view_delivery"

    class Meta:
        verbose_name = verbose_name_plural = "救助发放"
        default_permissions = ("view", "add", "change")
        permissions = [
            ("approve_delivery", "审批、冲正发放"),
            ("hand_delivery", "登记发放、签收"),
            ("export_delivery", "导出受助台账"),
            ("export_full_delivery", "导出不遮挡的受助台账"),
        ]
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="hardship_give_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="hardship_give_sort"),
            models.Index(fields=["household", "kind", "handed_on"], name="hardship_give_again"),
            models.Index(
                fields=["-handed_on", "-id"], condition=Q(handed_on__isnull=False), name="hardship_give_handed"
            ),
            models.Index(fields=["asked_on", "id"], condition=Q(state="pledged"), name="hardship_give_pledged"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="hardship_give_state_known"),
            models.CheckConstraint(condition=Q(occasion__in=Occasion.values), name="hardship_give_occasion_known"),
            models.CheckConstraint(condition=Q(quantity__gt=0, value__gte=0), name="hardship_give_something"),
            models.CheckConstraint(
                condition=Q(fund=None, batch__isnull=False, cash_how="")
                | Q(fund__isnull=False, batch=None)
                | Q(fund=None, batch=None, cash_how="", state__in=["pledged", "cancelled"]),
                name="hardship_give_money_or_goods",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pledged", "cancelled"]) | Q(approved_by__isnull=False),
                name="hardship_give_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(fund=None) | Q(approved_by=None) | ~Q(approved_by=F("created_by")),
                name="hardship_give_money_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=HANDED)
                | Q(handed_on__isnull=False, handed_by__isnull=False, voucher__isnull=False),
                name="hardship_give_handed_has_proof",
            ),
            models.CheckConstraint(
                condition=Q(fund=None) | ~Q(state__in=HANDED) | Q(cash_how__in=CashHow.values),
                name="hardship_give_money_says_how",
            ),
            models.CheckConstraint(
                condition=~Q(cash_how=CashHow.CASH) | Q(second_by__isnull=False) & ~Q(second_by=F("handed_by")),
                name="hardship_give_cash_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["receipted", "thanked"])
                | ~Q(received_by="") & Q(receipt_kind__in=ReceiptKind.values, receipted_on__isnull=False),
                name="hardship_give_receipt_has_proof",
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.CANCELLED) & ~Q(cancelled_why="")
                | ~Q(state=DeliveryState.CANCELLED) & Q(cancelled_why=""),
                name="hardship_give_cancelled_has_reason",
            ),
            # However often the work of making them runs, a family gets each thing of a round once.
            models.UniqueConstraint(
                fields=["round", "household", "batch"],
                condition=Q(round__isnull=False, batch__isnull=False),
                name="hardship_give_round_goods_once",
            ),
            models.UniqueConstraint(
                fields=["round", "household"],
                condition=Q(round__isnull=False, fund__isnull=False),
                name="hardship_give_round_money_once",
            ),
            models.CheckConstraint(
                condition=~Q(receipt_kind=ReceiptKind.BANK) | Q(cash_how=CashHow.BANK),
                name="hardship_give_bank_slip_of_a_transfer",
            ),
        ]

    def __str__(self):
        return self.voucher or self.what

    def get_absolute_url(self):
        return reverse("hardship:delivery_detail", args=[self.pk])

    @property
    def is_money(self):
        """True for money, also where the purse is not chosen yet."""
        return self.batch_id is None

    @property
    def source(self):
        """The Fund or Batch it comes from; None for money asked for, of a purse that is not chosen yet."""
        return self.fund or self.batch

    @property
    def amount_words(self):
        """ "300 元" or "2 袋"."""
        number = f"{self.quantity.normalize():f}"
        return f"{number} 元" if self.is_money else f"{number} {self.batch.unit}"


class MovementQuerySet(ScopedQuerySet):
    def visible_to(self, user, permission=None):
        """Entries of the books in the user's places."""
        permission = permission or "hardship.view_fund"
        ids = user.scope(permission)
        if ids is None:
            return self
        return self.filter(Q(fund__area_id__in=ids) | Q(batch__area_id__in=ids)) if ids else self.none()


class Movement(models.Model):
    """收支（出入库）。 One entry of the book: signed, dated, never changed; a wrong one is followed by its opposite."""

    fund = models.ForeignKey(Fund, models.PROTECT, verbose_name="款项", related_name="movements", null=True)
    batch = models.ForeignKey(Batch, models.PROTECT, verbose_name="物资", related_name="movements", null=True)
    kind = models.CharField("种类", max_length=10, choices=MoveKind)
    amount = models.DecimalField("数量（元）", max_digits=12, decimal_places=2)
    on = models.DateField("日期")
    delivery = models.ForeignKey(Delivery, models.PROTECT, verbose_name="发放", related_name="movements", null=True)
    reverses = models.OneToOneField("self", models.PROTECT, verbose_name="冲正", related_name="reversed_by", null=True)
    note = models.CharField("摘要", max_length=100, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+")
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = MovementQuerySet.as_manager()

    class Privacy:
        internal = {
            "id", "fund", "batch", "kind", "amount", "on", "delivery", "reverses", "note", "recorded_by", "recorded_at",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "收支（出入库）"
        default_permissions = ()
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["fund", "-on", "-id"], name="hardship_move_fund"),
            models.Index(fields=["batch", "-on", "-id"], name="hardship_move_batch"),
            # The unique index is nearly all empty, and SQLite reads the whole table rather than use such a one.
            models.Index(fields=["reverses"], condition=Q(reverses__isnull=False), name="hardship_move_reverses"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MoveKind.values), name="hardship_move_kind_known"),
            models.CheckConstraint(
                condition=Q(fund=None, batch__isnull=False) | Q(fund__isnull=False, batch=None),
                name="hardship_move_money_or_goods",
            ),
            models.CheckConstraint(
                condition=Q(kind="received", amount__gt=0)
                | Q(kind__in=["given", "returned", "lost"], amount__lt=0)
                | Q(kind="reversal") & ~Q(amount=0),
                name="hardship_move_direction",
            ),
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False) | ~Q(kind="reversal") & Q(reverses=None),
                name="hardship_move_reversal_names_its_entry",
            ),
            models.CheckConstraint(
                condition=~Q(kind="given") | Q(delivery__isnull=False), name="hardship_move_given_names_the_delivery"
            ),
            models.UniqueConstraint(fields=["delivery"], condition=Q(kind="given"), name="hardship_move_given_once"),
        ]

    def __str__(self):
        return f"{self.on} {self.get_kind_display()} {self.amount}"
