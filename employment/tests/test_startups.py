"""Start-ups and their loans: written down from her registration, asked after as a job is, and counted."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from concerns.models import Concern
from concerns.tests.factories import concern_at
from employment.flow import seeker_flow
from employment.models import FollowUp, Seeker, Startup, StartupLoan
from employment.services.followups import record_follow_up
from employment.services.seekers import close_seeker, into_employment
from employment.services.startups import add_loan, end_startup, register_startup, void_loan
from employment.tests.factories import (
    FollowUpFactory,
    LoanFactory,
    SeekerFactory,
    StartupFactory,
    follow_up_in,
    seeker_at,
    startup_at,
)
from fedhub.core.flow import FlowError
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.reference.calendar import add_months
from hardship.tests.factories import file_at
from households.tests.factories import MembershipFactory, ResidentFactory
from safety.models import RiskReport

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
DAY = timedelta(days=1)
CODE = "91350100M000100Y43"


def today():
    return timezone.localdate()


def url(name, *args):
    return reverse(f"employment:{name}", args=args)


def shop(grid, **facts):
    """A start-up of somebody who lives in `grid`."""
    return StartupFactory(seeker=seeker_at("employed", resident__area=grid), **facts)


# --- written down -------------------------------------------------------------------------------------------------------
def test_a_start_up_is_written_down_and_four_follow_ups_are_made(client, worker, grid):
    seeker = seeker_at("active", resident__area=grid)
    page = client.get(url("startup_create", seeker.pk))
    said = {"kind": "sole", "trade": "早餐店", "name": "小莉早点", "licence": CODE.lower(), "started_on": f"{today()}",
            "employs": "2"}  # fmt: skip
    answer = client.post(url("startup_create", seeker.pk), filled(page, **said))

    one = Startup.objects.get()
    seeker.refresh_from_db()
    assert answer.headers["Location"] == one.get_absolute_url()
    assert (one.seeker, one.kind, one.name, one.licence, one.employs, one.state, one.recorded_by) == (
        seeker, "sole", "小莉早点", CODE, 2, "running", worker,
    )  # fmt: skip
    assert (seeker.state, seeker.occupation) == ("employed", "flexible")
    assert list(FollowUp.objects.order_by("month").values_list("startup", "application", "month", "due_on")) == [
        (one.pk, None, month, add_months(today(), month)) for month in (1, 3, 6, 12)
    ]


def test_the_concern_that_brought_her_here_is_answered(worker, grid):
    concern = concern_at("accepted", area=grid, resident=ResidentFactory(area=grid, birth="1985-01-01"), topic="1")
    seeker = into_employment(concern, by=worker)
    register_startup(StartupFactory.build(seeker=seeker, recorded_by=None), by=worker)

    concern.refresh_from_db()
    assert (concern.status, concern.outcome) == ("answered", "solved")


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"started_on": today() + DAY}, "started_on"), ({"licence": CODE[:-1] + "4"}, "licence"), ({"trade": ""}, "trade"),
     ({"kind": "odd"}, "kind")],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words_at_its_field(worker, facts, field):
    one = StartupFactory.build(seeker=SeekerFactory(), recorded_by=None, **facts)

    with pytest.raises(ValidationError) as caught:
        register_startup(one, by=worker)
    assert list(caught.value.message_dict) == [field]
    assert Startup.objects.count() == FollowUp.objects.count() == 0


def test_nobody_under_sixteen_and_nobody_off_the_books_begins_one(worker):
    child = seeker_at("registered", resident__birth=f"{today().year - 15}-01-01")
    gone = seeker_at("closed")

    for seeker, words in ((child, "16"), (gone, "已经注销")):
        with pytest.raises(ValidationError, match=words):
            register_startup(StartupFactory.build(seeker=seeker, recorded_by=None), by=worker)


def test_the_form_sent_twice_makes_one(client, worker, grid):
    seeker = seeker_at("active", resident__area=grid)
    data = filled(
        client.get(url("startup_create", seeker.pk)), kind="stall", trade="卖菜", started_on=f"{today()}", employs="0"
    )
    for _ in range(2):
        client.post(url("startup_create", seeker.pk), data)

    assert (Startup.objects.count(), FollowUp.objects.count()) == (1, 4)


def test_of_two_who_change_one_the_second_is_shown_both(client, worker, grid):
    one = shop(grid)
    first, second = (client.get(url("startup_update", one.pk)) for _ in range(2))
    client.post(url("startup_update", one.pk), filled(first, trade="面馆"))
    clash = client.post(url("startup_update", one.pk), filled(second, trade="茶馆"))

    assert clash.status_code == 409
    assert Startup.objects.get().trade == "面馆"


# --- given up -----------------------------------------------------------------------------------------------------------
def test_one_that_is_given_up_is_asked_after_no_more_and_she_looks_again(client, worker, grid):
    one = shop(grid)
    FollowUpFactory(startup=one, month=6, due_on=today() + 90 * DAY)
    client.post(
        url("startup_end", one.pk), filled(client.get(url("startup_end", one.pk)), on=f"{today()}", why="loss")
    )

    one.refresh_from_db()
    seeker = Seeker.objects.get()
    assert (one.state, one.ended_on, one.end_why) == ("ended", today(), "loss")
    assert FollowUp.objects.get().state == "dropped"
    assert (seeker.state, seeker.occupation) == ("active", "lost")
    with pytest.raises(FlowError):
        end_startup(one, on=today(), why="loss", by=worker)


def test_who_still_has_another_job_or_business_does_not_look_again(worker, grid):
    job = follow_up_in(grid)
    one = StartupFactory(seeker=job.seeker)
    end_startup(one, on=today(), why="place", by=worker)
    two, three = (StartupFactory(seeker=seeker_at("stable", resident__area=grid)) for _ in range(2))
    Startup.objects.filter(pk=three.pk).update(seeker=two.seeker)
    end_startup(two, on=today(), why="place", by=worker)

    assert set(Seeker.objects.filter(pk__in=[job.seeker_id, two.seeker_id]).values_list("state", flat=True)) == {
        "employed", "stable",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("works", "state", "becomes"),
    [("same", "hired", "stable"), ("moved", "elsewhere", "stable"), ("lost", "hired", "active")],
)
def test_who_works_in_a_job_that_is_asked_after_no_more_does_not_look_again(worker, grid, works, state, becomes):
    job = follow_up_in(grid, month=12)
    since = {} if state == "hired" else {"hired_on": None}
    type(job.application).objects.filter(pk=job.application_id).update(state=state, **since)
    FollowUpFactory(
        application=job.application, month=6, state="done", done_on=today() - 90 * DAY, done_by=worker, works="same"
    )
    record_follow_up(FollowUp.objects.get(pk=job.pk), works="same", on=today(), by=worker)
    FollowUp.objects.filter(pk=job.pk).update(works=works)
    end_startup(StartupFactory(seeker=job.seeker), on=today(), why="place", by=worker)

    assert Seeker.objects.get(pk=job.seeker_id).state == becomes


def test_a_job_before_she_looked_again_is_no_work_of_today(worker, grid):
    job = follow_up_in(grid, month=12)
    record_follow_up(job, works="same", on=today(), by=worker)
    seeker = Seeker.objects.get(pk=job.seeker_id)
    seeker_flow.walk(seeker, "lose")
    one = register_startup(StartupFactory.build(seeker=seeker, recorded_by=None), by=worker)
    end_startup(one, on=today(), why="place", by=worker)

    assert Seeker.objects.get(pk=seeker.pk).state == "active"


def test_another_first_day_moves_what_is_still_to_be_asked(client, worker, grid):
    one = register_startup(
        StartupFactory.build(seeker=seeker_at("active", resident__area=grid), recorded_by=None), by=worker
    )
    asked = FollowUp.objects.get(month=1)
    FollowUp.objects.filter(pk=asked.pk).update(state="done", done_on=today(), done_by=worker, works="same")
    day = one.started_on - 40 * DAY
    client.post(url("startup_update", one.pk), filled(client.get(url("startup_update", one.pk)), started_on=f"{day}"))

    due = dict(FollowUp.objects.values_list("month", "due_on"))
    assert due == {1: asked.due_on} | {month: add_months(day, month) for month in (3, 6, 12)}
    assert {row.history.count() for row in FollowUp.objects.filter(state="due")} == {2}


@pytest.mark.parametrize("days", [1, -91])
def test_a_day_of_giving_up_that_cannot_be_is_refused(worker, days):
    with pytest.raises(ValidationError):
        end_startup(StartupFactory(), on=today() + days * DAY, why="loss", by=worker)


def test_off_the_books_nothing_is_asked_any_more(worker, grid):
    one = follow_up_in(grid)
    done = FollowUpFactory(startup=StartupFactory(seeker=one.seeker), month=1, state="due", due_on=today() + DAY)
    close_seeker(one.seeker, end_why="died", by=worker)

    assert set(FollowUp.objects.filter(pk__in=[one.pk, done.pk]).values_list("state", flat=True)) == {"dropped"}


# --- asked after --------------------------------------------------------------------------------------------------------
def test_the_follow_up_of_a_business_asks_in_its_own_words_and_its_need_becomes_a_concern(client, worker, grid):
    one = FollowUpFactory(startup=shop(grid, employs=1))
    page = client.get(url("followup_record", one.pk))
    form = page.context["form"]
    said = {"works": "same", "pay": "6000", "employs": "3", "problems": ["repay", "sales"], "note": "淡季"}
    client.post(url("followup_record", one.pk), filled(page, **said))

    one.refresh_from_db()
    assert (form["works"].label, form["pay"].label, "has_contract" in form.fields) == (
        "还在经营吗",
        "每月大约赚多少元",
        False,
    )
    assert [label for _, label in form.fields["works"].choices] == ["还在经营", "换了项目，还在经营", "不做了"]
    assert "拖欠、克扣工资" not in dict(form.fields["problems"].choices).values()
    assert (one.state, one.works_words, one.employs, one.problems) == ("done", "还在经营", 3, ["repay", "sales"])
    assert Startup.objects.get().employs == 3
    assert Concern.objects.get().title == "就业回访：还贷有困难、没有客源、销路"


def test_a_job_is_asked_after_as_before(client, worker, grid):
    form = client.get(url("followup_record", follow_up_in(grid).pk)).context["form"]

    assert ("employs" in form.fields, "has_contract" in form.fields, form["works"].label) == (
        False,
        True,
        "还在上班吗",
    )
    assert "资金周转困难" not in dict(form.fields["problems"].choices).values()


def test_six_months_make_it_stable_and_what_is_given_up_ends_by_itself(worker, grid):
    kept, lost = (FollowUpFactory(startup=shop(grid), month=month) for month in (6, 3))
    later = FollowUpFactory(startup=lost.startup, month=6, due_on=today() + 90 * DAY)
    record_follow_up(kept, works="same", on=today(), by=worker)
    record_follow_up(lost, works="lost", on=today(), by=worker)

    for row in (kept.seeker, lost.seeker, lost.startup, later):
        row.refresh_from_db()
    assert (kept.seeker.state, lost.seeker.state, later.state) == ("stable", "active", "dropped")
    assert (lost.startup.state, lost.startup.end_why, lost.startup.ended_on) == ("ended", "told", today())


def test_violence_in_a_business_lies_sealed_too(worker, grid):
    one = FollowUpFactory(startup=shop(grid))
    record_follow_up(one, works="same", on=today(), problems=["harassed", "money"], signs=["threat"], risk_text="收保护费",
                     to_concern=True, by=worker)  # fmt: skip

    assert RiskReport.objects.get().text == "收保护费\n骚扰\n单位：创业（个体工商户），岗位：早餐店"
    assert FollowUp.objects.get().problems == ["money"]


def test_a_business_that_lasts_is_proposed_to_the_file(as_user, chair, worker, grid):
    one = FollowUpFactory(startup=shop(grid), month=3)
    home = MembershipFactory(resident=one.seeker.resident, household__area=grid).household
    file = file_at("active", household=home, area=grid)
    record_follow_up(one, works="same", on=today(), by=worker)

    panel = as_user(chair).get(f"{file.get_absolute_url()}?tab=kept").content.decode()
    assert "早餐店，满 3 个月" in panel
    assert "还在经营" in panel


# --- loans --------------------------------------------------------------------------------------------------------------
def test_a_loan_is_written_down_and_a_wrong_one_struck_out(client, worker, grid):
    one = shop(grid)
    page = client.get(url("loan_create", one.pk))
    said = {"amount": "200000", "bank": "杭州联合银行", "lent_on": f"{today()}", "months": "36", "guarantee": "fund",
            "guarantor": "市担保公司"}  # fmt: skip
    client.post(url("loan_create", one.pk), filled(page, **said))
    loan = StartupLoan.objects.get()
    shown = client.get(one.get_absolute_url())

    assert (loan.amount, loan.bank, loan.months, loan.guarantee, loan.guarantor, loan.is_subsidised) == (
        200_000, "杭州联合银行", 36, "fund", "市担保公司", True,
    )  # fmt: skip
    assert (shown.context["total"], "市担保公司" in shown.content.decode()) == (200_000, False)
    client.post(url("loan_void", loan.pk), filled(client.get(url("loan_void", loan.pk)), why="登到别人名下了"))
    assert client.get(one.get_absolute_url()).context["total"] == 0
    with pytest.raises(ValidationError, match="已经作废"):
        void_loan(loan, why="再来", by=worker)


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"lent_on": today() + DAY}, "lent_on"), ({"guarantor": ""}, "guarantor"), ({"guarantee": "none"}, "guarantee"),
     ({"amount": 0}, "__all__"), ({"months": 121}, "__all__"), ({"bank": ""}, "bank")],
)  # fmt: skip
def test_a_loan_that_cannot_be_is_refused(worker, facts, field):
    loan = LoanFactory.build(startup=StartupFactory(), recorded_by=None, **facts)

    with pytest.raises(ValidationError) as caught:
        add_loan(loan, by=worker)
    assert field in caught.value.message_dict


def test_who_stands_for_a_loan_is_shown_with_a_reason(client, worker, grid):
    loan = LoanFactory(startup=shop(grid))

    assert "市担保公司" not in client.get(loan.get_absolute_url()).content.decode()


# --- pages --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", ["startup_list", "loan_list"])
def test_the_lists_cost_the_same_for_any_number_of_rows(client, worker, grid, name, rows):
    for _ in range(rows):
        LoanFactory(startup=shop(grid))

    page, queries = queries_beyond(client, url(name), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


@pytest.mark.parametrize(
    ("name", "query", "found"),
    [("startup_list", "", "甲乙丙"), ("startup_list", "?state=ended", "丙"), ("startup_list", "?kind=online", "乙"),
     ("startup_list", "?loan=yes", "甲"), ("startup_list", "?loan=no", "乙丙"), ("startup_list", "?q=赵小乙", "乙"),
     ("startup_list", "?since=2025-03&until=2025-03", "丙"), ("loan_list", "", "甲"), ("loan_list", "?state=void", "乙"),
     ("loan_list", "?state=all", "甲乙"), ("loan_list", "?bank=联合", "甲"), ("loan_list", "?bank=工商", "")],
)  # fmt: skip
def test_the_filters_of_the_lists(client, worker, grid, name, query, found):
    made = {
        letter: startup_at(
            "ended" if letter == "丙" else "running", kind="online" if letter == "乙" else "sole",
            started_on=date(2025, 3, 9) if letter == "丙" else today(),
            seeker=seeker_at("employed", resident__area=grid, resident__name=f"赵小{letter}"),
        )
        for letter in "甲乙丙"
    }  # fmt: skip
    LoanFactory(startup=made["甲"])
    LoanFactory(startup=made["乙"], void_on=today(), void_why="登错了")
    page = client.get(url(name) + query)
    titles = "".join(line.title for line in page.context["page"].rows)
    assert "&lt;" not in page.content.decode()

    assert "".join(letter for letter in "甲乙丙" if f"赵小{letter}" in titles) == found


def test_a_stranger_gets_nothing(as_user, stranger, grid):
    loan = LoanFactory(startup=shop(grid))
    client, one = as_user(stranger), loan.startup

    assert client.get(one.get_absolute_url()).status_code == 404
    for name, pk in (("startup_update", one.pk), ("startup_end", one.pk), ("loan_create", one.pk), ("loan_void", loan.pk),
                     ("startup_create", one.seeker_id)):  # fmt: skip
        assert client.get(url(name, pk)).status_code == 404
    assert [client.get(url(name)).context["page"].rows for name in ("startup_list", "loan_list")] == [[], []]


def test_what_was_done_is_in_the_audit_without_a_value(worker, grid):
    seeker = seeker_at("active", resident__area=grid)
    one = register_startup(StartupFactory.build(seeker=seeker, recorded_by=None), by=worker)
    add_loan(LoanFactory.build(startup=one, recorded_by=None), by=worker)
    end_startup(one, on=today(), why="loss", by=worker)

    found = AuditEvent.objects.filter(action__startswith="employment.startup.").order_by("pk")
    assert [row.action.rpartition(".")[2] for row in found] == ["register", "loan", "end"]
    assert "早餐店" not in str(list(found.values()))
    assert "200000" not in str(list(found.values()))


def test_her_registration_leads_to_it(client, worker, grid):
    one = shop(grid)
    page = client.get(one.seeker.get_absolute_url()).content.decode()

    assert f'href="{one.get_absolute_url()}"' in page
    assert f'href="{url("startup_create", one.seeker_id)}"' in page


@pytest.mark.parametrize(
    ("table", "change"),
    [("startup", "state = 'ended'"), ("startup", "state = 'odd'"), ("startup", "kind = 'odd'"),
     ("startup", "state = 'ended', ended_on = '2000-01-01', end_why = 'loss'"), ("startuploan", "amount = 0"),
     ("startuploan", "months = 121"), ("startuploan", "guarantee = 'odd'"), ("startuploan", "void_on = '2026-01-01'"),
     ("followup", "startup_id = NULL"), ("followup", "application_id = (SELECT id FROM employment_application)")],
)  # fmt: skip
def test_the_database_refuses(table, change):
    follow_up = FollowUpFactory(startup=(loan := LoanFactory()).startup)
    FollowUpFactory()
    row = {"startup": loan.startup, "startuploan": loan, "followup": follow_up}[table]

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE employment_{table} SET {change} WHERE id = %s", [row.pk])
