"""Volunteers, what they did, and what is certified of it (志愿服务条例; 民政部令第67号; handbook 9.2)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.urls import reverse

from fedhub.areas.models import AreaScoped, SharedQuerySet
from fedhub.core.fields import BlindIndexField, EncryptedTextField, PartialDateField
from fedhub.core.history import track
from fedhub.core.text import mask_all, mask_id, mask_phone
from groups.enums import VolunteerState
from groups.hours import words
from groups.need_enums import Near
from households.models import Resident


def is_insured(since, until, day):
    """True when an insurance of these days (None where they are not known) covers `day`."""
    return (since is None or since <= day) and until is not None and until >= day


class VolunteerQuerySet(SharedQuerySet):
    view_permission = "groups.view_volunteer"

    def active(self):
        """Who serves at present."""
        return self.filter(state=VolunteerState.ACTIVE)

    def listing(self, name, code):
        """Those whose JSON list `name` holds `code`; read as text, since SQLite knows no look-up inside a list."""
        return self.annotate(**{f"{name}_text": Cast(name, models.TextField())}).filter(
            **{f"{name}_text__contains": f'"{code}"'}
        )


class Volunteer(AreaScoped):
    """志愿者。 Registered with what the regulation asks: who she is, what she can, when she has time (art. 7).

    One who lives here is linked to her own record; `half_hours` is the sum of what was counted, kept in the same transaction.
    """

    number = models.CharField("编号", max_length=20, unique=True, editable=False)
    resident = models.ForeignKey(
        Resident, models.PROTECT, verbose_name="居民档案", related_name="volunteering", null=True, blank=True
    )
    name = models.CharField("姓名", max_length=50)
    sex = models.CharField("性别", max_length=1, blank=True)
    birth = PartialDateField("出生日期", blank=True)
    id_number = EncryptedTextField("身份证号", column="groups.Volunteer.id_number", text_length=30)
    id_blind = BlindIndexField("身份证号指纹", editable=False)
    phone = EncryptedTextField("电话", column="groups.Volunteer.phone", text_length=30)
    occupation = models.CharField("职业", max_length=40, blank=True)
    education = models.CharField("文化程度", max_length=4, blank=True)
    political = models.CharField("政治面貌", max_length=4, blank=True)
    address = EncryptedTextField("住址", column="groups.Volunteer.address", text_length=120)
    emergency = EncryptedTextField("紧急联系人、电话", column="groups.Volunteer.emergency", text_length=60)
    kinds = models.JSONField("能做什么", default=list, blank=True)
    times = models.JSONField("什么时候有空", default=list, blank=True)
    skills = models.CharField("特长", max_length=100, blank=True)
    tongues = models.JSONField("会说什么话", default=list, blank=True)
    near = models.CharField("愿意去多远", max_length=10, choices=Near, default=Near.COMMUNITY)
    cap = models.PositiveSmallIntegerField("同时最多接几件", default=3)
    health = EncryptedTextField("身体情况", column="groups.Volunteer.health", text_length=100)
    limits = models.JSONField("不适合做的", default=list, blank=True)
    insurance = models.CharField("意外保险（公司、保单号）", max_length=60, blank=True)
    insured_from = models.DateField("意外保险从", null=True, blank=True)
    insured_until = models.DateField("意外保险到期", null=True, blank=True)
    trained = models.CharField("培训", max_length=200, blank=True)
    guardian = EncryptedTextField("监护人、电话", column="groups.Volunteer.guardian", text_length=60)
    guardian_on = models.DateField("监护人同意日期", null=True, blank=True)
    guardian_paper = models.CharField("监护人同意书（放在哪里）", max_length=60, blank=True)
    told_risks = models.BooleanField("已说明服务内容和风险", default=False)
    agreed_on = models.DateField("同意志愿服务告知书", null=True, blank=True)
    agreed_version = models.CharField("告知书版本", max_length=20, blank=True, editable=False)
    may_name = models.BooleanField("同意在表彰、宣传中写姓名", default=False)
    state = models.CharField(
        "状态", max_length=10, choices=VolunteerState, default=VolunteerState.PENDING, editable=False
    )
    state_why = models.CharField("原因", max_length=100, blank=True, editable=False)
    own_pause = models.BooleanField("本人自己暂停的", default=False, editable=False)
    half_hours = models.PositiveIntegerField("已计入（半小时）", default=0, editable=False)

    objects = VolunteerQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "number", "state", "kinds", "times", "skills", "tongues", "near", "cap", "insurance", "insured_from", "insured_until",
            "trained", "guardian_on", "guardian_paper", "told_risks", "agreed_on", "agreed_version", "may_name", "own_pause",
            "half_hours",
        }  # fmt: skip
        personal = {
            "resident", "name", "sex", "birth", "id_number", "id_blind", "phone", "occupation", "education", "political",
            "address", "emergency", "guardian", "state_why",
        }  # fmt: skip
        sensitive = {"health", "limits"}
        masks = {
            "id_number": mask_id, "phone": mask_phone, "emergency": mask_all, "health": mask_all, "guardian": mask_all,
            "address": mask_all,
        }  # fmt: skip
        reveal = "groups.change_volunteer"
        person = "resident"

    class Meta:
        verbose_name = verbose_name_plural = "志愿者"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="groups_volunteer_area_sort"),
            # It holds what a name is looked for in, so that nothing is read of those who are called otherwise.
            models.Index(fields=["-updated_at", "-id", "name", "state", "area"], name="groups_volunteer_sort"),
            models.Index(fields=["area", "-half_hours", "-id"], name="groups_volunteer_area_hours"),
            models.Index(fields=["-half_hours", "-id"], name="groups_volunteer_hours"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=VolunteerState.values), name="groups_volunteer_state_known"),
            models.CheckConstraint(condition=Q(near__in=Near.values), name="groups_volunteer_near_known"),
            models.CheckConstraint(condition=Q(cap__gte=1, cap__lte=20), name="groups_volunteer_cap"),
            models.CheckConstraint(
                condition=Q(insured_from=None) | Q(insured_until__gte=models.F("insured_from")),
                name="groups_volunteer_insured_days",
            ),
            models.UniqueConstraint(
                fields=["resident"],
                condition=~Q(state__in=[VolunteerState.LEFT, VolunteerState.REFUSED]),
                name="groups_volunteer_once",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("groups:volunteer_detail", args=[self.pk])

    @property
    def hours(self):
        """What was counted, in words."""
        return words(self.half_hours)

    @property
    def births(self):
        """The birth dates that are known: hers here, and on the books."""
        books = self.resident.birth if self.resident_id else ""
        return [one for one in (self.birth, books) if one]

    def insured_on(self, day):
        """True when an accident insurance covers the day (志愿服务条例 art. 17)."""
        return is_insured(self.insured_from, self.insured_until, day)
