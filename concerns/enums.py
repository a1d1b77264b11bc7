"""Words of concerns (诉求)."""

from django.db import models


class Status(models.TextChoices):
    """Life cycle (handbook 2.5): from the first word to the rated answer."""

    NEW = "new", "新登记"
    ACCEPTED = "accepted", "已受理"
    ASSIGNED = "assigned", "办理中"
    DONE = "done", "已办理"
    ANSWERED = "answered", "已答复"
    CLOSED = "closed", "已办结"


class Outcome(models.TextChoices):
    """How it ended; solved and not possible are different things."""

    ON_SPOT = "on_spot", "当场办结"
    SOLVED = "solved", "已解决"
    HANDED_OVER = "handed_over", "已转其他单位"
    PASSED_UP = "passed_up", "已报上级"
    NOT_POSSIBLE = "not_possible", "无法办理"
    WITHDRAWN = "withdrawn", "本人撤回"


class Origin(models.TextChoices):
    VISIT = "visit", "走访"
    FRONT_DESK = "front_desk", "窗口接待"
    HOTLINE = "hotline", "12338 热线"
    SURVEY = "survey", "问卷"
    PORTAL = "portal", "居民端"
    COUNCIL = "council", "议事会"
    UPPER = "upper", "上级交办"


class Told(models.TextChoices):
    """How she was told the answer."""

    FACE = "face", "当面"
    HOME = "home", "上门"
    PHONE = "phone", "电话"
    SMS = "sms", "短信"
    WECHAT = "wechat", "微信"
    LETTER = "letter", "信件"
    PORTAL = "portal", "居民端"
    NOT_YET = "not_yet", "还没告诉"


# What staff may choose: that she read or rated it herself is written by her own page.
BY_STAFF = [told for told in Told if told != Told.PORTAL]


class Heard(models.TextChoices):
    """Who heard the answer: telling the family is not telling her."""

    SELF = "self", "本人"
    PROXY = "proxy", "代为提出的人"
    FAMILY = "family", "家属"


class ReplyKind(models.TextChoices):
    PROGRESS = "progress", "过程告知"
    FINAL = "final", "答复"


class ReferralWay(models.TextChoices):
    """Across to another office, or up to the next level."""

    ACROSS = "across", "转办"
    UP = "up", "上报"


class ReferralStatus(models.TextChoices):
    OFFERED = "offered", "已转出"
    ACCEPTED = "accepted", "对方已接收"
    REFUSED = "refused", "对方退回"
    ANSWERED = "answered", "对方已回复"
    TAKEN_BACK = "taken_back", "已收回"


class PauseReason(models.TextChoices):
    """Why a clock stands still."""

    HER = "her", "等本人（材料、时间）"
    AGENCY = "agency", "等其他单位"
    UPPER = "upper", "等上级答复"
    SEASON = "season", "等季节或工期"
    OTHER = "other", "其他"


class ApprovalKind(models.TextChoices):
    """What the chair may have reserved for herself (rule "concern_approvals")."""

    EXTEND = "extend", "延期"
    NOT_POSSIBLE = "not_possible", "按无法办理答复"
    PASS_UP = "pass_up", "上报"


class ApprovalStatus(models.TextChoices):
    ASKED = "asked", "待审批"
    GRANTED = "granted", "同意"
    RETURNED = "returned", "退回"
    DROPPED = "dropped", "已取消"


class ReceptionChannel(models.TextChoices):
    FRONT_DESK = "front_desk", "窗口来访"
    HOTLINE = "hotline", "12338 热线"
    PHONE = "phone", "来电"
    LETTER = "letter", "来信"
    UPPER = "upper", "上级转来"
