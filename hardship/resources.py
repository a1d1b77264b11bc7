"""困难家庭台账: every file with its level and state. Made from the work alone: no file is read into it."""

from django.db.models import F

from fedhub.areas.models import Area
from fedhub.ledgers.resources import CHUNK, LedgerColumn, LedgerResource, chunked, ledgers
from hardship.enums import FileExit, FileState, FoundHow, Level
from hardship.models import HardshipFile
from households.models.household import household_title


@ledgers.register
class HardshipLedger(LedgerResource):
    """One line a file that the reader may see; a guarded one outside her circle is not there."""

    key, label, order, unit = "hardship", "困难家庭台账", 32, "份"
    note = "一行一份困难家庭档案：等级、状态、责任人、复核；由档案自动生成。"
    importable = False
    rows_words, none_words, all_words = "您负责范围内的困难家庭档案", "一份也没有", "没有退出的"
    masked_words, mask_how = "户主和住址", "遮住（姓名只留头尾，住址只留到小区）"
    total_column = "head"
    open_url_name = "hardship:file_list"
    export_permission = "hardship.export_hardshipfile"
    full_permission = "hardship.export_full_hardshipfile"
    columns = (
        LedgerColumn("seq", "序号", "int", width=5),
        LedgerColumn("number", "档案编号", "ref", width=26),
        LedgerColumn("head", "户主", "name", mask="name", width=9),
        LedgerColumn("home_number", "户号", "ref", width=22),
        LedgerColumn("address", "家庭住址", mask="place", width=24),
        LedgerColumn("grid", "网格", width=10),
        LedgerColumn("category", "主要类别", "code", table="hardship_category", width=10),
        LedgerColumn("level", "困难等级", "code", options=dict(Level.choices), width=16),
        LedgerColumn("state", "状态", "code", options=dict(FileState.choices), width=10),
        LedgerColumn("found_how", "怎么发现的", "code", options=dict(FoundHow.choices), width=12),
        LedgerColumn("found_on", "发现日期", "day", width=12),
        LedgerColumn("approved_on", "建档日期", "day", width=12),
        LedgerColumn("review_due_on", "下次复核", "day", width=12),
        LedgerColumn("officer_name", "责任人", "name", width=9),
        LedgerColumn("closed_on", "退出日期", "day", width=12),
        LedgerColumn("exit_reason", "退出原因", "code", options=dict(FileExit.choices), width=14),
    )

    def get_rows(self, user, filters, *, full=False):
        rows = HardshipFile.objects.visible_to(user, self.full_permission if full else self.export_permission)
        if filters.get("area"):
            rows = rows.filter(area__in=Area.objects.within(Area.objects.get(pk=filters["area"])))
        if filters.get("level"):
            rows = rows.filter(level=int(filters["level"]))
        state = filters.get("state")
        if state == "all":
            return rows
        return rows.filter(state=state) if state else rows.open()

    def narrowed(self, filters):
        states = dict(FileState.choices) | {"all": "包括已退出的"}
        level = Level(int(filters["level"])).label if filters.get("level") else ""
        return [level, states.get(filters.get("state"), ""), *super().narrowed(filters)]

    def iter_records(self, queryset, filters):
        home = "household__"
        plain = (
            "number", "category", "level", "state", "found_how", "found_on", "approved_on", "review_due_on", "closed_on",
            "exit_reason",
        )  # fmt: skip
        rows = queryset.order_by("area__code", "level", "pk").values(
            *plain, head_name=F(f"{home}head_name"), first_name=F(f"{home}first_name"), home_number=F(f"{home}number"),
            address=F(f"{home}address"), grid=F("area__name"), officer_name=F("officer__name"),
        )  # fmt: skip
        for chunk in chunked(rows.iterator(chunk_size=CHUNK)):
            for record in chunk:
                name = record["head_name"] or record["first_name"]
                record["head"] = name or household_title("", "", record["home_number"])
                record["officer_name"] = record["officer_name"] or ""
                yield record
