"""The life of a survey (handbook 5.1): opened, sent for review, returned, published, changed while it is out, paused, dropped."""

import secrets

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.models.numbers import take_numbers
from fedhub.core.versions import StaleVersion, save_version
from surveys.definition.check import blocking
from surveys.definition.questionnaire import to_data
from surveys.definition.text import offered
from surveys.enums import Mode, Status
from surveys.flow import survey_flow
from surveys.models import Edition, Seat, Survey
from surveys.services.seats import taken_before
from surveys.services.writing import has_news, out_of, written

# Violence, marriage and health: the fields of work in which nobody is asked by name (handbook 5.2).
SENSITIVE_TOPICS = ("3", "4", "6")
# What may still be set while a survey is out; the rest was promised to whoever answered.
LIVE_FIELDS = ("title", "purpose", "phone", "minutes", "ends_on", "limit", "audience", "grids")
NOT_BY_NAME = "涉及婚姻、家庭暴力、健康的问卷不能实名，请选匿名或者自愿留联系方式。"
ENDS_BEFORE = "截止日期不能早于开始日期。"
SETTLED = (Status.DRAFT,)
LIVE = (Status.OPEN, Status.PAUSED)


def new_token():
    """128 random bits for the address of a survey (security 4.10)."""
    return secrets.token_urlsafe(16)


@transaction.atomic
def create_survey(survey, *, by, grids=(), questionnaire=None):
    """Open a draft: number and address are given here. Returns the Survey. Raises ValidationError."""
    year = timezone.localdate().year
    survey.number = f"WJ{year}-{take_numbers(f'survey:{year}'):04d}"
    survey.token, survey.created_by = new_token(), by
    if questionnaire is not None:
        survey.draft = to_data(questionnaire)
    check_settings(survey)
    survey.full_clean(exclude=["secret", "draft"])
    survey.save()
    survey.grids.set(grids)
    audit.record("surveys.survey.create", survey, by=by)
    return survey


def check_settings(survey):
    """Raise ValidationError for settings that do not fit together; a sensitive topic marks the survey."""
    if survey.topic in SENSITIVE_TOPICS:
        survey.sensitive = True
    if survey.sensitive and survey.mode == Mode.NAMED:
        raise ValidationError({"mode": NOT_BY_NAME})
    if survey.ends_on and survey.starts_on and survey.ends_on < survey.starts_on:
        raise ValidationError({"ends_on": ENDS_BEFORE})
    if survey.limit == 0:
        raise ValidationError({"limit": "份数要大于 0，不限就留空。"})


@transaction.atomic
def change_settings(survey, fields, *, base_version, by, grids=None):
    """Save changed settings. Of a survey that is out only what was promised to nobody. Returns the Survey. Raises
    ValidationError, StaleVersion."""
    row = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if row.version != base_version:
        raise StaleVersion(row)
    if row.status not in (*SETTLED, *LIVE):
        raise ValidationError(f"问卷{row.get_status_display()}，不能再改设置。")
    if row.status in LIVE and (fixed := set(fields) - set(LIVE_FIELDS)):
        names = "、".join(sorted(str(Survey._meta.get_field(name).verbose_name) for name in fixed))
        raise ValidationError(f"问卷已经发布，{names}不能再改。")
    check_settings(survey)
    survey.full_clean(exclude=["secret", "draft"])
    kept = sorted({*fields, "sensitive"} - {"grids"})
    save_version(survey, kept, base_version=base_version)
    if grids is not None:
        survey.grids.set(grids)
    if row.status in LIVE and "limit" in fields:
        seat_limit(survey, "", "", survey.limit)
    audit.record("surveys.survey.change", survey, by=by, fields=sorted(fields))
    return survey


# --- review and publishing ------------------------------------------------------------------------------------------------
def check_ready(survey):
    """Raise ValidationError with everything that keeps the survey from going out."""
    found = blocking(written(survey), mode=survey.mode, sensitive=survey.sensitive)
    wrong = [one.text for one in found[:5]]
    if len(found) > 5:
        wrong.append(f"还有 {len(found) - 5} 处。")
    if survey.ends_on and survey.ends_on < timezone.localdate():
        wrong.append("截止日期已经过了，请在设置里改。")
    if wrong:
        raise ValidationError(wrong)


@transaction.atomic
def submit_survey(survey, *, by):
    """Send a draft for review. Raises FlowError, ValidationError."""
    survey_flow.walk(survey, "submit", returned_note="")
    check_ready(survey)
    audit.record("surveys.survey.submit", survey, by=by)
    return survey


@transaction.atomic
def return_survey(survey, *, note, by):
    """Give it back to be changed, with a note. Raises FlowError."""
    survey_flow.walk(survey, "return", returned_note=note)
    audit.record("surveys.survey.return", survey, by=by)
    return survey


@transaction.atomic
def publish_survey(survey, *, by, base_version=None):
    """Put a reviewed survey out: its first edition, its seats, the secret of its markers. From now on the way in which it knows
    people is fixed. Raises FlowError, StaleVersion, ValidationError."""
    survey_flow.walk(
        survey, "publish", base_version=base_version, edition=1, published_at=timezone.now(), reviewed_by=by,
        secret=secrets.token_urlsafe(32),
    )  # fmt: skip
    check_ready(survey)
    Edition.objects.create(survey=survey, number=1, content=survey.draft, made_by=by)
    set_seats(survey, written(survey))
    audit.record("surveys.survey.publish", survey, by=by, edition=1)
    return survey


@transaction.atomic
def publish_edition(survey, *, base_version, by):
    """Put what was written meanwhile out as the next edition of a survey that is out. Raises ValidationError, StaleVersion."""
    row = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if row.version != base_version:
        raise StaleVersion(row)
    if row.status not in LIVE:
        raise ValidationError(f"问卷{row.get_status_display()}，不能发布新版。")
    if not has_news(row):
        raise ValidationError("没有改动，不用发布新版。")
    check_ready(row)
    row.edition += 1
    Edition.objects.create(survey=row, number=row.edition, content=row.draft, made_by=by)
    set_seats(row, written(row))
    save_version(row, ["edition"], base_version=row.version, reason="发布新版")
    audit.record("surveys.survey.republish", row, by=by, edition=row.edition)
    return row


def set_seats(survey, questionnaire):
    """One Seat for the survey's limit and one for each option with a limit; those without a limit any more go."""
    wanted = {("", ""): survey.limit} if survey.limit else {}
    for question in questionnaire.questions():
        for option in question.options:
            if option.limit and not (question.retired or option.retired):
                wanted[question.code, option.code] = option.limit
    for seat in survey.seats.all():
        if (seat.question, seat.option) not in wanted:
            seat.delete()
    for (question, option), limit in wanted.items():
        seat_limit(survey, question, option, limit)


def seat_limit(survey, question, option, limit):
    """Let so many take it, never fewer than have; None: no limit. Raises ValidationError."""
    seats = Seat.objects.filter(survey=survey, question=question, option=option)
    if not limit:
        seats.delete()
        return
    taken = seats.values_list("taken", flat=True).first()
    taken = taken_before(survey, question, option) if taken is None else taken
    try:
        with transaction.atomic():
            if not seats.update(limit=limit):
                Seat.objects.create(survey=survey, question=question, option=option, limit=limit, taken=taken)
    except IntegrityError:
        raise ValidationError(f"已经收了 {taken} 份，上限不能比它少。") from None


# --- on the way -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def pause_survey(survey, *, by):
    """Take no more answers for now. Raises FlowError."""
    survey_flow.walk(survey, "pause")
    audit.record("surveys.survey.pause", survey, by=by)
    return survey


@transaction.atomic
def resume_survey(survey, *, by):
    """Take answers again. Raises FlowError."""
    survey_flow.walk(survey, "resume")
    audit.record("surveys.survey.resume", survey, by=by)
    return survey


@transaction.atomic
def drop_survey(survey, *, by):
    """Give up a survey that never was out. Raises FlowError."""
    survey_flow.walk(survey, "drop")
    audit.record("surveys.survey.drop", survey, by=by)
    return survey


@transaction.atomic
def copy_survey(source, survey, *, by, grids=()):
    """A new draft that asks what `source` asked, without what was retired; with the codes it had, so that the answers of two
    years line up. Returns the Survey."""
    from_out = out_of(source) if source.edition else written(source)
    return create_survey(survey, by=by, grids=grids, questionnaire=offered(from_out))
