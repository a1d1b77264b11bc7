"""Opening, changing and closing places; importing a chain of places from CSV."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from fedhub.areas.enums import CODE_LENGTH, AreaKind, AreaStatus
from fedhub.areas.models import Area, AreaChange, Building
from fedhub.core import audit
from fedhub.core.csvfile import read_csv
from fedhub.core.text import chinese_date, normalise
from fedhub.core.versions import save_version

KIND_OF_LENGTH = {length: kind for kind, length in CODE_LENGTH.items()}

CSV_COLUMNS = {
    "code": ["代码", "区划代码", "编码"],
    "name": ["名称", "区域名称"],
    "office_name": ["妇联名称"],
}


def next_grid_code(community):
    """Default code of the community's next grid: its 12 digits and 3 running ones (Beijing rule, handbook 2.2)."""
    return _next_code(community, AreaKind.GRID, 3)


def next_unit_code(grid):
    """Default code of the grid's next 联户单元: the grid code and a running number of 2."""
    return _next_code(grid, AreaKind.UNIT, 2)


def _next_code(parent, kind, digits):
    last = Area.objects.filter(parent=parent, kind=kind).aggregate(last=Max("code"))["last"]
    number = int(last[-digits:]) + 1 if last else 1
    if number >= 10**digits:
        raise ValidationError(f"{parent.name}下面的编号已经用完，请先合并或撤销旧的。")
    return f"{parent.code}{number:0{digits}d}"


def check_place(area):
    """Raise ValidationError (Chinese) unless code, kind and parent of `area` fit together.

    The length of a code tells its level, so it is fixed; within it an office may ask for a form of its own for grids
    (settings.GRID_CODE_PATTERN; default: the community's 12 digits and 3 running ones, handbook 2.2).
    """
    pattern_length = CODE_LENGTH[area.kind]
    if not area.code.isdigit() or len(area.code) != pattern_length:
        raise ValidationError({"code": f"{area.get_kind_display()}的代码应是 {pattern_length} 位数字。"})
    if area.kind == AreaKind.GRID and not re.fullmatch(settings.GRID_CODE_PATTERN, area.code):
        raise ValidationError({"code": "网格代码不符合本地的编码规则，请照规则填写。"})
    if area.parent is None:
        if Area.objects.filter(parent=None).exclude(pk=area.pk).exists():
            raise ValidationError({"parent": "已经有一个顶级区域了，请选上级。"})
        return
    if not area.code.startswith(area.parent.code):
        raise ValidationError({"code": f"代码应以上级“{area.parent.name}”的代码 {area.parent.code} 开头。"})
    if area.parent.status != AreaStatus.ACTIVE:
        raise ValidationError({"parent": f"上级“{area.parent.name}”已经停用。"})
    if area.kind == AreaKind.GRID and area.parent.kind != AreaKind.COMMUNITY:
        raise ValidationError({"parent": "网格要直接放在社区（村）下面。"})
    if area.kind == AreaKind.UNIT and area.parent.kind != AreaKind.GRID:
        raise ValidationError({"parent": "联户单元要放在网格下面。"})
    if Area.objects.filter(code=area.code).exclude(pk=area.pk).exists():
        raise ValidationError({"code": f"代码 {area.code} 已经用过，换一个。"})


@transaction.atomic
def open_area(area, *, by):
    """Add a new place. Raises ValidationError when code and parent do not fit."""
    area.code = normalise(area.code)
    check_place(area)
    area.root = True if area.parent is None else None
    area.save()
    audit.record("areas.area.open", area, by=by, area=area, code=area.code)
    return area


@transaction.atomic
def change_area(area, fields, *, base_version, by):
    """Save changed `fields` of a place. Raises StaleVersion, ValidationError."""
    check_place(area)
    if area.closed_on is not None and area.closed_on < area.opened_on:
        raise ValidationError({"opened_on": f"启用日期不能晚于停用的那天（{chinese_date(area.closed_on)}）。"})
    save_version(area, fields, base_version=base_version)
    audit.record("areas.area.change", area, by=by, area=area, fields=sorted(fields))
    return area


def check_day_of(area, on):
    """Raise ValidationError when the day `on` lies before `area` opened."""
    if on < area.opened_on:
        raise ValidationError(f"“{area.name}”{chinese_date(area.opened_on)}才启用，日期不能早于这一天。")


@transaction.atomic
def close_area(area, *, status=AreaStatus.CLOSED, on=None, into=(), reason="", by):
    """Take a place out of use on the day `on`; `into` are the places that take its stead. Old rows keep pointing to it.

    Raises ValidationError when it is out of use already, when places below are in use, and for a day before it opened.
    """
    on = on or timezone.localdate()
    if area.status != AreaStatus.ACTIVE:
        raise ValidationError(f"“{area.name}”已经停用了。")
    check_day_of(area, on)
    if area.children.active().exclude(pk__in=[new.pk for new in into]).exists():
        raise ValidationError(f"“{area.name}”下面还有在用的区域，请先处理它们。")
    area.status, area.closed_on = status, on
    save_version(area, ["status", "closed_on"], base_version=area.version, reason=reason)
    lines = [AreaChange(old=area, new=new, kind=status, on=on, reason=reason) for new in into or [None]]
    AreaChange.objects.bulk_create(lines)
    audit.record("areas.area.close", area, by=by, area=area, reason=reason, kind=status)
    return area


@transaction.atomic
def import_areas(file, *, by):
    """Read places from CSV (代码, 名称, 妇联名称), parents first or in any order; all or nothing.

    The level follows from the code's length, the parent from its prefix. Known codes with the same name are left as
    they are. New places lie below those where `by` may add some (None: the program itself, anywhere), or below new
    ones of the same file. Returns `(made, kept)`. Raises ValidationError naming line and column.
    """
    rows = sorted(read_csv(file, columns=CSV_COLUMNS, optional=("office_name",)), key=lambda row: len(row["code"]))
    known = {area.code: area for area in Area.objects.all()}
    open_to = None if by is None else set(Area.objects.visible_to(by, "areas.add_area").values_list("pk", flat=True))
    made = kept = 0
    for row in rows:
        code, name = normalise(row["code"]), normalise(row["name"])
        if len(code) == 12 and code.endswith("000"):
            code = code.rstrip("0").ljust(_significant(code), "0")
        kind = KIND_OF_LENGTH.get(len(code))
        if kind is None or not code.isdigit() or not name:
            raise ValidationError(f"第 {row.line} 行：代码“{row['code']}”或名称“{row['name']}”不对，一行也没有写入。")
        if code in known:
            if known[code].name != name:
                raise ValidationError(f"第 {row.line} 行：代码 {code} 已经是“{known[code].name}”，不是“{name}”。")
            kept += 1
            continue
        parent = next((known[code[:n]] for n in sorted(CODE_LENGTH.values(), reverse=True) if code[:n] in known
                       and n < len(code)), None)  # fmt: skip
        if open_to is not None and parent is not None and parent.pk not in open_to:
            raise ValidationError(f"第 {row.line} 行：“{name}”不在您能管理的范围里，一行也没有写入。")
        area = Area(code=code, name=name, kind=kind, parent=parent, office_name=normalise(row["office_name"] or ""))
        try:
            known[code] = open_area(area, by=by)
        except ValidationError as error:
            raise ValidationError(f"第 {row.line} 行：{' '.join(error.messages)}一行也没有写入。") from error
        if open_to is not None:
            open_to.add(known[code].pk)
        made += 1
    return made, kept


def _significant(code):
    """Length of the significant part of a 12-digit code with trailing zeros (2, 4, 6, 9 or 12; handbook 2.1)."""
    for length in (2, 4, 6, 9):
        if set(code[length:]) == {"0"}:
            return length
    return 12


@transaction.atomic
def save_building(building, fields=None, *, base_version=None, by):
    """Add a building, or save changed `fields` of one. Raises StaleVersion."""
    if fields is None:
        building.save()
        audit.record("areas.building.add", building, by=by)
    else:
        save_version(building, fields, base_version=base_version)
        audit.record("areas.building.change", building, by=by, fields=sorted(fields))
    return building


def place_of_address(compound, building, *, within):
    """The grid that a compound and building lie in, among the places below `within`; None when unknown or unclear."""
    rows = Building.objects.filter(
        compound=compound, area__code__startswith=within.code, area__status=AreaStatus.ACTIVE
    )
    exact = list(rows.filter(name=building).select_related("area")[:2])
    if len(exact) == 1:
        return exact[0].area
    areas = {row.area for row in rows.select_related("area")}
    return areas.pop() if len(areas) == 1 else None
