"""Import batches with their sealed rows, remembered column maps, and the export register."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped, ScopedQuerySet
from fedhub.core.fields import EncryptedJSONField, EncryptedTextField
from fedhub.core.models import Job
from fedhub.ledgers.enums import BatchState, ExportMode, SexCodes, Verdict


class ImportBatch(AreaScoped):
    """导入批次。 One uploaded file on its way into a ledger; `area` is the community it is imported into."""

    number = models.CharField("批次号", max_length=20, unique=True)
    ledger = models.CharField("台账", max_length=30)
    file_name = EncryptedTextField("文件名", column="ledgers.ImportBatch.file_name", text_length=120)
    sha256 = models.CharField("指纹", max_length=64)
    size = models.PositiveIntegerField("大小（字节）")
    stored = models.CharField("暂存文件", max_length=40, blank=True)
    sheet = models.CharField("工作表", max_length=60, blank=True)
    heading = models.JSONField("表头", default=dict)
    mapping = models.JSONField("列对应", default=dict)
    sex_codes = models.CharField("男女代码", max_length=10, choices=SexCodes, blank=True)
    state = models.CharField("状态", max_length=10, choices=BatchState, default=BatchState.UPLOADED)
    job = models.ForeignKey(Job, models.SET_NULL, verbose_name="进度", related_name="+", null=True, blank=True)
    counts = models.JSONField("各种结果", default=dict)
    seconds = models.FloatField("试运行用时（秒）", default=0)
    committed_at = models.DateTimeField("写入时间", null=True, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    purged_at = models.DateTimeField("清除原始数据时间", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Privacy:
        internal = {
            "number", "ledger", "sha256", "size", "stored", "sheet", "heading", "mapping", "sex_codes", "state", "job",
            "counts", "seconds", "committed_at", "undone_at", "purged_at",
        }  # fmt: skip
        personal = {"file_name"}

    class Meta:
        verbose_name = verbose_name_plural = "导入批次"
        default_permissions = ("view", "add")
        indexes = [
            models.Index(fields=["area", "-created_at", "-id"], name="ledgers_batch_area_sort"),
            models.Index(fields=["-created_at", "-id"], name="ledgers_batch_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="ledgers_batch_state_known"),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("ledgers:batch_detail", args=[self.pk])


class ImportRowQuerySet(ScopedQuerySet):
    scope_path = "batch__area"


class ImportRow(models.Model):
    """导入行。 One row of the file: what stood there, what it became, what it would do, how to undo it.

    `sealed` holds texts of violence until the row's end, when they go to the trained person (services.sealed).
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, verbose_name="批次", related_name="rows")
    number = models.PositiveIntegerField("行号")
    raw = EncryptedJSONField("原行", column="ledgers.ImportRow.raw")
    parsed = EncryptedJSONField("整理后", column="ledgers.ImportRow.parsed")
    verdict = models.CharField("结果", max_length=10, choices=Verdict)
    grid_code = models.CharField("写明的网格", max_length=20, blank=True)
    findings = EncryptedJSONField("说明", column="ledgers.ImportRow.findings")
    sealed = EncryptedJSONField("转专人的内容", column="ledgers.ImportRow.sealed", ring="sealed")
    target_id = models.BigIntegerField("对应记录", null=True)
    choice = models.CharField("处理", max_length=10, blank=True)
    undo = EncryptedJSONField("撤销数据", column="ledgers.ImportRow.undo")

    objects = ImportRowQuerySet.as_manager()

    class Privacy:
        internal = {"id", "batch", "number", "verdict", "grid_code", "target_id", "choice"}
        personal = {"raw", "parsed", "findings", "undo"}
        sealed = {"sealed"}

    class Meta:
        verbose_name = verbose_name_plural = "导入行"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="ledgers_row_once")]
        indexes = [
            models.Index(fields=["batch", "verdict", "number"], name="ledgers_row_verdict"),
            models.Index(fields=["batch", "grid_code", "number"], name="ledgers_row_grid"),
        ]

    def __str__(self):
        return f"{self.batch_id}:{self.number}"


class ColumnMap(models.Model):
    """列对应记忆。 How the columns of one kind of workbook were mapped last time, by its heading's fingerprint."""

    ledger = models.CharField("台账", max_length=30)
    heading_key = models.CharField("表头指纹", max_length=64)
    mapping = models.JSONField("列对应", default=dict)
    sex_codes = models.CharField("男女代码", max_length=10, choices=SexCodes, blank=True)
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="使用人", related_name="+")
    used_at = models.DateTimeField("使用时间", default=timezone.now)

    class Privacy:
        internal = {"id", "ledger", "heading_key", "mapping", "sex_codes", "used_by", "used_at"}

    class Meta:
        verbose_name = verbose_name_plural = "列对应记忆"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["ledger", "heading_key"], name="ledgers_map_once")]

    def __str__(self):
        return f"{self.ledger} {self.heading_key[:8]}"


class ExportRecordQuerySet(ScopedQuerySet):
    view_permission, watch_permission = "ledgers.view_exportrecord", "ledgers.watch_exportrecord"

    def visible_to(self, user, permission=None):
        """Who may export sees what she exported herself; whoever watches over exports, those of everybody in her places."""
        permission = permission or self.view_permission
        rows, watched = super().visible_to(user, permission), user.scope(self.watch_permission)
        if permission != self.view_permission or watched is None:
            return rows
        seen = user.scope(permission)
        if seen is not None and watched >= seen:
            return rows
        return rows.filter(Q(created_by=user) | Q(area_id__in=watched))


class ExportRecord(AreaScoped):
    """导出登记。 Who took which rows out, masked or full, why, and the fingerprint of the file."""

    number = models.CharField("登记号", max_length=20, unique=True)
    ledger = models.CharField("台账", max_length=30)
    mode = models.CharField("方式", max_length=10, choices=ExportMode)
    purpose = models.CharField("用途", max_length=100, blank=True)
    filters = models.JSONField("条件", default=dict)
    columns = models.JSONField("列", default=list)
    rows = models.PositiveIntegerField("行数", default=0)
    phones_held = models.PositiveIntegerField("没有导出号码的人数", default=0)
    sha256 = models.CharField("文件指纹", max_length=64, blank=True)
    file_name = models.CharField("文件名", max_length=120)
    stored = models.CharField("暂存文件", max_length=40, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, verbose_name="进度", related_name="+", null=True, blank=True)
    expires_at = models.DateTimeField("文件有效期至", null=True, blank=True)
    downloads = models.PositiveSmallIntegerField("下载次数", default=0)

    objects = ExportRecordQuerySet.as_manager()

    class Privacy:
        internal = {
            "number", "ledger", "mode", "purpose", "filters", "columns", "rows", "phones_held", "sha256", "file_name", "stored",
            "job", "expires_at", "downloads",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "导出登记"
        default_permissions = ("view",)
        permissions = [("watch_exportrecord", "看别人的导出登记")]
        indexes = [
            models.Index(fields=["area", "-created_at", "-id"], name="ledgers_export_area_sort"),
            models.Index(fields=["-created_at", "-id"], name="ledgers_export_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=ExportMode.values), name="ledgers_export_mode_known"),
            models.CheckConstraint(
                condition=Q(mode=ExportMode.MASKED) | ~Q(purpose=""), name="ledgers_export_full_has_purpose"
            ),
        ]

    def __str__(self):
        return self.number
