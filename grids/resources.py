"""The ledger of duty records (履职记录): one line a person, summed from the data of some months."""

from datetime import date

from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.ledgers.resources import CHUNK, LedgerColumn, LedgerResource, chunked, ledgers
from fedhub.reference.periods import period_words
from grids.record import FIGURES, duties_in, people_of_records, sums


def months_of(filters):
    """(first, last) month of the filters (ISO texts), by default this year up to now."""
    today = timezone.localdate()
    until = date.fromisoformat(filters["until"]) if filters.get("until") else today.replace(day=1)
    since = date.fromisoformat(filters["since"]) if filters.get("since") else until.replace(month=1, day=1)
    return min(since, until), until


@ledgers.register
class DutyLedger(LedgerResource):
    """履职记录. It names staff only, so nothing in it is masked."""

    key, label, order = "duties", "履职记录", 60
    note = "一行一个人，走访、诉求由系统算出来；不用填表。"
    importable = False
    rows_words, none_words, all_words = "您负责范围内有包保或者在名册里的人", "一个人也没有", "全部"
    masked_words, mask_how = "居民信息", "没有居民的信息，不用遮住"
    cautions = ("活动还没有登记，不在里面。",)
    open_url_name = "grids:record_list"
    export_permission = full_permission = "grids.export_duty"
    columns = (
        LedgerColumn("seq", "序号", "int", width=5),
        LedgerColumn("name", "姓名", "name", width=10),
        LedgerColumn("title", "职务", width=12),
        LedgerColumn("places", "负责的网格", width=30),
        *(LedgerColumn(key, figure.label, "int", width=10) for key, figure in FIGURES.items()),
    )

    def get_rows(self, user, filters, *, full=False):
        people = people_of_records(user, *months_of(filters))
        if filters.get("area"):
            place = Area.objects.get(pk=filters["area"])
            held = duties_in(user, *months_of(filters)).filter(area__code__startswith=place.code)
            people = people.filter(pk__in=held.values("person"))
        return people

    def narrowed(self, filters):
        return [period_words(*months_of(filters)), *super().narrowed(filters)]

    def export(self, queryset=None, *, user=None, filters=None, **kwargs):
        """As everywhere; the figures of each row are those that `user` sees."""
        return super().export(queryset, user=user, filters={**(filters or {}), "reader": user}, **kwargs)

    def iter_records(self, queryset, filters):
        months, reader = months_of(filters), filters["reader"]
        people = queryset.order_by("name", "pk").values("pk", "name", "title")
        for chunk in chunked(people.iterator(chunk_size=CHUNK)):
            ids = [record["pk"] for record in chunk]
            found, places = sums(ids, reader, *months), {}
            held = duties_in(reader, *months).filter(person__in=ids).order_by("area__code", "pk")
            for person, name in held.values_list("person", "area__name"):
                places.setdefault(person, {})[name] = True
            for record in chunk:
                figures = {key: found[record["pk"]][key] for key in FIGURES}
                yield record | figures | {"places": "、".join(places.get(record["pk"], ()))}
