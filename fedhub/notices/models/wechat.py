"""What the office's WeChat account needs to remember: its token, and which messages came already."""

from django.db import models
from django.utils import timezone

from fedhub.core.fields import BlindIndexField, EncryptedTextField, RandomKeyField


class WechatToken(models.Model):
    """微信凭据。 A token that all workers share until it ends."""

    name = models.CharField("名称", max_length=30, unique=True)
    value = EncryptedTextField("凭据", column="notices.WechatToken.value", text_length=1000)
    expires_at = models.DateTimeField("有效期至")

    class Privacy:
        internal = {"id", "name", "expires_at"}
        personal = {"value"}

    class Meta:
        verbose_name = verbose_name_plural = "微信凭据"
        default_permissions = ()

    def __str__(self):
        return self.name


class WechatSeen(models.Model):
    """收过的微信消息。 The fingerprint of a message, so that one sent again does nothing; gone after a day."""

    id = RandomKeyField()
    mark = BlindIndexField("消息指纹", unique=True)
    on = models.DateField("日期", default=timezone.localdate)

    class Privacy:
        internal = {"id", "on"}
        personal = {"mark"}

    class Meta:
        verbose_name = verbose_name_plural = "收过的微信消息"
        default_permissions = ()

    def __str__(self):
        return f"{self.on}"
