"""就业统计表: the figures of some months as a file, one line a community."""

from datetime import date

from django.utils import timezone

from employment.figures import FIGURES, figures_of
from fedhub.areas.models import Area
from fedhub.ledgers.resources import LedgerColumn, LedgerResource, ledgers
from fedhub.reference.periods import period_words


def months_of(filters):
    """(first, last) month of the filters (ISO texts), by default this year up to now."""
    today = timezone.localdate()
    until = date.fromisoformat(filters["until"]) if filters.get("until") else today.replace(day=1)
    since = date.fromisoformat(filters["since"]) if filters.get("since") else until.replace(month=1, day=1)
    return min(since, until), until


@ledgers.register
class JobFigureLedger(LedgerResource):
    """It names nobody, so nothing in it is masked."""

    key, label, order, unit = "job_figures", "就业统计表", 61, "个社区"
    note = "一行一个社区：求职、岗位、推荐、回访、活动、证书的数，和就业统计页一样。"
    importable = False
    rows_words, none_words, all_words = "您负责范围内的社区", "一个社区也没有", "全部社区"
    masked_words, mask_how = "居民信息", "没有居民的信息，不用遮住"
    open_url_name = "employment:figures"
    export_permission = full_permission = "employment.export_signup"
    columns = (
        LedgerColumn("seq", "序号", "int", width=5),
        LedgerColumn("name", "社区", width=14),
        *(
            LedgerColumn(key, f"{one.label}（{one.unit}）", "int", width=11, group=one.group)
            for key, one in FIGURES.items()
        ),
    )

    def get_rows(self, user, filters, *, full=False):
        places = Area.objects.visible_to(user, self.export_permission).communities()
        return places.filter(pk=filters["area"]) if filters.get("area") else places

    def narrowed(self, filters):
        return [period_words(*months_of(filters)), *super().narrowed(filters)]

    def export(self, queryset=None, *, user=None, filters=None, **kwargs):
        """As everywhere; the figures of each line are those that `user` sees."""
        return super().export(queryset, user=user, filters={**(filters or {}), "reader": user}, **kwargs)

    def iter_records(self, queryset, filters):
        months, reader = months_of(filters), filters["reader"]
        for code, name in queryset.order_by("code").values_list("code", "name"):
            found = figures_of(reader, *months, code, self.export_permission)
            yield {"name": name} | {figure.key: number for figure, number in found}
