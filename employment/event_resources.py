"""职业技能培训花名册: the roster that the labour office asks for (handbook 8.4), one line a person with a seat in a course."""

from django.db.models import F

from employment.enums import JobKind
from employment.event_enums import EventKind, SignupState
from employment.event_queries import attendance_table, lessons_of, percent_of
from employment.models import CourseCertificate, Difficulty, Event, Signup
from fedhub.areas.models import Area
from fedhub.ledgers.resources import CHUNK, LedgerColumn, LedgerResource, chunked, ledgers
from fedhub.reference.lookup import labels
from households.models import Phone


@ledgers.register
class TrainingLedger(LedgerResource):
    """In the order of the classes and of the sign-ups; who waits or cancelled is not there."""

    key, label, order, unit = "training", "职业技能培训花名册", 60, "人"
    note = "一行一个学员：身份、工种、课时、出勤、证书；由报名和签到自动生成。"
    importable = False
    rows_words, none_words, all_words = "您负责范围内培训班的学员", "一个人也没有", "全部培训班"
    masked_words, mask_how = "身份证号和电话", "遮住（只留头尾）"
    open_url_name = "employment:event_list"
    export_permission = "employment.export_signup"
    full_permission = "employment.export_full_signup"
    columns = (
        LedgerColumn("seq", "序号", "int", width=5),
        LedgerColumn("course", "培训班", width=20),
        LedgerColumn("skill", "培训工种", "code", options=dict(JobKind.choices), width=12),
        LedgerColumn("name", "姓名", "name", width=9),
        LedgerColumn("sex", "性别", "code", table="sex", width=6),
        LedgerColumn("id_number", "身份证号", "id", mask="id", width=20),
        LedgerColumn("education", "文化程度", "code", table="education", width=10),
        LedgerColumn("hukou_type", "户籍情况", "code", table="hukou_type", width=12),
        LedgerColumn("phones", "联系电话", "phone", mask="phone", width=14),
        LedgerColumn("difficulty", "就业困难类型", width=16),
        LedgerColumn("since", "开班日期", "day", width=12),
        LedgerColumn("until", "结业日期", "day", width=12),
        LedgerColumn("lessons", "课时", "int", width=6),
        LedgerColumn("percent", "出勤率（%）", "int", width=10),
        LedgerColumn("number", "证书编号", "ref", width=14),
        LedgerColumn("grid", "所在网格", width=12),
    )

    def get_rows(self, user, filters, *, full=False):
        rows = Signup.objects.visible_to(user, self.full_permission if full else self.export_permission)
        rows = rows.filter(event__kind=EventKind.COURSE, state=SignupState.IN, resident__isnull=False)
        if filters.get("area"):
            rows = rows.filter(resident__area__in=Area.objects.within(Area.objects.get(pk=filters["area"])))
        if filters.get("event"):
            rows = rows.filter(event=filters["event"])
        return rows

    def narrowed(self, filters):
        event = Event.objects.filter(pk=filters["event"]).first() if filters.get("event") else None
        return [str(event) if event else "", *super().narrowed(filters)]

    def iter_records(self, queryset, filters):
        person = "resident__"
        rows = queryset.order_by("event__first_on", "event", "pk").values(
            "pk", "event", "resident", name=F(f"{person}name"), sex=F(f"{person}sex"), id_number=F(f"{person}id_number"),
            education=F(f"{person}education"), hukou_type=F(f"{person}hukou_type"), grid=F(f"{person}area__name"),
        )  # fmt: skip
        names = labels("job_difficulty")
        for chunk in chunked(rows.iterator(chunk_size=CHUNK)):
            yield from _with_facts(list(chunk), names)


def _with_facts(records, names):
    keys, people = [one["pk"] for one in records], [one["resident"] for one in records]
    phones, difficulties = {}, {}
    for phone in Phone.objects.filter(resident__in=people, usable=True).order_by("position"):
        phones.setdefault(phone.resident_id, []).append(phone.number)
    for row in (
        Difficulty.objects.filter(seeker__resident__in=people).order_by("pk").values("seeker__resident", "kind")
    ):
        difficulties[row["seeker__resident"]] = names.get(row["kind"], row["kind"])
    papers = dict(CourseCertificate.objects.valid().filter(signup__in=keys).values_list("signup", "number"))
    for event in Event.objects.filter(pk__in={one["event"] for one in records}).order_by("first_on", "pk"):
        came, sessions = attendance_table(event, keys)
        for one in (record for record in records if record["event"] == event.pk):
            yield one | {
                "course": str(event), "skill": event.skill, "since": event.first_on, "until": event.last_on,
                "lessons": lessons_of(sessions), "percent": percent_of(came[one["pk"]], sessions),
                "phones": tuple(phones.get(one["resident"], ())), "number": papers.get(one["pk"], ""),
                "difficulty": difficulties.get(one["resident"], ""),
            }  # fmt: skip
