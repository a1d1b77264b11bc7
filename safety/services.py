"""Sealed reports: written by whoever noticed, read by the trained person alone."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from households.models import Household, Resident
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
def follow_area(areas, area):
    """Let reports that lie in `areas`, places out of use, lie where the family or person they speak of lies now, else
    (also when that is another community) in `area`. Returns nothing and leaves no trace outside the compartment."""
    gone = {place.pk for place in areas}
    for report in RiskReport.objects.filter(area__in=gone).only("subject"):
        home = _area_of(report)
        stays = home is not None and home.pk not in gone and home.code.startswith(area.community_code)
        RiskReport.objects.filter(pk=report.pk).update(area=home if stays else area)


def _area_of(report):
    """The area where the household or resident of `report` lies, None when it names none."""
    subject = report.subject if isinstance(report.subject, dict) else {}
    for model, name in ((Household, "household"), (Resident, "resident")):
        if subject.get(name):
            row = model.objects.filter(pk=subject[name]).select_related("area").first()
            return row.area if row else None
    return None


@transaction.atomic
def open_report(report, *, by):
    """Note that the trained person reads the report (sealed audit row)."""
    RiskReport.objects.filter(pk=report.pk, state=ReportState.OPEN).update(
        state=ReportState.SEEN, updated_at=timezone.now()
    )
    audit.record_read(report, by=by, sealed=True, level=4)


@transaction.atomic
def handle_report(report, *, note, base_version, by):
    """Write down what was done about it. Raises ValidationError when somebody else wrote meanwhile."""
    changed = RiskReport.objects.filter(pk=report.pk, version=base_version).update(
        state=ReportState.HANDLED, handled_note=note, version=base_version + 1, updated_at=timezone.now()
    )
    if not changed:
        raise ValidationError("这条待办刚被另一位同事处理过，您写的还没有保存。请刷新后看她写了什么，再补充。")
    audit.record("safety.riskreport.handle", report, by=by, sealed=True, level=4)
