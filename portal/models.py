"""A woman's own way in: codes that her grid worker gives her, and the hours she is in with one. She is never a User."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import ScopedQuerySet
from fedhub.core.fields import BlindIndexField, EncryptedTextField, RandomKeyField
from fedhub.core.text import mask_all
from households.models import Resident
from portal.enums import Proof, RequestState, Right


class OfResidentQuerySet(ScopedQuerySet):
    scope_path = "resident__area"


class EntryCodeQuerySet(OfResidentQuerySet):
    def open(self, now=None):
        """Codes that still open: neither used nor taken back, and not too old."""
        return self.filter(used_at=None, dropped_at=None, expires_at__gt=now or timezone.now())


class EntryCode(models.Model):
    """登录码。 A one-time code handed to a woman in person; only its fingerprint is kept."""

    id = RandomKeyField()
    resident = models.ForeignKey(Resident, models.PROTECT, verbose_name="居民", related_name="entry_codes")
    blind = BlindIndexField("登录码指纹", unique=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁给的", related_name="+")
    issued_at = models.DateTimeField("什么时候给的", default=timezone.now)
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("用掉的时间", null=True, blank=True)
    used_with = BlindIndexField("用掉它的那张表的指纹")
    dropped_at = models.DateTimeField("作废的时间", null=True, blank=True)

    objects = EntryCodeQuerySet.as_manager()

    class Privacy:
        internal = {"id", "resident", "issued_by", "issued_at", "expires_at", "used_at", "dropped_at"}
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
    blind = BlindIndexField("浏览器钥匙指纹", unique=True)
    began_at = models.DateTimeField("登录时间", default=timezone.now)
    ended_at = models.DateTimeField("退出时间", null=True, blank=True)

    objects = OfResidentQuerySet.as_manager()

    class Privacy:
        internal = {"id", "resident", "began_at", "ended_at"}
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


class RightsRequest(models.Model):
    """个人信息请求。 What she asks of what is kept of her, by when it is answered, and how (个人信息保护法 art. 45-50)."""

    id = RandomKeyField()
    resident = models.ForeignKey(Resident, models.PROTECT, verbose_name="居民", related_name="rights_requests")
    kind = models.CharField("要什么", max_length=10, choices=Right)
    words = EncryptedTextField("说明", column="portal.RightsRequest.words", text_length=1000)
    proof = models.CharField("怎么确认是本人", max_length=10, choices=Proof)
    made_on = models.DateField("提出日期", default=timezone.localdate)
    due_on = models.DateField("答复期限")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+", null=True, blank=True
    )
    state = models.CharField("状态", max_length=10, choices=RequestState, default=RequestState.OPEN)
    answer = EncryptedTextField("答复", column="portal.RightsRequest.answer", text_length=1000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="答复人", related_name="+", null=True, blank=True
    )
    answered_on = models.DateField("答复日期", null=True, blank=True)

    objects = OfResidentQuerySet.as_manager()

    class Privacy:
        internal = {
            "id", "resident", "kind", "proof", "made_on", "due_on", "taken_by", "state", "answered_by", "answered_on",
        }  # fmt: skip
        personal = {"words", "answer"}
        masks = {"words": mask_all, "answer": mask_all}

    class Meta:
        verbose_name = verbose_name_plural = "个人信息请求"
        default_permissions = ("view", "add", "change")
        indexes = [models.Index(fields=["due_on", "id"], condition=Q(state="open"), name="portal_rights_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "kind"], condition=Q(state="open"), name="portal_rights_one_open_a_kind"
            ),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="portal_rights_state_known"),
            models.CheckConstraint(condition=Q(due_on__gt=models.F("made_on")), name="portal_rights_days"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "withdrawn"], answered_by=None, answered_on=None)
                | Q(state__in=["done", "refused"], answered_by__isnull=False, answered_on__isnull=False),
                name="portal_rights_answered_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.resident} {self.get_kind_display()}"

    def get_absolute_url(self):
        return reverse("portal:rights_detail", args=[self.pk])
