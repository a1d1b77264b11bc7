"""Words of grid work (handbook 2)."""

from django.db import models


class DutyRole(models.TextChoices):
    HEAD = "head", "网格长"
    WORKER = "worker", "网格员"
    COMMITTEE = "committee", "包保执委"
    SUPPORT = "support", "协助"


class DutyPattern(models.TextChoices):
    """Four patterns of 包保 (handbook 2.3)."""

    NEAR = "near", "就近包保"
    TOUR = "tour", "巡回服务"
    POST = "post", "驻点服务"
    JOINT = "joint", "合力联动"


class VisitKind(models.TextChoices):
    ROUTINE = "routine", "日常走访"
    MUST = "must", "必访"
    CAMPAIGN = "campaign", "专项走访"
    HOLIDAY = "holiday", "节日慰问"
    FOLLOW_UP = "follow_up", "回访"
    SCREENING = "screening", "摸排"
    CHECK = "check", "信访核实"


class VisitMode(models.TextChoices):
    HOME = "home", "入户"
    PHONE = "phone", "电话"
    WECHAT = "wechat", "微信"
    OFFICE = "office", "社区接待"
    PUBLIC = "public", "公共场所"


# A call or message keeps contact, but is no visit done.
FACE_TO_FACE = (VisitMode.HOME, VisitMode.OFFICE, VisitMode.PUBLIC)


class Met(models.TextChoices):
    """Whether anybody was met; only `met` counts as a visit done (handbook 2.4). Each other answer has its short form."""

    MET = "met", "见到了"
    NOBODY = "nobody", "没人在家"
    REFUSED = "refused", "不愿见"
    MOVED = "moved", "已搬走"
    EMPTY = "empty", "空置房"
    DIED = "died", "有人去世"


# Nobody was spoken to, but somebody may be next time: the next try is planned (rules "visit_retry_…").
TRY_AGAIN = (Met.NOBODY, Met.REFUSED)


class RefusedHow(models.TextChoices):
    """How it was said that no visit is wanted."""

    TALK = "talk", "开了门，不愿谈"
    DOOR = "door", "没开门，隔门说的"
    FAMILY = "family", "家里人说不用来"
    CALL = "call", "电话里说不用来"


class MemberEvent(models.TextChoices):
    """What a visitor was told of a person or of the whole family; confirmed in the form of that life event."""

    MOVED = "moved", "搬走"
    DIED = "died", "去世"


class ChangeKind(models.TextChoices):
    """Changes a visitor notices; each is proposed for the ledger and confirmed there."""

    MEMBERS = "members", "人员"
    JOB = "job", "工作"
    HEALTH = "health", "健康"
    HOUSING = "housing", "住房"
    INCOME = "income", "收入"
    PHONE = "phone", "电话"


class ChangeState(models.TextChoices):
    PROPOSED = "proposed", "待确认"
    ACCEPTED = "accepted", "已入台账"
    CORRECTED = "corrected", "改后入台账"
    REFUSED = "refused", "不采纳"


class Review(models.TextChoices):
    """What the supervisor says of a visit record."""

    PENDING = "pending", "待审核"
    RIGHT = "right", "审核通过"
    RETURNED = "returned", "退回修改"
    CORRECTED = "corrected", "改好待审"


class DoubtKind(models.TextChoices):
    """What in a visit record is worth a second look: a question to the visitor, never a verdict."""

    PHOTO = "photo", "照片一样"
    TEXT = "text", "记录相同"
    OVERLAP = "overlap", "时间重叠"
    CROWDED = "crowded", "一小时太多"
    NIGHT = "night", "夜里走访"
    EARLY = "early", "早于建档"
    LATE = "late", "迁出以后"
    CLOCK = "clock", "手机时钟不准"


class DoubtState(models.TextChoices):
    OPEN = "open", "等说明"
    EXPLAINED = "explained", "已说明"
    ACCEPTED = "accepted", "没有问题"
    KEPT = "kept", "当面了解"
    GONE = "gone", "已更正"


class TimedForm(models.TextChoices):
    """Forms whose time from opening to saving is counted."""

    VISIT = "visit", "记走访"


class PolicyTopic(models.TextChoices):
    """Topics told during a visit (handbook 2.5)."""

    CANCER = "cancer", "两癌筛查"
    VIOLENCE = "violence", "反家暴法"
    FRAUD = "fraud", "防诈骗"
    FAMILY = "family", "家庭教育"
    JOB = "job", "就业政策"
    RELIEF = "relief", "救助政策"


class Hazard(models.TextChoices):
    """Risk signs that may stand in the visit (handbook 2.5). Violence, harm to children and self-harm never do: they are
    signs of the sealed compartment (safety.enums.Sign)."""

    CONFLICT = "conflict", "家庭矛盾、争吵"
    MIND = "mind", "情绪、精神让人担心"
    DEBT = "debt", "欠债、被催债"
    FIRE = "fire", "火灾、用电用气隐患"


class Severity(models.TextChoices):
    LIGHT = "1", "轻"
    PLAIN = "2", "明显"
    HEAVY = "3", "严重"


# A hazard with its severity, as a visit stores it: "debt:2".
HAZARD_CODES = {
    f"{hazard}:{severity}": f"{hazard.label}（{severity.label}）" for hazard in Hazard for severity in Severity
}


class Satisfaction(models.IntegerChoices):
    VERY = 5, "很满意"
    GOOD = 4, "满意"
    FAIR = 3, "一般"
    POOR = 2, "不满意"
    BAD = 1, "很不满意"


class TermRole(models.TextChoices):
    CHAIR = "chair", "主席"
    VICE_CHAIR = "vice_chair", "副主席"
    COMMITTEE = "committee", "执委"
    DELEGATE = "delegate", "妇女代表"


# Where a change goes in the ledger when the visitor named the new content: (who it belongs to, field).
LEDGER_FIELDS = {
    ChangeKind.JOB: ("resident", "employment"),
    ChangeKind.HEALTH: ("resident", "health"),
    ChangeKind.HOUSING: ("household", "housing"),
    ChangeKind.INCOME: ("household", "income_note"),
    ChangeKind.PHONE: ("resident", "phone"),
}


class EnvelopeState(models.TextChoices):
    """Where a visit stands that a phone kept without network and sent later."""

    SAVED = "saved", "已登记"
    OPEN = "open", "待走访人补全"
    TRAY = "tray", "待主管处理"
    TAKEN = "taken", "主管已登记"
    DECLINED = "declined", "没有采纳"
    DROPPED = "dropped", "走访人不要了"


class Late(models.TextChoices):
    """Why a visit that arrived late is not simply saved."""

    ACCOUNT = "account", "账号已停用"
    SCOPE = "scope", "这户已不归走访人"
    CLOSED = "closed", "这户已迁出或注销"
    STALE = "stale", "走访人一直没有补全"
