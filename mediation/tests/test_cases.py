"""Cases: who sees them, what the check of the intake asks for, the month, and nothing that tells of violence."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with, with_authenticator
from fedhub.areas.moving import place_followers
from fedhub.core.models import AuditEvent, OnceKey, SealedEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.testing.twins import bare
from fedhub.core.text import chinese_date
from mediation.models import Case, CaseBar
from mediation.queries import people_to_mediate, waiting_count
from mediation.services import cases as acts
from mediation.services.mediators import end_mediator
from mediation.tests.factories import WORDS, a_case, a_mediator, case_at, lead_at
from safety.models import RiskReport
from safety.tests.factories_file import proved

pytestmark = pytest.mark.django_db
today = timezone.localdate
SHELL, CASES, NEW = "/safety/help/", "/mediation/cases/", "/mediation/cases/new/"


@pytest.fixture
def mediator(community):
    """调解员 of the community with an account."""
    user = user_with(Role.MEDIATOR, community, username="mediator", name="郑和")
    a_mediator(community, user=user)
    return user


@pytest.fixture
def at_desk(chair, as_user):
    """The chair after her second factor."""
    with_authenticator(chair)
    return proved(as_user(chair))


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def page_of(case):
    return reverse("mediation:case_detail", args=[case.pk])


def act_url(case, kind):
    return reverse("mediation:case_act", args=[case.pk, kind])


# --- sealed, and who sees it -----------------------------------------------------------------------------------------------
def test_nobody_s_name_and_no_words_lie_in_clear(grid, chair):
    case = case_at("settled", grid, chair)
    raw = b""
    with connection.cursor() as cursor:
        for table in (
            "mediation_case", "mediation_caseentry", "mediation_agreement", "mediation_promise", "core_sealedevent",
        ):  # fmt: skip
            cursor.execute(f"SELECT * FROM {table}")
            raw += b"|".join(
                bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for row in cursor for v in row
            )

    assert case.party_names == "李丽、张强"
    assert [word for word in ("李丽", "张强", WORDS, "谁接送", "接孩子") if word.encode() in raw] == []


def test_acts_stand_in_the_sealed_trail_alone(grid, chair):
    case_at("settled", grid, chair)

    assert AuditEvent.objects.filter(action__startswith="mediation.").count() == 0
    assert OnceKey.objects.count() == 0
    # Registered, taken, told, begun, two of the draft, settled.
    assert SealedEvent.objects.count() == 7


@pytest.mark.parametrize(
    ("who", "seen"),
    [("chair", 2), ("mediator", 1), ("worker", 0), ("committee", 0), ("stranger", 0), ("safety_officer", 0)],
)
def test_only_the_chair_and_whoever_was_given_it_see_a_case(request, grid, chair, mediator, who, seen):
    a_case(grid, chair, officer=mediator)
    a_case(grid, chair)

    assert Case.objects.visible_to(fresh(request.getfixturevalue(who))).count() == seen


def test_a_page_opens_only_after_a_second_factor(grid, chair, as_user):
    case = a_case(grid, chair)
    with_authenticator(chair)
    client = as_user(chair)

    assert [client.get(url).status_code for url in (page_of(case), CASES, NEW)] == [302, 302, 302]
    assert proved(client).get(page_of(case)).status_code == 200


def test_a_neighbour_gets_nothing_even_when_given_it(grid, chair, mediator, at_desk):
    from households.tests.factories import HouseholdFactory, MembershipFactory  # noqa: PLC0415

    home, next_door = HouseholdFactory(area=grid), HouseholdFactory(area=grid)
    party = MembershipFactory(household=home).resident
    own = MembershipFactory(household=next_door).resident
    a_mediator(grid.parent, user=chair, resident=own)
    case = a_case(grid, mediator, party, "张强", officer=mediator)

    assert CaseBar.objects.get().user == chair
    assert list(people_to_mediate(case)) == [mediator]
    with pytest.raises(ValidationError, match="要回避"):
        acts.assign_case(case, chair, was=mediator.pk, by=mediator)
    gone = at_desk.get(reverse("mediation:case_detail", args=[5]))
    assert bare(at_desk.get(page_of(case))) == bare(gone)
    assert gone.status_code == 404


def test_whoever_joins_bars_her_kin_at_once(grid, chair, mediator):
    from households.tests.factories import ResidentFactory  # noqa: PLC0415

    own = ResidentFactory(area=grid)
    a_mediator(grid.parent, user=chair, resident=own)
    case = a_case(grid, mediator, officer=mediator)
    party = {"name": own.name, "resident": own.pk, "side": "c", "agent": "", "contact": ""}

    acts.add_party(case, party, by=mediator)

    assert fresh(case).party_names == f"李丽、张强、{own.name}"
    assert Case.objects.visible_to(fresh(chair)).count() == 0


def test_a_mediator_with_a_case_in_hand_is_not_ended(grid, community, chair):
    one = user_with(Role.MEDIATOR, community, username="m2")
    row = a_mediator(community, user=one)
    case = a_case(grid, chair, officer=one)

    with pytest.raises(ValidationError, match="没办结的案件"):
        end_mediator(row, by=chair)
    acts.refuse_case(case, on=today(), ground="court", words="等判决", by=chair)
    end_mediator(row, by=chair)

    assert fresh(row).ended_on == today()


# --- the check of the intake ---------------------------------------------------------------------------------------------
def test_a_case_goes_its_way_in_the_browser(grid, chair, at_desk):
    form = at_desk.get(NEW)
    sent = filled(
        form, area=grid.pk, kind="0101", origin="party", first="李丽", second="张强", facts=WORDS, request="谈"
    )
    assert at_desk.post(NEW, sent).headers["Location"] == NEW
    at_desk.post(NEW, sent)
    case = Case.objects.get()
    at_desk.post(reverse("mediation:case_assign", args=[case.pk]), {"person": chair.pk})
    for kind, facts in (
        ("accept", {"agreed": ["0", "1"]}),
        ("tell", {"signed": ["0", "1"]}),
        ("begin", {"words": "两边都到了"}),
        ("session", {"words": "说开了", "present": ["0", "1"], "result": "agreed"}),
    ):
        sent = filled(at_desk.get(act_url(case, kind)), **facts)
        assert at_desk.post(act_url(case, kind), sent).status_code == 302, kind
        # Sent twice it is written once.
        at_desk.post(act_url(case, kind), sent)

    case = fresh(case)
    assert (case.state, case.officer, case.accepted_on, case.ended_on) == ("mediating", chair, today(), None)
    assert [(e.number, e.kind) for e in case.entries.order_by("number")] == [
        (1, "step"), (2, "step"), (3, "step"), (4, "session"),
    ]  # fmt: skip
    shown = at_desk.get(page_of(case)).content.decode()
    assert [w in shown for w in ("妇女调解微家 · 在场：李丽、张强", "说开了", "结果：谈成了，写协议")] == [True] * 3


@pytest.mark.parametrize("agreed", [[], ["0"], ["1"]])
def test_a_case_is_taken_only_when_every_party_agrees(grid, chair, agreed):
    case = a_case(grid, chair)

    with pytest.raises(ValidationError, match="每一位当事人都同意"):
        acts.accept_case(case, on=today(), agreed=agreed, by=chair)

    assert fresh(case).state == "registered"


def test_a_case_without_another_side_is_not_taken(grid, chair):
    case = a_case(grid, chair, "李丽")

    with pytest.raises(ValidationError, match="被申请人"):
        acts.accept_case(case, on=today(), agreed=["0"], by=chair)


def test_rights_are_told_by_a_mediator_and_signed_by_all(grid, chair):
    case = case_at("accepted", grid, chair, officer=None)

    with pytest.raises(ValidationError, match="先指定调解员"):
        acts.tell_rights(case, on=today(), signed=["0", "1"], by=chair)
    acts.assign_case(case, chair, by=chair)
    with pytest.raises(ValidationError, match="签名"):
        acts.tell_rights(case, on=today(), signed=["0"], by=chair)

    assert (fresh(case).state, case.entries.count()) == ("accepted", 1)


def test_a_refusal_names_its_ground(grid, chair):
    case = case_at("refused", grid, chair)

    assert case.entries.get().body["words"] == "不予受理：法院已经受理或者判决。告知：等判决"
    assert (case.ended_on, case.due_on) == (today(), None)


@pytest.mark.parametrize("kind", ["accept", "tell", "begin", "session", "stop", "party", "fail", "extend", "pause"])
def test_an_ended_case_takes_nothing_by_its_addresses(grid, chair, at_desk, kind):
    case = case_at("settled", grid, chair)
    facts = {
        "words": "x", "on": today().isoformat(), "agreed": ["0", "1"], "signed": ["0", "1"], "name": "王", "side": "c",
        "until": (today() + timedelta(days=90)).isoformat(),
    }  # fmt: skip

    answer = at_desk.post(act_url(case, kind), facts)

    assert (answer.status_code, fresh(case).state, case.entries.count()) == (200, "settled", 4)


# --- the month -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("accepted", "last"),
    [
        (date(2026, 11, 2), date(2026, 12, 2)),
        (date(2026, 11, 5), date(2026, 12, 7)),
        (date(2026, 11, 6), date(2026, 12, 7)),
    ],
)
def test_the_month_ends_on_a_working_day(accepted, last):
    assert acts.last_day(accepted) == last


def test_more_time_needs_both_sides(grid, chair):
    case = case_at("accepted", grid, chair)
    later = case.due_on + timedelta(days=20)

    for facts, word in (({}, "双方同意"), ({"agreed": True, "until": case.due_on}, "晚于现在的期限")):
        with pytest.raises(ValidationError, match=word):
            acts.extend_case(case, **{"until": later, "words": "x", **facts}, by=chair)
    acts.extend_case(case, until=later, agreed=True, words="等老家的房产证", by=chair)

    assert fresh(case).due_on == later


def test_the_month_stands_still_while_a_case_waits(grid, chair):
    case = case_at("mediating", grid, chair)
    acts.pause_case(case, words="一方出差", by=chair)
    Case.objects.filter(pk=case.pk).update(
        waiting_since=today() - timedelta(days=40), due_on=today() - timedelta(days=10)
    )
    waiting = (fresh(case).is_late(), Case.objects.late().count())

    acts.resume_case(case, by=chair)

    due = fresh(case).due_on
    assert waiting == (False, 0)
    assert timedelta(days=30) <= due - today() <= timedelta(days=40)
    assert [e.kind for e in case.entries.order_by("-number")[:2]] == ["clock", "clock"]


def test_a_late_case_counts_for_whoever_holds_it(grid, chair, mediator):
    case = case_at("mediating", grid, chair, officer=mediator)
    Case.objects.filter(pk=case.pk).update(due_on=today() - timedelta(days=1))

    assert (waiting_count(fresh(mediator)), waiting_count(fresh(chair))) == (1, 0)
    assert fresh(case).is_late() is True


@pytest.mark.parametrize(
    "change", ["state = 'x'", "due_on = NULL", "accepted_on = NULL", "state = 'settled', waiting_since = applied_on"]
)
def test_the_database_refuses_what_no_service_writes(grid, chair, change):
    case_at("mediating", grid, chair)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE mediation_case SET {change}")


# --- from a lead -----------------------------------------------------------------------------------------------------------
def lead_form(lead):
    return reverse("mediation:lead_to_case", args=[lead.pk])


def test_a_lead_becomes_a_case_once_and_only_when_both_want_it(grid, chair, at_desk):
    lead = lead_at("confirmed", grid, chair)
    url = lead_form(lead)
    refused = at_desk.post(url, filled(at_desk.get(url), request="谈"))
    sent = filled(at_desk.get(url), request="谈", agreed="on", contact="晚上七点以后")
    at_desk.post(url, sent)
    at_desk.post(url, sent)
    again = at_desk.post(url, filled(at_desk.get(url), request="谈", agreed="on"))

    case = Case.objects.get()
    assert "有一方不同意的，不能调解。" in refused.content.decode()
    assert "已经转为案件" in again.content.decode()
    assert (case.kind, case.origin, case.body["lead"], case.parties[0]["contact"]) == (
        "0101", "offer", lead.pk, "晚上七点以后",
    )  # fmt: skip
    assert lead.entries.count() == 2


def test_a_lead_that_nobody_confirmed_becomes_no_case(grid, chair):
    with pytest.raises(ValidationError, match="核实过"):
        acts.lead_to_case(lead_at("new", grid, chair), request="谈", agreed=True, by=chair)


# --- violence ------------------------------------------------------------------------------------------------------------
def test_violence_stops_it_before_it_starts_and_the_answer_is_the_same(grid, chair, at_desk):
    answers = []
    for extra in ({}, {"violence": "on"}):
        form = at_desk.get(NEW)
        sent = filled(
            form, area=grid.pk, kind="0101", origin="party", first="李丽", second="张强", facts=WORDS, request="谈"
        )
        answer = at_desk.post(NEW, sent | extra)
        answers.append((answer.headers["Location"], bare(answer), bare(at_desk.get(NEW))))

    assert answers[0] == answers[1]
    assert (Case.objects.count(), RiskReport.objects.count()) == (1, 1)
    assert (RiskReport.objects.get().source, RiskReport.objects.get().text) == ("mediation", f"{WORDS}\n申请事项：谈")


@pytest.mark.parametrize("how", ["refer", "session"])
def test_a_case_stopped_by_violence_looks_like_any_passed_on(grid, chair, how):
    plain, stopped = case_at("mediating", grid, chair), case_at("mediating", grid, chair)
    acts.refer_case(plain, words="街道", by=chair)
    if how == "refer":
        acts.refer_case(stopped, words="他动手了", violence=True, by=chair)
    else:
        acts.mediate(stopped, on=today(), words="他动手了", violence=True, by=chair)

    def seen(case):
        case = fresh(case)
        said = [(e.number, e.kind, e.on, e.body) for e in case.entries.order_by("number")]
        return case.state, case.due_on, case.ended_on, case.waiting_since, case.version, said

    assert seen(plain) == seen(stopped)
    day = f"日期：{chinese_date(today())}\n" if how == "session" else ""
    assert RiskReport.objects.get().text == f"他动手了\n{day}{WORDS}\n申请事项：商量好谁接送孩子"


def test_a_lead_stopped_by_violence_becomes_no_case(grid, chair):
    lead = lead_at("confirmed", grid, chair)

    acts.lead_to_case(lead, request="他动手了", agreed=True, violence=True, by=chair)

    assert (Case.objects.count(), RiskReport.objects.count(), fresh(lead).state) == (0, 1, "referred")


# --- list ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(grid, chair, at_desk, rows):
    for _ in range(rows):
        a_case(grid, chair)

    page, queries = queries_beyond(at_desk, reverse("mediation:case_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2),
        ("state=all", 3),
        ("state=settled", 1),
        ("mine=none", 1),
        ("clock=late", 0),
        ("clock=waiting", 1),
        ("kind=0102", 0),
    ],
)
def test_the_list_filters(grid, chair, at_desk, query, found):
    a_case(grid, chair)
    acts.pause_case(case_at("accepted", grid, chair), words="出差", by=chair)
    case_at("settled", grid, chair)

    assert at_desk.get(f"{CASES}?{query}").content.decode().count('scope="row"') == found


def test_cases_follow_a_grid_out_of_use(grid, other_grid, chair):
    case = a_case(grid, chair)

    for follow in place_followers:
        follow([grid], other_grid)

    assert fresh(case).area == other_grid
