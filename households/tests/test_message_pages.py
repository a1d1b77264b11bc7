"""The staff's pages of messages: what waits for a human, resend, told, the list on paper, to one, to many."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.notices.enums import State
from fedhub.notices.models import Attempt, Message, MessageBatch
from fedhub.notices.tests.factories import message_at
from households.tests.factories import MembershipFactory, PhoneFactory, ResidentFactory, SafeContactFactory

pytestmark = pytest.mark.django_db
LIST, TOLD, PRINT, MANY, BATCHES = (
    reverse(f"households:{name}")
    for name in ("message_list", "message_told", "message_print", "message_many", "messagebatch_list")
)


def listed(page):
    return [row.pk for row, *_ in page.context["page"].rows]


# --- lists ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_messages(client, chair, grid, rows):
    made = [message_at(State.HUMAN, ResidentFactory(area=grid)) for _ in range(rows)]

    page, number = queries_beyond(client, reverse("households:message_list"), reverse("desk:components"))

    assert ({*listed(page)}, number) == ({m.pk for m in made}, 4)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_batches_costs_the_same_for_any_number(client, chair, grid, rows):
    made = [batch_of(grid, chair) for _ in range(rows)]

    page, number = queries_beyond(client, reverse("households:messagebatch_list"), reverse("desk:components"))

    assert ({*page.context["page"].rows}, number) == ({*made}, 2)


def batch_of(area, by, **facts):
    facts = {"template": "public", "total": 1, "leaves_at": timezone.now(), **facts}
    return MessageBatch.objects.create(area=area, created_by=by, **facts)


def test_what_is_to_be_dealt_with_stands_first_and_filters_show_the_rest(client, chair, grid):
    rows = {state: message_at(state, ResidentFactory(area=grid), by=chair) for state in State}
    other = message_at(
        State.HUMAN, ResidentFactory(area=grid, name="赵小莉", name_sort="zhaoxiaoli"), template="papers"
    )

    def found(**asked):
        return {*listed(client.get(LIST, asked))}

    assert found() == {rows[State.HUMAN].pk, rows[State.FAILED].pk, other.pk}
    assert found(state="all") == {*(row.pk for row in rows.values()), other.pk}
    assert found(state="sent", channel="sms") == {rows[State.SENT].pk}
    assert found(template="papers") == {other.pk}
    assert found(state="nonsense", area="' OR 1", batch="x", channel="9") == found()
    assert found(batch="9" * 30) == found()


def test_messages_follow_her_to_another_grid(client, worker, grid, other_grid):
    message = message_at(State.HUMAN, person := ResidentFactory(area=grid))
    assert listed(client.get(LIST)) == [message.pk]

    type(person).objects.filter(pk=person.pk).update(area=other_grid)

    assert listed(client.get(LIST)) == []
    assert client.get(message.get_absolute_url()).status_code == 404


# --- one message ----------------------------------------------------------------------------------------------------------
def test_the_page_shows_how_it_went_and_how_she_may_be_told(client, chair, grid):
    safe = SafeContactFactory(resident__area=grid, channels=["home"])
    message = message_at(State.FAILED, safe.resident, why="对方不收。")
    Attempt.objects.create(message=message, channel="sms", outcome="refused", code="isv.MOBILE_NUMBER_ILLEGAL")

    page = client.get(message.get_absolute_url())

    assert [(label, may) for label, may, _ in page.context["ways"]] == [
        ("电话", False),
        ("上门", True),
        ("信件", False),
    ]
    assert [one.code for one in page.context["attempts"]] == ["isv.MOBILE_NUMBER_ILLEGAL"]
    assert (page.context["may_resend"], page.context["may_stop"]) == (True, True)


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [("resend", State.FAILED, State.WAITING), ("stop", State.WAITING, State.STOPPED), ("stop", State.SENT, State.SENT),
     ("resend", State.WAITING, State.WAITING)],
)  # fmt: skip
def test_steps_of_one_message(client, chair, grid, step, before, after):
    message = message_at(before, ResidentFactory(area=grid))

    client.post(reverse(f"households:message_{step}", args=[message.pk]))

    message.refresh_from_db()
    assert message.state == after


def test_a_step_tapped_twice_is_done_once(client, chair, grid):
    message = message_at(State.FAILED, ResidentFactory(area=grid))
    address, key = reverse("households:message_resend", args=[message.pk]), "7f0c0c1e-2a55-4b0e-9d55-0a5a2a7d6a11"

    for _ in range(2):
        client.post(address, {"once_key": key})

    assert AuditEvent.objects.filter(action="notices.message.resend").count() == 1


def test_those_who_were_told_are_ticked_together(client, chair, grid):
    people = [message_at(State.HUMAN, ResidentFactory(area=grid)) for _ in range(2)]
    sent = message_at(State.SENT, ResidentFactory(area=grid))
    address = f"{TOLD}?{'&'.join(f'ids={m.pk}' for m in [*people, sent])}"
    page = client.get(address)

    client.post(address, filled(page, how="home"))

    assert page.context["total"] == 2
    told = Message.objects.filter(state=State.TOLD)
    assert {(m.pk, m.told_how, m.told_by) for m in told} == {(m.pk, "home", chair) for m in people}


def test_what_cannot_be_chosen_saves_nothing(client, chair, grid):
    message = message_at(State.HUMAN, ResidentFactory(area=grid))

    client.post(f"{TOLD}?ids={message.pk}", {"how": "shout", "counted": "1"})

    message.refresh_from_db()
    assert message.state == State.HUMAN
    assert client.get(f"{TOLD}?ids=x&ids=9999999999999999999999").status_code == 404


# --- on paper ---------------------------------------------------------------------------------------------------------------
def test_the_list_on_paper_says_how_and_never_what(client, chair, grid):
    member = MembershipFactory(household__area=grid, resident__area=grid, resident__name="王桂兰")
    SafeContactFactory(resident=member.resident, channels=["home"], hour_from="09:00", hour_to="11:00")
    message_at(State.HUMAN, member.resident, template="answer", text="您在社区服务登记的事有了回复。")
    message_at(State.FAILED, member.resident)
    message_at(State.SENT, ResidentFactory(area=grid, name="李秀英"))

    page = client.get(PRINT)
    text = page.content.decode()

    ((name, [(person, address, ways, number)]),) = page.context["grids"]
    assert (name, person, number) == ("第一网格", member.resident, 2)
    assert (address, ways) == (member.household.address, "上门、来时当面（09:00—11:00）")
    assert [
        word
        for word in ("李秀英", "有了回复", "请来一趟", "妇联")
        if word in re.sub(r"<footer.*?</footer>", "", text, flags=re.S).split("<main")[1]
    ] == []
    assert AuditEvent.objects.filter(action="notices.message.print", detail={"number": 2}).count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_on_paper_costs_the_same_for_any_number(client, chair, grid, rows, django_assert_num_queries):
    for _ in range(rows):
        message_at(State.HUMAN, MembershipFactory(household__area=grid, resident__area=grid).resident)
    client.get(PRINT)

    with django_assert_num_queries(8):
        page = client.get(PRINT)

    assert sum(len(lines) for _, lines in page.context["grids"]) == rows


# --- to one -----------------------------------------------------------------------------------------------------------------
def test_a_message_to_one_is_queued_with_its_words(client, worker, grid):
    person = ResidentFactory(area=grid)
    address = reverse("households:message_create", args=[person.pk])
    page = client.get(address)
    words = {"template": "activity", "activity_what": "健康讲座", "activity_when": "周五", "activity_where": "活动室"}

    client.post(address, filled(page, **words))

    message = Message.objects.get()
    assert (message.person, message.state, message.made_by) == (person, State.WAITING, worker)
    assert message.text == "健康讲座，周五，在活动室。欢迎参加。"


@pytest.mark.parametrize(
    ("typed", "field"),
    [({}, "template"), ({"template": "answer"}, "template"), ({"template": "public"}, "public_what"),
     ({"template": "public", "public_what": "离婚讲座"}, "public_what")],
)  # fmt: skip
def test_what_is_not_written_stays_in_the_form(client, worker, grid, typed, field):
    person = ResidentFactory(area=grid)

    page = client.post(reverse("households:message_create", args=[person.pk]), typed)

    assert list(page.context["form"].errors) == [field]
    assert Message.objects.count() == 0


def test_nobody_writes_to_the_dead(client, worker, grid):
    person = ResidentFactory(area=grid, state="deceased", left_on=timezone.localdate())

    assert client.get(reverse("households:message_create", args=[person.pk])).status_code == 404


# --- to many ----------------------------------------------------------------------------------------------------------------
def women(grid):
    """One who gets it, one for a human."""
    plain = ResidentFactory(area=grid, sex="2", birth="1985-04-01")
    PhoneFactory(resident=plain)
    flagged = SafeContactFactory(
        resident__area=grid, resident__sex="2", resident__birth="1986-04-01", spouse_may_answer=True
    ).resident
    return plain, flagged


def test_first_how_many_then_what_and_all_of_it_can_be_taken_back(client, chair, grid):
    plain, flagged = women(grid)
    page = client.get(f"{MANY}?all=1")

    answer = client.post(f"{MANY}?all=1", filled(page, template="public", public_what="周六停水"))

    plan = page.context["plan"]
    assert (plan.send, [person for person, _ in plan.held]) == ([plain], [flagged])
    batch = MessageBatch.objects.get()
    assert answer.url == batch.get_absolute_url()
    assert [label for label, _, _ in client.get(answer.url).context["counts"]] == ["待发", "待人工"]
    client.post(reverse("households:messagebatch_undo", args=[batch.pk]))
    assert {m.state for m in Message.objects.all()} == {State.STOPPED}


def test_more_people_than_were_counted_are_not_written_to(client, chair, grid):
    women(grid)
    page = client.get(f"{MANY}?all=1")
    ResidentFactory(area=grid, sex="2", birth="1990-01-01")

    answer = client.post(f"{MANY}?all=1", filled(page, template="public", public_what="周六停水"))

    assert "打开这一页时是 2 人，现在是 3 人" in answer.content.decode()
    assert Message.objects.count() == 0


def test_a_batch_reaches_only_ones_own_places(client, grid, other_grid, as_user):
    women(grid)
    women(other_grid)
    officer = as_user(user_with(Role.SECRETARY, grid, username="officer"))

    page = officer.get(f"{MANY}?all=1")

    plan = page.context["plan"]
    assert {person.area for person in [*plan.send, *(person for person, _ in plan.held)]} == {grid}


def test_a_grid_worker_writes_to_one_and_not_to_many(client, worker, grid):
    women(grid)

    assert client.get(f"{MANY}?all=1").status_code == 404
    assert client.get(reverse("households:resident_list")).context["may_message"] is False


def test_an_old_batch_says_that_nothing_is_left_to_take_back(client, chair, grid):
    batch = batch_of(grid, chair, leaves_at=timezone.now() - timedelta(days=1))

    answer = client.post(reverse("households:messagebatch_undo", args=[batch.pk]), follow=True)

    assert "撤不回来" in answer.content.decode()
    assert "撤回没发的" not in answer.content.decode()


def test_an_office_without_any_carrier_is_told_so_before_it_sends(client, chair, grid, settings):
    women(grid)
    assert client.get(f"{MANY}?all=1").context["no_way"] is False
    settings.SMS_SENDER = ""

    assert client.get(f"{MANY}?all=1").context["no_way"] is True
