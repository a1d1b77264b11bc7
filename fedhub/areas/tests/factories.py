"""Places for tests: one chain 区—街道—社区—网格 with right codes."""

import factory

from fedhub.areas.enums import AreaKind, GridKind
from fedhub.areas.models import Area, Building


class AreaFactory(factory.django.DjangoModelFactory):
    """A grid in the default community unless told otherwise."""

    class Meta:
        model = Area
        django_get_or_create = ("code",)

    kind = AreaKind.GRID
    code = factory.Sequence(lambda n: f"330106003012{n + 1:03d}")
    name = factory.LazyAttribute(lambda area: f"第{int(area.code[-3:])}网格")
    parent = factory.LazyFunction(lambda: community())
    grid_kind = GridKind.BASIC


class BuildingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Building

    area = factory.SubFactory(AreaFactory)
    compound = "精诚公寓"
    name = factory.Sequence(lambda n: f"{n + 1}栋")


def place(code, name, kind, parent=None, **more):
    """Get or make one place; `parent` is a place, or a function that is asked only for a new one."""
    area = Area.objects.filter(code=code).first()
    if area is None:
        above = {"parent": parent() if callable(parent) else parent} if parent else {"root": True}
        area = Area.objects.create(code=code, name=name, kind=kind, **above, **more)
    return area


def district():
    """西湖区, the root."""
    return place("330106", "西湖区", AreaKind.DISTRICT)


def street():
    """文新街道."""
    return place("330106003", "文新街道", AreaKind.STREET, district)


def community(number=12, name="清和社区"):
    """A community of the street."""
    return place(f"330106003{number:03d}", name, AreaKind.COMMUNITY, street, office_name=f"{name}妇联")


def grid(number, of=None):
    """A grid of the community by its number."""
    code = (of.code if of else "330106003012") + f"{number:03d}"
    name = f"第{'零一二三四五六七八九十'[number]}网格"
    return place(code, name, AreaKind.GRID, of or community, grid_kind="basic")
