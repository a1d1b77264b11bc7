"""The place tree, and the row scope that follows from it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from fedhub.areas.enums import AreaKind, AreaStatus, GridKind
from fedhub.core.history import track
from fedhub.core.lookups import AnyOf
from fedhub.core.models import Stamped
from fedhub.core.prepared import Given


class ScopedQuerySet(models.QuerySet):
    """Rows that lie in an area. `scope_path` leads to the area; what hangs on a household says "household__area"."""

    scope_path = "area"

    def visible_to(self, user, permission=None):
        """Rows inside the areas where `user` holds `permission` (default: to view this model). The one row rule."""
        options = self.model._meta
        ids = user.scope(permission or f"{options.app_label}.view_{options.model_name}")
        return self.in_areas(ids)

    def in_areas(self, ids):
        """Rows whose area id is in `ids` (None: no limit; a Given: those, or the one, said when it is run)."""
        if ids is None:
            return self
        if isinstance(ids, Given):
            name = f"{self.scope_path}_id"
            return self.filter(AnyOf(name, ids) if ids.many else Q(**{name: ids}))
        if not ids:
            return self.none()
        if len(ids) == 1:
            return self.filter(**{f"{self.scope_path}_id": next(iter(ids))})
        return self.filter(**{f"{self.scope_path}_id__in": ids})


class SharedQuerySet(ScopedQuerySet):
    """What a whole community shares (helpers, goods, groups). With the right to look at them they are seen from every grid
    of it; whatever changes them asks for the place itself."""

    view_permission = ""
    # Other permissions that reach as far, where somebody does more than look (helping with a survey of the community).
    reaching = ()

    def visible_to(self, user, permission=None):
        permission = permission or self.view_permission
        if permission not in (self.view_permission, *self.reaching):
            return super().visible_to(user, permission)
        ids = self.shared_with(user, permission)
        return self if ids is None else self.filter(area_id__in=ids)

    def shared_with(self, user, permission=None):
        """Ids of the places whose rows `user` sees with a permission that reaches the whole community; None for all. What
        hangs on such rows asks for them along its join."""
        ids = user.scope(permission or self.view_permission)
        if ids is None:
            return None
        codes = {user.places[pk].code[:12] for pk in ids if pk in user.places}
        return {*ids, *(pk for pk, place in user.places.items() if place.code in codes)}


class AreaQuerySet(models.QuerySet):
    def visible_to(self, user, permission=None):
        """Areas inside the user's scope for `permission` (default: areas.view_area)."""
        ids = user.scope(permission or "areas.view_area")
        return self if ids is None else self.filter(pk__in=ids)

    def within(self, area):
        """`area` and everything below it: codes that start with its code."""
        return self.filter(code__startswith=area.code)

    def active(self):
        """Places in use."""
        return self.filter(status=AreaStatus.ACTIVE)

    def homes(self):
        """Places that a household can lie in: grids and 联户单元 in use."""
        return self.active().filter(kind__in=[AreaKind.GRID, AreaKind.UNIT])

    def grids(self):
        """Grids."""
        return self.filter(kind=AreaKind.GRID)

    def communities(self):
        """Communities."""
        return self.filter(kind=AreaKind.COMMUNITY)


class Area(Stamped):
    """区域。 One place of the tree: its code starts with its parent's code."""

    code = models.CharField("代码", max_length=17, unique=True)
    name = models.CharField("名称", max_length=50)
    kind = models.CharField("级别", max_length=10, choices=AreaKind)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name="上级", related_name="children", null=True, blank=True
    )
    root = models.BooleanField("顶级", null=True, unique=True, editable=False)
    status = models.CharField("状态", max_length=10, choices=AreaStatus, default=AreaStatus.ACTIVE)
    opened_on = models.DateField("启用日期", default=timezone.localdate)
    closed_on = models.DateField("停用日期", null=True, blank=True)
    office_name = models.CharField("妇联名称", max_length=50, blank=True)
    grid_kind = models.CharField("网格类型", max_length=10, choices=GridKind, blank=True)
    east = models.CharField("东至", max_length=60, blank=True)
    south = models.CharField("南至", max_length=60, blank=True)
    west = models.CharField("西至", max_length=60, blank=True)
    north = models.CharField("北至", max_length=60, blank=True)
    outline = models.JSONField("范围图", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)

    objects = AreaQuerySet.as_manager()
    history = track()

    class Privacy:
        public = {"code", "name", "kind", "parent", "root", "status", "office_name", "grid_kind"}
        internal = {"opened_on", "closed_on", "east", "south", "west", "north", "outline", "note"}

    class Meta:
        verbose_name = verbose_name_plural = "区域"
        ordering = ["code"]
        default_permissions = ("view", "add", "change", "import")
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None, root=True) | Q(parent__isnull=False, root=None), name="areas_area_one_root"
            ),
            models.CheckConstraint(
                condition=Q(status=AreaStatus.ACTIVE, closed_on=None)
                | (~Q(status=AreaStatus.ACTIVE) & Q(closed_on__isnull=False)),
                name="areas_area_closed_when_status_says_so",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=models.F("opened_on")), name="areas_area_dates"
            ),
            models.CheckConstraint(condition=Q(kind__in=AreaKind.values), name="areas_area_kind_known"),
            models.CheckConstraint(condition=Q(status__in=AreaStatus.values), name="areas_area_status_known"),
        ]

    def __str__(self):
        return self.name

    @property
    def community_code(self):
        """The 12 digits of the community that this place lies in ('' above the community)."""
        return self.code[:12] if len(self.code) >= 12 else ""

    @property
    def is_home(self):
        """True when households can lie here."""
        return self.kind in (AreaKind.GRID, AreaKind.UNIT) and self.status == AreaStatus.ACTIVE


class AreaChange(models.Model):
    """区域沿革。 One line from an old place to a new one: split, merged, closed. Never rewritten.

    Who did it stands in the audit; a foreign key to the account would close a circle between areas and accounts.
    """

    old = models.ForeignKey(Area, models.PROTECT, verbose_name="原区域", related_name="became")
    new = models.ForeignKey(
        Area, models.PROTECT, verbose_name="新区域", related_name="came_from", null=True, blank=True
    )
    kind = models.CharField("变动", max_length=10, choices=AreaStatus)
    on = models.DateField("日期")
    reason = models.CharField("原因", max_length=200, blank=True)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Privacy:
        internal = {"id", "old", "new", "kind", "on", "reason", "recorded_at"}

    class Meta:
        verbose_name = verbose_name_plural = "区域沿革"
        default_permissions = ()

    def __str__(self):
        return f"{self.old} {self.get_kind_display()} {self.on}"


class Building(Stamped):
    """楼栋。 A building (or an old courtyard) and the grid it lies in: places an address by itself."""

    area = models.ForeignKey(Area, models.PROTECT, verbose_name="网格", related_name="buildings")
    compound = models.CharField("小区（院落）", max_length=40)
    name = models.CharField("楼栋（门牌）", max_length=20, blank=True)
    stairs = models.PositiveSmallIntegerField("单元数", null=True, blank=True)
    floors = models.PositiveSmallIntegerField("层数", null=True, blank=True)
    note = models.CharField("备注", max_length=100, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Privacy:
        internal = {"area", "compound", "name", "stairs", "floors", "note"}

    class Meta:
        verbose_name = verbose_name_plural = "楼栋"
        ordering = ["compound", "name"]
        default_permissions = ("view", "add", "change")
        constraints = [models.UniqueConstraint(fields=["compound", "name", "area"], name="areas_building_once")]
        indexes = [
            models.Index(fields=["area", "compound", "id"], name="areas_building_area_sort"),
            models.Index(fields=["compound", "id"], name="areas_building_sort"),
        ]

    def __str__(self):
        return f"{self.compound}{self.name}"


class AreaScoped(Stamped):
    """Base of rows that lie in an area: the scope of staff is decided by `area` alone."""

    area = models.ForeignKey(Area, models.PROTECT, verbose_name="网格", related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+", null=True, editable=False
    )

    objects = ScopedQuerySet.as_manager()

    class Privacy:
        internal = {"area", "created_by"}

    class Meta:
        abstract = True
