"""A handful of facts of the installation itself."""

from django.db import models


class Setting(models.Model):
    """本机设置。 A named fact of this installation: its id, when the last backup was made, when a tick last ran."""

    key = models.CharField("名称", max_length=40, unique=True)
    value = models.JSONField("值", default=dict)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    class Privacy:
        internal = {"id", "key", "value", "updated_at"}

    class Meta:
        verbose_name = verbose_name_plural = "本机设置"
        default_permissions = ()

    def __str__(self):
        return self.key
