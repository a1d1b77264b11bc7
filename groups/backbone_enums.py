"""Words of backbone women (妇女骨干; handbook 9.1) and of the list of successors (后备名单)."""

from django.db import models


class Skill(models.TextChoices):
    """What she can do for others."""

    LAW = "law", "法律"
    MIND = "mind", "心理"
    MEDICAL = "medical", "医疗健康"
    ARTS = "arts", "文艺"
    EDUCATION = "education", "教育"
    COMMERCE = "commerce", "电商"
    CRAFT = "craft", "手工"
    MEDIATION = "mediation", "调解"
    ORGANISING = "organising", "组织活动"
    WRITING = "writing", "宣传写作"
    HOUSEKEEPING = "housekeeping", "家政、护理"
    OTHER = "other", "其他"


# Asked of an enum each time, its labels are built anew.
SKILL_LABELS = dict(Skill.choices)


def skill_label(code):
    """A skill in words; '' for a code that is not known."""
    return SKILL_LABELS.get(code, "")


class BackboneSource(models.TextChoices):
    """How she came to be one."""

    GROUP = "group", "队伍推荐"
    COMMITTEE = "committee", "执委推荐"
    HERSELF = "herself", "自荐"
    ACTIVITY = "activity", "活动中发现"
    VISIT = "visit", "走访中发现"
    UNIT = "unit", "单位、群团推荐"
    OTHER = "other", "其他"


class BackboneLevel(models.TextChoices):
    COMMUNITY = "community", "社区级"
    STREET = "street", "街道级"
    DISTRICT = "district", "区级"
    CITY = "city", "市级以上"


class BackboneEnd(models.TextChoices):
    WISH = "wish", "本人不再担任"
    FAMILY = "family", "家庭、身体原因"
    WORK = "work", "工作原因"
    POST = "post", "担任了别的职务"
    UNFIT = "unfit", "不再合适"
    GONE = "gone", "迁出或去世"
    MISTAKE = "mistake", "登记错了"


class TaskState(models.TextChoices):
    """What she was asked to do: she may say that it is done, or that she cannot; whoever gave it confirms."""

    OPEN = "open", "在办"
    SAID = "said", "本人说已办好"
    DECLINED = "declined", "本人不接"
    DONE = "done", "已办"
    CANCELLED = "cancelled", "已取消"


# Nothing is settled yet.
PENDING = (TaskState.OPEN, TaskState.SAID, TaskState.DECLINED)


class HonourKind(models.TextChoices):
    RED_FLAG = "red_flag", "三八红旗手"
    FAMILY = "family", "最美家庭"
    MERIT = "merit", "巾帼建功标兵"
    CIVIL = "civil", "五好家庭"
    VOLUNTEER = "volunteer", "优秀志愿者"
    WORKER = "worker", "优秀妇女工作者"
    OTHER = "other", "其他"


class HonourLevel(models.TextChoices):
    NATION = "nation", "全国"
    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    DISTRICT = "district", "区级"
    STREET = "street", "街道"
    COMMUNITY = "community", "社区"


class Grade(models.TextChoices):
    """How she was found in a year; read by those who evaluate, never by her."""

    EXCELLENT = "excellent", "优秀"
    GOOD = "good", "称职"
    BASIC = "basic", "基本称职"
    POOR = "poor", "不称职"


class SuccessorState(models.TextChoices):
    PROPOSED = "proposed", "已提名"
    AGREED = "agreed", "列入后备"
    REFUSED = "refused", "没有同意"
    TAKEN = "taken", "已接任"
    DROPPED = "dropped", "不再作后备"


# She stands on the list, or is proposed for it.
STANDING = (SuccessorState.PROPOSED, SuccessorState.AGREED)
