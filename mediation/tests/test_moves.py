"""No address moves a state but by its own step: every state of a lead and a case × every address of the map that takes one.

Addresses and steps are read from the URL map and the flows, so that a new one cannot be forgotten. Each gets a form that is filled
with everything any form of the micro-home asks for, and with the state itself.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import with_authenticator
from fedhub.core import once
from fedhub.ledgers.registry import ledgers
from mediation.enums import CaseState, LeadState
from mediation.flow import case_flow, lead_flow
from mediation.models import Case, CaseEntry, FollowUp, Lead, LeadEntry, Promise
from mediation.papers import PAPERS
from mediation.tests.factories import case_at, lead_at, read_again
from mediation.urls import urlpatterns
from mediation.views import agreements, cases, leads
from safety.tests.factories_file import proved

pytestmark = pytest.mark.django_db
today = timezone.localdate
KINDS = {
    "lead_act": leads.ACTS, "case_act": cases.ACTS, "agreement_act": agreements.ACTS,
    "case_paper": list(PAPERS)[:1], "paper_file": list(PAPERS)[:1],
}  # fmt: skip
# Addresses that walk a step without being named like it.
WALKS = {("agreement_act", "sign"): "settle"}
# What else an address names.
MORE = {
    "note_tear": {"note": 1}, "material_strike": {"material": 1}, "material_sheet": {"sheet": 1}, "person": {"place": 0},
}  # fmt: skip
TAKING = {
    (entry.name, entry.callback.view_class.model)
    for entry in urlpatterns
    if "<int:pk>" in str(entry.pattern) and entry.callback.view_class.model in (Lead, Case, Promise, FollowUp)
}


def everything(user, **more):
    """What any form of the micro-home asks for."""
    day, later = today().isoformat(), (today() + timedelta(days=40)).isoformat()
    text = "words why cause advice request place others facts dispute ways what name text unit reason note"
    return {
        **dict.fromkeys(text.split(), "情况"), "on": day, "until": later, "due_on": later, "again_on": "", "applied_on": day,
        "level": "red", "calm": "no", "causes": ["01"], "to": "court", "ground": "court", "agreed": ["0", "1"], "ok": "on",
        "signed": ["0", "1"], "present": ["0"], "party": "0", "score": "5", "how": "visit", "people": "3", "form": "oral",
        "who": "李丽", "whom": "双方", "amount": "", "next_step": "court", "person": user.pk, "was": "", "recuse": "",
        "signed_0": day, "signed_1": day, "mediator_on": day, "stamped_on": day, "court": "区法院", "version": "1",
        "keep": "long", "checker": "",
        "mediator": "", "papers": ["facts"], "side": "c", "agent": "", "contact": "", "seen": "on", "averted": "crime",
        "state": "closed", "closed_on": day, "outcome": "kept", "officer": user.pk, "confirmed_on": day, "observed_on": day,
        "once_key": once.new_key(), **more,
    }  # fmt: skip


def routes(*models):
    """`[(name, arguments without the key, kind)]` of the addresses that take one of `models`."""
    found = []
    for name, model in sorted(TAKING, key=str):
        if model in models:
            more = MORE.get(name, {})
            found += (
                [(name, {**more, "kind": kind}, kind) for kind in KINDS[name]] if name in KINDS else [(name, more, "")]
            )
    return found


def moved_by(client, row, url, user):
    """The state that `row` has after a post to `url`, which is undone; and that nothing broke."""
    fields = everything(user)
    page = client.get(url)
    shown = page.context["form"].fields if page.status_code == 200 and page.context and "form" in page.context else {}
    # A court's answer is a `what` in words, a thing averted one of two.
    if "what" in shown and hasattr(shown["what"], "choices"):
        fields["what"] = "crime"
    with transaction.atomic():
        answer = client.post(url, fields)
        state = type(row).objects.get(pk=row.pk).state
        transaction.set_rollback(True)
    assert answer.status_code < 500, url
    return state


def wrong_moves(client, row, state, flow, found, user):
    """`([addresses that moved `row` otherwise than the flow says], {steps that were walked})`."""
    wrong, walked = [], set()
    for url, name, kind in found:
        after = moved_by(client, row, url, user)
        step = flow.steps.get(WALKS.get((name, kind), kind))
        if after == state:
            continue
        walked.add(step.name if step else url)
        if step is None or state not in step.sources or after != step.target:
            wrong.append((url, after))
    return wrong, walked


@pytest.fixture
def at_desk(chair, as_user):
    with_authenticator(chair)
    return proved(as_user(chair))


# What the form that fits everything walks from each state; the others need more than a form (an agreement that is kept).
CASE_STEPS = {
    "registered": {"accept", "refuse", "withdraw", "refer", "stop"}, "accepted": {"tell", "fail", "withdraw", "refer", "stop"},
    "told": {"begin", "fail", "withdraw", "refer", "stop"}, "mediating": {"fail", "withdraw", "refer", "stop"},
    "settled": {"refer", "reopen"}, "failed": {"refer", "close", "reopen"}, "withdrawn": {"refer", "close", "reopen"},
    "ended": {"close", "reopen"}, "closed": {"reopen"}, "refused": set(), "referred": set(),
}  # fmt: skip
LEAD_STEPS = {
    "new": {"confirm", "drop", "refer"}, "confirmed": {"refer"}, "closed": {"reopen"}, "referred": set(), "dropped": set(),
}  # fmt: skip


@pytest.mark.parametrize("state", CaseState.values)
def test_a_case_moves_by_no_address_but_that_of_its_step(grid, chair, at_desk, state):
    case = case_at(state, grid, chair)
    found = [(reverse(f"mediation:{n}", kwargs={"pk": case.pk, **more}), n, kind) for n, more, kind in routes(Case)]
    agreement = case.agreements.first()
    for model, rows in ((Promise, "promises"), (FollowUp, "followups")):
        if agreement:
            pk = getattr(agreement, rows).first().pk
            found += [
                (reverse(f"mediation:{n}", kwargs={"pk": pk, **more}), n, kind) for n, more, kind in routes(model)
            ]

    if case.is_put_away():
        read_again(at_desk, case)
    wrong, walked = wrong_moves(at_desk, case, state, case_flow, found, chair)

    assert (wrong, walked) == ([], CASE_STEPS[state])


@pytest.mark.parametrize("state", LeadState.values)
def test_a_lead_moves_by_no_address_but_that_of_its_step(grid, chair, at_desk, state):
    lead = lead_at(state, grid, chair)
    found = [(reverse(f"mediation:{n}", kwargs={"pk": lead.pk, **more}), n, kind) for n, more, kind in routes(Lead)]

    wrong, walked = wrong_moves(at_desk, lead, state, lead_flow, found, chair)

    # A look that finds a quarrel takes the lead up again, as the flow says of "reopen".
    look = [one for one in wrong if one[0].endswith("/do/look/")]
    assert [one for one in wrong if one not in look] == []
    assert look == (
        [(reverse("mediation:lead_act", args=[lead.pk, "look"]), "confirmed")] if state == "closed" else []
    )
    assert {one for one in walked if one in lead_flow.steps} == LEAD_STEPS[state]


def test_every_step_of_a_case_and_a_lead_has_an_address():
    named = {kind for _, _, kind in routes(Case, Lead)} | set(WALKS.values())

    assert {*case_flow.steps, *lead_flow.steps} - named == set()


def test_no_file_and_no_many_at_once_reach_a_lead_or_a_case():
    taken = {getattr(one._meta, "model", None) for one in ledgers if one.importable}
    plain = [
        entry.name
        for entry in urlpatterns
        if "<int:pk>" not in str(entry.pattern) and "post" in dir(entry.callback.view_class) and entry.name not in NEW
    ]

    assert taken & {Lead, Case, LeadEntry, CaseEntry} == set()
    assert plain == []


# Addresses without a key that take a form: each makes something new, or narrows a list, or hands a table out.
NEW = {
    "mediator_create", "turn_create", "round_create", "lead_create", "case_create", "case_figures_file",
    "mediator_list", "lead_list", "case_list", "round_list", "roster", "answers", "duties",
}  # fmt: skip
