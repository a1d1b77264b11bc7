"""Employers, their posts, and what was complained of (handbook 8.2; acceptance F6.1, F6.9)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from employment.enums import (
    CheckPaper,
    ComplaintKind,
    ContractKind,
    EmployerState,
    JobKind,
    PayUnit,
    PostSource,
    PostState,
    WorkKind,
)
from fedhub.areas.models import Area, AreaScoped, ScopedQuerySet, SharedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track
from fedhub.core.text import mask_all, mask_phone

# Paid hours of a month: 21.75 days of eight hours (劳社部发〔2008〕3号).
MONTH_HOURS = 174


class EmployerQuerySet(SharedQuerySet):
    view_permission = "employment.view_post"


class Employer(AreaScoped):
    """用人单位。 Checked once, by a paper on a day; nobody is sent to one that was not. Suspended with all its posts."""

    name = models.CharField("单位名称", max_length=80)
    code = models.CharField("统一社会信用代码", max_length=18)
    business = models.CharField("做什么", max_length=100)
    address = models.CharField("地址", max_length=120)
    contact = EncryptedTextField("联系人", column="employment.Employer.contact", text_length=50)
    phone = EncryptedTextField("联系电话", column="employment.Employer.phone", text_length=30)
    state = models.CharField("状态", max_length=10, choices=EmployerState, default=EmployerState.NEW, editable=False)
    checked_on = models.DateField("核验日期", null=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="核验人", related_name="+", null=True, editable=False
    )
    checked_paper = models.CharField("核验依据", max_length=10, choices=CheckPaper, blank=True, editable=False)
    suspended_on = models.DateField("暂停日期", null=True, editable=False)
    suspended_why = models.CharField("暂停原因", max_length=100, blank=True, editable=False)

    objects = EmployerQuerySet.as_manager()
    history = track()

    class Privacy:
        public = {"name", "code", "business", "address"}
        internal = {"state", "checked_on", "checked_by", "checked_paper", "suspended_on", "suspended_why"}
        personal = {"contact", "phone"}
        masks = {"contact": mask_all, "phone": mask_phone}
        reveal = "employment.change_employer"

    class Meta:
        verbose_name = verbose_name_plural = "用人单位"
        default_permissions = ("add", "change")
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="employment_employer_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="employment_employer_sort"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "code"], name="employment_employer_once",
                violation_error_message="这个统一社会信用代码已经登记过，请打开原来的。",
            ),
            models.CheckConstraint(condition=Q(state__in=EmployerState.values), name="employment_employer_state_known"),
            models.CheckConstraint(
                condition=Q(state=EmployerState.NEW)
                | Q(checked_on__isnull=False, checked_by__isnull=False) & ~Q(checked_paper="")
                | Q(state=EmployerState.SUSPENDED),
                name="employment_employer_checked_by_paper",
            ),
            models.CheckConstraint(
                condition=Q(state=EmployerState.SUSPENDED, suspended_on__isnull=False) & ~Q(suspended_why="")
                | ~Q(state=EmployerState.SUSPENDED) & Q(suspended_on=None, suspended_why=""),
                name="employment_employer_suspended_says_why",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("employment:employer_detail", args=[self.pk])


class PostQuerySet(SharedQuerySet):
    view_permission = "employment.view_post"

    def alive(self, day=None):
        """Published, in their term on `day` (default today), with a place left: the only ones anybody is shown."""
        return self.filter(state=PostState.OPEN, valid_until__gte=day or timezone.localdate(), left__gt=0)

    def ending(self, until):
        """Published ones whose term ends by the day `until`."""
        return self.filter(state=PostState.OPEN, valid_until__lte=until)


class Post(AreaScoped):
    """岗位。 All that must stand in a post (就业服务与就业管理规定), nothing of marriage and children.

    `left` places are still free.
    """

    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name="用人单位", related_name="posts")
    title = models.CharField("岗位名称", max_length=60)
    kind = models.CharField("工种", max_length=10, choices=JobKind)
    total = models.PositiveSmallIntegerField("招几人", default=1)
    left = models.PositiveSmallIntegerField("还招几人", default=1, editable=False)
    duties = models.CharField("做什么", max_length=500)
    conditions = models.CharField("条件", max_length=500)
    needs_certificate = models.BooleanField("要有这个工种的证书", default=False)
    adults_only = models.BooleanField("不适合未满 18 周岁", default=False)
    women_reason = models.CharField("只招女性的理由", max_length=100, blank=True)
    place = models.CharField("工作地点", max_length=120)
    place_area = models.ForeignKey(
        Area, models.PROTECT, verbose_name="在哪个网格（社区）", related_name="+", null=True, blank=True
    )
    walk_minutes = models.PositiveSmallIntegerField("从社区步行几分钟", null=True, blank=True)
    work_kind = models.CharField("用工形式", max_length=10, choices=WorkKind, default=WorkKind.FULL)
    shift_from = models.TimeField("上班", null=True, blank=True)
    shift_to = models.TimeField("下班", null=True, blank=True)
    weekends = models.BooleanField("周末要上班", default=False)
    pay_from = models.PositiveIntegerField("工资从")
    pay_to = models.PositiveIntegerField("到", null=True, blank=True)
    pay_unit = models.CharField("单位", max_length=10, choices=PayUnit, default=PayUnit.MONTH)
    pay_month = models.PositiveIntegerField("折合每月", default=0, editable=False)
    pay_day = models.CharField("什么时候发", max_length=40)
    insurance = models.CharField("社会保险", max_length=60)
    benefits = models.CharField("食宿、福利", max_length=100, blank=True)
    contract = models.CharField("签什么", max_length=10, choices=ContractKind, default=ContractKind.LABOUR)
    source = models.CharField("岗位来源", max_length=10, choices=PostSource, default=PostSource.EMPLOYER)
    licence = models.CharField("人力资源服务许可证号", max_length=40, blank=True)
    state = models.CharField("状态", max_length=10, choices=PostState, default=PostState.DRAFT, editable=False)
    published_on = models.DateField("发布日期", null=True, editable=False)
    valid_until = models.DateField("有效到", null=True, editable=False)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="负责人", related_name="+", editable=False
    )
    telling = models.PositiveBigIntegerField("提醒到哪一条", null=True, editable=False)

    objects = PostQuerySet.as_manager()
    history = track()

    TEXTS = ("title", "duties", "conditions", "place", "pay_day", "insurance", "benefits")

    class Privacy:
        public = {
            "employer", "title", "kind", "total", "left", "duties", "conditions", "needs_certificate", "adults_only",
            "women_reason", "place", "place_area", "walk_minutes", "work_kind", "shift_from", "shift_to", "weekends",
            "pay_from", "pay_to", "pay_unit", "pay_month", "pay_day", "insurance", "benefits", "contract", "source", "licence",
        }  # fmt: skip
        internal = {"state", "published_on", "valid_until", "keeper", "telling"}

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="employment_post_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="employment_post_sort"),
            # All that a search looks at, which so reads no post that it does not show.
            models.Index(
                fields=["-updated_at", "-id", "state", "area", "title", "employer"], name="employment_post_words"
            ),
            models.Index(fields=["state", "-updated_at", "-id"], name="employment_post_state"),
            # With the state, so that those of a kind are counted from the index alone.
            models.Index(fields=["kind", "-updated_at", "-id", "state"], name="employment_post_kind"),
            models.Index(fields=["-published_on", "-id"], name="employment_post_published"),
            models.Index(fields=["-pay_month", "-id"], name="employment_post_pay"),
            models.Index(fields=["valid_until", "id"], condition=Q(state="open"), name="employment_post_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PostState.values), name="employment_post_state_known"),
            models.CheckConstraint(condition=Q(left__lte=F("total")), name="employment_post_left"),
            models.CheckConstraint(
                condition=Q(total__gte=1), name="employment_post_total", violation_error_message="至少招 1 人。"
            ),
            models.CheckConstraint(
                condition=~Q(state=PostState.OPEN) | Q(published_on__isnull=False, valid_until__isnull=False),
                name="employment_post_open_has_term",
            ),
            models.CheckConstraint(
                condition=Q(pay_to=None) | Q(pay_to__gte=F("pay_from")), name="employment_post_pay",
                violation_error_message="工资的上限不能低于下限。",
            ),
            models.CheckConstraint(
                condition=~Q(source=PostSource.AGENCY) | ~Q(licence=""), name="employment_post_agency_has_licence",
                violation_error_message="人力资源机构的岗位要写许可证号。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("employment:post_detail", args=[self.pk])

    def texts(self):
        """`{label: text}` of what the wording check reads."""
        return {str(self._meta.get_field(name).verbose_name): getattr(self, name) for name in self.TEXTS}

    def monthly_pay(self):
        """What it pays at least for a month of full hours, so that posts of different units stand in one order; 0 by the piece,
        which says nothing of a month."""
        return {PayUnit.MONTH: self.pay_from, PayUnit.HOUR: self.pay_from * MONTH_HOURS}.get(self.pay_unit, 0)

    @property
    def pay_words(self):
        amount = f"{self.pay_from}" if self.pay_to in (None, self.pay_from) else f"{self.pay_from}—{self.pay_to}"
        return f"{amount} {self.get_pay_unit_display()}"

    @property
    def shift_words(self):
        if self.shift_from is None or self.shift_to is None:
            return "时间灵活"
        return f"{self.shift_from:%H:%M}—{self.shift_to:%H:%M}，{'周末要上班' if self.weekends else '周末休息'}"

    @property
    def is_night(self):
        """True when the shift goes over midnight."""
        return bool(self.shift_from and self.shift_to and self.shift_to <= self.shift_from)


class OfEmployerQuerySet(ScopedQuerySet):
    scope_path = "employer__area"


class Complaint(models.Model):
    """投诉。 What somebody says of an employer; one that turns out unfounded is dismissed with a reason and counts no more."""

    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name="用人单位", related_name="complaints")
    post = models.ForeignKey(
        Post, models.PROTECT, verbose_name="哪个岗位", related_name="complaints", null=True, blank=True
    )
    kind = models.CharField("投诉什么", max_length=10, choices=ComplaintKind)
    text = EncryptedTextField("经过", column="employment.Complaint.text", text_length=500)
    on = models.DateField("投诉日期", default=timezone.localdate)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+")
    recorded_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)
    dismissed_on = models.DateField("查实不成立", null=True, editable=False)
    dismissed_why = models.CharField("为什么不成立", max_length=100, blank=True, editable=False)

    objects = OfEmployerQuerySet.as_manager()

    class Privacy:
        internal = {
            "id", "employer", "post", "kind", "on", "recorded_by", "recorded_at", "dismissed_on", "dismissed_why",
        }  # fmt: skip
        personal = {"text"}

    class Meta:
        verbose_name = verbose_name_plural = "岗位投诉"
        default_permissions = ()
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ComplaintKind.values), name="employment_complaint_kind_known"),
            models.CheckConstraint(
                condition=Q(dismissed_on=None, dismissed_why="")
                | Q(dismissed_on__isnull=False) & ~Q(dismissed_why=""),
                name="employment_complaint_dismissed_says_why",
            ),
        ]

    def __str__(self):
        return self.get_kind_display()

    def get_absolute_url(self):
        return self.employer.get_absolute_url()
