import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedhub.core.pinyin import initials, name_keys, sort_key, syllable

# The 6,763 characters of GB 2312.
EVERYDAY = [
    c
    for row in range(0xB0, 0xF8)
    for cell in range(0xA1, 0xFF)
    for c in bytes([row, cell]).decode("gb2312", errors="ignore")
]
HAN_NAMES = st.text(alphabet=st.sampled_from(EVERYDAY), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("张小明", ("zxm",)),
        ("张 三", ("zs",)),
        ("吕娜", ("ln",)),
        ("欧阳修", ("oyx",)),
        ("单雄信", ("sxx", "dxx")),
        ("曾黎", ("zl", "cl")),
        ("仇英", ("qy", "cy")),
        ("解缙", ("xj", "jj")),
        ("查良镛", ("zly", "cly")),
        ("盖丽", ("gl",)),
        ("任盈盈", ("ryy",)),
        ("区楚良", ("ocl", "qcl")),
        ("朴树", ("ps",)),
        ("尉迟恭", ("ycg", "wcg")),
        ("单于飞", ("cyf", "syf", "dyf")),
        ("阿依古丽·买买提", ("ayglmmt", "eyglmmt")),
        ("王朝乐", ("wcl", "wzl", "wcy", "wzy")),
        ("Mary Smith", ("ms",)),
        ("𠮷田", ("jt",)),
        ("", ()),
        ("·", ()),
    ],
)
def test_initials_give_all_plausible_readings(name, expected):
    assert initials(name) == expected


@given(HAN_NAMES)
def test_initials_are_at_most_four_and_small_letters(name):
    found = initials(name)

    assert 1 <= len(found) <= 4
    assert all(text.isascii() and text.islower() and len(text) <= len(name) for text in found)


def test_every_everyday_character_has_a_reading():
    missing = [c for c in EVERYDAY if not syllable(c)]

    assert (len(EVERYDAY), missing) == (6763, [])


@pytest.mark.parametrize("character", ["a", "１", "，", "\U0002f800", "\ud800"])
def test_what_is_no_known_character_has_no_reading(character):
    assert syllable(character) == ""


def test_name_keys_are_the_suffixes_of_name_and_initials():
    assert name_keys("张小明") == {"张小明", "小明", "明", "zxm", "xm", "m"}
    assert name_keys("曾丽") == {"曾丽", "丽", "zl", "cl", "l"}


def test_name_keys_find_a_name_with_a_dot_typed_without_it():
    keys = name_keys("古丽·买提")

    assert {"古丽·买提", "古丽买提", "买提", "glmt", "mt"} <= keys
    assert "·买提" not in keys


def test_names_sort_by_pinyin_then_tone_then_character():
    names = ["赵一", "王二", "李娜", "曾黎", "单雄", "李安", "安琪", "里丽", "黎明", "Anna"]

    assert sorted(names, key=sort_key) == [
        "安琪", "Anna", "黎明", "李安", "李娜", "里丽", "单雄", "王二", "曾黎", "赵一",
    ]  # fmt: skip


def test_sorting_keys_keep_names_of_unknown_characters():
    assert sort_key("\U0002f8a0") != ""


def test_reading_names_does_not_load_the_dictionary():
    code = "import sys; from fedhub.core.pinyin import initials; initials('张小明'); print('pypinyin' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "False"
