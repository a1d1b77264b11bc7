"""What she was told, how and by whom, and what she thinks of it. Rows are written once and never edited."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from concerns.enums import Heard, Outcome, ReplyKind, Told
from concerns.models.concern import Concern
from fedhub.areas.models import ScopedQuerySet
from fedhub.core.fields import EncryptedTextField


class OfConcernQuerySet(ScopedQuerySet):
    scope_path = "concern__area"


class Reply(models.Model):
    """答复。 One time that she was told something: the words, the channel, who heard it, the proof."""

    concern = models.ForeignKey(Concern, models.PROTECT, verbose_name="诉求", related_name="replies")
    kind = models.CharField("种类", max_length=10, choices=ReplyKind)
    text = EncryptedTextField("答复内容", column="concerns.Reply.text", text_length=2000)
    sent = EncryptedTextField("发出的话", column="concerns.Reply.sent", text_length=500)
    outcome = models.CharField("结果", max_length=15, choices=Outcome, blank=True)
    told = models.CharField("告知方式", max_length=10, choices=Told)
    told_at = models.DateTimeField("告知时间", null=True, blank=True)
    heard = models.CharField("谁听到的", max_length=10, choices=Heard, blank=True)
    proof = EncryptedTextField("凭证", column="concerns.Reply.proof", text_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="答复人", related_name="+")
    made_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)

    objects = OfConcernQuerySet.as_manager()

    class Privacy:
        internal = {"id", "concern", "kind", "outcome", "told", "told_at", "heard", "made_by", "made_at"}
        personal = {"text", "sent", "proof"}

    class Meta:
        verbose_name = verbose_name_plural = "答复"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ReplyKind.values), name="concerns_reply_kind_known"),
            models.CheckConstraint(condition=Q(told__in=Told.values), name="concerns_reply_told_known"),
            models.CheckConstraint(
                condition=Q(told=Told.NOT_YET, told_at=None) | ~Q(told=Told.NOT_YET) & Q(told_at__isnull=False),
                name="concerns_reply_told_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(kind=ReplyKind.PROGRESS, outcome="") | Q(kind=ReplyKind.FINAL) & ~Q(outcome=""),
                name="concerns_reply_final_has_outcome",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.get_told_display()}"


class Rating(models.Model):
    """评价。 What she thinks of an answer: one to five, and her words."""

    concern = models.ForeignKey(Concern, models.PROTECT, verbose_name="诉求", related_name="ratings")
    reply = models.OneToOneField(Reply, models.PROTECT, verbose_name="答复", related_name="rating")
    score = models.PositiveSmallIntegerField("评价")
    words = EncryptedTextField("她的话", column="concerns.Rating.words", text_length=1000)
    given_by = models.CharField("评价方式", max_length=10, choices=Told)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="记录人", related_name="+", null=True, blank=True
    )
    made_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)

    objects = OfConcernQuerySet.as_manager()

    class Privacy:
        internal = {"id", "concern", "reply", "score", "given_by", "taken_by", "made_at"}
        personal = {"words"}

    class Meta:
        verbose_name = verbose_name_plural = "评价"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="concerns_rating_one_to_five"),
            models.CheckConstraint(condition=Q(given_by__in=Told.values), name="concerns_rating_given_by_known"),
        ]

    def __str__(self):
        return f"{self.score} 分"
