"""Uploaded files, encrypted under the media folder."""

import uuid

from django.conf import settings
from django.db import models

from fedhub.core.fields import EncryptedTextField


class Attachment(models.Model):
    """附件。 One encrypted file. Its owner record decides who may open it (core.files)."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    owner_label = models.CharField("所属类别", max_length=60)
    owner_id = models.BigIntegerField("所属记录")
    kind = models.CharField("种类", max_length=20, default="photo")
    name = EncryptedTextField("文件名", column="core.Attachment.name", text_length=120)
    content_type = models.CharField("格式", max_length=100)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("指纹", max_length=64)
    level = models.PositiveSmallIntegerField("密级", default=3)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="上传人", related_name="+", null=True
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Privacy:
        internal = {
            "id", "uuid", "owner_label", "owner_id", "kind", "content_type", "size", "level", "uploaded_by",
            "uploaded_at",
        }  # fmt: skip
        personal = {"name", "sha256"}

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        default_permissions = ()
        indexes = [models.Index(fields=["owner_label", "owner_id"], name="core_attachment_owner")]

    def __str__(self):
        return str(self.uuid)
