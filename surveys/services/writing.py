"""Writing a questionnaire: every step keeps the one before it in the history, and nothing that was out goes away."""

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction

from fedhub.core import audit
from fedhub.core.history import text_at_version
from fedhub.core.versions import StaleVersion, save_version
from surveys.definition import edit
from surveys.definition.questionnaire import Questionnaire, from_data, to_data
from surveys.enums import Status
from surveys.models import Survey

WRITABLE = (Status.DRAFT, Status.OPEN, Status.PAUSED)
MOST_QUESTIONS, MOST_OPTIONS, LONGEST = 200, 100, 500
NOT_NOW = {
    Status.REVIEW: "问卷在审核，不能改。要改，请审核的人退回。",
}


def written(survey):
    """The Questionnaire as it is being written."""
    return from_data(survey.draft or {})


def out_of(survey):
    """The Questionnaire that is out now, with all that was ever out; an empty one before the first publishing."""
    row = survey.editions.order_by("-number").values_list("content", flat=True).first()
    return from_data(row) if row else Questionnaire()


def has_news(survey):
    """True when what is written differs from what is out."""
    return survey.edition > 0 and written(survey) != out_of(survey)


@transaction.atomic
def change_draft(survey, step, *, what, by, base_version=None):
    """Put `step(questionnaire)` in the place of the draft. `what` names the step in the history. Returns the Survey.

    Raises StaleVersion when the survey is no longer the `base_version` that was read, ValidationError when it cannot be written
    now, when something that was out would go away, or when it becomes too long.
    """
    row = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    check_writable(row)
    if base_version is not None and row.version != base_version:
        raise StaleVersion(row)
    new = step(written(row))
    check_size(new)
    if wrong := edit.broken(out_of(row), new):
        raise ValidationError(wrong)
    row.draft = to_data(new)
    save_version(row, ["draft"], base_version=row.version, reason=what[:90])
    audit.record("surveys.survey.write", row, by=by, step=what)
    return row


def check_writable(survey):
    """Raise ValidationError when the questionnaire cannot be written in the survey's status."""
    if survey.status not in WRITABLE:
        raise ValidationError(NOT_NOW.get(survey.status, f"问卷{survey.get_status_display()}，不能再改。"))


def check_size(questionnaire):
    """Raise ValidationError for a questionnaire that no page could show."""
    questions = questionnaire.questions()
    if len(questions) > MOST_QUESTIONS:
        raise ValidationError(f"一份问卷最多 {MOST_QUESTIONS} 题。")
    for question in questions:
        if len(question.options) > MOST_OPTIONS or len(question.rows) > MOST_OPTIONS:
            raise ValidationError(f"“{question.label[:20]}”的选项太多，最多 {MOST_OPTIONS} 个。")
        words = [question.label, question.hint, *(one.label for one in (*question.options, *question.rows))]
        if any(len(text) > LONGEST for text in words):
            raise ValidationError(f"“{question.label[:20]}”太长了，问句、选项最多 {LONGEST} 个字。")


def write_question(survey, question, *, base_version, by):
    """Save a changed question, also when other questions were changed meanwhile. Returns the Survey. Raises StaleVersion when
    somebody else changed this very question, or took it out; ValidationError."""

    def step(now):
        current = now.question(question.code)
        opened = survey_at(survey, base_version)
        if current is None or (opened is not None and opened.question(question.code) != current):
            raise StaleVersion(Survey.objects.get(pk=survey.pk))
        return now.with_question(replace(question, retired=current.retired))

    return change_draft(survey, step, what=f"改题：{question.label[:30]}", by=by)


def survey_at(survey, version):
    """The Questionnaire that was written at a version of the survey; None when nobody kept it."""
    row = text_at_version(survey, version)
    return None if row is None else from_data(row.draft or {})


def undo(survey, *, base_version, by):
    """Back to what was written before the last step; undone twice it is as it was. Returns the Survey."""
    before = last_before(survey)
    if before is None:
        raise ValidationError("没有可以撤销的步骤。")
    return change_draft(
        survey, lambda now: from_data(before.draft or {}), what="撤销", by=by, base_version=base_version
    )


def last_before(survey):
    """The newest history row whose questionnaire is another one than that written now; None without."""
    rows = survey.history.order_by("-history_id").only("history_id", "draft", "history_change_reason")[:30]
    return next((row for row in rows if row.draft != survey.draft), None)
