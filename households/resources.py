"""The ledgers of women and of families: their columns, what one row feeds, and the records they export.

One row feeds Resident, Phone, Household, Membership and Status; category ledgers are the same columns narrowed by a
category. Official columns: handbook 3.1; headings as found in real workbooks: handbook 3.2 item 3.
"""

import re
from functools import lru_cache

from django.db.models import F, Q

from fedhub.areas.enums import AreaKind
from fedhub.areas.models import Area
from fedhub.core.templatetags.fmt import age
from fedhub.core.text import mask_id, mask_phone, partial_date_label
from fedhub.ledgers.resources import CHUNK, LedgerColumn, LedgerResource, chunked, ledgers
from fedhub.reference.lookup import label, rule
from households.asof import books_of
from households.books import NO_HOME, committee_by_area, phones_of
from households.contact import numbers_held
from households.coverage import SHOWN, adults, condition, links_by_woman, of_kind, silent_before
from households.enums import HousingKind, LinkKind
from households.minors import SHUT_FACTS, born_late
from households.models import Resident
from households.models.resident import NEVER
from households.queries import home_prefetch
from households.services import import_homes, import_match, import_undo, import_write

# --- values that no ledger may hold (decisions on data and privacy: no violence mark in a ledger) ------------------------
_VIOLENCE = re.compile(r"家暴|家庭暴力|暴力侵害|受暴|施暴|被打|殴打|虐待|性侵|猥亵|强奸|拐卖")
_DENIED = re.compile(r"^(?:无|没有|没|未|不|否|从未|暂无)")
_NOTHING = re.compile(r"^[\s/\-—0×]*$|^(?:否|无|没有|不是|n|no|f|false)$", re.IGNORECASE)
_PARTS = re.compile(r"([、，,；;\n]+)")


def sealed_part(heading, text):
    """`(kept, sealed)`: the text of a cell without what speaks of violence, and that part ('' when there is none)."""
    if _VIOLENCE.search(heading):
        return ("", f"{heading}：{text}") if not _NOTHING.match(text) else (text, "")
    if not _VIOLENCE.search(text):
        return text, ""
    kept, sealed = [], []
    for part in _PARTS.split(text):
        speaks = _VIOLENCE.search(part) and not _DENIED.match(part.strip())
        (sealed if speaks else kept).append(part)
    return "".join(kept).strip("、，,；;\n "), "、".join(sealed)


# --- columns -----------------------------------------------------------------------------------------------------------
# A ledger holds some thirty thousand different birth days, each many times.
_age_on = lru_cache(maxsize=40_000)(age)


def _file_number(pk):
    return f"D{pk:07d}"


REF = LedgerColumn(
    "ref", "档案号", "ref", ("档案编号",), record="id", get=_file_number, width=10
)  # fmt: skip
SEQ = LedgerColumn("seq", "序号", "int", ("编号", "序"), width=5, imported=False, why="由系统编排")
GRID = LedgerColumn(
    "grid", "网格", aliases=("所属网格", "所在网格", "网格名称", "责任网格", "组别", "网格编码"), width=10
)
NAME = LedgerColumn("name", "姓名", "name", ("妇女姓名", "成员姓名", "名称"), required=True, width=9, length=50)
SEX = LedgerColumn("sex", "性别", "code", table="sex", width=5)
BIRTH = LedgerColumn("birth", "出生年月", "date", ("出生日期", "生日", "出生"), width=11)
ID_NUMBER = LedgerColumn(
    "id_number", "身份证号", "id", ("身份证", "公民身份号码", "身份证号码", "证件号码", "公民身份证号码", "身份号码"),
    mask="id", width=20,
)  # fmt: skip
ETHNIC = LedgerColumn("ethnic", "民族", "code", table="ethnic", width=6)
EDUCATION = LedgerColumn("education", "文化程度", "code", ("学历", "文化", "教育程度"), table="education", width=10)
POLITICAL = LedgerColumn("political", "政治面貌", "code", ("政治面目", "政治身份"), table="political", width=10)
MARITAL = LedgerColumn("marital", "婚姻状况", "code", ("婚姻", "婚姻情况", "婚否"), table="marital", width=9)
HUKOU = LedgerColumn("hukou_type", "户籍情况", "code", ("户籍", "户籍类型", "户籍性质"), table="hukou_type", width=12)
ADDRESS = LedgerColumn(
    "address", "家庭住址", aliases=("住址", "现住址", "居住地址", "详细地址", "家庭地址", "现居住地", "现住详址", "地址"),
    width=24, length=120,
)  # fmt: skip
PHONES = LedgerColumn(
    "phones", "联系电话", "phone", ("电话", "手机", "联系方式", "手机号", "手机号码", "电话号码", "联系电话号码"),
    mask="phone", width=14,
)  # fmt: skip
WORKPLACE = LedgerColumn(
    "workplace",
    "工作单位（职业）",
    aliases=("工作单位/职业", "工作单位", "职业", "单位", "工作单位及职务"),
    width=18,
    length=80,
)
EMPLOYMENT = LedgerColumn(
    "employment", "就业状况", "code", ("就业情况", "从业状况", "就业", "是否就业"), table="employment_status", width=10
)
CHILDREN = LedgerColumn("children", "子女数", "int", ("子女人数", "孩子数", "子女个数"), width=6)
SKILLS = LedgerColumn("skills", "特长", aliases=("爱好特长", "技能特长", "技能"), width=12, length=100)
BACKBONE = LedgerColumn("is_backbone", "妇女骨干", "yesno", ("是否骨干", "骨干", "是否妇女骨干"), width=6)
VOLUNTEER = LedgerColumn("is_volunteer", "志愿者", "yesno", ("是否志愿者", "巾帼志愿者"), width=6)
HEALTH = LedgerColumn(
    "health", "健康状况", "code", ("健康情况", "身体状况", "健康"), table="health", width=10, spill="health_note",
    spill_label="健康情况说明",
)  # fmt: skip
CATEGORIES = LedgerColumn(
    "categories", "类别", "multi", ("困难类别", "人员类别", "身份类别", "类型", "困难类型", "特殊情况"),
    table="hardship_category", width=14,
)  # fmt: skip
NOTE = LedgerColumn("note", "备注", aliases=("说明", "备注说明"), width=14, length=300)
HEAD_NAME = LedgerColumn("head_name", "户主", aliases=("户主姓名",), width=9, length=50, record="head")
RELATION = LedgerColumn("relation", "与户主关系", "code", ("关系", "家庭关系", "成员关系"), table="relation", width=10)
PEOPLE = LedgerColumn(
    "people", "家庭人口", "int", ("家庭人口数", "家庭人数", "人口数"), width=6, imported=False, why="由系统按成员数算"
)


class PersonLedger(LedgerResource):
    """Common work of the ledgers whose line is a person."""

    export_permission = "households.export_resident"
    full_permission = "households.export_full_resident"
    open_url_name = "households:resident_list"
    cautions = (
        "要求不打电话、另有联系要求或撤回了联系同意的人，号码不导出，格子空着；人数写在导出登记里。",
        "未满 18 周岁的：证件号、电话一律遮挡，健康、单位、备注不导出。",
        "填了以前的截至日期：电话和与户主关系仍是现在的登记；后来迁到您负责范围以外的人不在内。",
    )
    women_only = False
    household_ledger = False

    # --- import ---
    def note_row(self, context, row):
        import_match.note_row(context, row)

    def judge_rows(self, context, rows):
        import_match.judge_rows(context, rows, women_only=self.women_only, household_ledger=self.household_ledger)

    def area_named(self, context, named, sheet):
        return import_homes.area_index(context).named(named, sheet)

    def pick(self, row):
        return import_match.pick(row)

    def write_rows(self, context, rows):
        return import_write.write_rows(context, rows)

    def finish_rows(self, context):
        import_write.finish_rows(context)

    def undo_rows(self, context, rows):
        return import_undo.undo_rows(context, rows)

    def finish_undo(self, context):
        import_undo.finish_undo(context)

    def area_of(self, target_id):
        return Resident.objects.filter(pk=target_id).values_list("area_id", flat=True).first()

    def describe(self, target_id, user):
        rows = Resident.objects.visible_to(user).select_related("area").prefetch_related(home_prefetch())
        person = rows.filter(pk=target_id).first()
        if person is None:
            return None
        home = person.home
        facts = [
            ("网格", person.area.name),
            ("出生", partial_date_label(person.birth)),
            ("身份证号", mask_id(person.id_number)),
            ("电话", "、".join(mask_phone(phone.number) for phone in person.phones.all())),
            ("家庭住址", home.household.address if home else ""),
            ("档案号", _file_number(person.pk)),
        ]
        return {"name": person.name, "url": person.get_absolute_url(), "facts": facts}

    def speaks_of_sealed(self, text):
        return bool(_VIOLENCE.search(text))

    def sealed_part(self, heading, text):
        return sealed_part(heading, text)

    # --- export ---
    def get_rows(self, user, filters, *, full=False):
        books = books_of(filters)
        rows = books.people(user, self.full_permission if full else self.export_permission)
        if filters.get("area"):
            rows = books.in_areas(rows, Area.objects.within(Area.objects.get(pk=filters["area"])))
        if filters.get("category"):
            rows = books.in_category(rows, filters["category"])
        return self.narrow(rows, books.day)

    def narrowed(self, filters):
        category = filters.get("category")
        return [label("hardship_category", category) if category else "", *super().narrowed(filters)]

    def narrow(self, rows, day):
        """What this ledger leaves out on `day`."""
        return rows

    def ordered(self, rows, books):
        """`rows` in the order of the ledger."""
        return books.by_name(rows)

    def record_names(self):
        """Names of the values that the columns read from a record."""
        return {column.source for column in self.exported_columns()}

    def fields_read(self):
        """Plain columns of Resident that the records hold."""
        own = {field.name for field in Resident._meta.concrete_fields}
        return sorted((self.record_names() & own) | {"id", "birth", "note"})

    def iter_records(self, queryset, filters):
        books, wanted = books_of(filters), self.record_names()
        # People without a household hang on the community, which is no grid and would be refused on the way back in.
        grids = dict(Area.objects.filter(kind__in=[AreaKind.GRID, AreaKind.UNIT]).values_list("id", "name"))
        carers = committee_by_area(books.day)
        rows = self.ordered(queryset, books).values(*self.fields_read(), lies_in=F(books.area_field))
        for chunk in chunked(rows.iterator(chunk_size=CHUNK)):
            ids = [record["id"] for record in chunk]
            held = numbers_held(ids)
            phones, homes = phones_of(ids), books.homes_of(ids, wanted)
            categories, remarks = books.categories_of(ids, homes), books.remarks_of(ids, homes)
            for record in chunk:
                pk, lies_in = record["id"], record["lies_in"]
                record["age"] = _age_on(record["birth"], books.day)
                record["grid"], record["carer"] = grids.get(lies_in, ""), carers.get(lies_in, "")
                record["phones_held"] = pk in held and pk in phones
                record["phones"] = () if pk in held else phones.get(pk, ())
                record["categories"] = categories.get(pk, ())
                record.update(homes.get(pk, NO_HOME))
                if born_late(record["birth"]):
                    shut_child(record)
                if pk in remarks:
                    record["note"] = "；".join(filter(None, (record["note"], remarks[pk])))
                yield record


def shut_child(record):
    """Of a child a ledger holds the name, the family and the kind of entry: numbers are masked in whole exports too, and what
    is kept about it is left out (households.minors)."""
    record["id_number"] = mask_id(record["id_number"]) if record.get("id_number") else ""
    record["phones"] = tuple(map(mask_phone, record["phones"]))
    record.update((name, "") for name in SHUT_FACTS if name in record)


@ledgers.register
class WomenLedger(PersonLedger):
    """妇女基本情况台账: every woman of age on the books (handbook 3.1 row 1)."""

    key, label, order, unit = "women", "妇女基本情况台账", 10, "人"
    note = "一行一名 18 周岁以上妇女。"
    women_only = True
    columns = (
        SEQ, GRID, NAME, ETHNIC, BIRTH,
        LedgerColumn("age", "年龄", "int", ("周岁",), width=5, imported=False, why="由系统按出生日期算"),
        ID_NUMBER, EDUCATION, POLITICAL, MARITAL, HUKOU, ADDRESS, HEAD_NAME, RELATION, PHONES, WORKPLACE, EMPLOYMENT,
        PEOPLE, CHILDREN, SKILLS, BACKBONE, VOLUNTEER,
        LedgerColumn("team", "是否骨干/志愿者", "team", ("骨干/志愿者", "骨干志愿者"), exported=False),
        HEALTH, CATEGORIES,
        LedgerColumn(
            "carer", "包保执委", aliases=("包保人", "联系执委", "包片执委"), width=10, imported=False, why="按网格包保自动填"
        ),
        NOTE, REF,
        LedgerColumn("sex", "性别", "code", table="sex", exported=False),
    )  # fmt: skip

    def narrow(self, rows, day):
        least = rule("women_min_age")
        born_by = f"{day.year - least}-{day.month:02d}-{day.day:02d}"
        return rows.filter(sex="2").filter(Q(birth="") | Q(birth__lte=born_by))


@ledgers.register
class LinkLedger(PersonLedger):
    """妇女联系台账: every grown woman on the books with her contacts and the last contact; made from the work alone."""

    key, label, order, unit = "links", "妇女联系台账", 15, "人"
    note = "一行一名成年妇女：谁联系她、最近哪天联系过；由联系人登记和走访自动生成。"
    importable = False
    open_url_name = "households:link_list"
    cautions = (
        "要求不打电话、另有联系要求或撤回了联系同意的人，号码不导出，格子空着；人数写在导出登记里。",
        "按今天的登记出，没有以前某一天的。",
    )
    columns = (
        SEQ, GRID, NAME, BIRTH,
        LedgerColumn("age", "年龄", "int", width=5, imported=False),
        ADDRESS, PHONES,
        *[LedgerColumn(f"link_{kind.value}", kind.label, width=14, imported=False) for kind in LinkKind],
        LedgerColumn("last_contact", "最近联系", "day", width=12, imported=False),
        LedgerColumn("gap", "缺口", width=14, imported=False),
        REF,
    )  # fmt: skip

    def get_rows(self, user, filters, *, full=False):
        rows = super().get_rows(user, filters, full=full).women(born_by=adults())
        rows = rows.filter(condition(filters.get("show") or "gaps"))
        return rows.filter(of_kind(filters["kind"])) if filters.get("kind") else rows

    def narrowed(self, filters):
        kinds = dict(LinkKind.choices)
        shown = filters.get("show") or "gaps"
        return [
            SHOWN[shown][0] if shown in SHOWN else "",
            kinds.get(filters.get("kind"), ""),
            *super().narrowed(filters),
        ]

    def fields_read(self):
        return sorted({*super().fields_read(), "contacted_on", "has_contact"})

    def iter_records(self, queryset, filters):
        before = silent_before()
        for chunk in chunked(super().iter_records(queryset, filters)):
            links = links_by_woman([record["id"] for record in chunk])
            for record in chunk:
                record.update((f"link_{kind.value}", "") for kind in LinkKind)
                for link in links.get(record["id"], ()):
                    key = f"link_{link.kind}"
                    record[key] = f"{record[key]}、{link.who}" if record[key] else link.who
                day = record["contacted_on"]
                record["last_contact"] = None if day == NEVER else day
                gaps = ["" if record["has_contact"] else "没有联系人"]
                gaps.append("从没联系过" if day == NEVER else "很久没联系" if day < before else "")
                record["gap"] = "、".join(filter(None, gaps))
                yield record


@ledgers.register
class HouseholdLedger(PersonLedger):
    """家庭台账: one line a member, household columns on the first line and merged below (一户多人)."""

    key, label, order, unit = "families", "家庭台账", 20, "人"
    note = "一户多人：户的栏目写在户主一行，下面成员合并单元格；一行一名家庭成员。"
    household_ledger = True
    merged_groups = frozenset(["家庭情况"])
    group_aliases = {
        "家庭成员情况": ("家庭成员", "成员情况", "家庭成员信息", "成员信息", "家庭成员基本情况"),
        "家庭情况": ("家庭基本情况", "户主情况", "户主信息", "家庭信息"),
    }
    columns = (
        SEQ,
        LedgerColumn("household_no", "户号", "code_text", ("户编号", "家庭编号"), width=22, group="家庭情况", length=20),
        LedgerColumn("grid", "网格", aliases=GRID.aliases, width=10, group="家庭情况"),
        LedgerColumn("head_name", "户主", aliases=HEAD_NAME.aliases, width=9, group="家庭情况", length=50, record="head"),
        LedgerColumn("address", "家庭住址", aliases=ADDRESS.aliases, width=24, group="家庭情况", length=120),
        LedgerColumn("home_hukou", "户籍情况", "code", HUKOU.aliases, table="hukou_type", width=12, group="家庭情况"),
        LedgerColumn(
            "housing", "住房", "code", ("住房性质", "住房类型"), options=dict(HousingKind.choices), width=8,
            group="家庭情况",
        ),
        LedgerColumn(
            "people", "家庭人口", "int", PEOPLE.aliases, width=6, group="家庭情况", imported=False, why=PEOPLE.why
        ),
        *[
            LedgerColumn(
                c.key, c.label, c.kind, c.aliases, table=c.table, required=c.required, mask=c.mask, width=c.width,
                group="家庭成员情况", length=c.length, record=c.record, get=c.get, spill=c.spill,
                spill_label=c.spill_label,
            )
            for c in (
                NAME, RELATION, SEX, BIRTH, ID_NUMBER, ETHNIC, EDUCATION, POLITICAL, MARITAL, EMPLOYMENT, WORKPLACE,
                HEALTH, CATEGORIES, PHONES, NOTE, REF,
            )
        ],
        LedgerColumn("compound", "小区", aliases=("小区（院落）", "小区名称"), exported=False, length=40),
        LedgerColumn("building", "楼栋", aliases=("楼号", "幢", "栋", "楼栋（门牌）"), exported=False, length=20),
        LedgerColumn("stair", "单元", exported=False, length=10),
        LedgerColumn("room", "房号", aliases=("室", "房间号", "室号"), exported=False, length=20),
    )  # fmt: skip

    def block_of(self, record):
        return record["home_id"]

    def ordered(self, rows, books):
        return books.by_home(rows)
