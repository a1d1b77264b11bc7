"""Keys for searching: what is typed must find what is stored, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.models import Household
from households.searchkeys import (
    KEY_LENGTH,
    address_key,
    compose_address,
    compound_and_room,
    household_keys,
    name_key,
    resident_keys,
    short_room,
    typed_address,
    usable_phone,
)

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
NAMES = st.text(HAN, min_size=1, max_size=8)
ROOMS = st.from_regex(r"[1-9][0-9]{0,3}[A-C]?", fullmatch=True)


def home(**parts):
    return Household(number="H330106003012-00042", **parts)


@given(NAMES, st.data())
def test_any_part_of_a_name_is_the_beginning_of_a_key(name, data):
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))

    typed = name_key(name[start:end])

    assert any(key.startswith(typed) for key in resident_keys(name))


@given(st.text(max_size=200))
def test_keys_of_any_text_fit_their_column(text):
    keys = resident_keys(text) | household_keys(home(compound=text[:40], room=text[:20], address=text[:120]))

    assert all(0 < len(key) <= KEY_LENGTH for key in keys)


@given(st.text(st.sampled_from("精诚公寓旧院号栋幢楼单元室层 -—0123456789aBＡ９"), max_size=40))
def test_an_address_key_is_stable(text):
    assert address_key(address_key(text)) == address_key(text)


@given(ROOMS, ROOMS, ROOMS)
def test_a_room_is_found_by_its_short_form_and_by_its_words(building, stair, room):
    keys = household_keys(home(compound="精诚公寓", building=building, stair=stair, room=room))
    typed = [
        f"{building}-{stair}-{room}",
        f"精诚公寓{building}栋{stair}单元{room}室",
        f"公寓 {building} 栋 {stair} 单元 {room}",
        f"jcgy{building}-{stair}",
        room,
    ]

    assert [text for text in typed if not any(key.startswith(typed_address(text)) for key in keys)] == []


def test_an_unfinished_building_does_not_find_a_longer_number():
    keys = household_keys(home(compound="精诚公寓", building="21", stair="1", room="301"))

    assert not any(key.startswith(typed_address("精诚公寓2栋")) for key in keys)
    assert any(key.startswith(typed_address("精诚公寓21栋")) for key in keys)


@pytest.mark.parametrize(
    ("parts", "address", "key"),
    [
        ({"compound": "精诚园", "building": "2", "stair": "1", "room": "301"}, "精诚园2栋1单元301", "精诚园2-1-301"),
        ({"compound": "精诚园", "building": "2栋", "room": "301"}, "精诚园2栋301", "精诚园2-301"),
        ({"compound": "新村7区", "building": "2"}, "新村7区2栋", "新村7区2"),
        ({"compound": "B7", "building": "2"}, "B72栋", "b7-2"),
        ({"address": "酒精厂旧院12号"}, "", "酒精厂旧院12号"),
        ({}, "", ""),
    ],
)  # fmt: skip
def test_address_is_composed_of_its_parts(parts, address, key):
    household = home(**parts)

    assert compose_address(household) == address
    assert compound_and_room(household) == key


def test_short_room_leaves_out_what_is_missing():
    assert short_room(home(building="9", stair="1", room="1369")) == "9-1-1369"
    assert short_room(home(room="12")) == "12"


def test_household_number_and_its_last_digits_are_keys():
    assert {"h330106003012-00042", "00042"} <= household_keys(home())


@pytest.mark.parametrize(
    ("text", "number"), [("138 0013 8000", "13800138000"), ("138****8000", ""), ("无", ""), ("", "")]
)
def test_only_a_whole_number_is_a_usable_phone(text, number):
    assert usable_phone(text) == number
