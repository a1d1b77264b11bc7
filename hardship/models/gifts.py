"""Gifts to many families for one occasion (节日慰问): which families, what each of them gets, and the sheet they signed."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from fedhub.areas.models import AreaScoped, ScopedQuerySet, SharedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.models import Job
from fedhub.core.text import mask_all
from hardship.enums import DeliveryState, Occasion, RoundState, Standing
from hardship.models.aid import HANDED, Batch, Delivery, Fund

DECIDED = [RoundState.APPROVED, RoundState.RUNNING, RoundState.FINISHED]


class GiftRoundQuerySet(SharedQuerySet):
    view_permission = "hardship.view_giftround"


class GiftRound(AreaScoped):
    """节日慰问。 One occasion: many families get the same goods, or the same sum, from one day to another.

    The families are chosen by `criteria` (see households.criteria) and listed in RoundHome; once agreed to, each gets a
    Delivery for each RoundItem. These hang on the family and on no file: a guarded file neither hides nor shows in them.
    """

    title = models.CharField("名称", max_length=40)
    occasion = models.CharField("事由", max_length=10, choices=Occasion, default=Occasion.SPRING)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    criteria = models.JSONField("慰问哪些家庭", default=dict, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    is_money = models.BooleanField("发钱", default=False, editable=False)
    state = models.CharField("状态", max_length=10, choices=RoundState, default=RoundState.DRAFT, editable=False)
    asked_on = models.DateField("提交日期", null=True, blank=True, editable=False)
    returned_why = models.CharField("退回意见", max_length=100, blank=True, editable=False)
    approved_on = models.DateField("审批日期", null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="审批人", related_name="+", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    ended_on = models.DateField("办结日期", null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="办结人", related_name="+", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    ended_why = models.CharField("办结（取消）说明", max_length=100, blank=True, editable=False)
    job = models.ForeignKey(
        Job, models.SET_NULL, verbose_name="进度", related_name="+", null=True, blank=True, editable=False
    )

    objects = GiftRoundQuerySet.as_manager()

    class Privacy:
        internal = {
            "title", "occasion", "starts_on", "ends_on", "criteria", "note", "is_money", "state", "asked_on",
            "returned_why", "approved_on", "approved_by", "ended_on", "ended_by", "ended_why", "job",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "节日慰问"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "-starts_on", "-id"], name="hardship_round_area_sort"),
            models.Index(fields=["-starts_on", "-id"], name="hardship_round_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RoundState.values), name="hardship_round_state_known"),
            models.CheckConstraint(condition=Q(occasion__in=Occasion.values), name="hardship_round_occasion_known"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="hardship_round_days"),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, approved_by__isnull=False, approved_on__isnull=False)
                | ~Q(state__in=DECIDED) & Q(approved_by=None, approved_on=None),
                name="hardship_round_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(is_money=False) | Q(approved_by=None) | ~Q(approved_by=F("created_by")),
                name="hardship_round_money_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | Q(asked_on__isnull=False),
                name="hardship_round_asked_has_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["finished", "cancelled"], ended_on__isnull=False, ended_by__isnull=False)
                | ~Q(state__in=["finished", "cancelled"]) & Q(ended_on=None, ended_by=None),
                name="hardship_round_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=RoundState.CANCELLED) | ~Q(ended_why=""), name="hardship_round_cancelled_has_reason"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("hardship:round_detail", args=[self.pk])


class RoundItem(models.Model):
    """每户发什么。 What one family gets in a round: so many of a batch, or so much money of a purse."""

    round = models.ForeignKey(GiftRound, models.CASCADE, verbose_name="节日慰问", related_name="items")
    batch = models.ForeignKey(Batch, models.PROTECT, verbose_name="物资", related_name="+", null=True, blank=True)
    fund = models.ForeignKey(Fund, models.PROTECT, verbose_name="款项", related_name="+", null=True, blank=True)
    quantity = models.DecimalField("每户多少", max_digits=10, decimal_places=2)

    class Privacy:
        internal = {"id", "round", "batch", "fund", "quantity"}

    class Meta:
        verbose_name = verbose_name_plural = "慰问品"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="hardship_rounditem_something"),
            models.CheckConstraint(
                condition=Q(fund=None, batch__isnull=False) | Q(fund__isnull=False, batch=None),
                name="hardship_rounditem_money_or_goods",
            ),
            models.UniqueConstraint(fields=["round", "batch"], name="hardship_rounditem_batch_once"),
            models.UniqueConstraint(
                fields=["round"], condition=Q(fund__isnull=False), name="hardship_rounditem_one_purse"
            ),
        ]

    def __str__(self):
        return f"{self.source} {self.words}"

    @property
    def source(self):
        """The Batch or Fund it comes from."""
        return self.batch or self.fund

    @property
    def words(self):
        """ "大米 2 袋" or "300 元"."""
        number = f"{self.quantity.normalize():f}"
        return f"{self.batch.item} {number} {self.batch.unit}" if self.batch_id else f"{number} 元"


class RoundHomeQuerySet(ScopedQuerySet):
    scope_path = "household__area"

    def listed(self):
        """On the list: these get something."""
        return self.filter(standing=Standing.IN)

    def with_handing(self):
        """With `waits` (something of hers still lies here) and `got` (something was handed over and not taken back)."""
        gifts = Delivery.objects.filter(round=OuterRef("round"), household=OuterRef("household"))
        return self.annotate(
            waits=Exists(gifts.filter(state=DeliveryState.APPROVED)), got=Exists(gifts.filter(state__in=HANDED))
        )


class RoundHome(models.Model):
    """慰问名单。 A family of a round: on the list, or left out and why. `by_hand`: somebody decided on this one."""

    round = models.ForeignKey(GiftRound, models.CASCADE, verbose_name="节日慰问", related_name="homes")
    household = models.ForeignKey(
        "households.Household", models.PROTECT, verbose_name="家庭", related_name="gift_rounds"
    )
    order = models.PositiveIntegerField("顺序", default=0)
    standing = models.CharField("名单", max_length=6, choices=Standing, default=Standing.IN)
    by_hand = models.BooleanField("手工定的", default=False)
    why = EncryptedTextField("理由", column="hardship.RoundHome.why", text_length=100)

    objects = RoundHomeQuerySet.as_manager()

    class Privacy:
        internal = {"id", "round", "household", "order", "by_hand"}
        sensitive = {"standing", "why"}
        masks = {"why": mask_all}
        reveal = "hardship.view_giftround"

    class Meta:
        verbose_name = verbose_name_plural = "慰问名单"
        default_permissions = ()
        indexes = [models.Index(fields=["round", "order", "id"], name="hardship_roundhome_sort")]
        constraints = [
            models.UniqueConstraint(fields=["round", "household"], name="hardship_roundhome_once"),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="hardship_roundhome_standing"),
        ]

    def __str__(self):
        return f"{self.round} {self.household}"


class SignedSheet(AreaScoped):
    """签收单。 The photographed sheet on which several families of a round signed. It shows all their names, so it lies in the
    smallest place that holds them all: whoever has only some of them does not see it."""

    round = models.ForeignKey(GiftRound, models.PROTECT, verbose_name="节日慰问", related_name="sheets")
    handed_on = models.DateField("发放日期")
    homes = models.PositiveIntegerField("户数")

    objects = ScopedQuerySet.as_manager()

    class Privacy:
        internal = {"round", "handed_on", "homes"}

    class Meta:
        verbose_name = verbose_name_plural = "签收单"
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="hardship_sheet_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="hardship_sheet_sort"),
        ]

    def __str__(self):
        return f"{self.round} {self.handed_on:%Y-%m-%d} 签收单"
