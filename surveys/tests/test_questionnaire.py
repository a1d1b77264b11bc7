"""A questionnaire as a value: what is written is read back, and nothing else is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.definition.questionnaire import (
    Condition,
    DefinitionError,
    Jump,
    Option,
    Question,
    Questionnaire,
    Section,
    from_data,
    to_data,
)
from surveys.enums import Kind
from surveys.tests.factories import WORK

words = st.text(max_size=12)
options = st.builds(
    Option, words, words, other=st.booleans(), limit=st.none() | st.integers(1, 99), help=st.booleans()
)
conditions = st.builds(Condition, words, st.lists(words, max_size=2).map(tuple), st.booleans())
questions = st.builds(
    Question,
    words,
    st.sampled_from(Kind),
    words,
    required=st.booleans(),
    options=st.lists(options, max_size=3).map(tuple),
    rows=st.lists(options, max_size=2).map(tuple),
    least=st.none() | st.integers(0, 9),
    shown_if=st.lists(conditions, max_size=2).map(tuple),
    jumps=st.lists(st.builds(Jump, st.tuples(words), words), max_size=1).map(tuple),
)
sections = st.builds(Section, words, words, st.lists(questions, max_size=3).map(tuple))


@given(st.builds(Questionnaire, st.lists(sections, max_size=3).map(tuple)))
def test_what_is_written_is_read_back(questionnaire):
    assert from_data(to_data(questionnaire)) == questionnaire


def test_data_holds_no_defaults():
    assert to_data(WORK)["sections"][0]["questions"][2] == {"code": "q3", "kind": "text", "label": "还想说什么？"}


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"pages": []},
        {"sections": {}},
        {"sections": ["q1"]},
        {"sections": [{"questions": [{"code": "q1"}]}]},
        {"sections": [{"questions": [{"code": "q1", "kind": "guess", "label": ""}]}]},
        {"sections": [{"questions": [{"code": 1, "kind": "text", "label": ""}]}]},
        {"sections": [{"questions": [{"code": "q1", "kind": "text", "label": "", "required": "yes"}]}]},
        {"sections": [{"questions": [{"code": "q1", "kind": "text", "label": "", "least": True}]}]},
        {"sections": [{"questions": [{"code": "q1", "kind": "single", "label": "", "options": [{"code": "a"}]}]}]},
    ],
)
def test_anything_else_is_refused_with_a_sentence(data):
    with pytest.raises(DefinitionError, match="。$"):
        from_data(data)
