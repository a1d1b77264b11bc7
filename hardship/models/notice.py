"""Public notice (公示) of help, where a fund asks for one: off unless the office switches it on, and only with the person's own
consent (handbook 4.5; 社会救助暂行办法 art. 61; PIPL art. 25, 29)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from fedhub.core.fields import EncryptedTextField, RandomKeyField
from fedhub.core.models import Stamped
from fedhub.core.text import mask_all
from hardship.enums import NoticeKind, NoticeState, ObjectionState
from hardship.models.file import HardshipFile, OfFileQuerySet
from households.consenttexts import covered
from households.enums import ConsentPurpose


class NoticeQuerySet(OfFileQuerySet):
    def in_force(self, day=None):
        """What the public reads on `day` (default today): published, within its days, the consent holding, the file neither
        guarded nor closed. Nothing has to be done for a notice to end."""
        day = day or timezone.localdate()
        consent = Q(
            consent__purpose=ConsentPurpose.NOTICE, consent__resident=F("file__subject"), consent__given_on__lte=day
        )
        consent &= Q(consent__expires_on=None) | Q(consent__expires_on__gte=day)
        consent &= Q(consent__withdrawn_on=None) | Q(consent__withdrawn_on__gt=day)
        consent &= covered("consent__", day)
        rows = self.filter(
            state=NoticeState.PUBLISHED, since__lte=day, until__gte=day, file__guarded=False, file__closed_on=None
        )
        return rows.filter(consent)


class Notice(Stamped):
    """公示。 What is told of one help: a starred name, the community, the kind of help, the amount, the days, whom to call. The
    name is starred when the notice is drafted and stands so; nothing else of the person is in it. Its key is random, since it is
    the public address."""

    id = RandomKeyField()
    file = models.ForeignKey(HardshipFile, models.PROTECT, verbose_name="档案", related_name="notices")
    consent = models.ForeignKey("households.Consent", models.PROTECT, verbose_name="公示同意", related_name="+")
    printed_name = models.CharField("公示的姓名", max_length=60, editable=False)
    community = models.CharField("社区（网格）", max_length=60, editable=False)
    kind = models.CharField("帮扶种类", max_length=10, choices=NoticeKind)
    amount = models.DecimalField("金额（元）", max_digits=10, decimal_places=2, null=True, blank=True)
    days = models.PositiveSmallIntegerField("公示几天", default=7)
    phone = models.CharField("异议电话", max_length=30)
    since = models.DateField("公示起", null=True, blank=True, editable=False)
    until = models.DateField("公示止", null=True, blank=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=NoticeState, default=NoticeState.DRAFT, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="拟稿人", related_name="+", editable=False
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="发布人", related_name="+", null=True, editable=False
    )
    ended_why = models.CharField("撤下的理由", max_length=100, blank=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Privacy:
        internal = {
            "id", "file", "consent", "community", "days", "phone", "since", "until", "state", "made_by", "published_by",
            "ended_why",
        }  # fmt: skip
        sensitive = {"printed_name", "kind", "amount"}

    class Meta:
        verbose_name = verbose_name_plural = "公示"
        default_permissions = ()
        ordering = ["-pk"]
        indexes = [models.Index(fields=["until", "id"], name="hardship_notice_until")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=NoticeState.values), name="hardship_notice_state_known"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="hardship_notice_kind_known"),
            models.CheckConstraint(
                condition=Q(days__gte=5, days__lte=7), name="hardship_notice_five_to_seven_days",
                violation_error_message="公示 5 至 7 天。",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gt=0), name="hardship_notice_amount",
                violation_error_message="金额要大于 0，没有就空着。",
            ),
            models.CheckConstraint(
                condition=~Q(state=NoticeState.PUBLISHED)
                | Q(since__isnull=False, until__isnull=False, published_by__isnull=False),
                name="hardship_notice_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("made_by")), name="hardship_notice_by_another"
            ),
            models.CheckConstraint(
                condition=Q(since=None, until=None) | Q(until__gte=F("since")), name="hardship_notice_dates"
            ),
            models.CheckConstraint(
                condition=Q(state=NoticeState.WITHDRAWN) & ~Q(ended_why="") | ~Q(state=NoticeState.WITHDRAWN) & Q(ended_why=""),
                name="hardship_notice_withdrawn_has_reason",
            ),
            models.UniqueConstraint(
                fields=["file"], condition=Q(state=NoticeState.DRAFT), name="hardship_notice_one_draft",
                violation_error_message="这份档案已经有一份没发布的公示。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"公示 {self.printed_name}"

    def get_absolute_url(self):
        return reverse("hardship:notice_detail", args=[self.pk])


class ObjectionQuerySet(OfFileQuerySet):
    scope_path, file_path = "notice__file__area", "notice__file__"
    view_permission = "hardship.approve_hardshipfile"


class Objection(models.Model):
    """公示异议。 What somebody from outside says against a notice. Who it was reads whoever decides on files, nobody else: the
    family must not learn it."""

    id = RandomKeyField()
    notice = models.ForeignKey(Notice, models.PROTECT, verbose_name="公示", related_name="objections")
    text = EncryptedTextField("内容", column="hardship.Objection.text", text_length=500)
    name = EncryptedTextField("姓名", column="hardship.Objection.name", text_length=30)
    contact = EncryptedTextField("联系方式", column="hardship.Objection.contact", text_length=50)
    made_on = models.DateField("日期", default=timezone.localdate)
    state = models.CharField("结果", max_length=10, choices=ObjectionState, default=ObjectionState.OPEN)
    answer = EncryptedTextField("核实情况", column="hardship.Objection.answer", text_length=300)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="核实人", related_name="+", null=True
    )
    answered_on = models.DateField("核实日期", null=True)

    objects = ObjectionQuerySet.as_manager()

    class Privacy:
        internal = {"id", "notice", "made_on", "state", "answered_by", "answered_on"}
        personal = {"name", "contact"}
        sensitive = {"text", "answer"}
        masks = {"contact": mask_all}
        reveal = "hardship.approve_hardshipfile"

    class Meta:
        verbose_name = verbose_name_plural = "公示异议"
        default_permissions = ()
        ordering = ["-made_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ObjectionState.values), name="hardship_objection_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ObjectionState.OPEN, answered_by=None, answered_on=None)
                | ~Q(state=ObjectionState.OPEN) & Q(answered_by__isnull=False, answered_on__isnull=False),
                name="hardship_objection_answered_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.notice} 的异议"
