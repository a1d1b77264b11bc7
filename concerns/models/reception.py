"""来访来电登记: the register of the front desk and the 12338 line."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from concerns.enums import ReceptionChannel
from concerns.models.concern import Concern
from fedhub.areas.models import AreaScoped, ScopedQuerySet
from fedhub.core.fields import BlindIndexField, EncryptedTextField
from fedhub.core.history import track
from fedhub.core.text import mask_phone


class ReceptionQuerySet(ScopedQuerySet):
    def for_list(self):
        return self.select_related("area", "handler", "concern")


class Reception(AreaScoped):
    """来访来电登记。 One visit to the front desk or call on the 12338 line (handbook 3.1, 信访接待)."""

    number = models.CharField("编号", max_length=20, unique=True)
    channel = models.CharField("方式", max_length=10, choices=ReceptionChannel)
    received_at = models.DateTimeField("时间", default=timezone.now)
    place = models.CharField("地点", max_length=40, blank=True)
    visitor_name = models.CharField("来访（来电）人", max_length=50, blank=True)
    phone = EncryptedTextField("联系电话", column="concerns.Reception.phone", text_length=30)
    phone_blind = BlindIndexField("联系电话指纹")
    resident = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="居民", related_name="+", null=True, blank=True
    )
    topic = models.CharField("方面", max_length=4, blank=True)
    matter = EncryptedTextField("事由", column="concerns.Reception.matter", text_length=2000)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="接待人", related_name="receptions"
    )
    opinion = EncryptedTextField("处理意见", column="concerns.Reception.opinion", text_length=1000)
    result = EncryptedTextField("结果", column="concerns.Reception.result", text_length=1000)
    concern = models.ForeignKey(
        Concern,
        models.PROTECT,
        verbose_name="转为诉求",
        related_name="receptions",
        null=True,
        blank=True,
        editable=False,
    )
    note = models.CharField("备注", max_length=200, blank=True)

    objects = ReceptionQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"number", "channel", "received_at", "place", "resident", "topic", "handler", "concern"}
        personal = {"visitor_name", "phone", "phone_blind", "matter", "opinion", "result", "note"}
        masks = {"phone": mask_phone}
        reveal = "households.reveal_resident"

    class Meta:
        verbose_name = verbose_name_plural = "来访来电登记"
        default_permissions = ("view", "add", "change")
        permissions = [
            ("export_reception", "导出来访来电登记"),
            ("export_full_reception", "导出不遮挡的来访来电登记"),
        ]
        indexes = [
            models.Index(fields=["area", "-received_at", "-id"], name="concerns_reception_area_sort"),
            models.Index(fields=["-received_at", "-id"], name="concerns_reception_sort"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=ReceptionChannel.values), name="concerns_reception_channel_known"
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.visitor_name}"

    def get_absolute_url(self):
        return reverse("concerns:reception_detail", args=[self.pk])
