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
