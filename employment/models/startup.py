"""A business of her own, and the loans that it began with (handbook 8.4, 8.5)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from employment.business import BusinessKind, Guarantee, StartupEnd, StartupState
from employment.models.seeker import OfSeekerQuerySet, Seeker
from fedhub.areas.models import ScopedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track
from fedhub.core.models import Stamped
from fedhub.core.text import mask_all
from fedhub.reference.calendar import add_months


class Startup(Stamped):
    """创业。 What came of her looking for work when she works for herself; asked after as a job is. `employs` others have work by
    it, as was last heard."""

    seeker = models.ForeignKey(Seeker, models.PROTECT, verbose_name="求职登记", related_name="startups")
    kind = models.CharField("种类", max_length=10, choices=BusinessKind)
    trade = models.CharField("做什么", max_length=60)
    name = models.CharField("店名（字号）", max_length=60, blank=True)
    licence = models.CharField("统一社会信用代码", max_length=18, blank=True)
    place = models.CharField("经营地点", max_length=120, blank=True)
    started_on = models.DateField("开办日期")
    employs = models.PositiveSmallIntegerField("带动就业几人（不算本人）", default=0)
    state = models.CharField("状态", max_length=10, choices=StartupState, default=StartupState.RUNNING, editable=False)
    ended_on = models.DateField("停办日期", null=True, editable=False)
    end_why = models.CharField("停办原因", max_length=10, choices=StartupEnd, blank=True, editable=False)
    note = EncryptedTextField("备注", column="employment.Startup.note", text_length=300)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+", editable=False
    )

    objects = OfSeekerQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"seeker", "recorded_by"}
        personal = {
            "kind", "trade", "name", "licence", "place", "started_on", "employs", "state", "ended_on", "end_why", "note",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "创业"
        default_permissions = ()
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="employment_startup_sort"),
            models.Index(fields=["-started_on", "-id"], name="employment_startup_started"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=BusinessKind.values), name="employment_startup_kind_known"),
            models.CheckConstraint(condition=Q(state__in=StartupState.values), name="employment_startup_state_known"),
            models.CheckConstraint(
                condition=Q(state=StartupState.ENDED, ended_on__isnull=False, end_why__in=StartupEnd.values)
                | Q(state=StartupState.RUNNING, ended_on=None, end_why=""),
                name="employment_startup_ended_says_why",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="employment_startup_dates",
                violation_error_message="停办日期不能早于开办日期。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.name or self.trade

    def get_absolute_url(self):
        return reverse("employment:startup_detail", args=[self.pk])


class LoanQuerySet(ScopedQuerySet):
    scope_path = "startup__seeker__resident__area"

    def valid(self):
        """Not struck out."""
        return self.filter(void_on=None)


class StartupLoan(models.Model):
    """创业担保贷款。 What a bank paid out, who stands for it, and for how long; a wrong line is struck out with a reason."""

    startup = models.ForeignKey(Startup, models.PROTECT, verbose_name="创业", related_name="loans")
    amount = models.PositiveIntegerField("贷款金额（元）")
    bank = models.CharField("经办银行", max_length=60)
    guarantee = models.CharField("担保方式", max_length=10, choices=Guarantee)
    guarantor = EncryptedTextField("谁担保", column="employment.StartupLoan.guarantor", text_length=60)
    lent_on = models.DateField("发放日期")
    months = models.PositiveSmallIntegerField("期限（月）")
    is_subsidised = models.BooleanField("财政贴息", default=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+")
    recorded_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)
    void_on = models.DateField("作废日期", null=True, editable=False)
    void_why = models.CharField("作废理由", max_length=60, blank=True, editable=False)

    objects = LoanQuerySet.as_manager()

    class Privacy:
        internal = {"id", "startup", "recorded_by", "recorded_at", "void_on", "void_why"}
        personal = {"amount", "bank", "guarantee", "guarantor", "lent_on", "months", "is_subsidised"}
        masks = {"guarantor": mask_all}
        reveal = "employment.change_seeker"

    class Meta:
        verbose_name = verbose_name_plural = "创业担保贷款"
        default_permissions = ()
        ordering = ["-lent_on", "-id"]
        indexes = [models.Index(fields=["-lent_on", "-id"], name="employment_loan_sort")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=1), name="employment_loan_amount", violation_error_message="请写贷款金额。"
            ),
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=120), name="employment_loan_months",
                violation_error_message="期限写 1 到 120 个月。",
            ),
            models.CheckConstraint(condition=Q(guarantee__in=Guarantee.values), name="employment_loan_guarantee_known"),
            models.CheckConstraint(
                condition=Q(void_on=None, void_why="") | Q(void_on__isnull=False) & ~Q(void_why=""),
                name="employment_loan_void_has_reason",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.bank} {self.amount:,} 元"

    def get_absolute_url(self):
        return self.startup.get_absolute_url()

    @property
    def until(self):
        """The day on which it has to be paid back."""
        return add_months(self.lent_on, self.months)
