"""Who looks for work, what she can do and wishes, what makes it hard, and who walks with her (handbook 8.1, 8.3)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from concerns.models import Concern
from employment.ages import is_young_worker
from employment.enums import (
    JobKind,
    LostWhy,
    Occupation,
    SeekerEnd,
    SeekerSource,
    SeekerState,
    SkillLevel,
    WorkKind,
)
from fedhub.areas.models import ScopedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track
from fedhub.core.models import Stamped
from fedhub.core.text import mask_all
from fedhub.reference.lookup import label

LOOKING = [SeekerState.REGISTERED, SeekerState.ACTIVE]


class SeekerQuerySet(ScopedQuerySet):
    scope_path = "resident__area"

    def open(self):
        """On the books of job support."""
        return self.exclude(state=SeekerState.CLOSED)

    def who_want(self, kind):
        """Those who wish for this JobKind; read as text, since SQLite knows no look-up inside a JSON list."""
        return self.annotate(wanted_text=Cast("wanted", models.TextField())).filter(wanted_text__contains=f'"{kind}"')

    def in_difficulty(self, code, day=None):
        """Those with the recognised difficulty `code` that is valid on `day` (default today)."""
        day = day or timezone.localdate()
        valid = Difficulty.objects.valid_on(day).filter(kind=code)
        return self.filter(pk__in=valid.values("seeker"))


class Seeker(Stamped):
    """求职登记。 One registration of one person; her area of today decides who sees it.

    Marriage and children are no part of it: nobody may ask for them when work is given (妇女权益保障法 art. 43). The hours she
    has are asked as hours.
    """

    resident = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="居民", related_name="job_seeking"
    )
    state = models.CharField(
        "状态", max_length=10, choices=SeekerState, default=SeekerState.REGISTERED, editable=False
    )
    source = models.CharField("从哪里来", max_length=10, choices=SeekerSource, default=SeekerSource.VISIT)
    registered_on = models.DateField("登记日期", default=timezone.localdate, editable=False)
    occupation = models.CharField("目前状况", max_length=10, choices=Occupation, default=Occupation.LOOKING)
    lost_on = models.DateField("失业日期", null=True, blank=True)
    lost_why = models.CharField("失业原因", max_length=10, choices=LostWhy, blank=True)
    work_number = models.CharField("就业创业证号", max_length=30, blank=True)
    is_insured = models.BooleanField("参加社会保险", null=True, blank=True)
    wanted = models.JSONField("想做什么", default=list)
    work_kinds = models.JSONField("用工形式", default=list, blank=True)
    pay_from = models.PositiveIntegerField("每月至少多少元", null=True, blank=True)
    free_from = models.TimeField("每天几点以后", null=True, blank=True)
    free_until = models.TimeField("每天几点以前", null=True, blank=True)
    free_weekends = models.BooleanField("周末也可以", default=False)
    walk_minutes = models.PositiveSmallIntegerField("步行最多几分钟", null=True, blank=True)
    wants_training = models.BooleanField("想参加培训", default=False)
    wants_business = models.BooleanField("想创业", default=False)
    note = EncryptedTextField("想要什么帮助", column="employment.Seeker.note", text_length=300)
    limits = EncryptedTextField("身体条件限制", column="employment.Seeker.limits", text_length=200)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="跟进负责人", related_name="job_seekers"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+", editable=False
    )
    ended_on = models.DateField("注销日期", null=True, editable=False)
    end_why = models.CharField("注销原因", max_length=10, choices=SeekerEnd, blank=True, editable=False)

    objects = SeekerQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "resident", "state", "source", "registered_on", "lead", "created_by", "ended_on", "end_why", "version",
        }  # fmt: skip
        personal = {
            "occupation", "lost_on", "lost_why", "work_number", "is_insured", "wanted", "work_kinds", "pay_from",
            "free_from", "free_until", "free_weekends", "walk_minutes", "wants_training", "wants_business", "note",
        }  # fmt: skip
        sensitive = {"limits"}
        masks = {"limits": mask_all}
        reveal = "employment.change_seeker"
        person = "resident"

    class Meta:
        verbose_name = verbose_name_plural = "求职登记"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="employment_seeker_sort"),
            models.Index(fields=["state", "-updated_at", "-id"], name="employment_seeker_state"),
            # With whose it is: those of a period are counted by their places from the index alone.
            models.Index(fields=["registered_on", "id", "resident", "state"], name="employment_seeker_oldest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SeekerState.values), name="employment_seeker_state_known"),
            models.CheckConstraint(
                condition=Q(state=SeekerState.CLOSED, ended_on__isnull=False) & ~Q(end_why="")
                | ~Q(state=SeekerState.CLOSED) & Q(ended_on=None, end_why=""),
                name="employment_seeker_closed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(free_from=None) | Q(free_until=None) | Q(free_until__gt=F("free_from")),
                name="employment_seeker_hours", violation_error_message="“几点以前”要晚于“几点以后”。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.resident.name}的求职登记"

    def get_absolute_url(self):
        return reverse("employment:seeker_detail", args=[self.pk])

    @property
    def is_young(self):
        """True from 16 to 17: no heavy, dangerous or night work (未成年人保护法 art. 61)."""
        return is_young_worker(self.resident.birth, timezone.localdate())

    @property
    def wanted_words(self):
        return [JobKind(code).label for code in self.wanted if code in JobKind.values]

    @property
    def work_words(self):
        return [WorkKind(code).label for code in self.work_kinds if code in WorkKind.values]

    @property
    def hours_words(self):
        """The hours that she has, in words; '' when she said nothing of them."""
        parts = []
        if self.free_from:
            parts.append(f"{self.free_from:%H:%M} 以后")
        if self.free_until:
            parts.append(f"{self.free_until:%H:%M} 以前")
        if parts:
            parts.append("周末也可以" if self.free_weekends else "周末不行")
        return "，".join(parts)


class OfSeekerQuerySet(ScopedQuerySet):
    scope_path = "seeker__resident__area"


class DifficultyQuerySet(OfSeekerQuerySet):
    def valid_on(self, day):
        """Those that hold on `day`."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gte=day))


class Difficulty(models.Model):
    """就业困难认定。 What the labour office recognised, by which authority, from when to when (就业促进法 art. 52): a copy, never
    decided here. A line is never edited: it ends."""

    seeker = models.ForeignKey(Seeker, models.PROTECT, verbose_name="求职登记", related_name="difficulties")
    kind = models.CharField("困难类型", max_length=4)
    authority = models.CharField("认定机关", max_length=60)
    certificate = models.CharField("认定书编号", max_length=40, blank=True)
    valid_from = models.DateField("从哪天起", default=timezone.localdate)
    valid_to = models.DateField("到哪天止", null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+")
    recorded_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)

    objects = DifficultyQuerySet.as_manager()

    class Privacy:
        internal = {"id", "seeker", "recorded_by", "recorded_at"}
        sensitive = {"kind", "authority", "certificate", "valid_from", "valid_to"}

    class Meta:
        verbose_name = verbose_name_plural = "就业困难认定"
        default_permissions = ()
        ordering = ["-valid_from", "-id"]
        indexes = [models.Index(fields=["kind", "seeker"], name="employment_difficulty_kind")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="employment_difficulty_dates",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return label("job_difficulty", self.kind)

    def get_absolute_url(self):
        return self.seeker.get_absolute_url()

    def holds(self):
        """True today."""
        today = timezone.localdate()
        return self.valid_from <= today and (self.valid_to is None or self.valid_to >= today)


class Skill(models.Model):
    """技能和证书。 What she can do and which certificate says so; a wrong line is struck out with a reason."""

    seeker = models.ForeignKey(Seeker, models.PROTECT, verbose_name="求职登记", related_name="skills")
    kind = models.CharField("会做什么", max_length=10, choices=JobKind)
    level = models.CharField("证书等级", max_length=10, choices=SkillLevel, default=SkillLevel.NONE)
    title = models.CharField("证书名称", max_length=60, blank=True)
    number = models.CharField("证书编号", max_length=40, blank=True)
    issuer = models.CharField("发证单位", max_length=60, blank=True)
    issued_on = models.DateField("发证日期", null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+")
    recorded_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)
    void_on = models.DateField("作废日期", null=True, editable=False)
    void_why = models.CharField("作废理由", max_length=60, blank=True, editable=False)

    objects = OfSeekerQuerySet.as_manager()

    class Privacy:
        internal = {"id", "seeker", "recorded_by", "recorded_at", "void_on", "void_why"}
        personal = {"kind", "level", "title", "number", "issuer", "issued_on"}

    class Meta:
        verbose_name = verbose_name_plural = "技能和证书"
        default_permissions = ()
        ordering = ["kind", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=JobKind.values), name="employment_skill_kind_known"),
            models.CheckConstraint(condition=Q(level__in=SkillLevel.values), name="employment_skill_level_known"),
            models.CheckConstraint(
                condition=Q(void_on=None, void_why="") | Q(void_on__isnull=False) & ~Q(void_why=""),
                name="employment_skill_void_has_reason",
            ),
        ]

    def __str__(self):
        return self.get_kind_display()

    def get_absolute_url(self):
        return self.seeker.get_absolute_url()


class CirclePerson(models.Model):
    """跟进小组。 Who walks with her besides the lead, from a day to a day."""

    seeker = models.ForeignKey(Seeker, models.PROTECT, verbose_name="求职登记", related_name="circle")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="成员", related_name="+")
    does = models.CharField("做什么", max_length=60)
    valid_from = models.DateField("从哪天起", default=timezone.localdate)
    valid_to = models.DateField("到哪天止", null=True, blank=True, editable=False)

    objects = OfSeekerQuerySet.as_manager()

    class Privacy:
        internal = {"id", "seeker", "user", "does", "valid_from", "valid_to"}

    class Meta:
        verbose_name = verbose_name_plural = "跟进小组"
        default_permissions = ()
        ordering = ["valid_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["seeker", "user"], condition=Q(valid_to=None), name="employment_circle_once",
                violation_error_message="已经在跟进小组里。",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="employment_circle_dates"
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.user.name

    def get_absolute_url(self):
        return self.seeker.get_absolute_url()


class SeekerConcern(models.Model):
    """来源诉求。 A concern that a registration was opened for, or that came to an open one."""

    concern = models.OneToOneField(Concern, models.PROTECT, verbose_name="诉求", related_name="in_employment")
    seeker = models.ForeignKey(Seeker, models.PROTECT, verbose_name="求职登记", related_name="from_concerns")
    added_on = models.DateField("转入日期", default=timezone.localdate)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="转入人", related_name="+")

    objects = OfSeekerQuerySet.as_manager()

    class Privacy:
        internal = {"id", "concern", "seeker", "added_on", "added_by"}

    class Meta:
        verbose_name = verbose_name_plural = "求职登记的来源诉求"
        default_permissions = ()

    def __str__(self):
        return f"{self.concern} → {self.seeker}"
