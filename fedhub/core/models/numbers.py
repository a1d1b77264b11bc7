"""Gap-free number series."""

from django.db import IntegrityError, models, transaction


class Sequence(models.Model):
    """编号序列。 Last number given in `series` (such as "household:330106003012" or "visit:20240630")."""

    series = models.CharField("序列", max_length=60, unique=True)
    last = models.PositiveIntegerField("最后编号", default=0)

    class Privacy:
        internal = {"id", "series", "last"}

    class Meta:
        verbose_name = verbose_name_plural = "编号序列"
        default_permissions = ()

    def __str__(self):
        return f"{self.series} {self.last}"


def take_numbers(series, count=1):
    """Reserve `count` numbers of `series`; return the first. Call inside the transaction that uses them (no gaps)."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("take_numbers needs the transaction that uses the number.")
    rows = Sequence.objects.filter(series=series)
    if not rows.update(last=models.F("last") + count):
        try:
            with transaction.atomic():
                Sequence.objects.create(series=series, last=count)
        except IntegrityError:
            rows.update(last=models.F("last") + count)
    return rows.values_list("last", flat=True).get() - count + 1
