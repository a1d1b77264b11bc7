"""Quorum, majority, counting and the light, tried on all numbers."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.enums import Choice, Share
from council.rules import Tally, is_quorate, light, needed, reopens, tally

PEOPLE = st.integers(0, 200)


@pytest.mark.parametrize(
    ("share", "of", "enough"),
    [("half", 21, 11), ("half", 20, 11), ("two_thirds", 21, 14), ("two_thirds", 20, 14), ("three_quarters", 21, 16),
     ("half", 1, 1), ("half", 0, 1), ("two_thirds", 0, 1)],
)  # fmt: skip
def test_how_many_are_enough(share, of, enough):
    assert needed(share, of) == enough


@given(st.sampled_from(Share.values), PEOPLE)
def test_enough_is_the_least_number_that_reaches_the_share(share, of):
    part, whole = {"half": (1, 2), "two_thirds": (2, 3), "three_quarters": (3, 4)}[share]
    enough = needed(share, of)

    reaches = (lambda n: n * whole > of * part) if share == Share.HALF else (lambda n: n * whole >= of * part)
    assert reaches(enough)
    assert enough == 1 or not reaches(enough - 1)


@given(st.sampled_from(Share.values), PEOPLE, PEOPLE)
def test_one_more_person_never_breaks_a_quorum(share, expected, present):
    if is_quorate(share, expected=expected, present=present):
        assert is_quorate(share, expected=expected, present=present + 1)
    assert not is_quorate(share, expected=0, present=present)


@given(st.lists(st.sampled_from(Choice.values), max_size=60), PEOPLE)
def test_votes_abstentions_and_not_voted_are_all_who_could(choices, more):
    found = tally(choices, len(choices) + more)

    assert found.agree + found.against + found.abstain + found.not_voted == found.present
    assert found.not_voted == more
    assert found.voted == len(choices)


@given(st.sampled_from(Share.values), PEOPLE, PEOPLE, PEOPLE)
def test_a_motion_never_passes_against_more_than_half(share, agree, against, silent):
    found = Tally(agree, against, 0, agree + against + silent)

    if found.passes(share):
        assert agree > against + silent or (share != Share.HALF and agree * 2 >= found.present)


def test_more_votes_than_people_are_refused():
    with pytest.raises(ValueError, match="more votes"):
        tally(["agree", "agree"], 1)


@pytest.mark.parametrize(("left", "colour"), [(8, "green"), (7, "yellow"), (0, "yellow"), (-1, "red")])
def test_the_light(left, colour):
    today = datetime.date(2024, 6, 20)

    assert light(today + datetime.timedelta(days=left), today) == colour
    assert light(today + datetime.timedelta(days=left), today, ended=True) == ""


@pytest.mark.parametrize(
    ("scores", "proposers", "again"),
    [([2, 2], [], False), ([2, 2, 4], [], True), ([3, 3, 3], [], False), ([5, 5, 5, 2], [2], True), ([], [], False)],
)
def test_when_a_result_is_heard_again(scores, proposers, again):
    assert reopens(scores, proposers) is again
