"""Matching: every reason in words, twins equal, nobody sent where the law forbids it."""

import dataclasses
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employment.enums import JobKind
from employment.matching import Match, Offer, Wanting, match, ranked, walk_between
from employment.queries import offer_of, suggested_posts, suggested_seekers, wanting_of
from employment.tests.factories import PostFactory, SeekerFactory, SkillFactory
from households.tests.factories import ResidentFactory

WORDS = dict(JobKind.choices)
HOME = "330106003012001"
MORNINGS = Wanting(
    wanted=frozenset({"shop"}),
    free_from=time(8, 30),
    free_until=time(15, 30),
    walk_minutes=20,
    pay_from=2500,
    place=HOME,
)
SHOP = Offer(1, "shop", shift_from=time(9), shift_to=time(13), pay_from=2600, place=HOME)


def test_a_fitting_post_says_why():
    assert match(MORNINGS, SHOP, words=WORDS) == Match(
        1, 30 + 25 + 14 + 10,
        ["想做收银零售", "上班 09:00—13:00，在能上班的时间里", "步行约 8 分钟", "工资 2600 元起，够 2500 元"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        ({"kind": "care"}, "没有说过想做养老护理"),
        ({"shift_to": time(18)}, "上班 09:00—18:00，和能上班的时间对不上"),
        ({"shift_from": time(7)}, "上班 07:00—13:00，和能上班的时间对不上"),
        ({"shift_from": time(14), "shift_to": time(6)}, "上班 14:00—06:00，和能上班的时间对不上"),
        ({"weekends": True}, "上班 09:00—13:00 合适，但周末要上班"),
        ({"place": "330106003099001"}, "步行约 35 分钟，超过 20 分钟"),
        ({"place": ""}, "不知道走过去要多久"),
        ({"pay_from": 2000}, "工资 2000 元起，不到 2500 元"),
    ],
)
def test_what_speaks_against_a_post_is_said_too(change, doubt):
    found = match(MORNINGS, dataclasses.replace(SHOP, **change), words=WORDS)

    assert doubt in found.doubts
    assert found.score < match(MORNINGS, SHOP, words=WORDS).score


def test_a_skill_and_a_certificate_count_and_a_needed_one_stops():
    care = dataclasses.replace(SHOP, kind="care")
    able = dataclasses.replace(MORNINGS, skills=frozenset({"care"}))
    proven = dataclasses.replace(MORNINGS, skills=frozenset({"care"}), certificates=frozenset({"care"}))
    needing = dataclasses.replace(care, needs_certificate=True)

    assert "会养老护理" in match(able, care, words=WORDS).reasons
    assert match(proven, care, words=WORDS).score - match(able, care, words=WORDS).score == 10
    assert match(able, needing, words=WORDS).stops == "要有证书，还没有登记"
    assert match(proven, needing, words=WORDS).stops == ""


@pytest.mark.parametrize("change", [{"adults_only": True}, {"shift_from": time(22), "shift_to": time(6)}])
def test_nobody_of_sixteen_is_sent_to_heavy_or_night_work(change):
    girl, post = dataclasses.replace(MORNINGS, young=True), dataclasses.replace(SHOP, **change)

    assert "第六十一条" in match(girl, post, words=WORDS).stops
    assert match(MORNINGS, post, words=WORDS).stops == ""
    assert ranked(girl, [post], words=WORDS) == []


@pytest.mark.parametrize(
    ("home", "place", "typed", "minutes"),
    [
        (HOME, HOME, None, 8), (HOME, "330106003012", None, 15), (HOME, "330106003012002", 3, 15),
        (HOME, "330106003013", None, 35), (HOME, "330106009001", None, None), (HOME, "", 12, 12), ("", "", None, None),
    ],
)  # fmt: skip
def test_minutes_on_foot(home, place, typed, minutes):
    assert walk_between(home, place, typed) == minutes


OFFERS = st.builds(
    Offer, st.integers(1, 50), st.sampled_from(JobKind.values), shift_from=st.none() | st.times(),
    shift_to=st.none() | st.times(), weekends=st.booleans(), pay_from=st.integers(0, 9000),
    place=st.sampled_from(["", HOME, "330106003013"]), walk_minutes=st.none() | st.integers(1, 90),
)  # fmt: skip


@given(st.lists(OFFERS, max_size=12, unique_by=lambda one: one.key))
def test_the_order_does_not_depend_on_the_order_of_the_posts(offers):
    assert ranked(MORNINGS, offers, words=WORDS) == ranked(MORNINGS, offers[::-1], words=WORDS)


# --- with the database --------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_twins_that_differ_in_their_families_alone_rank_equal(grid, worker):
    """One married with three children, one single without: every word of the suggestions is the same."""
    twins = [
        SeekerFactory(resident=ResidentFactory(area=grid, marital=marital, children=children))
        for marital, children in (("20", 3), ("10", 0))
    ]
    for twin in twins:
        SkillFactory(seeker=twin)
    for number in range(4):
        PostFactory(title=f"{number}", pay_from=2000 + 200 * number, weekends=number % 2 == 0)
    post = PostFactory()

    first, second = ([(p, m) for p, m in suggested_posts(twin, worker)] for twin in twins)
    ranks = suggested_seekers(post, worker)

    assert first == second
    assert len(first) == 5
    assert [dataclasses.replace(m, key=0) for _, m in ranks[:1]] == [
        dataclasses.replace(m, key=0) for _, m in ranks[1:]
    ]
    assert {field.name for field in dataclasses.fields(wanting_of(twins[0]))} & {"marital", "children"} == set()


@pytest.mark.django_db
def test_posts_that_are_over_full_or_stopped_are_never_suggested(grid, worker):
    seeker = SeekerFactory(resident__area=grid)
    PostFactory(state="hidden")
    PostFactory(left=0, total=1)
    PostFactory(valid_until="2020-01-01", published_on="2019-12-01")
    alive = PostFactory(place_area=grid)

    assert [post for post, _ in suggested_posts(seeker, worker)] == [alive]
    assert offer_of(alive).place == grid.code
