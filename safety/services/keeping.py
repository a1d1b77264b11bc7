"""The end of what is kept: closed files and handled reports are destroyed when their time is over, by two people.

The entries of a file cannot be deleted (safety.models.file); its key can, and without it they are noise (security 4.2). A
backup of before still holds the key: the page says so.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core import audit
from fedhub.reference.lookup import rule
from safety.chain import chains
from safety.enums import ReportState
from safety.models import Destruction, Informant, Recusal, RiskReport, SafetyFile, UrgentOpening
from safety.services.files import locked
from safety.services.reports import is_of_child
from safety.standing import months_after, standing_of

NOTHING = "没有保管期满的。"
ANSWERED = "已经有人答复了。"


def expired_files(community, day=None, *, without=()):
    """`[(SafetyFile, Standing)]` of a community: closed, and the day until which they are kept is over. Not those from which one
    of the users `without` is excused: nobody destroys the file of her own kin. One query."""
    day, places = day or timezone.localdate(), Area.objects.within(community).values("pk")
    closed = SafetyFile.objects.filter(area__in=places, is_open=False).exclude(seal="").order_by("pk")
    if without:
        closed = closed.exclude(pk__in=Recusal.objects.filter(user__in=without).values("file_id"))
    states = [(file, standing_of(chain)) for file, chain in chains(closed) if chain]
    return [(file, state) for file, state in states if state.keep_until and state.keep_until < day]


def expired_reports(community, day=None):
    """Handled reports of a community that are older than what is kept; a child's longer."""
    day, places = day or timezone.localdate(), Area.objects.within(community).values("pk")
    years = rule("sealed_keep_years")
    old = RiskReport.objects.filter(
        area__in=places, state=ReportState.HANDLED, reported_on__lt=_years_before(day, years)
    )
    child = _years_before(day, rule("sealed_keep_years_minor"))
    return [report for report in old.order_by("pk") if report.reported_on < child or not is_of_child(report)]


def _years_before(day, years):
    return months_after(date(day.year, day.month, day.day), -12 * years)


def seen_of(asked, user):
    """(files, reports): the ids in a request that `user` is told of; of files from which she is excused she learns nothing."""
    facts = asked.facts if isinstance(asked.facts, dict) else {}
    files = set(facts.get("files", ()))
    return files - set(Recusal.objects.filter(user=user).values_list("file_id", flat=True)), set(
        facts.get("reports", ())
    )


def waiting_for(user, rows):
    """Those of the waiting requests `rows` that hold anything `user` may be told of."""
    return [asked for asked in rows.waiting() if any(seen_of(asked, user))]


@transaction.atomic
def ask_to_destroy(*, area, why, by):
    """Ask that all of a community whose time is over is destroyed, but what `by` is excused from. Returns the Destruction. Raises
    ValidationError when there is nothing, or it was asked already."""
    if waiting_for(by, Destruction.objects.filter(area=area)):
        raise ValidationError("已经提请过了，正在等另一个人同意。")
    files = [file.pk for file, _ in expired_files(area, without=[by])]
    reports = [report.pk for report in expired_reports(area)]
    if not files and not reports:
        raise ValidationError(NOTHING)
    asked = Destruction(area=area, asked_by=by, facts={"files": files, "reports": reports, "why": why.strip()})
    asked.save(force_insert=True)
    audit.record_sealed("safety.destruction.ask", asked, by=by, reason=why.strip())
    return asked


@transaction.atomic
def answer_destruction(asked, *, agrees, by):
    """A second person agrees or not; what was reopened or is to be kept longer since is left alone, and what one of the two is
    excused from. Returns how many files and reports were destroyed. Raises ValidationError."""
    asked = Destruction.objects.select_for_update().get(pk=asked.pk)
    if asked.answered_by_id:
        raise ValidationError(ANSWERED)
    if asked.asked_by_id == by.pk:
        raise ValidationError("自己提请的，要另一个人同意。")
    done = {"files": 0, "reports": 0}
    if agrees:
        over = expired_files(asked.area, without=[asked.asked_by_id, by])
        files = [file for file, _ in over if file.pk in asked.facts["files"]]
        reports = [report for report in expired_reports(asked.area) if report.pk in asked.facts["reports"]]
        for file in files:
            _shred(locked(file), by)
        for report in reports:
            audit.record_sealed("safety.riskreport.destroy", report, by=by)
        RiskReport.objects.filter(pk__in=[report.pk for report in reports]).delete()
        done = {"files": len(files), "reports": len(reports)}
    asked.answered_by, asked.answered_on = by, timezone.localdate()
    asked.facts = {**asked.facts, "agreed": agrees, "done": done}
    asked.save(update_fields=["answered_by", "answered_on", "facts"])
    audit.record_sealed("safety.destruction.answer", asked, by=by, agreed=agrees)
    return done


def _shred(file, by):
    """Take the key and every word that lies outside the entries. The chain stays, and still shows that nobody changed it."""
    today = timezone.localdate()
    audit.record_sealed("safety.safetyfile.destroy", file, by=by, entries=file.entries)
    SafetyFile.objects.filter(pk=file.pk).update(key="", code="")
    Informant.objects.filter(file=file).update(who={})
    file.grants.filter(ended_on=None).update(ended_on=today)
    file.grants.update(facts={})
    file.recusals.update(facts={})
    for opening in UrgentOpening.objects.filter(area__code=file.area.community_code):
        if isinstance(opening.facts, dict) and file.pk in (opening.facts.get("found") or ()):
            opening.facts = {**opening.facts, "who": "", "why": ""}
            opening.save(update_fields=["facts"])
