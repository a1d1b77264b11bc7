"""What she herself wants of messages."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Choice(models.Model):
    """消息选择。 By what she wants to be told that something waits for her, and when. It only ever narrows what may be done
    (households.contact): no channel here means that she looks by herself."""

    person = models.OneToOneField(
        settings.NOTICES_PERSON_MODEL, models.PROTECT, verbose_name="居民", related_name="notice_choice"
    )
    channels = models.JSONField("用什么提醒", default=list)
    hour_from = models.TimeField("时间从", null=True, blank=True)
    hour_to = models.TimeField("时间到", null=True, blank=True)
    chosen_at = models.DateTimeField("选定时间", default=timezone.now)

    class Privacy:
        internal = {"id", "person", "chosen_at"}
        personal = {"channels", "hour_from", "hour_to"}

    class Meta:
        verbose_name = verbose_name_plural = "消息选择"
        default_permissions = ()

    def __str__(self):
        return f"{self.person}"
