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
    PHONE = "phone", "电话"
    SMS = "sms", "短信"
    WECHAT = "wechat", "微信"
    LETTER = "letter", "信件"
    NOT_YET = "not_yet", "还没告诉"


class ReceptionChannel(models.TextChoices):
    FRONT_DESK = "front_desk", "窗口来访"
    HOTLINE = "hotline", "12338 热线"
    PHONE = "phone", "来电"
    LETTER = "letter", "来信"
    UPPER = "upper", "上级转来"
