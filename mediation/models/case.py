"""Cases of the micro-home: what both sides asked to have mediated (人民调解法; handbook 7.1 to 7.3).

As with leads no key points from here to a family, and of the texts nothing lies in clear.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core.fields import BlindIndexField, EncryptedJSONField, RandomKeyField
from mediation.enums import LOOKED_AFTER, PUT_AWAY, RUNNING, Averted, CaseEntryKind, CaseState, Origin, Outcome
from mediation.models.given import GivenQuerySet, SealedParties, new_code

# Which somebody has in hand, with the agreement that is looked after.
IN_HAND = (CaseState.REGISTERED, *RUNNING, CaseState.SETTLED)


class CaseRule(GivenQuerySet):
    """Cases and what hangs on them: seen by whoever mediates the case, alone, as the one that leads or as a helper."""

    permission, everything = "mediation.view_case", "mediation.assign_case"

    def barred_from(self, user):
        return CaseBar.objects.filter(user=user).values("case")

    def in_hands_of(self, user):
        """Q of those of the cases that `user` mediates today."""
        team = Case._meta.get_field("team").related_model
        return Q(**{f"{self.matter}__in": team.objects.filter(user=user, to_on=None).values("case")})


class CaseQuerySet(CaseRule):
    def in_hand_of(self, user):
        """Open ones given to `user`, also those whose agreement she looks after."""
        return self.filter(self.in_hands_of(user), state__in=IN_HAND)

    def unheld(self):
        """Open ones that nobody mediates."""
        return self.filter(officer=None, state__in=IN_HAND)

    def late(self, day=None):
        """Whose month is over and that do not wait."""
        return self.filter(state__in=RUNNING, waiting_since=None, due_on__lt=day or timezone.localdate())


class Case(SealedParties, models.Model):
    """调解案件。 `body`: `{"parties": [{"name", "resident", "side", "agent", "contact"}], "facts", "request", "lead"}`.

    `due_on` is the last day of the month that mediation may take (rule `mediation_close`); it stands still while the case waits.
    """

    id = RandomKeyField()
    code = models.CharField("代号", max_length=8, unique=True, default=new_code, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="网格", related_name="+")
    state = models.CharField("状态", max_length=10, choices=CaseState, default=CaseState.REGISTERED, editable=False)
    kind = models.CharField("纠纷类型", max_length=4)
    origin = models.CharField("案件来源", max_length=8, choices=Origin)
    applied_on = models.DateField("申请日期", default=timezone.localdate)
    accepted_on = models.DateField("受理日期", null=True, blank=True, editable=False)
    due_on = models.DateField("期限", null=True, blank=True, editable=False)
    waiting_since = models.DateField("暂停自", null=True, blank=True, editable=False)
    ended_on = models.DateField("结束日期", null=True, blank=True, editable=False)
    closed_on = models.DateField("结案日期", null=True, blank=True, editable=False)
    outcome = models.CharField("结果", max_length=10, choices=Outcome, blank=True, editable=False)
    averted = models.CharField("防止了什么", max_length=8, choices=Averted, blank=True, editable=False)
    averted_people = models.PositiveSmallIntegerField("涉及多少人", null=True, blank=True, editable=False)
    averted_on = models.DateField("记明的日期", null=True, blank=True, editable=False)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="调解员", related_name="+", null=True, blank=True
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+")
    body = EncryptedJSONField("内容", column="mediation.Case.body", ring="sealed")
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)
    once = BlindIndexField("表单指纹", unique=True)

    objects = CaseQuerySet.as_manager()

    class Privacy:
        sealed = {
            "id", "code", "area", "state", "kind", "origin", "applied_on", "accepted_on", "due_on", "waiting_since", "ended_on",
            "closed_on", "outcome", "averted", "averted_people", "averted_on", "officer", "recorded_by", "body", "version",
            "updated_at", "once",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "调解案件"
        default_permissions = ("view", "add", "change")
        permissions = [
            ("assign_case", "看本地全部调解案件、指定调解员"),
            ("print_case", "打印调解文书和统计表"),
        ]
        indexes = [
            models.Index(fields=["area", "-applied_on", "id"], name="mediation_case_area_sort"),
            models.Index(fields=["-applied_on", "id"], name="mediation_case_sort"),
            models.Index(fields=["officer", "state"], name="mediation_case_officer"),
            models.Index(fields=["state", "-applied_on", "id"], name="mediation_case_state"),
            models.Index(fields=["ended_on", "state", "outcome", "applied_on"], name="mediation_case_ended"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="mediation_case_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=RUNNING) | Q(accepted_on__isnull=False, due_on__isnull=False),
                name="mediation_case_running_has_clock",
            ),
            models.CheckConstraint(
                condition=Q(waiting_since=None) | Q(state__in=RUNNING), name="mediation_case_waits_running"
            ),
            models.CheckConstraint(
                condition=Q(state=CaseState.CLOSED, closed_on__isnull=False) & ~Q(outcome="")
                | ~Q(state=CaseState.CLOSED) & Q(closed_on=None, outcome=""),
                name="mediation_case_closed_outcome",
            ),
            models.CheckConstraint(
                condition=Q(averted="", averted_people=None, averted_on=None)
                | Q(averted__in=Averted.values, averted_people__gte=1, averted_on__isnull=False),
                name="mediation_case_averted_whole",
            ),
        ]

    def __str__(self):
        return "调解案件"

    def get_absolute_url(self):
        return reverse("mediation:case_detail", args=[self.pk])

    def is_open(self):
        """True while there is something to be done in it."""
        return self.state in (CaseState.REGISTERED, *LOOKED_AFTER)

    def is_put_away(self):
        """True when it is over: whoever reads it again says why."""
        return self.state in PUT_AWAY

    def is_late(self):
        """True when its month is over and it does not wait."""
        return self.state in RUNNING and not self.waiting_since and self.due_on < timezone.localdate()


class CaseEntry(models.Model):
    """案件记录。 What was done in a case. `body`: `{"by", "words", …}`."""

    id = RandomKeyField()
    case = models.ForeignKey(Case, models.PROTECT, verbose_name="案件", related_name="entries")
    number = models.PositiveIntegerField("序号")
    kind = models.CharField("种类", max_length=8, choices=CaseEntryKind)
    on = models.DateField("日期")
    body = EncryptedJSONField("内容", column="mediation.CaseEntry.body", ring="sealed")
    once = BlindIndexField("表单指纹", unique=True)

    class Privacy:
        sealed = {"id", "case", "number", "kind", "on", "body", "once"}

    class Meta:
        verbose_name = verbose_name_plural = "案件记录"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="mediation_case_number_once")]

    def __str__(self):
        return "案件记录"


class CaseBar(models.Model):
    """不能看案件的人。 An account that must not see a case; written by the program before anything is shown."""

    id = RandomKeyField()
    case = models.ForeignKey(Case, models.PROTECT, verbose_name="案件", related_name="bars")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="人员", related_name="+")

    class Privacy:
        sealed = {"id", "case", "user"}

    class Meta:
        verbose_name = verbose_name_plural = "不能看案件的人"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="mediation_casebar_once")]

    def __str__(self):
        return "不能看案件的人"
