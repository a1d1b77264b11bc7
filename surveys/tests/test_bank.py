"""The question bank: all seven fields read without an error, checked, each with the common tail."""

import pytest

from fedhub.reference.models import CodeEntry
from fedhub.reference.services import load_reference
from surveys.definition.bank import FOLDER, TOPICS, bank
from surveys.definition.check import problems
from surveys.definition.questionnaire import END
from surveys.definition.text import write_text
from surveys.definition.textread import read_text
from surveys.enums import Kind, Mode
from surveys.logic import shown

SENSITIVE = {"3", "4", "6"}


@pytest.mark.parametrize("name", [*TOPICS, "tail"])
def test_a_file_of_the_bank_is_read_whole_and_is_written_as_it_stands(name):
    text = (FOLDER / f"{name}.txt").read_text()
    reading = read_text(text)

    assert reading.errors == []
    assert write_text(reading.questionnaire, reading.title, reading.intro) == text


@pytest.mark.parametrize("topic", TOPICS)
def test_nothing_is_wrong_with_what_the_bank_asks(topic):
    title, intro, questionnaire = bank(topic)
    asked = questionnaire.questions()

    assert title
    assert intro
    assert problems(questionnaire, mode=Mode.ANONYMOUS, sensitive=True) == []
    assert [q.label for q in asked[-5:]] == [
        "您的年龄段", "您住在哪个网格", "您现在主要做什么", "您家里的情况", "还有什么想对妇联说的",
    ]  # fmt: skip
    assert not any(q.kind in (Kind.PHONE, Kind.PHOTO) for q in asked)
    if topic in SENSITIVE:
        assert any(q.sensitive for q in asked)


@pytest.mark.parametrize("topic", ["3", "4"])
def test_where_somebody_tells_of_violence_help_is_shown(topic):
    helping = [one for q in bank(topic)[2].questions() for one in q.options if one.help]

    assert len(helping) >= 3


def test_whoever_has_no_children_is_still_asked_the_common_tail():
    questionnaire = bank("5")[2]
    asked = questionnaire.questions()
    first = asked[0]
    none = next(one.code for one in first.options if one.label == "没有孩子")

    assert shown(questionnaire, {first.code: none}) == [first.code, *(q.code for q in asked[-5:])]


@pytest.mark.parametrize("topic", TOPICS)
def test_no_answer_leads_past_the_common_tail(topic):
    assert [q.label for q in bank(topic)[2].questions() if any(jump.target == END for jump in q.jumps)] == []


@pytest.mark.django_db
def test_there_is_a_bank_for_each_field_of_work():
    load_reference()

    assert list(TOPICS) == sorted(CodeEntry.objects.filter(table__key="survey_topic").values_list("code", flat=True))


def test_there_is_no_other_bank():
    with pytest.raises(KeyError):
        bank("../1")
