"""What stands in a backbone woman's file: trainings, tasks, honours, evaluations. A wrong line is struck, never changed."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from fedhub.core.fields import EncryptedTextField
from fedhub.core.models import Stamped
from groups.backbone_enums import PENDING, Grade, HonourKind, HonourLevel, TaskState
from groups.models.backbone import Backbone, OfBackboneQuerySet

FIRST_YEAR, LAST_YEAR = 1950, 2100


class LineQuerySet(OfBackboneQuerySet):
    def standing(self):
        """Not struck."""
        return self.filter(void_on=None)


class StruckLine(Stamped):
    """A line that is struck with a day and a reason when it is wrong."""

    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+", editable=False
    )
    void_on = models.DateField("作废日期", null=True, editable=False)
    void_why = models.CharField("作废原因", max_length=100, blank=True, editable=False)

    objects = LineQuerySet.as_manager()

    class Privacy:
        internal = {"backbone", "recorded_by", "void_on", "void_why"}

    class Meta:
        abstract = True
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(void_on=None, void_why="") | Q(void_on__isnull=False) & ~Q(void_why=""),
                name="%(app_label)s_%(class)s_struck_says_why",
            )
        ]


class Training(StruckLine):
    """培训。 What she learned: a day, hours, who held it, the certificate."""

    backbone = models.ForeignKey(Backbone, models.PROTECT, verbose_name="骨干", related_name="trainings")
    on = models.DateField("日期", default=timezone.localdate)
    name = models.CharField("培训内容", max_length=60)
    hours = models.PositiveSmallIntegerField("学时", validators=[MinValueValidator(1), MaxValueValidator(500)])
    organiser = models.CharField("谁办的", max_length=60, blank=True)
    certificate = models.CharField("证书（名称、编号）", max_length=60, blank=True)

    class Privacy:
        internal = {"on", "name", "hours", "organiser", "certificate"}

    class Meta(StruckLine.Meta):
        verbose_name = verbose_name_plural = "骨干培训"
        indexes = [models.Index(fields=["backbone", "-on", "-id"], name="groups_training_sort")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return self.backbone.get_absolute_url()


class Honour(StruckLine):
    """荣誉。"""

    backbone = models.ForeignKey(Backbone, models.PROTECT, verbose_name="骨干", related_name="honours")
    kind = models.CharField("荣誉", max_length=10, choices=HonourKind)
    title = models.CharField("全称", max_length=60, blank=True)
    level = models.CharField("级别", max_length=10, choices=HonourLevel)
    year = models.PositiveSmallIntegerField(
        "年度", validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    paper = models.CharField("文号", max_length=40, blank=True)
    issuer = models.CharField("授予单位", max_length=60, blank=True)

    class Privacy:
        internal = {"kind", "title", "level", "year", "paper", "issuer"}

    class Meta(StruckLine.Meta):
        verbose_name = verbose_name_plural = "骨干荣誉"
        indexes = [models.Index(fields=["backbone", "-year", "-id"], name="groups_honour_sort")]
        constraints = [
            *StruckLine.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=HonourKind.values), name="groups_honour_kind_known"),
            models.CheckConstraint(condition=Q(level__in=HonourLevel.values), name="groups_honour_level_known"),
        ]

    def __str__(self):
        return f"{self.year} {self.words}"

    def get_absolute_url(self):
        return self.backbone.get_absolute_url()

    @property
    def words(self):
        """What it is called: its own full name, else level and kind."""
        return self.title or f"{self.get_level_display()}{self.get_kind_display()}"


class Evaluation(StruckLine):
    """年度评价。 How she was found in a year, in a grade and in words. She never reads it."""

    backbone = models.ForeignKey(Backbone, models.PROTECT, verbose_name="骨干", related_name="evaluations")
    year = models.PositiveSmallIntegerField(
        "年度", validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    grade = models.CharField("评价", max_length=10, choices=Grade)
    words = EncryptedTextField("评语", column="groups.Evaluation.words", text_length=300)

    class Privacy:
        internal = {"year"}
        personal = {"grade", "words"}

    class Meta(StruckLine.Meta):
        verbose_name = verbose_name_plural = "骨干年度评价"
        default_permissions = ("view", "add")
        constraints = [
            *StruckLine.Meta.constraints,
            models.UniqueConstraint(
                fields=["backbone", "year"], condition=Q(void_on=None), name="groups_evaluation_one_a_year"
            ),
            models.CheckConstraint(condition=Q(grade__in=Grade.values), name="groups_evaluation_grade_known"),
        ]

    def __str__(self):
        return f"{self.year} 年度评价"

    def get_absolute_url(self):
        return self.backbone.get_absolute_url()


class TaskQuerySet(OfBackboneQuerySet):
    def pending(self):
        """Not settled yet."""
        return self.filter(state__in=PENDING)

    def given_by(self, user):
        """Those that `user` gave."""
        return self.filter(given_by=user)


class BackboneTask(Stamped):
    """任务。 What she was asked to do, by whom and by when; done with a result, or not."""

    backbone = models.ForeignKey(Backbone, models.PROTECT, verbose_name="骨干", related_name="tasks")
    what = models.CharField("做什么", max_length=100)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁交办的", related_name="given_backbone_tasks",
        editable=False,
    )  # fmt: skip
    given_on = models.DateField("交办日期", default=timezone.localdate, editable=False)
    due_on = models.DateField("什么时候以前")
    state = models.CharField("状态", max_length=10, choices=TaskState, default=TaskState.OPEN, editable=False)
    # What she said herself on her own page: that it is done, or why she cannot.
    said = models.CharField("她说", max_length=100, blank=True, editable=False)
    said_on = models.DateField("哪天说的", null=True, editable=False)
    done_on = models.DateField("办好日期", null=True, editable=False)
    result = models.CharField("结果", max_length=200, blank=True, editable=False)

    objects = TaskQuerySet.as_manager()

    class Privacy:
        internal = {"backbone", "what", "given_by", "given_on", "due_on", "state", "said_on", "done_on", "result"}
        personal = {"said"}

    class Meta:
        verbose_name = verbose_name_plural = "骨干任务"
        default_permissions = ("add",)
        indexes = [
            models.Index(fields=["backbone", "state", "due_on"], name="groups_bbtask_backbone"),
            models.Index(fields=["given_by", "state", "due_on", "id"], name="groups_bbtask_giver"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="groups_bbtask_state_known"),
            models.CheckConstraint(
                condition=Q(state=TaskState.DONE, done_on__isnull=False) & ~Q(result="")
                | ~Q(state=TaskState.DONE) & Q(done_on=None),
                name="groups_bbtask_done_has_day_and_result",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("given_on")), name="groups_bbtask_due_after_given"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[TaskState.SAID, TaskState.DECLINED]) | Q(said_on__isnull=False),
                name="groups_bbtask_said_has_day",
            ),
        ]

    def __str__(self):
        return self.what

    def get_absolute_url(self):
        return self.backbone.get_absolute_url()
