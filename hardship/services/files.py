"""The life of a hardship file: found, checked at home, proposed, approved, watched, closed, opened again (handbook 4.5)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.models.numbers import take_numbers
from fedhub.core.versions import save_version
from fedhub.reference.enums import RiskLevel
from fedhub.reference.lookup import rule
from hardship.enums import AT_ONCE, FileExit, FileState, Level, PairingEnd, ReviewKind
from hardship.flow import file_flow
from hardship.models import FileReader, FileStage, HardshipFile, Review
from hardship.queries import COLOURS, suggestion_for
from hardship.services.pairing import end_pairings_of
from households.models import Household
from households.services.households import change_household

GONE = (FileExit.MOVED, FileExit.DIED, FileExit.INSTITUTION)
STRICTNESS = [RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.ORANGE, RiskLevel.RED]


def next_number(area, day):
    """The next number of the community's series of the year: 〔2026〕春江社区帮扶字第0001号."""
    community = area
    while community.parent is not None and len(community.code) > 12:
        community = community.parent
    last = take_numbers(f"hardship:{community.code}:{day.year}")
    return f"〔{day.year}〕{community.name[:12]}帮扶字第{last:04d}号"


@transaction.atomic
def find_file(file, *, by):
    """Open a file for `file.household`: somebody noticed that this family is in hardship. Returns the HardshipFile.

    Raises ValidationError when the family has an open file or is off the books.
    """
    household = (
        Household.objects.select_for_update(of=("self",)).select_related("area__parent").get(pk=file.household_id)
    )
    if not household.is_open:
        raise ValidationError("这户已经迁出或注销，不能建档。")
    if (other := HardshipFile.objects.open().filter(household=household).first()) is not None:
        # Of a guarded one no more is said than that somebody else knows (ADR 14).
        seen = HardshipFile.objects.visible_to(by).filter(pk=other.pk).exists()
        raise ValidationError(
            "这户已经有一份没有退出的困难家庭档案，不用再建。" if seen else "这户现在不能新建档案，请问妇联负责人。"
        )
    if file.found_on > timezone.localdate():
        raise ValidationError({"found_on": "发现日期不能晚于今天。"})
    file.household, file.area, file.created_by = household, household.area, by
    file.officer = file.officer or by
    file.number = next_number(household.area, timezone.localdate())
    file.full_clean()
    file.save()
    _stage(file, FileState.FOUND, reason=file.situation[:300], by=by)
    audit.record("hardship.hardshipfile.find", file, by=by, how=file.found_how)
    return file


@transaction.atomic
def change_file(file, fields, *, base_version, by):
    """Save changed `fields` of an open file. Raises ValidationError, StaleVersion."""
    if not file.is_open:
        raise ValidationError("已经退出的档案不能再改，需要时先恢复建档。")
    save_version(file, sorted(fields), base_version=base_version)
    audit.record("hardship.hardshipfile.change", file, by=by, fields=sorted(fields))
    return file


@transaction.atomic
def check_file(file, *, findings, by):
    """Checked at home: what was seen there. Raises FlowError, ValidationError."""
    return _walk(file, "check", reason=_words(findings, "请写上门核实的情况。"), by=by)


@transaction.atomic
def propose_file(file, *, level, reason, by):
    """Put the file before whoever decides, with the level that `by` finds right. Returns the HardshipFile.

    Raises ValidationError when she departs from the suggestion without a reason, FlowError."""
    _review(file, ReviewKind.OPENING, level=level, reason=reason, by=by)
    return _walk(file, "propose", reason=reason, by=by, proposed_by=by)


@transaction.atomic
def approve_file(file, *, base_version=None, reason="", by):
    """The family is on file from today: its level holds, its review is due, its visits follow. Returns the HardshipFile.

    Raises FlowError; ValidationError when `by` proposed it herself.
    """
    file.refresh_from_db()
    if file.proposed_by_id == by.pk:
        raise ValidationError("自己提交的，要由另一位负责人审核。")
    review = file.reviews.filter(kind=ReviewKind.OPENING).order_by("-pk").first()
    if review is None:
        raise ValidationError("还没有评定等级，请退回补充。")
    today = timezone.localdate()
    _walk(
        file, "approve", reason=reason, by=by, base_version=base_version, level=review.level, approved_on=today,
        approved_by=by, review_due_on=next_review(review.level, today),
    )  # fmt: skip
    Review.objects.filter(pk=review.pk).update(confirmed_by=by, confirmed_on=today)
    follow_level(file, None, by=by)
    return file


@transaction.atomic
def return_file(file, *, reason, by):
    """Sent back: what is missing. Raises FlowError, ValidationError."""
    return _walk(file, "return", reason=_words(reason, "请写要补充什么。"), by=by)


@transaction.atomic
def drop_file(file, *, reason, by):
    """No file after all, before it was approved. Raises FlowError, ValidationError."""
    words = _words(reason, "请写不建档的理由。")
    return _walk(
        file, "drop", reason=words, by=by, closed_on=timezone.localdate(), exit_reason=FileExit.NOT_ELIGIBLE,
        exit_note=words,
    )  # fmt: skip


@transaction.atomic
def propose_exit(file, *, exit_reason, reason, by):
    """The family may stand on its own feet: put before whoever decides. Raises FlowError, ValidationError."""
    words = _words(reason, "请写为什么可以退出。")
    file = _walk(file, "propose_exit", reason=f"{FileExit(exit_reason).label}：{words}"[:300], by=by, proposed_by=by)
    file.exit_note = words
    HardshipFile.objects.filter(pk=file.pk).update(exit_note=words)
    return file


@transaction.atomic
def keep_file(file, *, reason, by):
    """Not to be closed yet. Raises FlowError, ValidationError."""
    return _walk(file, "keep", reason=_words(reason, "请写为什么还不能退出。"), by=by)


@transaction.atomic
def watch_file(file, *, reason="", by):
    """Agreed: the family is watched for rule "hardship_watch_days" on the fourth level. Returns the HardshipFile.

    Raises FlowError; ValidationError when `by` proposed it herself."""
    file.refresh_from_db()
    _not_alone(file, by)
    today, before = timezone.localdate(), file.level
    until = today + timedelta(days=rule("hardship_watch_days"))
    made = _review(
        file, ReviewKind.EXIT, level=Level.FOURTH, reason=reason or "转入稳定观察", by=file.proposed_by or by
    )
    Review.objects.filter(pk=made.pk).update(confirmed_by=by, confirmed_on=today)
    _walk(
        file, "watch", reason=reason, by=by, watch_until=until, level=Level.FOURTH,
        review_due_on=min(until, next_review(Level.FOURTH, today)),
    )  # fmt: skip
    follow_level(file, before, by=by)
    return file


@transaction.atomic
def relapse_file(file, *, level, reason, by):
    """Hardship came back while the family was watched. Raises FlowError, ValidationError."""
    words = _words(reason, "请写出现了什么情况。")
    before, today = file.level, timezone.localdate()
    made = _review(file, ReviewKind.RELAPSE, level=level, reason=words, by=file.officer or by)
    Review.objects.filter(pk=made.pk).update(confirmed_by=by, confirmed_on=today)
    _walk(file, "relapse", reason=words, by=by, level=level, watch_until=None, review_due_on=next_review(level, today))
    follow_level(file, before, by=by)
    return file


@transaction.atomic
def close_file(file, *, exit_reason, reason, by):
    """Close the file for `exit_reason`. From the proposal at once only where nobody is left to be watched (AT_ONCE); else
    after the watch, before its last day only with words. Returns the HardshipFile. Raises FlowError, ValidationError."""
    file.refresh_from_db()
    today = timezone.localdate()
    if file.state == FileState.EXITING:
        if exit_reason not in AT_ONCE:
            raise ValidationError("这种原因要先转入稳定观察，观察期满再退出。")
        _not_alone(file, by)
    if (
        file.state == FileState.WATCHED
        and exit_reason not in AT_ONCE
        and today < file.watch_until
        and not reason.strip()
    ):
        raise ValidationError(f"观察期到 {file.watch_until:%Y-%m-%d}，提前退出请写理由。")
    words = reason.strip()
    end_pairings_of(file, reason=PairingEnd.MOVED if exit_reason in GONE else PairingEnd.STANDS, by=by)
    return _walk(
        file, "close", reason=f"{FileExit(exit_reason).label}：{words}" if words else FileExit(exit_reason).label, by=by,
        closed_on=today, exit_reason=exit_reason, exit_note=words[:300],
    )  # fmt: skip


@transaction.atomic
def reopen_file(file, *, reason, by):
    """A closed file is taken up again under its number and goes through checking and approval once more.

    Raises FlowError; ValidationError without a reason, or when the family has another open file or is off the books."""
    words = _words(reason, "请写为什么恢复建档。")
    household = Household.objects.select_for_update(of=("self",)).get(pk=file.household_id)
    if not household.is_open:
        raise ValidationError("这户已经迁出或注销，不能恢复建档。")
    if HardshipFile.objects.open().filter(household=household).exists():
        raise ValidationError("这户已经有一份没有退出的困难家庭档案。")
    return _walk(
        file, "reopen", reason=words, by=by, closed_on=None, exit_reason="", exit_note=None, watch_until=None, level=None,
        approved_on=None, approved_by=None, proposed_by=None, review_due_on=None,
    )  # fmt: skip


# --- who may see a guarded file, and who is in charge ------------------------------------------------------------------
@transaction.atomic
def guard_file(file, guarded, *, base_version, by):
    """Keep the file from everybody but its circle, or open it again. Raises StaleVersion."""
    file.guarded = guarded
    save_version(file, ["guarded"], base_version=base_version)
    audit.record("hardship.hardshipfile.guard" if guarded else "hardship.hardshipfile.unguard", file, by=by)
    return file


@transaction.atomic
def name_reader(file, user, *, until, why, by):
    """Let `user` read the guarded `file` until a day. Returns the FileReader. Raises ValidationError."""
    today = timezone.localdate()
    if user.pk == by.pk:
        raise ValidationError("不能批准自己查看。")
    if until < today:
        raise ValidationError({"until": "截止日期不能早于今天。"})
    reader = FileReader.objects.create(file=file, user=user, valid_from=today, valid_to=until, why=why, given_by=by)
    audit.record("hardship.hardshipfile.name", file, by=by, until=until.isoformat(), person=user.pk)
    return reader


# --- helpers -----------------------------------------------------------------------------------------------------------
def next_review(level, day):
    """The day of the next review of a family of `level` reviewed on `day`: rules "hardship_review_days_1" … "_4"."""
    return day + timedelta(days=rule(f"hardship_review_days_{int(level)}"))


def follow_level(file, before, *, by):
    """Let the colour of the family, and with it the rhythm of visits, follow the level of its file: up in any case, down
    only where the colour came from the former level `before`."""
    household = Household.objects.get(pk=file.household_id)
    colour, present = COLOURS[Level(file.level)], household.risk_level
    came_from_level = before is not None and present == COLOURS[Level(before)]
    if present and not came_from_level and STRICTNESS.index(present) >= STRICTNESS.index(colour):
        return
    if present != colour:
        household.risk_level = colour
        change_household(household, {"risk_level"}, base_version=household.version, reason="困难等级", by=by)


def _review(file, kind, *, level, reason, by, before=None, confirmed_by=None):
    """Keep what the score sheet says today beside what `by` decides. Returns the Review. Raises ValidationError."""
    sheet = suggestion_for(file.household)
    if int(level) != sheet.level and not reason.strip():
        raise ValidationError({"reason": "和建议的等级不一样，请写理由。"})
    return Review.objects.create(
        file=file, kind=kind, parts=[list(part) for part in sheet.parts], score=sheet.score, suggested=sheet.level,
        level_before=before, level=level, reason=reason.strip(), made_by=by, confirmed_by=confirmed_by,
        confirmed_on=timezone.localdate() if confirmed_by else None,
    )  # fmt: skip


def _not_alone(file, by):
    if file.proposed_by_id == by.pk:
        raise ValidationError("自己提出的，要由另一位负责人决定。")


def _words(text, sentence):
    if not text.strip():
        raise ValidationError({"reason": sentence})
    return text.strip()[:300]


def _walk(file, step, *, reason, by, base_version=None, **changes):
    file_flow.walk(file, step, base_version=base_version, **changes)
    _stage(file, file.state, reason=reason, by=by)
    audit.record(f"hardship.hardshipfile.{step}", file, by=by)
    return file


def _stage(file, state, *, reason, by):
    today = timezone.localdate()
    FileStage.objects.filter(file=file, valid_to=None).update(valid_to=today)
    FileStage.objects.create(file=file, state=state, valid_from=today, reason=reason, recorded_by=by)
