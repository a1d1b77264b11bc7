"""Words of the time after she was hired (handbook 8.4: 跟踪回访)."""

from django.db import models

# Months after the first day at which she is asked how it goes; a job kept so long counts as a stable one (handbook 8.3).
MONTHS = (1, 3, 6, 12)
STABLE_MONTHS = 6


class FollowUpState(models.TextChoices):
    DUE = "due", "待回访"
    DONE = "done", "已回访"
    DROPPED = "dropped", "不用再问"


class StillWorks(models.TextChoices):
    """Whether she works; who was not reached is asked again."""

    SAME = "same", "还在这个岗位"
    MOVED = "moved", "换了单位，还在上班"
    LOST = "lost", "不做了"


WORKING = (StillWorks.SAME, StillWorks.MOVED)


class Problem(models.TextChoices):
    """What goes wrong at work, by what she can claim (劳动合同法; 妇女权益保障法 art. 25, 43–48), or in a business of her own."""

    ARREARS = "arrears", "拖欠、克扣工资"
    CONTRACT = "contract", "没有签合同"
    INSURANCE = "insurance", "没有交社保"
    OVERTIME = "overtime", "加班没有报酬"
    BIAS = "bias", "因怀孕、带孩子被刁难"
    HARASSED = "harassed", "骚扰"
    INJURY = "injury", "受伤、不安全"
    MONEY = "money", "资金周转困难"
    REPAY = "repay", "还贷有困难"
    SALES = "sales", "没有客源、销路"
    PREMISES = "premises", "场地、房租"
    PERMIT = "permit", "证照手续"
    OTHER = "other", "其他"
