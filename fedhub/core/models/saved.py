"""What somebody looks for again and again."""

from django.conf import settings
from django.db import models


class SavedFilterManager(models.Manager):
    def visible_to(self, user, permission=None):
        """Those of `user`: nobody sees what another one looks for."""
        return self.get_queryset().filter(user=user)


class SavedFilter(models.Model):
    """常用条件。 A list's filters under a name of one's own; `query` is what stands in the address, never a number."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="谁的", related_name="+")
    page = models.CharField("页面", max_length=80)
    name = models.CharField("名称", max_length=30)
    query = models.CharField("条件", max_length=1000)
    made_at = models.DateTimeField("时间", auto_now_add=True)

    objects = SavedFilterManager()

    class Privacy:
        internal = {"id", "user", "page", "made_at"}
        personal = {"name", "query"}

    class Meta:
        verbose_name = verbose_name_plural = "常用条件"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "page", "name"], name="core_saved_once")]

    def __str__(self):
        return self.name
