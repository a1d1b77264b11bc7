"""What is posted for each kind of question: what is kept of it, and the sentence for what does not do."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from surveys.checking import check
from surveys.definition.questionnaire import Option, Question
from surveys.enums import Kind
from surveys.rendering import Given, question_parts

ABC = (Option("a", "甲"), Option("b", "乙"), Option("c", "其他", other=True), Option("z", "旧的", retired=True))
WITH_NONE = (*ABC, Option("n", "以上都没有", exclusive=True), Option("r", "不愿回答", refuse=True))
ROWS = (Option("r1", "价格"), Option("r2", "距离"), Option("r3", "旧行", retired=True))
PLACES = ("330106003012001", "330106003012002")


def question(kind, **more):
    if kind in (Kind.SINGLE, Kind.YES_NO, Kind.SCALE, Kind.RANKING, Kind.MATRIX):
        more.setdefault("options", ABC)
    if kind == Kind.MULTIPLE:
        more.setdefault("options", WITH_NONE)
    if kind == Kind.MATRIX:
        more.setdefault("rows", ROWS)
    return Question("q1", kind, "问题", **more)


def read(one, post, **more):
    return check([one], QueryDict(post), places=PLACES, **more)


GOOD = [
    (question(Kind.SINGLE), "q1=a", "a", {}),
    (question(Kind.SINGLE), "", None, {}),
    (question(Kind.SINGLE), "q1=c&q1:c=在家", "c", {"q1.c": "在家"}),
    (question(Kind.SINGLE), "q1=a&q1:c=在家", "a", {}),
    (question(Kind.YES_NO), "q1=b", "b", {}),
    (question(Kind.SCALE), "q1=a", "a", {}),
    (question(Kind.MULTIPLE), "q1=b&q1=a", ["a", "b"], {}),
    (question(Kind.MULTIPLE), "q1=b&q1=b", ["b"], {}),
    (question(Kind.MULTIPLE, least=2, most=2), "q1=n", ["n"], {}),
    (question(Kind.MULTIPLE, least=2, most=2), "", None, {}),
    (question(Kind.MULTIPLE), "q1=c&q1:c=+别的+", ["c"], {"q1.c": "别的"}),
    (question(Kind.MATRIX), "q1.r1=a&q1.r2=b&q1.r3=a", {"r1": "a", "r2": "b"}, {}),
    (question(Kind.MATRIX), "q1.r1=a", {"r1": "a"}, {}),
    (question(Kind.RANKING), "q1.a=2&q1.b=1", ["b", "a"], {}),
    (question(Kind.RANKING), "q1.a=１", ["a"], {}),
    (question(Kind.NUMBER), "q1=12", 12, {}),
    (question(Kind.NUMBER), "q1=１２", 12, {}),
    (question(Kind.NUMBER), "q1=-3", -3, {}),
    (question(Kind.NUMBER), "q1=1,200", 1200, {}),
    (question(Kind.NUMBER), "q1=0", 0, {}),
    (question(Kind.NUMBER, decimals=1), "q1=1.5", 1.5, {}),
    (question(Kind.NUMBER), "q1=2.0", 2, {}),
    (question(Kind.DATE), "q1=2026-01-31", "2026-01-31", {}),
    (question(Kind.DATE), "q1=2026年1月3日", "2026-01-03", {}),
    (question(Kind.DATE), "q1=2026/1/3", "2026-01-03", {}),
    (question(Kind.TEXT), "q1=++你好%0D%0A世界++", None, {"q1": "你好\n世界"}),
    (question(Kind.TEXT), "q1=%00%E2%80%AEa", None, {"q1": "a"}),
    (question(Kind.TEXT), "q1=<script>", None, {"q1": "<script>"}),
    (question(Kind.TEXT), "q1=+++", None, {}),
    (question(Kind.PHONE), "q1=138 0013 8000", None, {"q1": "13800138000"}),
    (question(Kind.PHONE), "q1=%2B8613800138000", None, {"q1": "13800138000"}),
    (question(Kind.PHONE), "q1=0571-88886666", None, {"q1": "0571-88886666"}),
    (question(Kind.AREA), "q1=330106003012002", "330106003012002", {}),
    (question(Kind.CONSENT), "q1=yes", "yes", {}),
    (question(Kind.CONSENT), "", None, {}),
    (question(Kind.PHOTO), "q1=text", None, {}),
    (question(Kind.NOTE), "q1=a", None, {}),
]
BAD = [
    (question(Kind.SINGLE), "q1=x", "选的这一项已经没有了，请再选一次。"),
    (question(Kind.SINGLE), "q1=z", "选的这一项已经没有了，请再选一次。"),
    (question(Kind.SINGLE, required=True), "q1=", "这一题要选一个。"),
    (question(Kind.YES_NO, required=True), "", "这一题要选一个。"),
    (question(Kind.SCALE, required=True), "", "这一题要选一个分数。"),
    (question(Kind.MULTIPLE, required=True), "", "这一题要选。"),
    (question(Kind.MULTIPLE), "q1=a&q1=n", "选了“以上都没有”，就不能再选别的。"),
    (question(Kind.MULTIPLE), "q1=a&q1=r", "选了“不愿回答”，就不能再选别的。"),
    (question(Kind.MULTIPLE, least=2), "q1=a", "至少选 2 项，您选了 1 项。"),
    (question(Kind.MULTIPLE, most=1), "q1=a&q1=b", "最多选 1 项，您选了 2 项。"),
    (question(Kind.SINGLE), "q1=c&q1:c=" + "字" * 501, "最多写 500 个字，现在 501 个字。"),
    (question(Kind.MATRIX, required=True), "", "每一行都要选一个。"),
    (question(Kind.MATRIX, required=True), "q1.r1=a", "还有没选的：距离。"),
    (question(Kind.MATRIX), "q1.r1=x", "选的这一项已经没有了，请再选一次。"),
    (question(Kind.RANKING, required=True), "", "这一题要排个顺序。"),
    (question(Kind.RANKING, required=True), "q1.a=1", "还有没排的：乙、其他。"),
    (question(Kind.RANKING), "q1.a=1&q1.b=1", "有两项都排第 1，请改一个。"),
    (question(Kind.RANKING), "q1.a=2", "顺序要从 1 开始，中间不能跳过。"),
    (question(Kind.RANKING), "q1.a=x", "“甲”排第几，请写 1 到 3 的数。"),
    (question(Kind.RANKING), "q1.a=9", "“甲”排第几，请写 1 到 3 的数。"),
    (question(Kind.RANKING, most=1), "q1.a=1&q1.b=2", "最多排 1 项，您排了 2 项。"),
    (question(Kind.NUMBER), "q1=三", "请写数字，例如 3。"),
    (question(Kind.NUMBER), "q1=1e9", "请写数字，例如 3。"),
    (question(Kind.NUMBER), "q1=NaN", "请写数字，例如 3。"),
    (question(Kind.NUMBER), "q1=" + "9" * 30, "请写数字，例如 3。"),
    (question(Kind.NUMBER), "q1=1.5", "请写整数。"),
    (question(Kind.NUMBER, decimals=1), "q1=1.55", "小数点后最多 1 位。"),
    (question(Kind.NUMBER, least=1), "q1=0", "不能小于 1。"),
    (question(Kind.NUMBER, most=9), "q1=10", "不能大于 9。"),
    (question(Kind.NUMBER, required=True), "q1=", "这一题要填。"),
    (question(Kind.DATE), "q1=2026-02-30", "日期认不出来，请写成 2026-01-31 这样。"),
    (question(Kind.DATE), "q1=明天", "日期认不出来，请写成 2026-01-31 这样。"),
    (question(Kind.DATE, least="2026-01-01"), "q1=2025-12-31", "日期不能早于 2026-01-01。"),
    (question(Kind.DATE, most="2026-01-01"), "q1=2026-01-02", "日期不能晚于 2026-01-01。"),
    (question(Kind.TEXT, required=True), "q1=+", "这一题要填。"),
    (question(Kind.TEXT, least=3), "q1=ab", "至少写 3 个字，现在 2 个字。"),
    (question(Kind.TEXT, most=3), "q1=abcd", "最多写 3 个字，现在 4 个字。"),
    (question(Kind.PHONE), "q1=abc", "电话号码认不出来，手机写 11 位数字，座机前面加区号。"),
    (question(Kind.PHONE), "q1=138001380001", "电话号码认不出来，手机写 11 位数字，座机前面加区号。"),
    (question(Kind.AREA), "q1=330106003013001", "选的网格不在这份问卷里，请再选一次。"),
    (question(Kind.AREA, required=True), "", "这一题要选一个网格。"),
    (question(Kind.CONSENT, required=True), "", "要同意才能往下填。"),
    (question(Kind.PHOTO, required=True), "", "这一题要一张照片。"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "post", "value", "texts"), GOOD)
def test_what_does_is_kept(one, post, value, texts):
    found = read(one, post)

    assert (found.answers.get("q1"), found.texts, found.errors) == (value, texts, {})


@pytest.mark.parametrize(("one", "post", "sentence"), BAD)
def test_what_does_not_is_told_in_a_sentence_and_kept_nowhere(one, post, sentence):
    found = read(one, post)

    assert (found.answers, found.texts, found.errors) == ({}, {}, {"q1": sentence})


def test_every_kind_is_tried_both_ways():
    assert {one.kind for one, *_ in GOOD} == set(Kind)
    assert {one.kind for one, *_ in BAD} == set(Kind) - {Kind.NOTE}


def test_a_page_of_an_earlier_edition_may_still_name_what_is_offered_no_more():
    assert read(question(Kind.SINGLE), "q1=z", retired=True).answers == {"q1": "z"}
    assert read(question(Kind.MULTIPLE), "q1=a&q1=z", retired=True).answers == {"q1": ["a", "z"]}


def test_a_photo_that_came_answers_its_question():
    assert read(question(Kind.PHOTO, required=True), "", files={"q1"}).errors == {}


@given(
    st.sampled_from([one for one, *_ in GOOD]),
    st.dictionaries(
        st.sampled_from(["q1", "q1.a", "q1.r1", "q1:c", "q1.b"]), st.lists(st.text(max_size=20), max_size=3)
    ),
)
def test_whatever_is_posted_gets_an_answer(one, values):
    post = QueryDict(mutable=True)
    for name, many in values.items():
        post.setlist(name, many)

    found = check([one], post, places=PLACES)

    assert set(found.errors) <= {"q1"}
    # The page of what was posted can be written too.
    assert question_parts(one, None, Given(posted=post), places=[(code, "网格") for code in PLACES])["code"] == "q1"


@pytest.mark.parametrize(("one", "post", "value", "texts"), GOOD)
def test_what_was_kept_reads_as_it_was_posted(one, post, value, texts):
    found = read(one, post)
    if found.errors or one.kind in (Kind.NOTE, Kind.PHOTO):
        return
    parts = question_parts(one, None, Given(found.answers, found.texts), places=[(code, "网格") for code in PLACES])
    again = QueryDict(mutable=True)
    for option in parts.get("options", []):
        if one.kind == Kind.RANKING:
            again[option["name"]] = option["value"]
        elif option["checked"]:
            again.appendlist("q1", option["code"])
            again[option["other"] or "unused"] = option["words"]
    for row in parts.get("rows", []):
        again[row["name"]] = next((code for code, _, checked in row["options"] if checked), "")
    for code, _, now in parts.get("places", []):
        if now:
            again["q1"] = code
    if parts.get("checked", True) and "value" in parts:
        again["q1"] = parts["value"]

    same = check([one], again, places=PLACES)
    assert (same.answers, same.texts) == (found.answers, found.texts)
