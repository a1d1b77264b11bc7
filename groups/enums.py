"""Words of groups, backbone women, volunteers and activities (队伍、骨干、志愿者、活动)."""

from django.db import models


class GroupKind(models.TextChoices):
    """Handbook 9.1."""

    ARTS = "arts", "文艺宣传队"
    DANCE = "dance", "广场舞队"
    CHOIR = "choir", "合唱队"
    READING = "reading", "读书会"
    MOTHERS = "mothers", "妈妈互助组"
    CRAFT = "craft", "编织、手工坊"
    LECTURERS = "lecturers", "家教讲师团"
    LAWYERS = "lawyers", "律师团"
    MEDIATION = "mediation", "调解队"
    CUSTOMS = "customs", "红白理事会"
    SERVICE = "service", "志愿服务队"
    OTHER = "other", "其他"


class GroupState(models.TextChoices):
    ACTIVE = "active", "活动中"
    RESTING = "resting", "暂停活动"
    ENDED = "ended", "已解散"


class MemberRole(models.TextChoices):
    LEADER = "leader", "队长"
    DEPUTY = "deputy", "副队长"
    MEMBER = "member", "队员"


class MemberState(models.TextChoices):
    """A place in a group: asked for on her own page or entered by staff, then held from a day to a day."""

    ASKED = "asked", "申请加入"
    ACTIVE = "active", "在队"
    REFUSED = "refused", "没有同意"
    WITHDRAWN = "withdrawn", "自己撤回"
    LEFT = "left", "已退出"


class Present(models.TextChoices):
    """How a member was at a rehearsal."""

    CAME = "came", "到"
    LATE = "late", "迟到"
    EXCUSED = "excused", "请假"
    ABSENT = "absent", "没到"
