"""G5 of the micro-home at twenty thousand leads and twenty thousand cases: lists, filters, duties and figures against the floor.

`python -m bench.mark mediation_fill N` makes N of each first, over five years in one community: one in ten leads and one in twenty
cases open, one case in two with an agreement, two promises and three follow-ups; fifty mediators; a round every half month.
"""

import random
from datetime import timedelta

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.roles import Role
from bench.lists import chair, deep_address, signed_in
from bench.measure import interleaved, queries_of
from fedhub.areas.models import Area
from fedhub.core.memory import settle
from fedhub.reference.lookup import labels
from households.models import Resident
from mediation.enums import CaseState, LeadState, Origin, Risk
from mediation.models import (
    Agreement,
    Case,
    CaseMark,
    CaseMember,
    FollowUp,
    GridReport,
    Lead,
    LeadEntry,
    LeadMark,
    Mediator,
    Opinion,
    Promise,
    ScreeningRound,
)
from mediation.models.mark import mark_of
from mediation.services import leads as lead_acts

LEADS, CASES, DUTIES = "/mediation/leads/", "/mediation/cases/", "/mediation/duties/"
PEOPLE, ROUNDS = "/mediation/people/", "/mediation/rounds/"
DAYS, MEDIATORS, SLICE = 1_825, 50, 1_000
CASE_ENDS = [CaseState.CLOSED] * 6 + [CaseState.FAILED, CaseState.WITHDRAWN, CaseState.REFUSED, CaseState.ENDED]
LEAD_ENDS = [LeadState.CLOSED] * 6 + [LeadState.REFERRED, LeadState.DROPPED]


def fill(count):
    """Make leads and cases until there are `count` of each, unless there are. Returns how many there are."""
    draw, by, count = random.Random(1), chair(), int(count)
    place = by.grants.first().area
    grids = list(Area.objects.within(place).filter(kind="grid"))
    if Lead.objects.count() < count:
        team = _mediators(by, place)
        people = list(Resident.objects.filter(birth__lt="2000").order_by("id").values_list("id", "name")[:5_000])
        for start in range(0, count, SLICE):
            numbers = range(start, min(start + SLICE, count))
            _leads(numbers, draw, by, grids, people, team)
            _cases(numbers, draw, by, grids, people, team)
        _rounds(by, place, grids)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return Lead.objects.count(), Case.objects.count()


def _mediators(by, place):
    today, users = timezone.localdate(), []
    for n in range(MEDIATORS):
        user = User.objects.create_user(f"bench-mediator-{n}", name=f"调解员{n}")
        RoleGrant.objects.create(user=user, role=Role.MEDIATOR, area=place, granted_by=by)
        users.append(user)
    Mediator.objects.bulk_create(
        Mediator(area=place, name=one.name, kind="law", user=one, term_to=today + timedelta(days=300), created_by=by)
        for one in users
    )
    return users


def _parties(draw, people):
    return [{"name": name, "resident": pk} for pk, name in draw.sample(people, 2)]


def _leads(numbers, draw, by, grids, people, team):
    today, kinds = timezone.localdate(), list(labels("family_dispute_kind"))
    made = []
    for _ in numbers:
        found = today - timedelta(days=draw.randrange(DAYS))
        is_open = draw.random() < 0.1
        state = draw.choice([LeadState.NEW, LeadState.CONFIRMED]) if is_open else draw.choice(LEAD_ENDS)
        known = state in (LeadState.CONFIRMED, LeadState.CLOSED)
        made.append(Lead(
            area=draw.choice(grids), state=state, level=draw.choice(Risk.values), kind=draw.choice(kinds), found_on=found,
            first_level=draw.choice(Risk.values) if known else "", confirmed_on=found if known else None,
            outside_on=found if known and draw.random() < 0.05 else None, calm_on=found if state == "closed" else None,
            observed_on=found + timedelta(days=31) if state == "closed" else None, closed_on=found if state == "closed" else None,
            next_on=today + timedelta(days=draw.randrange(-5, 60)) if is_open else None, officer=draw.choice(team),
            recorded_by=by, body={
                "parties": _parties(draw, people), "contact": "白天到单位找", "words": "为带孩子的事天天吵。" * 20, "watch": [],
                "minors": False, "elders": False,
            },
        ))  # fmt: skip
    Lead.objects.bulk_create(made)
    LeadMark.objects.bulk_create(
        LeadMark(lead=one, mark=mark_of(party["resident"])) for one in made for party in one.body["parties"]
    )
    LeadEntry.objects.bulk_create(
        LeadEntry(
            lead=one, number=1, kind="chat", on=one.found_on,
            body={"by": "调解员", "words": "谈了一下午。" * 20, "causes": ["01"], "advice": "各让一步"},
        )
        for one in made
    )  # fmt: skip


def _cases(numbers, draw, by, grids, people, team):
    today, kinds = timezone.localdate(), list(labels("family_dispute_kind"))
    made = []
    for _ in numbers:
        on, is_open = today - timedelta(days=draw.randrange(DAYS)), draw.random() < 0.05
        state = draw.choice([CaseState.REGISTERED, CaseState.MEDIATING, CaseState.SETTLED]) if is_open else None
        state = state or draw.choice(CASE_ENDS)
        taken = state not in (CaseState.REGISTERED, CaseState.REFUSED)
        over = state not in (CaseState.REGISTERED, CaseState.MEDIATING, CaseState.SETTLED)
        parties = [
            {**one, "side": side, "agent": "", "contact": ""}
            for one, side in zip(_parties(draw, people), "ab", strict=True)
        ]
        made.append(Case(
            area=draw.choice(grids), state=state, kind=draw.choice(kinds), origin=draw.choice(Origin.values), applied_on=on,
            accepted_on=on if taken else None, due_on=on + timedelta(days=30) if taken else None,
            ended_on=on + timedelta(days=20) if over else None, closed_on=on + timedelta(days=95) if state == "closed" else None,
            outcome="kept" if state == "closed" else "", officer=draw.choice(team), recorded_by=by,
            body={"parties": parties, "facts": "为带孩子的事天天吵。" * 20, "request": "商量好谁接送孩子", "lead": None},
        ))  # fmt: skip
    Case.objects.bulk_create(made)
    CaseMark.objects.bulk_create(
        CaseMark(case=one, mark=mark_of(party["resident"])) for one in made for party in one.body["parties"]
    )
    CaseMember.objects.bulk_create(
        CaseMember(case=one, user=one.officer, leads=True, from_on=one.applied_on) for one in made
    )
    _agreements([one for one in made if one.state in (CaseState.CLOSED, CaseState.SETTLED)], draw)


def _agreements(cases, draw):
    made = Agreement.objects.bulk_create(
        Agreement(
            case=one, state="signed", form="written", code=f"B{one.pk}", effective_on=one.accepted_on + timedelta(days=15),
            confirm_by=one.accepted_on + timedelta(days=45), body={"facts": "x" * 200, "dispute": "y" * 200, "ways": ""},
        )
        for one in cases
    )  # fmt: skip
    promises, visits, opinions = [], [], []
    for one in made:
        done = one.case.state == CaseState.CLOSED
        for number in (1, 2):
            due = one.effective_on + timedelta(days=30 * number)
            promises.append(Promise(
                agreement=one, number=number, due_on=due, amount=draw.choice([None, 50_000]),
                state="kept" if done else "open", done_on=due if done else None,
                body={"who": "甲", "whom": "乙", "what": "接孩子" * 20},
            ))  # fmt: skip
        for days in (7, 30, 90):
            due = one.effective_on + timedelta(days=days)
            visits.append(FollowUp(
                agreement=one, days=days, due_on=due, result="kept" if done else "", done_on=due if done else None,
                body={"by": "甲", "words": "都好" * 20, "next": ""} if done else {},
            ))  # fmt: skip
        if done:
            opinions.append(Opinion(case=one.case, place=0, score=draw.randrange(1, 6), on=one.effective_on, body={}))
    Promise.objects.bulk_create(promises)
    FollowUp.objects.bulk_create(visits)
    Opinion.objects.bulk_create(opinions)


def _rounds(by, place, grids):
    today = timezone.localdate()
    rounds = ScreeningRound.objects.bulk_create(
        ScreeningRound(
            area=place, title=f"第{n}轮摸排", starts_on=today - timedelta(days=15 * n), due_on=today - timedelta(days=15 * n - 14),
            created_by=by,
        )
        for n in range(1, DAYS // 15)
    )  # fmt: skip
    GridReport.objects.bulk_create(
        GridReport(screening=one, area=grid, answer="zero", answered_on=one.due_on, answered_by=by)
        for one in rounds
        for grid in grids
    )


def proved():
    """The chair's client as if she had just given a code of her authenticator."""
    client, user = signed_in(), chair()
    if not user.authenticator_set.exists():
        TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": timezone.now().timestamp(), "type": "totp"}]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = session["_auth_user_id"]
    session.save()
    return client


def run(rounds=9):
    """CPU and wall milliseconds a page (`{name: [cpu, wall]}`), its queries, how many leads and cases there are;
    with what it costs to record a lead."""
    client = proved()
    settle()
    today = timezone.localdate()
    year = f"since={today.year - 1}-01-01&until={today.year - 1}-12-31"
    grid = Area.objects.filter(kind="grid").first()
    addresses = {
        "floor": "/bench/floor/",
        "leads": LEADS,
        "leads_all": f"{LEADS}?state=all",
        "leads_level": f"{LEADS}?state=all&level=red",
        "leads_kind": f"{LEADS}?state=all&kind=0106",
        "leads_state": f"{LEADS}?state=referred",
        "leads_none": f"{LEADS}?mine=none&state=all",
        "leads_mine": f"{LEADS}?mine=me",
        "leads_prevented": f"{LEADS}?state=all&count=prevented&{year}",
        "leads_screened": f"{LEADS}?state=all&count=screened",
        "cases": CASES,
        "cases_all": f"{CASES}?state=all",
        "cases_kind": f"{CASES}?state=all&kind=0106",
        "cases_origin": f"{CASES}?state=all&origin=handed",
        "cases_late": f"{CASES}?clock=late",
        "cases_state": f"{CASES}?state=failed",
        "cases_mine": f"{CASES}?mine=me",
        "cases_settled": f"{CASES}?state=all&count=settled&{year}",
        "cases_kept": f"{CASES}?state=all&count=kept&{year}",
        "cases_failed": f"{CASES}?state=all&count=failed&{year}",
        "duties": f"{DUTIES}?mine=all",
        "duties_due": f"{DUTIES}?mine=all&when=due",
        "duties_all": f"{DUTIES}?mine=all&when=all",
        "duties_mine": DUTIES,
        "mediators": PEOPLE,
        "mediators_name": f"{PEOPLE}?q=员3",
        "roster": "/mediation/duty/",
        "rounds": ROUNDS,
        "round": ScreeningRound.objects.order_by("-starts_on").first().get_absolute_url(),
        "answers": "/mediation/rounds/mine/",
        "lead": Lead.objects.filter(state="confirmed").first().get_absolute_url(),
        "case": Case.objects.filter(state="settled").first().get_absolute_url(),
    }
    slow = {
        "floor_again": "/bench/floor/",
        "ledger": f"{LEADS}ledger/?{year}&state=all",
        "figures": f"{LEADS}figures/?{year}",
        "case_figures": f"{CASES}figures/?{year}",
        "case_figures_ever": f"{CASES}figures/",
    }
    for name, page in (("leads", LEADS), ("cases", CASES)):
        addresses[f"{name}_deep"] = page + deep_address(client, f"{page}?state=all")

    def page_of(address):
        def get():
            response = client.get(address)
            if response.status_code != 200:
                raise RuntimeError(f"{address}: {response.status_code}")
            return response

        return get

    def record():
        people = Resident.objects.order_by("id").values_list("id", "name")[:2]
        body = {
            "parties": [{"name": n, "resident": pk} for pk, n in people],
            "contact": "",
            "words": "吵",
            "watch": [],
        }
        lead_acts.record_lead(area=grid, kind="0101", level="green", body=body, by=chair())

    pages = {name: page_of(address) for name, address in addresses.items()}
    slow = {name: page_of(address) for name, address in slow.items()} | {"record_lead": record}
    found = interleaved(pages, int(rounds), repeat=2) | interleaved(slow, 3)
    return {
        "leads": Lead.objects.count(),
        "cases": Case.objects.count(),
        "pages": found,
        "queries": {name: queries_of(work) for name, work in (pages | slow).items()},
    }
