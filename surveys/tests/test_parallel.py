"""Two hundred at once: no seat too many, none lost, one answer each, on a file and on PostgreSQL."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from surveys.definition.questionnaire import Option, Question, Questionnaire, Section
from surveys.enums import Kind, Status
from surveys.models import Incoming, Marker, Pass, Seat, Survey
from surveys.services.closing import close_survey
from surveys.services.flushing import editions_of, flush
from surveys.services.folding import recount, tallied
from surveys.services.incoming import Again, Closed, Filled, Full, marked, take_in
from surveys.services.passes import plain_pass, print_codes
from surveys.tests.factories import SurveyFactory, published

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 200
PAPER = Questionnaire(
    (
        Section(
            "",
            questions=(
                Question("q1", Kind.SINGLE, "哪天来", options=(Option("a", "周六", limit=60), Option("b", "周日"))),
            ),
        ),
    )
)
SEATS = {("", ""): 120, ("q1", "a"): 60}


def at_once(work, many):
    """What came of `work(n)` for each n, all started together: a word each."""

    def one(number):
        try:
            work(number)
            return "taken"
        except (Again, Full, Closed) as refused:
            return type(refused).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(one, range(many)))


def answer_of(survey, number, option="a", identity=None):
    return Filled(1, {"q1": option}, {}, survey.area_id, mark=marked(survey, identity or f"device:{number}"))


def test_no_201st_and_no_seat_lost(chair):
    survey = published(SurveyFactory(limit=120), by=chair, content=PAPER)

    came = at_once(lambda n: take_in(survey, answer_of(survey, n, "ab"[n % 2]), SEATS), AT_ONCE)

    assert came.count("taken") == Incoming.objects.count() == Marker.objects.count()
    taken = {(seat.question, seat.option): seat.taken for seat in Seat.objects.all()}
    assert taken[("", "")] == came.count("taken") == 120
    chose = [json.loads(row.sealed)["a"]["q1"] for row in Incoming.objects.all()]
    assert taken[("q1", "a")] == chose.count("a") <= 60
    assert set(came) == {"taken", "Full"}


def test_one_answer_each(chair):
    survey = published(by=chair)

    came = at_once(lambda n: take_in(survey, answer_of(survey, n, identity="device:one")), AT_ONCE)

    assert (came.count("taken"), came.count("Again")) == (1, AT_ONCE - 1)
    assert Incoming.objects.count() == 1


def test_a_code_is_good_once(chair):
    survey = published(by=chair)
    (code,) = print_codes(survey, 1, by=chair)

    came = at_once(
        lambda n: take_in(survey, Filled(1, {"q1": "a"}, {}, survey.area_id, token=plain_pass(code))), AT_ONCE
    )

    assert came.count("taken") == 1
    assert Incoming.objects.count() == 1
    assert Pass.objects.get().used


def test_what_is_refused_leaves_nothing(chair):
    survey = published(SurveyFactory(limit=1), by=chair, content=PAPER)
    take_in(survey, answer_of(survey, 1), SEATS | {("", ""): 1})

    with pytest.raises(Full):
        take_in(survey, answer_of(survey, 2), SEATS | {("", ""): 1})
    # She may try again: she did not answer.
    assert Marker.objects.count() == 1


def test_whoever_sends_while_it_is_closed_is_in_or_told(chair):
    survey = published(by=chair)

    def work(number):
        if number == AT_ONCE // 2:
            close_survey(Survey.objects.get(pk=survey.pk))
        else:
            take_in(survey, answer_of(survey, number))

    came = at_once(work, AT_ONCE)

    assert Survey.objects.get().status == Status.CLOSED
    assert survey.responses.count() == came.count("taken") - 1
    assert (Incoming.objects.count(), Marker.objects.count()) == (0, 0)
    assert came.count("taken") + came.count("Closed") == AT_ONCE


def test_two_who_put_in_at_once_put_each_answer_in_once(chair):
    survey = published(by=chair, content=PAPER)
    for number in range(60):
        take_in(survey, answer_of(survey, number))

    at_once(lambda n: flush(survey, least=1), 8)
    while flush(survey, least=1):
        pass

    assert (Incoming.objects.count(), survey.responses.count()) == (0, 60)
    assert tallied(survey) == recount(survey, editions_of(survey))


@pytest.mark.parametrize(
    "facts", [{"status": Status.PAUSED}, {"ends_on": timezone.localdate() - timezone.timedelta(days=1)}]
)
def test_the_database_itself_refuses_what_comes_too_late(chair, facts):
    survey = published(SurveyFactory(starts_on=timezone.localdate() - timezone.timedelta(days=9)), by=chair)
    Survey.objects.filter(pk=survey.pk).update(**facts)

    with pytest.raises(Closed):
        take_in(survey, answer_of(survey, 1))
    assert (Incoming.objects.count(), Marker.objects.count()) == (0, 0)
