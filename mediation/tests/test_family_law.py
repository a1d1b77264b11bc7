"""What family law says to the words of an agreement."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation.family_law import hints


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("男方不再支付抚养费", ["一千零八十五"]),
        ("女方放弃孩子的抚养费", ["一千零八十五"]),
        ("抚养费以后不用给", ["一千零八十五"]),
        ("女方三年内不得再婚", ["一千零四十一"]),
        ("女方改嫁的，房子要归还", ["一千零四十一"]),
        ("男方不许探望孩子", ["一千零八十六"]),
        ("从此断绝父子关系", ["一千零八十四"]),
        ("孩子跟爸爸过", ["一千零八十四"]),
        ("双方自愿离婚", ["一千零七十六"]),
        ("女方怀孕五个月，男方要离婚", ["一千零七十六", "一千零八十二"]),
        ("女方净身出户", ["一千零八十七"]),
        ("离婚以后房子归女方", ["一千零七十六", "一千零八十八"]),
        ("男方保证不再打骂", ["反家庭暴力法"]),
        ("男方常年打骂，女方要离婚", ["一千零七十六", "一千零九十一", "反家庭暴力法"]),
        ("退还彩礼三万元", ["〔2024〕1号"]),
        ("女儿放弃继承，以后不管母亲，不用赡养", ["一千零六十七"]),
        ("妻子不许上班", ["一千零五十七"]),
        ("每月十日前付抚养费一千二百元", []),
        ("每周六上午探望孩子，女方协助", []),
        ("一人一周接送孩子", []),
        ("有事提前一天说", []),
        ("三天内把东西搬走", []),
    ],
)
def test_each_wording_gets_its_article(text, articles):
    found = [hint.source for hint in hints(text)]

    assert len(found) == len(articles), found
    assert [article in source for article, source in zip(articles, found, strict=True)] == [True] * len(articles)


def test_a_word_in_one_text_meets_a_word_in_another():
    assert [h.source for h in hints("女方在哺乳期", "男方提出离婚")][-1].startswith("民法典第一千零八十二条")


def test_spaces_and_lines_hide_nothing():
    assert hints("不 再\n支付 抚养费") == hints("不再支付抚养费") != []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="不再婚离抚养费 孩子探望放弃\n彩礼得", max_size=30), max_size=3))
def test_any_text_gets_each_hint_at_most_once(texts):
    found = hints(*texts)

    assert len(found) == len(set(found))
