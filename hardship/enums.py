"""Words of hardship files, pairing and aid."""

from django.db import models


class FileState(models.TextChoices):
    """Where a file stands on its way (handbook 4.5)."""

    FOUND = "found", "已发现"
    CHECKED = "checked", "已初核"
    PROPOSED = "proposed", "待审核"
    RETURNED = "returned", "退回补充"
    ACTIVE = "active", "在帮"
    EXITING = "exiting", "拟退出"
    WATCHED = "watched", "稳定观察"
    CLOSED = "closed", "已退出"


# Helped, or still looked after: the family counts as a family in hardship.
IN_CARE = (FileState.ACTIVE, FileState.EXITING, FileState.WATCHED)


class FoundHow(models.TextChoices):
    """How the federation came to know of the family (handbook 4.5)."""

    VISIT = "visit", "走访发现"
    CONCERN = "concern", "诉求"
    SURVEY = "survey", "问卷"
    DEPARTMENT = "department", "民政等部门名单"
    SELF = "self", "本人申请"
    OTHER = "other", "邻里反映及其他"


class Level(models.IntegerChoices):
    """How hard it is for the family (handbook 4.3); always confirmed by a person."""

    FIRST = 1, "一级（特别困难）"
    SECOND = 2, "二级（比较困难）"
    THIRD = 3, "三级（一般困难）"
    FOURTH = 4, "四级（观察）"


class FileExit(models.TextChoices):
    """Why a file was closed (handbook 4.5)."""

    INCOME = "income", "收入稳定达标"
    WORK = "work", "就业"
    RECOVERED = "recovered", "病愈"
    CHILD = "child", "子女毕业就业"
    MOVED = "moved", "迁出"
    DIED = "died", "死亡"
    INSTITUTION = "institution", "转入特困（机构）供养"
    WISH = "wish", "本人要求"
    NOT_ELIGIBLE = "not_eligible", "不符合"
    OTHER = "other", "其他"


# Facts after which nobody is left to be watched: the file closes without the months of observation.
AT_ONCE = (FileExit.MOVED, FileExit.DIED, FileExit.INSTITUTION, FileExit.WISH, FileExit.NOT_ELIGIBLE)


class ReviewKind(models.TextChoices):
    """What a level was decided at."""

    OPENING = "opening", "建档评定"
    REGULAR = "regular", "定期复核"
    CHANGE = "change", "情况变化"
    EXIT = "exit", "退出评估"
    RELAPSE = "relapse", "返困"


# --- aid ---------------------------------------------------------------------------------------------------------------
class DonorKind(models.TextChoices):
    """Who gives (handbook 4.6)."""

    PERSON = "person", "个人"
    UNIT = "unit", "单位、企业"
    FUND = "fund", "基金会、慈善组织"
    FINANCE = "finance", "财政"
    OTHER = "other", "其他"


class MoveKind(models.TextChoices):
    """Why money or goods moved."""

    RECEIVED = "received", "收到"
    GIVEN = "given", "发放"
    RETURNED = "returned", "退回捐赠方"
    LOST = "lost", "损耗、过期"
    REVERSAL = "reversal", "冲正"


# Directions of the kinds that somebody books by hand.
INTO, OUT_OF = (MoveKind.RECEIVED,), (MoveKind.GIVEN, MoveKind.RETURNED, MoveKind.LOST)


class Occasion(models.TextChoices):
    """On what occasion something is given (handbook 4.6)."""

    SPRING = "spring", "春节慰问"
    WOMEN = "women", "三八节"
    CHILDREN = "children", "六一"
    AUTUMN = "autumn", "中秋"
    ELDERS = "elders", "重阳"
    HEAT = "heat", "高温"
    SCHOOL = "school", "开学助学"
    CANCER = "cancer", "两癌救助"
    URGENT = "urgent", "应急救助"
    DAILY = "daily", "日常帮扶"
    OTHER = "other", "其他"


class DeliveryState(models.TextChoices):
    """A promise with proof: pledged, approved, handed over, signed for, thanked for."""

    PLEDGED = "pledged", "待审批"
    APPROVED = "approved", "待发放"
    DELIVERED = "delivered", "已发放，待签收"
    RECEIPTED = "receipted", "已签收"
    THANKED = "thanked", "已致谢"
    CANCELLED = "cancelled", "已取消"


HANDED_OVER = (DeliveryState.DELIVERED, DeliveryState.RECEIPTED, DeliveryState.THANKED)


class RoundState(models.TextChoices):
    """Where a round of gifts stands; between "approved" and "running" its deliveries are being made."""

    DRAFT = "draft", "在定名单"
    ASKED = "asked", "待审批"
    APPROVED = "approved", "已同意，正在安排"
    RUNNING = "running", "发放中"
    FINISHED = "finished", "已办结"
    CANCELLED = "cancelled", "已取消"


class Standing(models.TextChoices):
    """A family on the list of a round, or why it is not."""

    IN = "in", "在名单里"
    REPEAT = "repeat", "发过，没列入"
    OUT = "out", "已移出"
    GONE = "gone", "已迁出、注销"


class MissWhy(models.TextChoices):
    """Why something was not handed over."""

    AWAY = "away", "家里没人"
    REFUSED = "refused", "不要"
    MOVED = "moved", "搬走或去世"
    NOT_FIT = "not_fit", "不符合条件"
    OTHER = "other", "其他"


class CashHow(models.TextChoices):
    """How money reaches the family; through the bank is preferred."""

    BANK = "bank", "银行转账"
    CASH = "cash", "现金"


class ReceiptKind(models.TextChoices):
    SIGNATURE = "signature", "手机签名"
    SLIP = "slip", "签收单照片"
    BANK = "bank", "银行回单"


class PeriodState(models.TextChoices):
    """A month of the books; one without a row is open."""

    LOCKED = "locked", "已锁"
    REOPENED = "reopened", "重开"


class ReopenState(models.TextChoices):
    ASKED = "asked", "待审批"
    GRANTED = "granted", "已同意"
    REFUSED = "refused", "没有同意"


# --- pairing -----------------------------------------------------------------------------------------------------------
class HelperKind(models.TextChoices):
    """Who helps a family (handbook 4.4)."""

    COMMITTEE = "committee", "执委"
    WORKER = "worker", "社区工作者"
    PARTY = "party", "党员"
    VOLUNTEER = "volunteer", "志愿者"
    GROUP = "group", "妇女小组"
    UNIT = "unit", "单位、企业、商户"
    SOCIETY = "society", "社会组织"
    SCHOOL = "school", "学校"
    LAWYER = "lawyer", "律师"
    DOCTOR = "doctor", "医生"
    NEIGHBOUR = "neighbour", "邻居"


class UnitLevel(models.TextChoices):
    """Level of a helper's unit, as the official handbook has it."""

    PROVINCE = "province", "省直"
    CITY = "city", "市直"
    COUNTY = "county", "县（区）直"
    TOWN = "town", "乡镇（街道）"
    VILLAGE = "village", "村（社区）"


class HelpKind(models.TextChoices):
    """What is promised (handbook 4.4)."""

    COMPANY = "company", "陪伴探望"
    CARE = "care", "家务照料"
    LESSONS = "lessons", "学业辅导"
    JOB = "job", "就业介绍"
    MONEY = "money", "资金"
    GOODS = "goods", "物资"
    MEDICAL = "medical", "医疗联系"
    LAW = "law", "法律帮助"
    MIND = "mind", "心理疏导"
    OTHER = "other", "其他"


class PairingState(models.TextChoices):
    WAITING = "waiting", "待第二人签字"
    ACTIVE = "active", "结对中"
    ENDED = "ended", "已结束"
    REFUSED = "refused", "没有同意"


class PairingEnd(models.TextChoices):
    """Why a pairing ended."""

    DONE = "done", "到期完成"
    STANDS = "stands", "家庭已脱困"
    CHANGED = "changed", "改了约定"
    HELPER = "helper", "帮扶人不能继续"
    FAMILY = "family", "家庭不愿意"
    SILENT = "silent", "长期没有联系"
    MOVED = "moved", "迁出或去世"
    OTHER = "other", "其他"


# --- what a file holds ---------------------------------------------------------------------------------------------------
class DangerGrade(models.TextChoices):
    """Grade of a dangerous building (JGJ 125)."""

    A = "A", "A 级（无危险）"
    B = "B", "B 级（个别构件危险）"
    C = "C", "C 级（局部危险）"
    D = "D", "D 级（整幢危险）"


class NeedKind(models.TextChoices):
    """What a family needs (handbook 4.2)."""

    GOODS = "goods", "生活物资"
    MONEY = "money", "资金救助"
    MEDICAL = "medical", "医疗"
    SCHOOL = "school", "就学助学"
    JOB = "job", "就业"
    TRAINING = "training", "技能培训"
    HOUSING = "housing", "住房修缮"
    CARE = "care", "照料陪护"
    MIND = "mind", "心理疏导"
    LAW = "law", "法律援助"
    POLICY = "policy", "政策咨询"
    CHILDCARE = "childcare", "子女托管"
    PAPERS = "papers", "证件办理"
    OTHER = "other", "其他"


class NeedState(models.TextChoices):
    OPEN = "open", "未解决"
    MET = "met", "已解决"
    DROPPED = "dropped", "不需要了"


class Priority(models.IntegerChoices):
    HIGH = 1, "急"
    MIDDLE = 2, "一般"
    LOW = 3, "可以等"


class MeasureState(models.TextChoices):
    OPEN = "open", "进行中"
    DONE = "done", "已完成"
    CARRIED = "carried", "转下季度"
    DROPPED = "dropped", "不做了"


class Effect(models.TextChoices):
    """What a measure brought."""

    GOOD = "good", "有效果"
    PART = "part", "有一些"
    NONE = "none", "没有效果"


class EvidenceKind(models.TextChoices):
    """Papers that prove what the file says (handbook 4.2)."""

    APPLICATION = "application", "申请书（同意书）"
    IDENTITY = "identity", "身份证、户口簿"
    DISABILITY = "disability", "残疾人证"
    DIAGNOSIS = "diagnosis", "诊断、出院材料"
    DIBAO = "dibao", "低保证（特困证）"
    UNEMPLOYED = "unemployed", "失业证明"
    DIVORCE = "divorce", "离婚（死亡）证明"
    SCHOOL = "school", "在校证明"
    INCOME = "income", "收入证明"
    HOME = "home", "住房照片"
    OTHER = "other", "其他"


# --- policies -----------------------------------------------------------------------------------------------------------
class PolicyFor(models.TextChoices):
    PERSON = "person", "个人"
    FAMILY = "family", "全家"


class PolicyKind(models.TextChoices):
    """What a policy is about: by this the library is searched, and somebody asks to hear of new ones."""

    LIVING = "living", "生活救助"
    WORK = "work", "就业创业"
    HEALTH = "health", "医疗健康"
    DISABLED = "disabled", "残疾人"
    CHILD = "child", "儿童"
    HOME = "home", "住房"
    OTHER = "other", "其他"


class PolicyStepKind(models.TextChoices):
    """How far a family has come with a policy."""

    TOLD = "told", "已告知"
    APPLIED = "applied", "已申请"
    GRANTED = "granted", "已办成"
    REFUSED = "refused", "没有办成"
    UNWILLING = "unwilling", "本人不愿意"


class Fit(models.TextChoices):
    """How a family stands to a policy. Never "fits": only whoever grants it decides that (handbook 8.4)."""

    HELD = "held", "已经享受"
    MAY = "may", "可能符合"
    UNKNOWN = "unknown", "还差资料"
    NOT = "not", "不符合"


# --- public notice ------------------------------------------------------------------------------------------------------
class NoticeKind(models.TextChoices):
    """Kinds of help that may stand in public: none of them tells of an illness or a misfortune."""

    MONEY = "money", "资金救助"
    GOODS = "goods", "物资救助"
    SCHOOL = "school", "助学"
    HOUSING = "housing", "住房修缮"
    PAIRING = "pairing", "结对帮扶"
    OTHER = "other", "其他帮扶"


class NoticeState(models.TextChoices):
    DRAFT = "draft", "待发布"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤下"


class ObjectionState(models.TextChoices):
    OPEN = "open", "待核实"
    UPHELD = "upheld", "成立"
    DISMISSED = "dismissed", "不成立"


# --- requests -----------------------------------------------------------------------------------------------------------
class RequestState(models.TextChoices):
    OPEN = "open", "待审批"
    APPROVED = "approved", "已同意"
    REFUSED = "refused", "没有同意"
    WITHDRAWN = "withdrawn", "已撤回"


class Deed(models.TextChoices):
    """What a request would do."""

    STATUS_OPEN = "status_open", "加类别"
    STATUS_FIX = "status_fix", "更正类别（换证、改金额）"
    STATUS_END = "status_end", "结束类别"
    GUARDIAN = "guardian", "改监护人、照料人"
    ADDRESS = "address", "改住址"
    BANK = "bank", "登记（更换）银行账户"
