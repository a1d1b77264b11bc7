"""The left-behind and difficult children's ledger."""

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
from households.models.resident import Resident


class ChildFileQuerySet(ScopedQuerySet):
    scope_path = "resident__area"

    def for_list(self):
        return self.select_related("resident", "resident__area", "officer")

    def open(self):
        """Files in care."""
        return self.filter(closed_on=None)

    def of_kind(self, kind):
        """Files that name `kind` among theirs; read as text, since SQLite knows no look-up inside a JSON list."""
        return self.annotate(kinds_text=Cast("kinds", models.TextField())).filter(kinds_text__contains=f'"{kind}"')


class ChildFile(Stamped):
    """留守（困境）儿童信息。 One child with a named officer who keeps contact (未成年人保护法 art. 43)."""

    resident = models.ForeignKey(Resident, models.PROTECT, verbose_name="儿童", related_name="child_files")
    kinds = models.JSONField("类型", default=list)
    guardian = models.CharField("监护人", max_length=50, blank=True)
    guardian_relation = models.CharField("与监护人关系", max_length=4, blank=True)
    carer = models.CharField("实际照料人", max_length=50, blank=True)
    school = models.CharField("就读学校", max_length=60, blank=True)
    parents = EncryptedTextField("父母去向", column="households.ChildFile.parents", text_length=200)
    situation = EncryptedTextField("情况说明", column="households.ChildFile.situation", text_length=500)
    contact_days = models.PositiveSmallIntegerField("联系间隔（天）", default=30)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="专人", related_name="child_files"
    )
    opened_on = models.DateField("登记日期", default=timezone.localdate)
    closed_on = models.DateField("退出日期", null=True, blank=True)
    closed_why = models.CharField("退出原因", max_length=60, blank=True)

    objects = ChildFileQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"resident", "officer", "contact_days", "opened_on", "closed_on", "closed_why"}
        sensitive = {
            "kinds", "guardian", "guardian_relation", "carer", "school", "parents", "situation",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "留守（困境）儿童"
        default_permissions = ("view", "add", "change")
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident"], condition=Q(closed_on=None), name="households_child_one_open"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, closed_why="") | (Q(closed_on__isnull=False) & ~Q(closed_why="")),
                name="households_child_exit_has_reason",
            ),
        ]

    def __str__(self):
        return f"{self.resident}"

    def get_absolute_url(self):
        return reverse("households:child_detail", args=[self.pk])
