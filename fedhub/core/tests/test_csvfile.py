import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedhub.core.csvfile import CsvError, read_csv

COLUMNS = {"code": ("代码", "区划代码"), "name": ("名称", "社区名称")}


def read(text, encoding="utf-8", columns=COLUMNS, **options):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return read_csv(io.BytesIO(data), columns, **options)


def values(table):
    return [(row.line, row["code"], row["name"]) for row in table]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_files_of_every_office_encoding_are_read(encoding):
    table = read("代码,名称\r\n330106003012,𠮷祥社区\r\n", encoding)

    assert values(table) == [(2, "330106003012", "𠮷祥社区")]


@pytest.mark.parametrize("separator", [",", "\t", ";", "，"])
def test_the_separator_is_found(separator):
    table = read(f"代码{separator}名称\n33{separator}浙江省\n")

    assert values(table) == [(2, "33", "浙江省")]


def test_headings_match_by_alias_in_any_order_with_notes_and_spaces():
    table = read("备注,*社区 名称（必填）：,区划代码\n好,幸福社区,33\n")

    assert values(table) == [(2, "33", "幸福社区")]
    assert table.ignored == ["备注"]


def test_title_lines_and_empty_lines_are_skipped_and_lines_keep_their_numbers():
    table = read("××街道社区一览,\n\n代码,名称\n33,浙江省\n,\n\n3301,杭州市\n")

    assert values(table) == [(4, "33", "浙江省"), (7, "3301", "杭州市")]


def test_cells_are_trimmed_and_lose_the_text_mark():
    table = read('代码,名称\n\'33 ," 浙江省\n"\n44, 广东省\n')

    assert values(table) == [(2, "33", "浙江省"), (4, "44", "广东省")]


def test_optional_columns_may_be_missing_and_short_lines_read_empty():
    assert values(read("代码\n33\n", optional=("name",))) == [(2, "33", "")]
    assert values(read("代码,名称\n33\n")) == [(2, "33", "")]


def test_a_row_names_its_line_and_column():
    row = next(iter(read("代码,名称\n33,浙江\n")))

    assert str(row.problem("code", "不是代码。")) == "第 2 行“代码”：不是代码。"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "文件是空的"),
        (b" \n\n", "文件是空的"),
        (b"PK\x03\x04rest", "这是 Excel 文件"),
        (b"\xd0\xcf\x11\xe0rest", "这是 Excel 文件"),
        ("代码,名称\n33,浙\0江\n".encode(), "第 2 行有空字符"),
        ("代码,名称\n33,".encode("gb18030") + b"\xff\xff\n", "第 2 行有读不出的字"),
        ("代码,称呼\n33,浙江\n", "缺少“名称”一列"),
        ("编号\n33\n", "缺少“代码”、“名称”一列"),
        ("代码,区划代码,名称\n1,2,3\n", "“代码”出现了两次"),
        ("代码,名称\n", "没有内容"),
        ('代码,名称\n33,"浙江\n44,广东\n', "第 2 行的引号没有配对"),
        ("代码,名称\n33,浙江,多出来\n", "第 2 行的格子比表头多"),
        ("代码,名称\n33," + "长" * 501, "第 2 行“名称”：超过 500 个字"),
        ("代码,名称\n" + "," * 70, "第 2 行超过 60 列"),
        ("\n" * 30 + "代码,名称\n33,浙江\n", "缺少“代码”"),
    ],
)
def test_bad_files_are_refused_with_a_sentence(data, reason):
    with pytest.raises(CsvError, match=reason):
        read(data)


def test_large_files_are_refused():
    with pytest.raises(CsvError, match="超过 0.5 MB"):
        read("代码,名称\n" + "33,浙江\n" * 60_000, max_bytes=512 * 1024)
    with pytest.raises(CsvError, match="超过 10 行"):
        read("代码,名称\n" + "33,浙江\n" * 11, max_rows=10)


@given(st.binary(max_size=200))
def test_any_bytes_give_rows_or_a_sentence(data):
    try:
        outcome = f"{len(read('代码,名称'.encode() + data))}。"
    except CsvError as error:
        outcome = str(error)

    assert outcome.endswith("。")
