import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from fedhub.core.models import AuditEvent, Setting
from fedhub.core.versions import StaleVersion
from fedhub.reference import lookup
from fedhub.reference.models import Agency, CodeEntry, CodeTable, Holiday, Rule, VisitRule
from fedhub.reference.services import (
    add_code,
    change_code,
    change_rule,
    import_holidays,
    load_reference,
    remove_holiday,
    save_place,
    set_holiday,
    split_aliases,
)
from fedhub.reference.tests.factories import AgencyFactory, VenueFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    load_reference()


def entry(table, code):
    return CodeEntry.objects.select_related("table").get(table__key=table, code=code)


def actions():
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def holidays(text, encoding="utf-8"):
    return io.BytesIO(text.encode(encoding))


# --- loading ------------------------------------------------------------------------------------------------------
def test_loading_fills_the_tables_and_leaves_a_trace():
    written = load_reference()

    assert written == {
        "codes": CodeTable.objects.count() + CodeEntry.objects.count(),
        "rules": Rule.objects.count(),
        "visits": VisitRule.objects.count(),
        "holidays": Holiday.objects.count(),
    }
    assert min(written.values()) >= 40
    assert actions() == ["reference.load"]


def test_loading_again_writes_nothing(loaded):
    stamp = Setting.objects.get(key=lookup.STAMP_KEY).value

    written = load_reference()

    assert written == {"codes": 0, "rules": 0, "visits": 0, "holidays": 0}
    assert Setting.objects.get(key=lookup.STAMP_KEY).value == stamp


def test_loading_keeps_what_the_office_changed(loaded, chair):
    cause, close = entry("hardship_cause", "01"), Rule.objects.get(key="concern_close")
    cause.label = "因病致困"
    change_code(cause, ["label"], base_version=cause.version, by=chair)
    change_rule(close, value=10, base_version=close.version, by=chair)
    remove_holiday(Holiday.objects.get(date="2026-10-10"), by=chair)

    load_reference()

    assert entry("hardship_cause", "01").label == "因病致困"
    assert Rule.objects.get(key="concern_close").value == 10
    assert not Holiday.objects.filter(date="2026-10-10").exists()


def test_loading_puts_right_what_an_older_program_wrote(loaded):
    CodeEntry.objects.filter(table__key="sex", code="2").update(label="女的", aliases=[])
    Rule.objects.filter(key="concern_close").update(value=99)

    written = load_reference()

    assert written["codes"] == written["rules"] == 1
    assert (entry("sex", "2").label, entry("sex", "2").aliases) == ("女", ["女性", "女士", "F"])
    assert Rule.objects.get(key="concern_close").value == 15


def test_loading_adds_no_code_whose_words_the_office_uses_already(loaded, chair):
    table = CodeTable.objects.get(key="hardship_cause")
    CodeEntry.objects.filter(table=table, code="12").delete()
    add_code(CodeEntry(table=table, code="88", label="因债务"), by=chair)

    load_reference()

    assert not CodeEntry.objects.filter(table=table, code="12").exists()


def test_the_command_says_what_it_wrote(capsys):
    call_command("load_reference")
    call_command("load_reference")

    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "代码 0 条、规则 0 条、节假日 0 天有更新。"


# --- codes --------------------------------------------------------------------------------------------------------
def test_a_list_of_the_office_takes_new_codes(loaded, chair):
    table = CodeTable.objects.get(key="hardship_cause")

    add_code(CodeEntry(table=table, code="20", label="因创业失败", aliases=["创业失败"]), by=chair)

    assert lookup.code_for("hardship_cause", "创业失败") == "20"
    assert actions()[-1] == "reference.codeentry.add"


def test_a_standard_table_takes_no_new_codes(loaded, chair):
    table = CodeTable.objects.get(key="ethnic")

    with pytest.raises(ValidationError, match="国家标准"):
        add_code(CodeEntry(table=table, code="57", label="新族"), by=chair)


@pytest.mark.parametrize(
    ("code", "label", "aliases"), [("01", "新原因", []), ("20", "因病", []), ("20", "新原因", ["生 病"])]
)
def test_a_code_or_word_that_is_taken_is_refused(loaded, chair, code, label, aliases):
    table = CodeTable.objects.get(key="hardship_cause")

    with pytest.raises(ValidationError):
        add_code(CodeEntry(table=table, code=code, label=label, aliases=aliases), by=chair)


def test_a_standard_table_learns_new_spellings_but_keeps_its_labels(loaded, chair):
    daughter = entry("relation", "30")
    daughter.aliases = [*daughter.aliases, "丫头"]

    change_code(daughter, ["aliases"], base_version=daughter.version, by=chair)

    assert lookup.code_for("relation", "丫头") == "30"
    daughter.label = "女孩"
    with pytest.raises(ValidationError, match="国家标准"):
        change_code(daughter, ["label"], base_version=daughter.version, by=chair)


def test_two_people_cannot_overwrite_each_other(loaded, chair):
    mine, theirs = entry("hardship_cause", "01"), entry("hardship_cause", "01")
    theirs.label = "因病致困"
    change_code(theirs, ["label"], base_version=theirs.version, by=chair)
    mine.label = "生病了"

    with pytest.raises(StaleVersion):
        change_code(mine, ["label"], base_version=1, by=chair)


def test_too_many_or_too_long_aliases_are_refused(loaded, chair):
    cause = entry("hardship_cause", "01")
    cause.aliases = ["长" * 41]

    with pytest.raises(ValidationError, match="其他写法"):
        change_code(cause, ["aliases"], base_version=cause.version, by=chair)


def test_aliases_are_typed_with_any_separator():
    assert split_aliases("大病、重病，生病;\n 患 病 、大 病") == ["大 病", "重病", "生病", "患 病"]
    assert split_aliases("") == []


# --- agencies, venues ---------------------------------------------------------------------------------------------
def test_an_agency_is_saved_with_its_phone_in_one_form(chair):
    agency = save_place(Agency(kind="police", name="文新派出所", phone="（0571）88880110"), by=chair)

    assert Agency.objects.get(pk=agency.pk).phone == "0571-88880110"
    assert actions() == ["reference.agency.add"]


def test_an_agency_with_a_wrong_phone_or_a_taken_name_is_refused(chair):
    agency = AgencyFactory()

    with pytest.raises(ValidationError, match="认不出来"):
        save_place(Agency(kind="police", name="另一个所", phone="没有"), by=chair)
    with pytest.raises(ValidationError):
        save_place(Agency(kind="police", name=agency.name), by=chair)


def test_a_venue_is_changed_with_its_version(chair):
    venue = VenueFactory()
    venue.seats = 30

    save_place(venue, ["seats"], base_version=1, by=chair)

    assert (venue.version, actions()) == (2, ["reference.venue.change"])
    with pytest.raises(StaleVersion):
        save_place(venue, ["seats"], base_version=1, by=chair)


# --- holidays -----------------------------------------------------------------------------------------------------
def test_a_year_is_imported_whole_and_replaces_the_old_one(loaded, chair):
    file = holidays(
        "日期,安排,名称\n2026年10月1日,放假,国庆节\n2026/10/10,上班（调休）,\n2027-01-01,休,元旦\n", "gb18030"
    )

    counts = import_holidays(file, by=chair)

    assert counts == {2026: 2, 2027: 1}
    assert [(h.date, h.kind) for h in Holiday.objects.filter(date__year__gte=2026)] == [
        (date(2026, 10, 1), "holiday"), (date(2026, 10, 10), "workday"), (date(2027, 1, 1), "holiday"),
    ]  # fmt: skip
    assert Holiday.objects.filter(date__year=2025).count() > 20


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("日期,安排\n2027-02-30,放假\n", "第 2 行“日期”"),
        ("日期,安排\n2027-02-03,也许\n", "第 2 行“安排”"),
        ("日期,安排\n2027-02-03,放假\n2027-2-3,上班\n", "第 3 行“日期”：这一天出现了两次"),
        ("日期,安排\n1027-02-03,放假\n", "年份不对"),
        ("日期\n2027-02-03\n", "缺少“安排”"),
    ],
)
def test_a_faulty_holiday_file_writes_nothing(loaded, chair, text, reason):
    before = Holiday.objects.count()

    with pytest.raises(ValidationError, match=reason):
        import_holidays(holidays(text), by=chair)

    assert Holiday.objects.count() == before


def test_setting_a_day_twice_keeps_one_row(chair):
    day = date(2027, 10, 1)
    set_holiday(day, "holiday", "国庆节", by=chair)

    set_holiday(day, "workday", "调休", by=chair)

    assert list(Holiday.objects.filter(date=day).values_list("kind", "name", "local")) == [("workday", "调休", True)]


# --- rules --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("key", "value"),
    [("concern_close", 20), ("mediation_followup", [7, 60]), ("concern_first_answer", 1)],
)
def test_a_rule_takes_a_new_value_and_the_audit_keeps_both(loaded, chair, key, value):
    row = Rule.objects.get(key=key)
    before = row.value

    change_rule(row, value=value, base_version=row.version, by=chair)

    assert lookup.rule(key) == value
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.detail) == ("reference.rule.change", {"key": key, "before": before, "after": value})


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("concern_close", 0, "大于 0"),
        ("concern_close", 10**9, "大于 0"),
        ("concern_close", [3], "样子和原来不一样"),
        ("concern_close", True, "样子和原来不一样"),
        ("mediation_followup", [], "大于 0"),
        ("mediation_followup", [30, 7], "从小到大"),
        ("concern_neutral_topics", {"1": 1}, "样子和原来不一样"),
        ("protection_order_decide", 100, "法律"),
        ("password_min_length", 4, "安全规定"),
    ],
)
def test_a_rule_refuses_values_that_make_no_sense(loaded, chair, key, value, reason):
    row = Rule.objects.get(key=key)

    with pytest.raises(ValidationError, match=reason):
        change_rule(row, value=value, base_version=row.version, by=chair)
