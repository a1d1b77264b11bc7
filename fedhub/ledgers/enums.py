"""Words of ledgers in and out."""

from django.db import models


class BatchState(models.TextChoices):
    UPLOADED = "uploaded", "待对应列"
    CHECKING = "checking", "正在试运行"
    CHECKED = "checked", "试运行完成"
    WRITING = "writing", "正在写入"
    DONE = "done", "已写入"
    CANCELLED = "cancelled", "已放弃"
    FAILED = "failed", "没有完成"
    UNDONE = "undone", "已撤销"


class Verdict(models.TextChoices):
    """What a row of the file would do."""

    NEW = "new", "新增"
    CHANGED = "changed", "变更"
    SAME = "same", "相同"
    SUSPECT = "suspect", "疑似重复"
    REFUSED = "refused", "拒绝"


class ExportMode(models.TextChoices):
    MASKED = "masked", "遮挡"
    FULL = "full", "完整"


class SexCodes(models.TextChoices):
    """What numbers in a column 性别 mean; both ways are in use, so nobody guesses (handbook 3.2 item 6)."""

    NONE = "", "不用代码"
    GB = "gb", "1 男 2 女"
    ZERO_ONE = "zero_one", "0 男 1 女"
    ONE_ZERO = "one_zero", "1 男 0 女"
