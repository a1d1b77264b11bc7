"""Words of the mediation micro-home (handbook 7)."""

from django.db import models


class MediatorKind(models.TextChoices):
    CADRE = "cadre", "妇联干部"
    LAWYER = "lawyer", "律师"
    LAW_PERSON = "law", "懂法律的人"
    VOLUNTEER = "volunteer", "志愿者"
    STAFF = "staff", "其他工作人员（只登记回避）"


class Slot(models.TextChoices):
    """When somebody is on duty."""

    MORNING = "a", "上午"
    AFTERNOON = "b", "下午"
    EVENING = "c", "晚上"


class Conflict(models.TextChoices):
    """Why a mediator must not handle a matter (人民调解法 art. 15: no taking of sides)."""

    SELF = "self", "本人是当事人"
    HOUSEHOLD = "household", "和当事人一个家庭（或者以前是）"
    KIN = "kin", "和当事人是亲戚"
    BUILDING = "building", "和当事人住同一栋楼"
    EARLIER = "earlier", "以前是同一件纠纷的当事人"
    STEP_BACK = "step_back", "登记了回避"


class LeadState(models.TextChoices):
    NEW = "new", "待上门核实"
    CONFIRMED = "confirmed", "化解中"
    CLOSED = "closed", "已化解"
    REFERRED = "referred", "已转有关部门"
    DROPPED = "dropped", "核实没有纠纷"


OPEN = (LeadState.NEW, LeadState.CONFIRMED)


class Risk(models.TextChoices):
    """Levels of handbook 7.5; how often each is looked after says the rule `mediation_contact_days`."""

    RED = "red", "红（高）"
    YELLOW = "yellow", "黄（中）"
    GREEN = "green", "绿（低）"


TONES = {Risk.RED: "bad", Risk.YELLOW: "warn", Risk.GREEN: "ok"}
STATE_TONES = {
    LeadState.NEW: "warn", LeadState.CONFIRMED: "info", LeadState.CLOSED: "ok", LeadState.REFERRED: "quiet",
    LeadState.DROPPED: "quiet",
}  # fmt: skip


class EntryKind(models.TextChoices):
    """What is written down about a lead."""

    CHAT = "chat", "上门谈心（唠嗑）"
    LEVEL = "level", "调整风险等级"
    OUTSIDE = "outside", "已经到公安、法院"
    LOOK = "look", "回看"
    STEP = "step", "办理"


class RoundAnswer(models.TextChoices):
    FOUND = "found", "有线索，已逐条登记"
    ZERO = "zero", "零报告：排查过，没有发现"


class Count(models.TextChoices):
    """The four numbers of the micro-home, each defined once (mediation.models.lead.LeadQuerySet) and opened as a list."""

    SCREENED = "screened", "排查"
    EARLY = "early", "早发现"
    PREVENTED = "prevented", "预防"
    RESOLVED = "resolved", "化解"


# `{days}`: the rule `mediation_observed_days`, put in by queries.count_words.
COUNT_WORDS = {
    Count.SCREENED: "登记以后上门核实、确有其事的线索。",
    Count.EARLY: "排查到的里面，核实时是低风险（绿），当时没有到过公安、法院的。",
    Count.PREVENTED: "排查到的里面，核实时是高、中风险（红、黄），没有到过公安、法院，降到绿或者办结以后满 {days} 天去看过、"
    "还平稳的。",
    Count.RESOLVED: "排查到的里面，已经办结，降到绿或者办结以后满 {days} 天去看过、还平稳的。",
}


class CaseState(models.TextChoices):
    REGISTERED = "registered", "待受理审查"
    ACCEPTED = "accepted", "已受理"
    TOLD = "told", "已告知权利义务"
    MEDIATING = "mediating", "调解中"
    SETTLED = "settled", "达成协议"
    FAILED = "failed", "调解不成"
    WITHDRAWN = "withdrawn", "当事人撤回"
    REFUSED = "refused", "不予受理"
    REFERRED = "referred", "已转有关部门"
    ENDED = "ended", "依法终止"
    CLOSED = "closed", "已结案"


# While the month runs.
RUNNING = (CaseState.ACCEPTED, CaseState.TOLD, CaseState.MEDIATING)
CASE_TONES = {
    CaseState.REGISTERED: "warn", CaseState.ACCEPTED: "info", CaseState.TOLD: "info", CaseState.MEDIATING: "info",
    CaseState.SETTLED: "ok", CaseState.FAILED: "quiet", CaseState.WITHDRAWN: "quiet", CaseState.REFUSED: "quiet",
    CaseState.REFERRED: "quiet", CaseState.ENDED: "quiet", CaseState.CLOSED: "ok",
}  # fmt: skip
# What is over but not closed yet; what may be taken up again.
TO_CLOSE = (CaseState.SETTLED, CaseState.FAILED, CaseState.WITHDRAWN, CaseState.ENDED)
TO_REOPEN = (*TO_CLOSE, CaseState.CLOSED)
# While promises are looked after and follow-ups made; an agreement binds also when later mediation fails (人民调解法 art. 31).
LOOKED_AFTER = (*RUNNING, CaseState.SETTLED, CaseState.FAILED, CaseState.WITHDRAWN)


# Over for good or for now: read again with a reason only.
PUT_AWAY = (CaseState.CLOSED, CaseState.REFUSED, CaseState.REFERRED)


class WhyAgain(models.TextChoices):
    """Why a case that is over is read again."""

    PARTY = "party", "当事人来问、来拿文书"
    FOLLOW = "follow", "回访、看履行"
    ORGAN = "organ", "法院、公安等单位依法调阅"
    CHECK = "check", "上级检查、案卷评查"
    AGAIN = "again", "纠纷又起，看要不要再调解"
    OTHER = "other", "其他"


class EndGround(models.TextChoices):
    """Why the law ends mediation (人民调解法 art. 3, 25; 人民调解委员会若干规定 art. 22)."""

    COURT = "court", "一方已经起诉，法院已经受理"
    ARBITER = "arbiter", "仲裁、行政机关已经处理"
    OFFENCE = "offence", "涉嫌犯罪或者违反治安管理，公安机关在办理"
    DEATH = "death", "一方当事人死亡，没有人承接"
    GONE = "gone", "找不到一方当事人"


class Outcome(models.TextChoices):
    """What a closed case came to; worked out from its records (services.closing), never chosen."""

    KEPT = "kept", "达成协议，已履行"
    PARTLY = "partly", "达成协议，部分履行"
    BROKEN = "broken", "达成协议，没有履行"
    FAILED = "failed", "调解不成"
    WITHDRAWN = "withdrawn", "当事人撤回"
    ENDED = "ended", "依法终止"


class SessionResult(models.TextChoices):
    """How a session ended."""

    GO_ON = "go_on", "下次接着谈"
    NEAR = "near", "意见接近了"
    AGREED = "agreed", "谈成了，写协议"
    STUCK = "stuck", "谈不拢"


class AgreementState(models.TextChoices):
    DRAFT = "draft", "起草中"
    SIGNED = "signed", "已生效"
    REPLACED = "replaced", "已由新的协议代替"


class AgreementForm(models.TextChoices):
    """人民调解法 art. 28 to 30."""

    WRITTEN = "written", "书面协议"
    ORAL = "oral", "口头协议（登记）"


class PromiseState(models.TextChoices):
    OPEN = "open", "待履行"
    KEPT = "kept", "已履行"
    PARTLY = "partly", "部分履行"
    BROKEN = "broken", "没有履行"


PROMISE_TONES = {
    PromiseState.OPEN: "info", PromiseState.KEPT: "ok", PromiseState.PARTLY: "warn", PromiseState.BROKEN: "bad",
}  # fmt: skip


class Kept(models.TextChoices):
    """What a follow-up found."""

    KEPT = "kept", "都在履行"
    PARTLY = "partly", "部分履行"
    BROKEN = "broken", "没有履行"


class NextStep(models.TextChoices):
    """What is offered to the parties when an agreement is not kept (人民调解法 art. 31 to 33; 公证法 art. 37)."""

    URGE = "urge", "督促履行，约定新的日子"
    AGAIN = "again", "双方同意，再调解一次"
    CONFIRM = "confirm", "双方一起申请司法确认"
    NOTARY = "notary", "给付钱物的，办有强制执行效力的公证"
    COURT = "court", "告知可以向法院起诉"


class ConfirmState(models.TextChoices):
    """司法确认 (人民调解法 art. 33; 法释〔2011〕5号)."""

    APPLIED = "applied", "已申请"
    ACCEPTED = "accepted", "法院已受理"
    CONFIRMED = "confirmed", "裁定有效"
    REFUSED = "refused", "不予受理、驳回"


class Score(models.IntegerChoices):
    """How a party was satisfied."""

    VERY = 5, "很满意"
    GOOD = 4, "满意"
    SO_SO = 3, "一般"
    BAD = 2, "不满意"
    VERY_BAD = 1, "很不满意"


class AskedHow(models.TextChoices):
    VISIT = "visit", "当面问"
    PHONE = "phone", "打电话问"
    PAPER = "paper", "本人填了纸质问卷"


class Origin(models.TextChoices):
    """How a case began (人民调解法 art. 17, 18; the rows of the official form, handbook 7.8)."""

    PARTY = "party", "当事人申请"
    OFFER = "offer", "主动调解"
    HANDED = "handed", "接受委托移送"


class Side(models.TextChoices):
    ASKING = "a", "申请人"
    ASKED = "b", "被申请人"
    OTHER = "c", "第三人"


class Refusal(models.TextChoices):
    """Legal grounds for not taking a case (handbook 7.2; 人民调解委员会若干规定 art. 22, 人民调解法 art. 17)."""

    ORGAN = "organ", "法律规定只能由专门机关处理，或者禁止调解"
    COURT = "court", "法院已经受理或者判决"
    UNWILLING = "unwilling", "一方明确拒绝调解"
    OFFENCE = "offence", "涉嫌犯罪或者违反治安管理"
    HANDLED = "handled", "基层政府已经处理或者正在处理"
    UNCLEAR = "unclear", "没有明确的对方、请求或者事实"


class CaseEntryKind(models.TextChoices):
    STEP = "step", "办理"
    SESSION = "session", "调解"
    INQUIRY = "inquiry", "调查"
    CLOCK = "clock", "期限"
    PARTY = "party", "当事人"
    FOLLOW = "follow", "协议履行、回访"
    REOPEN = "reopen", "重新办理"


class Averted(models.TextChoices):
    """What a dispute could have become and did not (handbook 7.8)."""

    CRIME = "crime", "防止转化为刑事案件"
    PETITION = "petition", "防止群体性上访"


class MaterialKind(models.TextChoices):
    """What lies in the file beside the papers that are written (handbook 7.4, rows 4, 5, 7, 10, 12)."""

    IDENTITY = "identity", "身份证明"
    MANDATE = "mandate", "授权委托的材料"
    WRITTEN = "written", "书证"
    THING = "thing", "物证（照片）"
    WITNESS = "witness", "证人证言"
    RECORDING = "recording", "视听资料、电子数据"
    PROOF = "proof", "履行凭证"
    COURT = "court", "法院文书"
    OTHER = "other", "其他材料"


EVIDENCE = (
    MaterialKind.WRITTEN, MaterialKind.THING, MaterialKind.WITNESS, MaterialKind.RECORDING, MaterialKind.OTHER,
)  # fmt: skip


class Keep(models.TextChoices):
    """How long a closed file is kept (handbook 7.4)."""

    SHORT = "short", "短期（5 年）"
    LONG = "long", "长期（10 年）"
    LONGER = "longer", "长期（15 年）"
    FOREVER = "forever", "永久"


class Power(models.TextChoices):
    """What an agent may do for a party."""

    PLAIN = "plain", "一般代理"
    SPECIAL = "special", "特别授权"


class CaseCount(models.TextChoices):
    """Numbers of the official form, each defined once (mediation.figures.counted) and opened as a list."""

    ACCEPTED = "accepted", "受理"
    REFUSED = "refused", "不予受理"
    SETTLED = "settled", "达成协议"
    FAILED = "failed", "调解不成"
    KEPT = "kept", "协议已履行"
    CRIME = "crime", "防止转化为刑事案件"
    PETITION = "petition", "防止群体性上访"
    FOLLOWED = "followed", "做过回访"
    ASKED = "asked", "问过满意度"
    SATISFIED = "satisfied", "问过的都满意"


CASE_COUNT_WORDS = {
    CaseCount.ACCEPTED: "受理日期在这段时间里的案件。",
    CaseCount.REFUSED: "在这段时间里决定不予受理的申请。",
    CaseCount.SETTLED: "现在有效的协议在这段时间里生效的案件。",
    CaseCount.FAILED: "在这段时间里结束、没有谈成的案件。",
    CaseCount.KEPT: "现在有效的协议在这段时间里生效，每一条都已经履行的案件。",
    CaseCount.CRIME: "达成协议以后，在这段时间里记明“防止转化为刑事案件”的案件。",
    CaseCount.PETITION: "达成协议以后，在这段时间里记明“防止群体性上访”的案件。",
    CaseCount.FOLLOWED: "在这段时间里做过协议回访的案件。",
    CaseCount.ASKED: "在这段时间里问过当事人满意度的案件。",
    CaseCount.SATISFIED: "在这段时间里问过满意度，回答都是满意、很满意的案件。",
}
