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

    CODE = "code", "进入居民端以后提出"
    PAPER = "paper", "当面看了身份证件"
    KNOWN = "known", "当面，工作人员认识本人"
    GUARDIAN = "guardian", "监护人，看了证件和监护关系"


class Way(models.TextChoices):
    """How somebody came in. Only the first makes sure by whom a WeChat is tied anew."""

    CODE = "code", "当面给的登录码"
    PHONE = "phone", "短信验证码"
    WECHAT = "wechat", "微信"


class GuardianKind(models.TextChoices):
    """Who may speak for a child (民法典 art. 27, 32)."""

    FATHER = "father", "父亲"
    MOTHER = "mother", "母亲"
    GRANDPARENT = "grandparent", "祖父母、外祖父母"
    SIBLING = "sibling", "成年兄姐"
    OTHER = "other", "其他监护人（居委会、民政等）"


class GuardianProof(models.TextChoices):
    """By what the staff made sure of the guardianship."""

    HUKOU = "hukou", "户口簿"
    BIRTH = "birth", "出生医学证明"
    COURT = "court", "法院判决、调解书"
    NAMED = "named", "居委会、民政指定监护的文书"
    ADOPTED = "adopted", "收养登记证"


class GuardianEnd(models.TextChoices):
    WITHDRAWN = "withdrawn", "监护人撤回"
    OVER = "over", "不再是监护人"
    MISTAKE = "mistake", "登记错了"
