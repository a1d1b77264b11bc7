"""What messages say: neutral for a stranger, refused where a case would show."""

import copy

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from fedhub.notices import words

PLAIN = {"what": "健康讲座", "when": "周五下午两点", "where": "活动室"}


def test_no_template_holds_a_case_word():
    assert words.problems(words._data()) == []


@pytest.mark.parametrize("word", ["家暴", "离婚", "调解", "保护令", "妇联"])
@pytest.mark.parametrize("where", ["brief", "outside", "neutral", "templates"])
def test_a_case_word_anywhere_in_the_data_is_found(word, where):
    data = copy.deepcopy(words._data())
    if where == "templates":
        data["templates"][0]["text"] += word
    else:
        data[where] += word

    assert any(sentence.endswith(word) for sentence in words.problems(data))


def test_a_sensitive_template_has_no_place_to_write_into():
    data = copy.deepcopy(words._data())
    data["templates"][0] |= {"places": {"what": "什么"}, "text": "{what}"}

    assert words.problems(data) == [f"{data['templates'][0]['key']}: a sensitive message has no places"]


def test_places_are_filled():
    assert words.written("activity", PLAIN) == "健康讲座，周五下午两点，在活动室。欢迎参加。"


@pytest.mark.parametrize(
    ("values", "place", "said"),
    [
        ({"what": ""}, "what", "请填什么活动。"),
        ({"where": "  "}, "where", "请填在哪里。"),
        ({"what": "反家 暴讲座"}, "what", "家暴"),
        ({"what": "长" * 121}, "what", "最多 120 个字。"),
    ],
)
def test_what_is_missing_or_tells_too_much_is_refused_at_its_place(values, place, said):
    with pytest.raises(ValidationError) as caught:
        words.written("activity", PLAIN | values)

    assert list(caught.value.message_dict) == [place]
    assert said in caught.value.message_dict[place][0]


def test_a_sensitive_message_takes_no_words():
    with pytest.raises(TypeError):
        words.written("answer", {"what": "低保"})


@given(st.text(max_size=60))
def test_whatever_is_typed_is_said_as_it_is_or_refused(text):
    try:
        said = words.written("public", {"what": text})
    except ValidationError:
        return
    assert said != ""
    assert words.case_words(said) == []
