"""Concerns (诉求): what women ask for."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from concerns.enums import Origin, Outcome, Status, Told
from fedhub.areas.models import AreaScoped, ScopedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track


class ConcernQuerySet(ScopedQuerySet):
    def for_list(self):
        """What the list shows, in one query."""
        return self.select_related("area", "household", "resident", "assigned_to")

    def open(self):
        """Not closed yet. Asked of the moment of closing, as the small indexes of what is open are."""
        return self.filter(closed_at=None)

    def running(self):
        """Open, and the clock does not stand still."""
        return self.open().filter(paused_on=None)

    def overdue(self, day=None):
        """Running and past the day they were due."""
        return self.running().filter(due_on__lt=day or timezone.localdate())

    def due_within(self, day):
        """Those whose day of closing, or whose officer's day, is `day` or earlier."""
        return self.filter(Q(due_on__lte=day) | Q(handle_by__lte=day))

    def unheard(self, day=None):
        """Running, past the day of the first answer, and nobody has told her anything yet."""
        return self.running().filter(first_answered_at=None, first_due_on__lt=day or timezone.localdate())

    def leading(self):
        """Those that stand for themselves: neither merged into another one."""
        return self.filter(lead=None)


class Concern(AreaScoped):
    """诉求。 One thing one woman (or nobody named) asks for; the spine of all later work."""

    number = models.CharField("编号", max_length=20, unique=True)
    code = models.CharField("查询码", max_length=12, unique=True)
    title = models.CharField("诉求", max_length=80)
    detail = EncryptedTextField("具体情况", column="concerns.Concern.detail", text_length=2000)
    topic = models.CharField("方面", max_length=4, blank=True)
    place = models.CharField("地点", max_length=60, blank=True)
    origin = models.CharField("来源", max_length=10, choices=Origin)
    household = models.ForeignKey(
        "households.Household", models.PROTECT, verbose_name="家庭", related_name="concerns", null=True, blank=True
    )
    resident = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="提出人", related_name="concerns", null=True, blank=True
    )
    anonymous = models.BooleanField("不留姓名", default=False)
    on_behalf = models.CharField("代为提出的人", max_length=50, blank=True)
    channel = models.CharField("希望怎样答复", max_length=10, choices=Told, blank=True)
    raised_on = models.DateField("提出日期", default=timezone.localdate)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.NEW)
    outcome = models.CharField("结果", max_length=15, choices=Outcome, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="承办人", related_name="concerns", null=True, blank=True,
        db_index=False,
    )  # fmt: skip
    lead = models.ForeignKey(
        "self", models.PROTECT, verbose_name="主件", related_name="followers", null=True, blank=True, editable=False,
        db_index=False,
    )  # fmt: skip
    first_due_on = models.DateField("首次答复期限")
    first_answered_at = models.DateTimeField("首次答复时间", null=True, blank=True)
    due_on = models.DateField("办结期限")
    handle_by = models.DateField("承办期限", null=True, blank=True)
    paused_on = models.DateField("停表日期", null=True, blank=True)
    extensions = models.PositiveSmallIntegerField("延期次数", default=0)
    reopened = models.PositiveSmallIntegerField("重办次数", default=0)
    score = models.PositiveSmallIntegerField("评价", null=True, blank=True)
    result = EncryptedTextField("办理结果", column="concerns.Concern.result", text_length=2000)
    answer = EncryptedTextField("答复内容", column="concerns.Concern.answer", text_length=2000)
    told = models.CharField("告知方式", max_length=10, choices=Told, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    objects = ConcernQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "number", "topic", "origin", "household", "resident", "anonymous", "raised_on", "status", "outcome",
            "assigned_to", "lead", "first_due_on", "first_answered_at", "due_on", "handle_by", "paused_on",
            "extensions", "reopened", "score", "told", "answered_at", "closed_at", "channel",
        }  # fmt: skip
        personal = {"code", "title", "place", "detail", "on_behalf", "result", "answer"}

    class Meta:
        verbose_name = verbose_name_plural = "诉求"
        default_permissions = ("view", "add")
        permissions = [
            ("assign_concern", "受理、交办"),
            ("answer_concern", "办理、答复"),
            ("close_concern", "办结、撤回"),
            ("route_concern", "转办、上报、转入专项"),
            ("approve_concern", "审批延期、上报和无法办理"),
            ("export_concern", "导出诉求台账"),
            ("export_full_concern", "导出不遮挡的诉求台账"),
        ]
        # The list in each of its orders, for a scope of one place and for all; what is rare has small indexes of its own
        # (docs/performance.md). An officer is found by the last of the orders, so her foreign key has none.
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="concerns_concern_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="concerns_concern_sort"),
            models.Index(fields=["area", "due_on", "id"], name="concerns_concern_area_due"),
            models.Index(fields=["due_on", "id"], name="concerns_concern_due"),
            models.Index(fields=["area", "-raised_on", "-id"], name="concerns_concern_area_raised"),
            models.Index(fields=["-raised_on", "-id"], name="concerns_concern_raised"),
            models.Index(fields=["assigned_to", "-updated_at", "-id"], name="concerns_concern_assignee"),
            # Open ones are few among many: what else is asked of them stands beside, so that no row is read in vain.
            models.Index(
                fields=["-updated_at", "-id", "status", "area", "assigned_to", "topic", "paused_on", "due_on"],
                condition=Q(closed_at=None),
                name="concerns_concern_open_sort",
            ),
            models.Index(
                fields=["area", "-updated_at", "-id", "status", "assigned_to", "topic", "paused_on", "due_on"],
                condition=Q(closed_at=None),
                name="concerns_concern_open_places",
            ),
            models.Index(
                fields=["due_on", "id", "status", "area", "assigned_to", "topic", "paused_on"],
                condition=Q(closed_at=None),
                name="concerns_concern_open_due",
            ),
            models.Index(
                fields=["area", "due_on", "id", "status", "assigned_to", "topic", "paused_on"],
                condition=Q(closed_at=None),
                name="concerns_concern_open_area",
            ),
            models.Index(
                fields=["assigned_to", "due_on", "id", "handle_by", "paused_on", "reopened", "area", "closed_at"],
                condition=Q(closed_at=None),
                name="concerns_concern_open_officer",
            ),
            models.Index(fields=["lead"], condition=Q(lead__isnull=False), name="concerns_concern_lead"),
            models.Index(fields=["-updated_at", "-id"], condition=Q(lead__isnull=False), name="concerns_concern_led"),
            models.Index(fields=["-updated_at", "-id"], condition=Q(reopened__gt=0), name="concerns_concern_again"),
            models.Index(
                fields=["area", "-updated_at", "-id"], condition=Q(reopened__gt=0), name="concerns_concern_area_again"
            ),
            models.Index(fields=["-updated_at", "-id"], condition=Q(score__lte=2), name="concerns_concern_unhappy"),
            models.Index(
                fields=["area", "-updated_at", "-id"], condition=Q(score__lte=2), name="concerns_concern_area_low"
            ),
            models.Index(fields=["area", "topic", "raised_on"], name="concerns_concern_heat"),
            # All that the figures ask for: they never read the rows themselves (docs/performance.md).
            models.Index(
                fields=[
                    "raised_on",
                    "area",
                    "topic",
                    "origin",
                    "assigned_to",
                    "status",
                    "outcome",
                    "due_on",
                    "paused_on",
                    "first_answered_at",
                    "closed_at",
                    "reopened",
                    "score",
                ],
                name="concerns_concern_figures",
            ),
            models.Index(
                fields=["closed_at", "area", "topic", "origin", "assigned_to"],
                condition=Q(closed_at__isnull=False),
                name="concerns_concern_ended",
            ),
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
                condition=~Q(status=Status.ASSIGNED) | Q(assigned_to__isnull=False) & Q(handle_by__isnull=False),
                name="concerns_concern_assigned_has_person_and_date",
            ),
            models.CheckConstraint(
                condition=Q(lead=None) | ~Q(lead=models.F("id")), name="concerns_concern_leads_not_itself"
            ),
            models.CheckConstraint(
                condition=Q(paused_on=None) | Q(status__in=[Status.ACCEPTED, Status.ASSIGNED]),
                name="concerns_concern_paused_only_in_work",
            ),
            models.CheckConstraint(
                condition=Q(anonymous=False) | Q(resident=None, household=None, on_behalf=""),
                name="concerns_concern_anonymous_names_nobody",
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=1, score__lte=5), name="concerns_concern_score_one_to_five"
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

    @property
    def acts_on(self):
        """The day that comes first: the officer's, or that of closing."""
        return min(self.handle_by or self.due_on, self.due_on)

    @property
    def is_running(self):
        """True while it is open and its clock does not stand still."""
        return self.is_open and self.paused_on is None
