"""Messages to residents: what stands in her inbox, how it went out, each attempt with its proof; many at once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped, ScopedQuerySet
from fedhub.core.fields import BlindIndexField, EncryptedTextField, RandomKeyField
from fedhub.core.text import mask_all
from fedhub.notices.enums import ByHand, Channel, Outcome, State
from fedhub.notices.words import label_of


class MessageBatch(AreaScoped):
    """群发。 One message to many: who sent it, to how many, until when all of it can be taken back."""

    template = models.CharField("种类", max_length=40)
    total = models.PositiveIntegerField("人数")
    held = models.PositiveIntegerField("交给人工", default=0)
    left_out = models.PositiveIntegerField("不联系的", default=0)
    leaves_at = models.DateTimeField("几时开始发")
    undone_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Privacy:
        internal = {"template", "total", "held", "left_out", "leaves_at", "undone_at"}

    class Meta:
        verbose_name = verbose_name_plural = "群发"
        default_permissions = ("add",)
        indexes = [
            models.Index(fields=["area", "-created_at", "id"], name="notices_batch_area_sort"),
            models.Index(fields=["-created_at", "id"], name="notices_batch_sort"),
        ]

    def __str__(self):
        return f"{label_of(self.template)} {self.total} 人"

    def get_absolute_url(self):
        return reverse("households:messagebatch_detail", args=[self.pk])


class MessageQuerySet(ScopedQuerySet):
    scope_path = "person__area"

    def due(self, now=None):
        """Those whose time has come, the oldest first."""
        return self.filter(state=State.WAITING, next_at__lte=now or timezone.now()).order_by("next_at", "pk")

    def open(self):
        """Those that a stop still reaches."""
        return self.filter(state__in=[State.WAITING, State.FAILED, State.HUMAN])

    def in_inbox_of(self, person):
        """What `person` finds on her own page, the newest first."""
        rows = self.filter(person=person, posted_at__isnull=False)
        return rows.exclude(state=State.STOPPED, read_at=None).order_by("-posted_at", "-pk")


class Message(models.Model):
    """消息。 One thing that one resident is told. `text` is what her own page shows; what leaves this machine is the same
    neutral sentence for everything (fedhub.notices.words). `mark` is the fingerprint by which a second one is known."""

    id = RandomKeyField()
    person = models.ForeignKey(
        settings.NOTICES_PERSON_MODEL, models.PROTECT, verbose_name="居民", related_name="messages"
    )
    template = models.CharField("种类", max_length=40)
    text = EncryptedTextField("内容", column="notices.Message.text", text_length=500)
    about_label = models.CharField("关于哪类", max_length=60, blank=True)
    about_id = models.BigIntegerField("关于哪条", null=True, blank=True)
    mark = BlindIndexField("消息指纹", unique=True)
    batch = models.ForeignKey(
        MessageBatch, models.PROTECT, verbose_name="群发", related_name="messages", null=True, blank=True
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁发的", related_name="+", null=True, blank=True
    )
    made_at = models.DateTimeField("登记时间", default=timezone.now)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    why = models.CharField("原因", max_length=100, blank=True)
    next_at = models.DateTimeField("几时发", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("试了几次", default=0)
    taken_at = models.DateTimeField("取走时间", null=True, blank=True)
    posted_at = models.DateTimeField("放到居民端", null=True, blank=True)
    read_at = models.DateTimeField("本人看过", null=True, blank=True)
    channel = models.CharField("怎么发的", max_length=10, choices=Channel, blank=True)
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)
    told_how = models.CharField("怎么告知的", max_length=10, choices=ByHand, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁告知的", related_name="+", null=True, blank=True
    )

    objects = MessageQuerySet.as_manager()

    class Privacy:
        internal = {
            "id", "person", "template", "about_label", "about_id", "batch", "made_by", "made_at", "state", "next_at",
            "tries", "taken_at", "posted_at", "channel", "settled_at", "told_how", "told_by",
        }  # fmt: skip
        personal = {"text", "why", "read_at", "mark"}
        masks = {"text": mask_all}

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="notices_message_sort"),
            models.Index(fields=["person", "-made_at", "-id"], name="notices_message_person"),
            models.Index(fields=["next_at", "id"], condition=Q(state="waiting"), name="notices_message_due"),
            models.Index(fields=["state", "-made_at", "-id"], name="notices_message_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="notices_message_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.WAITING, next_at__isnull=False) | ~Q(state=State.WAITING) & Q(next_at=None),
                name="notices_message_waits_for_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENDING, taken_at__isnull=False) | ~Q(state=State.SENDING) & Q(taken_at=None),
                name="notices_message_taken_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.SENT, State.TOLD, State.STOPPED], settled_at__isnull=False)
                | ~Q(state__in=[State.SENT, State.TOLD, State.STOPPED]) & Q(settled_at=None),
                name="notices_message_settled_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state=State.TOLD, told_by__isnull=False) & ~Q(told_how="")
                | ~Q(state=State.TOLD) & Q(told_by=None, told_how=""),
                name="notices_message_told_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENT) & ~Q(channel="") | ~Q(state=State.SENT) & Q(channel=""),
                name="notices_message_sent_by_a_channel",
            ),
        ]

    def __str__(self):
        return f"{self.person} {label_of(self.template)}"

    def get_absolute_url(self):
        return reverse("households:message_detail", args=[self.pk])

    @property
    def label(self):
        """What kind it is, in words."""
        return label_of(self.template)


class Attempt(models.Model):
    """发送凭证。 One try to send a message: by what, when, what the carrier said and its number; later, and once, whether the
    carrier says that it arrived. Otherwise never edited."""

    message = models.ForeignKey(Message, models.CASCADE, verbose_name="消息", related_name="attempts")
    channel = models.CharField("怎么发的", max_length=10, choices=Channel)
    at = models.DateTimeField("时间", default=timezone.now)
    outcome = models.CharField("结果", max_length=10, choices=Outcome)
    code = models.CharField("对方的话", max_length=80, blank=True)
    carrier = models.CharField("承运", max_length=20, blank=True)
    receipt = models.CharField("回执号", max_length=80, blank=True)
    delivered = models.BooleanField("送到没有", null=True, blank=True)
    reported_at = models.DateTimeField("状态报告时间", null=True, blank=True)
    report_code = models.CharField("状态报告", max_length=80, blank=True)

    class Privacy:
        internal = {
            "id", "message", "channel", "at", "outcome", "code", "carrier", "receipt", "delivered", "reported_at",
            "report_code",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "发送凭证"
        default_permissions = ()
        ordering = ["pk"]
        indexes = [models.Index(fields=["receipt"], condition=~Q(receipt=""), name="notices_attempt_receipt")]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="notices_attempt_outcome_known"),
            models.CheckConstraint(
                condition=Q(reported_at=None, delivered=None, report_code="")
                | Q(reported_at__isnull=False, delivered__isnull=False, outcome=Outcome.ACCEPTED),
                name="notices_attempt_report",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.ACCEPTED) & ~Q(carrier="") | ~Q(outcome=Outcome.ACCEPTED) & Q(receipt=""),
                name="notices_attempt_proof",
            ),
        ]

    def __str__(self):
        return f"{self.get_channel_display()} {self.get_outcome_display()}"
