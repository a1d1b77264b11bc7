"""妇女骨干名册: one line a backbone woman of today. Nothing of how she was evaluated stands in it."""

from collections import Counter

from django.db.models import F, Sum

from fedhub.areas.models import Area
from fedhub.ledgers.resources import CHUNK, LedgerColumn, LedgerResource, chunked, ledgers
from groups.backbone_enums import BackboneLevel, BackboneSource, TaskState, skill_label
from groups.models import Backbone, BackboneTask, Honour, Training
from groups.models.backbone import skill_words
from households.models import Phone


@ledgers.register
class BackboneLedger(LedgerResource):
    """In the order of the places and the names; telephones are masked unless the whole is asked for."""

    key, label, order, unit = "backbone", "妇女骨干名册", 71, "人"
    note = "一行一名现任骨干：专长、级别、来源、培训、任务、荣誉；由骨干登记自动生成，没有评价。"
    importable = False
    rows_words, none_words, all_words = "您负责范围内的现任骨干", "一个人也没有", "全部现任骨干"
    masked_words, mask_how = "电话", "遮住（只留头尾）"
    open_url_name = "groups:backbone_list"
    export_permission = "groups.export_backbone"
    full_permission = "groups.export_full_backbone"
    columns = (
        LedgerColumn("seq", "序号", "int", width=5),
        LedgerColumn("number", "编号", "ref", width=12),
        LedgerColumn("name", "姓名", "name", width=9),
        LedgerColumn("birth", "出生日期", "date", width=11),
        LedgerColumn("phones", "联系电话", "phone", mask="phone", width=14),
        LedgerColumn("grid", "所在网格", width=12),
        LedgerColumn("skills", "专长", width=18),
        LedgerColumn("can_do", "专长说明", width=20),
        LedgerColumn("source", "来源", "code", options=dict(BackboneSource.choices), width=12),
        LedgerColumn("level", "级别", "code", options=dict(BackboneLevel.choices), width=9),
        LedgerColumn("since", "登记日期", "day", width=12),
        LedgerColumn("keeper", "联系执委", "name", width=10),
        LedgerColumn("trainings", "培训次数", "int", width=9),
        LedgerColumn("hours", "培训学时", "int", width=9),
        LedgerColumn("done", "办好任务", "int", width=9),
        LedgerColumn("honours", "荣誉", width=30),
    )

    def get_rows(self, user, filters, *, full=False):
        rows = (
            Backbone.objects.visible_to(user, self.full_permission if full else self.export_permission)
            .current()
            .once_each()
        )
        if filters.get("area"):
            rows = rows.filter(resident__area__in=Area.objects.within(Area.objects.get(pk=filters["area"])))
        rows = rows.who_can(filters["skill"]) if filters.get("skill") else rows
        return rows.filter(**{name: filters[name] for name in ("level", "source") if filters.get(name)})

    def narrowed(self, filters):
        words = {
            "skill": skill_label,
            "level": dict(BackboneLevel.choices).get,
            "source": dict(BackboneSource.choices).get,
        }
        said = [say(filters[name]) for name, say in words.items() if filters.get(name)]
        return [*said, *super().narrowed(filters)]

    def iter_records(self, queryset, filters):
        rows = queryset.order_by("resident__area__code", "resident__name_sort", "pk").values(
            "pk", "resident", "number", "skills", "can_do", "source", "level", name=F("resident__name"),
            birth=F("resident__birth"), grid=F("resident__area__name"), since=F("valid_from"), keeper_name=F("keeper__name"),
        )  # fmt: skip
        for chunk in chunked(rows.iterator(chunk_size=CHUNK)):
            yield from _with_facts(chunk)


def _with_facts(records):
    """The records with what stands in their files; five queries a chunk."""
    keys, phones, honours = [one["pk"] for one in records], {}, {}
    for phone in Phone.objects.filter(resident__in=[one["resident"] for one in records], usable=True).order_by(
        "position"
    ):
        phones.setdefault(phone.resident_id, []).append(phone.number)
    for line in Honour.objects.standing().filter(backbone__in=keys).order_by("year", "pk"):
        honours.setdefault(line.backbone_id, []).append(f"{line.year} {line.words}")
    trainings = Training.objects.standing().filter(backbone__in=keys)
    times = Counter(trainings.values_list("backbone_id", flat=True))
    hours = dict(trainings.order_by().values_list("backbone_id").annotate(n=Sum("hours")))
    done = Counter(
        BackboneTask.objects.filter(backbone__in=keys, state=TaskState.DONE).values_list("backbone_id", flat=True)
    )
    for one in records:
        pk = one["pk"]
        yield one | {
            "skills": "、".join(skill_words(one["skills"])), "keeper": one["keeper_name"],
            "phones": tuple(phones.get(one["resident"], ())), "trainings": times[pk], "hours": hours.get(pk, 0),
            "done": done[pk], "honours": "；".join(honours.get(pk, ())),
        }  # fmt: skip
