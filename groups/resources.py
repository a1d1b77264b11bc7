"""活动台账: one line an activity that was held. Made from the work alone; no person stands in it."""

from django.db.models import Count, F, Q

from fedhub.areas.models import Area
from fedhub.ledgers.resources import CHUNK, LedgerColumn, LedgerResource, ledgers
from fedhub.reference import periods
from groups.activity_enums import ActivityKind, ActivityState, EntryState
from groups.models import Activity


def yuan(fen):
    """Fen as yuan for a cell of money, None for none."""
    return None if fen is None else fen / 100


@ledgers.register
class ActivityLedger(LedgerResource):
    """In the order of the days, cancelled ones too."""

    key, label, order, unit = "activities", "妇女活动台账", 70, "场"
    note = "一行一场活动：时间、地点、主办、报名、到场、花费；由活动登记自动生成。"
    importable = False
    rows_words, none_words, all_words = "您负责范围内的活动", "一场也没有", "全部活动"
    masked_words, mask_how = "参加的人", "不列名单，只有人数"
    total_column = "title"
    open_url_name = "groups:activity_list"
    export_permission = full_permission = "groups.export_activity"
    columns = (
        LedgerColumn("seq", "序号", "int", width=5),
        LedgerColumn("number", "编号", "ref", width=12),
        LedgerColumn("title", "活动名称", width=24),
        LedgerColumn("kind", "种类", "code", options=dict(ActivityKind.choices), width=10),
        LedgerColumn("day", "日期", "day", width=12),
        LedgerColumn("place", "地点", width=16),
        LedgerColumn("host", "主办", width=16),
        LedgerColumn("state", "状态", "code", options=dict(ActivityState.choices), width=8),
        LedgerColumn("taken", "报名人数", "int", width=9),
        LedgerColumn("came", "到场人数", "int", width=9),
        LedgerColumn("budget", "预算（元）", "money", width=11),
        LedgerColumn("spent", "花费（元）", "money", width=11),
        LedgerColumn("summary", "总结", width=40),
    )

    def get_rows(self, user, filters, *, full=False):
        rows = Activity.objects.visible_to(user, self.export_permission)
        if filters.get("area"):
            rows = rows.filter(area__in=Area.objects.within(Area.objects.get(pk=filters["area"])))
        if first := periods.month_of(filters.get("month") or ""):
            rows = rows.filter(starts_at__year=first.year, starts_at__month=first.month)
        return rows

    def narrowed(self, filters):
        return [filters.get("month") or "", *super().narrowed(filters)]

    def iter_records(self, queryset, filters):
        came = Count("entries", filter=Q(entries__state=EntryState.CAME))
        rows = queryset.annotate(came=came).order_by("starts_at", "pk").values(
            "number", "title", "kind", "place", "state", "taken", "came", "summary", "organiser", "budget_fen",
            "spent_fen", "starts_at", team=F("group__name"),
        )  # fmt: skip
        for row in rows.iterator(chunk_size=CHUNK):
            yield row | {
                "day": row["starts_at"], "host": row["team"] or row["organiser"], "budget": yuan(row["budget_fen"]),
                "spent": yuan(row["spent_fen"]),
            }  # fmt: skip
