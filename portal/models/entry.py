"""A woman's own way in: codes that her grid worker gives her or that are sent to her, and the hours she is in with one.

She is never a User.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from fedhub.core.fields import BlindIndexField, EncryptedTextField, RandomKeyField
from fedhub.core.text import mask_all
from households.models import Resident
from portal.enums import Way
from portal.models.guardian import Guardian, OfResidentQuerySet


class EntryCodeQuerySet(OfResidentQuerySet):
    def open(self, now=None):
        """Codes that still open: neither used nor taken back, and not too old."""
        return self.filter(used_at=None, dropped_at=None, expires_at__gt=now or timezone.now())


class EntryCode(models.Model):
    """登录码。 A one-time code handed to a woman in person; only its fingerprint is kept."""

    id = RandomKeyField()
    resident = models.ForeignKey(Resident, models.PROTECT, verbose_name="居民", related_name="entry_codes")
    guardian = models.ForeignKey(
        Guardian, models.PROTECT, verbose_name="监护人", related_name="entry_codes", null=True, blank=True
    )
    blind = BlindIndexField("登录码指纹", unique=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁给的", related_name="+")
    issued_at = models.DateTimeField("什么时候给的", default=timezone.now)
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("用掉的时间", null=True, blank=True)
    used_with = BlindIndexField("用掉它的那张表的指纹")
    dropped_at = models.DateTimeField("作废的时间", null=True, blank=True)

    objects = EntryCodeQuerySet.as_manager()

    class Privacy:
        internal = {"id", "resident", "guardian", "issued_by", "issued_at", "expires_at", "used_at", "dropped_at"}
        personal = {"blind", "used_with"}

    class Meta:
        verbose_name = verbose_name_plural = "登录码"
        default_permissions = ("add",)
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("issued_at")), name="portal_code_has_time"),
            models.CheckConstraint(condition=Q(used_at=None) | Q(dropped_at=None), name="portal_code_used_or_dropped"),
        ]

    def __str__(self):
        return f"{self.resident} 登录码"


class Stay(models.Model):
    """居民登录。 The hours she is in with one code, on one browser; only the fingerprint of the browser's key is kept."""

    id = RandomKeyField()
    resident = models.ForeignKey(Resident, models.PROTECT, verbose_name="居民", related_name="stays")
    guardian = models.ForeignKey(
        Guardian, models.PROTECT, verbose_name="监护人", related_name="stays", null=True, blank=True
    )
    way = models.CharField("怎么进来的", max_length=10, choices=Way, default=Way.CODE)
    blind = BlindIndexField("浏览器钥匙指纹", unique=True)
    began_at = models.DateTimeField("登录时间", default=timezone.now)
    ended_at = models.DateTimeField("退出时间", null=True, blank=True)

    objects = OfResidentQuerySet.as_manager()

    class Privacy:
        internal = {"id", "resident", "guardian", "way", "began_at", "ended_at"}
        personal = {"blind"}

    class Meta:
        verbose_name = verbose_name_plural = "居民登录"
        default_permissions = ()

    def __str__(self):
        return f"{self.resident} {self.began_at:%Y-%m-%d}"


class Binding(models.Model):
    """微信绑定。 Her WeChat, tied to her own record after she came in with a code; one of each at a time."""

    id = RandomKeyField()
    resident = models.ForeignKey(Resident, models.PROTECT, verbose_name="居民", related_name="bindings")
    blind = BlindIndexField("微信号指纹")
    openid = EncryptedTextField("微信号", column="portal.Binding.openid")
    bound_at = models.DateTimeField("绑定时间", default=timezone.now)
    ended_at = models.DateTimeField("解除时间", null=True, blank=True)

    objects = OfResidentQuerySet.as_manager()

    class Privacy:
        internal = {"id", "resident", "bound_at", "ended_at"}
        personal = {"blind", "openid"}
        masks = {"openid": mask_all}

    class Meta:
        verbose_name = verbose_name_plural = "微信绑定"
        default_permissions = ()
        permissions = [("make_wechatmenu", "生成微信菜单")]
        constraints = [
            models.UniqueConstraint(fields=["blind"], condition=Q(ended_at=None), name="portal_binding_one_a_wechat"),
        ]

    def __str__(self):
        return f"{self.resident} 微信"


class PhoneCode(models.Model):
    """短信验证码。 Somebody asked for one for a number. Whose number it is, and whether a message goes there, the worker finds out
    later, so that the page answers the same, and as quickly, for a number that nobody has.

    `blind` is the fingerprint of the six digits together with the last four of the identity number; the digits are kept nowhere.
    """

    id = RandomKeyField()
    handle = BlindIndexField("那张表的指纹", unique=True)
    number = EncryptedTextField("号码", column="portal.PhoneCode.number", text_length=30)
    number_blind = BlindIndexField("号码指纹")
    resident = models.ForeignKey(
        Resident, models.PROTECT, verbose_name="居民", related_name="phone_codes", null=True, blank=True
    )
    blind = BlindIndexField("验证码指纹")
    tries = models.PositiveSmallIntegerField("输过几次", default=0)
    asked_at = models.DateTimeField("要的时间", default=timezone.now)
    sent_at = models.DateTimeField("发出的时间", null=True, blank=True)
    used_at = models.DateTimeField("用掉的时间", null=True, blank=True)

    class Privacy:
        internal = {"id", "resident", "tries", "asked_at", "sent_at", "used_at"}
        personal = {"handle", "number", "number_blind", "blind"}
        masks = {"number": mask_all}

    class Meta:
        verbose_name = verbose_name_plural = "短信验证码"
        default_permissions = ()
        indexes = [models.Index(fields=["number_blind", "asked_at"], name="portal_phonecode_number")]

    def __str__(self):
        return f"{self.asked_at:%Y-%m-%d}"


class SentForm(models.Model):
    """已交的表。 The key of a form of a resident's page, and the code it was answered with: sent twice, it is one concern. It
    names nobody, and goes after a day."""

    id = RandomKeyField()
    key = BlindIndexField("表单指纹", unique=True)
    code = EncryptedTextField("查询码", column="portal.SentForm.code")
    on = models.DateField("日期", default=timezone.localdate)

    class Privacy:
        internal = {"id", "on"}
        personal = {"key", "code"}

    class Meta:
        verbose_name = verbose_name_plural = "已交的表"
        default_permissions = ()

    def __str__(self):
        return f"{self.on}"
