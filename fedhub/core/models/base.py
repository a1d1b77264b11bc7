"""Base of every edited record."""

from django.db import models


class Stamped(models.Model):
    """When a row was made and changed, and its version for compare-and-set saves (see core.versions)."""

    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Privacy:
        internal = {"id", "created_at", "updated_at", "version"}

    class Meta:
        abstract = True
