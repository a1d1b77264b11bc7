"""Words of events and courses (handbook 8.4)."""

from django.db import models


class EventKind(models.TextChoices):
    FAIR = "fair", "招聘会"
    LECTURE = "lecture", "讲座"
    COURSE = "course", "免费培训"


class EventState(models.TextChoices):
    DRAFT = "draft", "草稿"
    OPEN = "open", "已发布"
    ENDED = "ended", "已结束"
    CANCELLED = "cancelled", "已取消"


class SignupState(models.TextChoices):
    IN = "in", "已报名"
    WAITING = "waiting", "候补"
    OFFERED = "offered", "等她确认"
    CANCELLED = "cancelled", "已取消"
    LAPSED = "lapsed", "没有确认"
    MERGED = "merged", "已并入"


# With a place, or waiting for one: one such row a person and event.
LIVE = (SignupState.IN, SignupState.WAITING, SignupState.OFFERED)
# These hold a seat.
SEATED = (SignupState.IN, SignupState.OFFERED)


class SignupSource(models.TextChoices):
    SELF = "self", "本人报名"
    STAFF = "staff", "工作人员代报"
    DOOR = "door", "现场来的"


class CheckedBy(models.TextChoices):
    """How somebody was found at the door."""

    QR = "qr", "本人扫码"
    TICK = "tick", "工作人员点名"
    DOOR = "door", "现场登记"


class IntentionKind(models.TextChoices):
    CV = "cv", "收了简历"
    INTENT = "intent", "达成意向"
