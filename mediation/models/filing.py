"""What lies in the file of a case beside its record: materials with their pictures, and how the closed file is kept.

As with exhibits of the sealed compartment the pictures lie in a table of their own and not in the store of attachments,
where a file more would tell of them.
"""

import base64

from django.conf import settings
from django.db import models
from django.db.models import Q

from fedhub.core.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField, RandomKeyField
from mediation.enums import Keep, MaterialKind
from mediation.models.agreement import Readable
from mediation.models.case import Case


class MaterialQuerySet(models.QuerySet):
    def kept(self):
        """Those that were not struck out."""
        return self.filter(struck=False)


class Material(Readable, models.Model):
    """案卷材料。 Something handed in. `pages`: how many sheets lie in the file. `body`: `{"name", "source", "by"}`, once
    struck out also `{"struck_why", "struck_by"}`."""

    id = RandomKeyField()
    case = models.ForeignKey(Case, models.PROTECT, verbose_name="案件", related_name="materials")
    number = models.PositiveIntegerField("序号")
    kind = models.CharField("种类", max_length=10, choices=MaterialKind)
    on = models.DateField("收到日期")
    pages = models.PositiveSmallIntegerField("页数")
    body = EncryptedJSONField("内容", column="mediation.Material.body", ring="sealed")
    struck = models.BooleanField("作废", default=False)
    once = BlindIndexField("表单指纹", unique=True)

    objects = MaterialQuerySet.as_manager()

    class Privacy:
        sealed = {"id", "case", "number", "kind", "on", "pages", "body", "struck", "once"}

    class Meta:
        verbose_name = verbose_name_plural = "案卷材料"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="mediation_material_number_once"),
            models.CheckConstraint(condition=Q(kind__in=MaterialKind.values), name="mediation_material_kind"),
            models.CheckConstraint(condition=Q(pages__gte=1), name="mediation_material_pages"),
        ]

    def __str__(self):
        return "案卷材料"


class MaterialPage(models.Model):
    """材料照片。 A cleaned picture of one sheet."""

    id = RandomKeyField()
    material = models.ForeignKey(Material, models.PROTECT, verbose_name="材料", related_name="pictures")
    number = models.PositiveIntegerField("第几页")
    picture = EncryptedTextField("照片", column="mediation.MaterialPage.picture", ring="sealed")

    class Privacy:
        sealed = {"id", "material", "number", "picture"}

    class Meta:
        verbose_name = verbose_name_plural = "材料照片"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["material", "number"], name="mediation_page_number_once")]

    def __str__(self):
        return "材料照片"

    def put(self, data):
        """Keep `data` (bytes of a JPEG)."""
        self.picture = base64.b64encode(data).decode()

    def get(self):
        """The bytes; b"" where they cannot be read."""
        try:
            return base64.b64decode(self.picture, validate=True)
        except ValueError:
            return b""


class Filing(Readable, models.Model):
    """立卷。 How the file of a closed case is kept. `body`: `{"remarks", "checker"}`: 卷宗情况说明 and who looked it through."""

    id = RandomKeyField()
    case = models.OneToOneField(Case, models.PROTECT, verbose_name="案件", related_name="filing")
    keep = models.CharField("保管期限", max_length=8, choices=Keep)
    filed_on = models.DateField("立卷日期")
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="立卷人", related_name="+")
    body = EncryptedJSONField("内容", column="mediation.Filing.body", ring="sealed")

    class Privacy:
        sealed = {"id", "case", "keep", "filed_on", "filed_by", "body"}

    class Meta:
        verbose_name = verbose_name_plural = "立卷"
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(keep__in=Keep.values), name="mediation_filing_keep")]

    def __str__(self):
        return "立卷"
