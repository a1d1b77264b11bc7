"""Sealed reports of violence or child harm: own key, own circle, no link that another table could betray."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from fedhub.areas.models import Area, ScopedQuerySet
from fedhub.core.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField, RandomKeyField
from safety.enums import ReportSource, ReportState


class RiskReportQuerySet(ScopedQuerySet):
    def open(self):
        """Waiting for the trained person: everything not handled, looked at or not."""
        return self.exclude(state=ReportState.HANDLED)


class RiskReport(models.Model):
    """风险报告（受限）。 Written once by whoever noticed; read only by the trained person of the area.

    Who it is about and who told it lie inside the encrypted columns: a foreign key to a household would betray the
    report by a refused deletion or a merge preview. The random key tells no order, and only the day lies in clear: the
    moment, or where the report came from, would point at one visit and so at its worker. `once` is the fingerprint of
    the form's key; a row of OnceKey would name the writer.
    """

    id = RandomKeyField()
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="网格", related_name="+")
    source = EncryptedTextField("来源", column="safety.RiskReport.source", ring="sealed")
    subject = EncryptedJSONField("涉及的人", column="safety.RiskReport.subject", ring="sealed")
    reporter = EncryptedJSONField("报告人", column="safety.RiskReport.reporter", ring="sealed")
    signs = EncryptedJSONField("迹象", column="safety.RiskReport.signs", ring="sealed")
    text = EncryptedTextField("看到听到的", column="safety.RiskReport.text", ring="sealed", text_length=2000)
    reported_on = models.DateField("报告日期", default=timezone.localdate)
    state = models.CharField("状态", max_length=10, choices=ReportState, default=ReportState.OPEN)
    handled_note = EncryptedTextField(
        "处理情况", column="safety.RiskReport.handled_note", ring="sealed", text_length=2000
    )
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    once = BlindIndexField("表单指纹", unique=True)

    objects = RiskReportQuerySet.as_manager()

    class Privacy:
        sealed = {
            "id", "area", "source", "subject", "reporter", "signs", "text", "reported_on", "state", "handled_note",
            "version", "once",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "风险报告（受限）"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "-reported_on", "id"], name="safety_report_area_sort"),
            models.Index(fields=["-reported_on", "id"], name="safety_report_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="safety_report_state_known"),
        ]

    def __str__(self):
        return "有一条待办"

    def get_source_display(self):
        """Where it came from, in words; '' when unreadable."""
        return dict(ReportSource.choices).get(self.source, "")
