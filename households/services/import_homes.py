"""Which grid and which household a row of a person ledger belongs to. Reads only.

A household is the same when its number is, or its address and head (handbook 3.2). An import never moves anybody: a row
that puts a known person elsewhere says so and leaves the move to the page for moves.
"""

import re
from types import SimpleNamespace

from fedhub.areas.models import Area, Building
from fedhub.core.lookups import AnyOf
from fedhub.core.text import match_key, normalise, normalise_name
from fedhub.ledgers.rows import Finding, change
from households.addresses import place_names, split_address, without_region
from households.models import Household
from households.searchkeys import address_key, compose_address, compound_and_room
from households.services.import_known import ADDRESS_PARTS, HOUSEHOLD_COLUMNS, known_homes

# A file names a few grids again and again; a hostile one names a new one in each row.
REMEMBERED = 1000
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


# --- grids --------------------------------------------------------------------------------------------------------
def grid_key(text):
    """How grid names are compared: 第一网格, 一网格, 1网格, 网格01 and 第1格 are one."""
    key = re.sub(r"[第号组]|网格|责任区|格", "", match_key(text))
    number = chinese_number(key)
    return f"#{number}" if number else key


def chinese_number(text):
    """Value of digits or Chinese numerals up to 99, or None."""
    if text.isascii() and text.isdigit():
        return int(text)
    found = re.fullmatch(r"([一二两三四五六七八九])?(十)?([零〇一二三四五六七八九])?", text)
    if not text or not found:
        return None
    tens, ten, units = found.groups()
    if not ten:
        return _DIGITS[tens or units] if bool(tens) != bool(units) else None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[units] if units else 0)


class AreaIndex:
    """The homes (grids, 联户单元) of the place imported into, by code, name and short name."""

    def __init__(self, context):
        self.context = context
        self.homes = list(Area.objects.homes().within(context.area).select_related("parent"))
        self.grids = sum(area.kind == "grid" for area in self.homes)
        self.by_key = {}
        for area in sorted(self.homes, key=lambda a: len(a.code)):
            for key in (match_key(area.name), grid_key(area.name), area.code):
                self.by_key.setdefault(key, area)
        for area in self.homes:
            if area.kind == "grid":
                self.by_key.setdefault(f"#{int(area.code[-3:])}", area)
        self.by_pk = {area.pk: area for area in self.homes}
        self.names = place_names(context.area)
        self.buildings = None
        self.found = {}

    def find(self, text):
        """The area that `text` means, or None."""
        if text in self.found:
            return self.found[text]
        short = without_region(text, self.names)
        area = self.by_key.get(match_key(short)) or self.by_key.get(grid_key(short))
        if len(self.found) < REMEMBERED:
            self.found[text] = area
        return area

    def named(self, text, sheet):
        """The area that a row names, in its cell or by the name of its sheet, or None."""
        return self.find(text) if text else self.find(sheet) if sheet else None

    def place(self, row):
        """Set the row's grid (memo "grid", may be None) and the area a new person would lie in (memo "area")."""
        context, text = self.context, row.values.get("grid", "")
        area = self.named(text, row.sheet)
        if text and area is None:
            row.refuse(
                f"没有“{text}”，{context.area.name}有 {self.grids} 个网格", column="网格", value=text,
                remedy="改成现有网格，或先到“区域”里新建",
            )  # fmt: skip
        if area is None and context.area.is_home:
            area = context.area
        if area is not None and context.scope is not None and area.pk not in context.scope:
            row.refuse(f"“{area.name}”不在您负责的范围内", column="网格", remedy="这一行请交给负责的人导入")
        row.memo["grid"] = area
        row.memo["area"] = area or context.area

    def by_building(self, address):
        """The grid of a known building, or None."""
        if self.buildings is None:
            rows = Building.objects.filter(area__in=list(self.by_pk)).select_related("area")
            self.buildings = {(address_key(b.compound), address_key(b.name)): b.area for b in rows}
        compound = address_key(address.get("compound", ""))
        building = address_key(address.get("building", ""))
        return self.buildings.get((compound, building)) or self.buildings.get((compound, ""))


def area_index(context):
    """The AreaIndex of this run."""
    if "areas" not in context.memo:
        context.memo["areas"] = AreaIndex(context)
    return context.memo["areas"]


# --- households ---------------------------------------------------------------------------------------------------
def address_of(context, row):
    """Address fields of the row: {} without one, else the parts that are known, `address` and `address_key`."""
    if "address" not in row.memo:
        values = row.values
        found = {name: normalise(values[name]) for name in ADDRESS_PARTS if values.get(name)}
        text = without_region(values.get("address", ""), area_index(context).names)
        if text and not {"compound", "room"} <= set(found):
            found = split_address(text) | found
        if text or found:
            home = SimpleNamespace(**dict.fromkeys(ADDRESS_PARTS, "") | found)
            home.address = text or compose_address(home)
            found |= {"address": home.address[:120], "address_key": compound_and_room(home)}
        row.memo["address"] = found
    return row.memo["address"]


class HomeIndex:
    """Households of the place imported into that the rows of one slice may mean."""

    def __init__(self):
        self.by_number, self.by_address = {}, {}

    @staticmethod
    def note(context, row):
        """Remember the household of a row; True for the first row of a household in the file."""
        values = row.values
        key = values.get("household_no") or (
            values.get("grid", ""), address_of(context, row).get("address_key", ""), values.get("head_name", "")
        )  # fmt: skip
        return not context.earlier("home", key, row)

    @classmethod
    def load(cls, context, rows, *, household_ledger):
        """Read the households in question; those outside the user's scope stay unknown."""
        index = cls()
        keys = {address_of(context, row).get("address_key", "") for row in rows} - {""}
        numbers = {row.values.get("household_no", "") for row in rows} - {""}
        inside = Household.objects.in_areas(context.scope).active()
        for home in known_homes(context, inside.filter(AnyOf("number", numbers))) if numbers else ():
            index.by_number[home.number] = home
        here = inside.filter(AnyOf("address_key", keys), area__code__startswith=context.area.code)
        for home in known_homes(context, here.order_by("pk")) if keys else ():
            index.by_address.setdefault(home.address_key, []).append(home)
        return index

    def existing(self, context, row):
        """`(household or None, clear)`; `clear` is False when several could be meant."""
        values = row.values
        if values.get("household_no"):
            return self.by_number.get(values["household_no"]), True
        homes = self.by_address.get(address_of(context, row).get("address_key", ""), [])
        head = normalise_name(values.get("head_name", ""))
        if head:
            return next((home for home in homes if home.head_name == head), None), True
        return (homes[0], True) if len(homes) == 1 else (None, not homes)

    def home_for(self, context, row, household_ledger):
        """Where a new person lives: {"id"} of a household, {"key", "new"} of one to be made, or {}."""
        values, address = row.values, address_of(context, row)
        home, clear = self.existing(context, row)
        if values.get("household_no") and home is None:
            row.refuse(
                "没有这个户号，或不在您负责的范围内", column="户号", value=values["household_no"],
                remedy="核对户号；新住户请清空这一格",
            )  # fmt: skip
            return {}
        if home is not None:
            _tell_other_grid(row, home)
            row.memo["area"] = home.area
            return {"id": home.pk}
        if not clear:
            row.warn(
                "这个地址在册不止一户，没有写户主", column="家庭住址", remedy="人照常登记，先不入户；写上户主再传"
            )
            return {}
        head = normalise_name(values.get("head_name", ""))
        if not address and not (household_ledger and head):
            return {}
        grid = row.memo["grid"] or area_index(context).by_building(address)
        if grid is None or (context.scope is not None and grid.pk not in context.scope):
            row.warn(
                "没有写网格，地址也对不上已登记的楼栋，没法建家庭", column="网格",
                remedy="人先登记在社区；补上网格再传，或到“区域”里登记楼栋",
            )  # fmt: skip
            return {}
        row.memo["area"] = grid
        fields = dict(address)
        for key, name in HOUSEHOLD_COLUMNS.items():
            if values.get(key):
                fields[name] = values[key]
        return {"key": f"{grid.pk}|{address.get('address_key', '')}|{head}", "new": fields, "area": grid.pk}


def _tell_other_grid(row, home):
    grid = row.memo.get("grid")
    if grid is not None and row.values.get("grid") and not home.area.code.startswith(grid.code):
        row.warn(
            f"这户在册属于{home.area.name}，表里写{grid.name}，按在册", column="网格",
            remedy="要换网格请用“批量分派”或家庭页的“换网格”",
        )  # fmt: skip


# --- a person on file ---------------------------------------------------------------------------------------------
def judge_home(context, row, person, homes, household_ledger):
    """Relation, household and address of a known person: what differs goes into the plan or is told."""
    member = person.member
    relation = row.values.get("relation", "")
    if member is None:
        home = homes.home_for(context, row, household_ledger)
        if home:
            row.plan["home"], row.plan["relation"] = home, relation
            text = address_of(context, row).get("address") or row.values.get("household_no", "")
            row.findings.append(Finding(column="家庭", new=f"入户：{text}", kind="change"))
        return
    home = member.home
    if relation and relation != member.relation:
        row.plan["relation"] = relation
        row.findings.append(change(context.columns.get("relation"), "与户主关系", member.relation, relation))
    _tell_other_grid(row, home)
    meant, _ = homes.existing(context, row)
    if household_ledger and meant is not None and meant.pk != home.pk:
        row.warn(
            f"此人在册住在{home.address or home.number}，表里在另一户，导入不搬家", column="家庭住址",
            remedy="确实搬了请在家庭页办“搬家”",
        )  # fmt: skip
        return
    changed = {}
    if _address_differs(context, row, home):
        if (household_ledger and row.values.get("household_no")) or home.people <= 1:
            changed |= address_of(context, row)
        else:
            row.warn(
                f"住址与在册不同：在册“{home.address}”，导入不搬家也不改全家的住址", column="家庭住址",
                value=row.values.get("address", ""), remedy="搬了请在家庭页办“搬家”，写错了请在家庭页改",
            )  # fmt: skip
    if household_ledger:
        changed |= _household_fields(row, home)
    if changed and row.memo.get("home_first"):
        old = {name: getattr(home, name) for name in changed}
        row.plan["household"] = {"id": home.pk, "base": home.version, "set": changed}
        for name in sorted(set(changed) - {"address_key", *ADDRESS_PARTS}):
            column = next((context.columns.get(k) for k, f in HOUSEHOLD_COLUMNS.items() if f == name), None)
            column = context.columns.get("address") if name == "address" else column
            row.findings.append(change(column, name, old[name], changed[name]))


def _address_differs(context, row, home):
    address = address_of(context, row)
    return bool(address) and address["address_key"] != home.address_key and address["address"] != home.address


def _household_fields(row, home):
    changed = {}
    for key, name in HOUSEHOLD_COLUMNS.items():
        new = row.values.get(key)
        if new and getattr(home, name) != new:
            changed[name] = new
    return changed
