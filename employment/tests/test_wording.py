"""What a job post may not say: tables of what is stopped, hinted at, and left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employment.wording import check_text, check_texts

STOPPED = [
    ("限男性", "第四十三条第一项"), ("仅限男士", "第四十三条第一项"), ("男士优先", "第四十三条第一项"),
    ("只招男工", "第四十三条第一项"), ("本岗位限 男", "第四十三条第一项"), ("男生为佳", "第四十三条第一项"),
    ("女性勿扰", "第五项"), ("不招女性", "第五项"), ("性别要求：限男。", "第四十三条第一项"),
    ("已婚已育优先", "第四十三条第四项"), ("已婚、已育优先", "第四十三条第四项"), ("已 婚 已 育", "第四十三条第四项"),
    ("未婚", "第四十三条第四项"), ("未育女性", "第四十三条第四项"), ("无孩者优先", "第四十三条第四项"),
    ("三年内不得生育", "第四十四条"), ("2年内不结婚", "第四十四条"), ("试用期内不得怀孕", "第四十四条"),
    ("请填写婚育情况", "第二项"), ("婚姻状况", "第二项"), ("入职需孕检", "第三项"), ("妊娠检查", "第三项"),
    ("押金 200 元", "劳动合同法第九条"), ("服装费自付", "劳动合同法第九条"), ("交培训费", "劳动合同法第九条"),
    ("扣押身份证", "劳动合同法第九条"), ("身份证原件须上交", "劳动合同法第九条"), ("需担保", "劳动合同法第九条"),
    ("查乙肝两对半", "就业促进法第三十条"), ("残疾人勿扰", "就业促进法第二十九条"), ("只招女性", "就业促进法第二十六条"),
]  # fmt: skip
HINTED = [
    "35岁以下",
    "18-35周岁",
    "年龄25到40岁",
    "身高160以上",
    "形象气质佳",
    "五官端正",
    "本地户口优先",
    "体检费自理",
]
FREE = [
    "男女不限", "不限男女", "性别不限，男女均可", "已婚未婚均可", "婚育情况不限", "不收押金", "免培训费", "无需押金",
    "不收取任何费用", "服装费全免", "不押身份证", "每天 8:30 到 15:30，照顾接送孩子", "工资每月 15 日发", "有限公司", "",
    "会用收银机，有健康证", "上学时段的班", "包午饭，交社会保险", "两班倒，每月休四天", "男装导购", "销售男鞋、女装",
]  # fmt: skip


@pytest.mark.parametrize(("text", "law"), STOPPED)
def test_stopped_with_the_law(text, law):
    stops = [one for one in check_text(text) if one.stops]

    assert stops != []
    assert law in stops[0].law


@pytest.mark.parametrize("text", HINTED)
def test_hinted_at_but_not_stopped(text):
    assert [one.stops for one in check_text(text)] == [False]


@pytest.mark.parametrize("text", FREE)
def test_left_alone(text):
    assert check_text(text) == []


def test_only_women_needs_a_reason():
    assert [one.stops for one in check_text("限女性")] == [True]
    assert [one.stops for one in check_text("限女性", women_reason="妇女专场招聘")] == [False]


def test_what_stops_comes_first_and_says_where_it_stands():
    found = check_texts({"职责": "形象好", "条件": "已婚已育优先"})

    assert [(one.field, one.words, one.stops) for one in found] == [
        ("条件", "已婚已育优先", True), ("职责", "形象好", False),
    ]  # fmt: skip


@given(st.text(alphabet=" 、，。·*（）", max_size=6), st.sampled_from(["已婚已育优先", "仅限男性", "三年内不得生育"]))
def test_nothing_put_between_the_characters_hides_the_words(noise, words):
    assert any(one.stops for one in check_text(noise.join(words)))


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text):
    assert all(one.why and one.law for one in check_text(text))
