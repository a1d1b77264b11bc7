"""Words of the women's deliberation council (妇女议事会, handbook 6)."""

from django.db import models


class Share(models.TextChoices):
    """How many of a number are enough."""

    HALF = "half", "过半数"
    TWO_THIRDS = "two_thirds", "三分之二以上"
    THREE_QUARTERS = "three_quarters", "四分之三以上"


class ProxyRule(models.TextChoices):
    NONE = "none", "不能委托"
    OPINION = "opinion", "只能带书面意见"
    VOTE = "vote", "可以书面委托投票"


class Seat(models.TextChoices):
    CHAIR = "chair", "召集人（会长）"
    VICE = "vice", "副召集人（副会长）"
    SECRETARY = "secretary", "秘书"
    MEMBER = "member", "成员"


class Kind(models.TextChoices):
    """From where a member comes."""

    COMMITTEE = "committee", "执委"
    WOMEN = "women", "妇女代表"
    PARTY = "party", "党员"
    LAWYER = "lawyer", "律师"
    OWNER = "owner", "业主"
    TENANT = "tenant", "租户"
    OTHER = "other", "其他"


class Category(models.TextChoices):
    ENVIRONMENT = "environment", "环境整治"
    PARKING = "parking", "停车管理"
    COURTYARD = "courtyard", "老旧院落改造"
    FIRE = "fire", "消防安全"
    PROPERTY = "property", "物业"
    CARE = "care", "养老托幼"
    EDUCATION = "education", "家庭教育"
    RIGHTS = "rights", "妇女权益"
    CULTURE = "culture", "文体"
    NEIGHBOURS = "neighbours", "邻里"
    OTHER = "other", "其他"


class Source(models.TextChoices):
    ONLINE = "online", "居民在线提交"
    PAPER = "paper", "居民书面提交"
    PROXY = "proxy", "代居民登记"
    VISIT = "visit", "走访收集"
    SURVEY = "survey", "问卷"
    CONCERN = "concern", "诉求转入"
    HOTLINE = "hotline", "12345 工单"
    UPPER = "upper", "上级交办"
    MEETING = "meeting", "上次会议"


class Urgency(models.TextChoices):
    USUAL = "usual", "一般"
    SOON = "soon", "较急"
    NOW = "now", "紧急"


class Status(models.TextChoices):
    """Life of a topic (handbook 6.2): collected, screened, heard, decided, carried out, told, posted, filed."""

    COLLECTED = "collected", "待筛选"
    ACCEPTED = "accepted", "已立项"
    MERGED = "merged", "已合并"
    DECLINED = "declined", "未列入"
    PASSED = "passed", "已转其他单位"
    SCHEDULED = "scheduled", "已排期"
    DISCUSSED = "discussed", "已议待定"
    REFUSED = "refused", "议定不办"
    DECIDED = "decided", "已交办"
    IN_WORK = "in_work", "办理中"
    DONE = "done", "待验收"
    CHECKED = "checked", "已验收待反馈"
    TOLD = "told", "已反馈"
    PUBLISHED = "published", "公示评价中"
    CLOSED = "closed", "已归档"


# After these nothing more is done with a topic.
ENDED = (Status.MERGED, Status.DECLINED, Status.CLOSED)
# Not heard to the end: the next meeting has them on its agenda by itself.
UNFINISHED = (Status.ACCEPTED, Status.DISCUSSED)


class Way(models.TextChoices):
    """How a meeting is held (handbook 6.1)."""

    TOGETHER = "together", "集中议"
    VISITING = "visiting", "走访议"
    HOME = "home", "上门议"
    SPOT = "spot", "现场议"
    WECHAT = "wechat", "微信议"


class MeetingStatus(models.TextChoices):
    PLANNED = "planned", "筹备中"
    NOTIFIED = "notified", "已通知"
    OPEN = "open", "会议进行中"
    HELD = "held", "已召开"
    CANCELLED = "cancelled", "已取消"


class ItemKind(models.TextChoices):
    LAST = "last", "上次议题落实情况"
    TOPIC = "topic", "议题"
    OVERDUE = "overdue", "逾期事项"
    OTHER = "other", "其他"


class Slip(models.TextChoices):
    """What a member sends back to a notice."""

    NONE = "none", "未回执"
    YES = "yes", "出席"
    LEAVE = "leave", "请假"
    OPINION = "opinion", "请假，有书面意见"


class SignIn(models.TextChoices):
    QR = "qr", "扫码"
    CODE = "code", "签到码"
    TICK = "tick", "工作人员登记"


class Ballots(models.TextChoices):
    OPEN = "open", "举手（记名）"
    SECRET = "secret", "无记名"


class Showing(models.TextChoices):
    LIVE = "live", "随投随看"
    END = "end", "结束后才看"


class MotionStatus(models.TextChoices):
    OPEN = "open", "表决中"
    CLOSED = "closed", "已结束"


class Choice(models.TextChoices):
    AGREE = "agree", "同意"
    AGAINST = "against", "反对"
    ABSTAIN = "abstain", "弃权"


class Decision(models.TextChoices):
    AGREED = "agreed", "通过"
    CHANGED = "changed", "修改后通过"
    POSTPONED = "postponed", "暂缓，下次再议"
    REFUSED = "refused", "不通过"
    PASSED_ON = "passed_on", "提交其他单位决定"


class Body(models.TextChoices):
    """Who decides what the council may not (handbook 6.1)."""

    COMMITTEE = "committee", "居民委员会"
    OWNERS = "owners", "业主委员会（业主大会）"
    STREET = "street", "街道"
    PROPERTY = "property", "物业公司"
    OTHER = "other", "其他单位"


class ActionStatus(models.TextChoices):
    WAITING = "waiting", "未开始"
    IN_WORK = "in_work", "进行中"
    TO_CHECK = "to_check", "待验收"
    DONE = "done", "已办结"
    HANDED_OVER = "handed_over", "已转交"
    STOPPED = "stopped", "已终止"


LIVE_ACTIONS = (ActionStatus.WAITING, ActionStatus.IN_WORK, ActionStatus.TO_CHECK)


class MinutesStatus(models.TextChoices):
    DRAFT = "draft", "草稿"
    FINAL = "final", "已定稿"


class CommentState(models.TextChoices):
    WAITING = "waiting", "待审核"
    SHOWN = "shown", "已显示"
    HIDDEN = "hidden", "未显示"


class Voice(models.TextChoices):
    """As what somebody rates a result."""

    PROPOSER = "proposer", "提议人"
    MEMBER = "member", "议事会成员"
    RESIDENT = "resident", "居民"
