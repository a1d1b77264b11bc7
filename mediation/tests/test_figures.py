"""The official form of the cases: each number is its list; what is taken away hides what is small."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with, with_authenticator
from fedhub.core.models import SealedEvent
from mediation.enums import CaseCount
from mediation.figures import Line, lines_of, shown_outside
from mediation.models import CaseBar, Promise
from mediation.tests.factories import a_case, case_at, finish, settle
from safety.tests.factories_file import proved

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
    return {one.label: one.number for one in rows if one.part == "合计"}, rows


def test_each_number_follows_its_definition(cases, chair):
    whole, rows = read(chair)

    assert whole == {
        "受理": 3, "不予受理": 1, "达成协议": 2, "调解不成": 1, "协议已履行": 1, "调解成功率": "66.7%",
        "协议涉及金额（元）": "1200.50",
    }  # fmt: skip
    assert {(one.part, one.number) for one in rows if one.label in ("赡养", "当事人申请")} == {
        ("按类型（受理）", 1), ("按启动方式（受理）", 3)
    }  # fmt: skip


def test_each_number_opens_the_list_of_its_cases(cases, at_desk):
    for _, lines in at_desk.get(PAGE).context["parts"]:
        for line, url in lines:
            if url:
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


def lines(origins, kinds, settled, failed, kept):
    whole = {"accepted": sum(origins), "refused": 9, "settled": settled, "failed": failed, "kept": kept}
    return [
        *(Line("合计", CaseCount(one).label, n, {}) for one, n in whole.items()),
        Line("合计", "调解成功率", "50.0%", {}), Line("合计", "协议涉及金额（元）", "1.00", {}),
        *(Line("方式", str(k), n, {}) for k, n in enumerate(origins)),
        *(Line("类型", str(k), n, {}) for k, n in enumerate(kinds)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (([20, 20], [20, 20], 12, 9, 6), [40, 9, 12, 9, 6, "50.0%", "1.00", 20, 20, 20, 20]),
        (([20, 20], [20, 20], 12, 3, 6), [40, 9, 12, None, 6, None, "1.00", 20, 20, 20, 20]),
        (([20, 20], [20, 20], 4, 9, 4), [40, 9, None, 9, None, None, None, 20, 20, 20, 20]),
        (([20, 20], [20, 20], 12, 9, 9), [40, 9, 12, 9, None, "50.0%", "1.00", 20, 20, 20, 20]),
    ],
)
def test_what_leaves_tells_nothing_small(facts, expected):
    assert [one.number for one in shown_outside(lines(*facts))] == expected


def test_a_small_kind_takes_the_sum_of_both_ways_along():
    shown = [one.number for one in shown_outside(lines([20, 20], [38, 2], 12, 9, 6))]

    # 2 cannot be had from 38 and the sum: one of them is hidden, and the sum only where the other way does not add up to it.
    assert shown[-1] is None
    assert shown[-2] is None or (shown[0] is None and None in shown[7:9])


def test_the_workbook_is_the_form_with_stars(cases, chair, at_desk):
    from openpyxl import load_workbook  # noqa: PLC0415

    day = today().isoformat()
    answer = at_desk.post(reverse("mediation:case_figures_file"), {"since": day, "until": day})
    sheet = load_workbook(BytesIO(answer.content)).active
    cells = {row[1].value: row[2].value for row in sheet.iter_rows() if len(row) > 2}

    assert (cells["受理"], cells["协议已履行"], cells["调解成功率"]) == ("*", "*", "*")
    assert answer.headers["Cache-Control"] == "no-store"
    assert [one for one in SealedEvent.objects.all() if one.content["action"] == "mediation.case.figures"] != []


def test_a_mediator_has_no_form(grid, chair, community, as_user):
    user = user_with(Role.MEDIATOR, community, username="m9")
    with_authenticator(user)

    assert proved(as_user(user)).get(PAGE).status_code == 404
