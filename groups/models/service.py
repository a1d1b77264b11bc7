"""What volunteers did, where they do it together, and what is certified of it (民政部令第67号; handbook 9.2)."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped, ScopedQuerySet, SharedQuerySet
from fedhub.core.history import track
from fedhub.core.models import Stamped
from groups.enums import ServiceKind, ServiceState
from groups.hours import words
from groups.models.volunteer import Volunteer


def new_key():
    """A name for an address that tells nothing and is not guessed."""
    return secrets.token_hex(8)


class ShiftQuerySet(SharedQuerySet):
    view_permission = "groups.view_service"
    # Who works in a grid signs people in where the whole community serves.
    reaching = ("groups.add_service",)


class Shift(AreaScoped):
    """一场服务。 Where volunteers serve together on a day; each has her own Service in it. `key` stands behind the picture that
    they scan there. Called off it takes nobody in any more; hours that stand in it stay. `telling`: how far those who were to
    come were told."""

    kind = models.CharField("服务", max_length=10, choices=ServiceKind)
    what = models.CharField("做什么", max_length=60)
    place = models.CharField("地点", max_length=60, blank=True)
    on = models.DateField("日期", default=timezone.localdate)
    key = models.CharField("编码", max_length=16, unique=True, default=new_key, editable=False)
    need = models.ForeignKey(
        "groups.ServiceNeed", models.PROTECT, verbose_name="为哪个服务需求", related_name="shifts", null=True, blank=True,
        editable=False,
    )  # fmt: skip
    off_on = models.DateField("取消日期", null=True, editable=False)
    off_why = models.CharField("取消原因", max_length=100, blank=True, editable=False)
    telling = models.PositiveBigIntegerField("通知到哪一条", null=True, editable=False)

    objects = ShiftQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"kind", "what", "place", "on", "key", "need", "off_on", "off_why", "telling"}

    class Meta:
        verbose_name = verbose_name_plural = "服务场次"
        default_permissions = ()
        indexes = [
            models.Index(fields=["area", "-on", "-id"], name="groups_shift_area_sort"),
            models.Index(fields=["-on", "-id"], name="groups_shift_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ServiceKind.values), name="groups_shift_kind_known"),
            models.CheckConstraint(
                condition=Q(off_on=None, off_why="") | Q(off_on__isnull=False) & ~Q(off_why=""),
                name="groups_shift_off_says_why",
            ),
        ]

    def __str__(self):
        return self.what

    def get_absolute_url(self):
        return reverse("groups:shift_detail", args=[self.pk])


class OfVolunteerQuerySet(ScopedQuerySet):
    """What belongs to a volunteer."""

    scope_path = "volunteer__area"

    def visible_to(self, user, permission=None):
        """What belongs to the volunteers that `user` may see; what changes it asks for the place itself."""
        options = self.model._meta
        view = f"{options.app_label}.view_{options.model_name}"
        if permission not in (None, view):
            return super().visible_to(user, permission)
        if not user.has_perm(view):
            return self.none()
        ids = Volunteer.objects.shared_with(user)
        return self if ids is None else self.filter(volunteer__area__in=ids)


class ComingQuerySet(ScopedQuerySet):
    """Seen with the shift."""

    scope_path = "shift__area"

    def visible_to(self, user, permission=None):
        """Who comes to the shifts that `user` may see."""
        return self.filter(shift__in=Shift.objects.visible_to(user, permission).values("pk"))

    def standing(self):
        """Who did not take it back."""
        return self.filter(dropped_at=None)


class Coming(Stamped):
    """要来的人。 A volunteer who said that she comes to a shift, herself or by the staff; no hours follow from it."""

    shift = models.ForeignKey(Shift, models.PROTECT, verbose_name="哪一场", related_name="coming")
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, verbose_name="志愿者", related_name="coming")
    from_portal = models.BooleanField("自己报名", default=False, editable=False)
    dropped_at = models.DateTimeField("不来了", null=True, editable=False)

    objects = ComingQuerySet.as_manager()

    class Privacy:
        internal = {"shift", "volunteer", "from_portal", "dropped_at"}

    class Meta:
        verbose_name = verbose_name_plural = "服务场次要来的人"
        default_permissions = ()
        indexes = [models.Index(fields=["volunteer", "id"], name="groups_coming_volunteer")]
        constraints = [models.UniqueConstraint(fields=["shift", "volunteer"], name="groups_coming_once")]

    def __str__(self):
        return f"{self.volunteer}：{self.shift}"

    def get_absolute_url(self):
        return self.shift.get_absolute_url()


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
    shift = models.ForeignKey(
        Shift, models.PROTECT, verbose_name="哪一场", related_name="services", null=True, editable=False
    )
    need = models.ForeignKey(
        "groups.ServiceNeed", models.PROTECT, verbose_name="为哪个服务需求", related_name="services", null=True,
        editable=False,
    )  # fmt: skip
    help_record = models.OneToOneField(
        "hardship.HelpRecord",
        models.PROTECT,
        verbose_name="帮扶记录",
        related_name="volunteered",
        null=True,
        editable=False,
    )
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
            "volunteer", "shift", "need", "help_record",
            "kind", "what", "place", "started_at", "ended_at", "half_hours", "state", "recorded_by",
            "confirmed_by", "noticed_on", "counts_on", "corrects", "void_why",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "志愿服务记录"
        default_permissions = ("view", "add")
        permissions = [("confirm_service", "确认、更正志愿服务记录"), ("certify_service", "开志愿服务证明")]
        indexes = [
            models.Index(fields=["volunteer", "-started_at", "-id"], name="groups_service_volunteer"),
            models.Index(fields=["-started_at", "-id"], name="groups_service_sort"),
            models.Index(fields=["state", "-started_at", "-id", "kind"], name="groups_service_state_sort"),
            models.Index(fields=["need", "-started_at", "-id"], name="groups_service_need"),
            models.Index(fields=["state", "counts_on", "id"], name="groups_service_state"),
            models.Index(fields=["shift", "started_at", "id"], name="groups_service_shift"),
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


class CertificateQuerySet(OfVolunteerQuerySet):
    def with_lost(self):
        """With `lost`: half hours that it certifies and that were made void or corrected since."""
        void = Q(services__state=ServiceState.VOID)
        return self.annotate(lost=Coalesce(Sum("services__half_hours", filter=void), 0))


class Certificate(models.Model):
    """志愿服务证明。 A numbered paper with its four parts (民政部令第67号); what it says stays as it was on
    its day. It knows the services it was made of (`services`), so that what becomes of them shows on it."""

    number = models.CharField("证明编号", max_length=20, unique=True)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, verbose_name="志愿者", related_name="certificates")
    since = models.DateField("从哪天")
    until = models.DateField("到哪天")
    half_hours = models.PositiveIntegerField("半小时")
    content = models.JSONField("服务内容")
    services = models.ManyToManyField(Service, verbose_name="依据的服务记录", related_name="certificates")
    issuer = models.CharField("开具单位", max_length=60)
    head = models.CharField("负责人", max_length=50)
    contact = models.CharField("联系方式", max_length=60)
    purpose = models.CharField("用途", max_length=60, blank=True)
    issued_on = models.DateField("开具日期", default=timezone.localdate)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="经办人", related_name="+")

    objects = CertificateQuerySet.as_manager()

    class Privacy:
        personal = {"volunteer"}
        internal = {
            "id", "number", "since", "until", "half_hours", "content", "services", "issuer", "head", "contact",
            "purpose", "issued_on", "issued_by",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "志愿服务证明"
        default_permissions = ("view",)
        indexes = [models.Index(fields=["-issued_on", "-id"], name="groups_certificate_sort")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="groups_certificate_days"),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("groups:certificate", args=[self.pk])

    def lost_services(self):
        """What it certifies and does not stand any more, with what took its place joined in."""
        return (
            self.services.filter(state=ServiceState.VOID).select_related("corrected_by").order_by("started_at", "pk")
        )

    @property
    def hours(self):
        """What it certifies, in words."""
        return words(self.half_hours)
