"""G8 of the peers: what their results of a survey of twelve choices take, in milliseconds of CPU.

`PEERS_HOME=… PYTHONPATH=… python -m bench.result_peers N` makes N answers in each of the two (installed by bench.surveys) and
prints JSON. form-surveys: all that its results page counts; survey-and-report: how often each answer of each question was given,
as its reports ask for it.
"""

import json
import random
import sys
import time

from bench.survey_peers import CHOICES, make

SLICE = 2_000


def fill(count):
    """`count` answers to every question of each peer."""
    from djf_surveys.models import Answer as FormsAnswer
    from djf_surveys.models import Question as FormsQuestion
    from djf_surveys.models import UserAnswer
    from survey.models import Answer, Question, Response

    draw, codes = random.Random(count), [code.strip() for code in CHOICES.split(",")]  # noqa: S311 - invented answers
    forms, report = list(FormsQuestion.objects.all()), list(Question.objects.all())
    for start in range(0, count, SLICE):
        size = min(SLICE, count - start)
        sent = UserAnswer.objects.bulk_create([UserAnswer(survey=forms[0].survey) for _ in range(size)])
        FormsAnswer.objects.bulk_create(
            [FormsAnswer(question=q, value=draw.choice(codes), user_answer=one) for one in sent for q in forms],
            batch_size=500,
        )
        begun = start
        sent = Response.objects.bulk_create(
            [Response(survey=report[0].survey, interview_uuid=f"{begun + n:036d}") for n in range(size)]
        )
        Answer.objects.bulk_create(
            [Answer(question=q, body=draw.choice(codes), response=one) for one in sent for q in report], batch_size=500
        )


def measure():
    """{peer: milliseconds} of its results, the answers read from the database."""
    from djf_surveys.models import Survey as FormsSurvey
    from djf_surveys.summary import SummaryResponse
    from survey.models import Question

    def of_forms():
        SummaryResponse(FormsSurvey.objects.get()).generate()

    def of_report():
        for question in Question.objects.all():
            question.answers_cardinality()

    found = {}
    for name, work in (("form-surveys", of_forms), ("survey-and-report", of_report)):
        start = time.process_time()
        work()
        found[name] = 1000 * (time.process_time() - start)
    return found


if __name__ == "__main__":
    make()
    fill(int(sys.argv[1]))
    print(json.dumps(measure()))
