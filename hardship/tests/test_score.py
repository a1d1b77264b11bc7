"""What the score sheet suggests."""

import pytest

from hardship.enums import Level
from hardship.score import SHIPPED, Facts, suggest


def facts(*categories, **more):
    return Facts(categories=frozenset(categories), **more)


@pytest.mark.parametrize(
    ("known", "score", "level"),
    [
        (facts(), 0, Level.FOURTH),
        (facts("KJET"), 15, Level.THIRD),
        (facts("DBBY"), 20, Level.THIRD),
        (facts("DB"), 35, Level.THIRD),
        (facts("DB", "DQMQ"), 45, Level.SECOND),
        (facts("ZZ", "XG"), 40, Level.SECOND),
        (facts("ZZ", "XG", workers=0), 55, Level.SECOND),
        (facts("CJ", "GXZC", "XG", workers=0, dangerous=True), 80, Level.FIRST),
        (facts("CJ", severe=True), 35, Level.THIRD),
        (facts(dependants=7), 15, Level.THIRD),
        (facts(income=500, standard=1000), 35, Level.THIRD),
        (facts("DB", income=500, standard=1000), 35, Level.THIRD),
        (facts(income=1200, standard=1000), 15, Level.THIRD),
        (facts(income=1500, standard=1000), 15, Level.THIRD),
        (facts(income=1500.01, standard=1000), 0, Level.FOURTH),
        (facts(income=None, standard=1000), 0, Level.FOURTH),
        (facts(income=500, standard=0), 0, Level.FOURTH),
    ],
)
def test_points_and_level(known, score, level):
    found = suggest(known)

    assert (found.score, found.level, found.because) == (score, level, "")
    assert sum(points for _, points in found.parts) == score


@pytest.mark.parametrize(
    ("known", "because"),
    [
        (facts("TK"), "特困供养，按规则为一级"),
        (facts("DB", "ZZ"), "低保家庭有人重症大病，按规则为一级"),
        (facts("DB", "LA"), "低保家庭有人重症大病，按规则为一级"),
        (facts("SSWR"), "孩子没有人监护，按规则为一级"),
        (facts("CJ", "GG", severe=True), "重度残疾、没有人照料，按规则为一级"),
    ],
)
def test_a_rule_decides_whatever_the_points_say(known, because):
    found = suggest(known, dict.fromkeys(SHIPPED, 0))

    assert (found.score, found.level, found.because) == (0, Level.FIRST, because)


def test_an_office_may_weigh_otherwise():
    assert suggest(facts("ZZ"), {"illness": 70}).level == Level.FIRST


def test_the_parts_say_what_counted_the_heaviest_first():
    assert suggest(facts("ZZ", "XG", dependants=2)).parts == [
        ("重症大病", 30),
        ("有人下岗失业", 10),
        ("每一位未满 16 周岁或满 80 周岁的家人（2 位）", 10),
    ]
