"""The committee roster by term (届)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from fedhub.areas.models import AreaScoped, ScopedQuerySet
from fedhub.core.history import track
from fedhub.core.models import Stamped
from grids.enums import TermRole


class Term(AreaScoped):
    """届。 One term of a community's federation; its area is the community."""

    name = models.CharField("届次", max_length=30)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止（届满）", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"name", "starts_on", "ends_on", "note"}

    class Meta:
        verbose_name = verbose_name_plural = "届"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "-starts_on", "-id"], name="grids_term_area_sort"),
            models.Index(fields=["-starts_on", "-id"], name="grids_term_sort"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["area", "name"], name="grids_term_once"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=models.F("starts_on")), name="grids_term_dates"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("grids:term_detail", args=[self.pk])


class TermMemberQuerySet(ScopedQuerySet):
    scope_path = "term__area"


class TermMember(Stamped):
    """届中成员。 A member of the federation in one term, with or without a staff account."""

    term = models.ForeignKey(Term, models.PROTECT, verbose_name="届", related_name="members")
    name = models.CharField("姓名", max_length=50)
    role = models.CharField("职务", max_length=10, choices=TermRole)
    duty = models.CharField("分工", max_length=60, blank=True)
    workplace = models.CharField("工作单位", max_length=60, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="账号", related_name="term_seats", null=True, blank=True
    )
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True, blank=True)
    end_why = models.CharField("离任原因", max_length=60, blank=True)

    objects = TermMemberQuerySet.as_manager()
    history = track()

    class Privacy:
        public = {"name", "role"}
        internal = {"term", "duty", "user", "starts_on", "ends_on", "end_why"}
        personal = {"workplace"}

    class Meta:
        verbose_name = verbose_name_plural = "届中成员"
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="grids_member_dates"
            ),
            models.CheckConstraint(condition=Q(role__in=TermRole.values), name="grids_member_role_known"),
        ]

    def __str__(self):
        return f"{self.name} {self.get_role_display()}"
