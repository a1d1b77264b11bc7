"""Pages of concerns and of the register: scope, cost, steps, double submissions."""

import datetime
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from concerns.enums import Origin, Outcome, Status
from concerns.models import Concern, Reception
from concerns.services.intake import raise_concern
from concerns.services.register import register_reception, turn_into_concern
from concerns.tests.factories import ConcernFactory, ReceptionFactory, concern_at
from concerns.tests.late import came_late
from fedhub.core import crypto
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.reference.calendar import due_by
from households.services.households import move_household
from households.tests.factories import HouseholdFactory, MembershipFactory

pytestmark = pytest.mark.django_db
# A page without rows, for the queries that every page makes.
SHELL = "/safety/help/"
DAY = datetime.timedelta(days=1)


def key():
    return {"once_key": str(uuid.uuid4())}


def today():
    return timezone.localdate()


# --- raising ------------------------------------------------------------------------------------------------------
def test_concerns_are_numbered_by_year_without_gaps_and_have_a_code_to_read_out(chair, grid):
    made = [raise_concern(origin=Origin.FRONT_DESK, title="找工作", area=grid, by=chair) for _ in range(3)]

    year = today().year
    assert [concern.number for concern in made] == [f"SQ{year}-{n:04d}" for n in (1, 2, 3)]
    assert len({concern.code for concern in made}) == 3
    assert all(len(concern.code) == 8 for concern in made)
    assert made[0].due_on == due_by(today(), "concern_close")


def test_staff_raise_a_concern_for_somebody_and_it_lies_where_she_lives(client, chair, grid):
    member = MembershipFactory(household__area=grid)
    data = {"title": "想找工作", "topic": "1", "origin": "front_desk", "resident": member.resident.pk,
            "raised_on": today().isoformat(), **key()}  # fmt: skip

    response = client.post(reverse("concerns:concern_create"), data)

    concern = Concern.objects.get()
    assert response.url == concern.get_absolute_url()
    assert (concern.area, concern.household, concern.resident) == (grid, member.household, member.resident)


def test_a_concern_from_a_household_page_keeps_the_household(client, worker, grid):
    household = HouseholdFactory(area=grid)
    url = f"{reverse('concerns:concern_create')}?household={household.pk}"

    client.post(url, {"title": "楼道灯不亮", "origin": "front_desk", "raised_on": today().isoformat(), **key()})

    assert (Concern.objects.get().household, Concern.objects.get().area) == (household, grid)


def test_a_concern_without_person_or_place_asks_for_one(client, chair):
    data = {"title": "楼道灯不亮", "origin": "front_desk", "raised_on": today().isoformat()}

    response = client.post(reverse("concerns:concern_create"), data)

    assert response.context["form"].errors["area"] == ["请选提出人，或者选网格（社区）。"]


@pytest.mark.parametrize(
    ("page", "field", "value"),
    [("concern_create", "raised_on", "0001-01-01"), ("concern_create", "raised_on", "0204-06-01"),
     ("reception_create", "received_at", "0001-01-01T00:00"), ("reception_create", "received_at", "1948-12-31T23:00")],
)  # fmt: skip
def test_a_year_that_is_a_slip_of_the_hand_is_asked_about(client, chair, grid, page, field, value):
    data = {"title": "找工作", "origin": "front_desk", "channel": "front_desk", "visitor_name": "王桂兰", "matter": "找工作",
            "area": grid.pk, field: value, **key()}  # fmt: skip

    response = client.post(reverse(f"concerns:{page}"), data)

    said = {"raised_on": "提出日期", "received_at": "时间"}[field]
    assert response.context["form"].errors[field] == [f"{said}太早了，请核对年份。"]
    assert (Concern.objects.count(), Reception.objects.count()) == (0, 0)


def test_a_household_out_of_scope_is_no_page(client, worker, other_grid):
    household = HouseholdFactory(area=other_grid)

    url = f"{reverse('concerns:concern_create')}?household={household.pk}"

    assert client.get(url).status_code == 404


def test_concerns_follow_their_family_to_another_grid(chair, worker, grid, other_grid):
    household = HouseholdFactory(area=grid)
    concern = ConcernFactory(area=grid, household=household)
    closed = concern_at("closed", area=grid, household=household)
    other = ConcernFactory(area=grid)

    move_household(household, other_grid, by=chair)

    assert set(Concern.objects.filter(area=other_grid)) == {concern, closed}
    assert list(Concern.objects.visible_to(worker)) == [other]
    assert concern.history.latest("history_id").history_change_reason == "随家庭换网格"


# --- steps on the pages -------------------------------------------------------------------------------------------
def test_a_concern_goes_from_the_first_word_to_the_closing(client, chair, grid):
    concern = ConcernFactory(area=grid)

    def step(name, **data):
        url = reverse(f"concerns:concern_{name}", args=[concern.pk])
        return client.post(url, filled(client.get(url), **data) if data else key())

    step("accept")
    step("assign", person=chair.pk, handle_by=today().isoformat())
    step("finish", result="物业换了灯泡。")
    step("answer", outcome="solved", answer="灯修好了。", told="phone")
    step("close")

    concern.refresh_from_db()
    assert (concern.status, concern.outcome, concern.result) == (Status.CLOSED, Outcome.SOLVED, "物业换了灯泡。")
    page = client.get(concern.get_absolute_url())
    assert [entry["title"] for entry in page.context["entries"]] == ["办结", "答复", "办理", "交办", "受理"]
    assert page.context["steps"] == []


@pytest.mark.parametrize("name", ["accept", "close"])
def test_a_step_that_is_not_possible_says_why_and_changes_nothing(client, chair, grid, name):
    concern = concern_at("done", area=grid)

    response = client.post(reverse(f"concerns:concern_{name}", args=[concern.pk]), key(), follow=True)

    concern.refresh_from_db()
    assert concern.status == Status.DONE
    assert "现在的状态是“已办理”" in response.content.decode()


def test_a_step_form_opens_only_from_its_states(client, chair, grid):
    closed = concern_at("closed", area=grid)

    for name in ("assign", "finish", "answer", "settle", "withdraw"):
        page = client.get(reverse(f"concerns:concern_{name}", args=[closed.pk]))
        assert "（已办结），这里是最新的情况。" in came_late(page, closed)


def test_a_due_day_of_yesterday_is_refused(client, chair, grid):
    concern = ConcernFactory(area=grid)
    data = {"person": chair.pk, "handle_by": (today() - DAY).isoformat()}

    response = client.post(reverse("concerns:concern_assign", args=[concern.pk]), data)

    assert response.context["form"].errors["handle_by"] == ["期限不能早于今天。"]


def test_a_concern_is_given_only_to_somebody_who_covers_its_grid(as_user, chair, worker, stranger, grid):
    concern = ConcernFactory(area=grid)

    form = as_user(chair).get(reverse("concerns:concern_assign", args=[concern.pk])).context["form"]

    assert set(form.fields["person"].queryset) == {chair, worker}


STEPS = ["accept", "assign", "finish", "answer", "close", "settle", "withdraw"]


@pytest.mark.parametrize("name", STEPS)
def test_a_stranger_takes_no_step(as_user, stranger, grid, name):
    concern = concern_at("answered" if name == "close" else "new", area=grid)

    response = as_user(stranger).post(reverse(f"concerns:concern_{name}", args=[concern.pk]), key())

    assert response.status_code == 404


@pytest.mark.parametrize("name", ["accept", "assign", "close", "withdraw"])
def test_a_worker_does_not_take_the_steps_of_the_office(client, worker, grid, name):
    concern = ConcernFactory(area=grid)

    assert client.post(reverse(f"concerns:concern_{name}", args=[concern.pk]), key()).status_code == 404


def test_pages_hide_what_lies_elsewhere(client, worker, grid, other_grid):
    mine, other = ConcernFactory(area=grid), ConcernFactory(area=other_grid)
    entry, foreign = ReceptionFactory(area=grid), ReceptionFactory(area=other_grid)

    concerns = client.get(reverse("concerns:concern_list"))
    entries = client.get(reverse("concerns:reception_list"))

    assert [row.pk for row in concerns.context["page"].rows] == [mine.pk]
    assert [row["reception"] for row in entries.context["page"].rows] == [entry]
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(foreign.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("name", ["reception_detail", "reception_update", "reception_to_concern"])
def test_the_chair_opens_the_register_and_a_stranger_does_not(as_user, chair, stranger, grid, name):
    url = reverse(f"concerns:{name}", args=[ReceptionFactory(area=grid).pk])

    assert as_user(chair).get(url).status_code == 200
    assert as_user(stranger).get(url).status_code == 404


def test_the_phone_of_an_entry_is_masked_and_opened_with_a_reason(client, worker, grid):
    entry = ReceptionFactory(area=grid, phone="13800000417")

    page = client.get(entry.get_absolute_url()).content.decode()
    opened = client.post(
        reverse("core:reveal"),
        {"label": "concerns.Reception", "pk": entry.pk, "field": "phone", "reason": "contact"},
    )

    assert "138****0417" in page
    assert "13800000417" not in page
    assert "13800000417" in opened.content.decode()


# --- lists --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_register_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    for _ in range(rows):
        ReceptionFactory(area=grid, concern=ConcernFactory(area=grid))

    response, queries = queries_beyond(client, reverse("concerns:reception_list"), SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 4


# --- the register -------------------------------------------------------------------------------------------------
def test_an_entry_is_registered_and_becomes_a_concern(client, chair, grid):
    member = MembershipFactory(household__area=grid)
    data = {"channel": "hotline", "received_at": "2026-01-05T09:30", "visitor_name": "赵小莉",
            "phone": "138 0000 0417", "resident": member.resident.pk, "topic": "1", "matter": "想找工作",
            "concern_title": "找工作", **key()}  # fmt: skip

    client.post(reverse("concerns:reception_create"), data)

    entry = Reception.objects.get()
    assert (entry.number, entry.handler, entry.area) == ("JD2026-0001", chair, grid)
    assert entry.phone == "13800000417"
    assert entry.phone_blind == crypto.blind("13800000417", column="households.Phone.number")
    concern = entry.concern
    assert (concern.title, concern.origin, concern.household) == ("找工作", Origin.HOTLINE, member.household)
    assert concern.raised_on == datetime.date(2026, 1, 5)


def test_an_entry_becomes_a_concern_once(chair, grid):
    entry = register_reception(
        Reception(channel="front_desk", matter="想找工作", area=grid, handler=chair, received_at=timezone.now()),
        by=chair,
    )
    again = Reception.objects.get(pk=entry.pk)

    concern = turn_into_concern(entry, title="找工作", by=chair)
    with pytest.raises(ValidationError, match="已经转为诉求"), transaction.atomic():
        turn_into_concern(again, title="找工作", by=chair)

    assert list(Concern.objects.all()) == [concern]
    assert Reception.objects.get().concern == concern


def test_an_entry_that_became_a_concern_meanwhile_says_so(client, chair, grid):
    entry = ReceptionFactory(area=grid)
    url = reverse("concerns:reception_to_concern", args=[entry.pk])
    first, second = client.get(url), client.get(url)

    client.post(url, filled(first, title="想找工作"))
    late = client.post(url, filled(second, title="想找离家近的工作"))
    page = client.get(url, follow=True)

    assert late.context["form"].errors == {"__all__": ["这条登记已经转为诉求了，没有再建。"]}
    assert "想找离家近的工作" in late.content.decode()
    assert page.redirect_chain == [(entry.get_absolute_url(), 302)]
    assert "这条登记已经转为诉求了。" in page.content.decode()
    assert Concern.objects.count() == 1


def test_an_empty_phone_keeps_the_stored_one_and_a_new_one_replaces_it(client, chair, grid):
    entry = ReceptionFactory(area=grid, phone="13800000417", handler=chair)
    url = reverse("concerns:reception_update", args=[entry.pk])
    data = {"channel": "front_desk", "received_at": "2026-01-05T09:30", "visitor_name": "王桂兰", "area": grid.pk,
            "matter": "想找工作，改", "handler": chair.pk}  # fmt: skip

    shown = client.get(url).content.decode()
    client.post(url, data | {"version": 1, "phone": "", **key()})
    entry.refresh_from_db()
    kept = entry.phone
    client.post(url, data | {"version": 2, "phone": "13911112222", **key()})
    entry.refresh_from_db()

    assert "13800000417" not in shown
    assert (kept, entry.phone, entry.matter) == ("13800000417", "13911112222", "想找工作，改")
    assert entry.phone_blind == crypto.blind("13911112222", column="households.Phone.number")


def test_a_wrong_phone_is_refused_with_a_sentence(client, chair, grid):
    data = {
        "channel": "phone",
        "received_at": "2026-01-05T09:30",
        "area": grid.pk,
        "matter": "问事",
        "phone": "1380000",
    }

    response = client.post(reverse("concerns:reception_create"), data)

    assert "记不清就空着" in response.context["form"].errors["phone"][0]


@pytest.mark.django_db(transaction=True)
def test_ten_submissions_at_once_make_one_concern(chair, grid):
    data = {"title": "找工作", "origin": "front_desk", "area": grid.pk, "raised_on": today().isoformat(), **key()}

    def send(_):
        try:
            client = Client()
            client.force_login(chair, backend="accounts.backends.StaffBackend")
            return client.post(reverse("concerns:concern_create"), data).url
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(10)))

    assert answers == {Concern.objects.get().get_absolute_url()}


def test_the_database_refuses_an_unknown_channel(grid):
    entry = ReceptionFactory(area=grid)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE concerns_reception SET channel = 'pigeon' WHERE id = %s", [entry.pk])
