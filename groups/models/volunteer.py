"""Volunteers, what they did, and what is certified of it (志愿服务条例; 民政部令第67号; handbook 9.2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped, ScopedQuerySet, SharedQuerySet
from fedhub.core.fields import BlindIndexField, EncryptedTextField, PartialDateField
from fedhub.core.history import track
from fedhub.core.models import Stamped
from fedhub.core.text import mask_all, mask_id, mask_phone
from groups.enums import ServiceKind, ServiceState, VolunteerState
from groups.hours import words
from households.models import Resident


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
    birth = PartialDateField("出生日期", blank=True)
    id_number = EncryptedTextField("身份证号", column="groups.Volunteer.id_number", text_length=30)
    id_blind = BlindIndexField("身份证号指纹", editable=False)
    phone = EncryptedTextField("电话", column="groups.Volunteer.phone", text_length=30)
    occupation = models.CharField("职业", max_length=40, blank=True)
    emergency = EncryptedTextField("紧急联系人、电话", column="groups.Volunteer.emergency", text_length=60)
    kinds = models.JSONField("能做什么", default=list, blank=True)
    times = models.JSONField("什么时候有空", default=list, blank=True)
    skills = models.CharField("特长", max_length=100, blank=True)
    health = EncryptedTextField("身体情况", column="groups.Volunteer.health", text_length=100)
    insured_until = models.DateField("意外保险到期", null=True, blank=True)
    trained = models.CharField("培训", max_length=200, blank=True)
    guardian = EncryptedTextField("监护人、电话", column="groups.Volunteer.guardian", text_length=60)
    guardian_on = models.DateField("监护人同意日期", null=True, blank=True)
    told_risks = models.BooleanField("已说明服务内容和风险", default=False)
    state = models.CharField(
        "状态", max_length=10, choices=VolunteerState, default=VolunteerState.PENDING, editable=False
    )
    state_why = models.CharField("原因", max_length=100, blank=True, editable=False)
    half_hours = models.PositiveIntegerField("已计入（半小时）", default=0, editable=False)

    objects = VolunteerQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "number", "state", "kinds", "times", "skills", "insured_until", "trained", "guardian_on", "told_risks",
            "half_hours",
        }  # fmt: skip
        personal = {
            "resident", "name", "birth", "id_number", "id_blind", "phone", "occupation", "emergency", "guardian",
            "state_why",
        }  # fmt: skip
        sensitive = {"health"}
        masks = {
            "id_number": mask_id, "phone": mask_phone, "emergency": mask_all, "health": mask_all, "guardian": mask_all,
        }  # fmt: skip
        reveal = "groups.change_volunteer"
        person = "resident"

    class Meta:
        verbose_name = verbose_name_plural = "志愿者"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="groups_volunteer_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="groups_volunteer_sort"),
            models.Index(fields=["area", "-half_hours", "-id"], name="groups_volunteer_area_hours"),
            models.Index(fields=["-half_hours", "-id"], name="groups_volunteer_hours"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=VolunteerState.values), name="groups_volunteer_state_known"),
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


class OfVolunteerQuerySet(ScopedQuerySet):
    scope_path = "volunteer__area"

    def visible_to(self, user, permission=None):
        """What belongs to the volunteers that `user` may see; what changes it asks for the place itself."""
        options = self.model._meta
        view = f"{options.app_label}.view_{options.model_name}"
        if permission not in (None, view):
            return super().visible_to(user, permission)
        if not user.has_perm(view):
            return self.none()
        return self.filter(volunteer__in=Volunteer.objects.visible_to(user).values("pk"))


class ServiceQuerySet(OfVolunteerQuerySet):
    def standing(self):
        """Not void."""
        return self.exclude(state=ServiceState.VOID)

    def counted(self):
        """In the sum of hours."""
        return self.filter(state=ServiceState.COUNTED)


class Service(Stamped):
    """服务记录。 What a volunteer did, from when to when. Once confirmed it is never changed: a wrong one is made void with a
    reason, and the right one names it (`corrects`). Two that stand never overlap (triggers, exclusion)."""

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, verbose_name="志愿者", related_name="services")
    kind = models.CharField("服务", max_length=10, choices=ServiceKind)
    what = models.CharField("做了什么", max_length=60)
    place = models.CharField("地点", max_length=60, blank=True)
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束", null=True, blank=True)
    half_hours = models.PositiveSmallIntegerField("半小时", default=0, editable=False)
    state = models.CharField(
        "状态", max_length=10, choices=ServiceState, default=ServiceState.RECORDED, editable=False
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人（自己签到的没有）", related_name="+", null=True,
        editable=False,
    )  # fmt: skip
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="确认人", related_name="+", null=True, editable=False
    )
    noticed_on = models.DateField("公示起", null=True, editable=False)
    counts_on = models.DateField("公示期满", null=True, editable=False)
    corrects = models.OneToOneField(
        "self", models.PROTECT, verbose_name="更正了哪一条", related_name="corrected_by", null=True, editable=False
    )
    void_why = models.CharField("作废原因", max_length=100, blank=True, editable=False)

    objects = ServiceQuerySet.as_manager()

    class Privacy:
        internal = {
            "volunteer", "kind", "what", "place", "started_at", "ended_at", "half_hours", "state", "recorded_by",
            "confirmed_by", "noticed_on", "counts_on", "corrects", "void_why",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "志愿服务记录"
        default_permissions = ("view", "add")
        permissions = [("confirm_service", "确认、更正志愿服务记录"), ("certify_service", "开志愿服务证明")]
        indexes = [
            models.Index(fields=["volunteer", "-started_at", "-id"], name="groups_service_volunteer"),
            models.Index(fields=["-started_at", "-id"], name="groups_service_sort"),
            models.Index(fields=["state", "counts_on", "id"], name="groups_service_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ServiceState.values), name="groups_service_state_known"),
            models.CheckConstraint(
                condition=Q(state=ServiceState.OPEN, ended_at=None)
                | ~Q(state=ServiceState.OPEN) & Q(ended_at__isnull=False, ended_at__gt=models.F("started_at"))
                | Q(state=ServiceState.VOID, ended_at=None),
                name="groups_service_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ServiceState.OPEN, ServiceState.RECORDED, ServiceState.VOID])
                | Q(confirmed_by__isnull=False, noticed_on__isnull=False, counts_on__gte=models.F("noticed_on")),
                name="groups_service_confirmed_has_notice",
            ),
            models.CheckConstraint(
                condition=~Q(state=ServiceState.VOID) | ~Q(void_why=""), name="groups_service_void_has_reason"
            ),
        ]

    def __str__(self):
        return f"{self.volunteer} {self.what}"

    @property
    def hours(self):
        """How long it counts, in words."""
        return words(self.half_hours)


class Certificate(models.Model):
    """志愿服务证明。 A numbered paper with its four parts (民政部令第67号); what it says stays as it was on
    its day."""

    number = models.CharField("证明编号", max_length=20, unique=True)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, verbose_name="志愿者", related_name="certificates")
    since = models.DateField("从哪天")
    until = models.DateField("到哪天")
    half_hours = models.PositiveIntegerField("半小时")
    content = models.JSONField("服务内容")
    issuer = models.CharField("开具单位", max_length=60)
    head = models.CharField("负责人", max_length=50)
    contact = models.CharField("联系方式", max_length=60)
    purpose = models.CharField("用途", max_length=60, blank=True)
    issued_on = models.DateField("开具日期", default=timezone.localdate)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="经办人", related_name="+")

    objects = OfVolunteerQuerySet.as_manager()

    class Privacy:
        personal = {"volunteer"}
        internal = {
            "id", "number", "since", "until", "half_hours", "content", "issuer", "head", "contact", "purpose",
            "issued_on", "issued_by",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "志愿服务证明"
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="groups_certificate_days"),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("groups:certificate", args=[self.pk])

    @property
    def hours(self):
        """What it certifies, in words."""
        return words(self.half_hours)
