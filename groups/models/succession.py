"""后备名单: whom of the backbone women one thinks of for a post, and how far that went."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped, ScopedQuerySet
from groups.backbone_enums import STANDING, SuccessorState
from groups.models.backbone import Backbone


class SuccessorQuerySet(ScopedQuerySet):
    def standing(self):
        """Proposed, or on the list."""
        return self.filter(state__in=STANDING)


class Successor(AreaScoped):
    """后备人选。 A backbone woman proposed for a post. The post belongs to whichever app keeps it (accounts.posts): `kind` and
    `ref` name it, `post` says what it was called on that day; `area` is where it lies."""

    kind = models.CharField("岗位种类", max_length=20, editable=False)
    ref = models.PositiveBigIntegerField("哪个岗位", editable=False)
    post = models.CharField("岗位", max_length=60, editable=False)
    backbone = models.ForeignKey(Backbone, models.PROTECT, verbose_name="骨干", related_name="nominations")
    why = models.CharField("推荐理由", max_length=100)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="提名人", related_name="+", editable=False
    )
    proposed_on = models.DateField("提名日期", default=timezone.localdate, editable=False)
    state = models.CharField(
        "状态", max_length=10, choices=SuccessorState, default=SuccessorState.PROPOSED, editable=False
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁决定的", related_name="+", null=True, editable=False
    )
    decided_on = models.DateField("决定日期", null=True, editable=False)
    ended_why = models.CharField("为什么", max_length=100, blank=True, editable=False)

    objects = SuccessorQuerySet.as_manager()

    class Privacy:
        internal = {
            "kind", "ref", "post", "backbone", "proposed_by", "proposed_on", "state", "decided_by", "decided_on",
        }  # fmt: skip
        personal = {"why", "ended_why"}

    class Meta:
        verbose_name = verbose_name_plural = "后备人选"
        default_permissions = ("view", "change")
        indexes = [
            models.Index(fields=["area", "-proposed_on", "-id"], name="groups_successor_area_sort"),
            models.Index(fields=["-proposed_on", "-id"], name="groups_successor_sort"),
            models.Index(fields=["kind", "ref", "state"], name="groups_successor_post"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SuccessorState.values), name="groups_successor_state_known"),
            models.UniqueConstraint(
                fields=["kind", "ref", "backbone"], condition=Q(state__in=STANDING), name="groups_successor_once"
            ),
            models.CheckConstraint(
                condition=Q(state=SuccessorState.PROPOSED, decided_on=None)
                | ~Q(state=SuccessorState.PROPOSED) & Q(decided_on__isnull=False),
                name="groups_successor_decided_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[SuccessorState.REFUSED, SuccessorState.DROPPED]) | ~Q(ended_why=""),
                name="groups_successor_end_has_reason",
            ),
        ]

    def __str__(self):
        return f"{self.post}后备"

    def get_absolute_url(self):
        return f"{reverse('groups:succession')}#post-{self.kind}-{self.ref}"
