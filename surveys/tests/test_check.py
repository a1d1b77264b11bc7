"""What is wrong with a questionnaire: each rule once, and nothing where nothing is."""

import pytest

from surveys.definition.check import blocking, problems
from surveys.definition.questionnaire import END, Condition, Jump, Option, Question, Questionnaire, Section
from surveys.enums import Kind, Mode
from surveys.tests.factories import WORK

A, B = Option("a", "甲"), Option("b", "乙")
AB = (A, B)
FIRST = Question("q1", Kind.SINGLE, "您上班吗", options=AB)


def of(*questions, **more):
    return Questionnaire((Section(questions=questions),), **more)


def two(**second):
    return of(FIRST, Question("q2", **({"kind": Kind.SINGLE, "label": "问", "options": AB} | second)))


def test_nothing_is_wrong_with_a_good_one():
    assert problems(WORK, mode=Mode.ANONYMOUS) == []


@pytest.mark.parametrize(
    ("questionnaire", "code", "text"),
    [
        (of(), "", "还没有题目。"),
        (of(Question("q1", Kind.NOTE, "请看")), "", "还没有题目。"),
        (of(FIRST, FIRST), "q1", "有 2 道题用了同一个代码 q1。"),
        (two(label=" "), "q2", "没有写问什么。"),
        (two(kind=Kind.NOTE, options=(), required=True), "q2", "说明不用回答，请去掉“必答”。"),
        (two(options=(A,)), "q2", "至少要两个选项。"),
        (two(options=(A, Option("b", "乙", retired=True))), "q2", "至少要两个选项。"),
        (two(kind=Kind.MATRIX, options=(A,), rows=(Option("r1", "行"),)), "q2", "矩阵题至少要两列。"),
        (two(kind=Kind.MATRIX), "q2", "矩阵题没有行。"),
        (two(kind=Kind.TEXT), "q2", "填空题不用选项。"),
        (two(options=(A, Option("a", "丙"))), "q2", "有 2 个选项用了同一个代码 a。"),
        (two(options=(A, Option("b", "甲"))), "q2", "选项“甲”写了 2 遍。"),
        (two(options=(A, Option("b", " "))), "q2", "有一个选项没有写字。"),
        (two(options=(A, Option("b", "乙", limit=0))), "q2", "选项的名额不能是 0。"),
        (two(kind=Kind.RANKING, options=(A, Option("b", "乙", limit=5))), "q2", "排序题的选项不能限名额。"),
        (two(kind=Kind.MULTIPLE, least=2, most=1), "q2", "“最少”比“最多”还大。"),
        (two(kind=Kind.MULTIPLE, least=3), "q2", "至少要选 3 项，可是能一起选的只有 2 项。"),
        (two(kind=Kind.MULTIPLE, least=2, options=(A, Option("b", "没有", exclusive=True))), "q2",
         "至少要选 2 项，可是能一起选的只有 1 项。"),
        (two(kind=Kind.MULTIPLE, most=0), "q2", "最多要能选 1 项。"),
        (two(kind=Kind.NUMBER, options=(), least="五"), "q2", "“最少、最多”要写数。"),
        (two(kind=Kind.NUMBER, options=(), least=9, most=1), "q2", "“最少”比“最多”还大。"),
        (two(kind=Kind.TEXT, options=(), most=0), "q2", "最多字数要大于 0。"),
        (two(kind=Kind.DATE, options=(), least="2026-13-01"), "q2", "日期的范围写得不对。"),
        (two(kind=Kind.DATE, options=(), least=5), "q2", "日期的范围写得不对。"),
        (two(kind=Kind.DATE, options=(), least="2026-02-01", most="2026-01-01"), "q2", "“最少”比“最多”还大。"),
        (two(least=1), "q2", "单选题不用“最少、最多”。"),
        (two(shown_if=(Condition("q9"),)), "q2", "显示条件里的那道题没有了。"),
        (two(shown_if=(Condition("q2"),)), "q2", "显示条件要看前面的题，“问”在它后面。"),
        (two(shown_if=(Condition("q1", ("z",)),)), "q2", "显示条件里有 1 个选项没有了。"),
        (of(Question("q1", Kind.NOTE, "看"), Question("q2", Kind.TEXT, "问", shown_if=(Condition("q1"),))), "q2",
         "显示条件不能看说明。"),
        (two(jumps=(Jump(("a",), "q9"),)), "q2", "要跳去的那道题没有了。"),
        (two(jumps=(Jump(("a",), "q1"),)), "q2", "只能往后跳，不能跳回前面的题。"),
        (two(jumps=(Jump(("z",), END),)), "q2", "跳题的选项没有了。"),
        (two(kind=Kind.MULTIPLE, jumps=(Jump(("a",), END),)), "q2", "只有单选、是非、打分题能跳题。"),
        (two(label="{q9}，您好"), "q2", "问句里的 {q9} 没有对应的题。"),
        (two(label="{q2}，您好"), "q2", "问句里的 {q2} 要用前面的题。"),
    ],
)  # fmt: skip
def test_what_keeps_it_from_going_out(questionnaire, code, text):
    assert (code, text) in [(one.code, one.text) for one in blocking(questionnaire)]


@pytest.mark.parametrize(
    ("questionnaire", "text"),
    [
        (of(*(Question(f"q{n}", Kind.TEXT, "问") for n in range(21))),
         "现在 21 题，超过 20 题很多人填不完，最好分开问。"),
        (two(label="问" * 61), "问句超过 60 个字，手机上不好读。"),
        (two(options=tuple(Option(str(n), f"第{n}") for n in range(13))), "选项有 13 个，超过 12 个不好选。"),
        (Questionnaire((Section(questions=(FIRST,)), Section())), "有一部分是空的。"),
    ],
)  # fmt: skip
def test_what_might_be_better_does_not_keep_it(questionnaire, text):
    assert [(one.text, one.blocks) for one in problems(questionnaire)] == [(text, False)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"options": AB}, ["敏感的题要有“不愿回答”这个选项。"]),
        ({"options": (*AB, Option("c", "不愿回答", refuse=True))}, []),
        ({"kind": Kind.TEXT, "required": True}, ["敏感的题不能必答。"]),
        ({"kind": Kind.TEXT}, []),
    ],
)
def test_who_is_asked_something_sensitive_may_not_answer(question, expected):
    asked = of(Question("q1", **({"kind": Kind.SINGLE, "label": "问", "sensitive": True} | question)))

    assert [one.text for one in problems(asked, sensitive=True)] == expected
    assert blocking(asked)[0].text == "有标了“敏感”的题，请在设置里勾上“涉及敏感话题”。"


def test_an_anonymous_survey_forces_nobody_to_leave_a_number():
    asked = of(Question("q1", Kind.PHONE, "电话", required=True))

    assert [one.text for one in blocking(asked, mode=Mode.ANONYMOUS)] == ["不记名的问卷不能要求必须留电话或照片。"]
    assert blocking(asked, mode=Mode.NAMED) == []


def test_the_retired_are_not_looked_at():
    assert problems(of(FIRST, Question("q2", Kind.SINGLE, "", retired=True))) == []
