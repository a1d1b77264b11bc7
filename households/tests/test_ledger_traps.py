"""The traps of real workbooks (handbook 3.2, items 1 to 14), one workbook each, the whole way into the books:
intake, mapping, dry run and commit with the registered ledger of women (of families where households are merged)."""

import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from fedhub.core.validators import id_check_character
from fedhub.ledgers.models import ImportBatch
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.services import intake
from fedhub.ledgers.services.check import check_batch
from fedhub.ledgers.services.commit import commit_batch
from fedhub.ledgers.services.export import export_ledger
from fedhub.ledgers.tests.books import book, ole, raw_book, text_cell
from households.models import Household, Membership, Phone, Resident, Status
from households.tests.factories import id_number


@pytest.fixture(autouse=True)
def _own_scratch(settings, tmp_path):
    settings.SCRATCH_ROOT = tmp_path


@pytest.fixture
def written(community, grid, data_officer):
    """`written(file)` takes a workbook the whole way and gives the written batch."""

    def run(file, name="台账.xlsx", ledger="women", sex_codes=None):
        upload = SimpleUploadedFile(name, file.getvalue())
        batch = intake.start_import(upload, ledger=ledger, area=community, by=data_officer)
        batch = check_batch(intake.map_columns(batch, batch.mapping, sex_codes=sex_codes, by=data_officer))
        intake.request_commit(batch, by=data_officer)
        return commit_batch(batch, by=data_officer)

    return run


def people(*names):
    return list(Resident.objects.order_by("pk").values_list(*names))


def warnings(batch, number):
    return [f["text"] for f in batch.rows.get(number=number).findings if f.get("kind") == "warn"]


def test_item_1_title_report_line_groups_subtotals_hidden_rows_and_footer(written):
    file = book(
        [
            [None, "××社区2024年困难妇女台账"],
            [None, "填报单位：　　", None, "填报人：　　", None, "填报时间：　　"],
            [None, "序号", "基本情况", None, "网格", "备注"],
            [None, None, "姓名", "出生年月", None, None],
            [None, 1, "张敏", "1985-04", "第一网格", "骨干"],
            [None, None, "小计", None, None, 1],
            [None, 2, "李芳", "1986-05", "第一网格", None],
            [None, "合计", None, None, None, 2],
            [None, "填表说明：本表一式两份"],
        ],
        merges=["B1:F1", "B2:C2", "D2:E2", "B3:B4", "C3:D3", "E3:E4", "F3:F4"],
        hidden_columns=["F"],
        hidden_rows=[7],
    )

    batch = written(file)

    assert people("name", "birth", "note") == [("张敏", "1985-04", "骨干"), ("李芳", "1986-05", "")]
    assert [one["why"] for one in batch.counts["skipped_rows"]] == ["合计行", "合计行", "表下说明"]


def test_item_1_one_sheet_for_each_grid_and_trailing_formatted_rows(written, other_grid):
    def more(workbook):
        second = workbook.create_sheet("第二网格")
        second.append(["姓名", "出生年月"])
        second.append(["李芳", "1986-05"])
        for number in range(3, 400):
            second.cell(number, 1).number_format = "@"

    written(book([["姓名", "出生年月"], ["张敏", "1985-04"]], title="第一网格", prepare=more))

    assert people("name", "area__name") == [("张敏", "第一网格"), ("李芳", "第二网格")]


def test_item_2_household_columns_go_down_by_merge_and_never_by_blank(written):
    head = ["户主", "家庭住址", "姓名", "与户主关系", "出生年月", "网格"]
    file = book(
        [
            head,
            ["张建国", "精诚公寓2栋1单元301", "张建国", "户主", "1960-01", "第一网格"],
            [None, None, "张敏", "女儿", "1985-04", "第一网格"],
            [None, None, "王五妹", None, "1990-02", "第一网格"],
        ],
        merges=["A2:A3", "B2:B3"],
    )

    written(file, ledger="families")

    members = Membership.objects.order_by("resident__pk").values_list("resident__name", "household__address")
    together = Household.objects.get(memberships__resident__name="张敏")
    assert together.people == 2
    assert dict(members).get("王五妹") != together.address


def test_item_3_headings_with_spaces_breaks_brackets_stars_and_other_words(written):
    number = id_number("19850412", 26)
    file = book(
        [["*姓  名：", "身份证号（18位）", "联系\n电话", "现住址", "学历", "政治面目"],
         ["张敏", number, "13800000001", "精诚公寓2栋1单元301", "大专", "中共党员"]]
    )  # fmt: skip

    written(file)

    assert people("name", "id_number", "education", "political") == [("张敏", number, "30", "01")]
    assert [phone.number for phone in Phone.objects.all()] == ["13800000001"]


def test_item_4_identity_numbers_that_excel_spoilt_stay_empty_and_old_or_wide_ones_are_read(written):
    number = "11010519491231002X"
    file = book(
        [["姓名", "身份证号"], ["张敏", 110105194912310021], ["李芳", f"'{number.lower()}"],
         ["王娟", "３３０１０６１９８５０４１２００２" + id_check_character("33010619850412002")]]
    )  # fmt: skip

    batch = written(file)

    assert people("name", "id_number") == [
        ("张敏", ""), ("李芳", number), ("王娟", "33010619850412002" + id_check_character("33010619850412002")),
    ]  # fmt: skip
    assert len(warnings(batch, 1)) == 1


@pytest.mark.parametrize(
    ("typed", "birth"),
    [
        (date(1985, 4, 1), "1985-04-01"), (31138, "1985-04-01"), (1985.3, "1985-03"), ("1985/3/7", "1985-03-07"),
        ("1985年3月", "1985-03"), (198503, "1985-03"), (85.3, "1985-03"), ("一九八五年三月", "1985-03"),
        (1985.1, "1985"), ("农历三月初七", ""), (45, ""), ("不详", ""),
    ],
)  # fmt: skip
def test_item_5_dates_in_every_spelling(written, typed, birth):
    written(book([["姓名", "出生年月"], ["张敏", typed]]))

    assert people("birth") == [(birth,)]


def test_item_5_october_is_settled_by_the_identity_number(written):
    written(book([["姓名", "身份证号", "出生年月"], ["张敏", id_number("19851007", 22), 1985.1]]))

    assert people("birth") == [("1985-10-07",)]


def test_item_6_words_of_coded_columns_and_what_is_not_understood_stays_beside(written):
    file = book(
        [["姓名", "出生年月", "性别", "民族", "文化程度", "婚姻状况", "妇女骨干"],
         ["张敏", "1985-04", "F", "汉", "大专", "丧偶", "√"], ["李芳", "1986-05", "女", "汉族", "博士后", "离异", "无"]]
    )  # fmt: skip

    batch = written(file)

    assert people("sex", "ethnic", "education", "marital", "is_backbone") == [
        ("2", "01", "30", "30", True), ("2", "01", "", "40", False),
    ]  # fmt: skip
    assert (people("raw")[1][0], len(warnings(batch, 2))) == ({"文化程度": "博士后"}, 1)


def test_item_6_sex_as_a_number_counts_when_the_user_says_what_it_means(written):
    rows = [["姓名", "性别", "出生年月"], ["张敏", 1, "1985-04"], ["李伟", 0, "1986-05"]]

    written(book(rows), ledger="families", sex_codes="zero_one")

    assert people("name", "sex") == [("张敏", "2"), ("李伟", "1")]


def test_item_7_several_values_in_one_cell(written):
    written(book([["姓名", "联系电话", "类别"], ["张敏", "13800138000/025-12345678", "低保、残疾"]]))

    assert [phone.number for phone in Phone.objects.all()] == ["13800138000", "025-12345678"]
    assert sorted(Status.objects.values_list("category", flat=True)) == ["CJ", "DB"]


@pytest.mark.parametrize(
    ("typed", "phones"),
    [
        ("138 0013 8000", [("13800138000", True)]), ("+86-13800138000", [("13800138000", True)]),
        (13800138000, [("13800138000", True)]), (2512345678, [("025-12345678", True)]),
        ("138****8000", [("138****8000", False)]), ("无电话", []), ("无", []),
    ],
)  # fmt: skip
def test_item_8_phones_of_all_kinds(written, typed, phones):
    written(book([["姓名", "联系电话"], ["张敏", typed]]))

    assert [(phone.number, phone.usable) for phone in Phone.objects.all()] == phones


def test_item_9_same_as_above_and_marks_for_nothing(written):
    file = book(
        [["姓名", "网格", "家庭住址", "备注"], ["张敏", "第一网格", "精诚公寓2栋1单元301", "/"],
         ["李芳", "同上", "同上", "-"], ["王娟", "〃", "〃", "无"], ["赵莉", '"', '"', None]]
    )  # fmt: skip

    written(file)

    assert people("name", "note") == [("张敏", ""), ("李芳", ""), ("王娟", ""), ("赵莉", "")]
    assert Household.objects.get().people == 4


def test_item_10_names_with_spaces_dots_and_rare_characters(written):
    written(book([["姓名", "备注"], ["张 敏", "x"], ["阿依古丽•买买提", "x"], ["𠮷田䶮", "x"]]))

    assert people("name") == [("张敏",), ("阿依古丽·买买提",), ("𠮷田䶮",)]


def test_item_11_totals_are_passed_over_and_counted(written):
    rows = [["序号", "姓名", "子女数"], [1, "张敏", 2], ["合计", None, 2], [None, "小计", 2], [None, "总  计：", 2]]

    batch = written(book(rows))

    assert (people("name", "children"), batch.counts["skipped"]) == ([("张敏", 2)], 3)


@pytest.mark.parametrize(
    ("file", "name", "sentence"),
    [
        (ole("Workbook"), "台账.xls", "另存为"), (ole("Workbook"), "台账.et", "另存为"),
        (ole("EncryptedPackage"), "台账.xlsx", "密码"),
    ],
)  # fmt: skip
def test_item_12_other_formats_are_refused_with_what_to_do(written, file, name, sentence):
    with pytest.raises(ValidationError, match=sentence):
        written(file, name)

    assert (ImportBatch.objects.count(), Resident.objects.count()) == (0, 0)


def test_item_12_csv_in_gb18030_and_a_workbook_with_the_wrong_extension(written):
    written(io.BytesIO("姓名,联系电话\r\n张敏,13800138000\r\n".encode("gb18030")), "台账.csv")
    written(book([["姓名", "联系电话"], ["李芳", "13900139000"]]), "台账.xls")

    assert people("name") == [("张敏",), ("李芳",)]


def test_item_13_formulas_give_their_stored_result_or_a_warning(written):
    head = "".join(text_cell(f"{x}1", text) for x, text in zip("ABC", ["姓名", "子女数", "备注"], strict=True))
    file = raw_book(
        f'<row r="1">{head}</row><row r="2">{text_cell("A2", "张敏")}<c r="B2"><f>1+1</f><v>2</v></c>'
        f'<c r="C2"><f>B2*100</f></c></row>'
    )

    batch = written(file)

    assert people("name", "children", "note") == [("张敏", 2, "")]
    assert len(warnings(batch, 1)) == 1


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(A1)"])
def test_item_14_texts_that_look_like_formulas_go_out_as_texts_and_come_back_the_same(
    written, community, data_officer, text
):
    head = text_cell("A1", "姓名") + text_cell("B1", "备注")
    written(raw_book(f'<row r="1">{head}</row><row r="2">{text_cell("A2", "张敏")}{text_cell("B2", text)}</row>'))
    _, data = export_ledger(ledgers["women"], full=True, purpose="核对", by=data_officer)

    batch = intake.start_import(SimpleUploadedFile("台账.xlsx", data), ledger="women", area=community, by=data_officer)
    batch = check_batch(intake.map_columns(batch, batch.mapping, by=data_officer))

    assert people("note") == [(text,)]
    assert batch.counts["same"] == batch.counts["read"] == 1
