"""A household and where it lay when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import Area, AreaScoped, ScopedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track
from fedhub.core.text import mask_all
from fedhub.reference.enums import RiskLevel
from households.enums import HouseholdState, HousingKind


class HouseholdQuerySet(ScopedQuerySet):
    def for_list(self):
        """What the list shows, in one query."""
        return self.select_related("area")

    def active(self):
        """Households on the books."""
        return self.filter(state=HouseholdState.ACTIVE)


def household_title(head_name, first_name, number):
    """What a household is called: by its head, else by the member registered first, an empty one by its number."""
    called = head_name or first_name
    return f"{called}户" if called else number


class Household(AreaScoped):
    """家庭（户）。 People who live together at one address; its area decides who works with it."""

    number = models.CharField("户号", max_length=20, unique=True)
    head_name = models.CharField("户主", max_length=50, blank=True)
    first_name = models.CharField("成员姓名", max_length=50, blank=True, editable=False)
    head_sort = models.CharField("户主拼音", max_length=60, blank=True, editable=False)
    compound = models.CharField("小区（院落）", max_length=40, blank=True)
    building = models.CharField("楼栋（门牌）", max_length=20, blank=True)
    stair = models.CharField("单元", max_length=10, blank=True)
    floor = models.CharField("楼层", max_length=10, blank=True)
    room = models.CharField("房号", max_length=20, blank=True)
    address = models.CharField("家庭住址", max_length=120, blank=True)
    address_key = models.CharField("地址键", max_length=120, blank=True, editable=False)
    hukou_type = models.CharField("户籍情况", max_length=4, blank=True)
    housing = models.CharField("住房", max_length=10, choices=HousingKind, blank=True)
    housing_note = models.CharField("住房情况", max_length=100, blank=True)
    income_note = EncryptedTextField("收入情况", column="households.Household.income_note", text_length=300)
    note = models.CharField("备注", max_length=300, blank=True)
    people = models.PositiveSmallIntegerField("人数", default=0, editable=False)
    state = models.CharField("状态", max_length=10, choices=HouseholdState, default=HouseholdState.ACTIVE)
    closed_on = models.DateField("迁出（注销）日期", null=True, blank=True)
    closed_why = models.CharField("迁出（注销）原因", max_length=60, blank=True)
    last_visit_on = models.DateField("上次走访", null=True, blank=True, editable=False)
    next_due_on = models.DateField("下次应访", null=True, blank=True, editable=False)
    risk_level = models.CharField("风险等级", max_length=10, choices=RiskLevel, blank=True)
    visit_every = models.PositiveSmallIntegerField("走访间隔（天）", default=180, editable=False)
    visit_grace = models.PositiveSmallIntegerField("可以晚几天", default=0, editable=False)
    visit_weight = models.PositiveSmallIntegerField("走访轻重分", default=0, editable=False)

    objects = HouseholdQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "number", "hukou_type", "people", "state", "closed_on", "closed_why", "last_visit_on", "next_due_on",
            "visit_every", "visit_grace", "visit_weight",
        }  # fmt: skip
        personal = {
            "head_name", "first_name", "head_sort", "compound", "building", "stair", "floor", "room", "address", "address_key",
            "housing", "housing_note", "note", "risk_level",
        }  # fmt: skip
        sensitive = {"income_note"}
        masks = {"income_note": mask_all}
        reveal = "households.reveal_resident"

    class Meta:
        verbose_name = verbose_name_plural = "家庭"
        default_permissions = ("view", "add", "change")
        permissions = [("move_household", "迁移、分户、批量分派")]
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="households_hh_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="households_hh_sort"),
            models.Index(fields=["area", "next_due_on", "id"], name="households_hh_area_due"),
            models.Index(fields=["next_due_on", "id"], name="households_hh_due"),
            models.Index(fields=["area", "-visit_weight", "next_due_on", "id"], name="households_hh_area_risk"),
            models.Index(fields=["-visit_weight", "next_due_on", "id"], name="households_hh_risk"),
            models.Index(fields=["area", "head_sort", "id"], name="households_hh_area_head"),
            models.Index(fields=["head_sort", "id"], name="households_hh_head"),
            models.Index(fields=["address_key"], name="households_hh_address"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=HouseholdState.ACTIVE, closed_on=None)
                | (~Q(state=HouseholdState.ACTIVE) & Q(closed_on__isnull=False)),
                name="households_household_closed_when_state_says_so",
            ),
            models.CheckConstraint(
                condition=Q(state__in=HouseholdState.values), name="households_household_state_known"
            ),
            models.CheckConstraint(
                condition=Q(risk_level__in=["", *RiskLevel.values]), name="households_household_risk_known"
            ),
        ]

    def __str__(self):
        return household_title(self.head_name, self.first_name, self.number)

    def get_absolute_url(self):
        return reverse("households:household_detail", args=[self.pk])

    @property
    def called(self):
        """Name the household goes by: its head's, else that of the member registered first; '' for an empty one."""
        return self.head_name or self.first_name

    @property
    def is_open(self):
        """True while the household is on the books."""
        return self.state == HouseholdState.ACTIVE


class HouseholdPlaceQuerySet(ScopedQuerySet):
    scope_path = "household__area"


class HouseholdPlace(models.Model):
    """住户所在网格沿革。 Which grid a household lay in from when to when; written by move_household alone."""

    household = models.ForeignKey(Household, models.PROTECT, verbose_name="家庭", related_name="places")
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="网格", related_name="+")
    valid_from = models.DateField("起", default=timezone.localdate)
    valid_to = models.DateField("止", null=True, blank=True)
    reason = models.CharField("原因", max_length=60, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+", null=True
    )
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = HouseholdPlaceQuerySet.as_manager()

    class Privacy:
        internal = {"id", "household", "area", "valid_from", "valid_to", "reason", "recorded_by", "recorded_at"}

    class Meta:
        verbose_name = verbose_name_plural = "住户所在网格"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(valid_to=None), name="households_place_one_current"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="households_place_dates"
            ),
        ]

    def __str__(self):
        return f"{self.household} {self.area} {self.valid_from}"
