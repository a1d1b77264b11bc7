"""Kinds of agencies, days, rule units, and what visit rules speak of."""

from django.db import models


class AgencyKind(models.TextChoices):
    """Who a woman can be referred to, and who sends or receives lists."""

    POLICE = "police", "派出所（公安）"
    COURT = "court", "法院"
    PROCURATORATE = "procurator", "检察院"
    JUSTICE = "justice", "司法所（司法行政）"
    LEGAL_AID = "legal_aid", "法律援助机构"
    CIVIL = "civil", "民政部门"
    SHELTER = "shelter", "救助（庇护）机构"
    HEALTH = "health", "医疗卫生机构"
    MIND = "mind", "心理服务机构"
    SCHOOL = "school", "学校（幼儿园）"
    LABOUR = "labour", "人社（就业服务）"
    DISABLED = "disabled", "残联"
    STREET = "street", "街道（乡镇）"
    COMMITTEE = "committee", "社区居委会（村委会）"
    FEDERATION = "federation", "妇联组织"
    SOCIAL = "social", "社会组织"
    COMPANY = "company", "企业"
    PROPERTY = "property", "物业"
    OTHER = "other", "其他单位"


class DayKind(models.TextChoices):
    """A day off on a weekday, or a weekend day that is worked (调休)."""

    HOLIDAY = "holiday", "放假"
    WORKDAY = "workday", "上班（调休）"


class RuleUnit(models.TextChoices):
    """What the number of a rule counts. Days are calendar days unless the unit says working days; a switch is 0 or 1; an
    amount in yuan that nobody has filled in yet is 0."""

    SECOND = "second", "秒"
    MINUTE = "minute", "分钟"
    HOUR = "hour", "小时"
    DAY = "day", "天"
    WORKING_DAY = "working_day", "个工作日"
    MONTH = "month", "个月"
    YEAR = "year", "年"
    AGE = "age", "周岁"
    CHARACTER = "character", "个字符"
    ROW = "row", "行"
    COUNT = "count", "个"
    TIMES = "times", "次"
    SCORE = "score", "分"
    YUAN = "yuan", "元"
    SWITCH = "switch", "是否"


class RuleTarget(models.TextChoices):
    """What a visit rule is about (handbook 2.4): the ordinary family, a category, a risk colour, a kind of household, or
    something that happened."""

    ALL = "all", "所有家庭"
    CATEGORY = "category", "类别"
    LEVEL = "level", "风险等级"
    KIND = "kind", "家庭类型"
    EVENT = "event", "发生的事"


class RiskLevel(models.TextChoices):
    """Colour of a family's quarrels and hardships after a joint assessment (研判). Violence is never one of its grounds:
    that lies in the sealed compartment alone."""

    GREEN = "green", "绿色"
    YELLOW = "yellow", "黄色"
    ORANGE = "orange", "橙色"
    RED = "red", "红色"


class FamilyKind(models.TextChoices):
    """Kinds of households that the household's own columns tell."""

    FLOATING = "floating", "外来常住家庭"
    AWAY = "away", "本地户籍外出家庭"
    RENTED = "rented", "租住家庭"
    ALONE = "alone", "独自居住"


class VisitEvent(models.TextChoices):
    """What makes a visit necessary within days (handbook 2.4)."""

    DEATH = "death", "家里有人去世"
    BIRTH = "birth", "新生儿出生"
    MOVE_IN = "move_in", "新迁入"
    DIVORCE = "divorce", "离婚"
    JOB_LOSS = "job_loss", "失业"
    ILLNESS = "illness", "生重病"
    DISASTER = "disaster", "受灾、意外"
    DISCHARGE = "discharge", "出院、治疗回来"
    RELEASE = "release", "刑满（解戒）回来"
    CHILD = "child", "孩子有难处"
    CONFLICT = "conflict", "家庭邻里矛盾"


class VisitWho(models.TextChoices):
    """Who makes the visit."""

    ANY = "any", "谁去都行"
    WORKER = "worker", "网格员"
    COMMITTEE = "committee", "执委"
    BOTH = "both", "网格员和执委一起"
