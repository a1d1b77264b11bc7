"""Sealed reports: written by whoever noticed, read by the trained person alone."""

from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.versions import StaleVersion
from safety.enums import ReportState
from safety.models import RiskReport


@transaction.atomic
def report_risk(*, area, source, by, signs, text="", household=None, resident=None, subject_name=""):
    """Write a sealed report; returns nothing, so that no caller can keep a trace of it.

    `area` decides which trained person is told. The reporter's identity lies sealed inside (反家庭暴力法 art. 14). The
    audit row is sealed too.
    """
    report = RiskReport.objects.create(
        area=area,
        source=source,
        subject={
            "household": household.pk if household else None,
            "resident": resident.pk if resident else None,
            "name": subject_name or (str(resident) if resident else str(household) if household else ""),
        },
        reporter={"id": by.pk, "name": by.name},
        signs=sorted(signs),
        text=text,
    )
    audit.record("safety.riskreport.write", report, by=by, sealed=True, level=4)


@transaction.atomic
def open_report(report, *, by):
    """Note that the trained person reads the report (sealed audit row)."""
    RiskReport.objects.filter(pk=report.pk, state=ReportState.OPEN).update(
        state=ReportState.SEEN, updated_at=timezone.now()
    )
    audit.record_read(report, by=by, sealed=True, level=4)


@transaction.atomic
def handle_report(report, *, note, base_version, by):
    """Write down what was done about it. Raises StaleVersion when somebody else wrote meanwhile."""
    changed = RiskReport.objects.filter(pk=report.pk, version=base_version).update(
        state=ReportState.HANDLED, handled_note=note, version=base_version + 1, updated_at=timezone.now()
    )
    if not changed:
        raise StaleVersion(RiskReport.objects.get(pk=report.pk))
    audit.record("safety.riskreport.handle", report, by=by, sealed=True, level=4)
