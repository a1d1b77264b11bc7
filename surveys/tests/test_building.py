"""Pages of building a survey: list, settings, review, publishing, editions, sharing."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.versions import StaleVersion
from fedhub.reference.services import load_reference
from surveys.definition.edit import take_out
from surveys.definition.questionnaire import Option, Question, Questionnaire, Section, to_data
from surveys.enums import Kind, Status
from surveys.models import Edition, Seat, Survey
from surveys.services.flushing import flush
from surveys.services.incoming import Filled, take_in
from surveys.services.lifecycle import (
    change_settings,
    copy_survey,
    create_survey,
    publish_edition,
    publish_survey,
    set_seats,
    submit_survey,
)
from surveys.services.writing import change_draft, has_news, out_of, undo, write_question, written
from surveys.tests.factories import WORK, SurveyFactory, published
from surveys.tests.test_flow import survey_at

pytestmark = pytest.mark.django_db

SHELL = "/safety/help/"


@pytest.fixture
def survey(community):
    return SurveyFactory(area=community)


@pytest.fixture(autouse=True)
def _topics():
    load_reference()


def found(client, query=""):
    return {row[0] for row in client.get(f"{reverse('surveys:survey_list')}{query}").context["page"].rows}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(client, chair, community, rows):
    SurveyFactory.create_batch(rows, area=community)

    page, queries = queries_beyond(client, reverse("surveys:survey_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 5


def test_filters_of_the_list(client, chair, community):
    a = SurveyFactory(area=community, title="养育问卷", topic="5", starts_on="2025-03-01")
    b = survey_at("open", by=chair, area=community, title="就业问卷", topic="1", mode="voluntary")

    assert found(client) == {a, b}
    assert found(client, "?q=养育") == found(client, f"?q={a.number.lower()}") == {a}
    assert found(client, "?status=draft") == found(client, "?topic=5") == found(client, "?year=2025") == {a}
    assert found(client, "?mode=voluntary") == found(client, "?status=open") == {b}
    assert found(client, "?sort=number") == found(client, "?status=nothing&year=x&topic=%00") == {a, b}


def test_a_worker_sees_what_her_community_asks_and_another_community_does_not(as_user, worker, stranger, survey):
    assert found(as_user(worker)) == {survey}
    assert found(as_user(stranger)) == set()
    assert as_user(worker).get(survey.get_absolute_url()).status_code == 200
    assert as_user(worker).get(reverse("surveys:editor", args=[survey.pk])).status_code == 404
    assert as_user(stranger).get(survey.get_absolute_url()).status_code == 404
    assert list(Survey.objects.visible_to(worker, "surveys.assist_survey")) == [survey]
    assert list(Survey.objects.visible_to(worker, "surveys.change_survey")) == []


def test_a_new_survey_from_the_form_to_the_editor(client, chair, community):
    page = client.get(reverse("surveys:survey_create"))
    answer = client.post(
        reverse("surveys:survey_create"),
        filled(
            page,
            title="养育问卷",
            topic="5",
            mode="voluntary",
            purpose="想知道难在哪里",
            ends_on="2099-01-01",
            limit="200",
        ),
    )

    survey = Survey.objects.get()
    assert answer.url == reverse("surveys:editor", args=[survey.pk])
    assert (survey.status, survey.mode, survey.created_by, survey.asker) == (
        "draft",
        "voluntary",
        chair,
        f"{community.name}妇联",
    )
    assert survey.number == f"WJ{timezone.localdate().year}-0001"
    assert len(survey.token) == 22


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"topic": "4", "mode": "named"}, "mode"),
        ({"sensitive": "on", "mode": "named"}, "mode"),
        ({"ends_on": "2020-01-01", "starts_on": "2021-01-01"}, "ends_on"),
        ({"limit": "0"}, "limit"),
        ({"keep_months": "99"}, "keep_months"),
        ({"minutes": "0"}, "minutes"),
        ({"age_from": "9"}, "age_from"),
        ({"title": ""}, "title"),
        ({"mode": "secret"}, "mode"),
        ({"limit": "abc"}, "limit"),
    ],
)
def test_settings_that_do_not_fit_are_named_at_their_field(client, chair, community, changes, field):
    page = client.get(reverse("surveys:survey_create"))

    answer = client.post(
        reverse("surveys:survey_create"),
        filled(page, **{"title": "问卷", "purpose": "想知道", "mode": "anonymous"} | changes),
    )

    assert list(answer.context["form"].errors) == [field]
    assert Survey.objects.count() == 0


def test_a_sensitive_topic_marks_the_survey(chair, community):
    survey = create_survey(SurveyFactory.build(area=community, topic="6", draft={}), by=chair)

    assert survey.sensitive is True


def test_review_return_and_publish_by_pages(client, as_user, chair, data_officer, survey):
    officer, head = as_user(data_officer), as_user(chair)
    officer.post(reverse("surveys:survey_submit", args=[survey.pk]))
    assert officer.get(reverse("surveys:survey_publish", args=[survey.pk])).status_code == 404
    head.post(reverse("surveys:survey_return", args=[survey.pk]), {"note": "第 2 题太长"})
    survey.refresh_from_db()
    assert (survey.status, survey.returned_note) == ("draft", "第 2 题太长")
    assert "第 2 题太长" in officer.get(survey.get_absolute_url()).content.decode()

    officer.post(reverse("surveys:survey_submit", args=[survey.pk]))
    page = head.get(reverse("surveys:survey_publish", args=[survey.pk]))
    answer = head.post(reverse("surveys:survey_publish", args=[survey.pk]), filled(page))

    survey.refresh_from_db()
    assert answer.url == reverse("surveys:share", args=[survey.pk])
    assert (survey.status, survey.edition, survey.reviewed_by) == ("open", 1, chair)
    assert survey.published_at is not None
    assert len(survey.secret) >= 32
    assert Edition.objects.get().content == to_data(WORK)


def test_what_was_not_looked_at_is_not_published(as_user, chair, survey):
    Survey.objects.filter(pk=survey.pk).update(status="review")
    page = as_user(chair).get(reverse("surveys:survey_publish", args=[survey.pk]))
    Survey.objects.filter(pk=survey.pk).update(version=9)

    answer = as_user(chair).post(reverse("surveys:survey_publish", args=[survey.pk]), filled(page))

    survey.refresh_from_db()
    assert answer.status_code == 409
    assert (survey.status, survey.edition) == ("review", 0)


def test_one_with_mistakes_is_not_sent_and_not_published(chair, survey):
    Survey.objects.filter(pk=survey.pk).update(draft={"sections": []})
    survey.refresh_from_db()

    with pytest.raises(ValidationError, match="还没有题目"):
        submit_survey(survey, by=chair)
    Survey.objects.filter(pk=survey.pk).update(status="review")
    with pytest.raises(ValidationError, match="还没有题目"):
        publish_survey(Survey.objects.get(), by=chair)

    assert Survey.objects.get().edition == 0


def test_limits_become_seats_and_are_never_below_what_is_taken(chair, survey):
    limited = Questionnaire(
        (
            Section(
                "",
                "",
                (Question("q1", Kind.SINGLE, "哪一场", options=(Option("a", "上午", limit=20), Option("b", "下午"))),),
            ),
        )
    )
    Survey.objects.filter(pk=survey.pk).update(status="review", limit=100, draft=to_data(limited))
    survey = publish_survey(Survey.objects.get(), by=chair)

    assert set(Seat.objects.values_list("question", "option", "limit")) == {("", "", 100), ("q1", "a", 20)}
    Seat.objects.update(taken=15)
    survey.limit = 10
    with pytest.raises(ValidationError, match="已经收了 15 份"):
        change_settings(survey, ["limit"], base_version=survey.version, by=chair)
    set_seats(Survey.objects.get(), WORK)
    assert set(Seat.objects.values_list("question", "option", "limit", "taken")) == {("", "", 100, 15)}


def test_a_limit_set_while_it_is_out_counts_those_that_came_before(chair, survey, grid):
    survey = published(survey, by=chair)
    for number in range(12):
        take_in(survey, Filled(1, {"q1": "ab"[number % 2]}, {}, grid.pk, mark=f"m{number}"))
    flush(survey, least=1)
    take_in(survey, Filled(1, {"q1": "a"}, {}, grid.pk, mark="m12"))
    survey.limit = 12
    with pytest.raises(ValidationError, match="已经收了 13 份"):
        change_settings(survey, ["limit"], base_version=survey.version, by=chair)
    survey = Survey.objects.get()
    survey.limit = 14
    change_settings(survey, ["limit"], base_version=survey.version, by=chair)
    limited = replace(WORK.question("q1"), options=(Option("a", "在工作", limit=8), Option("b", "没有工作")))
    set_seats(Survey.objects.get(), WORK.with_question(limited))

    assert set(Seat.objects.values_list("question", "option", "limit", "taken")) == {
        ("", "", 14, 13),
        ("q1", "a", 8, 7),
    }


def test_while_it_is_out_only_what_was_promised_to_nobody_changes(client, chair, community):
    survey = survey_at("open", by=chair, area=community)
    address = reverse("surveys:survey_update", args=[survey.pk])
    page = client.get(address)

    client.post(address, filled(page, title="新的标题", mode="named", keep_months="30"))

    survey.refresh_from_db()
    assert (survey.title, survey.mode, survey.keep_months) == ("新的标题", "anonymous", 12)
    assert "mode" not in page.context["form"].fields
    survey.keep_months = 30
    with pytest.raises(ValidationError, match="原始答案保留几个月不能再改"):
        change_settings(survey, ["keep_months"], base_version=survey.version, by=chair)


def test_two_at_the_settings_one_wins(client, chair, survey):
    address = reverse("surveys:survey_update", args=[survey.pk])
    first, second = client.get(address), client.get(address)
    client.post(address, filled(first, title="先存的"))

    answer = client.post(address, filled(second, title="后存的"))

    survey.refresh_from_db()
    assert (answer.status_code, survey.title) == (409, "先存的")


# --- editions -----------------------------------------------------------------------------------------------------------
def test_a_new_edition_keeps_what_was_out_and_changes_words(as_user, chair, community):
    survey = survey_at("open", by=chair, area=community)

    def reworded(now):
        question = now.question("q1")
        options = (Option("a", "上班"), Option("b", "没有工作", retired=True), Option("c", "退休"))
        return (
            now.with_question(Question("q1", Kind.SINGLE, "您上班吗？", required=True, options=options))
            if question
            else now
        )

    change_draft(survey, reworded, what="改", by=chair)
    survey.refresh_from_db()
    assert out_of(survey) == WORK
    assert has_news(survey)
    client = as_user(chair)
    page = client.get(reverse("surveys:edition_publish", args=[survey.pk]))
    assert page.context["changes"] == [("改了", "您上班吗？")]
    client.post(reverse("surveys:edition_publish", args=[survey.pk]), filled(page))

    survey.refresh_from_db()
    assert (survey.edition, survey.status) == (2, "open")
    assert list(survey.editions.values_list("number", flat=True)) == [1, 2]
    assert out_of(survey).question("q1").option("b").retired
    assert client.get(reverse("surveys:edition_publish", args=[survey.pk])).status_code == 404
    with pytest.raises(ValidationError, match="没有改动"):
        publish_edition(survey, base_version=survey.version, by=chair)


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (lambda now: Questionnaire(), "不能删，只能停用"),
        (lambda now: now.with_question(Question("q1", Kind.TEXT, "您工作吗")), "不能改成填空题"),
        (lambda now: now.with_question(
            Question("q1", Kind.SINGLE, "您工作吗", options=(Option("a", "是"), Option("z", "否")))
        ), "的选项“没有工作”已经发布过"),
    ],
)  # fmt: skip
def test_what_was_out_never_goes_away(chair, community, step, sentence):
    survey = survey_at("paused", by=chair, area=community)

    with pytest.raises(ValidationError, match=sentence):
        change_draft(survey, step, what="改", by=chair)

    assert written(Survey.objects.get()) == WORK


def test_taking_out_what_was_out_retires_it(chair, community):
    survey = survey_at("open", by=chair, area=community)
    change_draft(survey, lambda now: take_out(now, "q2", out_of(survey)), what="停用", by=chair)

    assert written(Survey.objects.get()).question("q2").retired


@pytest.mark.parametrize("status", [s for s in Status.values if s not in ("draft", "open", "paused")])
def test_in_review_and_after_the_end_nothing_is_written(as_user, chair, community, status):
    survey = survey_at(status, by=chair, area=community)

    with pytest.raises(ValidationError):
        change_draft(survey, lambda now: now, what="改", by=chair)
    assert as_user(chair).get(reverse("surveys:editor", args=[survey.pk])).status_code == 404


# --- writing ------------------------------------------------------------------------------------------------------------
def test_two_may_change_two_questions_but_not_the_same(chair, survey):
    one, two = WORK.question("q1"), WORK.question("q3")
    opened = survey.version
    changed = Question("q3", Kind.TEXT, "还有什么？")

    write_question(survey, changed, base_version=opened, by=chair)
    write_question(survey, Question("q1", one.kind, "您上班吗？", options=one.options), base_version=opened, by=chair)
    with pytest.raises(StaleVersion):
        write_question(survey, two, base_version=opened, by=chair)

    now = written(Survey.objects.get())
    assert (now.question("q1").label, now.question("q3").label) == ("您上班吗？", "还有什么？")


def test_one_step_is_undone_and_undone_again_it_is_back(chair, survey):
    survey = change_draft(survey, lambda now: take_out(now, "q2", Questionnaire()), what="删", by=chair)
    after = written(survey)

    survey = undo(survey, base_version=survey.version, by=chair)
    assert written(survey) == WORK
    survey = undo(survey, base_version=survey.version, by=chair)
    assert written(survey) == after


def test_a_copy_asks_the_same_with_the_same_codes(chair, community):
    old = published(SurveyFactory(area=community), by=chair)
    copy = copy_survey(old, SurveyFactory.build(area=community, draft={}), by=chair)

    assert written(copy) == WORK
    assert (copy.status, copy.edition) == ("draft", 0)
    assert copy.token != old.token


def test_the_page_of_a_copy_begins_with_what_the_old_one_said(client, chair, community):
    old = published(SurveyFactory(area=community, purpose="想听听"), by=chair)
    address = f"{reverse('surveys:survey_create')}?from={old.pk}"
    page = client.get(address)
    client.post(address, filled(page))

    copy = Survey.objects.exclude(pk=old.pk).get()
    assert (copy.purpose, written(copy)) == ("想听听", WORK)


# --- sharing --------------------------------------------------------------------------------------------------------------
def test_the_poster_and_the_words_carry_the_link(client, worker, chair, community):
    survey = survey_at("open", by=chair, area=community, phone="0571-1234")

    page = client.get(reverse("surveys:share", args=[survey.pk]))
    poster = client.get(reverse("surveys:poster", args=[survey.pk])).content.decode()

    link = f"http://testserver/s/{survey.token}/"
    assert page.context["public_url"] == link
    assert link in page.context["words"]
    assert "0571-1234" in page.context["words"]
    assert community.name in poster
    assert "data:image/svg+xml;base64," in poster


def test_a_sensitive_survey_hangs_on_no_wall_with_its_name(client, chair, community):
    survey = survey_at("open", by=chair, area=community, sensitive=True, title="家庭关系问卷", purpose="婚姻里的难处")

    poster = client.get(reverse("surveys:poster", args=[survey.pk])).content.decode()
    page = client.get(reverse("surveys:share", args=[survey.pk]))

    assert "社区问卷" in poster
    assert "家庭关系" not in poster
    assert "婚姻" not in page.context["words"]


def test_what_is_not_out_is_not_shared(client, chair, survey):
    assert client.get(reverse("surveys:share", args=[survey.pk])).status_code == 404
    assert client.get(reverse("surveys:poster", args=[survey.pk])).status_code == 404


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("draft", [("drop", False), ("submit", False)]),
        ("review", [("return", True), ("drop", False), ("publish", True)]),
        ("open", [("pause", False), ("close", False)]),
        ("paused", [("close", False), ("resume", False)]),
    ],
)
def test_the_page_has_a_button_for_each_step_that_is_open(client, chair, community, status, expected):
    survey = survey_at(status, by=chair, area=community)

    page = client.get(survey.get_absolute_url())

    assert [(step.name, opens) for step, _, opens, _ in page.context["steps"]] == expected
    assert ("收集" in [tab["label"] for tab in page.context["tabs"]]) == (survey.edition > 0)


def test_whoever_may_only_look_has_no_button(client, worker, chair, community):
    page = client.get(survey_at("open", by=chair, area=community).get_absolute_url())

    assert page.context["steps"] == []
    assert not page.context["may_write"]


@pytest.mark.parametrize("name", ["survey_publish", "survey_return", "survey_update", "edition_publish", "editor"])
def test_who_comes_too_late_is_told_and_nothing_is_done(client, chair, community, name):
    survey = survey_at("told", by=chair, area=community)

    answer = client.post(reverse(f"surveys:{name}", args=[survey.pk]), {}, follow=True)

    assert "问卷现在是“已公布结果”，这一步没有做。" in answer.content.decode()
    assert Survey.objects.get().version == survey.version
