"""Words of start-ups and their loans (handbook 8.4, 8.5)."""

from django.db import models

from employment.after import Problem, StillWorks


class BusinessKind(models.TextChoices):
    """What it is before the law, or on the street."""

    SOLE = "sole", "个体工商户"
    COMPANY = "company", "小微企业"
    COOP = "coop", "合作社"
    ONLINE = "online", "网店、直播"
    HOME = "home", "家庭工坊（居家）"
    STALL = "stall", "摊位"
    OTHER = "other", "其他"


class StartupState(models.TextChoices):
    RUNNING = "running", "经营中"
    ENDED = "ended", "已停办"


class StartupEnd(models.TextChoices):
    LOSS = "loss", "亏损"
    PLACE = "place", "场地到期、拆迁"
    FAMILY = "family", "家里的原因"
    WORK = "work", "另外找了工作"
    SOLD = "sold", "转让"
    TOLD = "told", "回访时说不做了"
    OTHER = "other", "其他"


class Guarantee(models.TextChoices):
    """What the bank may fall back on; small loans and recommended projects need none (handbook 8.5)."""

    FUND = "fund", "担保基金（担保公司）"
    PERSON = "person", "担保人"
    PLEDGE = "pledge", "抵押、质押"
    NONE = "none", "免担保"


# How the answers of a follow-up are worded where she works for herself.
STILL_RUNS = {
    StillWorks.SAME: "还在经营",
    StillWorks.MOVED: "换了项目，还在经营",
    StillWorks.LOST: "不做了",
}
JOB_PROBLEMS = (
    Problem.ARREARS, Problem.CONTRACT, Problem.INSURANCE, Problem.OVERTIME, Problem.BIAS, Problem.HARASSED, Problem.INJURY,
    Problem.OTHER,
)  # fmt: skip
BUSINESS_PROBLEMS = (
    Problem.MONEY, Problem.REPAY, Problem.SALES, Problem.PREMISES, Problem.PERMIT, Problem.HARASSED, Problem.OTHER,
)  # fmt: skip
