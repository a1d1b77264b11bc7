"""Leads of family conflicts: who they are about, what lies at the root and what was said are sealed; what lists sort by is not.

No other table points here, and no key points from here to a family: a refused deletion or a merge preview would tell.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core.fields import BlindIndexField, EncryptedJSONField, RandomKeyField
from mediation.enums import OPEN, Count, EntryKind, LeadState, Risk
from mediation.models.given import GivenQuerySet, SealedParties, new_code


class LeadQuerySet(GivenQuerySet):
    permission, everything = "mediation.view_lead", "mediation.assign_lead"

    def barred_from(self, user):
        return LeadBar.objects.filter(user=user).values("lead")

    def screened(self):
        """排查: confirmed at home."""
        return self.filter(confirmed_on__isnull=False)

    def early(self):
        """早发现: low when it was confirmed, and not with the police or a court by then."""
        before = Q(outside_on=None) | Q(outside_on__gt=F("confirmed_on"))
        return self.screened().filter(before, first_level=Risk.GREEN)

    def prevented(self):
        """预防: yellow or red when it was confirmed, brought down to green or settled, without any police or court, and still calm
        when somebody looked again (rule `mediation_observed_days`)."""
        rows = self.screened().filter(first_level__in=[Risk.RED, Risk.YELLOW], outside_on=None)
        return rows.filter(state__in=[LeadState.CONFIRMED, LeadState.CLOSED], observed_on__isnull=False)

    def resolved(self):
        """化解: confirmed, settled, and still calm when somebody looked again."""
        return self.screened().filter(state=LeadState.CLOSED, observed_on__isnull=False)

    def to_do(self):
        """What somebody has to do something about: not over, or over and not looked at again yet."""
        return self.filter(Q(state__in=OPEN) | Q(state=LeadState.CLOSED, next_on__isnull=False))

    def in_hand_of(self, user):
        """Open ones given to `user`."""
        return self.filter(officer=user, state__in=OPEN)

    def counted(self, count):
        """Rows of one of the four numbers (Count)."""
        return getattr(self, Count(count).value)()


class Lead(SealedParties, models.Model):
    """纠纷线索。 A family conflict heard of. `body`: `{"parties": [{"name", "resident"}], "contact", "words", "watch": [],
    "minors", "elders"}`; `first_level` is the one at the confirming visit. `calm_on`: since when it is green or settled;
    `observed_on`: when somebody saw, days enough later, that it still was; both go when it flares up."""

    id = RandomKeyField()
    code = models.CharField("代号", max_length=8, unique=True, default=new_code, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="网格", related_name="+")
    state = models.CharField("状态", max_length=10, choices=LeadState, default=LeadState.NEW, editable=False)
    level = models.CharField("风险等级", max_length=6, choices=Risk)
    first_level = models.CharField("核实时的等级", max_length=6, choices=Risk, blank=True, editable=False)
    kind = models.CharField("纠纷类型", max_length=4)
    found_on = models.DateField("排查日期", default=timezone.localdate)
    confirmed_on = models.DateField("核实日期", null=True, blank=True, editable=False)
    outside_on = models.DateField("到公安、法院的日期", null=True, blank=True, editable=False)
    calm_on = models.DateField("平稳自", null=True, blank=True, editable=False)
    observed_on = models.DateField("回看还平稳的日期", null=True, blank=True, editable=False)
    closed_on = models.DateField("化解日期", null=True, blank=True, editable=False)
    next_on = models.DateField("下次联系", null=True, blank=True, editable=False)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="包案责任人", related_name="+", null=True, blank=True
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="排查人员", related_name="+"
    )
    body = EncryptedJSONField("内容", column="mediation.Lead.body", ring="sealed")
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)
    once = BlindIndexField("表单指纹", unique=True)

    objects = LeadQuerySet.as_manager()

    class Privacy:
        sealed = {
            "id", "code", "area", "state", "level", "first_level", "kind", "found_on", "confirmed_on", "outside_on",
            "calm_on", "observed_on", "closed_on", "next_on", "officer", "recorded_by", "body", "version", "updated_at", "once",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "纠纷线索"
        default_permissions = ("view", "add", "change")
        permissions = [
            ("assign_lead", "看本地全部线索、指定包案责任人"),
            ("print_lead", "打印摸排台账"),
        ]
        indexes = [
            models.Index(fields=["area", "-found_on", "id"], name="mediation_lead_area_sort"),
            models.Index(fields=["-found_on", "id"], name="mediation_lead_sort"),
            models.Index(fields=["officer", "state"], name="mediation_lead_officer"),
            models.Index(fields=["state", "-found_on", "id"], name="mediation_lead_state"),
            # What the four numbers ask, so that none of them reads a sealed body.
            models.Index(
                fields=["found_on", "confirmed_on", "first_level", "state", "observed_on", "outside_on"],
                name="mediation_lead_counts",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LeadState.values), name="mediation_lead_state_known"),
            models.CheckConstraint(
                condition=Q(confirmed_on=None, first_level="") | Q(confirmed_on__isnull=False) & ~Q(first_level=""),
                name="mediation_lead_confirmed_level",
            ),
            models.CheckConstraint(
                condition=~Q(state=LeadState.CLOSED) | Q(closed_on__isnull=False, confirmed_on__isnull=False),
                name="mediation_lead_closed_after_visit",
            ),
            models.CheckConstraint(
                condition=Q(observed_on=None) | Q(calm_on__isnull=False, observed_on__gt=F("calm_on")),
                name="mediation_lead_observed_calm",
            ),
        ]

    def __str__(self):
        return "纠纷线索"

    def get_absolute_url(self):
        return reverse("mediation:lead_detail", args=[self.pk])

    def is_open(self):
        """True while there is something to be done about it."""
        return self.state in OPEN


class LeadEntry(models.Model):
    """线索记录。 What was done about a lead, the oldest first. `body`: `{"by", "words", "causes": [], "cause", "advice"}`."""

    id = RandomKeyField()
    lead = models.ForeignKey(Lead, models.PROTECT, verbose_name="线索", related_name="entries")
    number = models.PositiveIntegerField("序号")
    kind = models.CharField("种类", max_length=8, choices=EntryKind)
    on = models.DateField("日期")
    body = EncryptedJSONField("内容", column="mediation.LeadEntry.body", ring="sealed")
    once = BlindIndexField("表单指纹", unique=True)

    class Privacy:
        sealed = {"id", "lead", "number", "kind", "on", "body", "once"}

    class Meta:
        verbose_name = verbose_name_plural = "线索记录"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["lead", "number"], name="mediation_entry_number_once")]

    def __str__(self):
        return "线索记录"


class LeadBar(models.Model):
    """不能看的人。 An account that must not see a lead; written by the program before anything is shown."""

    id = RandomKeyField()
    lead = models.ForeignKey(Lead, models.PROTECT, verbose_name="线索", related_name="bars")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="人员", related_name="+")

    class Privacy:
        sealed = {"id", "lead", "user"}

    class Meta:
        verbose_name = verbose_name_plural = "不能看的人"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["lead", "user"], name="mediation_bar_once")]

    def __str__(self):
        return "不能看的人"
