"""The page of one question: every kind with labels, nothing of it alive that was typed by somebody."""

import re
from html.parser import HTMLParser

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from surveys.definition.questionnaire import Option, Question, Questionnaire, Section
from surveys.enums import Kind
from surveys.rendering import Given, question_parts, rule_words
from surveys.tests.test_checking import ABC, ROWS

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def paper(kind, text="问题", **more):
    options = (Option("a", text), Option("c", text, other=True, help=True), Option("n", text, exclusive=True))
    kept = {"options": options} if kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.YES_NO, Kind.SCALE, Kind.RANKING) else {}
    if kind == Kind.MATRIX:
        kept = {"options": options, "rows": (Option("r1", text),)}
    question = Question("q1", kind, text, hint=text, **{**kept, **more})
    return question, Questionnaire((Section("", questions=(question,)),))


def page_of(question, whole, given=None, **more):
    return render_to_string("surveys/resident/_question.html", {"q": question_parts(question, whole, given, **more)})


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("kind", Kind)
def test_nothing_typed_is_alive(kind):
    question, whole = paper(kind, EVIL)
    post = QueryDict(mutable=True)
    for name in ("q1", "q1:c", "q1.a", "q1.r1"):
        post[name] = EVIL
    for given in (None, Given(posted=post), Given({"q1": EVIL}, {"q1": EVIL, "q1.c": EVIL})):
        tags = Tags(page_of(question, whole, given, error=EVIL, places=[(EVIL, EVIL)])).found

        assert {tag for tag, _ in tags} & {"script", "img"} == set()
        assert [name for _, attrs in tags for name in attrs if name.startswith("on") or name == "style"] == []


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.NOTE])
def test_every_input_has_a_label(kind):
    question, whole = paper(kind)
    page = page_of(question, whole, places=[("1", "网格")])
    tags = Tags(page).found
    inputs = [(tag, attrs) for tag, attrs in tags if tag in ("input", "select", "textarea")]
    labels = {attrs["for"] for tag, attrs in tags if tag == "label" and "for" in attrs}
    inside = re.findall(r"<label[^>]*>(?:(?!</label>).)*<(?:input|select)", page, re.DOTALL)

    named = [attrs for _, attrs in inputs if attrs.get("id") in labels or "aria-label" in attrs]
    wrapped = [one for one in inside if "for=" not in one]

    assert inputs
    assert len(named) + len(wrapped) == len(inputs)


def test_a_fault_is_tied_to_its_question():
    question, whole = paper(Kind.TEXT)
    page = page_of(question, whole, error="这一题要填。")

    assert 'aria-describedby="q-q1-hint q-q1-error"' in page
    assert '<p class="s-error" id="q-q1-error">这一题要填。</p>' in page


def test_what_was_chosen_is_chosen_again():
    question = Question("q1", Kind.MATRIX, "问题", options=ABC, rows=ROWS)
    rows = question_parts(question, None, Given({"q1": {"r1": "b"}}))["rows"]

    assert [row["name"] for row in rows] == ["q1.r1", "q1.r2"]
    assert rows[0]["options"] == [("a", "甲", False), ("b", "乙", True), ("c", "其他", False)]


@pytest.mark.parametrize(
    ("kind", "least", "most", "words"),
    [
        (Kind.MULTIPLE, 1, 3, "选 1 到 3 项"),
        (Kind.MULTIPLE, 2, 2, "选 2 项"),
        (Kind.MULTIPLE, None, 4, "最多选 4 项"),
        (Kind.MULTIPLE, 2, None, "至少选 2 项"),
        (Kind.RANKING, 3, 3, "排 3 项"),
        (Kind.NUMBER, 0, 24, "0 到 24"),
        (Kind.TEXT, 1, 3, ""),
        (Kind.MULTIPLE, None, None, ""),
    ],
)
def test_the_rule_is_said_before_the_answer(kind, least, most, words):
    assert rule_words(Question("q1", kind, "问题", least=least, most=most)) == words
