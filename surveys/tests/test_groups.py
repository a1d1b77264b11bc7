"""Results looked at in groups: by age or another question, by grid, and all surveys by the seven fields of work."""

from dataclasses import replace

import pytest
from django.urls import reverse

from fedhub.core.testing.queries import queries_beyond
from fedhub.reference.services import load_reference
from surveys.crossing import AT_ONCE, BY_GRID, crossed, groupings, pages_of
from surveys.definition.questionnaire import Option, Question, Questionnaire, Section
from surveys.enums import Kind, Status
from surveys.models import Finding, Survey, TextEntry, TextTag
from surveys.results import Results
from surveys.services.action import raise_from_finding, write_finding
from surveys.tests.factories import SurveyFactory, published
from surveys.tests.test_results import SHELL, answered
from surveys.topics import by_topic

pytestmark = pytest.mark.django_db
AGED = Questionnaire(
    (
        Section(
            "",
            questions=(
                Question(
                    "q1", Kind.SINGLE, "您现在工作吗？", options=(Option("a", "在工作"), Option("b", "没有工作"))
                ),
                Question("q2", Kind.MULTIPLE, "难在哪里？", options=(Option("a", "孩子"), Option("b", "技能"))),
                Question("q3", Kind.SINGLE, "您的年龄段", options=(Option("a", "34岁以下"), Option("b", "35岁以上"))),
                Question("q4", Kind.NUMBER, "几口人"),
            ),
        ),
    )
)


@pytest.fixture(autouse=True)
def _topics():
    load_reference()


@pytest.fixture
def survey(chair, grid):
    survey = published(by=chair, content=AGED)
    young = [{"q1": "a", "q2": ["a"], "q3": "a"}] * 9 + [{"q1": "b", "q2": ["a", "b"], "q3": "a"}] * 6
    old = [{"q1": "a", "q2": ["b"], "q3": "b"}] * 7 + [{"q1": "b", "q2": ["b"], "q3": "b"}] * 2
    answered(survey, grid, young + old, content=AGED)
    return survey


def at(survey, query=""):
    return reverse("surveys:groups", args=[survey.pk]) + query


def test_age_comes_first_then_the_grids_then_the_rest(survey):
    assert list(groupings(Results(survey)).items()) == [
        ("q3", "您的年龄段"), (BY_GRID, "网格"), ("q1", "您现在工作吗？"),
    ]  # fmt: skip


def test_every_question_is_shown_by_age_with_small_numbers_hidden(as_user, chair, survey):
    page = as_user(chair).get(at(survey))

    tables = {key: table for key, _, table in page.context["tables"]}
    assert set(tables) == {"q1", "q2"}
    assert tables["q1"] == crossed(Results(survey), "q1", "q3")
    small = {
        n for table in tables.values() if table for _, cells, _ in table.rows for n in cells if n is not None and n < 5
    }
    assert small == set()
    assert tables["q2"].columns == [("34岁以下", 15), ("35岁以上", 9)]
    assert "您的年龄段" in page.content.decode()


def test_a_grouping_by_grid_is_that_of_the_results(as_user, chair, survey):
    page = as_user(chair).get(at(survey, "?by=grid"))

    assert [(key, table) for key, _, table in page.context["tables"]] == [
        (key, crossed(Results(survey), key, BY_GRID)) for key in ("q1", "q2", "q3")
    ]


@pytest.mark.parametrize(
    "query", ["?by=q2", "?by=q9", "?by=%00", "?page=99999999999", "?page=x", "?page=²", "?page=-1"]
)
def test_odd_parameters_open_the_first_page(as_user, chair, survey, query):
    page = as_user(chair).get(at(survey, query))

    assert (page.status_code, page.context["by"], page.context["page"]) == (200, "q3", 1)


def test_many_questions_are_shown_a_few_at_a_time_and_very_many_answers_one(survey, monkeypatch):
    more = tuple(replace(AGED.question("q1"), code=f"x{n}", label=f"题{n}") for n in range(AT_ONCE + 1))
    results = Results(survey)
    results.questionnaire = Questionnaire((Section("", questions=more),))

    assert [len(page) for page in pages_of(results, BY_GRID)] == [AT_ONCE, 1]
    monkeypatch.setattr("surveys.crossing.MANY", 20)
    assert [len(page) for page in pages_of(results, "x0")] == [1] * AT_ONCE
    assert [len(page) for page in pages_of(results, BY_GRID)] == [AT_ONCE, 1]


def test_too_few_answers_and_strangers_see_nothing(as_user, chair, stranger, grid, survey):
    few = published(by=chair, content=AGED)
    answered(few, grid, [{"q1": "a", "q3": "a"}] * 4, content=AGED)

    page = as_user(chair).get(at(few))
    assert (page.context["tables"], "不足 5 份" in page.content.decode()) == ([], True)
    assert as_user(stranger).get(at(survey)).status_code == 404


@pytest.mark.parametrize("times", [1, 3])
def test_a_page_costs_the_same_for_any_number_of_responses(client, chair, survey, grid, times):
    for _ in range(times):
        answered(survey, grid, [{"q1": "a", "q2": ["a"], "q3": "a"}] * 10, content=AGED)

    response, queries = queries_beyond(client, at(survey), SHELL)

    assert len(response.context["tables"]) == 2
    # The survey, its editions, counts and places, one for each table that is not kept yet.
    assert queries == 7


# --- the seven fields -------------------------------------------------------------------------------------------------
def test_fields_of_work_add_what_came_and_what_became_of_it(client, chair, stranger, as_user, community, grid, survey):
    small = published(SurveyFactory(area=community, topic="5"), by=chair, content=AGED)
    answered(small, grid, [{"q1": "a"}] * 4, content=AGED)
    other = published(SurveyFactory(area=community, topic="6"), by=chair, content=AGED)
    answered(other, grid, [{"q1": "a"}] * 5, content=AGED)
    entries = TextEntry.objects.bulk_create(
        [TextEntry(survey=survey, question="q5", words="学做饭") for _ in range(9)]
    )
    TextTag.objects.bulk_create([TextTag(entry=one, topic="1") for one in entries[:5]])
    TextTag.objects.bulk_create([TextTag(entry=one, topic="2") for one in entries[5:]])
    for words in ("托育少", "假期没人带"):
        write_finding(Finding(survey=survey, words=words, topic="5", area=community, question="q1"), by=chair)
    raise_from_finding(Finding.objects.get(words="托育少"), by=chair)
    SurveyFactory(area=community, topic="7")

    rows = {row.topic: row for row in client.get(reverse("surveys:result_topics")).context["rows"]}
    assert (rows["5"].surveys, rows["5"].received, rows["5"].findings, rows["5"].concerns) == (2, 24, 2, 1)
    assert (rows["6"].surveys, rows["6"].received) == (1, 5)
    assert [rows[topic].words for topic in "123"] == [5, None, 0]
    assert (rows["7"].surveys, list(rows)) == (0, list("1234567"))
    page = as_user(stranger).get(reverse("surveys:result_topics"))
    assert {(row.surveys, row.received, row.words, row.findings) for row in page.context["rows"]} == {(0, 0, 0, 0)}


@pytest.mark.parametrize("rows", [1, 3])
def test_fields_of_work_cost_the_same_for_any_number_of_surveys(
    chair, community, grid, rows, django_assert_num_queries
):
    for _ in range(rows):
        made = published(SurveyFactory(area=community, topic="5"), by=chair, content=AGED)
        answered(made, grid, [{"q1": "a"}] * 5, content=AGED)
    assert Survey.objects.filter(status=Status.OPEN).count() == rows
    by_topic(Survey.objects.all(), 5)

    with django_assert_num_queries(5):
        assert {row.topic: row.received for row in by_topic(Survey.objects.all(), 5)}["5"] == 5 * rows
