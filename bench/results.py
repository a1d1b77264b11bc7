"""G8: the data part of a survey's results page, from ten thousand to a million responses; against counting the answers anew.

`python -m bench.mark results_fill N` makes a survey of twelve questions with N responses in twelve grids; `results` measures all
that there are. Counting anew is what a results page without kept counts does: one pass over the answers in Python, the fastest
of the plain ways (design: performance §4).
"""

import random
import time
from statistics import median

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from fedhub.areas.enums import AreaKind
from fedhub.areas.models import Area
from fedhub.demo.told import questionnaire
from surveys.definition.questionnaire import to_data
from surveys.enums import Status
from surveys.models import Edition, Response, Survey, Tally
from surveys.results import Results
from surveys.services.folding import fold, recount, tallied

SLICE, GRIDS, RUNS = 5_000, 12, 9
# Counting a million anew takes minutes: on as many as give a steady ratio.
RECOUNT_MOST = 100_000
MARK = "bench"


def fill(count):
    """A survey with `count` responses, unless there is one."""
    count = int(count)
    title = f"{MARK} {count}"
    if Survey.objects.filter(title=title).exists():
        return count
    user = get_user_model().objects.order_by("pk").first()
    grids = list(Area.objects.filter(kind=AreaKind.GRID).order_by("code")[:GRIDS])
    now, data = timezone.now(), to_data(questionnaire())
    survey = Survey.objects.create(
        area=grids[0].parent, number=title, token=f"{MARK}{count:020d}", title=title, topic="5", asker="妇联", purpose="量",
        status=Status.OPEN, edition=1, published_at=now, reviewed_by=user, created_by=user, draft=data,
    )  # fmt: skip
    Edition.objects.create(survey=survey, number=1, content=data, made_by=user)
    draw = random.Random(count)  # noqa: S311 - invented answers
    for start in range(0, count, SLICE):
        rows = [_response(draw, survey, draw.choice(grids)) for _ in range(min(SLICE, count - start))]
        Response.objects.bulk_create(rows, batch_size=500)
        fold(survey, {1: questionnaire()}, rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return count


def _response(draw, survey, grid):
    answers = {
        "q1": draw.choice("abcd"), "q2": sorted(draw.sample("abcde", 2)), "q3": draw.choice("abcd"), "q4": draw.choice("12345"),
        "q5": draw.sample("abc", 3), "q6": draw.randrange(4), "q7": draw.choice("abcd"),
    }  # fmt: skip
    return Response(survey=survey, edition=1, answers=answers, area=grid)


def run():
    """{responses: milliseconds of the data part (medians), of counting anew, and whether both give the same}."""
    found = {}
    for survey in Survey.objects.filter(title__startswith=MARK).order_by("pk"):
        count = Tally.objects.filter(survey=survey, question="").values_list("n", flat=True)
        total = sum(count)
        own = median(_timed(lambda survey=survey: Results(survey).figures) for _ in range(RUNS))
        line = {"own_ms": own, "rows": Tally.objects.filter(survey=survey).count()}
        if total <= RECOUNT_MOST:
            line["anew_ms"] = _timed(lambda survey=survey: recount(survey, {1: questionnaire()}))
            line["same"] = recount(survey, {1: questionnaire()}) == tallied(survey)
        found[total] = line
    return found


def _timed(work):
    start = time.process_time()
    work()
    return 1000 * (time.process_time() - start)
