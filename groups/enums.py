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


class ServiceKind(models.TextChoices):
    """What volunteers do (handbook 9.2)."""

    ELDERS = "elders", "助老"
    CHILDREN = "children", "带孩子、接送"
    TUTORING = "tutoring", "辅导功课"
    ARTS = "arts", "文艺演出"
    CLEAN = "clean", "环境整治"
    LAW = "law", "法律"
    MIND = "mind", "心理"
    MEDICAL = "medical", "义诊、健康"
    SAFETY = "safety", "巡查、应急"
    EVENT = "event", "活动服务"
    OTHER = "other", "其他"


# Work for which somebody has to be insured first (志愿服务条例 art. 17).
RISKY = (ServiceKind.SAFETY,)


class FreeTime(models.TextChoices):
    """When a volunteer has time."""

    WEEKDAY_AM = "weekday_am", "平日上午"
    WEEKDAY_PM = "weekday_pm", "平日下午"
    WEEKDAY_EVE = "weekday_eve", "平日晚上"
    WEEKEND_AM = "weekend_am", "周末上午"
    WEEKEND_PM = "weekend_pm", "周末下午"
    WEEKEND_EVE = "weekend_eve", "周末晚上"


class VolunteerState(models.TextChoices):
    PENDING = "pending", "待审核"
    ACTIVE = "active", "正常"
    PAUSED = "paused", "暂停"
    LEFT = "left", "已退出"
    REFUSED = "refused", "没有通过"


class ServiceState(models.TextChoices):
    """An hour counts after it was confirmed by the leader and stood before the members (handbook 9.2)."""

    OPEN = "open", "已签到"
    RECORDED = "recorded", "待确认"
    CONFIRMED = "confirmed", "公示中"
    COUNTED = "counted", "已计入"
    VOID = "void", "已作废"
