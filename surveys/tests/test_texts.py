"""Written words: apart from their answers, in no order, numbers and names covered, readers logged."""

import json
import random

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core.models import AuditEvent
from fedhub.core.testing.queries import queries_beyond
from households.tests.factories import ResidentFactory, id_number
from surveys.definition.questionnaire import Question, Questionnaire, Section
from surveys.enums import Kind
from surveys.models import Response, TextEntry
from surveys.scanning import COVER, cover
from surveys.services.closing import close_survey
from surveys.services.folding import fold, unfold
from surveys.services.telling import tell_text
from surveys.services.texts import forget_texts, scan_waiting, tag_text
from surveys.tests.factories import WORK, SurveyFactory, published

SHELL = "/safety/help/"


def written(survey, *texts, area=None):
    """A response for each of `texts`, and enough without words."""
    rows = [
        Response(survey=survey, edition=1, answers={"q1": "a"}, texts=json.dumps({"q3": text} if text else {}),
                 area=area or survey.area)
        for text in (*texts, *[""] * 5)
    ]  # fmt: skip
    Response.objects.bulk_create(rows)
    fold(survey, {1: WORK}, rows)
    return rows


@pytest.fixture
def survey(chair, grid):
    return published(SurveyFactory(area=grid), by=chair)


def page_of(survey):
    return reverse("surveys:text_list", args=[survey.pk])


def shown(answer):
    return {row.shown for row in answer.context["page"].rows}


# --- covering -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电话13812345678，谢谢", f"电话{COVER},谢谢"),
        ("138 1234 5678", COVER),
        ("１３８-1234-5678", COVER),
        ("0571-88123456", COVER),
        (f"号{id_number('19850401', 2)}。", f"号{COVER}。"),
        ("微信abc_12345", f"微信{COVER}"),
        ("wang@example.com", COVER),
        ("住3栋2单元501室", f"住{COVER}"),
        ("王桂兰说的", f"{COVER}说的"),
        ("每月2000元，3个孩子，2026年", "每月2000元,3个孩子,2026年"),
        ("想学做饭", "想学做饭"),
    ],
)
def test_numbers_and_names_are_covered(text, expected):
    assert cover(text, {"王桂兰"})[0] == expected


@given(st.text(max_size=30), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text(max_size=30))
def test_no_phone_is_left_in_any_text(before, number, after):
    assert number not in cover(f"{before},{number},{after}", frozenset())[0]


# --- kept apart -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_words_are_kept_apart_under_keys_that_lead_nowhere(survey):
    rows = written(survey, *[f"第{n}句" for n in range(40)])
    entries = TextEntry.objects.order_by("id")
    kept = [entry.words for entry in entries]

    assert sorted(kept) == sorted(f"第{n}句" for n in range(40))
    assert {field.name for field in TextEntry._meta.concrete_fields} == {
        "id", "survey", "question", "option", "words", "clean", "scanned", "covered", "told"
    }  # fmt: skip
    assert not {entry.pk for entry in entries} & {row.pk for row in rows}
    # Neither the order of keys nor the order of writing is the order in which they came.
    came = [f"第{n}句" for n in range(40)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM surveys_textentry")
        physical = [row[0] for row in cursor.fetchall()]
    words = {entry.pk: entry.words for entry in entries}
    assert kept != came
    assert [words[pk] for pk in physical] != came


@pytest.mark.django_db
def test_the_end_of_the_collecting_mixes_the_texts_and_their_topics_stay(survey, chair):
    written(survey, *[f"第{n}句" for n in range(20)])
    scan_waiting()
    entry = TextEntry.objects.first()
    tag_text(entry, topics=["5"], by=chair)
    before = {row.pk: row.words for row in TextEntry.objects.all()}

    close_survey(survey, by=chair)

    assert {row.pk: row.words for row in TextEntry.objects.all()} == before
    assert [tag.topic for tag in TextEntry.objects.get(pk=entry.pk).tags.all()] == ["5"]


@pytest.mark.django_db
def test_phones_and_pictures_are_no_texts_and_a_changed_answer_leaves_none_behind(survey):
    asked = Questionnaire(
        (
            Section(
                "",
                questions=(
                    Question("q3", Kind.TEXT, "?"),
                    Question("p", Kind.PHONE, "?"),
                    Question("f", Kind.PHOTO, "?"),
                ),
            ),
        )
    )
    row = Response(
        survey=survey, edition=1, answers={}, area=survey.area,
        texts=json.dumps({"q3": "想学做饭", "p": "13812345678", "f": "12345"}),
    )  # fmt: skip
    row.save()
    fold(survey, {1: asked}, [row])
    assert [entry.words for entry in TextEntry.objects.all()] == ["想学做饭"]

    unfold(survey, {1: asked}, [row])
    assert TextEntry.objects.count() == 0


@pytest.mark.django_db
def test_when_the_raw_answers_go_only_told_covered_words_stay(survey, chair):
    written(survey, "想学做饭", "想学开车")
    scan_waiting()
    told = next(entry for entry in TextEntry.objects.all() if entry.words == "想学做饭")
    tell_text(told, told=True, by=chair)

    forget_texts(survey)

    assert [(entry.words, entry.clean) for entry in TextEntry.objects.all()] == [("", "想学做饭")]


@pytest.mark.django_db
def test_what_nobody_looked_through_cannot_be_told(survey, chair):
    written(survey, "想学做饭")
    entry = TextEntry.objects.get()
    with pytest.raises(ValidationError, match="还没查过"):
        tell_text(entry, told=True, by=chair)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE surveys_textentry SET told = TRUE")


# --- reading --------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_the_texts_cost_the_same_for_any_number(client, chair, survey, rows):
    written(survey, *[f"第{n}句" for n in range(rows)])
    scan_waiting()
    client.get(page_of(survey))

    response, queries = queries_beyond(client, reverse("surveys:text_list", args=[survey.pk]), SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 10


@pytest.mark.django_db
def test_only_the_officer_reads_the_words_as_written_and_each_reader_is_logged(as_user, chair, worker, survey, grid):
    ResidentFactory(area=grid, name="王桂兰")
    written(survey, "王桂兰 13812345678 想学做饭")
    assert shown(as_user(worker).get(page_of(survey))) == set()
    assert scan_waiting() == 1

    assert shown(as_user(chair).get(page_of(survey))) == {"王桂兰 13812345678 想学做饭"}
    assert shown(as_user(worker).get(page_of(survey))) == {f"{COVER} {COVER} 想学做饭"}
    read = AuditEvent.objects.filter(action="surveys.survey.texts", target_id=survey.pk)
    assert set(read.values_list("actor_id", flat=True)) == {chair.pk, worker.pk}


@pytest.mark.django_db
def test_texts_are_searched_as_the_reader_reads_them(as_user, chair, worker, survey):
    written(survey, "13812345678 想学做饭", "想学开车")
    scan_waiting()

    def found(user, words):
        return len(shown(as_user(user).get(page_of(survey), {"q": words}, follow=True)))

    assert (found(chair, "想学"), found(chair, "想学 开车"), found(chair, "没有")) == (2, 1, 0)
    assert (found(worker, "138"), found(worker, "想学")) == (0, 2)


@pytest.mark.django_db
def test_texts_are_hidden_until_five_have_answered(as_user, chair, survey, grid):
    rows = [Response(survey=survey, edition=1, answers={}, texts='{"q3": "想学做饭"}', area=grid)]
    Response.objects.bulk_create(rows)
    fold(survey, {1: WORK}, rows)
    scan_waiting()

    assert shown(as_user(chair).get(page_of(survey))) == set()


@pytest.mark.django_db
def test_texts_get_topics_and_are_found_by_them(as_user, chair, worker, survey, stranger):
    written(survey, "想学做饭", "孩子没人带")
    scan_waiting()
    entry = next(entry for entry in TextEntry.objects.all() if "做饭" in entry.words)
    client, tag = as_user(chair), reverse("surveys:text_tag", args=[entry.pk])
    assert as_user(worker).get(tag).status_code == as_user(stranger).get(tag).status_code == 404

    client.post(tag, {"topics": ["1", "5"]})
    assert shown(client.get(page_of(survey), {"topic": "1"})) == {"想学做饭"}
    assert shown(client.get(page_of(survey), {"topic": "none"})) == {"孩子没人带"}
    client.post(tag, {"topics": ["5"]})
    assert shown(client.get(page_of(survey), {"topic": "1"})) == set()
    with pytest.raises(ValidationError, match="没有这个方面"):
        tag_text(entry, topics=["99"], by=chair)


@pytest.mark.django_db
def test_hostile_words_stay_words(as_user, survey):
    chair = user_with(Role.CHAIR, survey.area, username="other")
    written(survey, "<script>alert(1)</script>", random.choice(["=cmd()"]))
    scan_waiting()

    page = as_user(chair).get(page_of(survey)).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
