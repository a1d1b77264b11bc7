from datetime import date

import pytest

from fedhub.core.text import match_key
from fedhub.reference.enums import DayKind, RuleTarget, RuleUnit
from fedhub.reference.models import TARGET_CODES, CodeEntry, Rule, VisitRule
from fedhub.reference.shipped import shipped_holidays, shipped_rules, shipped_tables, shipped_visit_rules

TABLES = {table["key"]: table for table in shipped_tables()}


def code_of(table, text):
    """Codes that a label or alias stands for."""
    key = match_key(text)
    return [
        entry["code"]
        for entry in TABLES[table]["entries"]
        if key in {match_key(word) for word in (entry["label"], *entry.get("aliases", []))}
    ]


@pytest.mark.parametrize("table", TABLES)
def test_no_word_of_a_table_stands_for_two_codes(table):
    words = [
        match_key(word)
        for entry in TABLES[table]["entries"]
        for word in (entry["label"], *entry.get("aliases", []))
    ]  # fmt: skip

    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize("table", TABLES)
def test_codes_are_unique_and_parents_exist(table):
    codes = [entry["code"] for entry in TABLES[table]["entries"]]
    parents = {entry["parent"] for entry in TABLES[table]["entries"] if "parent" in entry}

    assert len(codes) == len(set(codes))
    assert parents <= set(codes)


@pytest.mark.parametrize("table", TABLES)
def test_shipped_codes_fit_their_columns(table):
    for entry in TABLES[table]["entries"]:
        assert len(entry["code"]) <= CodeEntry._meta.get_field("code").max_length
        assert len(entry["label"]) <= CodeEntry._meta.get_field("label").max_length
        assert entry["label"].isascii() is False


def test_the_tables_have_as_many_codes_as_their_standards():
    counts = {key: len(TABLES[key]["entries"]) for key in ("sex", "marital", "ethnic", "political", "disability_type")}

    # Ethnic groups: the 56 of GB/T 3304 and two codes that the police use besides.
    assert counts == {"sex": 4, "marital": 8, "ethnic": 58, "political": 13, "disability_type": 7}


def test_only_the_offices_own_lists_can_be_added_to():
    assert {key for key, table in TABLES.items() if table["editable"]} == {
        "hardship_category", "hardship_cause", "labour_capacity", "health_simple", "dispute_category",
        "family_dispute_kind", "dispute_cause", "dispute_watch", "job_difficulty", "hukou_type", "survey_topic", "urban_rural",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("table", "text", "code"),
    [
        ("ethnic", "汉", "01"),
        ("ethnic", "维族", "05"),
        ("sex", "女", "2"),
        ("education", "大专", "30"),
        ("education", "本科", "20"),
        ("education", "初中文化", "70"),
        ("education", "文盲", "90"),
        ("marital", "离异", "40"),
        ("marital", "丧夫", "30"),
        ("political", "党员", "01"),
        ("political", "群众", "13"),
        ("relation", "长子", "22"),
        ("relation", "大儿子", "22"),
        ("relation", "儿子", "20"),
        ("relation", "之子", "20"),
        ("relation", "妻", "12"),
        ("relation", "配偶", "10"),
        ("relation", "孙女", "42"),
        ("relation", "儿媳妇", "38"),
        ("relation", "丈母娘", "56"),
        ("hardship_category", "低保户", "DB"),
        ("hardship_category", "下岗", "XG"),
        ("hardship_category", "空巢老人", "KC"),
        ("disability_grade", "二级", "2"),
        ("disability_grade", "Ⅱ级", "2"),
        ("hukou_type", "流动人口", "3"),
        ("employment_status", "打工", "24"),
    ],
)
def test_words_of_real_ledgers_find_their_code(table, text, code):
    assert code_of(table, text) == [code]


def test_violence_is_no_category_of_hardship():
    assert code_of("hardship_category", "受家暴") == []
    assert [e for e in TABLES["hardship_category"]["entries"] if "暴" in e["label"]] == []


def test_rules_have_known_units_fitting_columns_and_positive_values():
    for key, rule in shipped_rules().items():
        value = rule["value"]
        numbers = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
        assert rule["unit"] in RuleUnit.values
        assert min(numbers) >= (rule["unit"] not in (RuleUnit.SWITCH, RuleUnit.YUAN))
        assert len(key) <= Rule._meta.get_field("key").max_length
        assert len(rule["label"]) <= Rule._meta.get_field("label").max_length
        assert 0 < len(rule["source"]) <= Rule._meta.get_field("source").max_length


@pytest.mark.parametrize(
    ("key", "value", "unit"),
    [
        ("concern_first_answer", 3, "working_day"),
        ("concern_close", 15, "working_day"),
        ("visit_correct_days", 7, "day"),
        ("link_contact_days", 90, "day"),
        ("mediation_followup", [7, 30, 90], "day"),
        ("export_file_hours", 24, "hour"),
        ("export_background_rows", 500, "row"),
        ("reveal_seconds", 30, "second"),
        ("idle_minutes_desk", 15, "minute"),
        ("idle_minutes_phone", 30, "minute"),
        ("password_min_length", 12, "character"),
        ("dibao_street_check", 15, "working_day"),
        ("protection_order_decide", 72, "hour"),
    ],
)
def test_limits_are_those_of_the_handbook(key, value, unit):
    rule = shipped_rules()[key]

    assert (rule["value"], rule["unit"]) == (value, unit)


def test_every_category_has_a_visit_rule_and_every_rule_fits_the_table():
    rules = [VisitRule(**row) for row in shipped_visit_rules()]

    for rule in rules:
        rule.clean_fields()
    by_target = {target: {r.code for r in rules if r.target == target} for target in RuleTarget.values}
    assert by_target["category"] == {entry["code"] for entry in TABLES["hardship_category"]["entries"]}
    assert {target: codes for target, codes in by_target.items() if target != "category"} == {
        target: set(codes) for target, codes in TARGET_CODES.items()
    }
    assert len({rule.key for rule in rules}) == len(rules)
    assert {rule.every_days for rule in rules if rule.every_days} <= {30, 60, 90, 180, 365}


def test_every_year_gives_thirteen_days_off_net_of_make_up_days():
    """全国年节及纪念日放假办法 (2024): 13 days; breaks are made longer only by working at weekends."""
    days = shipped_holidays()
    worked = [day for day, row in days.items() if row["kind"] == DayKind.WORKDAY]
    off = [day for day, row in days.items() if row["kind"] == DayKind.HOLIDAY and day.weekday() < 5]

    net = {year: sum(d.year == year for d in off) - sum(d.year == year for d in worked) for year in (2025, 2026)}

    assert {day.weekday() for day in worked} <= {5, 6}
    assert net == {2025: 13, 2026: 13}
    assert days[date(2026, 10, 10)]["kind"] == DayKind.WORKDAY
