"""XLSForm in and out, and what is no form of ours."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from openpyxl import Workbook, load_workbook

from fedhub.ledgers.guard import BookError
from surveys.definition.bank import TOPICS, bank
from surveys.definition.questionnaire import Condition, Option, Question, Questionnaire, Section
from surveys.definition.xlsform import from_sheets, to_sheets
from surveys.enums import Kind
from surveys.services.xlsform import read_xlsform, write_xlsform
from surveys.tests.test_text import questionnaires


def rows_of(sheet):
    """Rows of a sheet as they are read."""
    heading, *rows = sheet
    return [(n, {k: v for k, v in zip(heading, row, strict=True) if v}) for n, row in enumerate(rows, 2)]


@given(questionnaires())
@settings(max_examples=60)
def test_out_and_in_again_is_the_same(questionnaire):
    sheets = to_sheets(questionnaire)

    reading = from_sheets(rows_of(sheets["survey"]), rows_of(sheets["choices"]))

    assert reading.errors == []
    assert reading.questionnaire == questionnaire


@pytest.mark.parametrize("topic", TOPICS)
def test_the_bank_goes_through_a_workbook(topic):
    title, _, questionnaire = bank(topic)

    reading = read_xlsform(BytesIO(write_xlsform(questionnaire, title)), "a.xlsx")

    assert (reading.errors, reading.title, reading.questionnaire) == ([], title, questionnaire)


def workbook(survey, choices=(), **more):
    book = Workbook()
    book.remove(book.active)
    for name, rows in ({"survey": survey, "choices": choices} | more).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return file


def test_a_form_made_elsewhere():
    file = workbook(
        [
            ["type", "name", "label::English (en)", "label::Chinese (zh)", "required", "relevant", "constraint"],
            ["start", "start"],
            ["begin_group", "home", "Home", "家里"],
            ["select_one yn", "has_child", "Children?", "有孩子吗？", "yes"],
            ["integer", "how_many", "How many?", "几个？", "true", "${has_child} = 'y'", ". > 0 and . <= 9"],
            ["select_multiple who or_other", "who_cares_for_the_children", "Who?", "谁带？", "", "${has_child} = 'y'"],
            ["end_group"],
            ["text", "more", "More?", "还有吗？", "", "", "string-length(.) <= 100"],
        ],
        [
            ["list_name", "name", "label::English (en)", "label::Chinese (zh)"],
            ["yn", "y", "Yes", "有"],
            ["yn", "n", "No", "没有"],
            ["who", "granny", "Grandmother", "外婆"],
            ["who", "me", "I", "自己"],
        ],
        settings=[["form_title"], ["养育问卷"]],
    )

    reading = read_xlsform(file, "form.xlsx")

    when = (Condition("has_child", ("y",)),)
    assert (reading.errors, reading.title) == ([], "养育问卷")
    assert reading.questionnaire == Questionnaire(
        (
            Section(
                "家里", "",
                (
                    Question("has_child", Kind.SINGLE, "有孩子吗？", required=True,
                             options=(Option("y", "有"), Option("n", "没有"))),
                    Question("how_many", Kind.NUMBER, "几个？", required=True, least=1, most=9, shown_if=when),
                    Question("q1", Kind.MULTIPLE, "谁带？", shown_if=when, options=(
                        Option("granny", "外婆"), Option("me", "自己"), Option("a", "其他", other=True),
                    )),
                ),
            ),
            Section("", "", (Question("more", Kind.TEXT, "还有吗？", most=100),)),
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["geopoint", "a", "在哪"], "没有“geopoint”这种题型，这一行没有读。"),
        (["begin_repeat", "a", "孩子"], "没有“begin_repeat”这一种，这一行没有读。"),
        (["calculate", "a"], "没有“calculate”这一种，这一行没有读。"),
        (["select_one nothing", "a", "选"], "choices 表里“nothing”不到两个选项，这一题没有读。"),
        (["text", "a", ""], "这一题没有写问什么（label）。"),
        (["text", "first", "又一题"], "name “first”用了两次，这一题没有读。"),
        (["text", "a", "问", "", "${b} > 3 or ${c} = 1"], "relevant 看不懂，没有用上：${b} > 3 or ${c} = 1"),
        (["integer", "a", "问", "", "", "regex(., '.*')"], "constraint 看不懂，没有用上：regex(., '.*')"),
        (["begin_group", "a", "组"], "有一个 begin_group 没有 end_group。"),
        (["end_group"], "有一个 end_group 没有 begin_group。"),
    ],
)
def test_what_is_not_ours_is_named_by_its_row(row, sentence):
    heading = ["type", "name", "label", "required", "relevant", "constraint"]

    reading = read_xlsform(
        workbook([heading, ["text", "first", "称呼"], row], [["list_name", "name", "label"]]), "a.xlsx"
    )

    assert reading.errors == [(3, sentence)]
    assert [one.code for one in reading.questionnaire.questions()][0] == "first"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: workbook([["a"]], other=[["b"]]), None),
        (lambda: BytesIO(b"not a workbook at all"), "unknown"),
        (lambda: BytesIO(b"PK\x03\x04 broken"), "damaged"),
    ],
)
def test_a_hostile_or_foreign_file_is_refused_with_a_sentence(make, code):
    file = make()
    if code is None:
        reading = read_xlsform(file, "a.xlsx")
        assert reading.errors == [(1, "survey 表里没有题目。")]
        return

    with pytest.raises(BookError) as refused:
        read_xlsform(file, "a.xlsx")

    assert refused.value.message.endswith("。")


def test_a_workbook_without_the_sheet_is_no_form():
    file = workbook([["type"]], other=[["内容"]])
    book = load_workbook(file)
    book.remove(book["survey"])
    file = BytesIO()
    book.save(file)
    file.seek(0)

    with pytest.raises(BookError, match="没有名为 survey 的工作表"):
        read_xlsform(file, "a.xlsx")


def test_a_form_as_long_as_a_ledger_is_refused():
    file = workbook([["type", "name", "label"], *(["text", f"a{n}", "问"] for n in range(3001))])

    with pytest.raises(BookError, match="超过 3000 行"):
        read_xlsform(file, "a.xlsx")


def test_no_wording_becomes_a_formula():
    questionnaire = Questionnaire((Section("", "", (Question("q1", Kind.TEXT, '=HYPERLINK("x")'),)),))

    cell = load_workbook(BytesIO(write_xlsform(questionnaire)))["survey"]["C2"]

    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("x")')
