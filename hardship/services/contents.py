"""What is written into a file: facts, the year's money, causes, measures and results, needs, papers (handbook 4.2)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fedhub.core import audit, files
from fedhub.core.history import write_history
from fedhub.core.versions import save_version
from hardship.accounts import quarter_of, quarter_words
from hardship.enums import MeasureState, NeedState
from hardship.models import Cause, Measure, Need

PICTURE = "proof"


def _open(file):
    if not file.is_open:
        raise ValidationError("已经退出的档案不能再改，需要时先恢复建档。")


def _set(rows, reason="", **values):
    """Write `values` into the rows (a QuerySet of one model) in one step, history included. Returns how many there were."""
    keys = list(rows.values_list("pk", flat=True))
    done = rows.filter(pk__in=keys).update(**values, version=F("version") + 1, updated_at=timezone.now())
    write_history(rows.model.objects.filter(pk__in=keys, **values), reason=reason)
    return done


@transaction.atomic
def put_fact(row, fields, *, base_version=None, by):
    """Save a new or changed HomeFact, MemberFact or YearAccount, or a changed Need. Returns it.

    Raises ValidationError, StaleVersion.
    """
    _open(row.file)
    row.full_clean()
    if row.pk is None:
        row.save()
    else:
        save_version(row, sorted(fields), base_version=base_version)
    audit.record("hardship.hardshipfile.fact", row.file, by=by, fields=sorted(fields), what=row._meta.model_name)
    return row


def _fit_cause(cause):
    """A known cause once, from a day that has come; a main one takes the place of the old. Raises ValidationError."""
    _open(cause.file)
    others = Cause.objects.filter(file=cause.file, closed_on=None).exclude(pk=cause.pk)
    if cause.found_on > timezone.localdate():
        raise ValidationError({"found_on": "日期不能晚于今天。"})
    if others.filter(code=cause.code).exists():
        raise ValidationError({"code": "这个原因已经登记了，没有消除。"})
    if cause.is_main:
        _set(others.filter(is_main=True), reason="换了主要原因", is_main=False)


@transaction.atomic
def add_cause(cause, *, by):
    """Note why it is hard. A new main cause takes the place of the old one. Returns the Cause. Raises ValidationError."""
    _fit_cause(cause)
    cause.full_clean()
    cause.save()
    audit.record("hardship.hardshipfile.cause", cause.file, by=by)
    return cause


@transaction.atomic
def change_cause(cause, fields, *, base_version, by):
    """Put right what was written about an open cause. Returns it. Raises ValidationError, StaleVersion."""
    _fit_cause(cause)
    return put_fact(cause, fields, base_version=base_version, by=by)


@transaction.atomic
def close_cause(cause, *, on, why, by):
    """The cause is gone. Raises ValidationError: no words, wrong day, a measure still runs, the file is closed."""
    _open(cause.file)
    if not why.strip():
        raise ValidationError({"why": "请写怎么消除的。"})
    if on > timezone.localdate() or on < cause.found_on:
        raise ValidationError({"on": "日期要在发现之后，不晚于今天。"})
    if cause.measures.filter(state=MeasureState.OPEN).exclude(item="").exists():
        raise ValidationError("还有没完成的措施，请先写完成或者不做的原因。")
    _set(cause.measures.filter(state=MeasureState.OPEN), reason="原因已消除", state=MeasureState.DONE, ended_on=on)
    if not _set(Cause.objects.filter(pk=cause.pk, closed_on=None), closed_on=on, closed_why=why.strip()[:60]):
        raise ValidationError("这个原因已经消除了。")
    audit.record("hardship.hardshipfile.cause_gone", cause.file, by=by)
    cause.refresh_from_db()
    return cause


def _fit_measure(measure):
    """What is done and who sees to it, or why nothing is; days in order. Raises ValidationError."""
    if bool(measure.item.strip()) == bool(measure.none_because.strip()):
        raise ValidationError("写做什么，或者写为什么没有措施，二选一。")
    if measure.item.strip() and measure.responsible_id is None and not measure.unit.strip():
        raise ValidationError({"responsible": "请选谁来做，不是妇联的人就在旁边写单位。"})
    if measure.due_on and measure.starts_on and measure.due_on < measure.starts_on:
        raise ValidationError({"due_on": "完成期限不能早于开始。"})


@transaction.atomic
def add_measure(measure, *, by):
    """A measure about a cause and who sees to it, or why there is none. Returns it. Raises ValidationError."""
    measure.file = measure.cause.file
    _open(measure.file)
    _fit_measure(measure)
    if measure.cause.closed_on:
        raise ValidationError("这个原因已经消除了。")
    measure.quarter = measure.quarter or quarter_of(timezone.localdate())
    measure.full_clean()
    measure.save()
    audit.record("hardship.hardshipfile.measure", measure.file, by=by)
    return measure


@transaction.atomic
def change_measure(measure, fields, *, base_version, by):
    """Put right what was written about an open measure. Returns it. Raises ValidationError, StaleVersion."""
    _fit_measure(measure)
    return put_fact(measure, fields, base_version=base_version, by=by)


@transaction.atomic
def end_measure(measure, *, state, why="", by):
    """Done, or not done for a reason. Returns it. Raises ValidationError."""
    _open(measure.file)
    if state not in (MeasureState.DONE, MeasureState.DROPPED):
        raise ValidationError({"state": "请选完成还是不做了。"})
    if state == MeasureState.DROPPED and not why.strip():
        raise ValidationError({"why": "请写不做的原因。"})
    done = _set(
        Measure.objects.filter(pk=measure.pk, state=MeasureState.OPEN),
        state=state,
        ended_on=timezone.localdate(),
        dropped_why=why.strip()[:60] if state == MeasureState.DROPPED else "",
    )
    if not done:
        raise ValidationError("这项措施已经结束了。")
    audit.record("hardship.hardshipfile.measure_end", measure.file, by=by)
    measure.refresh_from_db()
    return measure


@transaction.atomic
def add_result(result, *, by):
    """What a measure brought. Returns it. Raises ValidationError."""
    _open(result.measure.file)
    if result.on > timezone.localdate():
        raise ValidationError({"on": "日期不能晚于今天。"})
    if not result.measure.item:
        raise ValidationError("没有措施，就没有成效。")
    result.made_by = by
    result.full_clean()
    result.save()
    audit.record("hardship.hardshipfile.result", result.measure.file, by=by)
    return result


@transaction.atomic
def roll_quarter(file, quarter=None, *, by):
    """Carry open measures of open causes from earlier quarters into `quarter` (default the present one), and nothing else.
    It may run again: nothing is carried twice. Returns the new Measures. What is carried counts as gone on with, not as
    done; why there is no measure is asked anew each quarter (acceptance F2.2).

    Raises ValidationError when nothing is to be carried.
    """
    _open(file)
    present = quarter or quarter_of(timezone.localdate())
    rows = file.measures.filter(state=MeasureState.OPEN, quarter__lt=present, cause__closed_on=None, carried=None)
    rows = rows.exclude(item="")
    made = []
    for old in list(rows.select_for_update(of=("self",)).order_by("pk")):
        going_on = Measure.objects.filter(pk=old.pk)
        _set(
            going_on, reason=f"转到{quarter_words(present)}", state=MeasureState.CARRIED, ended_on=timezone.localdate()
        )
        made.append(
            Measure.objects.create(
                cause_id=old.cause_id, file=file, quarter=present, goal=old.goal, item=old.item,
                responsible_id=old.responsible_id, unit=old.unit, resources=old.resources,
                starts_on=old.starts_on, due_on=old.due_on, copied_from=old,
            )
        )  # fmt: skip
    if not made:
        raise ValidationError("没有要接到这个季度的：上季度的措施都已经有结果，或者已经接过了。")
    audit.record("hardship.hardshipfile.roll", file, by=by, count=len(made), quarter=present)
    return made


@transaction.atomic
def add_need(need, *, by):
    """Something the family needs. Returns it. Raises ValidationError."""
    _open(need.file)
    need.full_clean()
    need.save()
    audit.record("hardship.hardshipfile.need", need.file, by=by)
    return need


@transaction.atomic
def end_need(need, *, state, outcome, by):
    """The need is met, or no need any more. Returns it. Raises ValidationError."""
    _open(need.file)
    if state not in (NeedState.MET, NeedState.DROPPED) or not outcome.strip():
        raise ValidationError({"outcome": "请写怎么解决的，或者为什么不需要了。"})
    rows = Need.objects.filter(pk=need.pk, state=NeedState.OPEN)
    if not _set(rows, state=state, ended_on=timezone.localdate(), outcome=outcome.strip()[:100]):
        raise ValidationError("这一条已经有结果了。")
    audit.record("hardship.hardshipfile.need_end", need.file, by=by)
    need.refresh_from_db()
    return need


@transaction.atomic
def add_evidence(proof, pictures, *, by):
    """A paper whose original somebody saw; `pictures` are cleaned (core.images). Returns it. Raises ValidationError."""
    _open(proof.file)
    if proof.seen_on > timezone.localdate():
        raise ValidationError({"seen_on": "日期不能晚于今天。"})
    proof.full_clean()
    proof.save()
    for number, picture in enumerate(pictures, start=1):
        files.store(
            picture.bytes,
            owner=proof,
            kind=PICTURE,
            name=f"材料{number}.jpg",
            content_type=picture.content_type,
            by=by,
        )
    audit.record("hardship.evidence.add", proof, by=by, area=proof.file.area, pictures=len(pictures))
    return proof


@transaction.atomic
def replace_evidence(proof, *, by):
    """The paper holds no more; it stays readable. Raises ValidationError."""
    _open(proof.file)
    if proof.replaced_on is not None:
        raise ValidationError("这份材料已经作废了。")
    proof.replaced_on = timezone.localdate()
    save_version(proof, ["replaced_on"], base_version=proof.version)
    audit.record("hardship.evidence.void", proof, by=by, area=proof.file.area)
    return proof
