"""Splitting, merging and closing grids: places open and close, what lies in them moves, nothing is rewritten.

Families move with everything that hangs on them; people without a family, their concerns and the register follow, or
they would vanish with the grid from those who work there. Old visits keep the grid of their day (handbook 2.2: keep
history, never rewrite past visits).
"""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import RoleGrant
from accounts.services import end_grant, give_grant
from concerns.models import Concern
from concerns.services.places import follow_area as move_matters_left
from fedhub.areas.enums import AreaKind, AreaStatus, GridKind
from fedhub.areas.models import Area, Building
from fedhub.areas.moving import place_followers
from fedhub.areas.services import check_day_of, close_area, next_grid_code, open_area, save_building
from fedhub.core import audit
from grids.models import Duty
from grids.services.duty import assign_duty, end_duty
from households.guards import DIVISION
from households.models import Household
from households.queries import people_without_home
from households.services.households import check_move_day, move_household
from households.services.households import follow_area as move_people_left
from safety.services.reports import follow_area as move_sealed

VERBS = {AreaStatus.SPLIT: "split", AreaStatus.MERGED: "merge", AreaStatus.CLOSED: "close"}


@dataclass
class Part:
    """One grid that comes out of a split: its name, the households and buildings that go to it, and whether it takes
    what hangs on no household (`rest`)."""

    name: str
    households: list = field(default_factory=list)
    buildings: list = field(default_factory=list)
    grid_kind: str = GridKind.BASIC
    rest: bool = False


@transaction.atomic
def open_grid(grid, *, by):
    """Open a grid (an unsaved Area with parent and name); without a code it gets the community's next one."""
    grid.kind = AreaKind.GRID
    grid.code = grid.code or next_grid_code(grid.parent)
    return open_area(grid, by=by)


@transaction.atomic
def split_grid(grid, parts, *, on=None, reason, by):
    """Split `grid` into `parts` (list of Part, at least two); returns the new Areas in the same order.

    Every household on the books and every building must go somewhere. People without a household, households off the
    books, concerns and entries of the register that hang on no household go to the part that says so, else to the
    community. People in charge go to all parts: who keeps which is decided afterwards on the duty page. Raises
    ValidationError with nothing changed.
    """
    on = _check_day(on, grid)
    if len(parts) < 2:
        raise ValidationError("拆分至少要分成两个网格。")
    given = [household.pk for part in parts for household in part.households]
    if len(given) != len(set(given)):
        raise ValidationError("有的家庭被分到了两个网格，请检查后再提交。")
    left = _households(grid).exclude(pk__in=given).count()
    if left:
        raise ValidationError(f"还有 {left} 户没有分到新网格，没有拆分。请给每个楼栋都选一个新网格。")
    bare = _buildings(grid).exclude(pk__in=[building.pk for part in parts for building in part.buildings]).count()
    if bare:
        raise ValidationError(f"还有 {bare} 个楼栋没有分到新网格，没有拆分。请给每个楼栋都选一个新网格。")
    news = []
    for part in parts:
        new = open_grid(Area(parent=grid.parent, name=part.name, grid_kind=part.grid_kind, opened_on=on), by=by)
        news.append(new)
        _move(part.households, new, on=on, reason="网格拆分", by=by)
        _move_buildings(part.buildings, new, by=by)
    rest = next((new for part, new in zip(parts, news, strict=True) if part.rest), grid.parent)
    _move_rest(grid, rest, on=on, reason="网格拆分", by=by)
    _hand_over(grid, news, on=on, why="网格拆分", by=by)
    _retire(grid, AreaStatus.SPLIT, into=news, on=on, reason=reason, by=by)
    return news


@transaction.atomic
def merge_grids(grids, target, *, on=None, reason, by):
    """Merge `grids` into `target` (an open grid, or an unsaved Area that is opened first); returns the target.

    Everything that lies in them lies in the target from then on. Raises ValidationError with nothing changed.
    """
    on = _check_day(on, *grids, *([target] if target.pk else []))
    if target.pk is None:
        target.opened_on = on
        open_grid(target, by=by)
    gone = [grid for grid in grids if grid.pk != target.pk]
    if not gone:
        raise ValidationError("请至少选一个要并入的网格。")
    for grid in gone:
        if grid.parent_id != target.parent_id:
            raise ValidationError(f"“{grid.name}”和“{target.name}”不在同一个社区，不能合并。")
        _move(list(_households(grid)), target, on=on, reason="网格合并", by=by)
        _move_buildings(_buildings(grid), target, by=by)
        _move_rest(grid, target, on=on, reason="网格合并", by=by)
        _hand_over(grid, [target], on=on, why="网格合并", by=by)
        _retire(grid, AreaStatus.MERGED, into=[target], on=on, reason=reason, by=by)
    return target


@transaction.atomic
def close_grid(grid, *, on=None, reason, by):
    """Take an empty grid out of use; its duties end.

    What is done with (people and families off the books, closed concerns, the register) stays readable there for the
    community. Raises ValidationError while families or people on the books or open concerns lie in it.
    """
    on = _check_day(on, grid)
    places = _places(grid)
    left = {
        "户在册家庭": _households(grid).count(),
        "位没有家庭的居民": people_without_home(places).count(),
        "件没办完的诉求": Concern.objects.open().filter(area__in=places).count(),
    }
    if any(left.values()):
        named = "、".join(f"{number} {label}" for label, number in left.items() if number)
        raise ValidationError(f"“{grid.name}”里还有 {named}，请先转到别的网格、办完，或者用“合并”。")
    _move_others(places, grid.parent)
    _hand_over(grid, [], on=on, why="网格撤销", by=by)
    _retire(grid, AreaStatus.CLOSED, into=[], on=on, reason=reason, by=by)
    return grid


def _check_day(on, *areas):
    """`on` (default today), not to come and not before one of `areas` opened. Raises ValidationError."""
    today = timezone.localdate()
    on = on or today
    if on > today:
        raise ValidationError("日期不能晚于今天：到了那天再来办。")
    for area in areas:
        check_day_of(area, on)
    return on


def _places(grid):
    """The grid and its 联户单元 in use."""
    return Area.objects.active().within(grid)


def _households(grid):
    """Families on the books in the grid or one of its 联户单元."""
    return Household.objects.active().filter(area__in=_places(grid))


def _buildings(grid):
    return Building.objects.filter(area__in=_places(grid))


def _move(households, area, *, on, reason, by):
    check_move_day(households, on)
    for household in households:
        move_household(household, area, on=on, reason=reason, approved=DIVISION, by=by)


def _move_buildings(buildings, area, *, by):
    for building in buildings:
        building.area = area
        save_building(building, ["area"], base_version=building.version, by=by)


def _move_rest(grid, area, *, on, reason, by):
    """What still lies in the grid once its families have moved: each table's own service moves its rows."""
    places = list(_places(grid))
    move_people_left(places, area, on=on, reason=reason, by=by)
    move_matters_left(places, area, reason=reason)
    _move_others(places, area)


def _hand_over(grid, news, *, on, why, by):
    """End duties and plain grants on the grid and its units; give those of the grid itself again on each of `news`,
    from the day `on` or, where they began later, from when they began.

    Duties on a 联户单元 are not given again: on a whole grid they would open more families than before.
    """
    for duty in Duty.objects.running().filter(area__in=_places(grid)).select_related("person", "area", "grant"):
        began, until, until_why = duty.valid_from, duty.valid_to, duty.end_why
        end_duty(duty, why=why, on=on, by=by)
        for area in news if duty.area_id == grid.pk and duty.person.is_active else []:
            if not Duty.objects.running().filter(area=area, person=duty.person, role=duty.role).exists():
                again = Duty(area=area, person=duty.person, role=duty.role, pattern=duty.pattern)
                again.valid_from, again.valid_to, again.end_why = max(on, began), until, until_why
                assign_duty(again, by=by)
    grants = RoleGrant.objects.running().filter(area__in=_places(grid), duty=None)
    for grant in grants.select_related("user", "area"):
        began, until = grant.valid_from, grant.valid_to
        end_grant(grant, on=on, by=by)
        for area in news if grant.area_id == grid.pk and grant.user.is_active else []:
            give_grant(
                grant.user, role=grant.role, area=area, valid_from=max(on, began), valid_to=until, source=why, by=by
            )


def _retire(grid, status, *, into, on, reason, by):
    for unit in _places(grid).exclude(pk=grid.pk):
        close_area(unit, status=status, on=on, into=into, reason=reason, by=by)
    close_area(grid, status=status, on=on, into=into, reason=reason, by=by)
    audit.record(f"areas.area.{VERBS[status]}", grid, by=by, area=grid, reason=reason, into=[area.pk for area in into])


def _move_others(places, area):
    """What lies in `places`, out of use from now on, without hanging on a family: sealed reports, and rows of other work apps."""
    move_sealed(places, area)
    for follow in place_followers:
        follow(places, area)
