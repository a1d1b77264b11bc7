"""Words of messages out."""

from django.db import models


class Channel(models.TextChoices):
    """How a message goes out by itself; the values are those of households.enums.ContactChannel where both know them."""

    INBOX = "inbox", "居民端"
    WECHAT = "wechat", "微信"
    SMS = "sms", "短信"


# Those that reach her without her coming, in the order in which they are tried.
PUSH = (Channel.WECHAT, Channel.SMS)


class State(models.TextChoices):
    WAITING = "waiting", "待发"
    SENDING = "sending", "正在发"
    SENT = "sent", "已发"
    FAILED = "failed", "没发出去"
    HUMAN = "human", "待人工"
    TOLD = "told", "已告知"
    STOPPED = "stopped", "已停发"


class Outcome(models.TextChoices):
    """What became of one attempt."""

    ACCEPTED = "accepted", "收下了"
    REFUSED = "refused", "不收"
    LATER = "later", "暂时不收"
    UNKNOWN = "unknown", "不确定"


class ByHand(models.TextChoices):
    """How a person told her what no machine may send."""

    FACE = "face", "当面"
    HOME = "home", "上门"
    PHONE = "phone", "电话"
    LETTER = "letter", "信件"
