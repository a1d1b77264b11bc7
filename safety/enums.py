"""Words of the sealed compartment."""

from django.db import models


class Sign(models.TextChoices):
    """What a visitor noticed (handbook 2.5, 7.6; 强制报告 opinion of 2020)."""

    FIGHT = "fight", "打架、争吵动手"
    INJURY = "injury", "身上有伤"
    THREAT = "threat", "威胁、跟踪、控制"
    FEAR = "fear", "害怕、不敢说话"
    CHILD_HURT = "child_hurt", "孩子受伤或可能受侵害"
    CHILD_ALONE = "child_alone", "孩子没人管"
    SELF_HARM = "self_harm", "想不开、自伤"
    OTHER = "other", "其他"


CHILD_SIGNS = {Sign.CHILD_HURT, Sign.CHILD_ALONE}


class ReportState(models.TextChoices):
    """Open until somebody wrote down what was done; who has looked at a report says the sealed audit trail."""

    OPEN = "open", "待处理"
    HANDLED = "handled", "已处理"


class ReportSource(models.TextChoices):
    VISIT = "visit", "走访"
    IMPORT = "import", "台账导入"
    FRONT_DESK = "front_desk", "窗口接待"
    PHONE = "phone", "来电（12338）"
    POLICE = "police", "公安告知"
    SCHOOL = "school", "学校、医院、幼儿园报告"
    OTHERS = "others", "别人反映"
    PORTAL = "portal", "居民端"
    SURVEY = "survey", "问卷"
    FILE = "file", "受限档案"
    MEDIATION = "mediation", "调解微家"
    JOB = "job", "就业回访"


# How somebody at the desk may have come to know; the others are written by the program.
TOLD_AT_DESK = (
    ReportSource.FRONT_DESK, ReportSource.PHONE, ReportSource.OTHERS, ReportSource.POLICE, ReportSource.SCHOOL,
)  # fmt: skip


class Known(models.TextChoices):
    """How the office came to know, in the words of the file."""

    VISIT = "visit", "走访时发现"
    DESK = "desk", "本人上门"
    PHONE = "phone", "来电（12338）"
    OTHER = "other", "别人反映"
    POLICE = "police", "公安告知"
    SCHOOL = "school", "学校、医院、幼儿园报告"
    PAPER = "paper", "材料、台账里写着"
    PORTAL = "portal", "居民端写来的"
    MEDIATION = "mediation", "调解微家转来"
    SURVEY = "survey", "填问卷时写来的"
    JOB = "job", "就业回访时知道的"


# A report of each source, as the file says it.
KNOWN_FROM = {
    ReportSource.VISIT: Known.VISIT, ReportSource.IMPORT: Known.PAPER, ReportSource.FRONT_DESK: Known.DESK,
    ReportSource.PHONE: Known.PHONE, ReportSource.POLICE: Known.POLICE, ReportSource.SCHOOL: Known.SCHOOL,
    ReportSource.PORTAL: Known.PORTAL, ReportSource.SURVEY: Known.SURVEY, ReportSource.MEDIATION: Known.MEDIATION,
    ReportSource.JOB: Known.JOB,
}  # fmt: skip


class Kind(models.TextChoices):
    """What an entry of a safety file is (handbook 7.6). The order is the one of the page."""

    INTAKE = "intake", "受理记录"
    MORE = "more", "又有反映"
    DANGER = "danger", "危险评估"
    CONTACT = "contact", "怎么联系才安全"
    REPORT = "report", "报案、报告"
    NO_REPORT = "no_report", "不报案的决定"
    PLAN = "plan", "安全计划"
    HELP = "help", "帮助、转介"
    FOLLOW = "follow", "回访"
    LETTER = "letter", "告诫书"
    LETTER_VISIT = "letter_visit", "告诫书查访"
    ORDER = "order", "人身安全保护令"
    ORDER_TALK = "order_talk", "和她商量延长"
    BREACH = "breach", "违反保护令"
    WISH = "wish", "她的书面意愿（民事事项）"
    WISH_DECIDED = "wish_decided", "民事事项的决定"
    EVIDENCE = "evidence", "证据"
    NOTE = "note", "记事"
    AMEND = "amend", "更正"
    REVIEW = "review", "核对谁看得到"
    COPY = "copy", "出具副本"
    URGENT = "urgent", "紧急打开"
    CLOSE = "close", "结案"
    REOPEN = "reopen", "重新打开"
    KEEP = "keep", "延长保管"


class Capacity(models.TextChoices):
    """Whether she can decide for herself; all but the first oblige to report (反家庭暴力法 art. 14, 未成年人保护法 art. 11)."""

    FULL = "full", "成年人，能自己作主"
    MINOR = "minor", "未满十八周岁"
    LIMITED = "limited", "无民事行为能力或者限制民事行为能力"
    CANNOT = "cannot", "因年老、残疾、重病、被强制等不能自己报案"


class Harm(models.TextChoices):
    """反家庭暴力法 art. 2, 法释〔2022〕17号 art. 3, and the nine situations of the 2020 opinion on minors."""

    BEATING = "beating", "殴打、残害"
    BOUND = "bound", "捆绑、限制自由"
    INSULT = "insult", "经常谩骂、恐吓、侮辱、诽谤"
    THREAT = "threat", "威胁、跟踪、骚扰"
    STARVED = "starved", "冻饿、不给治病"
    SEXUAL = "sexual", "性侵害、私处异常损伤、怀孕或流产"
    INJURED = "injured", "多处损伤、严重营养不良、昏迷"
    SELF_HARM = "self_harm", "自杀、自残、中毒"
    LEFT = "left", "被遗弃、长期没人照料"
    UNKNOWN = "unknown", "身份不明、走失、可能被拐"
    BEGGING = "begging", "被组织乞讨"
    OTHER = "other", "其他侵害或者危险"


class Told(models.TextChoices):
    POLICE = "police", "公安（派出所、110）"
    CIVIL = "civil", "民政"
    EDUCATION = "education", "教育"


class HelpKind(models.TextChoices):
    POLICE = "police", "报警陪同"
    HOSPITAL = "hospital", "就医"
    INJURY = "injury", "伤情鉴定"
    SHELTER = "shelter", "庇护"
    LEGAL = "legal", "法律援助"
    MIND = "mind", "心理疏导"
    CHILD = "child", "孩子照料"
    ORDER = "order", "申请保护令"
    OTHER = "other", "其他"


class Proof(models.TextChoices):
    """Evidence that a court takes for a protection order (法释〔2022〕17号 art. 6)."""

    SAID = "said", "本人陈述"
    LETTER = "letter", "告诫书、行政处罚决定书"
    POLICE = "police", "出警记录、询问笔录、报警回执"
    PLEDGE = "pledge", "悔过书、保证书"
    MEDIA = "media", "录音、录像、照片"
    MESSAGES = "messages", "电话录音、短信、聊天记录、邮件"
    MEDICAL = "medical", "诊疗记录"
    OFFICE = "office", "单位、社区、妇联等的受理记录"
    WITNESS = "witness", "子女、亲友、邻居的证言"
    INJURY = "injury", "伤情鉴定意见"
    OTHER = "other", "其他证据"


class Offer(models.TextChoices):
    """How far a referral has come."""

    OFFERED = "offered", "已提出"
    ACCEPTED = "accepted", "接受"
    REFUSED = "refused", "不要"
    DONE = "done", "已办成"


class Measure(models.TextChoices):
    """反家庭暴力法 art. 29, 法释〔2022〕17号 art. 10."""

    VIOLENCE = "violence", "禁止家庭暴力"
    CONTACT = "contact", "禁止骚扰、跟踪、接触"
    MOVE_OUT = "move_out", "迁出住所"
    MESSAGES = "messages", "禁止发信息、打电话等"
    NEAR = "near", "禁止靠近住所、学校、单位"
    OTHER = "other", "其他措施"


class OrderStep(models.TextChoices):
    ASKED = "asked", "已申请"
    GRANTED = "granted", "已作出"
    EXTENDED = "extended", "已延长"
    REFUSED = "refused", "不予支持"
    ENDED = "ended", "撤销、失效"


class Visited(models.TextChoices):
    VICTIM = "victim", "查访受害人"
    OFFENDER = "offender", "查访加害人"


class Danger(models.TextChoices):
    RED = "red", "高"
    YELLOW = "yellow", "中"
    GREEN = "green", "低"


class Outcome(models.TextChoices):
    SAFE = "safe", "已经安全，回访完成"
    MOVED = "moved", "已移交外地妇联、派出所"
    WISH = "wish", "她本人要求不再联系"
    UNFOUNDED = "unfounded", "核实后没有暴力"
    DEATH = "death", "本人去世"
    OTHER = "other", "其他"


class Part(models.TextChoices):
    """What somebody in the circle of a file is there for."""

    LEAD = "lead", "主办"
    WORKER = "worker", "协办"
    CHAIR = "chair", "妇联负责人"
    LAWYER = "lawyer", "律师（心理顾问）"
    NAMED = "named", "点名可看"
    URGENT = "urgent", "紧急打开"
