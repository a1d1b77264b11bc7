"""The ledgers of concerns (诉求台账) and of the front desk (来访来电登记): what goes out of the house, on any day.

They are made from the work alone: no file is read into them. Columns: handbook 3.1 (信访接待) and 2.5.
"""

from django.utils import timezone

from accounts.models import User
from concerns.books import books_of
from concerns.enums import Origin, Outcome, ReceptionChannel, Status, Told
from concerns.models import Concern, Reception
from fedhub.areas.models import Area
from fedhub.ledgers.resources import CHUNK, LedgerColumn, LedgerResource, chunked, ledgers
from fedhub.reference.lookup import label
from households.models import Household, Resident

SEQ = LedgerColumn("seq", "序号", "int", width=5)
TOPIC = LedgerColumn("topic", "方面", "code", table="survey_topic", width=10)
GRID = LedgerColumn("grid", "网格", width=10)
NOTE = LedgerColumn("note", "备注", width=16)


class WorkLedger(LedgerResource):
    """Common work of both: one row a record of `model`, with the names of those it points to."""

    unit = "件"
    importable = False
    rows_words, none_words, all_words = "您负责范围内的登记", "一件也没有", "全部"
    model = None
    # Fields of a record that the ledger reads, and those that a later correction may put right, with their headings.
    reads, facts = (), {}
    ordering = ()

    def get_rows(self, user, filters, *, full=False):
        books = books_of(filters)
        rows = books.rows(self.model, user, self.full_permission if full else self.export_permission)
        if filters.get("area"):
            rows = rows.filter(area__in=Area.objects.within(Area.objects.get(pk=filters["area"])))
        if filters.get("topic"):
            rows = rows.filter(topic=filters["topic"])
        return self.narrow(rows, filters, books.day)

    def narrow(self, rows, filters, day):
        """`rows` narrowed by the conditions of this ledger on `day`."""
        return rows

    def narrowed(self, filters):
        first, last = filters.get("from_day", ""), filters.get("to_day", "")
        return [
            label("survey_topic", filters["topic"]) if filters.get("topic") else "",
            f"{first}—{last}" if first or last else "",
            *super().narrowed(filters),
        ]

    def iter_records(self, queryset, filters):
        books = books_of(filters)
        grids = dict(Area.objects.values_list("id", "name"))
        staff = dict(User.objects.values_list("id", "name"))
        rows = queryset.order_by(*self.ordering, "id").values(*self.reads, "id", "area_id", *books.extra)
        for chunk in chunked(rows.iterator(chunk_size=CHUNK)):
            remarks = books.put_right(self.model, chunk, self.facts)
            known = self.known_of(chunk, books)
            for record in chunk:
                record["grid"] = grids.get(record["area_id"], "")
                notes = self.complete(record, staff, known)
                record["note"] = "；".join([text for text in (*notes, *remarks.get(record["id"], ())) if text])
                yield record

    def known_of(self, chunk, books):
        """What has to be looked up for a chunk of records, one query a thing."""
        raise NotImplementedError

    def complete(self, record, staff, known):
        """Put the values of the columns into `record`; returns texts for 备注."""
        raise NotImplementedError


def _day(moment):
    return timezone.localdate(moment) if moment else None


@ledgers.register
class ConcernLedger(WorkLedger):
    """诉求台账: every concern with where it stands."""

    key, label, order = "concerns", "诉求台账", 40
    note = "一行一件诉求，办到哪一步、怎么答复的；由诉求登记自动生成。"
    rows_words = "您负责范围内的诉求"
    masked_words, mask_how = "提出人和地点", "遮住（姓名只留头尾，地点只留到小区）"
    cautions = (
        "具体情况、办理结果和答复的原文不在台账里。",
        "填了以前的截至日期：单位、网格和承办人的名称用现在的；后来迁到您负责范围以外的不在内。",
    )
    total_column = "title"
    open_url_name = "concerns:concern_list"
    export_permission = "concerns.export_concern"
    full_permission = "concerns.export_full_concern"
    model = Concern
    reads = (
        "number", "raised_on", "origin", "topic", "title", "place", "household_id", "resident_id", "assigned_to_id",
        "due_on", "status", "outcome", "first_answered_at", "answered_at", "told", "lead_id", "score", "closed_at",
        "reopened", "anonymous", "on_behalf", "paused_on", "extensions",
    )  # fmt: skip
    facts = {
        "raised_on": "提出日期", "origin": "来源", "topic": "方面", "title": "诉求", "place": "地点",
        "household_id": "家庭", "resident_id": "提出人",
    }  # fmt: skip
    ordering = ("raised_on",)
    columns = (
        SEQ,
        LedgerColumn("number", "编号", "ref", width=14),
        LedgerColumn("raised_on", "提出日期", "day", width=12),
        LedgerColumn("origin", "来源", "code", options=dict(Origin.choices), width=10),
        TOPIC,
        LedgerColumn("title", "诉求", width=26),
        LedgerColumn("place", "地点", mask="place", width=16),
        GRID,
        LedgerColumn("household", "家庭（户号）", "ref", width=22),
        LedgerColumn("resident", "提出人", "name", mask="name", width=9),
        LedgerColumn("officer", "承办人", "name", width=9),
        LedgerColumn("due_on", "办结期限", "day", width=12),
        LedgerColumn("status", "状态", "code", options=dict(Status.choices), width=8),
        LedgerColumn("outcome", "结果", "code", options=dict(Outcome.choices), width=12),
        LedgerColumn("first_answered", "首次答复日期", "day", width=12),
        LedgerColumn("answered", "答复日期", "day", width=12),
        LedgerColumn("told", "告知方式", "code", options=dict(Told.choices), width=9),
        LedgerColumn("agencies", "转办单位", width=16),
        LedgerColumn("lead", "并案主件", "ref", width=14),
        LedgerColumn("score", "满意度", "int", width=7),
        LedgerColumn("closed", "办结日期", "day", width=12),
        LedgerColumn("reopened", "重办次数", "int", width=8),
        NOTE,
    )

    def narrow(self, rows, filters, day):
        if filters.get("from_day"):
            rows = rows.filter(raised_on__gte=filters["from_day"])
        if filters.get("to_day"):
            rows = rows.filter(raised_on__lte=filters["to_day"])
        if filters.get("status"):
            is_open = filters["status"] == "open"
            rows = rows.filter(closed_at=None) if is_open else rows.filter(status=filters["status"])
        for name in ("origin", "outcome"):
            if filters.get(name):
                rows = rows.filter(**{name: filters[name]})
        if filters.get("person"):
            rows = rows.filter(assigned_to=filters["person"])
        if filters.get("overdue"):
            rows = rows.filter(closed_at=None, paused_on=None, due_on__lt=day)
        return rows

    def narrowed(self, filters):
        status, person = filters.get("status", ""), filters.get("person")
        names = dict(Status.choices) | {"open": "没办结的"}
        return [
            names.get(status, status),
            dict(Outcome.choices).get(filters.get("outcome"), ""),
            dict(Origin.choices).get(filters.get("origin"), ""),
            f"承办人 {User.objects.filter(pk=person).values_list('name', flat=True).first() or '—'}" if person else "",
            "只有逾期的" if filters.get("overdue") else "",
            *super().narrowed(filters),
        ]

    def known_of(self, chunk, books):
        return {
            "residents": books.names_of(Resident, "name", [record["resident_id"] for record in chunk]),
            "homes": books.names_of(Household, "number", [record["household_id"] for record in chunk]),
            "leads": books.names_of(Concern, "number", [record["lead_id"] for record in chunk]),
            "agencies": books.agencies_of([record["id"] for record in chunk]),
        }

    def complete(self, record, staff, known):
        record["resident"] = known["residents"].get(record["resident_id"], "")
        record["household"] = known["homes"].get(record["household_id"], "")
        record["lead"] = known["leads"].get(record["lead_id"], "")
        record["agencies"] = known["agencies"].get(record["id"], "")
        record["officer"] = staff.get(record["assigned_to_id"], "")
        record["first_answered"] = _day(record["first_answered_at"])
        record["answered"] = _day(record["answered_at"])
        record["closed"] = _day(record["closed_at"])
        return (
            "不留姓名" if record["anonymous"] else "",
            "代人提出" if record["on_behalf"] else "",
            "停表" if record["paused_on"] else "",
            f"延期 {record['extensions']} 次" if record["extensions"] else "",
        )


@ledgers.register
class ReceptionLedger(WorkLedger):
    """来访来电登记: the register of the front desk and the 12338 line."""

    key, label, order = "receptions", "来访来电登记", 50
    note = "一行一次来访、来电、来信；由登记自动生成。"
    rows_words = "您负责范围内的来访来电登记"
    masked_words, mask_how = "姓名和谈话内容", "遮住（姓名只留头尾，谈话内容不导出）"
    cautions = (
        "联系电话不在台账里。",
        "填了以前的截至日期：网格和接待人的名称用现在的；后来迁到您负责范围以外的不在内。",
    )
    unit, none_words = "次", "一次也没有"
    total_column = "place"
    open_url_name = "concerns:reception_list"
    export_permission = "concerns.export_reception"
    full_permission = "concerns.export_full_reception"
    model = Reception
    reads = (
        "number", "received_at", "channel", "place", "visitor_name", "resident_id", "topic", "matter", "handler_id",
        "opinion", "result", "concern_id",
    )  # fmt: skip
    facts = {
        "received_at": "时间", "channel": "方式", "visitor_name": "来访人", "resident_id": "居民", "topic": "方面",
        "matter": "事由",
    }  # fmt: skip
    ordering = ("received_at",)
    columns = (
        SEQ,
        LedgerColumn("number", "编号", "ref", width=14),
        LedgerColumn("received_at", "时间", "moment", width=17),
        LedgerColumn("channel", "方式", "code", options=dict(ReceptionChannel.choices), width=11),
        LedgerColumn("place", "地点", width=14),
        LedgerColumn("visitor_name", "来访（来电）人", "name", mask="name", width=10),
        LedgerColumn("resident", "居民", "name", mask="name", width=9),
        GRID,
        TOPIC,
        LedgerColumn("matter", "事由", mask="all", width=30),
        LedgerColumn("handler", "接待人", "name", width=9),
        LedgerColumn("opinion", "处理意见", mask="all", width=20),
        LedgerColumn("result", "结果", mask="all", width=20),
        LedgerColumn("concern", "转诉求编号", "ref", width=14),
        NOTE,
    )

    def narrow(self, rows, filters, day):
        if filters.get("from_day"):
            rows = rows.filter(received_at__date__gte=filters["from_day"])
        if filters.get("to_day"):
            rows = rows.filter(received_at__date__lte=filters["to_day"])
        if filters.get("channel"):
            rows = rows.filter(channel=filters["channel"])
        return rows

    def narrowed(self, filters):
        channel = filters.get("channel", "")
        return [dict(ReceptionChannel.choices).get(channel, channel), *super().narrowed(filters)]

    def known_of(self, chunk, books):
        return {
            "residents": books.names_of(Resident, "name", [record["resident_id"] for record in chunk]),
            "concerns": books.names_of(Concern, "number", [record["concern_id"] for record in chunk]),
        }

    def complete(self, record, staff, known):
        record["resident"] = known["residents"].get(record["resident_id"], "")
        record["concern"] = known["concerns"].get(record["concern_id"], "")
        record["handler"] = staff.get(record["handler_id"], "")
        return ()
