"""A person in the files, her phones, and where she lives and is registered."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped, ScopedQuerySet
from fedhub.core.fields import BlindIndexField, EncryptedTextField, PartialDateField
from fedhub.core.history import track
from fedhub.core.models import Stamped
from fedhub.core.text import mask_all, mask_id, mask_phone
from households.enums import MembershipKind, PhoneOwner, ResidentState, Source
from households.models.household import Household

# Stands for "never" in `Resident.contacted_on`, so that lists sorted by it are walked along an index without gaps.
NEVER = date(1900, 1, 1)


class ResidentQuerySet(ScopedQuerySet):
    def for_list(self):
        """What the list shows, in one query."""
        return self.select_related("area")

    def active(self):
        """People on the books."""
        return self.filter(state=ResidentState.ACTIVE)

    def women(self, *, born_by=None):
        """Women on the books; `born_by` "2008-06-30" keeps those born up to that day (adults) or with no birth known."""
        rows = self.active().filter(sex="2")
        return rows.filter(birth__lte=born_by) if born_by else rows


def age_on(birth, day):
    """Full years of a partial birth date on `day`, or None; from a year alone the age reached in that year."""
    if not birth:
        return None
    years = day.year - int(birth[:4])
    if len(birth) == 10 and (day.month, day.day) < (int(birth[5:7]), int(birth[8:])):
        years -= 1
    return max(years, 0)


class Resident(AreaScoped):
    """居民。 A person in our files, never an account. People without a household hang on the community."""

    name = models.CharField("姓名", max_length=50)
    name_sort = models.CharField("姓名拼音", max_length=60, blank=True, editable=False)
    former_name = models.CharField("曾用名", max_length=50, blank=True)
    sex = models.CharField("性别", max_length=1, blank=True)
    birth = PartialDateField("出生日期")
    id_type = models.CharField("证件类型", max_length=4, blank=True)
    id_number = EncryptedTextField("身份证号", column="households.Resident.id_number", text_length=30)
    id_blind = BlindIndexField("身份证号指纹")
    id_note = models.CharField("证件核对", max_length=120, blank=True)
    ethnic = models.CharField("民族", max_length=4, blank=True)
    education = models.CharField("文化程度", max_length=4, blank=True)
    political = models.CharField("政治面貌", max_length=4, blank=True)
    marital = models.CharField("婚姻状况", max_length=4, blank=True)
    employment = models.CharField("就业状况", max_length=4, blank=True)
    workplace = models.CharField("工作单位（职业）", max_length=80, blank=True)
    hukou_type = models.CharField("户籍情况", max_length=4, blank=True)
    hukou_address = models.CharField("户籍地址", max_length=120, blank=True)
    children = models.PositiveSmallIntegerField("子女数", null=True, blank=True)
    skills = models.CharField("特长", max_length=100, blank=True)
    is_backbone = models.BooleanField("妇女骨干", default=False)
    is_volunteer = models.BooleanField("志愿者", default=False)
    health = models.CharField("健康状况", max_length=4, blank=True)
    health_note = EncryptedTextField("健康情况说明", column="households.Resident.health_note", text_length=300)
    income_note = EncryptedTextField("收入情况", column="households.Resident.income_note", text_length=300)
    note = models.CharField("备注", max_length=300, blank=True)
    raw = models.JSONField("原表未识别内容", default=dict, blank=True, editable=False)
    has_contact = models.BooleanField("有联系人", default=False, editable=False)
    contacted_on = models.DateField("最近联系", default=NEVER, editable=False)
    state = models.CharField("状态", max_length=10, choices=ResidentState, default=ResidentState.ACTIVE)
    left_on = models.DateField("离开日期", null=True, blank=True)
    left_why = models.CharField("离开原因", max_length=60, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, verbose_name="并入", related_name="merged_from", null=True, blank=True, editable=False
    )

    objects = ResidentQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"state", "left_on", "left_why", "merged_into", "is_backbone", "is_volunteer", "hukou_type",
                    "has_contact", "contacted_on"}  # fmt: skip
        personal = {
            "name", "name_sort", "former_name", "sex", "birth", "id_type", "id_number", "id_blind", "id_note",
            "ethnic", "education", "political", "marital", "employment", "workplace", "hukou_address", "children",
            "skills", "note", "raw",
        }  # fmt: skip
        sensitive = {"health", "health_note", "income_note"}
        masks = {"id_number": mask_id, "health_note": mask_all, "income_note": mask_all}

    class Meta:
        verbose_name = verbose_name_plural = "居民"
        default_permissions = ("view", "add", "change", "export")
        permissions = [
            ("reveal_resident", "查看遮住的证件号、电话"),
            ("export_full_resident", "导出不遮挡的台账"),
            ("merge_resident", "合并重复的人"),
        ]
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="households_res_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="households_res_sort"),
            models.Index(fields=["area", "name_sort", "id"], name="households_res_area_name"),
            models.Index(fields=["name_sort", "id"], name="households_res_name"),
            models.Index(fields=["name", "birth"], name="households_res_twin"),
            # They hold all that the coverage of links counts, so that nothing is read of the people themselves.
            models.Index(
                fields=["area", "contacted_on", "id", "has_contact", "sex", "state", "birth"],
                name="households_res_area_silent",
            ),
            models.Index(fields=["contacted_on", "id", "has_contact"], name="households_res_silent"),
            # Few are ticked as backbone women; who of them has no file yet is asked with each page of those who have.
            models.Index(fields=["name_sort", "id"], condition=Q(is_backbone=True), name="households_res_backbone"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id_blind"],
                condition=~Q(state=ResidentState.MERGED),
                name="households_resident_one_per_id",
            ),
            models.CheckConstraint(
                condition=Q(state=ResidentState.ACTIVE, left_on=None)
                | Q(state__in=[ResidentState.MOVED, ResidentState.DECEASED], left_on__isnull=False)
                | Q(state=ResidentState.MERGED, merged_into__isnull=False),
                name="households_resident_left_when_state_says_so",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ResidentState.values), name="households_resident_state_known"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("households:resident_detail", args=[self.pk])

    def age(self, day=None):
        """Full years on `day` (default today), see age_on."""
        return age_on(self.birth, day or timezone.localdate())

    @property
    def last_contact(self):
        """The day somebody of the federation last spoke to her, None for never."""
        return None if self.contacted_on == NEVER else self.contacted_on

    @property
    def home(self):
        """The open membership of living, or None (uses a prefetched list when there is one)."""
        return next((m for m in self.memberships.all() if m.kind == MembershipKind.LIVES and m.valid_to is None), None)


class PhoneQuerySet(ScopedQuerySet):
    scope_path = "resident__area"


class Phone(models.Model):
    """电话。 One number of a person; several people may share one. The tail has its own index (last four digits).

    A number that changes unnoticed is what somebody who controls her would do: every change leaves a history row.
    """

    resident = models.ForeignKey(Resident, models.PROTECT, verbose_name="居民", related_name="phones")
    number = EncryptedTextField("号码", column="households.Phone.number", text_length=30)
    blind = BlindIndexField("号码指纹")
    tail_blind = BlindIndexField("尾号指纹")
    owner_kind = models.CharField("机主", max_length=10, choices=PhoneOwner, default=PhoneOwner.SELF)
    shared = models.BooleanField("多人合用", default=False)
    usable = models.BooleanField("可用", default=True)
    position = models.PositiveSmallIntegerField("次序", default=1)

    objects = PhoneQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"id", "resident", "owner_kind", "shared", "usable", "position"}
        personal = {"number", "blind", "tail_blind"}
        masks = {"number": mask_phone}
        reveal = "households.reveal_resident"
        person = "resident"

    class Meta:
        verbose_name = verbose_name_plural = "电话"
        default_permissions = ()
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["blind"], name="households_phone_blind"),
            models.Index(fields=["tail_blind"], name="households_phone_tail"),
        ]
        constraints = [models.UniqueConstraint(fields=["resident", "blind"], name="households_phone_once")]

    def __str__(self):
        return mask_phone(self.number) if self.number else ""


class MembershipQuerySet(ScopedQuerySet):
    scope_path = "household__area"

    def current(self):
        """Open memberships."""
        return self.filter(valid_to=None)


class Membership(Stamped):
    """家庭成员关系。 A person lives or is registered in a household from a day to a day."""

    # Both are found by an index of more columns.
    resident = models.ForeignKey(
        Resident, models.PROTECT, verbose_name="居民", related_name="memberships", db_index=False
    )
    household = models.ForeignKey(
        Household, models.PROTECT, verbose_name="家庭", related_name="memberships", db_index=False
    )
    kind = models.CharField("种类", max_length=10, choices=MembershipKind, default=MembershipKind.LIVES)
    relation = models.CharField("与户主关系", max_length=4, blank=True)
    valid_from = models.DateField("起", default=timezone.localdate)
    valid_to = models.DateField("止", null=True, blank=True)
    source = models.CharField("来源", max_length=10, choices=Source, default=Source.DESK)
    end_why = models.CharField("结束原因", max_length=60, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Privacy:
        internal = {"resident", "household", "kind", "valid_from", "valid_to", "source", "end_why"}
        personal = {"relation"}

    class Meta:
        verbose_name = verbose_name_plural = "家庭成员"
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "kind"], condition=Q(valid_to=None), name="households_member_one_current"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="households_member_dates"
            ),
            models.CheckConstraint(condition=Q(kind__in=MembershipKind.values), name="households_member_kind_known"),
        ]
        indexes = [
            models.Index(fields=["household", "valid_to"], name="households_member_home"),
            # The homes of the hits of a search are read from the index alone.
            models.Index(fields=["resident", "kind", "valid_to", "household"], name="households_member_resident"),
        ]

    def __str__(self):
        return f"{self.resident} {self.household}"
