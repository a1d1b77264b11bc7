"""结果: from counts alone, hidden while few answered, by grid and by two questions; findings become concerns; what is told."""

import json
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from concerns.models import Concern
from fedhub.areas.tests.factories import grid as grid_number
from fedhub.core.flow import FlowError
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import once_key_of
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.versions import StaleVersion
from households.tests.factories import HouseholdFactory
from surveys.crossing import BY_GRID, crossed
from surveys.definition.questionnaire import Option, Question, Questionnaire, Section, to_data
from surveys.enums import Kind, Status
from surveys.models import Edition, Finding, Response, Survey, TextEntry
from surveys.results import Results, reach
from surveys.services.action import change_finding, raise_from_finding, write_finding
from surveys.services.folding import fold, recount, tallied, unfold
from surveys.services.telling import tell_results, tell_text, untell_results
from surveys.services.texts import scan_waiting
from surveys.tests.factories import WORK, SurveyFactory, published

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
LIST = reverse("surveys:result_list")


def answered(survey, area, answers, *, content=WORK, edition=1, texts=None):
    """Responses of one place, counted."""
    rows = [
        Response(survey=survey, edition=edition, answers=one, texts=json.dumps(texts or {}), area=area)
        for one in answers
    ]
    Response.objects.bulk_create(rows)
    fold(survey, {edition: content}, rows)
    return rows


def close(survey):
    Survey.objects.filter(pk=survey.pk).update(status=Status.CLOSED, closed_at=timezone.now())
    survey.refresh_from_db()
    return survey


@pytest.fixture
def survey(chair, community):
    return published(by=chair)


@pytest.fixture
def full(survey, grid, other_grid):
    """Twenty of the first grid, ten of the second, two without one."""
    answered(survey, grid, [{"q1": "a", "q2": ["a", "b"]}] * 12 + [{"q1": "b", "q2": ["a"]}] * 8)
    answered(survey, other_grid, [{"q1": "a", "q2": ["b"]}] * 5 + [{"q1": "b", "q2": ["a"]}] * 5)
    answered(survey, survey.area, [{"q1": "a"}] * 2)
    return survey


def url(name, *args):
    return reverse(f"surveys:{name}", args=args)


# --- the pages ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    for _ in range(rows):
        answered(published(by=chair), grid, [{"q1": "a"}] * 6)

    response, queries = queries_beyond(client, LIST, SHELL)

    assert [row.received for row in response.context["page"].rows] == [6] * rows
    assert response.resolver_match.view_name == "surveys:result_list"
    assert queries == 5


@pytest.mark.parametrize("times", [1, 40])
def test_the_results_cost_the_same_for_any_number_of_responses(client, chair, survey, grid, times):
    answered(survey, grid, [{"q1": "a"}] * 6 * times)

    response, queries = queries_beyond(client, url("results", survey.pk), SHELL)

    assert response.context["results"].total == 6 * times
    assert queries == 6


def test_the_list_shows_drafts_to_nobody_and_a_stranger_finds_nothing(as_user, chair, survey, stranger):
    SurveyFactory()

    assert [row.pk for row in as_user(chair).get(LIST).context["page"].rows] == [survey.pk]
    assert as_user(stranger).get(LIST).context["page"].rows == []
    assert as_user(stranger).get(url("results", survey.pk)).status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [("q=养育", 1), ("q=没有的", 0), ("status=open", 1), ("status=told", 0), ("topic=5", 1), ("topic=x", 1)],
)
def test_the_list_is_narrowed_by_its_address(as_user, chair, survey, query, expected):
    assert len(as_user(chair).get(f"{LIST}?{query}", follow=True).context["page"].rows) == expected


def test_results_are_hidden_until_five_have_answered(as_user, chair, survey, grid):
    answered(survey, grid, [{"q1": "a"}] * 4)
    page = as_user(chair).get(url("results", survey.pk))
    assert page.context["figures"] == []
    assert "收到不足 5 份，还不显示结果" in page.content.decode()
    assert "4 份" not in page.content.decode()

    answered(survey, grid, [{"q1": "a"}])
    figure = as_user(chair).get(url("results", survey.pk)).context["figures"][0][0]
    assert [(line.n, line.percent) for line in figure.lines] == [(5, 100.0), (None, None)]


def test_a_grid_is_looked_at_through_the_address(as_user, chair, full, grid):
    client = as_user(chair)

    def first(query):
        figure = client.get(url("results", full.pk) + query).context["figures"][0][0]
        return figure.base, [line.n for line in figure.lines]

    assert first("") == (32, [19, 13])
    assert first(f"?grid={grid.code}") == (20, [12, 8])
    # A place with too few, and one that is none, are the whole.
    assert first(f"?grid={full.area.code}") == first("?grid=zz") == first("")


def test_the_most_frequent_comes_first_when_asked(as_user, chair, full):
    found = as_user(chair).get(url("results", full.pk) + "?by=count").context["figures"]

    assert [line.code for line in found[1][1]][:2] == ["a", "b"]
    assert [line.n for line in found[0][1]] == sorted([line.n for line in found[0][1]], reverse=True)


def test_editions_line_up_and_say_what_changed(as_user, chair, survey, grid):
    later = Questionnaire(
        (Section("工作", questions=(
            Question("q1", Kind.SINGLE, "您上班吗？", options=(Option("a", "上班"), Option("b", "没有工作"))),)),)
    )  # fmt: skip
    Edition.objects.create(survey=survey, number=2, content=to_data(later), made_by=chair)
    answered(survey, grid, [{"q1": "a"}] * 5)
    answered(survey, grid, [{"q1": "a"}] * 5 + [{"q1": "b"}] * 5, content=later, edition=2)

    figure, _, changed = as_user(chair).get(url("results", survey.pk)).context["figures"][0]

    assert (figure.question.label, [line.n for line in figure.lines]) == ("您上班吗？", [10, 5])
    assert changed == [(2, "题目原来是“您现在工作吗？”"), (2, "“上班”原来写的是“在工作”")]


def test_the_sheet_and_the_word_report_hold_the_same_numbers(as_user, chair, full):
    client = as_user(chair)
    sheet = client.get(url("result_sheet", full.pk)).content.decode()
    paper = client.post(url("result_paper", full.pk))

    assert ">19<" in sheet
    assert paper.headers["Content-Disposition"] == f'attachment; filename="{full.number}.docx"'
    assert AuditEvent.objects.filter(action="surveys.survey.report", target_id=full.pk).count() == 1


def test_no_report_is_made_of_too_few(as_user, chair, survey, grid):
    answered(survey, grid, [{"q1": "a"}] * 4)

    answer = as_user(chair).post(url("result_paper", survey.pk), follow=True)

    assert "收到不足 5 份，还不能出报告" in answer.content.decode()


# --- who answered ---------------------------------------------------------------------------------------------------
def test_the_silent_grids_come_first(as_user, chair, full, grid):
    third = grid_number(3)
    HouseholdFactory.create_batch(4, area=grid)
    answered(full, third, [{"q1": "a"}] * 3)
    grid_number(4)

    rows = reach(Results(full))

    assert [(row.name, row.responses, row.per_hundred) for row in rows] == [
        ("第四网格", 0, None), ("第三网格", None, None), ("第二网格", 10, None), ("第一网格", 20, 500.0)
    ]  # fmt: skip
    page = as_user(chair).get(url("reach", full.pk)).content.decode()
    assert "第四网格 一份也没有收到" in page
    assert "算不出来" in page


def test_the_rate_is_told_where_the_audience_is_known(full):
    full.audience = 64

    assert Results(full).rate == 50.0


# --- two questions together -----------------------------------------------------------------------------------------
def test_two_questions_are_crossed_with_small_numbers_hidden(full):
    table = crossed(Results(full), "q1", "q2")

    assert [label for label, _ in table.columns] == ["孩子没人带", "技能不够", "其他"]
    assert [(label, cells) for label, cells, _ in table.rows] == [
        ("在工作", [12, 17, None]),
        ("没有工作", [13, None, None]),
    ]


def test_the_cross_by_grid_is_that_of_the_results(full):
    results = Results(full)
    figure = results.figures[0]
    table = crossed(results, "q1", BY_GRID)

    assert [n for _, n in table.columns] == list(figure.splits[""].bases.values())
    assert [n for _, _, n in table.rows] == [line.n for line in figure.lines]
    shown = [n for _, cells, _ in table.rows for n in cells if n is not None]
    assert all(n >= 5 for n in shown)


@pytest.mark.parametrize(("down", "across"), [("q1", "q1"), ("q9", "q1"), ("q3", "q1"), ("q1", "q3")])
def test_what_cannot_be_crossed_gives_no_table(full, down, across):
    assert crossed(Results(full), down, across) is None


def test_the_cross_page_takes_odd_parameters(as_user, chair, full):
    client = as_user(chair)

    assert client.get(url("cross", full.pk) + "?down=%00&across=q2").context["down"] == "q1"
    assert "行和列选了同一题" in client.get(url("cross", full.pk) + "?down=q1&across=q1").content.decode()


def test_a_cross_table_is_asked_of_the_answers_once(full, django_assert_num_queries):
    results = Results(full)
    first = crossed(results, "q1", "q2")
    with django_assert_num_queries(0):
        again = crossed(results, "q1", "q2")

    assert again == first


def test_a_cross_table_follows_a_changed_answer_and_a_new_wording(full, chair):
    first = crossed(Results(full), "q1", "q2")
    changed = full.responses.filter(answers={"q1": "a", "q2": ["a", "b"]}).first()
    unfold(full, {1: WORK}, [changed])
    Response.objects.filter(pk=changed.pk).update(answers={"q1": "a", "q2": ["a"]})
    changed.refresh_from_db()
    fold(full, {1: WORK}, [changed])
    second = crossed(Results(full), "q1", "q2")
    question = WORK.question("q1")
    renamed = replace(question, options=(replace(question.options[0], label="上班"), question.options[1]))
    Edition.objects.create(survey=full, number=2, content=to_data(WORK.with_question(renamed)), made_by=chair)
    third = crossed(Results(full), "q1", "q2")

    assert [table.columns[1] for table in (first, second)] == [("技能不够", 17), ("技能不够", 16)]
    assert [table.rows[0][0] for table in (second, third)] == ["在工作", "上班"]


def test_how_many_a_small_grid_has_does_not_follow_from_the_others(as_user, chair, survey, grid, other_grid):
    """Twenty, ten, and three: with the sum, the first two would tell the third."""
    third = grid_number(3)
    for place, n in ((grid, 20), (other_grid, 10), (third, 3)):
        answered(survey, place, [{"q1": "a"}] * n)
    results = Results(survey)

    assert [row.responses for row in reach(results)] == [None, None, 20]
    assert [(name, n) for _, name, n in results.places()] == [("第一网格", 20)]
    page = as_user(chair).get(url("results", survey.pk) + f"?grid={other_grid.code}").content.decode()
    assert "第二网格" not in page


# --- findings -------------------------------------------------------------------------------------------------------
def test_a_finding_keeps_its_figures_and_becomes_one_concern(as_user, chair, full, grid):
    client = as_user(chair)
    page = client.get(url("finding_create", full.pk) + "?question=q1")
    posted = {"words": "没有工作的多", "detail": "", "question": "q1", "topic": "1", "area": full.area_id}
    answer = client.post(url("finding_create", full.pk), posted | {"once_key": once_key_of(page)})
    finding = Finding.objects.get()
    assert answer.url == finding.get_absolute_url()
    assert finding.figures == [["您现在工作吗？　在工作", 19, 32], ["您现在工作吗？　没有工作", 13, 32]]

    client.post(url("finding_raise", finding.pk))
    concern = Concern.objects.get()
    assert (concern.origin, concern.topic, concern.area, concern.title) == ("survey", "1", full.area, "没有工作的多")
    assert concern.get_absolute_url() in client.get(finding.get_absolute_url()).content.decode()
    way = client.get(reverse("concerns:concern_way", args=[concern.pk])).content.decode()
    assert finding.get_absolute_url() in way
    with pytest.raises(ValidationError, match="已经提过诉求"):
        raise_from_finding(finding, by=chair)


def test_two_who_change_a_finding_do_not_overwrite_each_other(chair, full):
    finding = write_finding(Finding(survey=full, area=full.area, words="甲", topic="1", question="q1"), by=chair)
    other = Finding.objects.get(pk=finding.pk)
    finding.words = "乙"
    change_finding(finding, base_version=1, by=chair)
    other.words = "丙"

    with pytest.raises(StaleVersion):
        change_finding(other, base_version=1, by=chair)
    assert Finding.objects.get().words == "乙"


# --- telling --------------------------------------------------------------------------------------------------------
def test_only_the_chosen_questions_are_public_without_small_numbers(as_user, chair, full, grid):
    answered(full, grid, [{"q1": "a"}], texts={"q3": "想学做饭，找13812345678"})
    answered(full, grid, [{}], texts={"q3": "没有选的话"})
    scan_waiting()
    close(full)
    finding = write_finding(Finding(survey=full, area=full.area, words="托管最缺", topic="5", question="q1"), by=chair)
    raise_from_finding(finding, by=chair)
    address = reverse("told:results", args=[full.token])
    assert Client().get(address).status_code == 404

    tell_text(next(e for e in TextEntry.objects.all() if "做饭" in e.words), told=True, by=chair)
    tell_results(full, shown=["q1", "q3"], said="难", done="办了", findings=[finding.pk], by=chair)
    page = Client().get(address).content.decode()

    assert "您现在工作吗？" in page
    assert "难在哪里？" not in page
    assert "想学做饭" in page
    assert "13812345678" not in page
    assert "没有选的话" not in page
    assert "托管最缺" in page
    assert "新登记" in page
    assert Concern.objects.get().number not in page
    assert full.title in Client().get(reverse("told:list")).content.decode()

    untell_results(full, by=chair)
    assert Client().get(address).status_code == 404
    assert full.title not in Client().get(reverse("told:list")).content.decode()


def test_a_public_page_makes_no_session(full, chair):
    close(full)
    tell_results(full, shown=["q1"], said="难", done="办了", by=chair)

    answer = Client().get(reverse("told:results", args=[full.token]))

    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize(("shown", "match"), [([], "至少选一题"), (["q9"], "至少选一题")])
def test_nothing_is_told_without_questions(chair, full, shown, match):
    close(full)
    with pytest.raises(ValidationError, match=match):
        tell_results(full, shown=shown, said="难", done="办了", by=chair)


def test_too_few_and_open_surveys_are_not_told(chair, survey, full, grid):
    with pytest.raises(FlowError, match="收集中"):
        tell_results(full, shown=["q1"], said="难", done="办了", by=chair)
    few = close(published(by=chair))
    answered(few, grid, [{"q1": "a"}] * 4)
    with pytest.raises(ValidationError, match="不足 5 份"):
        tell_results(few, shown=["q1"], said="难", done="办了", by=chair)


def test_the_chair_chooses_on_a_page_and_others_may_not(as_user, chair, data_officer, full):
    close(full)
    assert as_user(data_officer).get(url("survey_tell", full.pk)).status_code == 404
    client = as_user(chair)
    page = client.get(url("survey_tell", full.pk))
    posted = {"shown": ["q1"], "said": "难", "done": "办了", "version": full.version, "once_key": once_key_of(page)}
    client.post(url("survey_tell", full.pk), posted)
    full.refresh_from_db()

    assert (full.status, full.shown, full.said) == (Status.TOLD, ["q1"], "难")
    client.post(url("survey_untell", full.pk))
    full.refresh_from_db()
    assert full.status == Status.CLOSED


def test_counts_stay_what_a_recount_gives(full):
    assert tallied(full) == recount(full, {1: WORK})


def test_a_finding_goes_straight_to_the_council_and_says_what_became_of_it(as_user, chair, worker, full, grid):
    client = as_user(chair)
    finding = write_finding(
        Finding(
            survey=full, area=grid, words="停车没有地方", topic="1", question="q1", detail="晚上最挤",
            figures=[["缺车位", 19, 32]],
        ), by=chair,
    )  # fmt: skip
    page = client.get(finding.get_absolute_url()).content.decode()
    assert "提交妇女议事会" in page
    assert "提交妇女议事会" not in as_user(worker).get(finding.get_absolute_url()).content.decode()

    refused = client.post(url("finding_send", finding.pk), {"route": "odd"})
    sent = client.post(url("finding_send", finding.pk), {"route": "council"})

    finding.refresh_from_db()
    case = Concern.objects.get().topics.get()
    assert (refused.url, sent.url) == (finding.get_absolute_url(), case.get_absolute_url())
    assert (case.source, case.title, "缺车位：19 份" in case.detail, case.supporters) == (
        "survey",
        "停车没有地方",
        True,
        0,
    )
    assert case.get_absolute_url() in client.get(finding.get_absolute_url()).content.decode()
