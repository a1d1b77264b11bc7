"""Compounds of invented homes: estates with buildings and stairs, old courtyards with door numbers alone."""

from dataclasses import dataclass
from itertools import cycle

from desk.setup import numeral
from fedhub.areas.enums import AreaKind, GridKind
from fedhub.areas.models import Area, Building
from fedhub.areas.services import next_grid_code, open_area
from fedhub.demo.people import Home

DISTRICT, STREET = ("330106", "西湖区"), ("330106003", "文新街道")
COMMUNITY = ("330106003012", "清和社区")

_ESTATES = [
    "清和里", "精诚公寓", "柳岸新苑", "文华苑", "加工厂小区", "桥东里", "学府小区", "梧桐苑", "湖畔新村",
    "金桂家园", "书香名苑", "和睦新村", "翠竹苑", "望江里", "丰泽家园", "兰亭苑", "紫荆公寓", "春晖里",
    "松木场新村", "永安里", "锦绣园", "东港小区", "星河苑", "景云公寓", "百合花园", "邮电新村", "丝绸宿舍",
    "棉纺新村", "北站里", "长庆里", "红石板小区", "青莲苑", "玉兰花园", "白杨公寓", "德胜里", "古荡新苑",
    "栖霞苑", "明珠花园", "双桥里", "采荷里",
]  # fmt: skip


@dataclass(frozen=True)
class Compound:
    """A compound: `buildings` × `stairs` × `floors` × `doors`, or `yard` doors of an old courtyard."""

    name: str
    buildings: int = 0
    stairs: int = 2
    floors: int = 6
    doors: int = 2
    yard: int = 0
    first: int = 1

    def homes(self):
        """All homes in the order of the doors."""
        if self.yard:
            yield from (Home(self.name, f"{number}号") for number in range(1, self.yard + 1))
            return
        for building in range(self.first, self.first + self.buildings):
            for stair in range(1, self.stairs + 1):
                for floor in range(1, self.floors + 1):
                    for door in range(1, self.doors + 1):
                        yield Home(self.name, str(building), str(stair), str(floor), f"{floor}{door:02d}")

    def rows(self, area):
        """Building rows of the compound in the grid `area` (unsaved)."""
        if self.yard:
            return [Building(area=area, compound=self.name, name="", note=f"门牌 1—{self.yard} 号")]
        return [
            Building(area=area, compound=self.name, name=str(number), stairs=self.stairs, floors=self.floors)
            for number in range(self.first, self.first + self.buildings)
        ]


def estate(index, homes):
    """The compound of the `index`-th grid of a big seed, large enough for `homes`; every seventh is an old courtyard."""
    round_, place = divmod(index, len(_ESTATES))
    name = _ESTATES[place] + (f"{numeral(round_ + 1)}区" if round_ else "")
    if index % 7 == 6:
        return Compound(f"{name}旧院", yard=homes)
    per_building = 2 * 6 * 2
    return Compound(name, buildings=-(-homes // per_building))


def chain(*, code=COMMUNITY[0], name=COMMUNITY[1], by=None):
    """The community `code` with the street and district above it, made where missing. Returns the community."""
    parent = None
    for place, label, kind in (
        (code[:6], DISTRICT[1], AreaKind.DISTRICT),
        (code[:9], STREET[1], AreaKind.STREET),
        (code, name, AreaKind.COMMUNITY),
    ):
        area = Area.objects.filter(code=place).first()
        if area is None:
            office = f"{label}妇联" if kind != AreaKind.DISTRICT else ""
            area = open_area(Area(code=place, name=label, kind=kind, parent=parent, office_name=office), by=by)
        parent = area
    return parent


def open_grid(community, *, name="", by=None, **bounds):
    """The next grid of `community`."""
    code = next_grid_code(community)
    number = int(code[-3:])
    name = name or f"第{numeral(number) if number < 100 else number}网格"
    grid = Area(code=code, name=name, kind=AreaKind.GRID, parent=community, grid_kind=GridKind.BASIC, **bounds)
    return open_area(grid, by=by)


def spread(total, parts):
    """`total` in `parts` nearly equal whole numbers: spread(10, 3) is [4, 3, 3]."""
    base, rest = divmod(total, parts)
    return [base + (place < rest) for place in range(parts)]


def in_turn(items, count):
    """`count` of `items`, over and over."""
    return [item for item, _ in zip(cycle(items), range(count))]
