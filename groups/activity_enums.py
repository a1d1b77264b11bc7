"""Words of activities (handbook 9.1)."""

from django.db import models


class ActivityKind(models.TextChoices):
    PUBLICITY = "publicity", "宣传"
    SHOW = "show", "文艺演出"
    LECTURE = "lecture", "讲座"
    FAMILY = "family", "亲子"
    HEALTH = "health", "健康义诊"
    CLEAN = "clean", "环境整治"
    CARE = "care", "慰问"
    TRAINING = "training", "培训"
    REHEARSAL = "rehearsal", "排练"
    OTHER = "other", "其他"


class ActivityState(models.TextChoices):
    PLANNED = "planned", "计划中"
    OPEN = "open", "报名中"
    HELD = "held", "已举办"
    SUMMED = "summed", "已总结"
    CANCELLED = "cancelled", "已取消"


# Not over yet.
AHEAD = (ActivityState.PLANNED, ActivityState.OPEN)
# Who came is written down until the summary closes it.
TICKED = (ActivityState.OPEN, ActivityState.HELD)


class EntryState(models.TextChoices):
    """A name on the list of an activity."""

    IN = "in", "已报名"
    WAITING = "waiting", "候补"
    CAME = "came", "已到"
    CANCELLED = "cancelled", "不来了"


# Who holds a place, and who is on the list at all.
SEATED = (EntryState.IN, EntryState.CAME)
LISTED = (*SEATED, EntryState.WAITING)


class Found(models.TextChoices):
    """How somebody found it."""

    LIKED = "liked", "满意"
    FAIR = "fair", "一般"
    DISLIKED = "disliked", "不满意"
