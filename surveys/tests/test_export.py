"""What leaves the house of a survey: public counts or internal answers, words apart, nothing live, everything registered."""

import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from fedhub.ledgers.models import ExportRecord
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.services.export import export_ledger, write_export
from fedhub.reference.lookup import rule
from surveys.definition.questionnaire import Option, Question, Questionnaire, Section, to_data
from surveys.enums import Kind
from surveys.models import Edition, Response
from surveys.services.folding import fold
from surveys.services.texts import scan_waiting
from surveys.tests.factories import WORK, published

pytestmark = pytest.mark.django_db
LATER = Questionnaire(
    (Section("工作", questions=(
        Question("q1", Kind.SINGLE, "=您上班吗？", options=(Option("a", "在工作"), Option("b", "=1+1"))),
        Question("q2", Kind.MULTIPLE, "难在哪里？", options=(Option("a", "孩子没人带"), Option("b", "技能不够"))),
        Question("q3", Kind.TEXT, "还想说什么？"),
        Question("m", Kind.MATRIX, "方便吗", rows=(Option("r1", "菜场"),), options=(Option("a", "方便"), Option("b", "不便"))),
        Question("r", Kind.RANKING, "先做", options=(Option("a", "路灯"), Option("b", "托管"))),
        Question("n", Kind.NUMBER, "几个孩子"),
    )),)
)  # fmt: skip


@pytest.fixture
def survey(data_officer, grid):
    made = published(by=data_officer)
    Edition.objects.create(survey=made, number=2, content=to_data(LATER), made_by=data_officer)
    rows = [Response(survey=made, edition=1, answers={"q1": "a", "q2": ["a", "c"]}, texts="{}", area=grid)] * 0
    rows += [
        Response(survey=made, edition=1, answers={"q1": "a", "q2": ["a", "c"]}, texts="{}", area=grid)
        for _ in range(6)
    ]
    rows += [
        Response(survey=made, edition=2, area=grid, texts=json.dumps({"q3": "=cmd() 13812345678"}),
                 answers={"q1": "b", "q2": ["b"], "m": {"r1": "a"}, "r": ["b", "a"], "n": 2})
        for _ in range(7)
    ]  # fmt: skip
    Response.objects.bulk_create(rows)
    fold(made, {1: WORK, 2: LATER}, rows)
    scan_waiting()
    return made


def exported(by, survey, **more):
    full = more.pop("full", False)
    _, data = export_ledger(
        ledgers["surveys"], filters={"survey": survey.pk, **more}, full=full, purpose="核对" if full else "", by=by
    )
    return load_workbook(io.BytesIO(data))


def rows_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]


def test_the_public_version_holds_counts_and_no_answer(data_officer, survey):
    book = exported(data_officer, survey)

    assert book.sheetnames == ["结果", "编码本"]
    assert rows_of(book["结果"])[:3] == [
        ["题目", "答的份数", "选项", "份数", "百分比"],
        ["=您上班吗？", 13, "在工作", 6, "46.2%"],
        ["=您上班吗？", 13, "=1+1", 7, "53.8%"],
    ]


def test_the_internal_version_has_all_editions_in_the_same_columns(data_officer, survey):
    book = exported(data_officer, survey, full=True)

    assert book.sheetnames == ["编码本", "答案", "答案编码", "文字答案"]
    assert rows_of(book["答案"])[0] == [
        "版次", "网格", "怎样填的", "=您上班吗？", "难在哪里？", "方便吗 菜场", "先做 第1位", "先做 第2位", "几个孩子"
    ]  # fmt: skip
    answers = sorted(rows_of(book["答案"])[1:], key=lambda row: row[0])
    assert answers[0] == [1, "第一网格", "自己填", "在工作", "孩子没人带、其他", None, None, None, None]
    assert answers[-1] == [2, "第一网格", "自己填", "=1+1", "技能不够", "方便", "托管", "路灯", 2]
    coded = sorted(rows_of(book["答案编码"])[1:], key=lambda row: row[0])
    assert coded[0][3:5] == ["a", "a、c"]
    assert rows_of(book["答案编码"])[0][3:6] == ["q1", "q2", "m 菜场"]


def test_a_multiple_choice_takes_a_column_for_each_option_when_asked(data_officer, survey):
    book = exported(data_officer, survey, full=True, many=True)

    assert rows_of(book["答案"])[0][4:7] == ["难在哪里？ 孩子没人带", "难在哪里？ 技能不够", "难在哪里？ 其他"]
    coded = sorted(rows_of(book["答案编码"])[1:], key=lambda row: row[0])
    assert (coded[0][4:7], coded[-1][4:7]) == ([1, 0, 1], [0, 1, 0])


def test_words_stand_apart_covered_and_nothing_is_live(data_officer, survey):
    book = exported(data_officer, survey, full=True)

    assert rows_of(book["文字答案"])[1] == ["还想说什么？", "=cmd() ▇▇"]
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert all("cmd" not in str(value) for row in rows_of(book["答案"]) for value in row)


def test_the_codebook_names_what_is_not_asked_any_more(data_officer, survey):
    rows = rows_of(exported(data_officer, survey)["编码本"])

    assert ["q2", "选项", None, "c", "其他", "不再提供", None] in rows
    assert next(r for r in rows if r[0] == "q1")[:6] == ["q1", "单选", "=您上班吗？", None, None, None]


def test_an_export_is_registered_with_its_purpose(data_officer, survey):
    exported(data_officer, survey, full=True)
    record = ExportRecord.objects.get()

    assert (record.ledger, record.mode, record.purpose, record.rows) == ("surveys", "full", "核对", 13)
    assert record.columns[:4] == ["版次", "网格", "怎样填的", "=您上班吗？"]


def test_too_few_answers_are_not_exported_and_a_stranger_finds_none(data_officer, grid, survey, stranger):
    few = published(by=data_officer)
    rows = [Response(survey=few, edition=1, answers={"q1": "a"}, area=grid) for _ in range(4)]
    Response.objects.bulk_create(rows)
    fold(few, {1: WORK}, rows)

    with pytest.raises(ValidationError, match="不足 5 份"):
        exported(data_officer, few)
    with pytest.raises(ValidationError, match="一份也没有"):
        exported(stranger, survey)


def test_without_a_survey_the_list_of_all_is_exported(data_officer, survey):
    _, data = export_ledger(ledgers["surveys"], by=data_officer)
    row = rows_of(load_workbook(io.BytesIO(data)).worksheets[0])[1]

    assert row[:5] == [1, survey.number, survey.title, "职业女性养育问题", survey.area.name]
    assert row[-1] == 13


def test_many_answers_are_written_in_the_background(data_officer, survey, grid):
    rows = [
        Response(survey=survey, edition=1, answers={"q1": "a"}, area=grid)
        for _ in range(rule("export_background_rows"))
    ]
    Response.objects.bulk_create(rows)
    fold(survey, {1: WORK}, rows)

    record, data = export_ledger(
        ledgers["surveys"], filters={"survey": survey.pk}, full=True, purpose="核对", by=data_officer
    )
    assert data is None
    write_export(record)

    record.refresh_from_db()
    assert record.rows == len(rows) + 13


def test_the_form_asks_for_the_survey_and_says_what_is_in_it(as_user, data_officer, survey):
    page = as_user(data_officer).get(reverse("ledgers:ledger_export", args=["surveys"]) + f"?survey={survey.pk}")

    assert "公开版：只有各题的数" in page.content.decode()
    assert f'<option value="{survey.pk}" selected>' in page.content.decode()
