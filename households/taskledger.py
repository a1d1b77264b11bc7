"""走访任务台账: who is to be visited for what, who goes, and whether it is done. Made from the work alone."""

from django.db.models import F
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.ledgers.resources import CHUNK, LedgerColumn, LedgerResource, chunked, ledgers
from households.enums import TaskKind, TaskState
from households.models import Campaign, VisitTask
from households.models.household import household_title

LATE = "late"


@ledgers.register
class VisitTaskLedger(LedgerResource):
    """One line a task; the list of a campaign is this ledger narrowed to it."""

    key, label, order, unit = "visittasks", "走访任务台账", 30, "项"
    note = "一行一项走访任务：遇事必访、专项活动、补联系和自己安排的；由系统自动生成。"
    importable = False
    rows_words, none_words, all_words = "您负责范围内的走访任务", "一项也没有", "全部"
    masked_words, mask_how = "户主和住址", "遮住（姓名只留头尾，住址只留到小区）"
    total_column = "head"
    open_url_name = "households:task_list"
    export_permission = "households.export_resident"
    full_permission = "households.export_full_resident"
    columns = (
        LedgerColumn("seq", "序号", "int", width=5),
        LedgerColumn("head", "户主", "name", mask="name", width=9),
        LedgerColumn("number", "户号", "ref", width=22),
        LedgerColumn("address", "家庭住址", mask="place", width=24),
        LedgerColumn("grid", "网格", width=10),
        LedgerColumn("kind", "种类", "code", options=dict(TaskKind.choices), width=8),
        LedgerColumn("why", "事由", width=24),
        LedgerColumn("since", "发生日期", "day", width=12),
        LedgerColumn("due_on", "应在", "day", width=12),
        LedgerColumn("latest_on", "最晚", "day", width=12),
        LedgerColumn("person", "谁去", "name", width=9),
        LedgerColumn("state", "状态", "code", options=dict(TaskState.choices), width=8),
        LedgerColumn("done_on", "走访日期", "day", width=12),
        LedgerColumn("cancelled_why", "取消原因", width=16),
        LedgerColumn("sign", "签收", width=12),
    )

    def get_rows(self, user, filters, *, full=False):
        rows = VisitTask.objects.visible_to(user, self.full_permission if full else self.export_permission)
        if filters.get("area"):
            rows = rows.filter(household__area__in=Area.objects.within(Area.objects.get(pk=filters["area"])))
        for name in ("campaign", "kind"):
            if filters.get(name):
                rows = rows.filter(**{name: filters[name]})
        state = filters.get("state")
        if state == LATE:
            return rows.open().filter(latest_on__lt=timezone.localdate())
        return rows.filter(state=state) if state else rows

    def narrowed(self, filters):
        campaign = Campaign.objects.filter(pk=filters["campaign"]).first() if filters.get("campaign") else None
        states = dict(TaskState.choices) | {LATE: "超期的"}
        return [
            str(campaign) if campaign else "", dict(TaskKind.choices).get(filters.get("kind"), ""),
            states.get(filters.get("state"), ""), *super().narrowed(filters),
        ]  # fmt: skip

    def iter_records(self, queryset, filters):
        home = "household__"
        plain = ("kind", "why", "since", "due_on", "latest_on", "state", "done_on", "cancelled_why")
        rows = queryset.order_by(f"{home}area__code", f"{home}address_key", "pk").values(
            *plain, head_name=F(f"{home}head_name"), first_name=F(f"{home}first_name"), number=F(f"{home}number"),
            address=F(f"{home}address"), grid=F(f"{home}area__name"), person=F("assigned_to__name"),
        )  # fmt: skip
        for chunk in chunked(rows.iterator(chunk_size=CHUNK)):
            for record in chunk:
                name = record["head_name"] or record["first_name"]
                record["head"] = name or household_title("", "", record["number"])
                record["person"], record["sign"] = record["person"] or "", ""
                yield record
