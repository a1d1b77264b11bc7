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


class EmployerState(models.TextChoices):
    NEW = "new", "待核验"
    CHECKED = "checked", "已核验"
    SUSPENDED = "suspended", "已暂停"


class CheckPaper(models.TextChoices):
    """What the employer was checked by."""

    LICENCE = "licence", "营业执照原件"
    REGISTER = "register", "国家企业信用信息公示系统"
    OFFICE = "office", "人社部门来函"


class PostState(models.TextChoices):
    DRAFT = "draft", "草稿"
    OPEN = "open", "招聘中"
    HIDDEN = "hidden", "到期未更新"
    FILLED = "filled", "已招满"
    SUSPENDED = "suspended", "已暂停"
    CLOSED = "closed", "已关闭"


class PostSource(models.TextChoices):
    EMPLOYER = "employer", "用人单位"
    LABOUR = "labour", "人社部门"
    AGENCY = "agency", "人力资源机构"


class PayUnit(models.TextChoices):
    MONTH = "month", "元/月"
    HOUR = "hour", "元/小时"
    PIECE = "piece", "元/件"


class ContractKind(models.TextChoices):
    LABOUR = "labour", "劳动合同"
    SERVICE = "service", "劳务（家政）协议"
    DISPATCH = "dispatch", "劳务派遣"


class ComplaintKind(models.TextChoices):
    FEE = "fee", "收费"
    DEPOSIT = "deposit", "收押金、要担保"
    ID_HELD = "id_held", "扣押身份证（证件）"
    FALSE = "false", "信息不实"
    BIAS = "bias", "歧视"
    PAY = "pay", "拖欠工资"
    OTHER = "other", "其他"


# One of these is enough to stop all posts of an employer (acceptance F6.9; 劳动合同法 art. 9).
GRAVE = (ComplaintKind.FEE, ComplaintKind.DEPOSIT, ComplaintKind.ID_HELD)


class ApplicationState(models.TextChoices):
    RECOMMENDED = "recommended", "已推荐"
    INTERVIEWING = "interviewing", "面试"
    POOL = "pool", "留作备选"
    HIRED = "hired", "已录用"
    REFUSED = "refused", "未录用"
    ELSEWHERE = "elsewhere", "到别处就业"
    WITHDRAWN = "withdrawn", "本人不去了"


class RefusedWhy(models.TextChoices):
    """Why an employer did not take her. What she reads is REFUSED_WORDS, what staff note beside it she never reads."""

    FILLED = "filled", "已经招满"
    SKILL = "skill", "技能、经验不够"
    CERTIFICATE = "certificate", "没有要求的证书"
    HOURS = "hours", "时间对不上"
    WAY = "way", "离得远"
    PAY = "pay", "工资没谈拢"
    HEALTH = "health", "岗位体力要求"
    BIAS = "bias", "疑似歧视（婚育、性别等）"
    SILENT = "silent", "单位没有回音"
    OTHER = "other", "其他"


REFUSED_WORDS = {
    RefusedWhy.FILLED: "这个岗位已经招满了。",
    RefusedWhy.SKILL: "单位想找这方面做过的人。要不要参加免费培训，我们帮您看。",
    RefusedWhy.CERTIFICATE: "这个岗位要有证书。想考的话，我们帮您找免费的班。",
    RefusedWhy.HOURS: "单位的上班时间和您的时间对不上。",
    RefusedWhy.WAY: "路上时间太长，没有谈成。",
    RefusedWhy.PAY: "工资没有谈拢。",
    RefusedWhy.HEALTH: "这个岗位对体力的要求不合适。",
    RefusedWhy.BIAS: "这次没有录用。理由我们正在和单位核实，不是您的问题。",
    RefusedWhy.SILENT: "单位一直没有回音，我们不再等了，继续帮您找。",
    RefusedWhy.OTHER: "这次没有录用，我们继续帮您找。",
}


class Share(models.TextChoices):
    """What she lets one employer know for one post, beside her name."""

    PHONE = "phone", "联系电话"
    AGE = "age", "年龄"
    EDUCATION = "education", "文化程度"
    SKILLS = "skills", "技能和证书"
    HOURS = "hours", "能上班的时间"
