"""Agreements of a case, what is promised in them, their follow-ups and their judicial confirmation (人民调解法 art. 28 to 33).

As in cases no text lies in clear; days, amounts and states do, for lists and sums.
"""

from django.db import models
from django.db.models import Q

from fedhub.core.fields import BlindIndexField, EncryptedJSONField, RandomKeyField, Unreadable
from mediation.enums import (
    LOOKED_AFTER,
    AgreementForm,
    AgreementState,
    ConfirmState,
    Kept,
    PromiseState,
)
from mediation.models.case import Case, CaseRule


class AgreementQuerySet(CaseRule):
    matter, scope_path = "case", "case__area"

    def standing(self):
        """In force."""
        return self.filter(state=AgreementState.SIGNED)

    def to_confirm(self):
        """In force, not brought to a court yet, of cases that are looked after."""
        return self.standing().filter(confirmation=None, case__state__in=LOOKED_AFTER)


class OfAgreementQuerySet(CaseRule):
    """Rows of an agreement, seen by whoever sees its case."""

    matter, scope_path = "agreement__case", "agreement__case__area"


class DutyQuerySet(OfAgreementQuerySet):
    """Promises and follow-ups: what somebody has to look after on a day."""

    def waiting(self):
        """Open ones of agreements in force, of cases that are looked after."""
        return self.filter(
            done_on=None, agreement__state=AgreementState.SIGNED, agreement__case__state__in=LOOKED_AFTER
        )


class Readable:
    """A row with a sealed `body`."""

    @property
    def said(self):
        """The body as a dict; {} where it cannot be read."""
        return {} if isinstance(self.body, Unreadable) or not isinstance(self.body, dict) else self.body


class Agreement(Readable, models.Model):
    """调解协议。 `body`: `{"facts", "dispute", "ways"}`, once signed also `{"signed": [{"name", "on"}], "mediator",
    "mediator_on", "stamped_on"}`. Its terms are the rows of Promise.

    `code` is given when it takes effect (`effective_on`); `confirm_by` is the last day to ask for judicial confirmation.
    """

    id = RandomKeyField()
    case = models.ForeignKey(Case, models.PROTECT, verbose_name="案件", related_name="agreements")
    state = models.CharField(
        "状态", max_length=10, choices=AgreementState, default=AgreementState.DRAFT, editable=False
    )
    form = models.CharField("形式", max_length=8, choices=AgreementForm)
    code = models.CharField("编号", max_length=80, blank=True, editable=False)
    effective_on = models.DateField("生效日期", null=True, blank=True, editable=False)
    confirm_by = models.DateField("申请司法确认的期限", null=True, blank=True, editable=False)
    body = EncryptedJSONField("内容", column="mediation.Agreement.body", ring="sealed")
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)
    once = BlindIndexField("表单指纹", unique=True)

    objects = AgreementQuerySet.as_manager()

    class Privacy:
        sealed = {
            "id", "case", "state", "form", "code", "effective_on", "confirm_by", "body", "version", "updated_at", "once",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "调解协议"
        default_permissions = ()
        indexes = [
            models.Index(fields=["confirm_by", "id"], name="mediation_agreement_confirm"),
            models.Index(fields=["effective_on", "state", "case"], name="mediation_agreement_effective"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AgreementState.values), name="mediation_agreement_state"),
            models.CheckConstraint(
                condition=Q(state=AgreementState.DRAFT, code="", effective_on=None, confirm_by=None)
                | ~Q(state=AgreementState.DRAFT)
                & ~Q(code="")
                & Q(effective_on__isnull=False, confirm_by__isnull=False),
                name="mediation_agreement_numbered",
            ),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="mediation_agreement_code_once"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state=AgreementState.DRAFT), name="mediation_agreement_one_draft"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state=AgreementState.SIGNED), name="mediation_agreement_one_standing"
            ),
        ]

    def __str__(self):
        return "调解协议"


class Promise(Readable, models.Model):
    """协议条款。 Who does what for whom, by which day; a task from the day of the agreement. `body`: `{"who", "whom", "what"}`,
    later also `{"note", "by"}`. `amount`: money in fen."""

    id = RandomKeyField()
    agreement = models.ForeignKey(Agreement, models.PROTECT, verbose_name="协议", related_name="promises")
    number = models.PositiveIntegerField("序号")
    state = models.CharField("状态", max_length=8, choices=PromiseState, default=PromiseState.OPEN, editable=False)
    due_on = models.DateField("哪天前")
    amount = models.PositiveBigIntegerField("金额（分）", null=True, blank=True)
    done_on = models.DateField("办的日期", null=True, blank=True, editable=False)
    body = EncryptedJSONField("内容", column="mediation.Promise.body", ring="sealed")
    once = BlindIndexField("表单指纹", unique=True)

    objects = DutyQuerySet.as_manager()

    class Privacy:
        sealed = {"id", "agreement", "number", "state", "due_on", "amount", "done_on", "body", "once"}

    class Meta:
        verbose_name = verbose_name_plural = "协议条款"
        default_permissions = ()
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(done_on=None), name="mediation_promise_due"),
            models.Index(fields=["agreement", "state"], name="mediation_promise_state_of"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="mediation_promise_number_once"),
            models.CheckConstraint(condition=Q(state__in=PromiseState.values), name="mediation_promise_state"),
            models.CheckConstraint(
                condition=Q(state=PromiseState.OPEN, done_on=None)
                | ~Q(state=PromiseState.OPEN) & Q(done_on__isnull=False),
                name="mediation_promise_done",
            ),
        ]

    def __str__(self):
        return "协议条款"


class FollowUp(Readable, models.Model):
    """回访。 Made by itself so many days after the agreement (rule `mediation_followup`). `body`: `{"by", "words", "next"}`."""

    id = RandomKeyField()
    agreement = models.ForeignKey(Agreement, models.PROTECT, verbose_name="协议", related_name="followups")
    days = models.PositiveIntegerField("生效后第几天")
    due_on = models.DateField("哪天")
    result = models.CharField("履行情况", max_length=8, choices=Kept, blank=True, editable=False)
    done_on = models.DateField("回访日期", null=True, blank=True, editable=False)
    body = EncryptedJSONField("内容", column="mediation.FollowUp.body", ring="sealed")

    objects = DutyQuerySet.as_manager()

    class Privacy:
        sealed = {"id", "agreement", "days", "due_on", "result", "done_on", "body"}

    class Meta:
        verbose_name = verbose_name_plural = "协议回访"
        default_permissions = ()
        indexes = [models.Index(fields=["due_on", "id"], condition=Q(done_on=None), name="mediation_followup_due")]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "days"], name="mediation_followup_once"),
            models.CheckConstraint(
                condition=Q(result="", done_on=None) | Q(result__in=Kept.values, done_on__isnull=False),
                name="mediation_followup_done",
            ),
        ]

    def __str__(self):
        return "协议回访"


class Confirmation(Readable, models.Model):
    """司法确认。 Asked for by both parties together. `due_on`: the court's last day. `body`: `{"court", "words", …}`."""

    id = RandomKeyField()
    agreement = models.OneToOneField(Agreement, models.PROTECT, verbose_name="协议", related_name="confirmation")
    state = models.CharField("状态", max_length=10, choices=ConfirmState, default=ConfirmState.APPLIED, editable=False)
    applied_on = models.DateField("申请日期")
    due_on = models.DateField("法院的期限", null=True, blank=True, editable=False)
    decided_on = models.DateField("裁定日期", null=True, blank=True, editable=False)
    body = EncryptedJSONField("内容", column="mediation.Confirmation.body", ring="sealed")

    objects = OfAgreementQuerySet.as_manager()

    class Privacy:
        sealed = {"id", "agreement", "state", "applied_on", "due_on", "decided_on", "body"}

    class Meta:
        verbose_name = verbose_name_plural = "司法确认"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ConfirmState.values), name="mediation_confirm_state"),
            models.CheckConstraint(
                condition=Q(state__in=[ConfirmState.APPLIED, ConfirmState.ACCEPTED], decided_on=None)
                | Q(state__in=[ConfirmState.CONFIRMED, ConfirmState.REFUSED], decided_on__isnull=False),
                name="mediation_confirm_decided",
            ),
        ]

    def __str__(self):
        return "司法确认"


class Opinion(Readable, models.Model):
    """当事人满意度。 Asked once from each party in each run of a case. `place`: hers among the parties. `body`: `{"by", "how",
    "words"}`."""

    id = RandomKeyField()
    case = models.ForeignKey(Case, models.PROTECT, verbose_name="案件", related_name="opinions")
    place = models.PositiveIntegerField("第几位当事人")
    run = models.PositiveIntegerField("第几次办理", default=1)
    score = models.PositiveSmallIntegerField("满意度")
    on = models.DateField("哪天问的")
    body = EncryptedJSONField("内容", column="mediation.Opinion.body", ring="sealed")

    class Privacy:
        sealed = {"id", "case", "place", "run", "score", "on", "body"}

    class Meta:
        verbose_name = verbose_name_plural = "当事人满意度"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "place", "run"], name="mediation_opinion_once"),
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="mediation_opinion_score"),
        ]

    def __str__(self):
        return "当事人满意度"
