"""Sealed reports: written by whoever noticed, read by the trained person alone."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit, crypto
from fedhub.core.versions import StaleVersion
from households.models import Household, Resident
from safety.enums import CHILD_SIGNS, ReportSource, ReportState
from safety.models import Destruction, RiskReport, SafetyFile, UrgentOpening


@transaction.atomic
def report_risk(
    *, area, source, by, signs, text="", household=None, resident=None, subject_name="", informant=None, key=None
):
    """Write a sealed report; returns nothing, so that no caller can keep a trace of it.

    `area` decides which trained person is told, `informant` ({"name", "phone"}) told it to `by` (None: on a resident's page).
    The identity of both and the moment lie sealed inside (反家庭暴力法 art. 14); so does the audit row. `key` is the once-key
    of a form, or tells a row of an imported file: the second time nothing happens.
    """
    once = crypto.blind(str(key) if key else "", column="safety.RiskReport.once")
    report = RiskReport(
        area=area,
        source=source,
        subject={
            "household": household.pk if household else None,
            "resident": resident.pk if resident else None,
            "name": subject_name or (str(resident) if resident else str(household) if household else ""),
        },
        reporter={
            "id": by.pk if by else None,
            "name": by.name if by else _nobody(source, resident, informant),
            "at": timezone.now().isoformat(),
            "informant": informant or {},
        },
        signs=sorted(signs),
        text=text,
        once=once,
    )
    if not _is_first(report):
        return
    audit.record_sealed("safety.riskreport.write", report, by=by)


def _nobody(source, resident, informant):
    """Who told it, when it was no member of the staff; `informant`: somebody else than whom it is about."""
    if source == ReportSource.SURVEY:
        return "填问卷的人，没有留姓名"
    if informant:
        return "不是本人，反映人写来的（居民端）"
    return "本人（居民端）" if resident else "居民端，没有留姓名"


def _is_first(report):
    """Save `report`; False when the same form was sent before (the unique fingerprint decides between two at once)."""
    if report.once and RiskReport.objects.filter(once=report.once).exists():
        return False
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError:
        if not report.once:
            raise
        return False
    return True


@transaction.atomic
def follow_area(areas, area):
    """Let reports that lie in `areas`, places out of use, lie where the family or person they speak of lies now, else
    (also when that is another community) in `area`. Returns nothing and leaves no trace outside the compartment."""
    gone = {place.pk for place in areas}
    for report in RiskReport.objects.filter(area__in=gone).only("subject"):
        home = _area_of(report)
        stays = home is not None and home.pk not in gone and home.code.startswith(area.community_code)
        RiskReport.objects.filter(pk=report.pk).update(area=home if stays else area)
    SafetyFile.objects.filter(area__in=gone).update(area=area)
    UrgentOpening.objects.filter(area__in=gone).update(area=area)
    Destruction.objects.filter(area__in=gone).update(area=area)


def _area_of(report):
    """The area where the household or resident of `report` lies, None when it names none."""
    subject = report.subject if isinstance(report.subject, dict) else {}
    for model, name in ((Household, "household"), (Resident, "resident")):
        if subject.get(name):
            row = model.objects.filter(pk=subject[name]).select_related("area").first()
            return row.area if row else None
    return None


@transaction.atomic
def handle_report(report, *, note, base_version, by):
    """Write down what was done about it. Raises StaleVersion when somebody else wrote meanwhile, ValidationError for a child:
    its report to the police is kept in a file, which cannot be closed without one (未成年人保护法 art. 11)."""
    if is_of_child(report):
        raise ValidationError("涉及孩子的，要建受限档案或者并入已有的档案：报没报案，在档案里管到底。")
    mark_handled(report, note=note, base_version=base_version, by=by)


def is_of_child(report):
    """True when what was noticed concerns a child."""
    return isinstance(report.signs, list) and bool(CHILD_SIGNS & set(report.signs))


def mark_handled(report, *, note, base_version, by):
    """Set `report` down as handled, in the caller's transaction. Raises StaleVersion when somebody else wrote meanwhile."""
    changed = RiskReport.objects.filter(pk=report.pk, version=base_version).update(
        state=ReportState.HANDLED, handled_note=note, version=base_version + 1
    )
    if not changed:
        raise StaleVersion(RiskReport.objects.get(pk=report.pk))
    audit.record_sealed("safety.riskreport.handle", report, by=by)
