import io
from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse

from fedhub.core.testing.queries import queries_beyond
from fedhub.reference import lookup
from fedhub.reference.models import Agency, CodeEntry, CodeTable, Holiday, Rule, Venue
from fedhub.reference.services import load_reference
from fedhub.reference.tests.factories import AgencyFactory, VenueFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True, scope="module")
def _loaded(django_db_setup, django_db_blocker):
    """The shipped tables, once for the whole module; what a test changes is taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_reference()
        yield
        transaction.set_rollback(True)


def entry(table, code):
    return CodeEntry.objects.get(table__key=table, code=code)


def url(name, *args):
    return reverse(f"reference:{name}", args=args)


def errors(response):
    return str(response.context["form"].errors)


def csv_file(text):
    file = io.BytesIO(text.encode())
    file.name = "2027.csv"
    return file


# --- who may open what --------------------------------------------------------------------------------------------
READ = ["codetable_list", "rule_list", "agency_list", "venue_list", "holiday_list", "holiday_file"]
WRITE = ["agency_create", "venue_create", "holiday_create", "holiday_import"]


@pytest.mark.parametrize("name", READ)
def test_everybody_who_visits_families_may_read(client, worker, name):
    assert client.get(url(name)).status_code == 200


@pytest.mark.parametrize("name", WRITE)
def test_only_the_office_may_write(as_user, worker, chair, name):
    assert as_user(worker).get(url(name)).status_code == 404
    assert as_user(chair).get(url(name)).status_code == 200


@pytest.mark.parametrize("name", READ + WRITE)
def test_an_auditor_and_a_visitor_see_none_of_it(as_user, auditor, client, name):
    assert as_user(auditor).get(url(name)).status_code == 404
    assert client.get(url(name)).status_code in (302, 404)


def test_rows_a_worker_may_not_change_answer_as_missing(client, worker):
    agency, venue, day = AgencyFactory(), VenueFactory(), Holiday.objects.first()
    pages = [
        url("codeentry_update", entry("hardship_cause", "01").pk),
        url("codeentry_create", CodeTable.objects.get(key="hardship_cause").pk),
        url("rule_update", Rule.objects.get(key="concern_close").pk),
        url("agency_update", agency.pk),
        url("venue_update", venue.pk),
    ]

    assert [client.get(page).status_code for page in pages] == [404] * 5
    assert client.post(url("holiday_remove", day.pk)).status_code == 404
    assert Holiday.objects.filter(pk=day.pk).exists()


# --- code tables --------------------------------------------------------------------------------------------------
def test_the_tables_are_listed_in_their_order_with_their_counts(client, worker):
    response = client.get(url("codetable_list"))

    shown = [(table.key, table.used, table.own) for table in response.context["tables"]]
    assert shown[:3] == [("sex", 4, 0), ("marital", 8, 0), ("health", 22, 0)]
    assert len(shown) == CodeTable.objects.count()


@pytest.mark.parametrize(("words", "found"), [("婚姻", True), ("离婚", True), ("没有这一项", False)])
def test_a_table_is_found_by_its_name_or_by_what_is_in_it(client, worker, words, found):
    whole = {table.key: (table.used, table.own) for table in client.get(url("codetable_list")).context["tables"]}
    wanted = {
        table.key
        for table in CodeTable.objects.prefetch_related("entries")
        if any(words in text for text in (table.name, table.standard, *(e.label for e in table.entries.all())))
    }

    response = client.post(url("codetable_list"), {"q": words}, headers={"HX-Request": "true"})

    shown = {table.key: (table.used, table.own) for table in response.context["tables"]}
    assert shown == {key: whole[key] for key in wanted}
    assert (bool(wanted), "没有符合条件的代码表" in response.content.decode()) == (found, not found)
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize("table", ["sex", "ethnic", "hardship_category"])
def test_a_table_shows_its_codes(client, worker, table):
    response = client.get(url("codetable_detail", CodeTable.objects.get(key=table).pk))

    shown = [(e.code, e.label) for e in response.context["entries"]]
    assert shown == list(lookup.labels(table).items())


def test_a_new_code_of_an_own_list_is_saved(client, chair):
    table = CodeTable.objects.get(key="hardship_cause")

    response = client.post(
        url("codeentry_create", table.pk),
        {"code": "20", "label": "因创业失败", "aliases": "创业失败，生意失败", "on_form": "on"},
    )

    assert response.url == url("codetable_detail", table.pk)
    assert lookup.choices("hardship_cause")[-1] == ("20", "因创业失败")
    assert lookup.code_for("hardship_cause", "生意失败") == "20"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"code": "01", "label": "新原因"}, "这个代码已经有了"),
        ({"code": "20", "label": "因病"}, "请换一个"),
        ({"code": "20", "label": "新原因", "aliases": "生病"}, "已经是“因病”的名称或写法"),
        ({"code": "二", "label": "新原因"}, "只能用数字和英文字母"),
        ({"code": "20", "label": ""}, "这一项要填"),
    ],
)
def test_a_code_that_does_not_fit_says_why(client, chair, data, reason):
    table = CodeTable.objects.get(key="hardship_cause")
    before = table.entries.count()

    response = client.post(url("codeentry_create", table.pk), data)

    assert reason in errors(response)
    assert table.entries.count() == before


def test_a_standard_table_offers_no_new_code(client, chair):
    table = CodeTable.objects.get(key="ethnic")

    assert client.get(url("codeentry_create", table.pk)).status_code == 404


def test_a_standard_code_takes_spellings_only(client, chair):
    row = entry("relation", "30")
    data = {"aliases": "女儿、闺女、丫头", "on_form": "on", "label": "改名", "version": row.version}

    client.post(url("codeentry_update", row.pk), data)

    row.refresh_from_db()
    assert (row.label, row.aliases, row.local) == ("女", ["女儿", "闺女", "丫头"], True)


def test_an_own_code_is_switched_off(client, chair):
    row = entry("hardship_cause", "13")
    data = {"label": row.label, "aliases": "", "order": row.order, "on_form": "on", "version": row.version}

    client.post(url("codeentry_update", row.pk), data)

    assert "13" not in dict(lookup.choices("hardship_cause"))


@pytest.mark.parametrize("words", ["走访", "没有这一条"])
def test_a_rule_is_found_by_its_words_or_its_source(client, worker, words):
    wanted = {rule for rule in Rule.objects.all() if words in rule.label or words in rule.source}

    response = client.get(url("rule_list"), {"q": words})

    assert {rule for rule, _ in response.context["rules"]} == wanted
    assert bool(wanted) == (words == "走访")


def test_a_code_changed_meanwhile_is_not_overwritten(client, chair):
    row = entry("hardship_cause", "01")
    CodeEntry.objects.filter(pk=row.pk).update(label="别人改的", version=2)
    data = {"label": "我改的", "aliases": "", "order": 0, "on_form": "on", "active": "on", "version": 1}

    response = client.post(url("codeentry_update", row.pk), data)

    assert response.status_code == 409
    assert entry("hardship_cause", "01").label == "别人改的"


# --- rules --------------------------------------------------------------------------------------------------------
def test_rules_are_shown_in_words(client, worker):
    response = client.get(url("rule_list"))

    shown = {rule.key: text for rule, text in response.context["rules"]}
    assert shown["concern_close"] == "15 个工作日"
    assert shown["mediation_followup"] == "7、30、90 天"
    assert shown["dibao_street_check"] == "15 个工作日"


@pytest.mark.parametrize(
    ("key", "data", "expected"),
    [
        ("concern_close", {"number": "20"}, 20),
        ("mediation_followup", {"several": "10、40"}, [10, 40]),
    ],
)
def test_a_rule_is_changed(client, chair, key, data, expected):
    row = Rule.objects.get(key=key)

    response = client.post(url("rule_update", row.pk), data | {"version": row.version})

    assert response.url == url("rule_list")
    assert lookup.rule(key) == expected


@pytest.mark.parametrize(
    ("key", "data", "reason"),
    [
        ("concern_close", {"number": "0"}, "不能小于 1"),
        ("concern_close", {"number": "很久"}, "整数"),
        ("mediation_followup", {"several": "三十"}, "请填整数"),
        ("mediation_followup", {"several": "90、7"}, "从小到大"),
    ],
)
def test_a_rule_that_makes_no_sense_says_why(client, chair, key, data, reason):
    row = Rule.objects.get(key=key)

    response = client.post(url("rule_update", row.pk), data | {"version": row.version})

    assert reason in errors(response)
    assert Rule.objects.get(key=key).value == row.value


def test_what_the_law_fixes_has_no_form(client, chair):
    row = Rule.objects.get(key="protection_order_decide")

    assert client.get(url("rule_update", row.pk)).status_code == 404


# --- agencies, venues ---------------------------------------------------------------------------------------------
def test_agencies_are_found_by_name_phone_and_kind_and_hidden_when_out_of_use(client, worker):
    police, court = AgencyFactory(name="文新派出所"), AgencyFactory(kind="court", name="西湖法院", phone="12368")
    old = AgencyFactory(name="老派出所", active=False)

    def rows(query):
        return {row.pk for row in client.get(f"{url('agency_list')}?{query}").context["page"].rows}

    assert rows("") == {police.pk, court.pk}
    assert rows("q=派出所") == {police.pk}
    assert rows("q=12368") == rows("kind=court") == {court.pk}
    assert rows("state=off") == {old.pk}
    assert rows("state=all") == {police.pk, court.pk, old.pk}


def test_an_agency_is_added_and_changed(client, chair, community):
    data = {"kind": "police", "name": "文新派出所", "phone": "0571 88880110", "area": community.pk}

    assert client.post(url("agency_create"), data).url == url("agency_list")

    agency = Agency.objects.get()
    assert (agency.phone, agency.area, agency.active) == ("0571-88880110", community, True)
    client.post(url("agency_update", agency.pk), data | {"phone": "110", "version": agency.version})
    agency.refresh_from_db()
    assert (agency.phone, agency.active, agency.version) == ("110", False, 2)


def test_an_agency_twice_or_with_a_wrong_phone_says_why(client, chair):
    AgencyFactory(name="文新派出所")

    twice = client.post(url("agency_create"), {"kind": "police", "name": "文新派出所"})
    wrong = client.post(url("agency_create"), {"kind": "police", "name": "别的所", "phone": "不知道"})

    assert "已经登记过了" in errors(twice)
    assert "认不出来" in errors(wrong)
    assert Agency.objects.count() == 1


def test_an_agency_of_another_community_cannot_be_chosen_as_area(client, chair, stranger):
    foreign = stranger.grants.get().area

    response = client.post(url("agency_create"), {"kind": "police", "name": "所", "area": foreign.pk})

    assert "area" in response.context["form"].errors


def test_a_venue_is_added_once(client, chair):
    client.post(url("venue_create"), {"name": "妇女之家", "seats": "30"})

    again = client.post(url("venue_create"), {"name": "妇女之家"})

    assert "已经登记过了" in errors(again)
    assert list(Venue.objects.values_list("name", "seats")) == [("妇女之家", 30)]


# --- holidays -----------------------------------------------------------------------------------------------------
def test_the_year_is_shown_with_make_up_days(client, worker):
    response = client.get(url("holiday_list"), {"year": 2026})

    days = {day["date"]: (day["weekday"], day["kind"]) for day in response.context["days"]}
    assert days[date(2026, 10, 1)] == ("星期四", "放假")
    assert days[date(2026, 10, 10)] == ("星期六", "上班（调休）")


@pytest.mark.parametrize("year", ["1", "99999", "x", "٢٠٢٦"])
def test_a_year_that_is_none_is_a_missing_page(client, worker, year):
    assert client.get(url("holiday_list"), {"year": year}).status_code == 404


def test_a_year_without_days_says_what_that_means(client, worker):
    response = client.get(url("holiday_list"), {"year": 2031})

    assert "只按星期六、星期日休息" in response.text


def test_a_day_is_added_and_removed(client, chair):
    response = client.post(url("holiday_create"), {"date": "2027-10-01", "kind": "holiday", "name": "国庆节"})

    assert response.url == f"{url('holiday_list')}?year=2027"
    day = Holiday.objects.get(date="2027-10-01")
    client.post(url("holiday_remove", day.pk))
    assert not Holiday.objects.filter(pk=day.pk).exists()


def test_a_weekday_needs_no_make_up_entry(client, chair):
    response = client.post(url("holiday_create"), {"date": "2027-10-04", "kind": "workday"})

    assert "本来就是工作日" in errors(response)


def test_a_year_is_imported_from_its_own_file(client, chair):
    text = client.get(url("holiday_file"), {"year": 2026}).content.decode("utf-8-sig").replace("2026-", "2027-")
    text = text.replace("2027-02-28", "2027-02-27")

    response = client.post(url("holiday_import"), {"file": csv_file(text)})

    assert response.url == f"{url('holiday_list')}?year=2027"
    assert Holiday.objects.filter(date__year=2027).count() == Holiday.objects.filter(date__year=2026).count()


@pytest.mark.parametrize(
    ("text", "reason"),
    [("日期,安排\n2027-01-40,放假\n", "第 2 行“日期”"), ("什么,都\n没,有\n", "缺少“日期”"), ("", "空")],
)
def test_a_faulty_file_is_refused_with_a_sentence(client, chair, text, reason):
    response = client.post(url("holiday_import"), {"file": csv_file(text)})

    assert reason in errors(response)
    assert not Holiday.objects.filter(date__year=2027).exists()


# --- cost of lists ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "make"), [("agency_list", AgencyFactory), ("venue_list", VenueFactory)])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_of_agencies_and_venues_cost_the_same_for_any_number_of_rows(
    client, chair, community, name, make, rows
):
    made = make.create_batch(rows, area=community)

    response, queries = queries_beyond(client, reverse(f"reference:{name}"), "/safety/help/")

    assert set(response.context["page"].rows) == set(made)
    assert queries == 3
