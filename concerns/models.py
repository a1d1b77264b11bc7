"""Concerns (诉求): what women ask for, and the register of the front desk and the 12338 line."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from concerns.enums import Origin, Outcome, ReceptionChannel, Status, Told
from fedhub.areas.models import AreaScoped, ScopedQuerySet
from fedhub.core.fields import BlindIndexField, EncryptedTextField
from fedhub.core.history import track
from fedhub.core.text import mask_phone


class ConcernQuerySet(ScopedQuerySet):
    def for_list(self):
        """What the list shows, in one query."""
        return self.select_related("area", "household", "resident", "assigned_to")

    def open(self):
        """Not closed yet."""
        return self.exclude(status=Status.CLOSED)

    def overdue(self, day=None):
        """Open and past the day they were due."""
        return self.open().filter(due_on__lt=day or timezone.localdate())


class Concern(AreaScoped):
    """诉求。 One thing one woman (or nobody named) asks for; the spine of all later work."""

    number = models.CharField("编号", max_length=20, unique=True)
    code = models.CharField("查询码", max_length=12, unique=True)
    title = models.CharField("诉求", max_length=80)
    detail = EncryptedTextField("具体情况", column="concerns.Concern.detail", text_length=2000)
    topic = models.CharField("方面", max_length=4, blank=True)
    origin = models.CharField("来源", max_length=10, choices=Origin)
    household = models.ForeignKey(
        "households.Household", models.PROTECT, verbose_name="家庭", related_name="concerns", null=True, blank=True
    )
    resident = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="提出人", related_name="concerns", null=True, blank=True
    )
    raised_on = models.DateField("提出日期", default=timezone.localdate)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.NEW)
    outcome = models.CharField("结果", max_length=15, choices=Outcome, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="承办人", related_name="concerns", null=True, blank=True
    )
    agency = models.ForeignKey(
        "reference.Agency", models.PROTECT, verbose_name="转交单位", related_name="+", null=True, blank=True
    )
    due_on = models.DateField("期限", null=True, blank=True)
    result = EncryptedTextField("办理结果", column="concerns.Concern.result", text_length=2000)
    answer = EncryptedTextField("答复内容", column="concerns.Concern.answer", text_length=2000)
    told = models.CharField("告知方式", max_length=10, choices=Told, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    objects = ConcernQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "number", "topic", "origin", "household", "resident", "raised_on", "status", "outcome", "assigned_to",
            "agency", "due_on", "told", "answered_at", "closed_at",
        }  # fmt: skip
        personal = {"code", "title", "detail", "result", "answer"}

    class Meta:
        verbose_name = verbose_name_plural = "诉求"
        default_permissions = ("view", "add")
        permissions = [
            ("assign_concern", "受理、交办"),
            ("answer_concern", "办理、答复"),
            ("close_concern", "办结、撤回"),
        ]
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="concerns_concern_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="concerns_concern_sort"),
            models.Index(fields=["assigned_to", "status", "due_on"], name="concerns_concern_assignee"),
            models.Index(fields=["area", "status", "due_on"], name="concerns_concern_area_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="concerns_concern_status_known"),
            models.CheckConstraint(
                condition=Q(status=Status.CLOSED, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(status=Status.CLOSED) & Q(closed_at=None),
                name="concerns_concern_closed_when_status_says_so",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.ANSWERED) | Q(answered_at__isnull=False),
                name="concerns_concern_answered_when_status_says_so",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.ASSIGNED) | Q(assigned_to__isnull=False) & Q(due_on__isnull=False),
                name="concerns_concern_assigned_has_person_and_date",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("concerns:concern_detail", args=[self.pk])

    @property
    def is_open(self):
        """True until it is closed."""
        return self.status != Status.CLOSED


class ReceptionQuerySet(ScopedQuerySet):
    def for_list(self):
        return self.select_related("area", "handler", "concern")


class Reception(AreaScoped):
    """来访来电登记。 One visit to the front desk or call on the 12338 line (handbook 3.1, 信访接待)."""

    number = models.CharField("编号", max_length=20, unique=True)
    channel = models.CharField("方式", max_length=10, choices=ReceptionChannel)
    received_at = models.DateTimeField("时间", default=timezone.now)
    place = models.CharField("地点", max_length=40, blank=True)
    visitor_name = models.CharField("来访（来电）人", max_length=50, blank=True)
    phone = EncryptedTextField("联系电话", column="concerns.Reception.phone", text_length=30)
    phone_blind = BlindIndexField("联系电话指纹")
    resident = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="居民", related_name="+", null=True, blank=True
    )
    topic = models.CharField("方面", max_length=4, blank=True)
    matter = EncryptedTextField("事由", column="concerns.Reception.matter", text_length=2000)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="接待人", related_name="receptions"
    )
    opinion = EncryptedTextField("处理意见", column="concerns.Reception.opinion", text_length=1000)
    result = EncryptedTextField("结果", column="concerns.Reception.result", text_length=1000)
    concern = models.ForeignKey(
        Concern,
        models.PROTECT,
        verbose_name="转为诉求",
        related_name="receptions",
        null=True,
        blank=True,
        editable=False,
    )
    note = models.CharField("备注", max_length=200, blank=True)

    objects = ReceptionQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"number", "channel", "received_at", "place", "resident", "topic", "handler", "concern"}
        personal = {"visitor_name", "phone", "phone_blind", "matter", "opinion", "result", "note"}
        masks = {"phone": mask_phone}
        reveal = "households.reveal_resident"

    class Meta:
        verbose_name = verbose_name_plural = "来访来电登记"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "-received_at", "-id"], name="concerns_reception_area_sort"),
            models.Index(fields=["-received_at", "-id"], name="concerns_reception_sort"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=ReceptionChannel.values), name="concerns_reception_channel_known"
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.visitor_name}"

    def get_absolute_url(self):
        return reverse("concerns:reception_detail", args=[self.pk])
