"""How a case ends and is taken up again, what the parties think, and what the lead behind it shows."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import with_authenticator
from fedhub.core.flow import FlowError
from fedhub.core.testing.client import filled
from mediation.models import Agreement, Case, Lead, Opinion
from mediation.services import closing as acts
from mediation.services.cases import accept_case, begin_case, lead_to_case, tell_rights
from mediation.services.leads import chat
from mediation.tests.factories import case_at, finish, lead_at, read_again, settle
from safety.tests.factories_file import proved

pytestmark = pytest.mark.django_db
today = timezone.localdate


@pytest.fixture
def at_desk(chair, as_user):
    """The chair after her second factor."""
    with_authenticator(chair)
    return proved(as_user(chair))


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def act_url(case, kind):
    return reverse("mediation:case_act", args=[case.pk, kind])


def from_lead(grid, chair, *, talked=True):
    """`(lead, case)` being mediated."""
    lead = lead_at("confirmed", grid, chair, officer=chair)
    if talked:
        chat(lead, on=today(), words="谈开了", causes=["01"], advice="各让一步", by=chair)
    lead_to_case(lead, request="谈", agreed=True, by=chair)
    case = Case.objects.select_related("area").get()
    Case.objects.filter(pk=case.pk).update(body={**case.body, "parties": [*case.parties, {
        "name": "张强", "resident": None, "side": "b", "agent": "", "contact": ""}]})  # fmt: skip
    mediated(case, chair)
    return lead, Case.objects.select_related("area").get()


def mediated(case, chair):
    accept = fresh(case).state == "registered"
    if accept:
        accept_case(case, on=today(), agreed=["0", "1"], by=chair)
    tell_rights(case, on=today(), signed=["0", "1"], by=chair)
    begin_case(case, on=today(), words="x", by=chair)


def close(case, chair):
    acts.close_case(case, on=today(), words="办完", by=chair)


@pytest.mark.parametrize("state", ["failed", "withdrawn", "ended"])
def test_what_came_to_nothing_closes_as_what_it_was(grid, chair, state):
    case = case_at(state, grid, chair)

    close(case, chair)

    assert (fresh(case).state, fresh(case).outcome, fresh(case).closed_on) == ("closed", state, today())


@pytest.mark.parametrize(("state", "outcome"), [("kept", "kept"), ("partly", "partly"), ("broken", "broken")])
def test_an_agreement_closes_when_all_is_looked_after_and_nobody_types_the_outcome(
    grid, chair, at_desk, state, outcome
):
    case = case_at("settled", grid, chair)
    url = act_url(case, "close")
    early = at_desk.post(url, filled(at_desk.get(url), words="办完")).content.decode()
    finish(Agreement.objects.select_related("case__area").get(), chair, state=state)
    at_desk.post(url, filled(at_desk.get(url), words="办完", outcome="kept"))

    assert [w in early for w in ("还有1条协议没有记履行情况", "还有3次回访没有做")] == [True, True]
    assert (fresh(case).state, fresh(case).outcome) == ("closed", outcome)
    assert case.entries.order_by("-number").first().body["words"].startswith("结案：达成协议")


def test_what_is_not_kept_is_not_closed_before_a_next_step_was_told(grid, chair):
    case = case_at("settled", grid, chair)
    agreement = Agreement.objects.select_related("case__area").get()
    finish(agreement, chair)
    agreement.promises.update(state="broken")

    with pytest.raises(ValidationError, match="告知当事人下一步"):
        close(case, chair)


def test_of_two_who_close_one_wins(grid, chair):
    case = case_at("failed", grid, chair)
    close(case, chair)

    with pytest.raises(FlowError, match="不能结案"):
        close(case, chair)

    assert case.entries.filter(kind="step").count() == 5


@pytest.mark.parametrize("state", ["settled", "failed", "withdrawn", "ended", "closed"])
def test_a_case_is_taken_up_again_when_every_party_wants_it(grid, chair, at_desk, state):
    case = case_at(state, grid, chair)
    first, url = fresh(case).accepted_on, act_url(case, "reopen")
    if state == "closed":
        read_again(at_desk, case)
    refused = at_desk.post(url, filled(at_desk.get(url), words="又吵了", agreed=["0"]))
    at_desk.post(url, filled(at_desk.get(url), words="又吵了", agreed=["0", "1"]))

    case = fresh(case)
    assert "每一位当事人都同意" in refused.content.decode()
    assert (case.state, case.accepted_on, case.ended_on, case.closed_on, case.outcome) == (
        "accepted", first or today(), None, None, "",
    )  # fmt: skip
    assert case.entries.order_by("-number").first().body["words"].startswith("重新办理")


def test_a_new_agreement_replaces_the_old_one(grid, chair):
    case = case_at("settled", grid, chair)
    acts.reopen_case(case, words="x", agreed=["0", "1"], by=chair)
    mediated(case, chair)
    settle(case, chair)

    assert list(Agreement.objects.order_by("code").values_list("state", flat=True)) == ["replaced", "signed"]
    assert Agreement.objects.filter(case=case, code="").count() == 0


# --- the lead behind it ------------------------------------------------------------------------------------------------------
def test_a_kept_agreement_settles_the_lead_and_opening_it_again_takes_that_back(grid, chair):
    lead, case = from_lead(grid, chair)
    agreement = settle(case, chair)
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        finish(agreement, chair)
        close(case, chair)
        counted = [rows.count() for rows in (Lead.objects.prevented(), Lead.objects.resolved())]
        seen = fresh(lead).observed_on - agreement.effective_on
    acts.reopen_case(case, words="又吵了", agreed=["0", "1"], by=chair)

    assert (counted, seen.days) == ([1, 1], 40)
    assert (fresh(lead).state, Lead.objects.prevented().count(), Lead.objects.resolved().count()) == (
        "confirmed",
        0,
        0,
    )


def test_nothing_is_settled_that_was_not_kept(grid, chair):
    lead, case = from_lead(grid, chair)
    finish(settle(case, chair), chair, state="broken")
    close(case, chair)

    assert (fresh(lead).state, Lead.objects.resolved().count()) == ("confirmed", 0)


def test_mediation_is_talk_enough_to_settle_a_lead_that_is_looked_at_once_more(grid, chair):
    lead, case = from_lead(grid, chair, talked=False)
    finish(settle(case, chair), chair)
    close(case, chair)
    lead = fresh(lead)

    # All follow-ups were made on the first day, so nobody has seen yet that it lasts.
    assert (lead.state, lead.calm_on, lead.observed_on, lead.next_on) == (
        "closed", today(), None, today() + timedelta(days=30),
    )  # fmt: skip
    assert (Lead.objects.resolved().count(), list(Lead.objects.to_do())) == (0, [lead])


@pytest.mark.parametrize(("ground", "outside"), [("court", True), ("offence", True), ("death", False)])
def test_what_went_to_a_court_or_the_police_is_not_prevented(grid, chair, ground, outside):
    lead, case = from_lead(grid, chair)

    acts.stop_case(case, on=today(), ground=ground, words="x", by=chair)

    assert (fresh(case).state, fresh(lead).outside_on == today()) == ("ended", outside)


# --- satisfaction ------------------------------------------------------------------------------------------------------------
def test_each_party_is_asked_once_a_run(grid, chair, at_desk):
    case = case_at("failed", grid, chair)
    url = act_url(case, "opinion")
    for place, score in (("0", "5"), ("1", "2")):
        sent = filled(at_desk.get(url), party=place, score=score, words="说得清楚")
        at_desk.post(url, sent)
        at_desk.post(url, sent)
    with pytest.raises(ValidationError, match="已经问过"):
        acts.note_opinion(case, party=0, score=1, on=today(), how="visit", by=chair)
    shown = at_desk.get(case.get_absolute_url()).content.decode()
    acts.reopen_case(case, words="x", agreed=["0", "1"], by=chair)
    Case.objects.filter(pk=case.pk).update(state="failed", ended_on=today())
    acts.note_opinion(case, party=0, score=3, on=today(), how="phone", by=chair)

    assert list(Opinion.objects.order_by("run", "place").values_list("run", "place", "score")) == [
        (1, 0, 5), (1, 1, 2), (2, 0, 3),
    ]  # fmt: skip
    assert [w in shown for w in ("很满意", "不满意", url)] == [True, True, False]


@pytest.mark.parametrize(
    ("state", "facts"),
    [
        ("mediating", {}),
        ("failed", {"party": 7}),
        ("failed", {"on": today() + timedelta(days=400)}),
        ("failed", {"on": today() - timedelta(days=400)}),
    ],
)
def test_nobody_is_asked_before_the_end(grid, chair, state, facts):
    case = case_at(state, grid, chair)

    with pytest.raises(ValidationError):
        acts.note_opinion(case, **{"party": 0, "score": 5, "on": today(), "how": "visit", **facts}, by=chair)

    assert Opinion.objects.count() == 0
