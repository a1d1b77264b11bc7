"""您说的，我们做了: results made public, question by question, and taken down again."""

from django.core.exceptions import ValidationError
from django.db import transaction

from fedhub.core import audit
from surveys.flow import survey_flow
from surveys.models import Finding, TextEntry
from surveys.results import Results


@transaction.atomic
def tell_results(survey, *, shown, said, done, findings=(), base_version=None, by):
    """Make the questions `shown` (their codes) public with what was heard and done, and `findings` (ids) with how far their
    concerns are. Raises ValidationError for a question that is not there or too few responses, FlowError when the survey is
    not closed."""
    results = Results(survey)
    known = {figure.question.code for figure in results.figures}
    if not results.enough:
        raise ValidationError(f"收到不足 {results.least} 份，不能公布：容易认出是谁。")
    if not shown or set(shown) - known:
        raise ValidationError({"shown": "请至少选一题；题目刚改过的，请刷新后再选。"})
    survey_flow.walk(survey, "tell", base_version=base_version, shown=list(shown), said=said, done=done)
    told = Finding.objects.filter(survey=survey)
    told.exclude(pk__in=findings).update(told=False)
    told.filter(pk__in=findings).update(told=True)
    audit.record("surveys.survey.tell", survey, by=by, questions=len(shown))
    return survey


@transaction.atomic
def untell_results(survey, *, by):
    """Take the public page down; what it said is kept for the next time. Raises FlowError when it is not public."""
    survey_flow.walk(survey, "untell")
    audit.record("surveys.survey.untell", survey, by=by)
    return survey


@transaction.atomic
def tell_text(entry, *, told, by):
    """Let everybody read the covered words of `entry`, or no longer. Raises ValidationError before they were looked through."""
    if not TextEntry.objects.filter(pk=entry.pk, scanned=True).update(told=told):
        raise ValidationError("这一条还没查过号码和姓名，过一两分钟再选。")
    audit.record("surveys.survey.tell_text" if told else "surveys.survey.untell_text", entry.survey, by=by)
