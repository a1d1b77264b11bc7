"""What stands on the papers of a case: texts from its shared record, its agreement, its materials and its parties."""

import re

from django.utils import timezone

from fedhub.core.text import chinese_date
from fedhub.reference.lookup import label
from mediation.enums import (
    EVIDENCE,
    LOOKED_AFTER,
    RUNNING,
    AgreementForm,
    CaseEntryKind,
    CaseState,
    EndGround,
    Kept,
    MaterialKind,
    Outcome,
    Refusal,
    SessionResult,
    Side,
)
from mediation.kinds import kind_label
from mediation.persons import mandates_of, persons_of
from mediation.queries import standing_of

# A file without an agreement has no number yet: the paper leaves room for the hand.
NO_CODE = "（　　　）人调字第　　　号"
ENDINGS = {
    CaseState.FAILED: "调解不成", CaseState.WITHDRAWN: "当事人撤回", CaseState.ENDED: "依法终止", Outcome.FAILED: "调解不成",
    Outcome.WITHDRAWN: "当事人撤回", Outcome.ENDED: "依法终止",
}  # fmt: skip


def values_of(case, office, by):
    """`{word: text}` and the lists of all papers of `case` (with `officer`, `recorded_by`); `by` files them today."""
    body, agreement = ({} if case.is_broken() else case.body), standing_of(case)
    kind = kind_label(case.kind).removesuffix("纠纷")
    entries = [(one, one.body) for one in case.entries.order_by("number") if isinstance(one.body, dict)]
    names = f"{case.party_names}{kind}纠纷"
    return {
        "单位": office, "承办单位": office, "卷号": agreement.code if agreement else NO_CODE, "卷名": names,
        "纠纷类型": kind, "案件来源": case.get_origin_display(), "申请日期": chinese_date(case.applied_on),
        "受理日期": chinese_date(case.accepted_on), "结束日期": chinese_date(case.ended_on),
        "结案日期": chinese_date(case.closed_on), "调解员": "、".join(_mediators(case)), "登记人": case.recorded_by.name,
        "受理结果": "受理" if case.accepted_on else case.get_state_display(), "纠纷简要情况": body.get("facts", ""),
        "申请事项": body.get("request", ""), "结果": case.get_outcome_display() or case.get_state_display(),
        "申请人": "、".join(one["name"] for one in case.parties if one["side"] == Side.ASKING),
        "全体当事人": case.party_names, "备注": "",
        "经过": [
            {"日期": chinese_date(entry.on), "环节": entry.get_kind_display(), "内容": said.get("words", ""),
             "经手人": said.get("by", "")}
            for entry, said in entries
        ],
        **_filed(case, by), **_people(case), **_told(entries, f"{kind}纠纷"), **_ended(case, entries),
        **_materials(case, agreement), **_agreed(case, agreement), **_court(case, agreement, entries),
    }  # fmt: skip


def _filed(case, by):
    """Who filed it, until when it is kept; today and `by` while nobody has closed it."""
    filing = getattr(case, "filing", None) if case.state == CaseState.CLOSED else None
    said = filing.said if filing else {}
    return {
        "立卷人": filing.filed_by.name if filing else by.name,
        "立卷日期": chinese_date(filing.filed_on if filing else timezone.localdate()),
        "保管期限": filing.get_keep_display() if filing else "", "情况说明": said.get("remarks", ""),
        "检查人": said.get("checker", ""), "已结束": _is(case.state not in (CaseState.REGISTERED, *RUNNING)),
    }  # fmt: skip


def _people(case):
    persons, mandates = persons_of(case), mandates_of(case)
    return {
        "当事人": [_without({**one, "职业": one["说的职业"]}, "住址", "说的职业") for one in persons],
        "当事人内部": [_without(one, "单位或住址", "说的职业") for one in persons],
        "委托书": mandates, "有代理人": _is(mandates),
    }  # fmt: skip


def _without(row, *words):
    return {word: text for word, text in row.items() if word not in words}


def _mediators(case):
    """Names of all who mediate or mediated it, the one that leads now first."""
    rows = case.team.select_related("user").order_by("to_on", "-leads", "from_on", "pk")
    now = [one.user.name for one in rows if one.to_on is None]
    return list(dict.fromkeys([*now, *(one.user.name for one in rows)]))


def _is(there):
    return "有" if there else ""


def _told(entries, matter):
    """What was asked and what was said, one sheet each."""
    talks = [pair for pair in entries if pair[0].kind == CaseEntryKind.SESSION]
    asked = [pair for pair in entries if pair[0].kind == CaseEntryKind.INQUIRY]
    return {
        "有记录": _is(talks), "有调查": _is(asked),
        "记录": [{**_talk(*pair, matter), "序": str(n)} for n, pair in enumerate(talks, start=1)],
        "调查": [{**_inquiry(*pair), "序": str(n)} for n, pair in enumerate(asked, start=1)],
    }  # fmt: skip


def _talk(entry, said, matter):
    result = said.get("result", "")
    return {
        "日期": chinese_date(entry.on), "地点": said.get("place", ""), "参加人": "、".join(said.get("present", ())),
        "事由": matter, "主持人": said.get("by", ""), "内容": said.get("words", ""),
        "结果": SessionResult(result).label if result in SessionResult.values else "",
    }  # fmt: skip


def _inquiry(entry, said):
    return {
        "日期": chinese_date(entry.on), "地点": said.get("place", ""), "被调查人": said.get("asked", ""),
        "和当事人的关系": said.get("kin", ""), "性别": label("sex", said.get("sex", "")), "年龄": str(said.get("age") or ""),
        "参加人": said.get("others", ""), "调查人": said.get("by", ""), "调查内容": said.get("words", ""),
    }  # fmt: skip


def _ended(case, entries):
    """Why it was not taken, or how it ended without an agreement. Of what was written down nothing is told to the parties but the
    legal ground and, where it was not taken, what was advised."""
    refused, words = case.state == CaseState.REFUSED, [said.get("words", "") for _, said in entries]
    found = re.fullmatch(r"不予受理：(.*?)。告知：(.*)", words[-1], re.DOTALL) if refused and words else None
    ground, advice = found.groups() if found else ("", "")
    end = ENDINGS.get(case.outcome or case.state, "")
    if end == "依法终止":
        grounds = [g.label for one in reversed(words) for g in EndGround if one.startswith(f"依法终止：{g.label}")]
        end = f"依法终止：{grounds[0]}" if grounds else end
    return {
        "不予受理": _is(refused), "不予受理的依据": ground if ground in Refusal.labels else "", "建议的途径": advice,
        "决定日期": chinese_date(case.ended_on) if refused else "", "终止的原因": end,
    }  # fmt: skip


# --- materials -----------------------------------------------------------------------------------------------------
def _materials(case, agreement):
    rows = list(case.materials.kept().order_by("number").prefetch_related("pictures"))
    kinds = {
        "证据": EVIDENCE, "凭证": (MaterialKind.PROOF,), "法院文书": (MaterialKind.COURT,),
        "身份证明": (MaterialKind.IDENTITY, MaterialKind.MANDATE),
    }  # fmt: skip
    chosen = {name: [one for one in rows if one.kind in kind] for name, kind in kinds.items()}
    done = agreement is not None and agreement.promises.exclude(done_on=None).exists()
    lists = {name: [_material(n, one) for n, one in enumerate(found, start=1)] for name, found in chosen.items()}
    return {
        **lists, "身份证明": lists["身份证明"] or _to_bring(case),
        **{f"{name}附页": [sheet for one in found for sheet in _sheets(one)] for name, found in chosen.items()},
        "有证据": _is(chosen["证据"]), "有凭证": _is(chosen["凭证"] or done),
    }  # fmt: skip


def _to_bring(case):
    """A row for each party while nobody has brought anything: the rest is written by hand."""
    blank = dict.fromkeys(("种类", "收到日期", "页数", "经手人"), "")
    return [
        {**blank, "序号": str(n), "名称": "居民身份证复印件", "来源": one["name"]}
        for n, one in enumerate(case.parties, start=1)
    ]


def _material(number, one):
    said = one.said
    return {
        "序号": str(number), "名称": said.get("name", ""), "种类": one.get_kind_display(), "来源": said.get("source", ""),
        "收到日期": chinese_date(one.on), "页数": str(one.pages), "经手人": said.get("by", ""),
    }  # fmt: skip


def _sheets(one):
    """A row for each sheet of a material; `picture`: the key of its picture, '' where there is none."""
    pictures = {page.number: page.pk for page in one.pictures.all()}
    return [
        {
            "名称": one.said.get("name", ""),
            "页": str(n),
            "共": str(one.pages),
            "picture": pictures.get(n, ""),
            "material": one.pk,
        }
        for n in range(1, one.pages + 1)
    ]


# --- the agreement ---------------------------------------------------------------------------------------------------
def _agreed(case, agreement):
    """What the papers say of the agreement in force; nothing where there is none."""
    facts = agreement.said if agreement else {}
    promises = agreement.promises.order_by("number") if agreement else ()
    visits = agreement.followups.order_by("due_on") if agreement else ()
    written = agreement is not None and agreement.form == AgreementForm.WRITTEN
    return {
        "书面协议": _is(written), "口头协议": _is(agreement and not written),
        "有协议": _is(agreement and case.state in (*LOOKED_AFTER, CaseState.CLOSED)),
        "协议编号": agreement.code if agreement else "",
        "生效日期": chinese_date(agreement.effective_on) if agreement else "",
        "可申请司法确认至": chinese_date(agreement.confirm_by) if agreement else "",
        "主要事实": facts.get("facts", ""), "争议事项": facts.get("dispute", ""), "履行方式": facts.get("ways", ""),
        "条款": [
            {"序号": str(one.number), "谁": one.said.get("who", ""), "对谁": one.said.get("whom", ""),
             "做什么": one.said.get("what", ""), "金额": f"{one.amount / 100:.2f} 元" if one.amount else "",
             "什么时候以前": chinese_date(one.due_on), "履行": one.get_state_display(), "凭什么知道": one.said.get("note", "")}
            for one in promises
        ],
        "回访": [
            {"应访日期": chinese_date(one.due_on), "回访日期": chinese_date(one.done_on),
             "履行情况": Kept(one.result).label if one.result else "", "回访情况": one.said.get("words", ""),
             "回访人": one.said.get("by", "")}
            for one in visits
        ],
    }  # fmt: skip


def _court(case, agreement, entries):
    """Asking a court to confirm it, and what the court answered."""
    row = getattr(agreement, "confirmation", None) if agreement else None
    open_still = agreement is not None and row is None and agreement.confirm_by >= timezone.localdate()
    told = [
        (entry, said["words"]) for entry, said in entries
        if entry.kind == CaseEntryKind.FOLLOW and re.match(r"司法确认：|双方向.*申请司法确认。", said.get("words", ""))
    ]  # fmt: skip
    return {
        "有司法确认": _is(row), "可申请司法确认": _is(open_still and case.state in LOOKED_AFTER),
        "法院": row.said.get("court", "") if row else "＿＿＿＿＿＿人民法院",
        "申请确认日期": chinese_date(row.applied_on) if row else "", "确认结果": row.get_state_display() if row else "",
        "裁定日期": chinese_date(row.decided_on) if row else "",
        "法院办理": [{"日期": chinese_date(entry.on), "内容": words} for entry, words in told] if row else [],
    }  # fmt: skip
