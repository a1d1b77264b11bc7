"""Job seekers: who may be registered, what is never asked, dated lines, the circle, concerns that come here."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from accounts.tests.factories import user_with
from concerns.routing import routes
from concerns.services.handling import route_concern
from concerns.tests.factories import ConcernFactory
from employment.ages import is_young_worker, latest_birth, least_age, too_young
from employment.enums import SeekerState
from employment.forms.seeker import SeekerForm
from employment.models import CirclePerson, Difficulty, Seeker, Skill
from employment.services.seekers import (
    add_difficulty,
    add_to_circle,
    answer_concerns_of,
    close_seeker,
    end_difficulty,
    into_employment,
    leave_circle,
    register_seeker,
    step_seeker,
)
from employment.tests.factories import (
    CirclePersonFactory,
    DifficultyFactory,
    SeekerFactory,
    SkillFactory,
    seeker_at,
)
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


def born(years, days=0):
    """The birth date of somebody who is `years` old in `days` days."""
    day = today() + days * DAY
    try:
        return day.replace(year=day.year - years).isoformat()
    except ValueError:
        # 29 February of a year that has none.
        return date(day.year - years, 3, 1).isoformat()


# --- age ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        ("2010-06-30", date(2026, 6, 29), 15),
        ("2010-06-30", date(2026, 6, 30), 16),
        ("2010-06", date(2026, 6, 29), 15),
        ("2010-06", date(2026, 6, 30), 16),
        ("2010", date(2026, 12, 30), 15),
        ("2010", date(2026, 12, 31), 16),
        ("2012-02", date(2028, 2, 28), 15),
        ("", date(2026, 1, 1), None),
    ],
)
def test_the_age_that_somebody_has_for_certain(birth, day, age):
    assert least_age(birth, day) == age


@given(st.dates(date(1940, 1, 1), date(2025, 12, 31)), st.dates(date(2026, 1, 1), date(2060, 1, 1)))
def test_a_date_known_in_part_never_makes_anybody_older(birth, day):
    whole = least_age(birth.isoformat(), day)

    assert least_age(birth.isoformat()[:7], day) <= whole
    assert least_age(birth.isoformat()[:4], day) <= least_age(birth.isoformat()[:7], day)
    assert latest_birth(birth.isoformat()[:7]) >= birth.isoformat()


def test_from_sixteen_to_seventeen_is_flagged():
    day = date(2026, 6, 30)

    assert [is_young_worker(b, day) for b in ("2010-07-01", "2010-06-30", "2008-07-01", "2008-06-30", "")] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert too_young("2010-06-30", day) == ""


@pytest.mark.parametrize("birth", [lambda: born(15), lambda: "", lambda: born(16, days=1)])
def test_nobody_under_sixteen_is_registered(worker, grid, birth):
    girl = ResidentFactory(area=grid, birth=birth())

    with pytest.raises(ValidationError, match="16 周岁"):
        register_seeker(Seeker(resident=girl, wanted=["shop"]), by=worker)
    assert Seeker.objects.count() == 0


def test_a_concern_of_a_child_does_not_open_a_registration(worker, grid):
    concern = ConcernFactory(area=grid, resident=ResidentFactory(area=grid, birth=born(14)))

    with pytest.raises(ValidationError, match="童工"):
        into_employment(concern, by=worker)


def test_a_paused_registration_is_not_taken_up_again_for_somebody_whose_birth_was_corrected(worker):
    seeker = seeker_at("paused", resident__birth=born(15))

    with pytest.raises(ValidationError, match="16 周岁"):
        step_seeker(seeker, "activate", by=worker)
    seeker.refresh_from_db()
    assert seeker.state == SeekerState.PAUSED


# --- what is never asked ------------------------------------------------------------------------------------------------
def test_neither_marriage_nor_children_are_asked_for():
    words = ["婚", "育", "孩", "子女", "孕", "marital", "child", "pregnan"]
    asked = [f"{name} {field.label} {field.help_text}" for name, field in SeekerForm.base_fields.items()]
    kept = [f"{field.name} {field.verbose_name}" for field in Seeker._meta.concrete_fields]

    assert [(text, word) for text in asked + kept for word in words if word in text] == []


# --- registering --------------------------------------------------------------------------------------------------------
def test_a_grid_worker_registers_her_on_the_page(client, worker, grid):
    resident = ResidentFactory(area=grid)
    url = f"{reverse('employment:seeker_create')}?resident={resident.pk}"
    answer = client.post(
        url, filled(client.get(url), wanted=["shop", "care"], free_from="08:30", free_until="11:30", walk_minutes="15",
                    limits="不能久站"),
    )  # fmt: skip

    seeker = Seeker.objects.get()
    assert answer.url == seeker.get_absolute_url()
    assert (seeker.resident, seeker.lead, seeker.created_by, seeker.wanted, seeker.state, seeker.limits) == (
        resident, worker, worker, ["shop", "care"], "registered", "不能久站",
    )  # fmt: skip
    assert seeker.hours_words == "08:30 以后，11:30 以前，周末不行"
    page = client.get(seeker.get_absolute_url())
    assert "不能久站" not in page.content.decode()
    assert [step.name for step in page.context["steps"]] == ["activate", "pause"]


def test_letters_and_hours_that_end_before_they_begin_come_back_with_a_sentence(client, worker, grid):
    url = f"{reverse('employment:seeker_create')}?resident={ResidentFactory(area=grid).pk}"
    data = filled(client.get(url), wanted=["shop", "care", "sew", "cook"], free_from="15:00", free_until="09:00",
                  walk_minutes="很远")  # fmt: skip
    page = client.post(url, data)

    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"wanted", "walk_minutes", "__all__"}
    assert Seeker.objects.count() == 0


def test_somebody_is_registered_once(worker, grid):
    seeker = SeekerFactory(resident__area=grid)

    with pytest.raises(ValidationError, match="已经有求职登记"):
        register_seeker(Seeker(resident=seeker.resident, wanted=["shop"]), by=worker)
    close_seeker(seeker, end_why="wish", by=worker)
    assert register_seeker(Seeker(resident=seeker.resident, wanted=["shop"]), by=worker).pk != seeker.pk


def test_two_editors_of_one_registration_see_both_texts(client, worker, grid):
    seeker = SeekerFactory(resident__area=grid, lead=worker)
    url = reverse("employment:seeker_update", args=[seeker.pk])
    first = filled(client.get(url), pay_from="3000")
    second = filled(client.get(url), pay_from="4000")
    client.post(url, first)

    page = client.post(url, second)

    seeker.refresh_from_db()
    assert (page.status_code, seeker.pay_from) == (409, 3000)


def test_the_steps_of_the_page_and_no_other(client, worker, grid):
    seeker = SeekerFactory(resident__area=grid)
    for step, state in [("activate", "active"), ("pause", "paused")]:
        client.post(reverse("employment:seeker_step", args=[seeker.pk, step]))
        seeker.refresh_from_db()
        assert seeker.state == state

    assert client.post(reverse("employment:seeker_step", args=[seeker.pk, "employ"])).status_code == 404
    assert client.get(reverse("employment:seeker_step", args=[seeker.pk, "activate"])).status_code == 405
    client.post(reverse("employment:seeker_close", args=[seeker.pk]), {"end_why": "moved"})
    seeker.refresh_from_db()
    assert (seeker.state, seeker.ended_on, seeker.end_why) == ("closed", today(), "moved")


def test_whoever_opens_the_page_is_written_down(client, worker, grid):
    client.get(SeekerFactory(resident__area=grid).get_absolute_url())

    assert AuditEvent.objects.filter(actor_id=worker.pk, action="employment.seeker.read").count() == 1


def test_the_grid_of_another_community_finds_nobody(as_user, stranger, grid):
    seeker = SeekerFactory(resident__area=grid)
    client = as_user(stranger)

    assert client.get(seeker.get_absolute_url()).status_code == 404
    assert client.get(reverse("employment:seeker_list")).context["page"].rows == []
    url = f"{reverse('employment:seeker_create')}?resident={seeker.resident_id}"
    assert client.get(url).status_code == 404


# --- the list -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_seekers_costs_the_same_for_any_number_of_rows(client, worker, grid, rows):
    for _ in range(rows):
        SeekerFactory(resident__area=grid)

    page, queries = queries_beyond(client, reverse("employment:seeker_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 4


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["甲", "乙"]), ("wanted=care", ["乙"]), ("difficulty=05", ["甲"]), ("more=training", ["乙"]),
        ("more=hours", ["甲"]), ("more=mine", ["甲"]), ("state=closed", ["丙"]), ("state=all", ["甲", "乙", "丙"]),
        ("state=x&wanted=x&difficulty=x&more=x", ["甲", "乙"]), ("q=乙", ["乙"]),
    ],
)  # fmt: skip
def test_the_filters_of_the_list(client, worker, grid, query, names):
    first = SeekerFactory(resident__area=grid, resident__name="甲", lead=worker)
    DifficultyFactory(seeker=first)
    SeekerFactory(resident__area=grid, resident__name="乙", wanted=["care"], wants_training=True, free_until=None)
    seeker_at("closed", resident__area=grid, resident__name="丙")

    rows = client.get(f"{reverse('employment:seeker_list')}?{query}").context["page"].rows

    assert sorted(name for name in ("甲", "乙", "丙") if any(name in row.title for row in rows)) == sorted(names)
    assert len(rows) == len(names)


# --- difficulties, skills, circle ---------------------------------------------------------------------------------------
def test_a_recognised_difficulty_has_authority_and_dates_and_does_not_overlap(client, worker, grid):
    seeker = SeekerFactory(resident__area=grid)
    url = reverse("employment:difficulty_create", args=[seeker.pk])
    client.post(url, filled(client.get(url), kind="05", authority="区人社局", certificate="2026-11"))

    line = Difficulty.objects.get()
    assert (line.kind, line.authority, line.valid_from, line.holds()) == ("05", "区人社局", today(), True)
    with pytest.raises(ValidationError, match="重叠"):
        add_difficulty(Difficulty(seeker=seeker, kind="05", authority="区人社局"), by=worker)
    add_difficulty(Difficulty(seeker=seeker, kind="02", authority="区残联"), by=worker)


def test_an_ended_difficulty_no_longer_finds_her(worker):
    line = DifficultyFactory()

    end_difficulty(line, on=today() - DAY, by=worker)

    assert list(Seeker.objects.in_difficulty("05")) == []
    assert list(Seeker.objects.in_difficulty("05", today() - DAY)) == [line.seeker]
    with pytest.raises(ValidationError, match="已经结束"):
        end_difficulty(line, on=today(), by=worker)
    with pytest.raises(ValidationError, match="开始"):
        end_difficulty(line, on=line.valid_from - DAY, by=worker)


def test_a_certificate_needs_its_level_and_a_wrong_one_is_struck_out(client, worker, grid):
    seeker = SeekerFactory(resident__area=grid)
    url = reverse("employment:skill_create", args=[seeker.pk])
    page = client.post(url, filled(client.get(url), kind="care", number="A1"))
    assert set(page.context["form"].errors) == {"level"}
    client.post(url, filled(client.get(url), kind="care", level="five", number="A1", title="养老护理员"))

    skill = Skill.objects.get()
    client.post(reverse("employment:skill_void", args=[skill.pk]), {"why": "登记错人"})
    skill.refresh_from_db()
    assert (skill.void_on, skill.void_why) == (today(), "登记错人")
    assert client.get(seeker.get_absolute_url()).context["skills"] == []


def test_the_circle_names_who_walks_with_her(client, worker, committee, grid):
    seeker = SeekerFactory(resident__area=grid, lead=committee)
    url = reverse("employment:circle_create", args=[seeker.pk])
    page = client.get(url)
    assert list(page.context["form"].fields["user"].queryset) == [worker]
    client.post(url, filled(page, user=str(worker.pk), does="陪同面试"))

    person = CirclePerson.objects.get()
    assert (person.user, person.does, person.valid_to) == (worker, "陪同面试", None)
    for user, words in [(worker, "已经在"), (committee, "负责人")]:
        with pytest.raises(ValidationError, match=words):
            add_to_circle(CirclePerson(seeker=seeker, user=user, does="x"), by=worker)
    client.post(reverse("employment:circle_end", args=[person.pk]))
    person.refresh_from_db()
    assert person.valid_to == today()
    with pytest.raises(ValidationError, match="不在"):
        leave_circle(person, by=worker)


def test_nothing_is_added_to_a_closed_registration(worker):
    seeker = seeker_at("closed")

    for add, line in [
        (add_difficulty, Difficulty(seeker=seeker, kind="05", authority="区人社局")),
        (add_to_circle, CirclePerson(seeker=seeker, user=worker, does="x")),
    ]:
        with pytest.raises(ValidationError, match="注销"):
            add(line, by=worker)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE employment_seeker SET state = 'closed' WHERE id = %s",
        "UPDATE employment_seeker SET state = 'x' WHERE id = %s",
        "UPDATE employment_seeker SET free_until = '07:00:00' WHERE id = %s",
        "UPDATE employment_difficulty SET valid_to = '1999-01-01' WHERE seeker_id = %s",
        "UPDATE employment_skill SET void_on = '2026-01-01' WHERE seeker_id = %s",
        "UPDATE employment_skill SET kind = 'x' WHERE seeker_id = %s",
        "UPDATE employment_circleperson SET valid_to = '1999-01-01' WHERE seeker_id = %s",
    ],
)
def test_the_database_refuses(statement):
    seeker = SeekerFactory()
    DifficultyFactory(seeker=seeker)
    SkillFactory(seeker=seeker)
    CirclePersonFactory(seeker=seeker)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [seeker.pk])


# --- concerns -----------------------------------------------------------------------------------------------------------
def test_a_concern_comes_to_her_registration_and_is_answered_when_she_has_work(client, chair, grid):
    resident = ResidentFactory(area=grid)
    first = ConcernFactory(area=grid, resident=resident, title="想找工作")
    second = ConcernFactory(area=grid, resident=resident, title="还在找工作")
    route = routes["employment"]
    assert route.fits(first)
    route_concern(first, route, by=chair)
    route_concern(second, route, by=chair)

    seeker = Seeker.objects.get()
    assert (seeker.resident, seeker.source, seeker.lead) == (resident, "concern", chair)
    assert "想找工作" in seeker.note
    assert not route.fits(first)
    assert list(route.cases(first, chair)) == [seeker]
    page = client.get(seeker.get_absolute_url())
    assert [concern for concern, *_ in page.context["concerns"]] == [second, first]

    answer_concerns_of(seeker, answer="已介绍到春风超市。", by=chair)

    first.refresh_from_db()
    assert (first.status, first.outcome, first.answer, first.told) == (
        "answered", "solved", "已介绍到春风超市。", "not_yet",
    )  # fmt: skip


def test_whoever_may_not_read_concerns_sees_none_on_the_page(as_user, grid, chair):
    concern = ConcernFactory(area=grid, resident=ResidentFactory(area=grid))
    seeker = into_employment(concern, by=chair)
    officer = user_with(Role.JOB_OFFICER, grid.parent, username="jobs")

    assert as_user(officer).get(seeker.get_absolute_url()).status_code == 200
