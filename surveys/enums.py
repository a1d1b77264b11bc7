"""Words of surveys (问卷)."""

from django.db import models


class Status(models.TextChoices):
    """Life cycle (handbook 5.1): written, reviewed, answered, told, put away."""

    DRAFT = "draft", "草稿"
    REVIEW = "review", "待审核"
    OPEN = "open", "收集中"
    PAUSED = "paused", "暂停收集"
    CLOSED = "closed", "已结束"
    TOLD = "told", "已公布结果"
    ARCHIVED = "archived", "已归档"
    DROPPED = "dropped", "已作废"


class Mode(models.TextChoices):
    """What a survey knows of who answers (handbook 5.2); fixed when it is published."""

    ANONYMOUS = "anonymous", "匿名"
    VOLUNTARY = "voluntary", "自愿留联系方式"
    NAMED = "named", "实名"


# One sentence for whoever is asked, on the first page.
MODE_WORDS = {
    Mode.ANONYMOUS: "这份问卷不记名：不记您是谁，也不记用什么手机、几点填的。",
    Mode.VOLUNTARY: "这份问卷不用留姓名。愿意的话，最后可以留联系方式，它和答案分开放。",
    Mode.NAMED: "这份问卷要填姓名，只有承办人能看到。",
}


class Kind(models.TextChoices):
    """Kinds of questions (handbook 5.2)."""

    SINGLE = "single", "单选"
    MULTIPLE = "multiple", "多选"
    YES_NO = "yes_no", "是非"
    SCALE = "scale", "打分"
    MATRIX = "matrix", "矩阵单选"
    RANKING = "ranking", "排序"
    NUMBER = "number", "数字"
    DATE = "date", "日期"
    TEXT = "text", "填空"
    AREA = "area", "所在网格"
    PHONE = "phone", "电话"
    PHOTO = "photo", "照片"
    NOTE = "note", "说明"
    CONSENT = "consent", "同意"


CLOSED = (Kind.SINGLE, Kind.MULTIPLE, Kind.YES_NO, Kind.SCALE, Kind.MATRIX, Kind.RANKING, Kind.AREA, Kind.CONSENT)


class Way(models.TextChoices):
    """How an answer came in."""

    SELF = "self", "自己填"
    ASSISTED = "assisted", "工作人员代填"
    HANDED = "handed", "工作人员递手机填"
    PAPER = "paper", "纸质问卷"
