"""Words of job support (handbook 8)."""

from django.db import models


class JobKind(models.TextChoices):
    """Kinds of work that women of a community look for and train for; also what a skill is for."""

    CLEAN = "clean", "家政保洁"
    NANNY = "nanny", "月嫂育婴"
    CARE = "care", "养老护理"
    COOK = "cook", "厨师面点"
    SERVE = "serve", "餐饮服务"
    SHOP = "shop", "收银零售"
    OFFICE = "office", "文员客服"
    SEW = "sew", "缝纫手工"
    ONLINE = "online", "电商直播"
    TEACH = "teach", "教育托管"
    BEAUTY = "beauty", "美容美发"
    MAKE = "make", "生产装配"
    GUARD = "guard", "物业后勤"
    OTHER = "other", "其他"


class WorkKind(models.TextChoices):
    """用工形式 (handbook 8.2)."""

    FULL = "full", "全日制"
    PART = "part", "非全日制"
    FLEXIBLE = "flexible", "灵活就业"
    HOME = "home", "居家手工"
    DOMESTIC = "domestic", "家政"
    PUBLIC = "public", "公益性岗位"


class SeekerState(models.TextChoices):
    REGISTERED = "registered", "已登记"
    ACTIVE = "active", "求职中"
    EMPLOYED = "employed", "已就业"
    STABLE = "stable", "稳定就业"
    PAUSED = "paused", "暂停"
    CLOSED = "closed", "已注销"


class Occupation(models.TextChoices):
    """What she does now."""

    LOOKING = "looking", "待业"
    LOST = "lost", "失业"
    WORKING = "working", "在职"
    FLEXIBLE = "flexible", "灵活就业"
    RETIRED = "retired", "退休"
    STUDENT = "student", "在校"


class LostWhy(models.TextChoices):
    """失业原因 (handbook 8.3)."""

    EXPIRED = "expired", "合同到期"
    LAID_OFF = "laid_off", "企业裁员"
    RESIGNED = "resigned", "辞职"
    CLOSED = "closed", "关闭破产"
    GRADUATED = "graduated", "毕业未就业"
    TRADER = "trader", "个体停业"
    LAND = "land", "征地"
    OTHER = "other", "其他"


class SkillLevel(models.TextChoices):
    """职业技能等级: five, the first the highest; a certificate may have none."""

    NONE = "none", "没有证书"
    SPECIAL = "special", "专项能力（培训合格）"
    FIVE = "five", "五级（初级工）"
    FOUR = "four", "四级（中级工）"
    THREE = "three", "三级（高级工）"
    TWO = "two", "二级（技师）"
    ONE = "one", "一级（高级技师）"


class SeekerSource(models.TextChoices):
    VISIT = "visit", "走访"
    CONCERN = "concern", "诉求转来"
    SURVEY = "survey", "问卷"
    FAIR = "fair", "招聘会"
    SELF = "self", "本人来登记"


class SeekerEnd(models.TextChoices):
    WISH = "wish", "本人不再求职"
    RETIRED = "retired", "办理退休"
    MOVED = "moved", "迁出本社区"
    DIED = "died", "去世"
    WRONG = "wrong", "登记错了"
