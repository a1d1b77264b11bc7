"""Words of the portal."""

from django.db import models


class Right(models.TextChoices):
    """What she may ask of what is kept of her (个人信息保护法 art. 45, 46, 47)."""

    COPY = "copy", "要一份副本"
    CORRECT = "correct", "更正、补充"
    DELETE = "delete", "删除"


class RequestState(models.TextChoices):
    OPEN = "open", "待答复"
    DONE = "done", "已办理"
    REFUSED = "refused", "没有办理"
    WITHDRAWN = "withdrawn", "本人撤回"


class Proof(models.TextChoices):
    """How it was made sure that it is she who asks."""

    CODE = "code", "用登录码进入后提出"
    PAPER = "paper", "当面看了身份证件"
    KNOWN = "known", "当面，工作人员认识本人"
    GUARDIAN = "guardian", "监护人，看了证件和监护关系"
