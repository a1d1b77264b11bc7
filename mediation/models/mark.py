"""Which people a lead or a case is about, as keyed fingerprints: who stands in which is found without opening all of them.

A mark leads nobody back to a person without the key outside the database; it is written with the bars (services.bars).
"""

from django.db import models

from fedhub.core import crypto
from fedhub.core.fields import BlindIndexField, RandomKeyField
from mediation.models.case import Case
from mediation.models.lead import Lead

COLUMN = "mediation.Mark.resident"


def mark_of(pk):
    """The mark of the resident with this id."""
    return crypto.blind(str(pk), column=COLUMN)


class LeadMark(models.Model):
    """线索当事人的指纹。"""

    id = RandomKeyField()
    lead = models.ForeignKey(Lead, models.CASCADE, verbose_name="线索", related_name="marks")
    mark = BlindIndexField("当事人指纹", db_index=True)

    class Privacy:
        sealed = {"id", "lead", "mark"}

    class Meta:
        verbose_name = verbose_name_plural = "线索当事人的指纹"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["lead", "mark"], name="mediation_leadmark_once")]

    def __str__(self):
        return "线索当事人的指纹"


class CaseMark(models.Model):
    """案件当事人的指纹。"""

    id = RandomKeyField()
    case = models.ForeignKey(Case, models.CASCADE, verbose_name="案件", related_name="marks")
    mark = BlindIndexField("当事人指纹", db_index=True)

    class Privacy:
        sealed = {"id", "case", "mark"}

    class Meta:
        verbose_name = verbose_name_plural = "案件当事人的指纹"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["case", "mark"], name="mediation_casemark_once")]

    def __str__(self):
        return "案件当事人的指纹"
