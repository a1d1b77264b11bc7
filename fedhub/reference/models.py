"""Code tables, agencies, venues, the holiday table, and rules as data (handbook 10, 13.1).

Edits go through `services`, which move the stamp that `lookup` watches; a row written past them is seen late.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from fedhub.core.models import Stamped
from fedhub.core.text import match_key
from fedhub.core.validators import parse_service_phone
from fedhub.reference.enums import (
    AgencyKind,
    DayKind,
    FamilyKind,
    RiskLevel,
    RuleTarget,
    RuleUnit,
    VisitEvent,
    VisitWho,
)


class SharedQuerySet(models.QuerySet):
    """Rows that belong to the whole office: who may see one may see all."""

    def visible_to(self, user, permission=None):
        """All rows when `user` holds `permission` (default: to view this model), else none."""
        options = self.model._meta
        allowed = user.has_perm(permission or f"{options.app_label}.view_{options.model_name}")
        return self if allowed else self.none()

    def active(self):
        """Rows in use."""
        return self.filter(active=True)


class CodeTable(Stamped):
    """代码表。 A list of codes. Standard tables keep theirs; lists of the office may be added to (handbook 10.4)."""

    key = models.SlugField("标识", max_length=30, unique=True)
    name = models.CharField("名称", max_length=30)
    standard = models.CharField("依据", max_length=60, blank=True)
    editable = models.BooleanField("可增改", default=False)
    order = models.PositiveSmallIntegerField("排序", default=0)

    objects = SharedQuerySet.as_manager()

    class Privacy:
        internal = {"key", "name", "standard", "editable", "order"}

    class Meta:
        verbose_name = verbose_name_plural = "代码表"
        ordering = ["order", "key"]
        default_permissions = ("view", "change")

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("reference:codetable_detail", args=[self.pk])


class CodeEntry(Stamped):
    """代码。 One code with its label. A code is never deleted, since old records use it: it is switched off."""

    table = models.ForeignKey(CodeTable, models.PROTECT, verbose_name="代码表", related_name="entries")
    code = models.CharField("代码", max_length=8)
    label = models.CharField("名称", max_length=40)
    aliases = models.JSONField("导入时的其他写法", default=list, blank=True)
    parent_code = models.CharField("上级代码", max_length=8, blank=True)
    order = models.PositiveSmallIntegerField("排序", default=0)
    on_form = models.BooleanField("填表时可选", default=True)
    active = models.BooleanField("在用", default=True)
    local = models.BooleanField("本单位改过", default=False, editable=False)

    objects = SharedQuerySet.as_manager()

    class Privacy:
        internal = {"table", "code", "label", "aliases", "parent_code", "order", "on_form", "active", "local"}

    class Meta:
        verbose_name = verbose_name_plural = "代码"
        ordering = ["order", "code"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["table", "code"],
                name="reference_codeentry_code_once",
                violation_error_message="这个代码已经有了，请换一个。",
            ),
            models.UniqueConstraint(
                fields=["table", "label"],
                name="reference_codeentry_label_once",
                violation_error_message="这个名称已经有了，请换一个。",
            ),
            models.CheckConstraint(condition=~Q(code=""), name="reference_codeentry_has_code"),
        ]

    def __str__(self):
        return self.label

    def get_absolute_url(self):
        return reverse("reference:codetable_detail", args=[self.table_id])

    def match_keys(self):
        """Everything that stands for this code on import, as compared (see core.text.match_key)."""
        return {match_key(text) for text in (self.label, *self.aliases)} - {""}

    def clean(self):
        """No label or alias of this entry may stand for another code of the table."""
        if self.table_id is None:
            return
        for other in CodeEntry.objects.filter(table=self.table_id).exclude(pk=self.pk):
            if shared := self.match_keys() & other.match_keys():
                raise ValidationError(f"“{min(shared)}”已经是“{other.label}”的名称或写法，请换一个。")


class Agency(Stamped):
    """单位。 Police, courts, clinics, firms: whom people are referred to. Its contact acts for the agency."""

    kind = models.CharField("类别", max_length=10, choices=AgencyKind)
    name = models.CharField("名称", max_length=60)
    phone = models.CharField("电话", max_length=30, blank=True)
    address = models.CharField("地址", max_length=100, blank=True)
    contact = models.CharField("联系人", max_length=50, blank=True)
    area = models.ForeignKey(
        "areas.Area", models.PROTECT, verbose_name="所属区域", related_name="agencies", null=True, blank=True
    )
    note = models.CharField("备注", max_length=200, blank=True)
    active = models.BooleanField("在用", default=True)

    objects = SharedQuerySet.as_manager()

    class Privacy:
        internal = {"kind", "name", "phone", "address", "area", "note", "active"}
        personal = {"contact"}

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["kind", "name"]
        default_permissions = ("view", "add", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name"], name="reference_agency_once", violation_error_message="这个单位已经登记过了。"
            ),
            models.CheckConstraint(condition=Q(kind__in=AgencyKind.values), name="reference_agency_kind_known"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("reference:agency_list")

    def clean(self):
        if self.phone:
            try:
                self.phone = parse_service_phone(self.phone)
            except ValueError as error:
                raise ValidationError({"phone": str(error)}) from error


class Venue(Stamped):
    """场地。 A room for meetings, mediation and activities."""

    name = models.CharField("名称", max_length=40)
    address = models.CharField("地址", max_length=100, blank=True)
    seats = models.PositiveSmallIntegerField("可容纳人数", null=True, blank=True)
    area = models.ForeignKey(
        "areas.Area", models.PROTECT, verbose_name="所属区域", related_name="venues", null=True, blank=True
    )
    note = models.CharField("备注", max_length=200, blank=True)
    active = models.BooleanField("在用", default=True)

    objects = SharedQuerySet.as_manager()

    class Privacy:
        internal = {"name", "address", "seats", "area", "note", "active"}

    class Meta:
        verbose_name = verbose_name_plural = "场地"
        ordering = ["name"]
        default_permissions = ("view", "add", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "area"], name="reference_venue_once", violation_error_message="这个场地已经登记过了。"
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(area=None),
                name="reference_venue_once_without_area",
                violation_error_message="这个场地已经登记过了。",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("reference:venue_list")


class Holiday(Stamped):
    """节假日。 A day that is not what its weekday says: off on a weekday, or worked at a weekend (调休)."""

    date = models.DateField("日期", unique=True)
    kind = models.CharField("安排", max_length=10, choices=DayKind)
    name = models.CharField("名称", max_length=20, blank=True)
    local = models.BooleanField("本单位改过", default=False, editable=False)

    objects = SharedQuerySet.as_manager()

    class Privacy:
        public = {"date", "kind", "name"}
        internal = {"local"}

    class Meta:
        verbose_name = verbose_name_plural = "节假日"
        ordering = ["date"]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DayKind.values), name="reference_holiday_kind_known")
        ]

    def __str__(self):
        return f"{self.date} {self.get_kind_display()}"

    def get_absolute_url(self):
        return f"{reverse('reference:holiday_list')}?year={self.date.year}"


class Rule(Stamped):
    """规则。 A limit, deadline or interval with its source; the value is a number or a list of numbers."""

    key = models.SlugField("标识", max_length=40, unique=True)
    label = models.CharField("名称", max_length=60)
    value = models.JSONField("值")
    unit = models.CharField("单位", max_length=15, choices=RuleUnit)
    source = models.CharField("依据", max_length=100, blank=True)
    editable = models.BooleanField("可改", default=True)
    order = models.PositiveSmallIntegerField("排序", default=0)
    local = models.BooleanField("本单位改过", default=False, editable=False)

    objects = SharedQuerySet.as_manager()

    class Privacy:
        internal = {"key", "label", "value", "unit", "source", "editable", "order", "local"}

    class Meta:
        verbose_name = verbose_name_plural = "规则"
        ordering = ["order", "key"]
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(unit__in=RuleUnit.values), name="reference_rule_unit_known")]

    def __str__(self):
        return self.label

    def get_absolute_url(self):
        return reverse("reference:rule_list")


# Codes that the target of a visit rule may have; those of a category are the codes of its table.
TARGET_CODES = {
    RuleTarget.ALL: {"": "所有家庭"},
    RuleTarget.LEVEL: dict(RiskLevel.choices),
    RuleTarget.KIND: dict(FamilyKind.choices),
    RuleTarget.EVENT: dict(VisitEvent.choices),
}


class VisitRule(Stamped):
    """走访规则。 How often a family is visited, or within how many days after something happened (handbook 2.4).

    `every_days` is the interval after a counting visit, `within_days` the days for the first visit after the category
    began or the event happened; `early_days` before and `grace_days` after the due day a visit is still in time.
    `weight` is what the rule adds to the order of a day's list.
    """

    key = models.SlugField("标识", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    target = models.CharField("针对", max_length=10, choices=RuleTarget)
    code = models.CharField("是哪一种", max_length=10, blank=True)
    every_days = models.PositiveSmallIntegerField("多少天走访一次", null=True, blank=True)
    within_days = models.PositiveSmallIntegerField("几天内首次走访", null=True, blank=True)
    early_days = models.PositiveSmallIntegerField("可以提前几天", default=7)
    grace_days = models.PositiveSmallIntegerField("可以晚几天", default=0)
    weight = models.PositiveSmallIntegerField("轻重分", default=0)
    who = models.CharField("谁去", max_length=10, choices=VisitWho, default=VisitWho.ANY)
    source = models.CharField("依据", max_length=100, blank=True)
    active = models.BooleanField("在用", default=True)
    order = models.PositiveSmallIntegerField("排序", default=0)
    local = models.BooleanField("本单位改过", default=False, editable=False)

    objects = SharedQuerySet.as_manager()

    class Privacy:
        internal = {
            "key", "name", "target", "code", "every_days", "within_days", "early_days", "grace_days", "weight", "who", "source",
            "active", "order", "local",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "走访规则"
        ordering = ["order", "pk"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["target", "code"],
                name="reference_visitrule_once",
                violation_error_message="这一种已经有一条规则了，请改那一条。",
            ),
            models.CheckConstraint(condition=Q(target__in=RuleTarget.values), name="reference_visitrule_target_known"),
            models.CheckConstraint(condition=Q(who__in=VisitWho.values), name="reference_visitrule_who_known"),
            models.CheckConstraint(
                condition=Q(target=RuleTarget.EVENT, every_days=None, within_days__gt=0)
                | (~Q(target=RuleTarget.EVENT) & Q(every_days__gt=0)),
                name="reference_visitrule_has_days",
            ),
            models.CheckConstraint(
                condition=Q(target=RuleTarget.ALL, code="") | (~Q(target=RuleTarget.ALL) & ~Q(code="")),
                name="reference_visitrule_code_of_target",
            ),
            models.CheckConstraint(
                condition=~Q(target=RuleTarget.ALL) | Q(active=True), name="reference_visitrule_ordinary_holds"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("reference:visitrule_list")
