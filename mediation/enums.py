"""Words of the mediation micro-home (handbook 7)."""

from django.db import models


class MediatorKind(models.TextChoices):
    CADRE = "cadre", "妇联干部"
    LAWYER = "lawyer", "律师"
    LAW_PERSON = "law", "懂法律的人"
    VOLUNTEER = "volunteer", "志愿者"


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


COUNT_WORDS = {
    Count.SCREENED: "登记以后上门核实、确有其事的线索。",
    Count.EARLY: "排查到的里面，核实时是低风险（绿），当时没有到过公安、法院的。",
    Count.PREVENTED: "排查到的里面，核实时是高、中风险（红、黄），没有到过公安、法院，已经降到绿或者化解的。",
    Count.RESOLVED: "排查到的里面，已经化解、结束的。",
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


# While the month runs.
RUNNING = (CaseState.ACCEPTED, CaseState.TOLD, CaseState.MEDIATING)
CASE_TONES = {
    CaseState.REGISTERED: "warn", CaseState.ACCEPTED: "info", CaseState.TOLD: "info", CaseState.MEDIATING: "info",
    CaseState.SETTLED: "ok", CaseState.FAILED: "quiet", CaseState.WITHDRAWN: "quiet", CaseState.REFUSED: "quiet",
    CaseState.REFERRED: "quiet",
}  # fmt: skip


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
    CLOCK = "clock", "期限"
    PARTY = "party", "当事人"
