"""Words of service needs and of asking volunteers for them (服务需求、对接)."""

from django.db import models


class NeedSource(models.TextChoices):
    """From where a need is known."""

    CONCERN = "concern", "诉求"
    FILE = "file", "困难档案"
    VISIT = "visit", "走访"
    OWN = "own", "自己登记"


class NeedState(models.TextChoices):
    OPEN = "open", "待对接"
    OFFERED = "offered", "已问志愿者"
    AGREED = "agreed", "已说定"
    SERVING = "serving", "服务中"
    DONE = "done", "已完成"
    WITHDRAWN = "withdrawn", "已撤回"
    EXPIRED = "expired", "已过期"


# A need for which somebody may still be asked.
WANTING = (NeedState.OPEN, NeedState.OFFERED, NeedState.AGREED, NeedState.SERVING)
# One for which hours may be written down.
HELPED = (NeedState.AGREED, NeedState.SERVING)


class OfferState(models.TextChoices):
    """A volunteer and a need: she answers first, then the family; either may take it back."""

    ASKED = "asked", "等志愿者答复"
    ACCEPTED = "accepted", "等家庭同意"
    AGREED = "agreed", "双方同意"
    DECLINED = "declined", "志愿者这次不去"
    REFUSED = "refused", "家庭没有同意"
    TAKEN_BACK = "taken_back", "已收回"
    LAPSED = "lapsed", "已取消"
    DONE = "done", "已完成"


PENDING = (OfferState.ASKED, OfferState.ACCEPTED)
RUNNING_OFFER = (*PENDING, OfferState.AGREED)


class OfferSide(models.TextChoices):
    """Who ended what was agreed."""

    VOLUNTEER = "volunteer", "志愿者"
    SERVED = "served", "服务对象"
    OFFICE = "office", "社区妇联"


class Rhythm(models.TextChoices):
    ONCE = "once", "一次"
    WEEKLY = "weekly", "每周一次"
    OFTEN = "often", "每周几次"
    MONTHLY = "monthly", "每月一两次"
    CALLED = "called", "有事的时候"


class Near(models.TextChoices):
    """How far the way may be: for a need, how near somebody should live; for a volunteer, how far she goes."""

    ANY = "any", "不限"
    COMMUNITY = "community", "本社区"
    GRID = "grid", "同一个网格"


class Tongue(models.TextChoices):
    """What somebody speaks besides Mandarin."""

    LOCAL = "local", "本地话"
    WU = "wu", "吴语"
    YUE = "yue", "粤语"
    MIN = "min", "闽语"
    XIANG = "xiang", "湘语、赣语"
    SICHUAN = "sichuan", "四川话"
    MINORITY = "minority", "少数民族语言"
    SIGN = "sign", "手语"
    FOREIGN = "foreign", "外语"


class Strain(models.TextChoices):
    """What a task asks of the body; a volunteer says which of them are not for her (志愿服务条例第十五条)."""

    LIFTING = "lifting", "提重物、扶抱人"
    STANDING = "standing", "站很久"
    WALKING = "walking", "走远路、爬楼"
    ANIMALS = "animals", "家里有猫狗"
    LATE = "late", "晚上出门"


class RecordKind(models.TextChoices):
    """What is kept of a volunteer besides her services (志愿服务条例第十九条)."""

    TRAINING = "training", "培训"
    HONOUR = "honour", "表彰奖励"
    RATING = "rating", "评价"
