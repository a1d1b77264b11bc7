"""The official form of the cases: each number is its list; what is taken away hides what is small."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with, with_authenticator
from fedhub.core.models import SealedEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.twins import bare
from fedhub.ledgers.models import ExportRecord
from mediation.enums import CaseCount
from mediation.figures import (
    AFTER,
    AVERTING,
    CATEGORIES,
    FAMILIES,
    MONEY,
    ORIGINS,
    RATE,
    WHOLE,
    Line,
    lines_of,
    sealed_lines,
    shown_outside,
)  # fmt: skip
from mediation.models import CaseBar, Promise
from mediation.services.averting import note_averted
from mediation.services.closing import note_opinion
from mediation.tests.factories import a_case, case_at, finish, settle
from safety.tests.factories_file import a_file, proved

pytestmark = pytest.mark.django_db
today = timezone.localdate
PAGE = "/mediation/cases/figures/"


@pytest.fixture
def at_desk(chair, as_user):
    with_authenticator(chair)
    return proved(as_user(chair))


@pytest.fixture
def cases(grid, chair):
    """One that waits, one refused, one failed, one settled, one settled and kept."""
    a_case(grid, chair)
    case_at("refused", grid, chair)
    case_at("failed", grid, chair)
    settle(case_at("mediating", grid, chair), chair)
    kept = settle(case_at("mediating", grid, chair, kind="0104"), chair)
    finish(kept, chair)
    Promise.objects.filter(agreement=kept).update(amount=120050)


def read(user):
    rows = lines_of(type(user).objects.get(pk=user.pk), since=today(), until=today())
    return {one.label: one.number for one in rows if one.part in (WHOLE, AFTER)}, rows


def test_each_number_follows_its_definition(cases, chair):
    whole, rows = read(chair)

    assert whole == {
        "受理": 3, "不予受理": 1, "达成协议": 2, "调解不成": 1, "协议已履行": 1, "调解成功率": "66.7%",
        "协议涉及金额": "1200.50", "做过回访": 1, "问过满意度": 0, "问过的都满意": 0,
    }  # fmt: skip
    assert [(one.part, one.number) for one in rows if one.label in ("赡养", "当事人申请", "婚姻家庭纠纷", "邻里纠纷")] == [
        (ORIGINS, 3), (CATEGORIES, 3), (CATEGORIES, 0), (FAMILIES, 1)
    ]  # fmt: skip


def test_every_category_of_the_official_form_has_a_row_also_with_none(chair):
    _, rows = read(chair)

    assert [one.label for one in rows if one.part == CATEGORIES] == [
        "婚姻家庭纠纷", "邻里纠纷", "房屋宅基地纠纷", "合同纠纷", "生产经营纠纷", "损害赔偿纠纷", "山林土地纠纷",
        "征地拆迁纠纷", "环境污染纠纷",
        "劳动争议纠纷", "消费纠纷", "医疗纠纷", "道路交通事故纠纷", "物业纠纷", "其他纠纷",
    ]  # fmt: skip
    assert {one.number for one in rows if one.part in (ORIGINS, CATEGORIES, FAMILIES)} == {0}
    assert len([one for one in rows if one.part == FAMILIES]) == 13


def test_a_quarrel_of_neighbours_is_a_case_of_its_category(grid, chair, at_desk):
    case_at("accepted", grid, chair, kind="02")
    case_at("accepted", grid, chair, kind="0106")
    _, rows = read(chair)

    assert [one.label for one in rows if one.number == 1 and one.part in (CATEGORIES, FAMILIES)] == [
        "婚姻家庭纠纷", "邻里纠纷", "继承",
    ]  # fmt: skip
    assert "邻里纠纷" in at_desk.get("/mediation/cases/?category=02").content.decode()


def test_what_was_averted_is_a_fact_of_a_case_with_an_agreement(grid, chair, at_desk):
    waits, settled = case_at("mediating", grid, chair), case_at("settled", grid, chair)
    url = reverse("mediation:case_act", args=[settled.pk, "averted"])
    facts = {"on": today().isoformat(), "what": "crime", "people": 3, "words": "扬言要动手，劝住了"}

    sent = filled(at_desk.get(url), **facts)
    at_desk.post(url, sent)
    at_desk.post(url, sent)
    with pytest.raises(ValidationError, match="达成协议以后"):
        note_averted(waits, **{**facts, "on": today()}, by=chair)

    shown = [(one.label, one.number, one.unit) for one in read(chair)[1] if one.part == AVERTING]
    assert shown == [
        ("防止转化为刑事案件", 1, "件"), ("防止转化为刑事案件，涉及", 3, "人"),
        ("防止群体性上访", 0, "件"), ("防止群体性上访，涉及", 0, "人"),
    ]  # fmt: skip
    assert settled.entries.filter(kind="step").count() == 5


@pytest.mark.parametrize(
    "sql", ["UPDATE mediation_case SET averted = 'crime'", "UPDATE mediation_case SET averted_people = 3"]
)
def test_the_database_holds_no_half_of_what_was_averted(grid, chair, sql):
    a_case(grid, chair)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_only_those_who_were_all_satisfied_count_as_satisfied(grid, chair):
    glad, split = case_at("closed", grid, chair), case_at("closed", grid, chair)
    for case, scores in ((glad, (5, 4)), (split, (5, 3))):
        for party, score in enumerate(scores):
            note_opinion(case, party=party, score=score, on=today(), how="visit", by=chair)
    whole, _ = read(chair)

    assert (whole["问过满意度"], whole["问过的都满意"]) == (2, 1)


def test_the_sealed_compartment_tells_its_last_whole_year_or_nothing(community, grid, safety_officer, noon, at_desk):
    before = at_desk.get(PAGE)
    a_file(grid, safety_officer)
    after = at_desk.get(PAGE)
    year, rows = sealed_lines(community)

    assert year == today().year - 1
    assert [(one.label, one.number) for one in rows] == [
        ("涉及家庭暴力、受理的线索", None), ("报案、报告", None), ("告诫书", None), ("作出保护令", None),
    ]  # fmt: skip
    assert ("涉及家庭暴力、受理的线索" in bare(before)[2], bare(before) == bare(after)) == (True, True)


def test_each_number_opens_the_list_of_its_cases(cases, at_desk):
    for _, lines in at_desk.get(PAGE).context["parts"]:
        for line, _, url in lines:
            if url and line.unit == "件":
                assert at_desk.get(url).content.decode().count('scope="row"') == line.number, line.label


def test_the_days_are_kept(cases, chair):
    day = today() - timedelta(days=1)
    rows = lines_of(type(chair).objects.get(pk=chair.pk), since=day, until=day)

    assert {one.number for one in rows if isinstance(one.number, int)} == {0}


def test_a_case_that_she_is_barred_from_is_in_no_number(grid, chair):
    case = case_at("accepted", grid, chair)
    before = read(chair)[0]["受理"]
    CaseBar.objects.create(case=case, user=chair)

    assert (before, read(chair)[0]["受理"]) == (1, 0)


def lines(origins, categories, families, settled, failed, kept, asked=30, satisfied=20, crime=0):
    """Lines as `lines_of` makes them, of these numbers; the first category is that of the families."""
    numbers = {
        "accepted": sum(origins), "refused": 9, "settled": settled, "failed": failed, "kept": kept, "crime": crime,
        "petition": 7, "followed": 20, "asked": asked, "satisfied": satisfied,
    }  # fmt: skip

    def one(part, count, label="", unit="件", **more):
        return Line(part, label or CaseCount(count).label, numbers[count], {"count": count, **more}, unit)

    return [
        *(one(WHOLE, n) for n in ("accepted", "refused", "settled", "failed")),
        Line(WHOLE, RATE, "50.0%", unit=""), Line(WHOLE, MONEY, "1.00", {"count": "settled"}, "元"),
        *(Line(ORIGINS, str(k), n, {"count": "accepted", "origin": str(k)}) for k, n in enumerate(origins)),
        *(Line(CATEGORIES, str(k), n, {"count": "accepted", "category": f"{k + 1:02d}"}) for k, n in enumerate(categories)),
        *(Line(FAMILIES, str(k), n, {"count": "accepted", "kind": str(k)}) for k, n in enumerate(families)),
        one(AVERTING, "crime"), Line(AVERTING, "人", 3 * crime, {"count": "crime"}, "人"), one(AVERTING, "petition"),
        *(one(AFTER, n) for n in ("kept", "followed", "asked", "satisfied")),
    ]  # fmt: skip


def told(*facts, **more):
    """`{part: [number or None]}` of what leaves."""
    found = {}
    for one in shown_outside(lines(*facts, **more)):
        found.setdefault(one.part, []).append(one.number)
    return found


EVEN = ([20, 20], [30, 10], [15, 15])


@pytest.mark.parametrize(
    ("facts", "whole", "after"),
    [
        ((12, 9, 6), [40, 9, 12, 9, "50.0%", "1.00"], [6, 20, 30, 20]),
        ((12, 3, 6), [40, 9, 12, None, None, "1.00"], [6, 20, 30, 20]),
        ((4, 9, 4), [40, 9, None, 9, None, None], [None, 20, 30, 20]),
        ((12, 9, 9), [40, 9, 12, 9, "50.0%", "1.00"], [None, 20, 30, 20]),
        ((12, 9, 6, 4, 4), [40, 9, 12, 9, "50.0%", "1.00"], [6, 20, None, None]),
        ((12, 9, 6, 22, 20), [40, 9, 12, 9, "50.0%", "1.00"], [6, 20, 22, None]),
    ],
)
def test_what_leaves_tells_nothing_small(facts, whole, after):
    found = told(*EVEN, *facts)

    assert (found[WHOLE], found[AFTER]) == (whole, after)
    assert (found[ORIGINS], found[CATEGORIES], found[FAMILIES]) == EVEN


@pytest.mark.parametrize(("crime", "shown"), [(4, [None, None, 7]), (5, [5, 15, 7])])
def test_how_many_people_were_kept_out_of_it_is_told_with_enough_cases(crime, shown):
    assert told(*EVEN, 12, 9, 6, crime=crime)[AVERTING] == shown


def test_a_small_kind_takes_another_along_or_the_sum_of_both_ways():
    found = told([20, 20], [38, 2], [30, 8], 12, 9, 6)

    # 2 cannot be had from 38 and the sum.
    assert found[CATEGORIES][1] is None
    assert found[CATEGORIES][0] is None or (found[WHOLE][0] is None and None in found[ORIGINS])


def test_kinds_of_families_do_not_tell_their_hidden_sum_nor_it_them():
    hidden = told([20, 20], [38, 2], [30, 8], 12, 9, 6)
    lonely = told([20, 20], [10, 30], [3, 7], 12, 9, 6)

    # Their category is cover for the other; then none of its kinds is told.
    assert (hidden[CATEGORIES], hidden[FAMILIES]) == ([None, None], [None, None])
    # 3 could be had from 7 and the category's 10.
    assert (lonely[CATEGORIES], lonely[FAMILIES]) == ([10, 30], [None, None])


def test_the_workbook_is_the_form_with_stars(cases, chair, at_desk):
    from openpyxl import load_workbook  # noqa: PLC0415

    day = today().isoformat()
    answer = at_desk.post(reverse("mediation:case_figures_file"), {"since": day, "until": day})
    sheet = load_workbook(BytesIO(answer.content)).active
    cells = {row[1].value: row[3].value for row in sheet.iter_rows() if len(row) > 3}

    assert (cells["受理"], cells["协议已履行"], cells["调解成功率"], cells["物业纠纷"], cells["告诫书"]) == ("*",) * 5
    record = ExportRecord.objects.get()
    assert (record.ledger, record.filters, record.sha256, record.created_by) == (
        "调解统计表", {"since": day, "until": day}, hashlib.sha256(answer.content).hexdigest(), chair,
    )  # fmt: skip
    assert (
        "调解统计表"
        in at_desk.get(
            record.get_absolute_url()
            if hasattr(record, "get_absolute_url")
            else reverse("ledgers:export_detail", args=[record.pk])
        ).content.decode()
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert [one for one in SealedEvent.objects.all() if one.content["action"] == "mediation.case.figures"] != []


def test_a_mediator_has_no_form(grid, chair, community, as_user):
    user = user_with(Role.MEDIATOR, community, username="m9")
    with_authenticator(user)

    assert proved(as_user(user)).get(PAGE).status_code == 404
