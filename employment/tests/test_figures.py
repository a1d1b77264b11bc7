"""Figures of job support: each is the number of rows of the list that it opens, and they agree with each other."""

import random
from datetime import date, datetime, time, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from employment.after import MONTHS, StillWorks
from employment.event_enums import EventKind
from employment.figure_resources import JobFigureLedger
from employment.figures import FIGURES, figures_of
from employment.models import Post
from employment.tests.event_factories import (
    AttendanceFactory,
    CourseCertificateFactory,
    EventFactory,
    IntentionFactory,
    SessionFactory,
    SignupFactory,
    StallFactory,
    StallPostFactory,
    WalkInFactory,
)
from employment.tests.factories import (
    ApplicationFactory,
    DifficultyFactory,
    EmployerFactory,
    FollowUpFactory,
    LoanFactory,
    PostFactory,
    SeekerFactory,
    application_at,
    follow_up_in,
    seeker_at,
    startup_at,
)
from fedhub.areas.tests.factories import place
from fedhub.core.testing.queries import queries_beyond
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("employment:figures")
# What is added up, as a line of the list says it.
SHOWN = {
    "vacancies": lambda line: int(line.left.split(" / ")[1]),
    "startups_employ": lambda line: int(line.employs.removesuffix(" 人")),
    "loan_amount": lambda line: int(line.amount.replace(",", "")),
}
SHELL = "/safety/help/"
MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)
ASKED = {"since": "2025-03", "until": "2025-04"}
CODES = ["91350100M000100Y43", "91110000802100433B"]


def at(day):
    """Noon of a day here."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def some_day(dice):
    return date(2025, 2, 1) + timedelta(days=dice.randrange(120))


def world(seed, grids, by):
    """A few months of job support in `grids` of a community, by a dice of its own."""
    dice = random.Random(seed)  # noqa: S311 - a made-up world
    home = grids[0].parent
    posts = [
        PostFactory(
            employer=EmployerFactory(area=home, code=CODES[n % 2], name=f"单位{n % 2}"), total=dice.randint(1, 4),
            published_on=some_day(dice), state=dice.choice(["open", "filled", "closed"]), keeper=by,
        )
        for n in range(4)
    ]  # fmt: skip
    people = [ResidentFactory(area=dice.choice(grids), birth="1985-01-01") for _ in range(6)]
    for person in people:
        seeker = seeker_at(
            dice.choice(["registered", "active", "employed", "stable", "closed"]), resident=person, lead=by,
            registered_on=some_day(dice),
        )  # fmt: skip
        if dice.random() < 0.5:
            DifficultyFactory(seeker=seeker, valid_from=some_day(dice), recorded_by=by)
        for post in dice.sample(posts, 2):
            facts = {"seeker": seeker, "post": post, "recommended_on": some_day(dice), "recommended_by": by}
            if dice.random() < 0.4:
                ApplicationFactory(**facts, interview_on=dice.choice([None, date(2025, 6, 1)]))
                continue
            hired = application_at("hired", **facts)
            lasts = dice.choice([0, *MONTHS])
            for month in MONTHS:
                done = {"done_on": date(2025, 5, 1), "done_by": by}
                works = {"state": "done", "works": StillWorks.SAME if month <= lasts else StillWorks.LOST, **done}
                FollowUpFactory(
                    application=hired, month=month, due_on=some_day(dice),
                    **(works if month <= lasts or dice.random() < 0.5 else {"state": dice.choice(["due", "dropped"])}),
                )  # fmt: skip
        if dice.random() < 0.6:
            business(dice, seeker, by)
    for kind in EventKind:
        event = EventFactory(
            area=home, kind=kind, first_on=some_day(dice), signup_from=MARCH, signup_until=date(2026, 1, 1)
        )
        sessions = [SessionFactory(event=event, starts=time(hour), ends=time(hour + 1)) for hour in (9, 14)]
        comers = [SignupFactory(event=event, resident=one) for one in dice.sample(people, 4)] + [
            WalkInFactory(event=event)
        ]
        for comer in comers:
            for session in dice.sample(sessions, dice.randint(1, 2)):
                AttendanceFactory(signup=comer, session=session, came_at=at(some_day(dice)))
        if kind == EventKind.COURSE:
            CourseCertificateFactory(signup=comers[0], issued_on=some_day(dice))
        if kind == EventKind.FAIR:
            stall = StallFactory(event=event, employer=posts[0].employer)
            for post in posts[0::2]:
                offered = StallPostFactory(stall=stall, post=post)
                for comer in comers:
                    IntentionFactory(
                        stall_post=offered, signup=comer, kind=dice.choice(["cv", "intent"]), on=some_day(dice),
                        recorded_by=by,
                    )  # fmt: skip


def business(dice, seeker, by):
    """A start-up of hers, asked after, with up to two loans."""
    state = dice.choice(["running", "running", "ended"])
    begun = startup_at(
        state, seeker=seeker, started_on=some_day(dice), employs=dice.randrange(4), recorded_by=by,
    )  # fmt: skip
    for month in dice.sample(MONTHS, 2):
        FollowUpFactory(
            startup=begun, month=month, due_on=some_day(dice), state="done", works=dice.choice(StillWorks.values),
            done_on=date(2025, 5, 1), done_by=by,
        )  # fmt: skip
    for _ in range(dice.randrange(3)):
        void = {"void_on": APRIL, "void_why": "登错了"} if dice.random() < 0.2 else {}
        LoanFactory(startup=begun, amount=dice.randint(1, 30) * 10_000, lent_on=some_day(dice), recorded_by=by, **void)


def numbers(user, since=MARCH, until=APRIL, code=""):
    return {figure.key: number for figure, number in figures_of(user, since, until, code)}


def holds(n):
    """The relations between figures that must hold on any data."""
    chains = [
        ["registered", "difficult", "placed_difficult"], ["registered", "placed", "stable"], ["placed", "placed_difficult"],
        ["vacancies", "published", "offering"], ["sent", "invited"],
        ["sent", "hired", *(f"kept{month}" for month in MONTHS)], ["asked", "answered", "working"], ["came", "people"],
        *(["people", f"people_{kind}"] for kind in EventKind), ["papers", "intents", "fair_hired", "fair_kept"],
        ["startups", *(f"lasts{month}" for month in MONTHS)], ["startups", "startups_running"],
        ["loan_amount", "loans", "borrowers"],
    ]  # fmt: skip
    broken = [chain for chain in chains if [n[k] for k in chain] != sorted((n[k] for k in chain), reverse=True)]
    sums = n["working"] == sum(n[f"working{month}"] for month in MONTHS)
    return broken == [] and sums and n["people"] <= sum(n[f"people_{kind}"] for kind in EventKind)


@pytest.mark.parametrize("seed", range(4))
def test_the_figures_agree_on_any_data_and_each_opens_the_rows_it_counts(client, chair, grid, other_grid, seed):
    world(seed, [grid, other_grid], chair)
    found = numbers(chair)
    context = client.get(PAGE, ASKED).context

    wrong = []
    for _, lines in context["groups"]:
        for figure, number, url in lines:
            rows = client.get(url).context["page"]
            counted = rows.total
            if figure.sums:
                counted = sum(SHOWN[figure.key](line) for line in client.get(f"{url}&state=").context["page"].rows)
            if counted != number or number != found[figure.key]:
                wrong.append((figure.key, number, counted))
    assert wrong == []
    assert holds(found)
    assert found["came"] > 0
    assert found["sent"] > 0
    assert found["loan_amount"] > 0


@pytest.mark.parametrize("seed", range(2))
def test_the_figures_of_the_grids_add_up_to_those_of_the_community(chair, grid, other_grid, seed):
    world(seed, [grid, other_grid], chair)
    whole = numbers(chair, code=grid.parent.code)
    first, second = (numbers(chair, code=one.code) for one in (grid, other_grid))

    # Who came from the street and is not found yet is of the place of the event.
    known = {
        "registered",
        "difficult",
        "placed",
        "sent",
        "hired",
        "kept1",
        "asked",
        "answered",
        "working",
        "certified",
        "startups",
        "startups_employ",
        "loans",
        "loan_amount",
    }
    assert whole == numbers(chair)
    assert {key: first[key] + second[key] for key in known} == {key: whole[key] for key in known}
    # What belongs to the community is of no grid alone.
    assert set(whole) - set(first) == {
        "offering",
        "published",
        "vacancies",
        "held_fair",
        "held_lecture",
        "held_course",
    }


def test_the_figures_of_march_as_counted_by_hand(chair, grid, other_grid):
    her, other = (ResidentFactory(area=one, birth="1985-01-01") for one in (grid, other_grid))
    seeker = seeker_at("employed", resident=her, registered_on=date(2025, 3, 31))
    DifficultyFactory(seeker=seeker, valid_from=date(2025, 3, 31))
    SeekerFactory(resident=other, registered_on=APRIL)
    post = PostFactory(employer__area=grid.parent, total=3, published_on=MARCH, state="closed")
    hired = application_at("hired", seeker=seeker, post=post, recommended_on=MARCH)
    FollowUpFactory(
        application=hired, month=3, due_on=date(2025, 3, 9), state="done", works="moved", done_on=APRIL, done_by=chair
    )
    shop = startup_at("running", seeker=seeker, started_on=MARCH, employs=2)
    startup_at("ended", seeker=seeker, started_on=date(2025, 3, 31), employs=9)
    for month, works in ((1, "same"), (6, "lost")):
        FollowUpFactory(startup=shop, month=month, state="done", works=works, done_on=APRIL, done_by=chair)
    for amount, lent_on in ((200_000, MARCH), (50_000, date(2025, 3, 31)), (1, APRIL)):
        LoanFactory(startup=shop, amount=amount, lent_on=lent_on)
    LoanFactory(startup=shop, lent_on=MARCH, void_on=APRIL, void_why="登错了")
    event = EventFactory(area=grid.parent, kind="fair", first_on=MARCH, signup_from=MARCH, signup_until=MARCH)
    comer = SignupFactory(event=event, resident=her)
    for hour in (9, 14):
        session = SessionFactory(event=event, starts=time(hour), ends=time(hour + 1))
        AttendanceFactory(signup=comer, session=session, came_at=at(date(2025, 3, 31)))
    wanted = StallPostFactory(stall__event=event, stall__employer=post.employer, post=post)
    IntentionFactory(stall_post=wanted, signup=comer, on=MARCH)

    assert {key: n for key, n in numbers(chair, MARCH, MARCH).items() if n} == {
        "registered": 1, "difficult": 1, "placed": 1, "placed_difficult": 1, "offering": 1, "published": 1, "vacancies": 3,
        "sent": 1, "hired": 1, "kept1": 1, "kept3": 1, "asked": 1, "answered": 1, "working": 1, "working3": 1,
        "held_fair": 1, "came": 2, "people": 1, "people_fair": 1, "papers": 1, "intents": 1, "fair_hired": 1, "fair_kept": 1,
        "startups": 2, "lasts1": 1, "startups_running": 1, "startups_employ": 2, "loans": 2, "borrowers": 1,
        "loan_amount": 250_000,
    }  # fmt: skip


def test_a_worker_counts_only_her_grid_and_no_certificate_without_the_right(client, worker, chair, grid, other_grid):
    for one in (grid, other_grid):
        seeker_at("active", resident__area=one, registered_on=MARCH)

    assert numbers(worker)["registered"] == 1
    assert numbers(chair)["registered"] == 2
    assert "certified" not in numbers(worker)
    assert client.get(PAGE).context["export_url"] == ""


def test_a_figure_of_a_grid_out_of_scope_or_of_letters_counts_what_she_sees(client, worker, grid, other_grid):
    seeker_at("active", resident__area=grid, registered_on=MARCH)

    for odd in (other_grid.pk, "²", "abc", 10**30):
        page = client.get(PAGE, {"since": "2025-03", "until": "x", "area": odd})
        assert (page.status_code, page.context["place"]) == (200, "")


def test_who_sees_no_job_support_has_no_figures(client, auditor):
    for name in ("figures", "attendance_list", "intention_list"):
        assert client.get(reverse(f"employment:{name}")).status_code == 404


def test_a_stranger_counts_nothing_of_ours(as_user, chair, stranger, grid, other_grid):
    world(1, [grid, other_grid], chair)

    assert set(numbers(stranger).values()) == {0}
    for name in ("attendance_list", "intention_list"):
        assert as_user(stranger).get(reverse(f"employment:{name}")).context["page"].rows == []


# --- the file -----------------------------------------------------------------------------------------------------------
def test_the_file_holds_a_line_a_community_with_the_numbers_of_the_page(chair, data_officer, grid, other_grid):
    world(2, [grid, other_grid], chair)
    filters = {"since": "2025-03-01", "until": "2025-04-01"}
    ledger = JobFigureLedger()

    (row,) = ledger.iter_records(ledger.get_rows(data_officer, filters), filters | {"reader": data_officer})

    assert row == {"name": grid.parent.name} | numbers(chair)
    assert set(row) == {"name", *FIGURES}
    assert ledger.narrowed(filters)[0] == "2025年3月至4月"


def test_the_export_of_the_page_comes_as_a_workbook(client, chair, grid):
    seeker_at("active", resident__area=grid, registered_on=MARCH)
    page = client.get(PAGE, ASKED)
    url = page.context["export_url"]
    form = client.get(url)

    assert unescape(url) in unescape(page.content.decode())
    assert (form.context["form"]["since"].value(), form.context["form"]["until"].value()) == ("2025-03", "2025-04")
    answer = client.post(
        url.split("?")[0], {"mode": "masked", "since": "2025-03", "until": "2025-04", "purpose": "月报"}
    )
    assert answer.headers["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# --- the lists ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_attendance_list_costs_the_same_for_any_number_of_rows(client, worker, grid, rows):
    event = EventFactory(area=grid.parent)
    session = SessionFactory(event=event)
    for _ in range(rows):
        AttendanceFactory(signup=SignupFactory(event=event, resident__area=grid), session=session)

    page, queries = queries_beyond(client, reverse("employment:attendance_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_intention_list_costs_the_same_for_any_number_of_rows(client, worker, grid, rows):
    wanted = StallPostFactory(stall__event__area=grid.parent, stall__employer__area=grid.parent)
    for _ in range(rows):
        IntentionFactory(stall_post=wanted, signup__resident__area=grid)

    page, queries = queries_beyond(client, reverse("employment:intention_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


def test_a_list_without_a_figure_is_narrowed_by_months_and_place(client, chair, grid, other_grid):
    march = follow_up_in(grid, due_on=date(2025, 3, 31))
    follow_up_in(grid, due_on=APRIL)
    follow_up_in(other_grid, due_on=date(2025, 3, 31))
    page = client.get(reverse("employment:followup_list"), {"since": "2025-03", "until": "2025-03", "area": grid.pk})

    assert page.context["page"].total == 1
    assert march.get_absolute_url() in page.content.decode()


@pytest.mark.parametrize("months", [{}, {"since": "2025-03"}, {"until": "2025-03"}, {"since": "x", "until": "y"}])
def test_a_figure_asked_for_without_its_months_is_that_of_all_days(client, chair, grid, months):
    DifficultyFactory(seeker=(seeker := SeekerFactory(resident__area=grid, registered_on=MARCH)), valid_from=MARCH)

    pages = {
        key: client.get(reverse(f"employment:{one.opens}"), {"figure": key} | months) for key, one in FIGURES.items()
    }

    assert {key: page.status_code for key, page in pages.items()} == dict.fromkeys(FIGURES, 200)
    assert pages["difficult"].context["page"].total == 1, seeker


def test_a_unit_lies_in_its_grid(client, chair, grid):
    unit = place(f"{grid.code}01", "第一单元", "unit", grid)
    seeker_at("active", resident__area=unit, registered_on=MARCH)

    assert numbers(chair, code=grid.code)["registered"] == 1


def test_who_looks_after_another_community_has_its_own_numbers(community, stranger):
    PostFactory(employer__area=community, published_on=MARCH)
    other = user_with(Role.CHAIR, community, username="second")

    assert numbers(other)["published"] == Post.objects.count() == 1
    assert numbers(stranger)["published"] == 0
