"""What in a visit record is worth a second look, and the prints by which it is found."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from fedhub.areas.models import Area, ScopedQuerySet
from fedhub.core.fields import BlindIndexField, EncryptedTextField
from fedhub.core.models import Attachment, Stamped
from fedhub.reference.lookup import rule
from grids.enums import DoubtKind, DoubtState
from grids.models.visit import Visit


class VisitDoubtQuerySet(ScopedQuerySet):
    scope_path = "visit__household__area"

    def for_list(self):
        """What the list shows, in one query."""
        return self.select_related("visit__household__area", "visit__visitor", "other__household")

    def asked(self):
        """Those that wait for a word of the visitor."""
        return self.filter(state=DoubtState.OPEN)

    def of_visitor(self, user):
        """Those that `user` may answer: she went there, or wrote it down."""
        return self.filter(Q(visit__visitor=user) | Q(visit__partner=user) | Q(visit__recorded_by=user))

    def not_of(self, user):
        """Those of others: nobody settles her own."""
        return self.exclude(visit__visitor=user).exclude(visit__partner=user).exclude(visit__recorded_by=user)

    def for_chair(self, day=None):
        """Those that may come before the chair: the visitor was asked first and has spoken, or had her days (handbook
        13.2; acceptance 2.23)."""
        found_by = (day or timezone.localdate()) - timedelta(days=rule("visit_doubt_days"))
        told = Q(state__in=[DoubtState.EXPLAINED, DoubtState.KEPT, DoubtState.ACCEPTED])
        return self.filter(told | Q(state=DoubtState.OPEN, found_on__lte=found_by))


class VisitDoubt(Stamped):
    """走访提醒。 One question about a visit record; `other` is the visit it resembles.

    At most one of each kind hangs on a visit; one that is over stays, and opens again when it is so again.
    """

    visit = models.ForeignKey(Visit, models.PROTECT, verbose_name="走访", related_name="doubts")
    kind = models.CharField("提醒", max_length=10, choices=DoubtKind)
    other = models.ForeignKey(
        Visit, models.PROTECT, verbose_name="另一次走访", related_name="doubted_by", null=True, blank=True
    )
    found_on = models.DateField("提醒日期", default=timezone.localdate)
    state = models.CharField("状态", max_length=10, choices=DoubtState, default=DoubtState.OPEN)
    explanation = EncryptedTextField("走访人的说明", column="grids.VisitDoubt.explanation", text_length=500)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="说明人", related_name="+", null=True, blank=True
    )
    explained_at = models.DateTimeField("说明时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="看过的人", related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField("看过的时间", null=True, blank=True)

    objects = VisitDoubtQuerySet.as_manager()

    class Privacy:
        internal = {
            "visit", "kind", "other", "found_on", "state", "explained_by", "explained_at", "decided_by", "decided_at",
        }  # fmt: skip
        sensitive = {"explanation"}

    class Meta:
        verbose_name = verbose_name_plural = "走访提醒"
        default_permissions = ()
        ordering = ["id"]
        indexes = [
            models.Index(fields=["-found_on", "-id"], name="grids_doubt_sort"),
            models.Index(fields=["visit"], condition=Q(state=DoubtState.OPEN), name="grids_doubt_asked"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["visit", "kind"], name="grids_doubt_once"),
            models.CheckConstraint(condition=Q(kind__in=DoubtKind.values), name="grids_doubt_kind_known"),
            models.CheckConstraint(condition=Q(state__in=DoubtState.values), name="grids_doubt_state_known"),
            models.CheckConstraint(
                condition=~Q(state=DoubtState.EXPLAINED) | Q(explained_at__isnull=False),
                name="grids_doubt_explained_has_time",
            ),
            models.CheckConstraint(
                condition=Q(explained_at=None, explained_by=None)
                | Q(explained_at__isnull=False, explained_by__isnull=False),
                name="grids_doubt_explained_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DoubtState.ACCEPTED, DoubtState.KEPT])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="grids_doubt_decided_has_time",
            ),
        ]

    def __str__(self):
        return f"{self.visit} {self.get_kind_display()}"

    def get_absolute_url(self):
        return self.visit.get_absolute_url()


class VisitPrint(models.Model):
    """记录指纹。 The keyed fingerprint of what a visit says, without digits and the family's names; the text itself stays
    sealed in the visit, which has no print when it says little."""

    visit = models.OneToOneField(
        Visit, models.CASCADE, verbose_name="走访", related_name="text_print", primary_key=True
    )
    visitor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="主访人", related_name="+")
    text = BlindIndexField("记录指纹")

    class Privacy:
        internal = {"visit", "visitor"}
        personal = {"text"}

    class Meta:
        verbose_name = verbose_name_plural = "记录指纹"
        default_permissions = ()
        indexes = [models.Index(fields=["visitor", "text", "-visit"], name="grids_visitprint_text")]

    def __str__(self):
        return str(self.visit_id)


class PhotoPrint(models.Model):
    """照片指纹。 Both hashes of a visit's photo (core.likeness); it goes when the photo goes.

    Four bands of the hash across are indexed by community, so that a near one is found without reading them all.
    """

    attachment = models.OneToOneField(
        Attachment, models.CASCADE, verbose_name="照片", related_name="+", primary_key=True
    )
    visit = models.ForeignKey(Visit, models.CASCADE, verbose_name="走访", related_name="photo_prints")
    community = models.ForeignKey(Area, models.PROTECT, verbose_name="社区", related_name="+")
    band_0 = models.IntegerField("第一段")
    band_1 = models.IntegerField("第二段")
    band_2 = models.IntegerField("第三段")
    band_3 = models.IntegerField("第四段")
    down = models.BigIntegerField("竖向")

    class Privacy:
        internal = {"attachment", "visit", "community"}
        personal = {"band_0", "band_1", "band_2", "band_3", "down"}

    class Meta:
        verbose_name = verbose_name_plural = "照片指纹"
        default_permissions = ()
        indexes = [
            models.Index(fields=["community", f"band_{place}"], name=f"grids_photoprint_{place}") for place in range(4)
        ]

    def __str__(self):
        return str(self.attachment_id)
