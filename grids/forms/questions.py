"""The questions of the visit form and what their answers are used for; kept beside the form, held true by
`tests/test_burden.py`, which looks for uses by itself."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from fedhub.core.models import Attachment
from grids.enums import ChangeKind, Met
from grids.models import Visit

MET = Q(met=Met.MET)


@dataclass(frozen=True)
class Use:
    """One report, list, filter or ledger that reads an answer: its name, and the file and words where it does."""

    name: str
    path: str
    words: str


@dataclass(frozen=True)
class Question:
    """`fields`: names (or patterns) of the inputs; `columns` of Visit they fill; `answered`: the visits with an answer,
    None for what nobody may count; `asked`: the visits at which it is put at all."""

    label: str
    fields: tuple
    columns: tuple = ()
    answered: Q | Exists | None = None
    asked: Q = Q()
    uses: tuple = ()


def _linked(table):
    return Exists(table.objects.filter(visit_id=OuterRef("pk")))


def _stored(kind):
    return Exists(Attachment.objects.filter(owner_label=Visit._meta.label, owner_id=OuterRef("pk"), kind=kind))


def _written(column):
    return ~Q(**{column: ""})


LIST = "templates/grids/visit_list/_results.html"
FILTERS = "grids/forms/visit_edit.py"
DOUBTS = "grids/doubts.py"

QUESTIONS = (
    Question("见到人了吗", ("met",), ("met",), Q(pk__isnull=False), uses=(
        Use("走访记录", LIST, "visit.met"), Use("筛选", FILTERS, "def filter_met"),
    )),
    Question("见到了谁", ("people",), ("people",), _linked(Visit.people.through), MET, (
        Use("见到她的走访", "grids/hooks.py", "people=resident"),
    )),
    Question("没人在家：联系卡、下次再去", ("left_note", "nobody_again"), ("left_note",), Q(left_note=True), Q(met=Met.NOBODY), (
        Use("下次走访时看", "templates/grids/_last_time.html", "left_note"),
    )),
    Question("不愿见：怎么说的、下次再去", ("refused_how", "refused_again"), ("refused_how",), _written("refused_how"),
             Q(met=Met.REFUSED), (
        Use("多次没见到", "templates/grids/unreached_list/_results.html", "get_refused_how_display"),
    )),
    Question("搬走、去世：谁、哪天、听谁说的", ("moved_on", "moved_to", "died_who", "died_on", "told_by"), ("told_by",),
             _written("told_by"), Q(met__in=[Met.MOVED, Met.DIED]), (
        Use("待确认变化", "templates/grids/change_list/_results.html", "visit.told_by"),
    )),
    Question("上次说好的事", ("promise_kept",), ("promise_kept",), Q(promise_kept__isnull=False), MET),
    Question("办了哪些任务", ("tasks",), ("tasks",), _linked(Visit.tasks.through), MET, (
        Use("走访任务", "grids/services/visit.py", "fulfil_tasks("),
    )),
    Question("还见到谁", ("others",), ("others",), _written("others"), MET),
    Question("家里情况、变了什么", ("change", "changes", *(f"{kind}_*" for kind in ChangeKind)), ("changed",),
             Q(changed=True), MET, (
        Use("待确认变化", "templates/grids/change_list/_results.html", "change.text"),
    )),
    Question("说了什么", ("summary",), ("summary",), Q(summary__isnull=False), uses=(
        Use("家庭页的走访", "templates/grids/panels/_visits.html", "visit.summary"),
        Use("走访提醒", DOUBTS, "visit.summary"),
    )),
    Question("困难与问题", ("problems",), ("problems",), Q(problems__isnull=False), MET, (
        Use("走访提醒", DOUBTS, "visit.problems"),
    )),
    Question("需要留意的情况", ("hazards",), ("hazards",), ~Q(hazards=[])),
    Question("要帮她办的事", ("request_*",), ("concerns",), _linked(Visit.concerns.through), uses=(
        Use("诉求", "grids/services/visit.py", "raise_concern("),
    )),
    Question("要马上报告的", ("risk", "signs", "risk_text"), uses=(
        Use("受限待办", "grids/services/visit.py", "report_risk("),
    )),
    Question("照片", ("photos",), (), _stored("photo"), uses=(Use("走访提醒", DOUBTS, "PhotoPrint.objects"),)),
    Question("走访日期", ("visited_on",), ("visited_on",), Q(pk__isnull=False), uses=(
        Use("走访记录", LIST, "visit.visited_on"), Use("筛选", FILTERS, "def filter_month"),
    )),
    Question("类别", ("kind",), ("kind",), Q(pk__isnull=False), uses=(
        Use("走访记录", LIST, "visit.get_kind_display"), Use("筛选", FILTERS, "def filter_kind"),
    )),
    Question("开始、结束", ("started_at", "ended_at"), ("started_at", "ended_at"), Q(started_at__isnull=False), uses=(
        Use("走访提醒", DOUBTS, "visit.started_at"),
    )),
    Question("方式", ("mode", "remote_mode"), ("mode",), Q(pk__isnull=False), uses=(
        Use("走访记录", LIST, "visit.get_mode_display"), Use("走访次数", "grids/models/visit.py", "mode__in=FACE_TO_FACE"),
    )),
    Question("事由", ("reason",), ("reason",), _written("reason")),
    Question("走访人", ("visitor",), ("visitor",), Q(pk__isnull=False), uses=(
        Use("走访记录", LIST, "visit.visitor"), Use("筛选", FILTERS, "def filter_visitor"),
    )),
    Question("同访人", ("partner",), ("partner",), Q(partner__isnull=False), uses=(
        Use("诉求全程", "grids/hooks.py", "visit.partner"), Use("走访提醒", DOUBTS, "visit.partner_id"),
    )),
    Question("宣传了什么", ("topics",), ("topics",), ~Q(topics=[]), uses=(
        Use("下次走访时看", "templates/grids/_last_time.html", "last.topics"),
    )),
    Question("送达物资", ("gifts",), ("gifts",), _written("gifts"), uses=(
        Use("专项活动", "households/progress.py", "gifts"),
    )),
    Question("满意度", ("satisfaction",), ("satisfaction",), Q(satisfaction__isnull=False), MET),
    Question("下次走访日期", ("next_on",), ("next_on",), Q(next_on__isnull=False), uses=(
        Use("今日", "grids/field.py", "next_on__gte"),
    )),
    Question("下一步", ("next_step",), ("next_step",), _written("next_step"), uses=(
        Use("今日", "grids/today.py", '"next_step"'), Use("下次走访时看", "grids/lasttime.py", "visit.next_step"),
    )),
    Question("对方签名", ("signature",), (), _stored("signature")),
)  # fmt: skip
