from datetime import date

import pytest

from fedhub.core import acting
from fedhub.core.models import Setting
from fedhub.reference import lookup
from fedhub.reference.enums import DayKind
from fedhub.reference.models import CodeEntry, Rule
from fedhub.reference.services import change_code, load_reference, touch

pytestmark = pytest.mark.django_db


def test_before_loading_the_shipped_tables_answer():
    assert lookup.labels("marital")["40"] == "离婚"
    assert lookup.aliases("marital")["离异"] == "40"
    assert lookup.rule("concern_close") == 15
    assert lookup.rule_unit("dibao_street_check") == "working_day"
    assert lookup.special_days()[date(2026, 10, 1)] == DayKind.HOLIDAY


def test_loading_changes_no_answer():
    tables = ("ethnic", "relation", "education", "hardship_category")
    before = {
        table: (dict(lookup.labels(table)), dict(lookup.aliases(table)), lookup.codes(table)) for table in tables
    }

    load_reference()

    after = {table: (dict(lookup.labels(table)), dict(lookup.aliases(table)), lookup.codes(table)) for table in tables}
    assert after == before


def test_an_unknown_table_or_rule_is_an_error():
    with pytest.raises(KeyError):
        lookup.labels("nothing")
    with pytest.raises(KeyError):
        lookup.rule("nothing")


def test_a_code_is_found_by_any_spelling_and_shown_by_its_label():
    assert lookup.code_for("relation", " 大 儿子 ") == "22"
    assert lookup.code_for("relation", "邻居的猫") == ""
    assert lookup.label("relation", "22") == "长子"
    assert lookup.label("relation", "xx") == "xx"
    assert lookup.label("relation", "") == ""


def test_codes_themselves_are_no_words():
    assert "1" not in lookup.aliases("sex")


def test_choices_show_what_a_form_needs_and_keep_the_present_value():
    assert lookup.choices("marital") == [
        ("10", "未婚"), ("20", "已婚"), ("30", "丧偶"), ("40", "离婚"), ("90", "未说明的婚姻状况"),
    ]  # fmt: skip
    assert ("22", "再婚") in lookup.choices("marital", keep="22")
    assert ("22", "再婚") in lookup.choices("marital", form=False)


def test_a_code_out_of_use_keeps_its_label_but_is_neither_offered_nor_understood(chair):
    load_reference()
    entry = CodeEntry.objects.get(table__key="hardship_cause", code="13")
    entry.active = False

    change_code(entry, ["active"], base_version=entry.version, by=chair)

    assert lookup.labels("hardship_cause")["13"] == "自身发展动力不足"
    assert ("13", "自身发展动力不足") not in lookup.choices("hardship_cause")
    assert lookup.code_for("hardship_cause", "动力不足") == ""


def test_an_edit_of_another_process_is_seen(django_assert_num_queries):
    load_reference()
    lookup.rule("concern_close")
    # What another process does: write the row and a new stamp, with no word to this process.
    Rule.objects.filter(key="concern_close").update(value=10)
    Setting.objects.filter(key=lookup.STAMP_KEY).update(value={"stamp": "other"})

    assert lookup.rule("concern_close") == 10
    with django_assert_num_queries(1):
        assert lookup.rule("concern_close") == 10


def test_a_request_compares_the_stamp_once(django_assert_num_queries, chair):
    load_reference()
    lookup.labels("sex")

    for _ in range(2):
        with acting.acting_as(chair), django_assert_num_queries(1):
            lookup.labels("sex")
            lookup.rule("concern_close")
            lookup.choices("marital")


def test_outside_requests_the_copy_is_kept_for_a_moment(django_assert_num_queries, settings):
    load_reference()
    lookup.labels("sex")
    settings.REFERENCE_RECHECK_SECONDS = 60

    with django_assert_num_queries(0):
        lookup.labels("sex")


def test_an_edit_in_this_process_is_seen_at_once_even_within_a_request(chair):
    load_reference()
    with acting.acting_as(chair):
        lookup.rule("concern_close")
        Rule.objects.filter(key="concern_close").update(value=12)
        touch()

        assert lookup.rule("concern_close") == 12


def test_rules_added_by_a_newer_program_answer_before_they_are_loaded():
    load_reference()
    Rule.objects.filter(key="concern_close").delete()
    touch()

    assert lookup.rule("concern_close") == 15
