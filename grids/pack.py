"""交接单: what one person hands to the next, on one sheet, on paper and for Word, from the same values.

Only what she and the reader both may see stands on it; nothing of the sealed compartment or of a mediation is read.
"""

from django.conf import settings
from django.db.models import Count, F, Q
from django.utils import timezone

from concerns.enums import ApprovalStatus
from concerns.models import Approval, AssignmentBatch, Concern
from concerns.queries import chip_of
from fedhub.core.papers import Paper, papers
from fedhub.core.text import chinese_date
from fedhub.reference.lookup import labels
from grids.enums import Review
from grids.models import Duty, Visit
from grids.queries import LAPSES, homes_of_each, homes_under
from households.listing import categories_of_households
from households.models import VisitTask

# Lines of a list on the sheet; how many more there are is said below.
MOST = 60
# Families to be visited at least this often (days) are listed one by one.
CLOSELY = 60

pack_paper = papers.register(
    Paper(
        key="handover",
        label="交接单",
        shipped=settings.BASE_DIR / "templates" / "papers" / "handover.docx",
        words={
            "单位": "梧桐社区妇联", "移交人": "刘建芳", "接收人": "何晓燕", "交接日期": "2026年7月1日", "原因": "换届",
            "户数": "126", "逾期户数": "8", "没有列完": "重点家庭还有 3 户没有列出。",
        },
        lists={
            "包保": {"网格": "第一网格", "责任": "网格员", "起": "2024-01-01", "户数": "126", "逾期": "8"},
            "重点家庭": {
                "户": "王桂兰户", "住址": "精诚公寓 3 栋 201", "类别": "低保", "上次走访": "2026-06-02", "应访": "2026-07-02",
            },
            "约定": {"日期": "2026-07-05", "户": "王桂兰户", "住址": "精诚公寓 3 栋 201", "下一步": "装扶手"},
            "任务": {"期限": "2026-07-03", "户": "王桂兰户", "住址": "精诚公寓 3 栋 201", "事由": "出院回家，3 天内必访"},
            "诉求": {"编号": "SQ2026-0001", "诉求": "楼道灯不亮", "期限": "2026-07-09", "状态": "办理中"},
            "退回": {"日期": "2026-06-20", "户": "王桂兰户", "住址": "精诚公寓 3 栋 201"},
            "待批": {"编号": "SQ2026-0001", "诉求": "楼道灯不亮", "事项": "延期"},
        },
        order=20,
    )
)  # fmt: skip


class Reach:
    """What `person` and `reader` both may see: of today, or of what `person` handed over (then she sees nothing any more,
    and the places she gave up stand for her scope)."""

    def __init__(self, person, reader, given_up=()):
        self.person, self.reader = person, reader
        self.ids = None
        if given_up:
            self.ids = {pk for duty in given_up for pk in reader.places_within(duty.area.code)}

    def hers(self, permission):
        return self.person.scope(permission) if self.ids is None else self.ids

    def rows(self, rows, permission):
        """`rows` of a scoped queryset that both may see with `permission`."""
        return rows.visible_to(self.reader, permission).in_areas(self.hers(permission))


def running_pack(person, reader):
    """Values of the sheet of what `person` is in charge of now, for `reader`."""
    reach = Reach(person, reader)
    duties = list(reach.rows(Duty.objects.in_force().filter(person=person), "grids.view_duty").for_list())
    concerns = reach.rows(Concern.objects.open().filter(assigned_to=person), "concerns.view_concern")
    return _values(reach, duties, concerns) | {"接收人": "", "交接日期": "", "原因": ""}


def given_pack(row, reader):
    """Values of the sheet of the HandOver `row`, for `reader`: the same lists as they stand today, with who took over."""
    lines = {old: new for old, _, _, new in row.undo["duties"]}
    found = Duty.objects.select_related("area", "person").in_bulk([*lines, *filter(None, lines.values())])
    duties = sorted((found[pk] for pk in lines), key=lambda duty: (duty.area.code, duty.role))
    reach = Reach(row.from_person, reader, duties)
    batches = AssignmentBatch.objects.filter(pk__in=row.undo["concerns"]).select_related("person")
    takers = {found[pk].person.name for pk in lines.values() if pk} | {batch.person.name for batch in batches}
    given = [concern for batch in batches for concern, *_ in batch.undo]
    concerns = Concern.objects.open().filter(pk__in=given).visible_to(reader, "concerns.view_concern")
    return _values(reach, duties, concerns) | {
        "接收人": "、".join(sorted(takers)), "交接日期": chinese_date(row.on), "原因": row.reason,
    }  # fmt: skip


def _values(reach, duties, concerns):
    day, reader = timezone.localdate(), reach.reader
    areas = {duty.area_id: duty.area for duty in duties}.values()
    homes = homes_under(areas, reader).in_areas(reach.hers("households.view_household"))
    counts = homes.aggregate(all=Count("pk"), late=Count("pk", filter=Q(next_due_on__lt=day)))
    all_of, late_of = homes_of_each(areas, reader), homes_of_each(areas, reader, next_due_on__lt=day)
    more = []

    def cut(name, unit, rows):
        rows = list(rows[: MOST + 1])
        if len(rows) > MOST:
            rows = rows[:MOST]
            more.append(f"{name}多于 {MOST} {unit}，其余请在系统里看。")
        return rows

    close = cut("重点家庭", "户", homes.filter(visit_every__lte=CLOSELY).order_by("next_due_on", "pk"))
    categories, names = categories_of_households([home.pk for home in close]), labels("hardship_category")
    tasks = cut("要走访的事", "件", VisitTask.objects.open().filter(household__in=homes)
                .select_related("household").order_by("due_on", "pk"))  # fmt: skip
    visits = reach.rows(Visit.objects.kept(), "grids.view_visit")
    promised = cut("约好的走访", "次", promises(visits, homes, day))
    back = cut("退回的走访", "次", visits.filter(visitor=reach.person, review=Review.RETURNED)
               .select_related("household").order_by("visited_on", "pk"))  # fmt: skip
    open_ones = cut("诉求", "件", concerns.order_by("due_on", "pk"))
    asked = Approval.objects.filter(status=ApprovalStatus.ASKED, asked_by=reach.person).select_related("concern")
    waiting = cut("待审批", "件", reach.rows(asked, "concerns.view_concern").order_by("pk"))
    return {
        "单位": reader.home_office() or "社区妇联",
        "移交人": reach.person.name,
        "户数": counts["all"],
        "逾期户数": counts["late"],
        "包保": [
            {
                "网格": duty.area.name, "责任": duty.get_role_display(), "起": duty.valid_from.isoformat(),
                "户数": all_of[duty.area_id], "逾期": late_of[duty.area_id],
            }
            for duty in duties
        ],
        "重点家庭": [
            _home(home) | {
                "类别": "、".join(names.get(code, code) for code in categories.get(home.pk, ())),
                "上次走访": _iso(home.last_visit_on), "应访": _iso(home.next_due_on),
            }
            for home in close
        ],
        "任务": [_home(one.household) | {"期限": _iso(one.due_on), "事由": one.why} for one in tasks],
        "约定": [_home(one.household) | {"日期": _iso(one.next_on), "下一步": one.next_step} for one in promised],
        "诉求": [
            {
                "编号": one.number, "诉求": one.title, "期限": _iso(one.due_on),
                "状态": chip_of(one.status, one.outcome)[1],
            }
            for one in open_ones
        ],
        "退回": [_home(one.household) | {"日期": _iso(one.visited_on)} for one in back],
        "待批": [
            {"编号": one.concern.number, "诉求": one.concern.title, "事项": one.get_kind_display()} for one in waiting
        ],
        "没有列完": "".join(more),
    }  # fmt: skip


def _home(home):
    return {"户": str(home), "住址": home.address}


def _iso(day):
    return day.isoformat() if day else ""


def promises(visits, homes, day):
    """Those of `visits` to `homes` that ended with a day for the next one which has not been since, by that day."""
    rows = visits.filter(next_on__gte=day - LAPSES, household__in=homes).select_related("household")
    still = Q(household__last_visit_on=None) | Q(household__last_visit_on__lte=F("visited_on"))
    return rows.filter(still).order_by("next_on", "pk")
