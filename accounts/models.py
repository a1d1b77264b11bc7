"""Staff accounts, what they may do and where, and the table of failed sign-ins."""

from functools import cached_property

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.roles import PERMISSIONS, Role
from fedhub.areas.models import Area
from fedhub.areas.places import all_places
from fedhub.core.dated import edge_of, held_at, held_on
from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track
from fedhub.core.models import Stamped
from fedhub.core.prepared import Given, prepared
from fedhub.core.text import mask_phone


class UserManager(BaseUserManager):
    def create_user(self, username, password=None, **fields):
        """Make an account; without a password it can only be opened by a one-time code."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def visible_to(self, user, permission=None):
        """Accounts with a grant inside the areas where `user` holds `permission`, and those without any yet."""
        ids = user.scope(permission or "accounts.view_user")
        if ids is None:
            return self.get_queryset()
        if not ids:
            return self.get_queryset().none()
        inside = RoleGrant.objects.filter(area_id__in=ids).values("user_id")
        return self.get_queryset().filter(Q(pk__in=inside) | Q(grants=None) | Q(pk=user.pk)).distinct()


class User(AbstractBaseUser, Stamped):
    """工作账号。 One account for one person of the staff; residents have none."""

    username = models.CharField("账号", max_length=30, unique=True)
    name = models.CharField("姓名", max_length=50)
    phone = EncryptedTextField("联系电话", column="accounts.User.phone", text_length=30)
    title = models.CharField("职务", max_length=30, blank=True)
    is_active = models.BooleanField("可以使用", default=True)
    disabled_on = models.DateField("停用日期", null=True, blank=True)
    must_change_password = models.BooleanField("下次登录改密码", default=False)

    objects = UserManager()
    history = track(excluded_fields=["password", "last_login"])

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Privacy:
        internal = {"username", "name", "title", "is_active", "disabled_on", "must_change_password", "last_login"}
        personal = {"phone", "password"}
        masks = {"phone": mask_phone}
        reveal = "accounts.change_user"

    class Meta:
        verbose_name = verbose_name_plural = "工作账号"
        default_permissions = ("view", "add", "change")
        permissions = [("grant_role", "授予角色")]
        ordering = ["name", "id"]

    def __str__(self):
        return self.name

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name

    @cached_property
    def open_grants(self):
        """Grants in force today as `(role, area_id, area_code)`: one query a request."""
        if not self.is_active:
            return []
        day = timezone.localdate()
        return [tuple(row) for row in _grants_of.rows(user=self.pk, day=day, edge=edge_of(day))]

    @cached_property
    def permissions(self):
        """Every permission that some grant in force carries."""
        return frozenset().union(*(PERMISSIONS[role] for role, _, _ in self.open_grants))

    @cached_property
    def places(self):
        """`{id: Place}` of every place by code: one query a request, shared by scope, menu, filters and lists."""
        return all_places()

    @cached_property
    def _scopes(self):
        return {}

    def forget_grants(self):
        """Drop the grants cached on this instance (after a change in the same request)."""
        for name in ("open_grants", "permissions", "places", "_scopes"):
            self.__dict__.pop(name, None)

    def scope(self, permission):
        """Ids of the areas where this user holds `permission`; None when they cover every place there is."""
        if permission not in self._scopes:
            codes = tuple(code for role, _, code in self.open_grants if permission in PERMISSIONS[role])
            self._scopes[permission] = self.places.inside(codes)
        return self._scopes[permission]

    def grids(self, permission):
        """`[(code, name)]` of the grids in use where this user holds `permission`, by code (for filters)."""
        ids = self.scope(permission)
        return [pair for pk, pair in self.places.grids.items() if ids is None or pk in ids]

    def grids_with(self, permission, code):
        """`grids(permission)` and the place of `code`, which may be out of use and have rows all the same."""
        grids = self.grids(permission)
        asked = [(place.code, place.name) for place in self.places.values() if code and place.code == code]
        return [*grids, *(pair for pair in asked if pair not in grids)]

    def places_within(self, code):
        """Ids of the place with this code and of all below it (no scope: rows are scoped before they are narrowed)."""
        return [pk for pk, place in self.places.items() if code and place.code.startswith(code)]

    def has_perm(self, permission, obj=None):
        """True when a grant in force carries `permission`; with `obj`, when it also covers the object's area."""
        if permission not in self.permissions:
            return False
        if obj is None:
            return True
        ids = self.scope(permission)
        return ids is None or area_id_of(obj) in ids

    def has_perms(self, permissions, obj=None):
        return all(self.has_perm(permission, obj) for permission in permissions)

    def has_role(self, *roles):
        """True when one of `roles` is in force."""
        return any(role in roles for role, _, _ in self.open_grants)

    @property
    def role_labels(self):
        """Labels of the roles in force, each once."""
        return list(dict.fromkeys(Role(role).label for role, _, _ in self.open_grants))

    @property
    def listed_roles(self):
        """Labels of the roles in force, each once, from grants that were loaded with the account (for lists)."""
        return list(dict.fromkeys(grant.get_role_display() for grant in self.grants.all() if grant.is_in_force))

    def home_office(self):
        """Name of the federation this user works for (of the first community by grant), '' when there is none."""
        codes = [code[:12] for _, _, code in self.open_grants if len(code) >= 12]
        offices = self.places.offices
        return next((offices[code] for code in codes if code in offices), next(iter(offices.values()), ""))


def area_id_of(obj):
    """Id of the area that decides about `obj`, by the scope path of its model."""
    if isinstance(obj, Area):
        return obj.pk
    path = getattr(type(obj)._default_manager.all(), "scope_path", "area").split("__")
    for name in path[:-1]:
        obj = getattr(obj, name)
        if obj is None:
            return None
    return getattr(obj, f"{path[-1]}_id")


class RoleGrantQuerySet(models.QuerySet):
    def in_force(self, day=None):
        """Grants valid on `day` (default now)."""
        return self.filter(held_on(day))

    def running(self):
        """Grants that give access now or will from a day to come."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=timezone.localdate()), ended_at=None)


@prepared
def _grants_of():
    held = held_at(Given("day", models.DateField()), Given("edge", models.DateTimeField()))
    rows = RoleGrant.objects.filter(held, user_id=Given("user", models.IntegerField())).order_by("id")
    return rows.values_list("role", "area_id", "area__code")


class RoleGrant(Stamped):
    """角色授权。 A person holds a role in an area from a day to a day: the only source of access."""

    user = models.ForeignKey(User, models.PROTECT, verbose_name="账号", related_name="grants")
    role = models.CharField("角色", max_length=20, choices=Role)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="范围", related_name="grants")
    valid_from = models.DateField("起始日期", default=timezone.localdate)
    valid_to = models.DateField("截止日期", null=True, blank=True)
    ended_at = models.DateTimeField("收回时间", null=True, blank=True, editable=False)
    source = models.CharField("依据", max_length=100, blank=True)
    granted_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="授权人", related_name="+", null=True, blank=True
    )

    objects = RoleGrantQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"user", "role", "area", "valid_from", "valid_to", "ended_at", "source", "granted_by"}

    class Meta:
        verbose_name = verbose_name_plural = "角色授权"
        default_permissions = ()
        indexes = [models.Index(fields=["user", "valid_from"], name="accounts_grant_user")]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="accounts_grant_role_known"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="accounts_grant_dates"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(valid_to__isnull=False), name="accounts_grant_ended_has_last_day"
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.get_role_display()} {self.area}"

    @property
    def is_in_force(self):
        """True now."""
        today = timezone.localdate()
        dated = self.valid_from <= today and (self.valid_to is None or self.valid_to >= today)
        return dated and self.ended_at is None


class LoginThrottle(models.Model):
    """登录限制。 Failed sign-ins of one account, device or network (accounts.throttle).

    A table, so that a full cache cannot open it.
    """

    bucket = models.CharField("来源指纹", max_length=43, unique=True)
    failures = models.PositiveSmallIntegerField("连续失败", default=0)
    first_at = models.DateTimeField("起始时间")
    locked_until = models.DateTimeField("锁定到", null=True)
    locks = models.PositiveSmallIntegerField("连续锁定", default=0)

    class Privacy:
        internal = {"id", "bucket", "failures", "first_at", "locked_until", "locks"}

    class Meta:
        verbose_name = verbose_name_plural = "登录限制"
        default_permissions = ()

    def __str__(self):
        return f"{self.failures}"


class OneTimeCode(models.Model):
    """一次性登录码。 Printed by the chair or administrator for a first sign-in or a forgotten password; 24 hours."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="账号", related_name="+")
    digest = models.CharField("指纹", max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="开具人", related_name="+", null=True
    )
    made_at = models.DateTimeField("开具时间", auto_now_add=True)
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("使用时间", null=True)

    class Privacy:
        internal = {"id", "user", "made_by", "made_at", "expires_at", "used_at"}
        personal = {"digest"}

    class Meta:
        verbose_name = verbose_name_plural = "一次性登录码"
        default_permissions = ()

    def __str__(self):
        return f"{self.user} {self.made_at:%Y-%m-%d %H:%M}"


class CalendarKeyManager(models.Manager):
    def visible_to(self, user, permission=None):
        """That of `user`: nobody sees another one's."""
        return self.get_queryset().filter(user=user)


class CalendarKey(models.Model):
    """订阅日历的地址。 One for each account; only the mark of the secret part is kept, so the address is shown once."""

    user = models.OneToOneField(User, models.CASCADE, verbose_name="账号", related_name="calendar_key")
    mark = models.CharField("地址的校验值", max_length=64, unique=True)
    made_on = models.DateField("生成日期", default=timezone.localdate)

    objects = CalendarKeyManager()

    class Privacy:
        internal = {"id", "user", "made_on"}
        personal = {"mark"}

    class Meta:
        verbose_name = verbose_name_plural = "订阅日历的地址"
        default_permissions = ()

    def __str__(self):
        return f"日历 {self.user_id}"
