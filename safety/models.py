"""Sealed reports of violence or child harm: own key, own circle, no link that another table could betray."""

from django.db import models
from django.db.models import Q

from fedhub.areas.models import Area, ScopedQuerySet
from fedhub.core.fields import EncryptedJSONField, EncryptedTextField, RandomKeyField
from safety.enums import ReportSource, ReportState


class RiskReportQuerySet(ScopedQuerySet):
    def open(self):
        """Waiting for the trained person."""
        return self.filter(state=ReportState.OPEN)


class RiskReport(models.Model):
    """风险报告（受限）。 Written once by whoever noticed; read only by the trained person of the area.

    Who it is about and who told it lie inside the encrypted columns: a foreign key to a household would betray the
    report by a refused deletion or a merge preview. The random key tells no order.
    """

    id = RandomKeyField()
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="网格", related_name="+")
    source = models.CharField("来源", max_length=10, choices=ReportSource, default=ReportSource.VISIT)
    subject = EncryptedJSONField("涉及的人", column="safety.RiskReport.subject", ring="sealed")
    reporter = EncryptedJSONField("报告人", column="safety.RiskReport.reporter", ring="sealed")
    signs = EncryptedJSONField("迹象", column="safety.RiskReport.signs", ring="sealed")
    text = EncryptedTextField("看到听到的", column="safety.RiskReport.text", ring="sealed", text_length=2000)
    reported_at = models.DateTimeField("报告时间", auto_now_add=True)
    state = models.CharField("状态", max_length=10, choices=ReportState, default=ReportState.OPEN)
    handled_note = EncryptedTextField(
        "处理情况", column="safety.RiskReport.handled_note", ring="sealed", text_length=2000
    )
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = RiskReportQuerySet.as_manager()

    class Privacy:
        sealed = {
            "id", "area", "source", "subject", "reporter", "signs", "text", "reported_at", "state", "handled_note",
            "version", "updated_at",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "风险报告（受限）"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "-reported_at", "id"], name="safety_report_area_sort"),
            models.Index(fields=["-reported_at", "id"], name="safety_report_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="safety_report_state_known"),
        ]

    def __str__(self):
        return "有一条待办"
