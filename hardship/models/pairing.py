"""Paired help (结对帮扶): who helps, whom, with what, how often; and the hours that were given (handbook 4.4)."""

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped, SharedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.text import mask_phone
from hardship.enums import HelperKind, HelpKind, PairingEnd, PairingState, UnitLevel
from hardship.models.file import CircledQuerySet, HardshipFile
from households.consenttexts import covered

ALIVE = ["waiting", "active"]


class HelperQuerySet(SharedQuerySet):
    view_permission = "hardship.view_helper"

    def active(self):
        """Ready to help."""
        return self.filter(is_active=True)

    def with_load(self):
        """With `load`, how many families each has now; counted for the rows that are read, not for all that are sorted."""
        own = Pairing.objects.filter(helper=OuterRef("pk"), state__in=ALIVE).order_by().values("helper")
        return self.annotate(load=Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0))

    def with_skill(self, code):
        """Those who can give this kind of help; read as text, since SQLite knows no look-up inside a JSON list."""
        return self.annotate(skills_text=Cast("skills", models.TextField())).filter(skills_text__contains=f'"{code}"')


class Helper(AreaScoped):
    """帮扶人（单位）。 A person or a unit that helps families; `cap` families at most without a second signature.

    `skills` are the kinds of help she can give. One with an account (`user`) sees her own pairings; a helper who lives
    here is linked to her own record (`resident`), so that nobody is paired with her own household.
    """

    kind = models.CharField("类别", max_length=10, choices=HelperKind)
    name = models.CharField("姓名（单位名称）", max_length=60)
    contact = models.CharField("单位联系人", max_length=50, blank=True)
    phone = EncryptedTextField("电话", column="hardship.Helper.phone", text_length=30)
    unit = models.CharField("所在单位", max_length=60, blank=True)
    unit_level = models.CharField("单位层级", max_length=10, choices=UnitLevel, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="工作账号",
        related_name="helping",
        null=True,
        blank=True,
    )
    resident = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="居民档案", related_name="helping", null=True, blank=True
    )
    source_key = models.CharField("来源", max_length=20, blank=True, editable=False)
    source_id = models.BigIntegerField("来源编号", null=True, blank=True, editable=False)
    skills = models.JSONField("能帮什么", default=list, blank=True)
    compound = models.CharField("住（办公）在哪个小区", max_length=40, blank=True)
    building = models.CharField("楼栋", max_length=20, blank=True)
    cap = models.PositiveSmallIntegerField("最多帮几户", default=5)
    is_active = models.BooleanField("可以帮扶", default=True)
    note = models.CharField("备注", max_length=100, blank=True)

    objects = HelperQuerySet.as_manager()

    class Privacy:
        internal = {"kind", "unit", "unit_level", "user", "resident", "source_key", "source_id", "skills", "cap",
                    "is_active", "note"}  # fmt: skip
        personal = {"name", "contact", "phone", "compound", "building"}
        masks = {"phone": mask_phone}
        reveal = "hardship.change_helper"

    class Meta:
        verbose_name = verbose_name_plural = "帮扶人（单位）"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="hardship_helper_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="hardship_helper_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=HelperKind.values), name="hardship_helper_kind_known"),
            models.CheckConstraint(
                condition=Q(unit_level__in=["", *UnitLevel.values]), name="hardship_helper_level_known"
            ),
            models.UniqueConstraint(
                fields=["source_key", "source_id"], condition=~Q(source_key=""), name="hardship_helper_once_a_source"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("hardship:helper_detail", args=[self.pk])

    @property
    def skill_words(self):
        """What she can give, in words."""
        return [HelpKind(code).label for code in self.skills if code in HelpKind.values]


class PairingQuerySet(CircledQuerySet):
    file_path = "file__"

    def own(self, user, day=None):
        """Those of which `user` is the helper, while they run and the consent they rest on holds (acceptance F2.8)."""
        day = day or timezone.localdate()
        holds = Q(consent=None) | (
            Q(consent__given_on__lte=day)
            & (Q(consent__expires_on=None) | Q(consent__expires_on__gte=day))
            & (Q(consent__withdrawn_on=None) | Q(consent__withdrawn_on__gt=day))
            & covered("consent__", day)
        )
        return self.filter(holds, helper__user=user, state=PairingState.ACTIVE, starts_on__lte=day)

    def alive(self):
        """Not ended."""
        return self.filter(state__in=ALIVE)

    def silent(self, day=None):
        """Running, and the rhythm has passed without a word."""
        return self.filter(state=PairingState.ACTIVE, speaks_by__lt=day or timezone.localdate())


class Pairing(AreaScoped):
    """结对。 One family × one helper × a time. A changed promise ends the line and begins a new one (`follows`).

    `area` follows the family. `consent` is the family's separate consent to tell the helper what she needs (PIPL art. 23);
    helpers of the federation's own staff need none. `speaks_by` is the day by which somebody must have been heard of.
    """

    file = models.ForeignKey(HardshipFile, models.PROTECT, verbose_name="困难档案", related_name="pairings")
    household = models.ForeignKey(
        "households.Household", models.PROTECT, verbose_name="家庭", related_name="pairings", editable=False
    )
    helper = models.ForeignKey(Helper, models.PROTECT, verbose_name="帮扶人", related_name="pairings")
    kinds = models.JSONField("答应帮什么", default=list)
    every_days = models.PositiveSmallIntegerField("多少天联系一次", default=30)
    starts_on = models.DateField("结对日期", default=timezone.localdate)
    until = models.DateField("约定到", null=True, blank=True)
    promise = EncryptedTextField("约定内容", column="hardship.Pairing.promise", text_length=500)
    consent = models.ForeignKey(
        "households.Consent", models.PROTECT, verbose_name="家庭同意", related_name="pairings", null=True, blank=True
    )
    state = models.CharField("状态", max_length=10, choices=PairingState, default=PairingState.ACTIVE, editable=False)
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="第二签字人",
        related_name="+",
        null=True,
        editable=False,
    )
    over_cap = models.BooleanField("超过户数上限", default=False, editable=False)
    last_contact_on = models.DateField("最近联系", null=True, blank=True, editable=False)
    speaks_by = models.DateField("下次联系不晚于", editable=False)
    ended_on = models.DateField("结束日期", null=True, blank=True, editable=False)
    end_reason = models.CharField("结束原因", max_length=10, choices=PairingEnd, blank=True, editable=False)
    end_note = models.CharField("结束说明", max_length=100, blank=True, editable=False)
    follows = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name="接着哪一次",
        related_name="followed_by",
        null=True,
        blank=True,
        editable=False,
    )

    objects = PairingQuerySet.as_manager()

    class Privacy:
        internal = {
            "file", "household", "helper", "every_days", "starts_on", "until", "consent", "state", "second_by", "over_cap",
            "last_contact_on", "speaks_by", "ended_on", "end_reason", "end_note", "follows",
        }  # fmt: skip
        sensitive = {"kinds", "promise"}

    class Meta:
        verbose_name = verbose_name_plural = "结对"
        default_permissions = ("view", "add", "change")
        permissions = [("sign_pairing", "超过上限时第二人签字"), ("view_ownpairing", "看自己帮扶的家庭")]
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="hardship_pair_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="hardship_pair_sort"),
            models.Index(fields=["area", "speaks_by", "id"], name="hardship_pair_area_silent"),
            models.Index(fields=["speaks_by", "id"], name="hardship_pair_silent"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PairingState.values), name="hardship_pair_state_known"),
            models.CheckConstraint(
                condition=Q(ended_on=None, end_reason="")
                | Q(ended_on__isnull=False, end_reason__in=PairingEnd.values),
                name="hardship_pair_end_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["ended", "refused"], ended_on__isnull=False)
                | Q(state__in=["waiting", "active"], ended_on=None),
                name="hardship_pair_ended_when_state_says_so",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("starts_on")), name="hardship_pair_dates"
            ),
            models.CheckConstraint(
                condition=Q(over_cap=False) | ~Q(state=PairingState.ACTIVE) | Q(second_by__isnull=False),
                name="hardship_pair_over_cap_signed",
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("created_by")), name="hardship_pair_two_people"
            ),
            models.CheckConstraint(condition=Q(every_days__gte=1), name="hardship_pair_rhythm"),
            models.UniqueConstraint(
                fields=["file", "helper"], condition=Q(ended_on=None), name="hardship_pair_once_at_a_time"
            ),
        ]

    def __str__(self):
        return f"{self.household} {self.helper}"

    def get_absolute_url(self):
        return reverse("hardship:pairing_detail", args=[self.pk])

    @property
    def kind_words(self):
        """What was promised, in words."""
        return [HelpKind(code).label for code in self.kinds if code in HelpKind.values]


class HelpRecordQuerySet(CircledQuerySet):
    scope_path, file_path = "pairing__area", "pairing__file__"
    view_permission = "hardship.view_pairing"

    def standing(self):
        """Not voided."""
        return self.filter(voided_on=None)


class HelpRecord(models.Model):
    """帮扶记录（人力）。 What was done on a day, in half hours; a wrong one is voided with a reason and written anew."""

    pairing = models.ForeignKey(Pairing, models.PROTECT, verbose_name="结对", related_name="records")
    on = models.DateField("日期", default=timezone.localdate)
    half_hours = models.PositiveSmallIntegerField("时长（半小时）")
    people = models.CharField("还有谁一起", max_length=100, blank=True)
    done = EncryptedTextField("做了什么", column="hardship.HelpRecord.done", text_length=500)
    feedback = EncryptedTextField("家庭反映", column="hardship.HelpRecord.feedback", text_length=300)
    next_on = models.DateField("下次", null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+")
    made_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)
    voided_on = models.DateField("作废日期", null=True, editable=False)
    voided_why = models.CharField("作废原因", max_length=100, blank=True, editable=False)

    objects = HelpRecordQuerySet.as_manager()

    class Privacy:
        internal = {
            "id", "pairing", "on", "half_hours", "next_on", "made_by", "made_at", "voided_on", "voided_why",
        }  # fmt: skip
        personal = {"people"}
        sensitive = {"done", "feedback"}

    class Meta:
        verbose_name = verbose_name_plural = "帮扶记录"
        default_permissions = ()
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(half_hours__gte=1, half_hours__lte=48), name="hardship_record_hours"),
            models.CheckConstraint(
                condition=Q(voided_on=None, voided_why="") | Q(voided_on__isnull=False) & ~Q(voided_why=""),
                name="hardship_record_voided_has_reason",
            ),
        ]

    def __str__(self):
        return f"{self.pairing} {self.on}"

    @property
    def hours(self):
        """ "1.5 小时"."""
        return f"{self.half_hours / 2:g} 小时"
