"""Pasted text: what real layouts give, what is named by its line, and out again as the same text."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.definition.codes import coded_options, coded_rows, recoded, scale
from surveys.definition.questionnaire import END, Condition, Jump, Option, Question, Questionnaire, Section
from surveys.definition.text import is_other, write_text
from surveys.definition.textread import read_text
from surveys.definition.words import NONE_OF_THEM, RATHER_NOT
from surveys.enums import Kind
from surveys.tests.layouts import LAYOUTS

K = Kind


def said(question):
    """What a layout says of a question: kind, required, options, others, bounds."""
    others = tuple(option.label for option in question.options if option.other)
    labels = tuple(option.label for option in question.options)
    return question.kind, question.label, question.required, labels, others, question.least, question.most


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout["name"])
def test_a_real_layout(layout):
    reading = read_text(layout["text"])

    found = [said(question) for question in reading.questionnaire.questions()]
    expected = [
        (q[0], q[1], *(q[2:] + (False, (), (), None, None)[len(q) - 2 :])) for q in layout["questions"]
    ]  # fmt: skip
    assert found == expected
    assert [line for line, _ in reading.errors] == layout.get("errors", [])
    assert [part.title for part in reading.questionnaire.sections] == layout.get("sections", [""])


def test_nineteen_of_twenty_questions_of_the_layouts_are_read_as_they_were_meant():
    meant = right = 0
    for layout in LAYOUTS:
        found = {q.label: q.kind for q in read_text(layout["text"]).questionnaire.questions()}
        meant += len(layout["questions"]) + len(layout.get("errors", []))
        right += sum(found.get(q[1]) == q[0] for q in layout["questions"])

    assert len(LAYOUTS) >= 20
    assert meant >= 60
    assert right / meant >= 0.95


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("1. 甲[单选题]\n是\n否\n\n2. 乙[绘图题]", 5, "没有“绘图题”这种题型，请改成图片题。"),
        ("1. 甲[魔术题]", 1, "没有“魔术题”这种题型。"),
        ("1. 甲[单选题]\nA. 是", 1, "单选题至少要两个选项。"),
        ("1. 甲[矩阵单选题]\n列：好、坏", 1, "矩阵题没有行。"),
        ("1. 甲[单选题]\nA. 是（请跳至第9题）\nB. 否", 2, "跳到第9题，可是没有第9题。"),
        ("1. 甲[单选题]\nA. 是\nB. 否\n2. 乙[填空题]【显示条件：第7题选A】", 4, "显示条件里说第7题，可是没有第7题。"),
        ("1. 甲[单选题]\nA. 是\nB. 否\n2. 乙[填空题]【显示条件：第1题选D】", 4,
         "显示条件里说第1题的 D，可是没有这个选项。"),
        ("1. 甲[单选题]\nA. 是\nB. 否\n\n\n这是什么", 6, "这一行没有读进去：这是什么"),
        ("1. 甲[填空题]\n提示：写一写\n第二行", 3, "填空题下面不用选项，这一行没有读进去：第二行"),
        ("1. [填空题]", 1, "这一题没有写问什么。"),
        ("1. 甲[单选题]【最多选择2项】\nA. 是\nB. 否", 1, "单选题没有“最多、最少”，这一条没有用上。"),
        ("1. 甲[日期题]【不小于5】", 1, "“最大、最小”写得不对：数字题写数，日期题写 2026-01-31 这样的日期。"),
        ("1. 甲[量表题]\n9~1", 2, "分值要从小到大，最多 21 档。"),
        ("1. 甲[单选题]\nA. 【限5份】\nB. 否\nC. 中", 2, "这个选项没有写字。"),
        ("随便写写", 1, "没有找到题目：每题一行开头，像“1. 您的年龄段 [单选题]”，选项一行一个。"),
        ("", 1, "没有找到题目：每题一行开头，像“1. 您的年龄段 [单选题]”，选项一行一个。"),
        ("好" * 501, 1, "这一行超过 500 个字，没有读。"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_by_its_line(text, line, sentence):
    assert read_text(text).errors[0] == (line, sentence)


@given(st.text(alphabet="1.、甲[]【】单选题*A\n（）=列行：~跳至第显示条件 \t_0", max_size=120))
def test_no_text_breaks_the_reader(text):
    reading = read_text(text)

    assert list(reading.lines) == [f"q{n}" for n in range(1, len(reading.lines) + 1)]
    assert write_text(read_text(write_text(reading.questionnaire)).questionnaire) == write_text(reading.questionnaire)


# --- out and in again ---------------------------------------------------------------------------------------------------
WORDS = st.text(alphabet="问卷孩子工作时间吗几岁家里AB12，。？、%", min_size=1, max_size=14).filter(
    lambda text: not is_other(text)
)


def tidy(text):
    """A wording as it stands in a text: not blank, and beginning with a word."""
    return f"您{text}"


@st.composite
def chosen_from(draw, kind):
    labels = draw(st.lists(WORDS.map(tidy), min_size=2, max_size=5))
    options = [
        Option(
            "", label, other=draw(st.booleans()), limit=draw(st.none() | st.integers(1, 500)), help=draw(st.booleans()),
            exclusive=draw(st.booleans()), refuse=draw(st.booleans()),
        )
        for label in labels
    ]  # fmt: skip
    assert not any(NONE_OF_THEM.match(label) or RATHER_NOT.match(label) for label in labels)
    if kind == K.MULTIPLE:
        options = [replace(one, exclusive=one.exclusive or one.refuse) for one in options]
    if draw(st.booleans()):
        options.append(Option("", "不愿回答", refuse=True, exclusive=kind == K.MULTIPLE))
    return coded_options(kind, options)


@st.composite
def questions(draw, code):
    kind = draw(st.sampled_from(K))
    values = {"required": kind != K.NOTE and draw(st.booleans()), "sensitive": draw(st.booleans())}
    values["hint"] = draw(st.just("") | WORDS.map(tidy))
    if kind in (K.SINGLE, K.MULTIPLE, K.YES_NO, K.RANKING):
        values["options"], values["shuffle"] = draw(chosen_from(kind)), draw(st.booleans())
    elif kind == K.SCALE:
        values["options"] = scale(draw(st.sampled_from([0, 1])), draw(st.integers(3, 10)))
    elif kind == K.MATRIX:
        labels = st.lists(WORDS.map(tidy), min_size=2, max_size=4)
        values["options"] = coded_options(kind, [Option("", label) for label in draw(labels)])
        values["rows"] = coded_rows([Option("", label) for label in draw(labels)])
    if kind in (K.MULTIPLE, K.RANKING, K.TEXT):
        values["least"], values["most"] = draw(st.none() | st.integers(1, 9)), draw(st.none() | st.integers(1, 9))
    elif kind == K.NUMBER:
        values["least"], values["most"] = draw(st.none() | st.integers(-9, 99)), draw(st.none() | st.integers(0, 99))
        values["decimals"] = draw(st.integers(0, 3))
    elif kind == K.DATE:
        values["least"] = draw(st.none() | st.dates().map(str))
    if kind == K.TEXT:
        values["long"] = draw(st.booleans())
    return Question(code, kind, tidy(draw(WORDS)), **values)


@st.composite
def questionnaires(draw):
    made, parts = [], []
    for place in range(draw(st.integers(1, 3))):
        held = []
        for _ in range(draw(st.integers(1, 3))):
            question = draw(questions(f"q{len(made) + 1}"))
            if made and draw(st.booleans()):
                question = replace(question, shown_if=(draw(conditions(draw(st.sampled_from(made)))),))
            made.append(question)
            held.append(question)
        parts.append(Section(draw(st.just("") | WORDS.map(tidy)), draw(st.just("") | WORDS.map(tidy)), tuple(held)))
        if place == 0 and draw(st.booleans()):
            parts[0] = replace(parts[0], title="", note="")
    result = Questionnaire(tuple(parts))
    for question in made:
        if question.options and question.kind in (K.SINGLE, K.YES_NO, K.SCALE) and draw(st.booleans()):
            target = draw(st.sampled_from([END, *(one.code for one in made)]))
            codes = tuple(option.code for option in question.options)
            result = result.with_question(replace(question, jumps=(Jump(codes[: draw(st.integers(1, 2))], target),)))
    return result


@st.composite
def conditions(draw, source):
    codes = tuple(option.code for option in source.options)
    return Condition(source.code, codes[: draw(st.integers(0, 2))], draw(st.booleans()))


@given(questionnaires(), st.just("") | WORDS.map(tidy))
def test_out_and_in_again_is_the_same(questionnaire, title):
    text = write_text(questionnaire, title)
    reading = read_text(text)

    assert reading.errors == []
    assert reading.questionnaire == questionnaire
    assert reading.title == title
    assert write_text(reading.questionnaire, reading.title) == text


def test_what_is_retired_is_left_out_and_numbers_follow():
    kept = Question("q7", K.TEXT, "您还想说什么", shown_if=(Condition("q3", ("b",)),))
    gone = Question("q1", K.TEXT, "不问了", retired=True)
    source = Question(
        "q3", K.SINGLE, "您上班吗", options=(Option("a", "上", retired=True), Option("b", "不上"), Option("c", "退休"))
    )

    text = write_text(Questionnaire((Section("", "", (gone, source, kept)),)))

    assert text == "1. 您上班吗 [单选题]\nA. 不上\nB. 退休\n\n2. 您还想说什么 [填空题]【显示条件：第1题选A】\n"


def test_codes_taken_before_stay_away_and_what_names_them_follows():
    questionnaire = Questionnaire(
        (
            Section(
                "",
                "",
                (
                    Question("q1", K.TEXT, "您的称呼"),
                    Question("q2", K.TEXT, "{q1}，您好", shown_if=(Condition("q1"),)),
                ),
            ),
        )
    )

    assert recoded(questionnaire, {"q1", "q2"}).questions() == [
        Question("q3", K.TEXT, "您的称呼"),
        Question("q4", K.TEXT, "{q3}，您好", shown_if=(Condition("q3"),)),
    ]
