"""Backbone women: who she is to the federation, from when to when, and at which level since when (handbook 9.1)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import ScopedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track
from fedhub.core.models import Stamped
from groups.backbone_enums import SKILL_LABELS, BackboneEnd, BackboneLevel, BackboneSource
from households.enums import ResidentState
from households.models import Resident


class BackboneQuerySet(ScopedQuerySet):
    scope_path = "resident__area"

    def current(self):
        """Those who are backbone women today."""
        return self.filter(valid_to=None)

    def once_each(self):
        """Without the files of records that were merged into others; those are read from the file of the one that stayed."""
        return self.exclude(resident__state=ResidentState.MERGED)

    def with_tasks_of(self, user):
        """Those who have something to do that `user` gave, not settled yet."""
        tasks = self.model._meta.get_field("tasks").related_model.objects
        return self.filter(pk__in=tasks.pending().given_by(user).values("backbone_id"))

    def who_can(self, skill):
        """Those with this Skill; read as text, since SQLite knows no look-up inside a JSON list."""
        return self.annotate(skills_text=Cast("skills", models.TextField())).filter(skills_text__contains=f'"{skill}"')


class Backbone(Stamped):
    """妇女骨干。 A woman on the books whom others follow, from a day to a day; her area of today decides who sees it.

    `level` is that of the latest LevelChange, kept in the same transaction; `keeper` is who of the staff keeps contact with her.
    """

    number = models.CharField("编号", max_length=20, unique=True, editable=False)
    resident = models.ForeignKey(Resident, models.PROTECT, verbose_name="居民", related_name="backbone_terms")
    skills = models.JSONField("专长", default=list, blank=True)
    can_do = models.CharField("专长说明", max_length=100, blank=True)
    source = models.CharField("怎样成为骨干", max_length=10, choices=BackboneSource)
    recommended_by = models.CharField("推荐人（单位）", max_length=60, blank=True)
    level = models.CharField(
        "级别", max_length=10, choices=BackboneLevel, default=BackboneLevel.COMMUNITY, editable=False
    )
    valid_from = models.DateField("起", default=timezone.localdate)
    valid_to = models.DateField("止", null=True, blank=True, editable=False)
    end_why = models.CharField("结束原因", max_length=10, choices=BackboneEnd, blank=True, editable=False)
    end_note = models.CharField("结束说明", max_length=100, blank=True, editable=False)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="联系执委", related_name="backbone_women"
    )
    note = EncryptedTextField("备注", column="groups.Backbone.note", text_length=200)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+", editable=False
    )

    objects = BackboneQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "number", "skills", "can_do", "source", "level", "valid_from", "valid_to", "end_why", "keeper", "created_by",
        }  # fmt: skip
        personal = {"resident", "recommended_by", "end_note", "note"}

    class Meta:
        verbose_name = verbose_name_plural = "妇女骨干"
        default_permissions = ("view", "add", "change")
        permissions = [
            ("export_backbone", "导出妇女骨干名册"),
            ("export_full_backbone", "导出妇女骨干名册（完整电话）"),
        ]
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="groups_backbone_sort"),
            models.Index(fields=["valid_from", "id"], name="groups_backbone_oldest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["resident"], condition=Q(valid_to=None), name="groups_backbone_once"),
            models.CheckConstraint(condition=Q(level__in=BackboneLevel.values), name="groups_backbone_level_known"),
            models.CheckConstraint(condition=Q(source__in=BackboneSource.values), name="groups_backbone_source_known"),
            models.CheckConstraint(
                condition=Q(valid_to=None, end_why="")
                | Q(valid_to__isnull=False, valid_to__gte=models.F("valid_from"), end_why__in=BackboneEnd.values),
                name="groups_backbone_end_has_day_and_reason",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.resident.name}（骨干）"

    def get_absolute_url(self):
        return reverse("groups:backbone_detail", args=[self.pk])

    @property
    def is_current(self):
        """True while she is a backbone woman."""
        return self.valid_to is None

    @property
    def skill_words(self):
        """What she can do, in words."""
        return skill_words(self.skills)


def skill_words(codes):
    """Labels of skill codes, in the order of the list."""
    return [label for code, label in SKILL_LABELS.items() if code in codes]


class OfBackboneQuerySet(ScopedQuerySet):
    scope_path = "backbone__resident__area"


class LevelChange(Stamped):
    """级别变动。 Her level from a day on, and on whose paper it rests."""

    backbone = models.ForeignKey(Backbone, models.PROTECT, verbose_name="骨干", related_name="levels")
    level = models.CharField("级别", max_length=10, choices=BackboneLevel)
    since = models.DateField("从哪天起", default=timezone.localdate)
    ground = models.CharField("依据（文件、会议）", max_length=60, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+", editable=False
    )

    objects = OfBackboneQuerySet.as_manager()

    class Privacy:
        internal = {"backbone", "level", "since", "ground", "recorded_by"}

    class Meta:
        verbose_name = verbose_name_plural = "骨干级别变动"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["backbone", "since"], name="groups_level_one_a_day"),
            models.CheckConstraint(condition=Q(level__in=BackboneLevel.values), name="groups_level_known"),
        ]

    def __str__(self):
        return f"{self.get_level_display()} {self.since}"
