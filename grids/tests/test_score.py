"""The score of a visit: points, their reasons, and the sum."""

import pytest

from fedhub.reference.lookup import visit_rules
from grids.score import NEUTRAL, Part, Points, named_parts, points, score_parts, total

WORTH = Points(day=2, day_most=60, never=10, missed=5, missed_most=15, promise=20)


@pytest.mark.parametrize(
    ("know", "parts"),
    [
        ({}, []),
        ({"late": 12}, [("逾期 12 天", 24)]),
        ({"late": 90}, [("逾期 90 天", 60)]),
        ({"late": -3}, []),
        ({"weight": 30}, [(NEUTRAL, 30)]),
        ({"tasks": [("must", 50), ("campaign", 0)]}, [("必访", 50)]),
        ({"never": True, "promised": True}, [("说好再去的日子到了", 20), ("从没走访过", 10)]),
        ({"missed": 2}, [("上次以来 2 次没见到", 10)]),
        ({"missed": 9}, [("上次以来 9 次没见到", 15)]),
        (
            {"late": 1, "weight": 70, "tasks": [("must", 50)], "never": True},
            [("逾期 1 天", 2), ("必访", 50), (NEUTRAL, 70), ("从没走访过", 10)],
        ),
    ],
)
def test_a_score_is_the_sum_of_parts_that_say_why(know, parts):
    found = score_parts(WORTH, **know)

    assert found == [Part(*part) for part in parts]
    assert total(found) == sum(number for _, number in parts)


@pytest.mark.parametrize(
    ("codes", "weight", "parts"),
    [
        (["TK"], 30, [("特困家庭每月走访", 30)]),
        (["TK", "red"], 70, [("特困家庭每月走访", 30), ("红色家庭每月走访", 40)]),
        (
            ["TK", "GE", "KC", "red"], 100,
            [("特困家庭每月走访", 30), ("孤儿家庭每月走访", 30), ("空巢独居老人家庭每月走访", 30),
             ("红色家庭每月走访", 40), ("最多算到这里", -30)],
        ),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_where_categories_may_be_read_the_weight_is_said_by_name(codes, weight, parts):
    rules = [rule for rule in visit_rules() if rule.code in codes]

    found = named_parts(rules, weight)

    assert found == [Part(*part) for part in parts]
    assert total(found) == weight


@pytest.mark.django_db
def test_the_points_are_rules_of_the_office():
    assert points() == WORTH
