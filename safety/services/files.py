"""What is done with a safety file: opening it, adding entries, closing, and giving a certified copy.

Every entry is written once and never changed; the same form sent twice is one entry (`once`). Nothing here leaves a trace
outside the compartment: acts go to the sealed trail alone.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit, crypto
from fedhub.core.fields import Unreadable
from fedhub.core.versions import StaleVersion
from fedhub.reference.lookup import rule
from safety.chain import entry_mac, file_seal, records
from safety.enums import KNOWN_FROM, Capacity, Danger, Kind, Known, OrderStep, Part, ReportState, Sign
from safety.law import waiver_in
from safety.models import CaseGrant, Entry, Exhibit, Informant, SafetyFile
from safety.models.file import new_code, new_key
from safety.services.reports import is_of_child, mark_handled
from safety.standing import months_after, standing_of

ONCE = "safety.Entry.once"
# How long whoever opens a file leads it before her place in the circle is looked at anew.
LEAD_DAYS = 365
GONE = "这条报告刚刚有别人处理过，请重新打开看看。"
CLOSED = "档案已经结案，先重新打开。"


def was_written(key):
    """True when the form of `key` was written into some file before."""
    return bool(key) and Entry.objects.filter(once=crypto.blind(str(key), column=ONCE)).exists()


def write(file, kind, data, *, by, key=None):
    """Add one entry to the chain of `file` (a locked row). None when the form of `key` was written before."""
    if was_written(key):
        return None
    once = crypto.blind(str(key) if key else "", column=ONCE)
    previous = Entry.objects.of(file).values_list("mac", flat=True).last() or ""
    entry = Entry(file=file, number=file.entries + 1, once=once)
    entry.close(
        file.cipher(),
        {"kind": kind, "at": timezone.now().isoformat(), "by": {"id": by.pk, "name": by.name}, "data": data},
    )
    entry.mac = entry_mac(entry, previous)
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        if not once:
            raise
        return None
    file.entries = entry.number
    file.seal = file_seal(file, entry.number, entry.mac)
    SafetyFile.objects.filter(pk=file.pk).update(entries=file.entries, seal=file.seal)
    audit.record_sealed(f"safety.safetyfile.{kind}", file, by=by, entry=entry.number, mac=entry.mac)
    return entry


def locked(file):
    """The row of a file, held until the end of the transaction."""
    return SafetyFile.objects.select_for_update().get(pk=file.pk)


class _Again(Exception):
    """The same form was written at the same time."""


def open_file(*, area, intake, informant, by, report=None, key=None):
    """Open a file with its intake (dict of the form of Kind.INTAKE). `informant` (dict, may be empty) is sealed apart. A `report`
    that led to it is handled with that. Returns the SafetyFile; None when the same form was sent before. Raises
    ValidationError: the report is handled already, or is of a child and the intake says otherwise."""
    if was_written(key):
        return None
    if report is not None and report.state != ReportState.OPEN:
        raise ValidationError(GONE)
    if report is not None and is_of_child(report) and intake.get("capacity") != Capacity.MINOR:
        raise ValidationError({"capacity": "报告里写的是孩子：这份档案是孩子的，选未满十八周岁。大人的另建一份。"})
    try:
        with transaction.atomic():
            return _opened(area, intake, informant, by, report, key)
    except _Again:
        return None


def _opened(area, intake, informant, by, report, key):
    file = SafetyFile(area=area, code=new_code(), key=new_key())
    file.save(force_insert=True)
    Informant(file=file, who=informant or {}).save(force_insert=True)
    today = timezone.localdate()
    CaseGrant.objects.create(
        file=file, user=by, is_lead=True, valid_from=today, valid_to=today + timedelta(days=LEAD_DAYS),
        facts={"part": Part.LEAD, "why": "受理", "by": by.name},
    )  # fmt: skip
    if write(file, Kind.INTAKE, intake, by=by, key=key) is None:
        # Nothing stays of a file without its first entry.
        raise _Again
    if report is not None:
        _take_over(report, "已建受限档案。", by)
    return file


@transaction.atomic
def join_report(report, file, *, by, key=None):
    """Add what `report` tells to `file` as one more entry; the report is handled with that, who told it stays in it. The same form
    sent twice does nothing. Raises ValidationError for a closed file, and when somebody else handled the report meanwhile."""
    if was_written(key):
        return
    if report.state != ReportState.OPEN:
        raise ValidationError(GONE)
    if is_of_child(report) and standing_of(records(file)).capacity != Capacity.MINOR:
        # Joined to a grown person's file, the duty to report a child would be gone (未成年人保护法 art. 11).
        raise ValidationError("报告里写的是孩子，这份档案里的人是成年人：给孩子另建一份。")
    more = {"how": KNOWN_FROM.get(report.source, Known.OTHER), "happened": words_of(report)}
    told_at = report.reporter.get("at") if isinstance(report.reporter, dict) else None
    add_entry(file, Kind.MORE, {"told_at": told_at or timezone.now().isoformat(), **more}, by=by, key=key)
    _take_over(report, "已并入受限档案。", by)


def _take_over(report, note, by):
    try:
        mark_handled(report, note=note, base_version=report.version, by=by)
    except StaleVersion as error:
        raise ValidationError(GONE) from error


def words_of(report):
    """What a report tells, in words: what was noticed, then what was written; '' where it cannot be read."""
    signs = "、".join(Sign(code).label for code in report.signs or [] if code in Sign.values)
    said = "" if isinstance(report.text, Unreadable) else report.text
    return f"看到、听到：{signs}。{said}".strip() if signs else said


@transaction.atomic
def add_entry(file, kind, data, *, by, pictures=(), key=None):
    """Write an entry of `kind` with `data` (as cleaned by its form, dates as ISO text) and `pictures` (CleanImage). Returns the
    Entry, None when the same form was sent before. Raises ValidationError where the case does not allow it."""
    file = locked(file)
    if was_written(key):
        return None
    state = standing_of(records(file))
    if kind == Kind.AMEND:
        _check_amend(state, data)
    elif not state.is_open and kind not in (Kind.REOPEN, Kind.COPY, Kind.REVIEW, Kind.KEEP):
        raise ValidationError(CLOSED)
    CHECKS.get(kind, _allowed)(state, data)
    if pictures:
        data = {**data, "pictures": [_kept(file, picture) for picture in pictures]}
    entry = write(file, kind, data, by=by, key=key)
    if entry and kind in (Kind.CLOSE, Kind.REOPEN):
        SafetyFile.objects.filter(pk=file.pk).update(is_open=kind == Kind.REOPEN)
    return entry


def _kept(file, picture):
    """Keep a CleanImage under the key of `file`; what the entry says of it."""
    exhibit = Exhibit(file=file)
    exhibit.pk = Exhibit._meta.pk.get_default()
    exhibit.close(file.cipher(), picture.bytes)
    exhibit.save(force_insert=True)
    return {"id": exhibit.pk, "sha256": exhibit.fingerprint()}


def _allowed(state, data):
    """Most kinds may be written at any time while the file is open."""


def _check_amend(state, data):
    old = next((record for record in state.live if record.number == data["about"]), None)
    if old is None or old.kind in (Kind.CLOSE, Kind.REOPEN, Kind.COPY, Kind.NO_REPORT, Kind.WISH_DECIDED):
        raise ValidationError("这一条不能更正。")
    if not data["fields"]:
        raise ValidationError("没有改动。")
    # A correction must not talk the duty to report away: the intake keeps the gravest that was said of her.
    if old.kind == Kind.INTAKE and data["fields"].get("capacity") == Capacity.FULL != old.data.get("capacity"):
        raise ValidationError(
            {"capacity": "受理时写了不能自己作主，这里改不掉；核实有误的，由妇联负责人决定不报案并写明理由。"}
        )


def _check_no_report(state, data):
    if state.must_report is None:
        raise ValidationError("她是成年人，能自己作主，报不报案由她自己决定，不用写这一条。")
    if state.reported:
        raise ValidationError("已经报过案。")


def _check_plan(state, data):
    if words := waiver_in(data.get("text", "")):
        raise ValidationError({"text": f"安全计划里不能有“{words}”：报警、起诉、申请保护令是她的权利。"})


def _check_order(state, data):
    since, until = data.get("since"), data.get("until")
    if data["step"] in (OrderStep.GRANTED, OrderStep.EXTENDED):
        if not (data.get("number") and since and until):
            raise ValidationError({"number": "作出或者延长的，写文号、起止日期。"})
        months = rule("protection_order_months")
        if not since <= until <= months_after(date.fromisoformat(since), months).isoformat():
            raise ValidationError({"until": f"保护令从生效起最长 {months} 个月（反家庭暴力法第三十条）。"})


def _check_letter_visit(state, data):
    if not any(r.kind == Kind.LETTER and r.number == data["letter"] for r in state.live):
        raise ValidationError({"letter": "请选告诫书。"})


def _check_wish(state, data):
    if words := waiver_in(data.get("text", "")):
        raise ValidationError({"text": f"她的意愿里不能有“{words}”：不能拿放弃报警、起诉作条件。"})
    if state.capacity != Capacity.FULL:
        raise ValidationError("她不能自己作主，民事事项由法定代理人依法办理，不在这里登记意愿。")
    if state.danger in ("", Danger.RED):
        raise ValidationError("先评估危险；危险高的，不办民事事项。")


def _check_wish_decided(state, data):
    if state.wish is None:
        raise ValidationError("还没有她的书面意愿。")


def _check_close(state, data):
    if state.blocks:
        raise ValidationError(state.blocks)


def _check_reopen(state, data):
    if state.is_open:
        raise ValidationError("档案没有结案。")


def _check_keep(state, data):
    if state.is_open:
        raise ValidationError("档案没有结案，不用延长保管。")
    if data["until"] <= state.keep_until.isoformat():
        raise ValidationError({"until": f"现在就保管到 {state.keep_until.isoformat()}，写更晚的一天。"})


CHECKS = {
    Kind.KEEP: _check_keep,
    Kind.NO_REPORT: _check_no_report,
    Kind.PLAN: _check_plan,
    Kind.ORDER: _check_order,
    Kind.LETTER_VISIT: _check_letter_visit,
    Kind.WISH: _check_wish,
    Kind.WISH_DECIDED: _check_wish_decided,
    Kind.CLOSE: _check_close,
    Kind.REOPEN: _check_reopen,
}


@transaction.atomic
def name_informant(file, *, why, by):
    """The dict of who told it. Each look is noted with its reason. Raises ValidationError without one."""
    if len(why.strip()) < 4:
        raise ValidationError({"why": "写明为什么要看，至少四个字。"})
    audit.record_sealed("safety.informant.read", file, by=by, reason=why.strip())
    found = Informant.objects.filter(file=file).first()
    return found.who if found and isinstance(found.who, dict) else {}
