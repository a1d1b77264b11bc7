"""Rounds of screening: opened for all grids of a community, answered grid by grid."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core import audit
from fedhub.core.versions import save_version
from mediation.models import GridReport


@transaction.atomic
def open_round(screening, *, by):
    """Open a round: a line for each grid in use. Returns the ScreeningRound. Raises ValidationError."""
    screening.created_by = by
    screening.full_clean()
    grids = list(Area.objects.within(screening.area).active().grids().order_by("code"))
    if not grids:
        raise ValidationError({"area": "这个社区还没有网格。"})
    screening.save()
    GridReport.objects.bulk_create([GridReport(screening=screening, area=grid) for grid in grids])
    audit.record("mediation.screeninground.open", screening, by=by, grids=len(grids))
    return screening


@transaction.atomic
def answer_round(report, answer, *, base_version, by):
    """What a grid answers, also 零报告; it may be put right. Raises StaleVersion, ValidationError before the round begins."""
    if report.screening.starts_on > timezone.localdate():
        raise ValidationError("这一轮还没有开始。")
    report.answer, report.answered_on, report.answered_by = answer, timezone.localdate(), by
    save_version(report, ["answer", "answered_on", "answered_by"], base_version=base_version)
    audit.record("mediation.gridreport.answer", report, by=by)
    return report
