"""How it goes with her in the job, or in a business of her own, asked after one, three, six and twelve months (handbook 8.4;
acceptance F6.7)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from employment.after import WORKING, FollowUpState, Problem, StillWorks
from employment.business import STILL_RUNS
from employment.enums import ApplicationState
from fedhub.areas.models import ScopedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track
from fedhub.core.models import Stamped


def work_words(*, post="", employer="", state="", trade="", kind=""):
    """(what she does, where) of an application in `state`, or of a start-up. Who found work by another way does not work at the
    employer to whom she had been sent."""
    if trade:
        return trade, f"创业（{kind}）"
    return ("别处的工作", "自己找到的") if state == ApplicationState.ELSEWHERE else (post, employer)


class FollowUpQuerySet(ScopedQuerySet):
    scope_path = "seeker__resident__area"

    def waiting(self, day=None):
        """Those whose day has come by `day` (default today) and that nobody did yet."""
        return self.filter(state=FollowUpState.DUE, due_on__lte=day or timezone.localdate())

    def kept(self):
        """Those in which she said that she works."""
        return self.filter(state=FollowUpState.DONE, works__in=WORKING)


class FollowUp(Stamped):
    """回访。 One question at one month of one job, or of one start-up. Danger is no field of it: what is told of violence lies
    sealed, and this row is the same with and without it."""

    seeker = models.ForeignKey(
        "employment.Seeker", models.PROTECT, verbose_name="求职登记", related_name="follow_ups", editable=False
    )
    application = models.ForeignKey(
        "employment.Application",
        models.PROTECT,
        verbose_name="哪次录用",
        related_name="follow_ups",
        null=True,
        blank=True,
    )
    startup = models.ForeignKey(
        "employment.Startup", models.PROTECT, verbose_name="哪次创业", related_name="follow_ups", null=True, blank=True
    )
    month = models.PositiveSmallIntegerField("满几个月", editable=False)
    due_on = models.DateField("该回访的日期", editable=False)
    state = models.CharField("状态", max_length=10, choices=FollowUpState, default=FollowUpState.DUE, editable=False)
    done_on = models.DateField("回访日期", null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="回访人", related_name="+", null=True, editable=False
    )
    works = models.CharField("还在上班吗", max_length=10, choices=StillWorks, blank=True, editable=False)
    pay = models.PositiveIntegerField("每月拿到手多少元", null=True, editable=False)
    has_contract = models.BooleanField("签了合同", null=True, editable=False)
    is_insured = models.BooleanField("交了社保", null=True, editable=False)
    employs = models.PositiveSmallIntegerField("带动就业几人", null=True, editable=False)
    problems = models.JSONField("有什么问题", default=list, blank=True, editable=False)
    note = EncryptedTextField("怎么说的", column="employment.FollowUp.note", text_length=500)
    concern = models.OneToOneField(
        "concerns.Concern", models.PROTECT, verbose_name="转成的诉求", related_name="from_follow_up", null=True,
        editable=False,
    )  # fmt: skip

    objects = FollowUpQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"seeker", "application", "startup", "month", "due_on", "state", "done_on", "done_by", "concern"}
        personal = {"works", "pay", "has_contract", "is_insured", "employs", "problems", "note"}

    class Meta:
        verbose_name = verbose_name_plural = "就业回访"
        default_permissions = ()
        indexes = [models.Index(fields=["due_on", "id"], name="employment_followup_sort")]
        constraints = [
            models.UniqueConstraint(fields=["application", "month"], name="employment_followup_once"),
            models.UniqueConstraint(fields=["startup", "month"], name="employment_followup_startup_once"),
            models.CheckConstraint(
                condition=Q(application=None, startup__isnull=False) | Q(application__isnull=False, startup=None),
                name="employment_followup_of_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=FollowUpState.values), name="employment_followup_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=FollowUpState.DONE, done_on__isnull=False, done_by__isnull=False)
                & Q(works__in=StillWorks.values)
                | ~Q(state=FollowUpState.DONE) & Q(done_on=None, done_by=None, works=""),
                name="employment_followup_done_says_how",
            ),
        ]

    def __str__(self):
        return f"{self.seeker.resident.name}：满 {self.month} 个月回访"

    def get_absolute_url(self):
        return reverse("employment:followup_detail", args=[self.pk])

    @property
    def is_kept(self):
        return self.works in WORKING

    @property
    def works_words(self):
        return STILL_RUNS[self.works] if self.startup_id and self.works else self.get_works_display()

    @property
    def work_words(self):
        """(what she does, where)."""
        if self.startup_id:
            return work_words(trade=self.startup.trade, kind=self.startup.get_kind_display())
        post, state = self.application.post, self.application.state
        return work_words(post=post.title, employer=post.employer.name, state=state)

    @property
    def problem_words(self):
        return [Problem(code).label for code in self.problems if code in Problem.values]
