"""Words of households and people."""

from django.db import models


class HouseholdState(models.TextChoices):
    ACTIVE = "active", "在册"
    MOVED = "moved", "已迁出"
    CLOSED = "closed", "已注销"


class HousingKind(models.TextChoices):
    OWN = "own", "自有"
    RENTED = "rented", "租住"
    PUBLIC = "public", "公房"
    BORROWED = "borrowed", "借住"
    OTHER = "other", "其他"


class ResidentState(models.TextChoices):
    ACTIVE = "active", "在册"
    MOVED = "moved", "已迁出"
    DECEASED = "deceased", "已故"
    MERGED = "merged", "已并入他人"


class MembershipKind(models.TextChoices):
    """Living somewhere and being registered somewhere are two facts (人户分离)."""

    LIVES = "lives", "居住"
    REGISTERED = "registered", "户籍"


class Source(models.TextChoices):
    """Where a fact came from."""

    VISIT = "visit", "走访"
    IMPORT = "import", "台账导入"
    DESK = "desk", "窗口登记"
    PHONE = "phone", "电话"
    DEPARTMENT = "department", "部门名单"
    SELF = "self", "本人申报"
    OTHER = "other", "其他"


class ExitReason(models.TextChoices):
    """Why a category ended (handbook 3.1)."""

    OUT = "out", "脱困"
    MOVED = "moved", "迁出"
    DIED = "died", "死亡"
    AGED = "aged", "年满"
    DUPLICATE = "duplicate", "重复"
    NOT_ELIGIBLE = "not_eligible", "不符合"
    OTHER = "other", "其他"


class ContactChannel(models.TextChoices):
    PHONE = "phone", "电话"
    SMS = "sms", "短信"
    WECHAT = "wechat", "微信"
    HOME = "home", "上门"
    LETTER = "letter", "信件"


class PhoneOwner(models.TextChoices):
    SELF = "self", "本人"
    SPOUSE = "spouse", "配偶"
    CHILD = "child", "子女"
    PARENT = "parent", "父母"
    HOME = "home", "家里座机"
    OTHER = "other", "其他人"


class ConsentPurpose(models.TextChoices):
    """Purposes for which consent is asked one by one (PIPL art. 13–17, 23, 29)."""

    RECORD = "record", "登记本人情况"
    SENSITIVE = "sensitive", "登记健康、残疾、困难等敏感情况"
    CONTACT = "contact", "日常联系"
    PHOTO = "photo", "拍照留存"
    SHARE = "share", "提供给其他单位"
    NOTICE = "notice", "公示"


class ConsentHow(models.TextChoices):
    PAPER = "paper", "纸质签字"
    ORAL = "oral", "口头（有见证人）"
    ONLINE = "online", "网上"


class LifeEvent(models.TextChoices):
    """What happens to families (decisions on an office's first day)."""

    MOVE_IN = "move_in", "迁入"
    MOVE_OUT = "move_out", "迁出"
    BIRTH = "birth", "出生"
    DEATH = "death", "去世"
    MARRIAGE = "marriage", "结婚"
    SPLIT = "split", "分户"
    MOVE_HOME = "move_home", "整户搬迁"


class ChildKind(models.TextChoices):
    """Kinds of the left-behind and difficult children's ledger (handbook 3.1; 未成年人保护法 art. 43).

    Violence against a child is never a kind here: it opens a sealed report.
    """

    LEFT_BEHIND = "left_behind", "留守"
    ORPHAN = "orphan", "孤儿"
    NO_CARER = "no_carer", "事实无人抚养"
    PARENT_PRISON = "parent_prison", "服刑人员子女"
    DISABLED = "disabled", "残疾"
    STREET = "street", "流浪"
    ILLNESS = "illness", "受艾滋病影响"
    DRUGS = "drugs", "吸毒家庭"
    HARDSHIP = "hardship", "家庭困难"


class LinkKind(models.TextChoices):
    """Through whom, or what, the federation reaches a woman (联系妇女, one link with every woman)."""

    HEAD = "head", "妇女小组长（联户长）"
    COMMITTEE = "committee", "执委"
    GROUP = "group", "妇女小组"
    WECHAT = "wechat", "微信"
    VOLUNTEER = "volunteer", "志愿者"
    OTHER = "other", "其他"


# Being in a group keeps somebody in reach, but names nobody who looks after her; with an account set it does.
OF_GROUPS = (LinkKind.GROUP, LinkKind.WECHAT)


class LinkEnd(models.TextChoices):
    """Why a link ended."""

    HANDED = "handed", "移交给别人"
    CHANGED = "changed", "换了联系人"
    LEFT = "left", "联系人离开"
    GROUP = "group", "退出小组（群）"
    WISH = "wish", "本人不愿意"
    GONE = "gone", "她迁出或去世"
    MERGED = "merged", "合并重复的人"
    MISTAKE = "mistake", "登记错了"


class ContactHow(models.TextChoices):
    """How she was last spoken to; a visit is noted by the visit itself."""

    VISIT = "visit", "走访"
    PHONE = "phone", "电话"
    WECHAT = "wechat", "微信"
    MEET = "meet", "见面"
    ACTIVITY = "activity", "参加活动"


class TaskKind(models.TextChoices):
    """Why somebody goes there besides the regular visit."""

    MUST = "must", "必访"
    CAMPAIGN = "campaign", "专项"
    GAP = "gap", "补联系"
    OTHER = "other", "其他"


class TaskState(models.TextChoices):
    OPEN = "open", "待走访"
    DONE = "done", "已走访"
    CANCELLED = "cancelled", "已取消"


class CampaignState(models.TextChoices):
    DRAFT = "draft", "准备中"
    RUNNING = "running", "进行中"
    CLOSED = "closed", "已结束"


class CampaignVisit(models.TextChoices):
    """Kinds of visits that a campaign asks for; the codes are those of a visit (grids.enums.VisitKind)."""

    HOLIDAY = "holiday", "节日慰问"
    CAMPAIGN = "campaign", "专项走访"
    SCREENING = "screening", "摸排"


class CampaignWhom(models.TextChoices):
    """To whom the families of a campaign are given when it starts."""

    NOBODY = "nobody", "先不分，谁去都行"
    WORKER = "worker", "各网格的网格员"
    COMMITTEE = "committee", "各网格的执委"


class Living(models.TextChoices):
    """Of whom somebody must live in a family, as a campaign chooses families."""

    ANYBODY = "", "男女都算"
    WOMAN = "2", "妇女（女孩）"


class TaskBatchKind(models.TextChoices):
    """What was done to many visit tasks at once."""

    ASSIGN = "assign", "分派"
    CANCEL = "cancel", "取消"


class AccessState(models.TextChoices):
    """Leave to open what is kept about a child."""

    ASKED = "asked", "待审批"
    GRANTED = "granted", "已同意"
    REFUSED = "refused", "没有同意"
    ENDED = "ended", "已收回"
