"""Policies for people in hardship, whom they are for as data, and what became of telling a family (handbook 4.1, 8.4)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track
from fedhub.core.models import Stamped
from hardship.enums import EvidenceKind, PolicyFor, PolicyKind, PolicyStepKind
from hardship.models.file import HardshipFile, OfFileQuerySet
from hardship.policies import fault_in
from households.models.watch import Watch


class PolicyQuerySet(models.QuerySet):
    def visible_to(self, user, permission=None):
        """The library is one for the whole office: all of it for whoever has the right, wherever."""
        return self if user.has_perm(permission or "hardship.view_policy") else self.none()

    def in_use(self, day=None):
        """Not put away, and valid on `day` (default today)."""
        day = day or timezone.localdate()
        rows = self.filter(retired_on=None).filter(Q(valid_from=None) | Q(valid_from__lte=day))
        return rows.filter(Q(valid_to=None) | Q(valid_to__gte=day))


class Policy(Stamped):
    """惠民政策。 What a family may be entitled to. `conditions` says whom it is for (hardship.policies), `proofs` which papers are
    wanted (codes of EvidenceKind); `grants` is the category that whoever has it already is in, '' for none."""

    title = models.CharField("名称", max_length=60)
    summary = models.CharField("一句话说明", max_length=200)
    kind = models.CharField("哪一类", max_length=10, choices=PolicyKind, default=PolicyKind.OTHER)
    applies_to = models.CharField("给谁", max_length=10, choices=PolicyFor, default=PolicyFor.PERSON)
    amount = models.CharField("标准（金额）", max_length=100, blank=True)
    how = models.CharField("怎么办", max_length=300, blank=True)
    where = models.CharField("到哪里办", max_length=100, blank=True)
    phone = models.CharField("咨询电话", max_length=30, blank=True)
    document = models.CharField("依据（文号）", max_length=200)
    valid_from = models.DateField("从哪天起", null=True, blank=True)
    valid_to = models.DateField("到哪天止", null=True, blank=True)
    conditions = models.JSONField("条件", default=dict, blank=True)
    proofs = models.JSONField("要什么材料", default=list, blank=True)
    grants = models.CharField("办成以后属于哪一类", max_length=4, blank=True)
    checked_on = models.DateField("按本地标准核对的日期", null=True, blank=True)
    retired_on = models.DateField("停用日期", null=True, blank=True, editable=False)
    telling = models.PositiveBigIntegerField("提醒到哪一条", null=True, editable=False)

    objects = PolicyQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "title", "summary", "kind", "applies_to", "amount", "how", "where", "phone", "document", "valid_from", "valid_to",
            "conditions", "proofs", "grants", "checked_on", "retired_on", "telling",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "惠民政策"
        default_permissions = ("view", "change")
        indexes = [models.Index(fields=["title", "id"], name="hardship_policy_title")]
        constraints = [
            models.UniqueConstraint(
                fields=["title"], condition=Q(retired_on=None), name="hardship_policy_title_once",
                violation_error_message="同名的政策已经有了。",
            ),
            models.CheckConstraint(condition=Q(kind__in=PolicyKind.values), name="hardship_policy_kind_known"),
            models.CheckConstraint(condition=Q(applies_to__in=PolicyFor.values), name="hardship_policy_for_known"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="hardship_policy_dates", violation_error_message="结束日期不能早于开始日期。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.title

    def clean(self):
        """Conditions that cannot be read, or papers that are none, are refused."""
        if fault := fault_in(self.conditions):
            raise ValidationError(f"{fault}。")
        if not isinstance(self.proofs, list) or set(self.proofs) - set(EvidenceKind.values):
            raise ValidationError("没有这样的材料。")

    def get_absolute_url(self):
        return reverse("hardship:policy_detail", args=[self.pk])

    @property
    def is_local(self):
        """True when somebody has compared it with the local figures."""
        return self.checked_on is not None


class PolicyWatch(Watch):
    """政策订阅。 She wants to hear of policies of a kind; `asked_by`: the member of the staff who wrote it down for her, None when
    she did it herself."""

    kind = models.CharField("想知道哪一类政策", max_length=10, choices=PolicyKind)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="代她登记", related_name="+", null=True
    )

    class Privacy:
        internal = {"id", "resident", "asked_by"}
        personal = {"kind", "since", "ended_on"}
        person = "resident"

    class Meta:
        verbose_name = verbose_name_plural = "政策订阅"
        default_permissions = ("add",)
        ordering = ["kind", "id"]
        indexes = [models.Index(fields=["kind", "id"], condition=Q(ended_on=None), name="hardship_policywatch_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "kind"], condition=Q(ended_on=None), name="hardship_policywatch_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=PolicyKind.values), name="hardship_policywatch_kind_known"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=models.F("since")), name="hardship_policywatch_dates"
            ),
        ]


class PolicyStep(models.Model):
    """政策办理。 What became of a policy for a family or one person of it: dated, never edited; a wrong one is struck out with a
    reason. That it was granted changes no category: that takes its own request."""

    file = models.ForeignKey(HardshipFile, models.PROTECT, verbose_name="档案", related_name="policy_steps")
    policy = models.ForeignKey(Policy, models.PROTECT, verbose_name="政策", related_name="steps")
    resident = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="给谁", related_name="+", null=True, blank=True
    )
    step = models.CharField("到哪一步", max_length=10, choices=PolicyStepKind)
    on = models.DateField("日期", default=timezone.localdate)
    note = EncryptedTextField("说明", column="hardship.PolicyStep.note", text_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="记录人", related_name="+")
    recorded_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)
    void_on = models.DateField("作废日期", null=True, editable=False)
    void_why = models.CharField("作废理由", max_length=60, blank=True, editable=False)

    objects = OfFileQuerySet.as_manager()

    class Privacy:
        internal = {"id", "file", "policy", "made_by", "recorded_at", "void_on", "void_why"}
        sensitive = {"resident", "step", "on", "note"}

    class Meta:
        verbose_name = verbose_name_plural = "政策办理"
        default_permissions = ()
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(step__in=PolicyStepKind.values), name="hardship_policystep_known"),
            models.CheckConstraint(
                condition=Q(void_on=None, void_why="") | Q(void_on__isnull=False) & ~Q(void_why=""),
                name="hardship_policystep_void_has_reason",
            ),
        ]

    def __str__(self):
        return f"{self.policy} {self.get_step_display()}"
