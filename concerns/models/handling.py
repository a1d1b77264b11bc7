"""What happens to a concern in work: handed to an agency or up, its clock stopped, its day moved, the chair asked."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from concerns.enums import ApprovalKind, ApprovalStatus, PauseReason, ReferralStatus, ReferralWay
from concerns.models.concern import Concern
from concerns.models.reply import OfConcernQuerySet
from fedhub.core.fields import EncryptedJSONField, EncryptedTextField
from fedhub.core.models import Stamped


class ReferralQuerySet(OfConcernQuerySet):
    def waiting(self):
        """The other side has not answered yet."""
        return self.filter(status__in=[ReferralStatus.OFFERED, ReferralStatus.ACCEPTED])


class Referral(Stamped):
    """转办、上报。 A concern in the hands of another office: offered, accepted or refused, answered."""

    concern = models.ForeignKey(Concern, models.PROTECT, verbose_name="诉求", related_name="referrals")
    way = models.CharField("去向", max_length=10, choices=ReferralWay)
    agency = models.ForeignKey("reference.Agency", models.PROTECT, verbose_name="单位", related_name="+")
    status = models.CharField("状态", max_length=10, choices=ReferralStatus, default=ReferralStatus.OFFERED)
    matter = EncryptedTextField("请对方办什么", column="concerns.Referral.matter", text_length=1000)
    offered_on = models.DateField("转出日期", default=timezone.localdate)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="经手人", related_name="+")
    due_on = models.DateField("请对方答复的期限")
    accepted_on = models.DateField("接收日期", null=True, blank=True)
    contact = models.CharField("对方经办人", max_length=50, blank=True)
    ended_on = models.DateField("回复日期", null=True, blank=True)
    reply = EncryptedTextField("对方的话", column="concerns.Referral.reply", text_length=2000)

    objects = ReferralQuerySet.as_manager()

    class Privacy:
        internal = {
            "concern", "way", "agency", "status", "offered_on", "offered_by", "due_on", "accepted_on", "ended_on",
        }  # fmt: skip
        personal = {"matter", "contact", "reply"}

    class Meta:
        verbose_name = verbose_name_plural = "转办"
        default_permissions = ()
        indexes = [models.Index(fields=["status", "due_on", "id"], name="concerns_referral_due")]
        constraints = [
            models.CheckConstraint(condition=Q(way__in=ReferralWay.values), name="concerns_referral_way_known"),
            models.CheckConstraint(
                condition=Q(status__in=ReferralStatus.values), name="concerns_referral_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[ReferralStatus.OFFERED, ReferralStatus.ACCEPTED], ended_on=None)
                | ~Q(status__in=[ReferralStatus.OFFERED, ReferralStatus.ACCEPTED]) & Q(ended_on__isnull=False),
                name="concerns_referral_ended_when_status_says_so",
            ),
            models.UniqueConstraint(
                fields=["concern", "agency"],
                condition=Q(status__in=[ReferralStatus.OFFERED, ReferralStatus.ACCEPTED]),
                name="concerns_referral_one_open_an_agency",
                violation_error_message="已经转给这个单位了，还没有回复。",
            ),
        ]

    def __str__(self):
        return f"{self.get_way_display()}{self.agency}"

    def get_absolute_url(self):
        return self.concern.get_absolute_url()


class Pause(models.Model):
    """停表。 The clock of a concern stands still from `from_day` until `to_day`, for a reason."""

    concern = models.ForeignKey(Concern, models.PROTECT, verbose_name="诉求", related_name="pauses")
    from_day = models.DateField("从")
    to_day = models.DateField("到", null=True, blank=True)
    reason = models.CharField("原因", max_length=10, choices=PauseReason)
    note = EncryptedTextField("说明", column="concerns.Pause.note", text_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="经办人", related_name="+")
    made_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="恢复人", related_name="+", null=True, blank=True
    )

    objects = OfConcernQuerySet.as_manager()

    class Privacy:
        internal = {"id", "concern", "from_day", "to_day", "reason", "made_by", "made_at", "ended_by"}
        personal = {"note"}

    class Meta:
        verbose_name = verbose_name_plural = "停表"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=PauseReason.values), name="concerns_pause_reason_known"),
            models.CheckConstraint(
                condition=Q(to_day=None) | Q(to_day__gte=models.F("from_day")), name="concerns_pause_runs_forward"
            ),
            models.UniqueConstraint(
                fields=["concern"], condition=Q(to_day=None), name="concerns_pause_one_open",
                violation_error_message="已经停表了。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.from_day}—{self.to_day or ''} {self.get_reason_display()}"


class Approval(Stamped):
    """审批。 An officer asks, somebody who may approve decides; `details` holds what will be done when granted."""

    concern = models.ForeignKey(Concern, models.PROTECT, verbose_name="诉求", related_name="approvals")
    kind = models.CharField("事项", max_length=15, choices=ApprovalKind)
    status = models.CharField("状态", max_length=10, choices=ApprovalStatus, default=ApprovalStatus.ASKED)
    reason = EncryptedTextField("理由", column="concerns.Approval.reason", text_length=500)
    details = EncryptedJSONField("办法", column="concerns.Approval.details")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="申请人", related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="审批人", related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    note = EncryptedTextField("审批意见", column="concerns.Approval.note", text_length=500)

    objects = OfConcernQuerySet.as_manager()

    class Privacy:
        internal = {"concern", "kind", "status", "asked_by", "decided_by", "decided_at"}
        personal = {"reason", "details", "note"}

    class Meta:
        verbose_name = verbose_name_plural = "审批"
        default_permissions = ()
        indexes = [models.Index(fields=["status", "id"], name="concerns_approval_waiting")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ApprovalKind.values), name="concerns_approval_kind_known"),
            models.CheckConstraint(
                condition=Q(status__in=ApprovalStatus.values), name="concerns_approval_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status=ApprovalStatus.ASKED, decided_at=None, decided_by=None)
                | ~Q(status=ApprovalStatus.ASKED) & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="concerns_approval_decided_when_status_says_so",
            ),
            models.UniqueConstraint(
                fields=["concern", "kind"], condition=Q(status=ApprovalStatus.ASKED), name="concerns_approval_one_open",
                violation_error_message="已经在等审批了。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.get_kind_display()} {self.get_status_display()}"

    def get_absolute_url(self):
        return self.concern.get_absolute_url()


class Extension(models.Model):
    """延期。 The day of closing moved from `before` to `after`, with the reason and who allowed it."""

    concern = models.ForeignKey(Concern, models.PROTECT, verbose_name="诉求", related_name="extension_rows")
    before = models.DateField("原期限")
    after = models.DateField("新期限")
    reason = EncryptedTextField("理由", column="concerns.Extension.reason", text_length=500)
    approval = models.OneToOneField(
        Approval, models.PROTECT, verbose_name="审批", related_name="+", null=True, blank=True
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="经办人", related_name="+")
    made_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)

    objects = OfConcernQuerySet.as_manager()

    class Privacy:
        internal = {"id", "concern", "before", "after", "approval", "made_by", "made_at"}
        personal = {"reason"}

    class Meta:
        verbose_name = verbose_name_plural = "延期"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(after__gt=models.F("before")), name="concerns_extension_runs_forward"),
        ]

    def __str__(self):
        return f"{self.before} → {self.after}"
