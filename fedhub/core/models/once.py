"""Keys that make a repeated submission harmless."""

from django.conf import settings
from django.db import models


class OnceKey(models.Model):
    """一次键。 One saved staff form: a double tap or a resend finds the key and answers with the same result."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="操作人", related_name="+")
    key = models.UUIDField("键")
    view = models.CharField("页面", max_length=80)
    result_url = models.CharField("结果地址", max_length=300, blank=True)
    made_at = models.DateTimeField("时间", auto_now_add=True)

    class Privacy:
        internal = {"id", "user", "key", "view", "result_url", "made_at"}

    class Meta:
        verbose_name = verbose_name_plural = "一次键"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="core_once_user_key")]

    def __str__(self):
        return str(self.key)
