"""What a file holds: facts, the year's money, causes and measures by quarter, needs, papers, and the whole on one sheet."""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from accounts.tests.factories import UserFactory, user_with
from fedhub.core import files
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.tests.pictures import jpeg
from fedhub.reference.models import Rule
from hardship.accounts import EARNS, SPENDS, next_quarter, quarter_of, quarter_words, sums_of
from hardship.models import Cause, Evidence, HomeFact, Measure, MemberFact, Need, Result, YearAccount
from hardship.panels import file_panels
from hardship.queries import expiring_proofs, suggestion_for
from hardship.services.contents import (
    add_cause,
    add_evidence,
    add_measure,
    add_need,
    add_result,
    close_cause,
    end_measure,
    end_need,
    replace_evidence,
    roll_quarter,
)
from hardship.sheet import gaps_of, plan_rows
from hardship.tests.factories import file_at
from hardship.tests.factories_aid import delivery_at
from hardship.tests.factories_contents import (
    CauseFactory,
    EvidenceFactory,
    MeasureFactory,
    MemberFactFactory,
    NeedFactory,
    YearAccountFactory,
)
from hardship.tests.factories_pairing import PairingFactory
from hardship.urls import urlpatterns
from hardship.wants import wanted_of
from households.panels import panels_for
from households.tests.factories import MembershipFactory, StatusFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


@pytest.fixture
def file(grid):
    member = MembershipFactory(household__area=grid, resident__area=grid)
    made = file_at("active", household=member.household)
    made.woman = member.resident
    return made


# --- the year's money ----------------------------------------------------------------------------------------------------
YUAN = st.decimals(0, 999_999, places=2)


@given(st.lists(YUAN, min_size=9, max_size=9), st.integers(1, 15))
def test_sums_of_a_year_add_up(amounts, people):
    account = SimpleNamespace(people=people, **dict(zip((*EARNS, *SPENDS), amounts, strict=True)))

    sums = sums_of(account)

    assert sums.income == sum(amounts[:5])
    assert sums.spending == sum(amounts[5:])
    assert sums.balance == sums.income - sums.spending
    assert abs(sums.head_month * 12 * people - sums.income) <= Decimal("0.005") * 12 * people
    assert 0 <= sums.unavoidable <= sums.spending


@pytest.mark.parametrize(
    ("wages", "words"),
    [
        (35999, "低于低保标准（1000 元）"),
        (36000, "在低保标准的 1 到 1.5 倍之间（标准 1000 元）"),
        (53999, "在低保标准的 1 到 1.5 倍之间（标准 1000 元）"),
        (35999.99, "低于低保标准（1000 元）"),
        (54000, "在低保标准的 1 到 1.5 倍之间（标准 1000 元）"),
        (54000.01, "高于低保标准的 1.5 倍（标准 1000 元）"),
    ],
)
def test_income_a_head_stands_to_the_standard(wages, words):
    account = SimpleNamespace(people=3, **dict.fromkeys((*EARNS, *SPENDS), Decimal(0)))
    account.wages = Decimal(str(wages))

    assert sums_of(account, 1000).against == words
    assert sums_of(account, 0).against == ""


@pytest.mark.parametrize(
    ("quarter", "after", "words"),
    [("2026Q1", "2026Q2", "2026 年第一季度"), ("2026Q4", "2027Q1", "2026 年第四季度")],
)
def test_quarters(quarter, after, words):
    assert (next_quarter(quarter), quarter_words(quarter)) == (after, words)
    assert quarter_of(today().replace(month=4, day=1))[-2:] == "Q2"


def test_facts_of_the_file_feed_the_score_sheet(file, grid):
    StatusFactory(resident=file.woman, category="CJ")
    assert suggestion_for(file.household).score == 20

    MemberFactFactory(file=file, resident=file.woman, disability_grade="1")
    HomeFact.objects.create(file=file, danger="D")
    YearAccountFactory(file=file)
    Rule.objects.filter(key="dibao_standard_month").update(value=1200)

    found = dict(suggestion_for(file.household).parts)
    assert found["重度残疾（一、二级）"] == 15
    assert found["危房、旧院落"] == 15


# --- causes, measures, results ---------------------------------------------------------------------------------------------
def test_every_open_cause_has_a_measure_or_a_written_reason_for_none(worker, file):
    ill = add_cause(Cause(file=file, code="01", is_main=True), by=worker)
    idle = add_cause(Cause(file=file, code="06"), by=worker)
    assert [cause for cause, _ in gaps_of(plan_rows(file))] == [ill, idle]

    add_measure(Measure(cause=ill, item="联系大病救助", unit="区医保局"), by=worker)
    add_measure(Measure(cause=idle, none_because="等技能培训开班"), by=worker)

    assert gaps_of(plan_rows(file)) == []
    for item, why in (("", ""), ("做", "不做")):
        with pytest.raises(ValidationError, match="二选一"):
            add_measure(Measure(cause=ill, item=item, none_because=why), by=worker)
    with pytest.raises(ValidationError, match="请选谁来做"):
        add_measure(Measure(cause=ill, item="再问一次"), by=worker)


def test_rolling_on_carries_only_what_is_open_and_only_once(worker, file):
    ill, gone = CauseFactory(file=file), CauseFactory(file=file, code="06", is_main=False)
    old = {"quarter": "2026Q1", "file": file}
    carried = MeasureFactory(cause=ill, item="定期复查", **old)
    MeasureFactory(cause=ill, item="办了救助", state="done", ended_on=today(), **old)
    MeasureFactory(cause=gone, item="找工作", **old)
    MeasureFactory(cause=CauseFactory(file=file, code="02", is_main=False), item="", none_because="等开学", **old)
    Cause.objects.filter(pk=gone.pk).update(closed_on=today(), closed_why="上班了")

    made = roll_quarter(file, "2026Q2", by=worker)

    assert [(m.item, m.quarter, m.copied_from, m.state) for m in made] == [("定期复查", "2026Q2", carried, "open")]
    carried.refresh_from_db()
    assert (carried.state, carried.ended_on) == ("carried", today())
    assert [cause.code for cause, _ in gaps_of(plan_rows(file), "2026Q2")] == ["02"]
    with pytest.raises(ValidationError, match="没有要接"):
        roll_quarter(file, "2026Q2", by=worker)


def test_going_on_is_offered_while_something_of_an_earlier_quarter_is_open(client, worker, file):
    old = MeasureFactory(cause=CauseFactory(file=file), quarter="2020Q4")
    MeasureFactory(cause=old.cause)
    page, roll = f"{file.get_absolute_url()}?tab=plan", reverse("hardship:quarter_roll", args=[file.pk])
    assert roll in client.get(page).content.decode()

    client.post(roll)

    old.refresh_from_db()
    assert (old.state, old.carried.quarter) == ("carried", quarter_of(today()))
    assert roll not in client.get(page).content.decode()
    assert "转下季度" in client.get(page).content.decode()


def test_a_result_is_seen_by_whoever_sees_its_file(worker, stranger, file):
    result = Result.objects.create(
        measure=MeasureFactory(cause=CauseFactory(file=file)), effect="good", made_by=worker
    )
    outsider = user_with(Role.GRID_WORKER, file.area, username="outsider")

    def seen():
        return [result in Result.objects.visible_to(who) for who in (worker, outsider, stranger)]

    assert seen() == [True, True, False]
    type(file).objects.filter(pk=file.pk).update(guarded=True)
    assert seen() == [False, False, False]
    type(file).objects.filter(pk=file.pk).update(officer=worker)
    assert seen() == [True, False, False]


def test_nothing_is_written_into_a_closed_file(worker, grid):
    file = file_at("closed", household__area=grid)
    cause = CauseFactory(file=file)
    measure, need, proof = MeasureFactory(cause=cause), NeedFactory(file=file), EvidenceFactory(file=file)
    for act in (
        lambda: add_cause(Cause(file=file, code="06"), by=worker),
        lambda: close_cause(cause, on=today(), why="病好了", by=worker),
        lambda: add_measure(Measure(cause=cause, item="做", unit="街道"), by=worker),
        lambda: end_measure(measure, state="done", by=worker),
        lambda: add_result(Result(measure=measure, effect="good"), by=worker),
        lambda: roll_quarter(file, "2030Q1", by=worker),
        lambda: add_need(Need(file=file, kind="law", detail="x"), by=worker),
        lambda: end_need(need, state="met", outcome="好了", by=worker),
        lambda: add_evidence(Evidence(file=file, kind="dibao", seen_by=worker), [], by=worker),
        lambda: replace_evidence(proof, by=worker),
    ):
        with pytest.raises(ValidationError, match="已经退出的档案不能再改"):
            act()


def test_a_cause_is_gone_when_its_measures_have_ended(worker, file):
    cause = CauseFactory(file=file)
    measure = MeasureFactory(cause=cause)
    with pytest.raises(ValidationError, match="没完成的措施"):
        close_cause(cause, on=today(), why="病好了", by=worker)
    with pytest.raises(ValidationError, match="不做的原因"):
        end_measure(measure, state="dropped", by=worker)

    end_measure(measure, state="done", by=worker)
    close_cause(cause, on=today(), why="病好了", by=worker)

    cause.refresh_from_db()
    assert (cause.closed_on, cause.closed_why) == (today(), "病好了")


def test_a_new_main_cause_takes_the_place_of_the_old(worker, file):
    old = CauseFactory(file=file)

    add_cause(Cause(file=file, code="06", is_main=True), by=worker)

    old.refresh_from_db()
    assert old.is_main is False
    with pytest.raises(ValidationError, match="已经登记"):
        add_cause(Cause(file=file, code="06"), by=worker)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("homefact", "danger = 'E'"), ("memberfact", "income = -1"), ("result", "effect = 'x'"),
        ("cause", "closed_on = '2000-01-01', closed_why = 'x'"), ("measure", "state = 'dropped', ended_on = '2026-01-01'"),
        ("evidence", "issued_on = '2026-01-02', valid_until = '2026-01-01'"),
        ("cause", "closed_on = '2030-01-01'"), ("cause", "closed_why = 'x'"), ("measure", "item = ''"),
        ("measure", "none_because = 'x'"), ("measure", "state = 'done'"), ("measure", "dropped_why = 'x'"),
        ("measure", "state = 'lost'"), ("measure", "quarter = ''"), ("need", "state = 'met'"), ("need", "kind = 'gold'"),
        ("need", "priority = 9"), ("yearaccount", "people = 0"), ("yearaccount", "wages = -1"), ("evidence", "kind = 'x'"),
    ],
)  # fmt: skip
def test_the_database_refuses_what_does_not_fit(file, table, change):
    measure = MeasureFactory(cause=CauseFactory(file=file))
    Result.objects.create(measure=measure, effect="good", made_by=UserFactory())
    NeedFactory(file=file)
    YearAccountFactory(file=file)
    EvidenceFactory(file=file)
    MemberFactFactory(file=file, resident=file.woman)
    HomeFact.objects.create(file=file)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE hardship_{table} SET {change}")


def test_the_database_refuses_what_stands_there_twice(file):
    CauseFactory(file=file)
    YearAccountFactory(file=file)
    MemberFactFactory(file=file, resident=file.woman)
    HomeFact.objects.create(file=file)
    twice = [
        lambda: CauseFactory(file=file, is_main=False),
        lambda: CauseFactory(file=file, code="06"),
        lambda: YearAccountFactory(file=file),
        lambda: MemberFactFactory(file=file, resident=file.woman),
        lambda: HomeFact.objects.create(file=file),
    ]

    for act in twice:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


# --- pages ------------------------------------------------------------------------------------------------------------------
def test_the_blocks_are_filled_on_their_pages(as_user, chair, worker, file):
    client = as_user(worker)

    def post(name, *args, query="", **typed):
        url = reverse(f"hardship:{name}", args=[*args]) + query
        answer = client.post(url, filled(client.get(url), **typed))
        assert answer.status_code == 302, answer.context["form"].errors
        return answer.url

    post("home_update", file.pk, together="3", square_metres="60", danger="C", debts="欠亲戚两万")
    post("home_update", file.pk, supply="通水通气")
    post("fact_update", file.pk, file.woman.pk, health=["3"], illness="乳腺癌", labour="4", income="0")
    post("account_update", file.pk, wages="36000", illness="42000", people="3")
    post("account_update", file.pk, query=f"?year={today().year - 1}", wages="30000")
    post("cause_create", file.pk, code="01", is_main="on", words="去年查出来的")
    cause = Cause.objects.get()
    post("cause_update", cause.pk, words="去年三月查出来的")
    post("measure_create", cause.pk, item="联系大病救助", responsible=worker.pk)
    measure = Measure.objects.get()
    post("measure_update", measure.pk, responsible="", unit="区医保局")
    post("result_create", measure.pk, effect="good", words="报了两万")
    post("measure_end", measure.pk, state="done")
    post("cause_close", cause.pk, why="病好了")
    post("need_create", file.pk, kind="medical", detail="住院费", priority="1")
    post("need_update", Need.objects.get().pk, detail="住院费报销")
    post("need_end", Need.objects.get().pk, state="met", outcome="报销了")
    post("evidence_create", file.pk, kind="diagnosis", number="ZD778", issuer="市一医院", pictures=jpeg())
    client.post(reverse("hardship:evidence_void", args=[Evidence.objects.get().pk]))

    cause.refresh_from_db()
    assert (cause.words, cause.code, cause.is_main, cause.history.count()) == ("去年三月查出来的", "01", True, 3)
    measure.refresh_from_db()
    assert (measure.unit, measure.responsible, measure.item, measure.history.count()) == (
        "区医保局", None, "联系大病救助", 3,
    )  # fmt: skip
    assert (Need.objects.get().detail, Need.objects.get().history.count()) == ("住院费报销", 3)
    home = HomeFact.objects.get()
    assert (home.danger, home.supply, home.debts) == ("C", "通水通气", "欠亲戚两万")
    assert (MemberFact.objects.get().health, MemberFact.objects.get().illness) == (["3"], "乳腺癌")
    assert (YearAccount.objects.get().wages, YearAccount.objects.get().illness) == (30000, 42000)
    assert (Result.objects.get().made_by, Measure.objects.get().state) == (worker, "done")
    assert (Need.objects.get().state, Evidence.objects.get().replaced_on) == ("met", today())
    assert files.attachments_of(Evidence.objects.get()).count() == 1
    for panel in panels_for(file_panels, worker):
        assert client.get(f"{file.get_absolute_url()}?tab={panel.key}").status_code == 200


def test_pictures_of_a_paper_are_shown_to_whoever_sees_the_file(as_user, worker, stranger, file):
    url = reverse("hardship:evidence_create", args=[file.pk])
    client = as_user(worker)
    client.post(url, filled(client.get(url), kind="identity", pictures=jpeg()))
    picture = reverse("core:file", args=[files.attachments_of(Evidence.objects.get()).get().uuid])
    outsider = user_with(Role.GRID_WORKER, file.area, username="outsider")

    assert f'src="{picture}"' in client.get(f"{file.get_absolute_url()}?tab=evidence").content.decode()
    assert client.get(picture).headers["Content-Type"] == "image/jpeg"
    assert AuditEvent.objects.filter(action="core.attachment.read", actor_id=worker.pk).count() == 1
    assert [as_user(who).get(picture).status_code for who in (outsider, stranger)] == [200, 404]

    type(file).objects.filter(pk=file.pk).update(guarded=True, officer=worker)

    assert [as_user(who).get(picture).status_code for who in (worker, outsider, stranger)] == [200, 404, 404]


def test_masked_words_are_never_in_the_page(client, worker, file):
    MemberFactFactory(file=file, resident=file.woman, illness="乳腺癌", disability_number="330106196501010025B1")
    EvidenceFactory(file=file, number="ZD2026-778")

    pages = "".join(
        client.get(f"{file.get_absolute_url()}?tab={tab}").content.decode() for tab in ("members", "evidence")
    )

    assert [word for word in ("乳腺癌", "330106196501010025B1", "ZD2026-778") if word in pages] == []


def test_debts_are_shown_where_they_are_changed_and_can_be_taken_out(client, worker, file):
    HomeFact.objects.create(file=file, debts="欠亲戚两万")
    url = reverse("hardship:home_update", args=[file.pk])
    assert client.get(url).context["form"]["debts"].value() == "欠亲戚两万"

    client.post(url, filled(client.get(url), debts=""))

    assert HomeFact.objects.get().debts == ""


def test_what_has_ended_is_not_changed_any_more(client, worker, file):
    cause = CauseFactory(file=file, closed_on=today(), closed_why="病好了")
    measure = MeasureFactory(cause=cause, state="done", ended_on=today())
    need = NeedFactory(file=file, state="met", ended_on=today(), outcome="报销了")
    urls = [
        reverse(f"hardship:{name}_update", args=[row.pk])
        for name, row in (("cause", cause), ("measure", measure), ("need", need))
    ]

    assert [client.get(url).status_code for url in urls] == [404] * 3
    assert [client.post(url).status_code for url in urls] == [404] * 3


def test_a_changed_measure_still_says_what_is_done_and_by_whom(client, worker, file):
    measure = MeasureFactory(cause=CauseFactory(file=file), responsible=worker)
    url = reverse("hardship:measure_update", args=[measure.pk])

    for typed, field, words in (
        ({"item": ""}, None, "二选一"),
        ({"responsible": ""}, "responsible", "请选谁来做"),
        ({"starts_on": "2026-02-01", "due_on": "2026-01-01"}, "due_on", "不能早于开始"),
    ):
        errors = client.post(url, filled(client.get(url), **typed)).context["form"].errors
        assert words in errors[field or "__all__"][0]
    measure.refresh_from_db()
    assert (measure.item, measure.responsible, measure.version) == ("联系大病救助", worker, 1)


def test_what_does_not_fit_is_refused_in_plain_words(client, worker, file):
    YearAccountFactory(file=file)
    cause = CauseFactory(file=file)
    for name, args, typed, words in (
        ("measure_create", [cause.pk], {}, "二选一"),
        ("fact_update", [file.pk, file.woman.pk], {"income": "-1"}, "月收入不能小于 0"),
        ("account_update", [file.pk], {}, "这一年的收支已经登记过"),
        ("account_update", [file.pk], {"year": "2020", "wages": "-1"}, "不能小于 0"),
        (
            "evidence_create", [file.pk], {"kind": "dibao", "issued_on": "2026-02-01", "valid_until": "2026-01-01"},
            "有效期不能早于出具日期",
        ),
    ):  # fmt: skip
        url = reverse(f"hardship:{name}", args=args)
        page = client.post(url, filled(client.get(url), **typed)).content.decode()
        assert words in page, name
        assert "约束" not in page


def test_two_who_change_a_need_do_not_overwrite_each_other(as_user, worker, chair, file):
    need = NeedFactory(file=file)
    url = reverse("hardship:need_update", args=[need.pk])
    first, second = as_user(worker), as_user(chair)
    mine, theirs = filled(first.get(url), detail="一"), filled(second.get(url), detail="二")

    assert first.post(url, mine).status_code == 302
    answer = second.post(url, theirs)

    assert answer.status_code == 409
    need.refresh_from_db()
    assert need.detail == "一"


def test_a_damaged_picture_loses_nothing_that_was_typed(client, worker, file):
    url = reverse("hardship:evidence_create", args=[file.pk])
    broken = jpeg()
    broken.file = io.BytesIO(b"not a picture")

    answer = client.post(url, filled(client.get(url), kind="dibao", issuer="区民政局", pictures=broken))

    assert answer.context["form"].errors["pictures"][0].startswith("第 1 张没有收下")
    assert answer.context["form"]["issuer"].value() == "区民政局"
    assert Evidence.objects.count() == 0


def test_somebody_who_does_not_live_there_has_no_facts_here(client, worker, file):
    stranger = MembershipFactory(household__area=file.area).resident
    url = reverse("hardship:fact_update", args=[file.pk, stranger.pk])

    assert client.get(url).url == f"{file.get_absolute_url()}?tab=members"
    assert client.post(url, {"work": "x"}).url == f"{file.get_absolute_url()}?tab=members"
    assert MemberFact.objects.count() == 0


def test_a_closed_file_is_not_written_into(client, worker, grid):
    closed = file_at("closed", household__area=grid)

    for name in ("home_update", "account_update", "cause_create", "need_create", "evidence_create"):
        assert client.get(reverse(f"hardship:{name}", args=[closed.pk])).status_code == 404


def _with_picture(proof, user):
    """Bytes that are no picture: here they are only counted and named."""
    files.store(b"x", owner=proof, kind="proof", name="材料1.jpg", content_type="image/jpeg", by=user)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("tab", "number"), [("members", 6), ("accounts", 4), ("plan", 6), ("needs", 3), ("evidence", 5)]
)
def test_blocks_cost_the_same_for_any_number_of_rows(client, worker, file, tab, number, rows):
    for n in range(rows):
        MeasureFactory(cause=CauseFactory(file=file, code=f"0{n + 1}", is_main=False))
        NeedFactory(file=file)
        YearAccountFactory(file=file, year=2020 + n)
        member = MembershipFactory(household=file.household, resident__area=file.area)
        MemberFactFactory(file=file, resident=member.resident)
        _with_picture(EvidenceFactory(file=file), worker)
    client.get(file.get_absolute_url())

    _, queries = queries_beyond(client, f"{file.get_absolute_url()}?tab={tab}", "/safety/help/")

    assert queries == number


@pytest.mark.parametrize("rows", [1, 3])
def test_the_printed_file_costs_the_same_for_any_number_of_rows(client, worker, file, rows):
    for n in range(rows):
        MeasureFactory(cause=CauseFactory(file=file, code=f"0{n + 1}", is_main=False))
        member = MembershipFactory(household=file.household, resident__area=file.area)
        MemberFactFactory(file=file, resident=member.resident)
        StatusFactory(resident=member.resident, category="CJ")
        _with_picture(EvidenceFactory(file=file), worker)
    client.get(file.get_absolute_url())

    _, queries = queries_beyond(client, reverse("hardship:file_sheet", args=[file.pk]), "/safety/help/")

    assert queries == 20


def test_papers_that_expire_soon(worker, file):
    soon = EvidenceFactory(file=file, valid_until=today() + 60 * DAY)
    EvidenceFactory(file=file, valid_until=today() + 61 * DAY)
    EvidenceFactory(file=file, valid_until=today(), replaced_on=today())
    EvidenceFactory(file=file_at("closed", household__area=file.area), valid_until=today())

    assert list(expiring_proofs(worker)) == [soon]


def test_needs_say_what_kind_of_help_is_wanted(file):
    StatusFactory(resident=file.woman, category="GG")
    assert wanted_of(file) == ["company", "care"]

    NeedFactory(file=file, kind="law")

    assert wanted_of(file) == ["law"]


# --- on paper ---------------------------------------------------------------------------------------------------------------
@pytest.fixture
def full(file, worker):
    MemberFactFactory(
        file=file,
        resident=file.woman,
        health=["3"],
        labour="4",
        illness="乳腺癌",
        medical="居民医保",
        benefits="低保金",
    )
    HomeFact.objects.create(file=file, together=3, danger="C", supply="通水通气", debts="欠亲戚两万")
    StatusFactory(resident=file.woman, category="ZZ", authority="市一医院医保办")
    YearAccountFactory(file=file)
    MeasureFactory(cause=CauseFactory(file=file, words="去年查出来的"), responsible=worker, goal="药费能报的都报上")
    NeedFactory(file=file)
    EvidenceFactory(file=file, issuer="市一医院")
    PairingFactory(file=file)
    delivery_at("receipted", household=file.household, file=file)
    return file


ON_PAPER = (
    "居民医保", "低保金", "3 人", "C 级（局部危险）", "通水通气", "欠亲戚两万", "重症大病", "市一医院医保办", "1000.00",
    "36000.00", "看病 42000.00", "-6000.00", "因病", "去年查出来的", "药费能报的都报上", "联系大病救助", "进行中", "报销住院费",
    "市一医院", "春风粮油店", "大米 1 袋",
)  # fmt: skip


def test_the_whole_file_is_printed_and_the_printing_is_logged(client, worker, full):
    page = client.get(reverse("hardship:file_sheet", args=[full.pk])).content.decode()

    assert [words for words in (full.number, full.woman.name, *ON_PAPER) if words not in page] == []
    assert [words for words in ("乳腺癌", "ZD2026-778") if words in page] == []
    assert AuditEvent.objects.filter(action="hardship.hardshipfile.print", target_id=full.pk).count() == 1


def test_the_same_comes_for_word(client, worker, full):
    answer = client.post(reverse("hardship:file_paper", args=[full.pk]))

    with zipfile.ZipFile(io.BytesIO(answer.content)) as made:
        text = made.read("word/document.xml").decode()
    assert [words for words in (full.number, full.woman.name, *ON_PAPER) if words not in text] == []
    assert [words for words in ("{{", "乳腺癌", "ZD2026-778") if words in text] == []
    assert AuditEvent.objects.filter(action="hardship.hardshipfile.download").count() == 1


def addresses_of(file):
    """Every address of what a file holds, by name, from the map of addresses."""
    member = MembershipFactory(household=file.household, resident__area=file.area)
    measure = MeasureFactory(cause=CauseFactory(file=file))
    owners = {
        "causes": measure.cause, "measures": measure, "needs": NeedFactory(file=file), "evidence": EvidenceFactory(file=file),
    }  # fmt: skip
    return {
        one.name: reverse(
            f"hardship:{one.name}",
            args=[owners.get(str(one.pattern).split("/")[0], file).pk]
            + ([member.resident_id] if "<int:person>" in str(one.pattern) else []),
        )
        for one in urlpatterns
        if one.callback.view_class.__module__ == "hardship.views.contents"
    }


@pytest.mark.parametrize("guarded", [True, False])
def test_whoever_may_not_see_the_file_finds_none_of_its_addresses(as_user, worker, stranger, grid, guarded):
    file = file_at("active", household__area=grid, guarded=guarded, officer=worker)
    urls = addresses_of(file)
    assert len(urls) == 18
    outsider = user_with(Role.GRID_WORKER, grid, username="outsider")
    only_posted, only_read = {"quarter_roll", "file_paper", "evidence_void"}, {"file_sheet"}

    for who in [stranger, outsider] if guarded else [stranger]:
        client = as_user(who)
        read = {name: client.get(url).status_code for name, url in urls.items()}
        assert read == {name: 405 if name in only_posted else 404 for name in urls}
        posted = {name: client.post(url).status_code for name, url in urls.items()}
        assert posted == {name: 405 if name in only_read else 404 for name in urls}
    opened = {name: as_user(worker).get(url).status_code for name, url in urls.items()}
    assert opened == {name: 405 if name in only_posted else 200 for name in urls}
