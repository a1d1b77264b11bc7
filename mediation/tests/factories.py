"""Mediators, leads, cases and agreements, for tests."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from fedhub.core import once
from fedhub.core.testing.client import filled
from mediation.models import Agreement, Case, DutyTurn, GridReport, Lead, Mediator, ScreeningRound
from mediation.services import agreements, cases, closing, followups
from mediation.services.cases import register_case
from mediation.services.leads import chat, close_lead, confirm_lead, record_lead

WORDS = "为带孩子的事天天吵"


def a_mediator(community, **facts):
    today = timezone.localdate()
    facts = {"name": "郑和", "kind": "cadre", "term_to": today + timedelta(days=300), **facts}
    return Mediator.objects.create(area=community, **facts)


def a_turn(mediator):
    return DutyTurn.objects.create(area=mediator.area, mediator=mediator, on=timezone.localdate(), slot="a")


def a_round(grid):
    today = timezone.localdate()
    made = ScreeningRound.objects.create(area=grid.parent, title="十一月摸排", starts_on=today, due_on=today)
    return made, GridReport.objects.create(screening=made, area=grid)


def body_of(*residents, **facts):
    """The sealed part of a lead between `residents` (names or records)."""
    parties = [
        {"name": str(getattr(one, "name", one)), "resident": getattr(one, "pk", None)}
        for one in residents or ("李丽",)
    ]
    return {
        "parties": parties, "contact": "", "words": WORDS, "watch": [], "minors": False, "elders": False, **facts
    }  # fmt: skip


def a_lead(area, by, *residents, level="yellow", kind="0101", officer=None, days=0, **facts):
    """A lead as the service writes it, found so many days ago."""
    day = timezone.localdate() - timedelta(days=days)
    before = set(Lead.objects.values_list("pk", flat=True))
    record_lead(
        area=area, kind=kind, level=level, body=body_of(*residents, **facts), by=by, found_on=day, key=once.new_key()
    )
    lead = Lead.objects.exclude(pk__in=before).get()
    if officer:
        Lead.objects.filter(pk=lead.pk).update(officer=officer)
    return Lead.objects.select_related("area").get(pk=lead.pk)


def lead_at(state, area, by, level="yellow", **facts):
    """A lead brought to `state` by the services."""
    lead, today = a_lead(area, by, level=level, **facts), timezone.localdate()
    if state in ("confirmed", "closed"):
        confirm_lead(lead, on=today, level=level, words="在家", by=by)
    if state == "closed":
        chat(lead, on=today, words="谈开了", causes=["01"], advice="各让一步", by=by)
        close_lead(lead, on=today, words="和好了", by=by)
    if state in ("referred", "dropped"):
        Lead.objects.filter(pk=lead.pk).update(state=state)
    return Lead.objects.select_related("area").get(pk=lead.pk)


def read_again(client, case, **typed):
    """Give a reason to open `case`, which is over; the answer."""
    url = reverse("mediation:case_why", args=[case.pk])
    return client.post(url, filled(client.get(url), **{"purpose": "check", "words": "案卷评查", **typed}))


def case_body(*residents, lead=None):
    """The sealed part of a case: the first asks, the second is asked, others join."""
    parties = [
        {"name": str(getattr(one, "name", one)), "resident": getattr(one, "pk", None), "side": "abc"[min(place, 2)],
         "agent": "", "contact": ""}
        for place, one in enumerate(residents or ("李丽", "张强"))
    ]  # fmt: skip
    return {"parties": parties, "facts": WORDS, "request": "商量好谁接送孩子", "lead": lead}


def a_case(area, by, *residents, kind="0101", officer=None, applied_on=None):
    """A case as the service writes it."""
    before = set(Case.objects.values_list("pk", flat=True))
    register_case(
        area=area, kind=kind, origin="party", body=case_body(*residents), by=by, officer=officer,
        applied_on=applied_on, key=once.new_key(),
    )  # fmt: skip
    return Case.objects.select_related("area").get(pk=Case.objects.exclude(pk__in=before).get().pk)


def case_at(state, area, by, **facts):
    """A case brought to `state` by the services."""
    case, today = a_case(area, by, **{"officer": by, **facts}), timezone.localdate()
    way = {
        "refused": [lambda: cases.refuse_case(case, on=today, ground="court", words="等判决", by=by)],
        "referred": [lambda: cases.refer_case(case, words="街道", by=by)],
        "ended": [lambda: closing.stop_case(case, on=today, ground="court", words="等判决", by=by)],
        "withdrawn": [lambda: cases.withdraw_case(case, on=today, words="不想谈了", by=by)],
    }  # fmt: skip
    steps = [
        ("accepted", lambda: cases.accept_case(case, on=today, agreed=["0", "1"], by=by)),
        ("told", lambda: cases.tell_rights(case, on=today, signed=["0", "1"], by=by)),
        ("mediating", lambda: cases.begin_case(case, on=today, words="两边都到了", by=by)),
        ("settled", lambda: settle(case, by)),
        (
            "closed",
            lambda: (finish(case.agreements.get(), by), closing.close_case(case, on=today, words="办完", by=by)),
        ),
    ]
    for step in way.get(state, ()):
        step()
    last = "mediating" if state == "failed" else state
    reach = [name for name, _ in steps].index(last) + 1 if last in dict(steps) else 0
    for _, step in steps[:reach]:
        step()
    if state == "failed":
        cases.fail_case(case, on=today, words="谈不拢", by=by)
    return Case.objects.select_related("area").get(pk=case.pk)


def a_draft(case, by, *, form="written", terms=1, days=20):
    """A draft of `case` (mediating) with so many terms, the next of them due in so many days."""
    agreements.draft_agreement(case, form=form, facts=WORDS, dispute="谁接送", by=by, key=once.new_key())
    draft = Agreement.objects.select_related("case").get(case=case, state="draft")
    for place in range(terms):
        due = timezone.localdate() + timedelta(days=days + place)
        agreements.add_term(
            draft, who="李丽", whom="双方", what=f"第{place}周接孩子", due_on=due, by=by, key=once.new_key()
        )
    return Agreement.objects.select_related("case").get(pk=draft.pk)


def settle(case, by, *, form="written", terms=1, on=None):
    """Bring a case that is being mediated to an agreement by the services."""
    draft, on = a_draft(case, by, form=form, terms=terms), on or timezone.localdate()
    written = {"signed": [on] * len(case.parties), "mediator_on": on, "stamped_on": on}
    oral = {"on": on, "agreed": range(len(case.parties))}
    agreements.sign_agreement(
        draft, **(written if form == "written" else oral), base_version=draft.version, by=by, key=once.new_key()
    )
    return Agreement.objects.select_related("case__area").get(pk=draft.pk)


def finish(agreement, by, *, state="kept"):
    """Answer all promises and follow-ups of `agreement`."""
    today = timezone.localdate()
    for one in agreement.promises.filter(done_on=None):
        agreements.answer_promise(one, state=state, on=today, words="收条", by=by)
    for one in agreement.followups.filter(done_on=None).select_related("agreement__case"):
        said = {"result": state, "next_step": "" if state == "kept" else "court"}
        followups.answer_followup(one, on=today, words="问过", by=by, **said)
