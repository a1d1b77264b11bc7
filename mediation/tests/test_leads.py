"""Leads: who sees them, what is written, the four numbers, and nothing that tells of violence."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import user_with, with_authenticator
from fedhub.core.models import AuditEvent, OnceKey, SealedEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.testing.twins import bare
from mediation.enums import Conflict, Count, LeadState
from mediation.forms.leads import LeadFilterForm
from mediation.models import Lead, LeadBar, LeadEntry
from mediation.queries import due_count, numbers, people_to_give
from mediation.services import leads as acts
from mediation.tests.factories import WORDS, a_lead, a_mediator, body_of, lead_at
from safety.models import RiskReport
from safety.tests.factories_file import proved

pytestmark = pytest.mark.django_db
today = timezone.localdate
SHELL, LEADS = "/safety/help/", "/mediation/leads/"


@pytest.fixture
def mediator(community):
    """调解员 of the community with an account."""
    user = user_with(Role.MEDIATOR, community, username="mediator", name="郑和")
    a_mediator(community, user=user)
    return user


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def page_of(lead):
    return reverse("mediation:lead_detail", args=[lead.pk])


def act_url(lead, kind):
    return reverse("mediation:lead_act", args=[lead.pk, kind])


# --- sealed ----------------------------------------------------------------------------------------------------------
def test_nobody_s_name_and_no_words_lie_in_clear(grid, chair):
    lead = lead_at("closed", grid, chair)
    raw = b""
    with connection.cursor() as cursor:
        for table in ("mediation_lead", "mediation_leadentry", "core_sealedevent"):
            cursor.execute(f"SELECT * FROM {table}")
            raw += b"|".join(
                bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for row in cursor for v in row
            )

    assert lead.party_names == "李丽"
    assert [word for word in ("李丽", WORDS, "谈开了", "各让一步", "和好了") if word.encode() in raw] == []


def test_acts_stand_in_the_sealed_trail_alone(grid, chair):
    lead_at("closed", grid, chair)

    assert AuditEvent.objects.filter(action__startswith="mediation.").count() == 0
    assert OnceKey.objects.count() == 0
    assert SealedEvent.objects.count() == 4


# --- who sees it ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "seen"),
    [("chair", 2), ("mediator", 1), ("worker", 0), ("committee", 0), ("stranger", 0), ("safety_officer", 0)],
)
def test_only_the_chair_and_whoever_was_given_it_see_a_lead(request, grid, chair, mediator, who, seen):
    a_lead(grid, chair, officer=mediator)
    a_lead(grid, chair)

    assert Lead.objects.visible_to(fresh(request.getfixturevalue(who))).count() == seen


def test_a_volunteer_records_and_sees_nothing_of_it(grid, community, as_user):
    volunteer = user_with(Role.VOLUNTEER, community, username="vol")
    client = as_user(volunteer)
    page = client.get("/mediation/leads/new/")
    sent = filled(page, area=grid.pk, kind="0101", level="yellow", first="李丽", second="张强", words=WORDS)

    answer = client.post("/mediation/leads/new/", sent)
    client.post("/mediation/leads/new/", sent)

    assert answer.headers["Location"] == "/mediation/leads/new/"
    assert [(one.party_names, one.recorded_by, one.state) for one in Lead.objects.all()] == [
        ("李丽、张强", volunteer, "new")
    ]
    assert client.get(LEADS).status_code == 404
    assert client.get(page_of(Lead.objects.get())).status_code == 404


def test_a_page_opens_only_after_a_second_factor(grid, chair, as_user):
    lead = a_lead(grid, chair)
    with_authenticator(chair)
    client = as_user(chair)

    assert (client.get(page_of(lead)).status_code, client.get(LEADS).status_code) == (302, 302)
    assert proved(client).get(page_of(lead)).status_code == 200


# --- conflicts of interest ------------------------------------------------------------------------------------------------
def test_neighbours_get_nothing_even_when_given_it(grid, chair, mediator, as_user):
    from households.tests.factories import HouseholdFactory, MembershipFactory  # noqa: PLC0415

    home, next_door = HouseholdFactory(area=grid), HouseholdFactory(area=grid)
    party = MembershipFactory(household=home).resident
    own = MembershipFactory(household=next_door).resident
    a_mediator(grid.parent, user=chair, resident=own)
    with_authenticator(chair)
    lead = a_lead(grid, mediator, party)

    assert LeadBar.objects.get().user == chair
    assert Lead.objects.visible_to(fresh(chair)).count() == 0
    assert list(people_to_give(lead)) == [mediator]
    with pytest.raises(ValidationError, match="要回避"):
        acts.assign_lead(lead, chair, by=mediator)
    assert proved(as_user(chair)).get(page_of(lead)).status_code == 404


def test_a_lead_looks_the_same_to_the_barred_as_one_that_is_not_there(grid, chair, mediator, as_user):
    lead = a_lead(grid, chair, officer=mediator)
    LeadBar.objects.create(lead=lead, user=mediator)
    with_authenticator(mediator)
    client = proved(as_user(mediator))

    there = [
        client.get(reverse(f"mediation:{n}", args=a))
        for n, a in (("lead_detail", [lead.pk]), ("lead_act", [lead.pk, "chat"]))
    ]
    gone = [
        client.get(reverse(f"mediation:{n}", args=a)) for n, a in (("lead_detail", [5]), ("lead_act", [5, "chat"]))
    ]

    assert [bare(one) for one in there] == [bare(one) for one in gone]
    assert due_count(fresh(mediator)) == 0


def test_of_two_who_assign_at_once_one_wins(grid, community, chair, mediator, as_user):
    other = user_with(Role.MEDIATOR, community, username="m2", name="沈芸")
    lead = a_lead(grid, chair)
    with_authenticator(chair)
    client, url = proved(as_user(chair)), reverse("mediation:lead_assign", args=[lead.pk])
    pages = [client.get(url) for _ in range(2)]

    first = client.post(url, filled(pages[0], person=mediator.pk))
    second = client.post(url, filled(pages[1], person=other.pk))

    assert (first.status_code, "刚才有人改过包案责任人" in second.content.decode()) == (302, True)
    assert fresh(lead).officer == mediator
    again = client.post(url, filled(client.get(url), person=other.pk))
    assert (again.status_code, fresh(lead).officer) == (302, other)


# --- what is written ---------------------------------------------------------------------------------------------------------
def test_a_lead_goes_its_way_in_the_browser(grid, chair, as_user):
    lead = a_lead(grid, chair)
    with_authenticator(chair)
    client = proved(as_user(chair))
    for kind, facts in (
        ("confirm", {"level": "red", "words": "两人都在"}),
        ("chat", {"words": "谈了一下午", "causes": ["02"], "cause": "没人帮着带孩子", "advice": "请婆婆搭把手"}),
        ("level", {"level": "green", "why": "一周没有再吵"}),
        ("close", {"words": "和好了"}),
    ):
        sent = filled(client.get(act_url(lead, kind)), **facts)
        assert client.post(act_url(lead, kind), sent).status_code == 302, kind
        # Sent twice it is written once.
        client.post(act_url(lead, kind), sent)

    lead = fresh(lead)
    assert (lead.state, lead.first_level, lead.level, lead.closed_on, lead.next_on) == (
        "closed", "red", "green", today(), today() + timedelta(days=30),
    )  # fmt: skip
    assert [(e.number, e.kind) for e in lead.entries.order_by("number")] == [
        (1, "step"), (2, "chat"), (3, "level"), (4, "step"),
    ]  # fmt: skip
    assert LeadEntry.objects.get(kind="chat").body["cause"] == "没人帮着带孩子"


@pytest.mark.parametrize("kind", ["confirm", "chat", "level", "outside", "close", "drop", "refer"])
def test_a_closed_lead_takes_nothing_by_its_addresses(grid, chair, as_user, kind):
    lead = lead_at("closed", grid, chair)
    with_authenticator(chair)
    client = proved(as_user(chair))
    facts = {"level": "red", "words": "x", "why": "x", "to": "court", "on": today().isoformat(), "causes": ["01"]}

    answer = client.post(act_url(lead, kind), facts)

    assert answer.status_code == 200
    assert (fresh(lead).state, lead.entries.count()) == ("closed", 3)


def test_no_lead_is_closed_without_a_talk(grid, chair):
    lead = lead_at("confirmed", grid, chair)

    with pytest.raises(ValidationError, match="谈心"):
        acts.close_lead(lead, on=today(), words="好了", by=chair)

    assert fresh(lead).state == LeadState.CONFIRMED


def test_advice_gives_up_no_police_and_no_court(grid, chair):
    lead = lead_at("confirmed", grid, chair)

    with pytest.raises(ValidationError, match="报警、起诉是当事人的权利"):
        acts.chat(lead, on=today(), words="谈", advice="双方承诺不再报警", by=chair)

    assert lead.entries.filter(kind="chat").count() == 0


def test_a_day_before_the_lead_or_after_today_is_refused(grid, chair):
    lead = a_lead(grid, chair)

    for day in (today() - timedelta(days=1), today() + timedelta(days=1)):
        with pytest.raises(ValidationError), transaction.atomic():
            acts.confirm_lead(lead, on=day, level="red", words="", by=chair)

    assert fresh(lead).state == LeadState.NEW


def test_the_next_contact_follows_the_level(grid, chair):
    lead = lead_at("confirmed", grid, chair, level="red")
    first = lead.next_on
    acts.set_level(lead, "yellow", on=today(), why="好些", by=chair)

    assert [first - today(), fresh(lead).next_on - today()] == [timedelta(days=7), timedelta(days=14)]


# --- violence ------------------------------------------------------------------------------------------------------------
def test_violence_makes_a_sealed_report_and_no_lead(grid, worker):
    facts = {"area": grid, "level": "red", "body": body_of("李丽"), "by": worker}

    acts.record_lead(**facts, kind="0101", violence=True, key="a")
    acts.record_lead(**facts, kind="0101", violence=True, key="a")
    acts.record_lead(**facts, kind="0112", key="b")

    reports = RiskReport.objects.all()
    assert Lead.objects.count() == 0
    assert [(r.source, r.subject["name"], r.text) for r in reports] == [("mediation", "李丽", WORDS)] * 2


def test_what_was_typed_goes_along_with_the_violence(grid, chair):
    body = body_of("李丽", contact="白天到单位找，不打家里电话", minors=True)
    acts.record_lead(area=grid, kind="0112", level="red", body=body, by=chair, key="a")
    lead = lead_at("confirmed", grid, chair, contact="微信不要发")
    acts.chat(lead, on=today(), words="他动手了", cause="喝酒", advice="先住娘家", violence=True, by=chair, key="b")

    assert sorted(r.text for r in RiskReport.objects.all()) == sorted([
        f"{WORDS}\n涉及：未成年人\n怎么联系才方便：白天到单位找，不打家里电话",
        "他动手了\n根源：喝酒\n建议：先住娘家\n怎么联系才方便：微信不要发",
    ])  # fmt: skip


def test_the_answer_to_whoever_records_is_the_same_with_violence(grid, community, as_user, noon):
    answers = []
    for name, extra in (("v1", {}), ("v2", {"violence": "on"})):
        client = as_user(user_with(Role.VOLUNTEER, community, username=name, name="王志愿"))
        sent = filled(client.get("/mediation/leads/new/"), area=grid.pk, kind="0101", first="李丽", words=WORDS)
        first = client.post("/mediation/leads/new/", {**sent, **extra})
        answers.append((bare(first), bare(client.get(first.headers["Location"])), bare(client.get("/"))))

    assert answers[0] == answers[1]
    assert (Lead.objects.count(), RiskReport.objects.count()) == (1, 1)


def test_a_lead_passed_on_tells_not_why(grid, chair, as_user, noon):
    with_authenticator(chair)
    client = proved(as_user(chair))
    pages = []
    for step in ("violence", "court"):
        lead = lead_at("confirmed", grid, chair)
        if step == "violence":
            acts.chat(lead, on=today(), words="他动手了", violence=True, by=chair)
        else:
            acts.refer_lead(lead, to="court", by=chair)
        text = [
            bare(client.get(url)) for url in (page_of(lead), f"{LEADS}?state=referred", "/mediation/leads/figures/")
        ]
        pages.append([(s, where, page.replace(str(lead.pk), "N").replace(lead.code, "C")) for s, where, page in text])
        # One world for both: the first is taken away again.
        LeadEntry.objects.all().delete()
        Lead.objects.all().delete()

    assert pages[0] == pages[1]
    assert [r.text for r in RiskReport.objects.all()] == ["他动手了"]


def test_pages_of_the_micro_home_are_the_same_with_a_safety_file(grid, chair, safety_officer, mediator, as_user, noon):
    from safety.tests.factories_file import a_file  # noqa: PLC0415

    lead = a_lead(grid, chair, "王桂兰", officer=mediator)
    with_authenticator(mediator)
    client = proved(as_user(mediator))
    urls = [LEADS, page_of(lead), act_url(lead, "confirm"), "/mediation/people/", "/mediation/leads/new/", "/"]
    before = [bare(client.get(url)) for url in urls]
    a_file(grid, safety_officer)

    assert [bare(client.get(url)) for url in urls] == before


# --- the four numbers -------------------------------------------------------------------------------------------------------
@pytest.fixture
def counted(grid, chair):
    """Leads of every way that matters to the numbers, by name."""
    made = {
        "heard": lead_at("new", grid, chair),
        "green": lead_at("confirmed", grid, chair, level="green"),
        "running": lead_at("confirmed", grid, chair, level="red"),
        "settled": lead_at("closed", grid, chair, level="red"),
        "calmed": lead_at("confirmed", grid, chair, level="yellow"),
        "police": lead_at("confirmed", grid, chair, level="red"),
        "dropped": lead_at("dropped", grid, chair),
        "green_settled": lead_at("closed", grid, chair, level="green"),
        "just_settled": lead_at("closed", grid, chair, level="red"),
    }
    acts.set_level(made["calmed"], "green", on=today(), why="好了", by=chair)
    acts.went_outside(made["police"], on=today(), words="报了警", by=chair)
    acts.set_level(made["police"], "green", on=today(), why="好了", by=chair)
    Lead.objects.exclude(calm_on=None).exclude(pk=made["just_settled"].pk).update(calm_on=today() - timedelta(days=30))
    for name in ("settled", "green_settled"):
        acts.look_again(made[name], on=today(), calm="yes", words="都好", by=chair)
    for name in ("calmed", "police"):
        acts.chat(made[name], on=today(), words="都好", by=chair)
    return made


NAMED = {
    Count.SCREENED: {"green", "running", "settled", "calmed", "police", "green_settled", "just_settled"},
    Count.EARLY: {"green", "green_settled"},
    Count.PREVENTED: {"settled", "calmed"},
    Count.RESOLVED: {"settled", "green_settled"},
}


@pytest.mark.parametrize("count", list(Count))
def test_each_number_is_its_definition_and_opens_as_a_list(counted, chair, as_user, count):
    with_authenticator(chair)
    client = proved(as_user(chair))
    figures = client.get("/mediation/leads/figures/").context["lines"]
    label, words, number, url = figures[list(Count).index(count)]
    rows = client.get(url).context["page"].rows
    keys = {lead.pk: name for name, lead in counted.items()}

    assert {keys[row.id] for row in rows} == NAMED[count]
    assert number == len(NAMED[count])


def test_numbers_are_those_of_the_days_asked(grid, chair):
    lead = a_lead(grid, chair, days=400)
    acts.confirm_lead(lead, on=today(), level="green", words="", by=chair)

    year = numbers(fresh(chair), since=today() - timedelta(days=365), until=today())
    ever = numbers(fresh(chair), since=today() - timedelta(days=500), until=today())
    assert ([n for *_, n in year], [n for *_, n in ever]) == ([0, 0, 0, 0], [1, 1, 0, 0])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE mediation_lead SET state = 'closed'",
        "UPDATE mediation_lead SET confirmed_on = '2026-01-01'",
        "UPDATE mediation_lead SET state = 'x'",
    ],
)
def test_the_database_holds_no_lead_closed_or_confirmed_by_hand(grid, chair, sql):
    a_lead(grid, chair)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("act", ["level", "close", "look", "flare"])
def test_no_step_that_numbers_rest_on_lies_before_what_was_written_last(grid, chair, act):
    lead, day = a_lead(grid, chair, level="red", days=60), lambda n: today() - timedelta(days=n)
    acts.confirm_lead(lead, on=day(50), level="red", words="在家", by=chair)
    acts.chat(lead, on=day(20), words="谈开了", advice="各让一步", by=chair)
    if act in ("look", "flare"):
        acts.close_lead(lead, on=day(10), words="和好了", by=chair)
    steps = {
        "level": lambda on: acts.set_level(lead, "green", on=on, why="好些", by=chair),
        "close": lambda on: acts.close_lead(lead, on=on, words="和好了", by=chair),
        "look": lambda on: acts.look_again(lead, on=on, calm="yes", words="都好", by=chair),
        "flare": lambda on: acts.look_again(lead, on=on, calm="no", words="又吵", by=chair),
    }
    last = 10 if act in ("look", "flare") else 20
    before = lead.entries.count()
    for n in (55, 45, last + 1):
        with pytest.raises(ValidationError, match="不早于核实和上一次记录的日期") as caught:
            steps[act](day(n))
        assert list(caught.value.message_dict) == ["on"]
    assert lead.entries.count() == before
    if act == "look":
        Lead.objects.filter(pk=lead.pk).update(calm_on=day(40))
    steps[act](day(last))

    assert lead.entries.count() > before
    assert {"level": fresh(lead).calm_on, "close": fresh(lead).closed_on}.get(act, day(20)) == day(20)
    assert (Lead.objects.prevented().count(), Lead.objects.resolved().count()) == ((1, 1) if act == "look" else (0, 0))


# --- looking again -------------------------------------------------------------------------------------------------------------
def test_a_settled_lead_waits_for_somebody_to_look_again(grid, chair, as_user):
    lead = lead_at("closed", grid, chair, level="red", officer=chair)
    with_authenticator(chair)
    client = proved(as_user(chair))
    url = act_url(lead, "look")
    early = client.post(url, filled(client.get(url), calm="yes", words="都好")).content.decode()
    Lead.objects.filter(pk=lead.pk).update(calm_on=today() - timedelta(days=30), next_on=today())
    waits = due_count(fresh(chair)), client.get(f"{LEADS}?state=look").content.decode().count('scope="row"')

    sent = filled(client.get(url), calm="yes", words="都好")
    client.post(url, sent)
    client.post(url, sent)

    assert ("平稳不满 30 天" in early, waits) == (True, (1, 1))
    assert (fresh(lead).observed_on, fresh(lead).next_on, due_count(fresh(chair))) == (today(), None, 0)
    assert lead.entries.filter(kind="look").count() == 1


def test_what_flared_up_again_is_taken_up_again(grid, chair):
    lead = lead_at("closed", grid, chair, level="red")

    acts.look_again(lead, on=today(), calm="no", words="又吵", by=chair, key="k")
    acts.look_again(lead, on=today(), calm="no", words="又吵", by=chair, key="k")

    lead = fresh(lead)
    assert (lead.state, lead.calm_on, lead.observed_on, lead.closed_on) == ("confirmed", None, None, None)
    assert lead.entries.filter(kind="look").count() == 1
    with pytest.raises(ValidationError, match="办结以后"):
        acts.look_again(lead, on=today(), calm="yes", words="", by=chair)


def test_a_level_that_rises_takes_the_calm_back(grid, chair):
    lead = lead_at("confirmed", grid, chair, level="yellow")
    acts.set_level(lead, "green", on=today(), why="好些", by=chair)
    Lead.objects.filter(pk=lead.pk).update(calm_on=today() - timedelta(days=31))
    acts.chat(lead, on=today(), words="都好", by=chair)
    before = Lead.objects.prevented().count()

    acts.set_level(lead, "red", on=today(), why="又吵", by=chair)

    assert (before, Lead.objects.prevented().count(), fresh(lead).calm_on) == (1, 0, None)


def test_nobody_types_a_number_into_the_database(grid, chair):
    lead_at("closed", grid, chair, level="red")

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE mediation_lead SET observed_on = calm_on")


# --- lists, paper ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number(grid, chair, as_user, rows):
    with_authenticator(chair)
    for _ in range(rows):
        a_lead(grid, chair)

    page, queries = queries_beyond(proved(as_user(chair)), reverse("mediation:lead_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


@pytest.mark.parametrize(
    "query", ["state=x", "level=9", "count=zz", "since=yesterday", "until=2026-13-99", "after=###", "mine=1"]
)
def test_odd_filters_filter_nothing(grid, chair, as_user, query):
    a_lead(grid, chair)
    with_authenticator(chair)
    client = proved(as_user(chair))

    assert client.get(f"{LEADS}?{query}").status_code == 200
    assert client.get(f"/mediation/leads/figures/?{query}").status_code == 200
    assert client.get(f"/mediation/leads/ledger/?{query}").status_code == 200


def test_the_ledger_on_paper_is_a_right_and_leaves_a_trace(grid, chair, mediator, as_user):
    lead = lead_at("closed", grid, chair)
    with_authenticator(chair)
    with_authenticator(mediator)
    before = SealedEvent.objects.count()

    text = proved(as_user(chair)).get("/mediation/leads/ledger/?state=all").content.decode()

    assert [words in text for words in ("李丽", WORDS, "性格不合、沟通少", "各让一步", "夫妻关系")] == [True] * 5
    assert SealedEvent.objects.count() == before + 1
    assert proved(as_user(mediator)).get("/mediation/leads/ledger/").status_code == 404
    assert lead.parties == [{"name": "李丽", "resident": None}]


def test_titles_name_nobody(grid, chair, as_user):
    lead = a_lead(grid, chair)
    with_authenticator(chair)
    client = proved(as_user(chair))
    pages = [client.get(url).content.decode() for url in (LEADS, page_of(lead), act_url(lead, "chat"))]

    assert ["李丽" in page.split("<title>")[1].split("</title>")[0] for page in pages] == [False] * 3


def test_a_filter_says_how_its_number_is_counted(chair):
    form = LeadFilterForm({"count": "prevented"}, user=chair)
    form.is_valid()

    assert "没有到过公安、法院" in form.count_words
    assert Conflict.BUILDING.label == "和当事人住同一栋楼"
    assert User.objects.filter(pk=chair.pk).exists()


def test_the_list_leads_to_a_new_one_and_to_paper(grid, chair, as_user):
    with_authenticator(chair)
    text = proved(as_user(chair)).get(f"{LEADS}?level=red").content.decode()

    assert (
        'btn-primary" href="/mediation/leads/new/"' in text,
        'href="/mediation/leads/ledger/?level=red"' in text,
    ) == (True, True)
