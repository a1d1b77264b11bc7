"""Links of the federation with every woman, and many of them made or handed over at once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped, ScopedQuerySet
from fedhub.core.history import track
from fedhub.core.models import Stamped
from households.enums import OF_GROUPS, ContactHow, LinkEnd, LinkKind
from households.models.resident import Resident

# A link that names somebody who looks after her; joined with "the link is open" where coverage is counted.
NAMED = ~Q(kind__in=OF_GROUPS) | Q(person__isnull=False)


class LinkQuerySet(ScopedQuerySet):
    scope_path = "resident__area"

    def open(self):
        """Links that hold now."""
        return self.filter(valid_to=None)

    def named(self):
        """Links that name somebody who looks after her."""
        return self.filter(NAMED)


class Link(Stamped):
    """联系人。 Through whom the federation reaches a woman, from a day to a day; it follows her area.

    Who it is stands as an account (`person`) or in words (`name`: somebody without an account, a group). `noted_*` is
    what somebody wrote down of the last contact, `last_*` the later of that and of the visits at which this person met
    her: derived, written by services.link alone.
    """

    resident = models.ForeignKey(Resident, models.PROTECT, verbose_name="妇女", related_name="links")
    kind = models.CharField("种类", max_length=10, choices=LinkKind)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="联系人（有账号的）",
        related_name="links",
        null=True,
        blank=True,
    )
    name = models.CharField("联系人（没有账号的）、小组或群名", max_length=50, blank=True)
    valid_from = models.DateField("起", default=timezone.localdate)
    valid_to = models.DateField("止", null=True, blank=True)
    end_reason = models.CharField("结束原因", max_length=10, choices=LinkEnd, blank=True)
    noted_on = models.DateField("登记的最近联系", null=True, blank=True)
    noted_how = models.CharField("怎样联系", max_length=10, choices=ContactHow, blank=True)
    last_on = models.DateField("最近联系", null=True, blank=True, editable=False)
    last_how = models.CharField("最近怎样联系", max_length=10, choices=ContactHow, blank=True, editable=False)

    objects = LinkQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "resident", "kind", "person", "valid_from", "valid_to", "end_reason", "noted_on", "noted_how", "last_on",
            "last_how",
        }  # fmt: skip
        personal = {"name"}

    class Meta:
        verbose_name = verbose_name_plural = "联系人"
        default_permissions = ("view", "add", "change")
        permissions = [("assign_link", "批量指定、移交联系人")]
        ordering = ["id"]
        indexes = [
            models.Index(fields=["resident", "valid_to", "kind"], name="households_link_resident"),
            models.Index(fields=["person", "valid_to"], name="households_link_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "kind", "person"], condition=Q(valid_to=None, person__isnull=False),
                name="households_link_one_person",
            ),
            models.UniqueConstraint(
                fields=["resident", "kind", "name"], condition=Q(valid_to=None, person=None),
                name="households_link_one_name",
            ),
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="households_link_kind_known"),
            models.CheckConstraint(
                condition=Q(person=None) & ~Q(name="") | Q(person__isnull=False, name=""), name="households_link_one_who"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None, end_reason="")
                | Q(valid_to__isnull=False, end_reason__in=LinkEnd.values),
                name="households_link_end_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="households_link_dates"
            ),
            models.CheckConstraint(
                condition=Q(noted_on=None, noted_how="")
                | Q(noted_on__isnull=False, noted_how__in=ContactHow.values),
                name="households_link_noted_how",
            ),
            models.CheckConstraint(
                condition=Q(last_on=None, last_how="") | Q(last_on__isnull=False, last_how__in=ContactHow.values),
                name="households_link_last_how",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.get_kind_display()} {self.who}"

    def get_absolute_url(self):
        return f"{reverse('households:resident_detail', args=[self.resident_id])}?tab=links"

    @property
    def who(self):
        """Who it is: the name of the account, or the words."""
        return self.person.name if self.person_id else self.name


class LinkBatch(AreaScoped):
    """批量联系人。 One person made the contact of many women, or given all those of another; `undo` holds, for each
    link made, [its id, its version] and, for each ended for it, [its id, its version]."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="联系人", related_name="+")
    from_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="原联系人", related_name="+", null=True, blank=True
    )
    total = models.PositiveIntegerField("人数")
    reason = models.CharField("原因", max_length=60, blank=True)
    undo = models.JSONField("撤销数据", default=dict)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Privacy:
        internal = {"person", "from_person", "total", "reason", "undo", "undone_at"}

    class Meta:
        verbose_name = verbose_name_plural = "批量联系人"
        default_permissions = ()
        indexes = [
            models.Index(fields=["area", "-created_at", "id"], name="households_lbatch_area_sort"),
            models.Index(fields=["-created_at", "id"], name="households_lbatch_sort"),
        ]

    def __str__(self):
        return f"{self.person} {self.total} 人"
