"""The papers of a case: the words their templates may use, and their values from the shared records of the case.

What a mediator keeps for herself (PrivateNote) and how a party is reached stand in no paper: they are read by nothing here.
"""

from types import SimpleNamespace

from django.conf import settings
from django.utils import timezone

from fedhub.core.papers import Paper, papers
from fedhub.core.text import chinese_date
from mediation.enums import (
    LOOKED_AFTER,
    RUNNING,
    AgreementForm,
    CaseEntryKind,
    CaseState,
    Kept,
    SessionResult,
    Side,
)
from mediation.kinds import kind_label
from mediation.layout import LAYOUTS
from mediation.queries import standing_of

WHOLE = "file"
_WORDS = {
    "单位": "清和社区妇联", "卷号": "（2026）清和社区人调字第001号", "卷名": "李丽、张强夫妻关系纠纷",
    "纠纷类型": "夫妻关系", "案件来源": "当事人申请",
    "申请日期": "2026年5月6日", "受理日期": "2026年5月7日", "结束日期": "2026年5月20日", "结案日期": "2026年8月20日",
    "调解员": "郑和", "登记人": "周敏", "立卷人": "周敏", "立卷日期": "2026年8月20日", "保管期限": "短期（5 年）", "备注": "",
    "承办单位": "清和社区妇联", "受理结果": "受理", "纠纷简要情况": "为接送孩子争吵。", "申请事项": "商量好谁接送孩子。",
    "协议编号": "（2026）清和社区人调字第001号", "生效日期": "2026年5月20日", "可申请司法确认至": "2026年6月19日",
    "主要事实": "双方都下班晚。", "争议事项": "谁接送。", "履行方式": "一人一周。", "结果": "达成协议，已履行", "有记录": "有",
    "书面协议": "有", "口头协议": "有", "有协议": "有", "已结束": "有",
}  # fmt: skip
_LISTS = {
    "当事人": {"地位": "申请人", "姓名": "李丽", "代理人": "", "性别": "", "民族": "", "年龄": "", "职业": "", "单位或住址": ""},
    "记录": {"日期": "2026年5月10日", "地点": "妇女调解微家", "参加人": "李丽、张强", "内容": "各说了难处。",
             "结果": "下次接着谈"},
    "条款": {"序号": "1", "谁": "李丽", "对谁": "张强", "做什么": "单周接孩子", "金额": "", "什么时候以前": "2026年6月1日",
             "履行": "已履行"},
    "回访": {"应访日期": "2026年5月27日", "回访日期": "2026年5月27日", "履行情况": "都在履行", "回访情况": "两边都说好",
             "回访人": "郑和"},
    "经过": {"日期": "2026年5月7日", "环节": "办理", "内容": "受理", "经手人": "郑和"},
}  # fmt: skip


def _used(layouts):
    """`(words, lists)` that the parts of `layouts` name, with their examples."""
    words, lists = {}, {}
    for layout in layouts:
        # Which papers there are is asked by the whole file alone.
        words |= {layout.needs: _WORDS[layout.needs]} if layout.needs and len(layouts) > 1 else {}
        for kind, *facts in layout.parts:
            if kind == "line":
                words |= {word: text for word, text in _WORDS.items() if f"{{{word}}}" in facts[0]}
            elif kind == "facts":
                words |= {word: _WORDS[word] for pair in facts[0] for word in pair}
            elif kind == "text":
                words[facts[0]] = _WORDS[facts[0]]
            else:
                lists.setdefault(facts[1], {}).update({word: _LISTS[facts[1]][word] for word in facts[2]})
    return words, lists


def _paper(key, words, layouts, order):
    named, lists = _used(layouts)
    return papers.register(
        Paper(
            key=f"mediation_{key}", label=words, words=named, lists=lists, order=order,
            shipped=settings.BASE_DIR / "templates" / "papers" / f"mediation_{key}.docx",
        )
    )  # fmt: skip


_SINGLE = {key: layout for key, layout in LAYOUTS.items() if key != "back"}
PAPERS = {
    **{key: _paper(key, f"调解：{one.title}", [one], 70 + n) for n, (key, one) in enumerate(_SINGLE.items())},
    WHOLE: _paper(WHOLE, "调解：整本卷宗", list(LAYOUTS.values()), 85),
}


def keys_of(values):
    """Keys of the papers that the case of these values has, in the order of the file."""
    return [key for key, layout in LAYOUTS.items() if not layout.needs or values[layout.needs]]


def parts_of(key, values):
    """The parts of one paper with its values, for the page that is printed: namespaces kind, text, place, rows, columns."""
    found = []
    for kind, *facts in LAYOUTS[key].parts:
        if kind == "line":
            found.append(SimpleNamespace(kind=kind, text=facts[0].format(**values), place=facts[1]))
        elif kind == "facts":
            rows = [[(word, values[word]) for word in pair] for pair in facts[0]]
            found.append(SimpleNamespace(kind=kind, rows=rows))
        elif kind == "text":
            found.append(SimpleNamespace(kind=kind, word=facts[0], text=values[facts[0]]))
        elif values[facts[1]]:
            rows = [[row[column] for column in facts[2]] for row in values[facts[1]]]
            found.append(SimpleNamespace(kind=kind, title=facts[0], columns=list(facts[2]), rows=rows))
    return found


# --- values -------------------------------------------------------------------------------------------------------
def values_of(case, office, by):
    """`{word: text}` and the lists of all papers of `case` (with `officer`, `recorded_by`); `by` files them today."""
    body, agreement = ({} if case.is_broken() else case.body), standing_of(case)
    kind = kind_label(case.kind).removesuffix("纠纷")
    entries = [(one, one.body) for one in case.entries.order_by("number") if isinstance(one.body, dict)]
    talks = [pair for pair in entries if pair[0].kind == CaseEntryKind.SESSION]
    over = case.state not in (CaseState.REGISTERED, *RUNNING)
    written = agreement is not None and agreement.form == AgreementForm.WRITTEN
    return {
        "单位": office, "承办单位": office, "卷号": agreement.code if agreement else "", "卷名": f"{case.party_names}{kind}纠纷",
        "纠纷类型": kind, "案件来源": case.get_origin_display(), "申请日期": chinese_date(case.applied_on),
        "受理日期": chinese_date(case.accepted_on), "结束日期": chinese_date(case.ended_on),
        "结案日期": chinese_date(case.closed_on), "调解员": "、".join(_mediators(case)), "登记人": case.recorded_by.name,
        "立卷人": by.name, "立卷日期": chinese_date(timezone.localdate()), "保管期限": "", "备注": "",
        "受理结果": "受理" if case.accepted_on else case.get_state_display(), "纠纷简要情况": body.get("facts", ""),
        "申请事项": body.get("request", ""), "结果": case.get_outcome_display() or case.get_state_display(),
        "有记录": "有" if talks else "", "书面协议": "有" if written else "",
        "口头协议": "有" if agreement and not written else "",
        "有协议": "有" if agreement and case.state in (*LOOKED_AFTER, CaseState.CLOSED) else "",
        "已结束": "有" if over else "",
        "当事人": [
            {"地位": Side(one["side"]).label, "姓名": one["name"], "代理人": one["agent"], "性别": "", "民族": "", "年龄": "",
             "职业": "", "单位或住址": ""}
            for one in case.parties
        ],
        "记录": [_talk(entry, said) for entry, said in talks],
        "经过": [
            {"日期": chinese_date(entry.on), "环节": entry.get_kind_display(), "内容": said.get("words", ""),
             "经手人": said.get("by", "")}
            for entry, said in entries
        ],
        **_agreed(agreement),
    }  # fmt: skip


def _mediators(case):
    """Names of all who mediate or mediated it, the one that leads now first."""
    rows = case.team.select_related("user").order_by("to_on", "-leads", "from_on", "pk")
    now = [one.user.name for one in rows if one.to_on is None]
    return list(dict.fromkeys([*now, *(one.user.name for one in rows)]))


def _talk(entry, said):
    result = said.get("result", "")
    return {
        "日期": chinese_date(entry.on), "地点": said.get("place", ""), "参加人": "、".join(said.get("present", ())),
        "内容": said.get("words", ""), "结果": SessionResult(result).label if result in SessionResult.values else "",
    }  # fmt: skip


def _agreed(agreement):
    """What the papers say of the agreement in force; nothing where there is none."""
    facts = agreement.said if agreement else {}
    promises = agreement.promises.order_by("number") if agreement else ()
    visits = agreement.followups.order_by("due_on") if agreement else ()
    return {
        "协议编号": agreement.code if agreement else "",
        "生效日期": chinese_date(agreement.effective_on) if agreement else "",
        "可申请司法确认至": chinese_date(agreement.confirm_by) if agreement else "",
        "主要事实": facts.get("facts", ""), "争议事项": facts.get("dispute", ""), "履行方式": facts.get("ways", ""),
        "条款": [
            {"序号": str(one.number), "谁": one.said.get("who", ""), "对谁": one.said.get("whom", ""),
             "做什么": one.said.get("what", ""), "金额": f"{one.amount / 100:.2f} 元" if one.amount else "",
             "什么时候以前": chinese_date(one.due_on), "履行": one.get_state_display()}
            for one in promises
        ],
        "回访": [
            {"应访日期": chinese_date(one.due_on), "回访日期": chinese_date(one.done_on),
             "履行情况": Kept(one.result).label if one.result else "", "回访情况": one.said.get("words", ""),
             "回访人": one.said.get("by", "")}
            for one in visits
        ],
    }  # fmt: skip
