"""A home visit, the changes it found, and its amendments."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import Area, ScopedQuerySet
from fedhub.core.fields import EncryptedJSONField, EncryptedTextField
from fedhub.core.history import track
from fedhub.core.models import Stamped
from grids.enums import (
    FACE_TO_FACE,
    TRY_AGAIN,
    ChangeKind,
    ChangeState,
    MemberEvent,
    Met,
    RefusedHow,
    Review,
    Satisfaction,
    VisitKind,
    VisitMode,
)
from households.models import Household, Resident


class VisitQuerySet(ScopedQuerySet):
    scope_path = "household__area"

    def for_list(self):
        """What the list shows, in one query."""
        return self.select_related("household", "household__area", "visitor", "grid")

    def kept(self):
        """Not withdrawn."""
        return self.filter(withdrawn_at=None)

    def meeting(self):
        """Kept visits at which somebody was met, in whatever way: these keep contact."""
        return self.kept().filter(met=Met.MET)

    def to_review(self, user):
        """Kept, not found right yet and not on its way back to the visitor; never one's own."""
        rows = self.kept().filter(review__in=[Review.PENDING, Review.CORRECTED])
        return rows.exclude(visitor=user).exclude(partner=user).exclude(recorded_by=user)

    def counting(self):
        """Visits at which somebody was met face to face: only these move the due date (handbook 2.4, 13.2 rule 2)."""
        return self.kept().filter(met=Met.MET, mode__in=FACE_TO_FACE)

    def in_vain(self):
        """Tries at which nobody opened or somebody refused."""
        return self.kept().filter(met__in=TRY_AGAIN)


class Visit(Stamped):
    """走访记录。 It follows its household's area; `grid` keeps the grid of the day for the statistics.

    `gifts` says in words what was handed over (handbook 2.5); the link to aid distribution (handbook 4.6) comes with
    paired help. `promise` is what was agreed last time (its `next_step`), and `promise_kept` what became of it; `follows`
    is the concern about which one came back. The signature of the person visited is a file of the visit, see services.visit.
    """

    household = models.ForeignKey(Household, models.PROTECT, verbose_name="家庭", related_name="visits")
    grid = models.ForeignKey(Area, models.PROTECT, verbose_name="当日网格", related_name="+", editable=False)
    visitor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="主访人", related_name="visits")
    partner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="同访人", related_name="+", null=True, blank=True
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="记录人", related_name="+", editable=False
    )
    visited_on = models.DateField("走访日期", default=timezone.localdate)
    started_at = models.TimeField("开始", null=True, blank=True)
    ended_at = models.TimeField("结束", null=True, blank=True)
    mode = models.CharField("方式", max_length=10, choices=VisitMode, default=VisitMode.HOME)
    kind = models.CharField("类别", max_length=10, choices=VisitKind, default=VisitKind.ROUTINE)
    reason = models.CharField("事由", max_length=80, blank=True)
    met = models.CharField("见到人了吗", max_length=10, choices=Met, default=Met.MET)
    left_note = models.BooleanField("留了联系卡", default=False)
    refused_how = models.CharField("怎么说的", max_length=10, choices=RefusedHow, blank=True)
    told_by = models.CharField("听谁说的", max_length=30, blank=True)
    people = models.ManyToManyField(Resident, verbose_name="见到了谁", related_name="visits", blank=True)
    others = models.CharField("还见到", max_length=60, blank=True)
    changed = models.BooleanField("有变化", default=False)
    summary = EncryptedTextField("情况记录", column="grids.Visit.summary", text_length=2000)
    problems = EncryptedTextField("困难与问题", column="grids.Visit.problems", text_length=2000)
    hazards = models.JSONField("需要留意的情况", default=list, blank=True)
    topics = models.JSONField("宣传内容", default=list, blank=True)
    gifts = models.CharField("送达物资", max_length=200, blank=True)
    satisfaction = models.PositiveSmallIntegerField("满意度", choices=Satisfaction, null=True, blank=True)
    promise = models.CharField("上次说好的", max_length=200, blank=True, editable=False)
    promise_kept = models.BooleanField("做到了", null=True, blank=True, editable=False)
    next_step = models.CharField("下一步", max_length=200, blank=True)
    next_on = models.DateField("下次走访日期", null=True, blank=True)
    concerns = models.ManyToManyField(
        "concerns.Concern", verbose_name="诉求", related_name="visits", blank=True, editable=False
    )
    follows = models.ForeignKey(
        "concerns.Concern", models.PROTECT, verbose_name="回访的诉求", related_name="follow_ups", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    tasks = models.ManyToManyField(
        "households.VisitTask", verbose_name="完成的任务", related_name="visits", blank=True, editable=False
    )
    review = models.CharField("审核", max_length=10, choices=Review, default=Review.PENDING, editable=False)
    withdrawn_at = models.DateTimeField("作废时间", null=True, blank=True, editable=False)
    withdrawn_why = models.CharField("作废原因", max_length=100, blank=True)

    objects = VisitQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "household", "grid", "visitor", "partner", "recorded_by", "visited_on", "started_at", "ended_at", "mode",
            "kind", "met", "left_note", "refused_how", "changed", "topics", "gifts", "satisfaction", "promise_kept",
            "next_on", "concerns", "follows", "tasks", "review", "withdrawn_at",
        }  # fmt: skip
        personal = {"people", "others", "told_by", "reason", "promise", "next_step", "withdrawn_why"}
        sensitive = {"summary", "problems", "hazards"}

    class Meta:
        verbose_name = verbose_name_plural = "走访记录"
        default_permissions = ("view", "add", "change")
        permissions = [("review_visit", "审核走访记录")]
        indexes = [
            models.Index(
                fields=["visitor", "-visited_on", "-id"],
                condition=Q(review=Review.RETURNED),
                name="grids_visit_returned",
            ),
            models.Index(
                fields=["-visited_on", "-id"],
                condition=Q(review__in=[Review.PENDING, Review.CORRECTED]),
                name="grids_visit_to_review",
            ),
            models.Index(fields=["household", "-visited_on", "-id"], name="grids_visit_household"),
            models.Index(fields=["grid", "-visited_on", "-id"], name="grids_visit_grid_sort"),
            models.Index(fields=["-visited_on", "-id"], name="grids_visit_sort"),
            models.Index(fields=["visitor", "-visited_on", "-id"], name="grids_visit_visitor"),
            models.Index(
                fields=["household", "-visited_on"], condition=Q(met__in=TRY_AGAIN), name="grids_visit_in_vain"
            ),
            models.Index(
                fields=["next_on", "household", "visited_on"],
                condition=Q(next_on__isnull=False, withdrawn_at=None),
                name="grids_visit_promise",
            ),
            models.Index(
                fields=["household", "next_on", "visited_on"],
                condition=Q(next_on__isnull=False, withdrawn_at=None),
                name="grids_visit_home_promise",
            ),
            # Few went as the second one; an index of all would be one of nobody.
            models.Index(
                fields=["partner", "-visited_on"], condition=Q(partner__isnull=False), name="grids_visit_partner_sort"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(met__in=Met.values), name="grids_visit_met_known"),
            models.CheckConstraint(condition=Q(kind__in=VisitKind.values), name="grids_visit_kind_known"),
            models.CheckConstraint(
                condition=Q(refused_how__in=["", *RefusedHow.values]), name="grids_visit_refused_how_known"
            ),
            models.CheckConstraint(
                condition=(Q(left_note=False) | Q(met=Met.NOBODY))
                & (Q(refused_how="") | Q(met=Met.REFUSED))
                & (Q(told_by="") | Q(met__in=[Met.MOVED, Met.DIED])),
                name="grids_visit_short_form_fits",
            ),
            models.CheckConstraint(
                condition=Q(promise="", promise_kept=None) | (~Q(promise="") & Q(promise_kept__isnull=False)),
                name="grids_visit_promise_answered",
            ),
            models.CheckConstraint(condition=Q(review__in=Review.values), name="grids_visit_review_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(started_at=None) | Q(ended_at__gte=models.F("started_at")),
                name="grids_visit_times",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_why="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_why="")),
                name="grids_visit_withdrawn_has_reason",
            ),
        ]

    def __str__(self):
        return f"{self.visited_on:%Y-%m-%d} {self.household}"

    def get_absolute_url(self):
        return reverse("grids:visit_detail", args=[self.pk])

    @property
    def counts(self):
        """True when the visit moves the due date."""
        return self.met == Met.MET and self.mode in FACE_TO_FACE and self.withdrawn_at is None


class VisitChangeQuerySet(ScopedQuerySet):
    scope_path = "visit__household__area"

    def for_list(self):
        return self.select_related(
            "visit", "visit__household", "visit__household__area", "visit__visitor", "resident", "taken_resident",
            "decided_by",
        )  # fmt: skip

    def waiting(self):
        """Not decided yet."""
        return self.filter(state=ChangeState.PROPOSED)


class VisitChange(Stamped):
    """走访发现的变化。 Proposed for the ledger; accepted ones change it with the visit as source.

    `field` and `value` name the ledger field when the visitor picked one ("employment" → "70"); otherwise `text`
    alone is for a person to work in. `event` and `happened_on` tell of somebody who moved (`value`: where to) or died:
    never applied by itself, but in the form of that life event. What was taken instead of what was proposed stands in
    `taken` and `taken_resident`.
    """

    visit = models.ForeignKey(Visit, models.PROTECT, verbose_name="走访", related_name="changes")
    kind = models.CharField("变了什么", max_length=10, choices=ChangeKind)
    resident = models.ForeignKey(Resident, models.PROTECT, verbose_name="谁", related_name="+", null=True, blank=True)
    field = models.CharField("台账项目", max_length=30, blank=True)
    value = EncryptedTextField("新内容", column="grids.VisitChange.value", text_length=200)
    text = EncryptedTextField("说明", column="grids.VisitChange.text", text_length=500)
    event = models.CharField("发生了什么", max_length=10, choices=MemberEvent, blank=True)
    happened_on = models.DateField("发生日期", null=True, blank=True)
    taken = EncryptedTextField("采纳的内容", column="grids.VisitChange.taken", text_length=200)
    taken_resident = models.ForeignKey(
        Resident, models.PROTECT, verbose_name="采纳的人", related_name="+", null=True, blank=True
    )
    state = models.CharField("状态", max_length=10, choices=ChangeState, default=ChangeState.PROPOSED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="确认人", related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    decided_why = models.CharField("理由", max_length=100, blank=True)

    objects = VisitChangeQuerySet.as_manager()

    class Privacy:
        internal = {
            "visit", "kind", "resident", "field", "event", "happened_on", "taken_resident", "state", "decided_by",
            "decided_at", "decided_why",
        }  # fmt: skip
        sensitive = {"value", "text", "taken"}

    class Meta:
        verbose_name = verbose_name_plural = "走访发现的变化"
        default_permissions = ("confirm",)
        ordering = ["id"]
        indexes = [
            models.Index(fields=["state", "-id"], name="grids_change_state"),
            models.Index(
                fields=["-decided_at", "-id"], condition=Q(decided_at__isnull=False), name="grids_change_decided"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ChangeKind.values), name="grids_change_kind_known"),
            models.CheckConstraint(condition=Q(event__in=["", *MemberEvent.values]), name="grids_change_event_known"),
            models.CheckConstraint(
                condition=Q(event="", happened_on=None) | (~Q(event="") & Q(kind=ChangeKind.MEMBERS, field="")),
                name="grids_change_event_of_members",
            ),
            models.CheckConstraint(
                condition=~Q(event=MemberEvent.DIED) | Q(resident__isnull=False), name="grids_change_died_names_her"
            ),
            models.CheckConstraint(
                condition=Q(taken_resident=None) | Q(state=ChangeState.CORRECTED),
                name="grids_change_taken_when_corrected",
            ),
            models.CheckConstraint(condition=Q(state__in=ChangeState.values), name="grids_change_state_known"),
            models.CheckConstraint(
                condition=Q(state=ChangeState.PROPOSED, decided_at=None)
                | (~Q(state=ChangeState.PROPOSED) & Q(decided_at__isnull=False)),
                name="grids_change_decided_when_state_says_so",
            ),
            models.CheckConstraint(
                condition=~Q(state=ChangeState.REFUSED) | ~Q(decided_why=""), name="grids_change_refusal_has_reason"
            ),
        ]

    def __str__(self):
        return f"{self.visit} {self.get_kind_display()}"


class VisitAmendmentQuerySet(ScopedQuerySet):
    scope_path = "visit__household__area"


class VisitAmendment(models.Model):
    """走访更正。 A change after the days in which the visitor may correct freely: reason, before and after."""

    visit = models.ForeignKey(Visit, models.PROTECT, verbose_name="走访", related_name="amendments")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="更正人", related_name="+")
    made_at = models.DateTimeField("更正时间", auto_now_add=True)
    reason = models.CharField("原因", max_length=100)
    before = EncryptedJSONField("更正前", column="grids.VisitAmendment.before")
    after = EncryptedJSONField("更正后", column="grids.VisitAmendment.after")

    objects = VisitAmendmentQuerySet.as_manager()

    class Privacy:
        internal = {"id", "visit", "made_by", "made_at", "reason"}
        sensitive = {"before", "after"}

    class Meta:
        verbose_name = verbose_name_plural = "走访更正"
        default_permissions = ()
        ordering = ["-id"]

    def __str__(self):
        return f"{self.visit} {self.made_at:%Y-%m-%d}"


class VisitReview(models.Model):
    """走访审核。 What the supervisor said of a record: right, or sent back with a note and what stood there then."""

    visit = models.ForeignKey(Visit, models.PROTECT, verbose_name="走访", related_name="reviews")
    verdict = models.CharField(
        "结论", max_length=10, choices=[(r.value, r.label) for r in (Review.RIGHT, Review.RETURNED)]
    )
    note = EncryptedTextField("意见", column="grids.VisitReview.note", text_length=500)
    before = EncryptedJSONField("当时的内容", column="grids.VisitReview.before")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="审核人", related_name="+")
    made_at = models.DateTimeField("审核时间", auto_now_add=True)

    objects = VisitAmendmentQuerySet.as_manager()

    class Privacy:
        internal = {"id", "visit", "verdict", "made_by", "made_at"}
        personal = {"note"}
        sensitive = {"before"}

    class Meta:
        verbose_name = verbose_name_plural = "走访审核"
        default_permissions = ()
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=[Review.RIGHT, Review.RETURNED]), name="grids_visitreview_verdict_known"
            ),
        ]

    def __str__(self):
        return f"{self.visit} {self.get_verdict_display()}"
