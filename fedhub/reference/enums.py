"""Kinds of agencies, days and rule units."""

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
    """What the number of a rule counts. Days are calendar days unless the unit says working days; a switch is 0 or 1."""

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
    SWITCH = "switch", "是否"
