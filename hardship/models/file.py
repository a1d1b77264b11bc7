"""The file of a family in hardship (一户一档), its way from found to closed, and who may read a guarded one."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped, ScopedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track
from fedhub.core.text import mask_all
from hardship.enums import FileExit, FileState, FoundHow, Level, ReviewKind

APPROVE = "hardship.approve_hardshipfile"
# A change of level that nobody has decided on; asked as the partial index has it.
UNDECIDED = Q(confirmed_on=None, refused_on=None, level_before__isnull=False) & ~Q(level_before=F("level"))

# What was put before whoever decides: a family to take in, one to let go.
ASKED = Q(state__in=[FileState.PROPOSED, FileState.EXITING])


def readable(user, prefix=""):
    """Q of rows whose file (at `prefix`, such as "file__") `user` may read: those that are not guarded, her own, those she
    was named for, and, for whoever decides on files, all in her places (acceptance F2.7)."""
    open_to = Q(**{f"{prefix}guarded": False}) | Q(**{f"{prefix}officer": user}) | Q(**{f"{prefix}created_by": user})
    named = FileReader.objects.in_force().filter(user=user).values("file_id")
    open_to |= Q(**{f"{prefix}pk__in": named}) if prefix else Q(pk__in=named)
    places = user.scope(APPROVE)
    if places is None:
        return Q()
    if places:
        open_to |= Q(**{f"{prefix}area_id__in": places})
    return open_to


class CircledQuerySet(ScopedQuerySet):
    """Rows that a guarded file may keep from whoever is not in its circle. `file_path` leads to the file ("" from the file
    itself); `view_permission` is the right to look at them, by default the one of this model."""

    file_path = ""
    view_permission = None

    def readable_to(self, user):
        """Rows that are not kept from `user`, wherever they lie."""
        return self.filter(readable(user, self.file_path))

    def visible_to(self, user, permission=None):
        """Rows in the user's places that are not kept from her."""
        return super().visible_to(user, permission or self.view_permission).readable_to(user)


class OfFileQuerySet(CircledQuerySet):
    """Rows that belong to a file: seen by whoever may see the file, where the family lives today."""

    scope_path, file_path = "file__area", "file__"
    view_permission = "hardship.view_hardshipfile"


class HardshipFileQuerySet(CircledQuerySet):
    def for_page(self):
        """With what the file's own page says of others, and no more: a person and a family are many columns."""
        own = [field.name for field in self.model._meta.concrete_fields]
        home = [f"household__{name}" for name in ("head_name", "first_name", "number", "address", "state", "housing")]
        names = ["area__name", "area__code", "area__kind", "subject__name", "officer__name", "approved_by__name"]
        return self.select_related("area", "household", "subject", "officer", "approved_by").only(*own, *home, *names)

    def open(self):
        """Not closed; asked as the partial index has it."""
        return self.filter(closed_on=None)

    def in_care(self):
        """Approved and not closed: the family is being helped or watched."""
        return self.open().filter(approved_on__isnull=False)


class HardshipFile(AreaScoped):
    """困难家庭档案。 One family, one file: how hard it is for them, why, what is done, until they stand on their own feet.

    `area` follows the household. A guarded file (`guarded`) is seen by its officer, who opened it, who decides on files, and
    by those named for a time; for everybody else it is not there. `level` is decided by a person at a Review; the score
    sheet only suggests (PIPL art. 24).
    """

    number = models.CharField("档案编号", max_length=30, unique=True)
    household = models.ForeignKey(
        "households.Household", models.PROTECT, verbose_name="家庭", related_name="hardship_files"
    )
    subject = models.ForeignKey(
        "households.Resident",
        models.PROTECT,
        verbose_name="主要帮扶对象",
        related_name="hardship_files",
        null=True,
        blank=True,
    )
    category = models.CharField("主要困难类别", max_length=4, blank=True)
    found_how = models.CharField("怎么发现的", max_length=10, choices=FoundHow, default=FoundHow.VISIT)
    found_on = models.DateField("发现日期", default=timezone.localdate)
    situation = EncryptedTextField("困难情况", column="hardship.HardshipFile.situation", text_length=1000)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="责任人",
        related_name="hardship_files",
        null=True,
        blank=True,
    )
    guarded = models.BooleanField("限定人员可看", default=False)
    state = models.CharField("状态", max_length=10, choices=FileState, default=FileState.FOUND, editable=False)
    level = models.PositiveSmallIntegerField("困难等级", choices=Level, null=True, blank=True, editable=False)
    approved_on = models.DateField("建档日期", null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="审核人", related_name="+", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="提交人", related_name="+", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    review_due_on = models.DateField("下次复核", null=True, blank=True, editable=False)
    watch_until = models.DateField("观察期至", null=True, blank=True, editable=False)
    closed_on = models.DateField("退出日期", null=True, blank=True, editable=False)
    exit_reason = models.CharField("退出原因", max_length=15, choices=FileExit, blank=True, editable=False)
    exit_note = EncryptedTextField("退出说明", column="hardship.HardshipFile.exit_note", text_length=300)

    objects = HardshipFileQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "number", "household", "officer", "guarded", "state", "approved_on", "approved_by", "proposed_by",
            "found_how", "found_on", "review_due_on", "watch_until", "closed_on",
        }  # fmt: skip
        sensitive = {"subject", "category", "situation", "level", "exit_reason", "exit_note"}
        masks = {"situation": mask_all, "exit_note": mask_all}
        reveal = "hardship.view_hardshipfile"

    class Meta:
        verbose_name = verbose_name_plural = "困难家庭档案"
        default_permissions = ("view", "add", "change")
        permissions = [
            ("approve_hardshipfile", "审核建档、等级、退出"),
            ("export_hardshipfile", "导出困难家庭台账"),
            ("export_full_hardshipfile", "导出不遮挡的困难家庭台账"),
        ]
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="hardship_file_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="hardship_file_sort"),
            models.Index(fields=["area", "level", "id"], name="hardship_file_area_level"),
            models.Index(fields=["level", "id"], name="hardship_file_level"),
            models.Index(fields=["area", "review_due_on", "id"], name="hardship_file_area_review"),
            models.Index(fields=["review_due_on", "id"], name="hardship_file_review"),
            # With the day in it, so that what is overdue is found without reading each file.
            models.Index(
                fields=["-updated_at", "-id", "review_due_on"],
                condition=Q(closed_on=None, approved_on__isnull=False),
                name="hardship_file_care_sort",
            ),
            models.Index(fields=["updated_at", "id"], condition=ASKED, name="hardship_file_asked"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(closed_on=None), name="hardship_file_one_open_a_family"
            ),
            models.CheckConstraint(condition=Q(state__in=FileState.values), name="hardship_file_state_known"),
            models.CheckConstraint(
                condition=Q(level=None) | Q(level__in=Level.values), name="hardship_file_level_known"
            ),
            models.CheckConstraint(
                condition=Q(found_how__in=FoundHow.values), name="hardship_file_found_how_known"
            ),
            models.CheckConstraint(
                condition=Q(state=FileState.CLOSED, closed_on__isnull=False, exit_reason__in=FileExit.values)
                | ~Q(state=FileState.CLOSED) & Q(closed_on=None, exit_reason=""),
                name="hardship_file_closed_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["active", "exiting", "watched"])
                | Q(level__isnull=False, approved_on__isnull=False, approved_by__isnull=False, review_due_on__isnull=False),
                name="hardship_file_in_care_is_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["proposed", "exiting"]) | Q(proposed_by__isnull=False),
                name="hardship_file_proposed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=FileState.WATCHED) | Q(watch_until__isnull=False),
                name="hardship_file_watched_has_end",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")),
                name="hardship_file_approved_by_another",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("hardship:file_detail", args=[self.pk])

    @property
    def is_open(self):
        """True until the file is closed."""
        return self.closed_on is None


class FileStage(models.Model):
    """档案阶段。 In which state a file was from when to when, who put it there and why: the way of the file in dated rows.

    Written by the services of the life cycle alone, never edited.
    """

    file = models.ForeignKey(HardshipFile, models.PROTECT, verbose_name="档案", related_name="stages")
    state = models.CharField("状态", max_length=10, choices=FileState)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)
    reason = EncryptedTextField("说明", column="hardship.FileStage.reason", text_length=300)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="办理人", related_name="+", null=True
    )
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = OfFileQuerySet.as_manager()

    class Privacy:
        internal = {"id", "file", "state", "valid_from", "valid_to", "recorded_by", "recorded_at"}
        sensitive = {"reason"}

    class Meta:
        verbose_name = verbose_name_plural = "档案阶段"
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["file"], condition=Q(valid_to=None), name="hardship_stage_one_current"),
            models.CheckConstraint(condition=Q(state__in=FileState.values), name="hardship_stage_state_known"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="hardship_stage_dates"
            ),
        ]

    def __str__(self):
        return f"{self.file} {self.get_state_display()}"


class Review(models.Model):
    """等级评定（复核）。 What the score sheet suggested, which level a person decided and why; never edited.

    Where the level changes, somebody who decides on files confirms it: `confirmed_on` is empty until then, and the level
    of the file stays. A regular review without a change needs no confirmation.
    """

    file = models.ForeignKey(HardshipFile, models.PROTECT, verbose_name="档案", related_name="reviews")
    kind = models.CharField("种类", max_length=10, choices=ReviewKind, default=ReviewKind.REGULAR)
    on = models.DateField("日期", default=timezone.localdate)
    parts = models.JSONField("评分", default=list, editable=False)
    score = models.PositiveSmallIntegerField("得分", editable=False)
    suggested = models.PositiveSmallIntegerField("建议等级", choices=Level, editable=False)
    level_before = models.PositiveSmallIntegerField("原等级", choices=Level, null=True, editable=False)
    level = models.PositiveSmallIntegerField("评定等级", choices=Level)
    reason = EncryptedTextField("理由", column="hardship.Review.reason", text_length=500)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="评定人", related_name="+")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="确认人", related_name="+", null=True, editable=False
    )
    confirmed_on = models.DateField("确认日期", null=True, editable=False)
    refused_why = EncryptedTextField("不同意的理由", column="hardship.Review.refused_why", text_length=300)
    refused_on = models.DateField("退回日期", null=True, editable=False)
    recorded_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)

    objects = OfFileQuerySet.as_manager()

    class Privacy:
        internal = {"id", "file", "kind", "on", "made_by", "confirmed_by", "confirmed_on", "refused_on", "recorded_at"}
        sensitive = {"parts", "score", "suggested", "level_before", "level", "reason", "refused_why"}

    class Meta:
        verbose_name = verbose_name_plural = "等级评定"
        default_permissions = ()
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["on", "id"], condition=UNDECIDED, name="hardship_review_undecided")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ReviewKind.values), name="hardship_review_kind_known"),
            models.CheckConstraint(
                condition=Q(level__in=Level.values, suggested__in=Level.values), name="hardship_review_level_known"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on=None, confirmed_by=None)
                | Q(confirmed_on__isnull=False, confirmed_by__isnull=False, refused_on=None),
                name="hardship_review_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None)
                | ~Q(confirmed_by=F("made_by"))
                | Q(level_before=F("level"))
                | Q(kind=ReviewKind.RELAPSE),
                name="hardship_review_change_confirmed_by_another",
            ),
        ]

    def __str__(self):
        return f"{self.file} {self.on} {self.get_level_display()}"


class FileReaderQuerySet(OfFileQuerySet):
    def in_force(self, day=None):
        """Those that hold on `day` (default today)."""
        day = day or timezone.localdate()
        return self.filter(valid_from__lte=day, valid_to__gte=day)


class FileReader(models.Model):
    """可看人员。 Somebody named to read a guarded file until a day, by whom and why; it ends by itself."""

    file = models.ForeignKey(HardshipFile, models.PROTECT, verbose_name="档案", related_name="readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="人员", related_name="+")
    valid_from = models.DateField("起", default=timezone.localdate)
    valid_to = models.DateField("止")
    why = models.CharField("事由", max_length=60)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="批准人", related_name="+")

    objects = FileReaderQuerySet.as_manager()

    class Privacy:
        internal = {"id", "file", "user", "valid_from", "valid_to", "why", "given_by"}

    class Meta:
        verbose_name = verbose_name_plural = "可看人员"
        default_permissions = ()
        indexes = [models.Index(fields=["user", "valid_to"], name="hardship_reader_user")]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="hardship_reader_dates"),
            models.CheckConstraint(condition=~Q(user=F("given_by")), name="hardship_reader_given_by_another"),
            models.CheckConstraint(condition=~Q(why=""), name="hardship_reader_has_reason"),
        ]

    def __str__(self):
        return f"{self.file} {self.user}"
