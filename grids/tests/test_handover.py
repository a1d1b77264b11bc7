"""交接: duties, access and open concerns to others in one step, at that minute; and back on the same day."""

import datetime
import uuid

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.roles import Role
from accounts.services import disable_staff
from accounts.tests.factories import UserFactory, user_with
from concerns.models import AssignmentBatch, Concern
from concerns.services.handling import finish_concern
from concerns.tests.factories import concern_at
from fedhub.areas.tests import factories as places
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from grids.enums import DutyPattern, DutyRole, Review
from grids.models import Duty, HandOver
from grids.services.duty import assign_duty, end_duty
from grids.services.handover import Share, hand_over, undo_hand_over
from grids.tests.factories import DutyFactory, VisitFactory
from grids.today import today_list
from households.models import Household, VisitTask
from households.tests.factories import HouseholdFactory, VisitTaskFactory, task_at

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
DAY = datetime.timedelta(days=1)
LIST = reverse("grids:handover_list")
LONG_AGO = datetime.date(2025, 3, 1)


def again(user):
    """The user as the next request sees her."""
    return User.objects.get(pk=user.pk)


def page_of(person):
    return reverse("grids:handover_create", args=[person.pk])


def duty_of(person, area, by, role=DutyRole.WORKER, **fields):
    fields.setdefault("valid_from", LONG_AGO)
    return assign_duty(Duty(area=area, person=person, role=role, **fields), by=by)


@pytest.fixture
def leaver(chair, grid, other_grid):
    """In charge of two grids with a family each."""
    person = UserFactory(name="刘建芳")
    duty_of(person, grid, chair, pattern=DutyPattern.NEAR)
    duty_of(person, other_grid, chair, DutyRole.COMMITTEE)
    HouseholdFactory(area=grid)
    HouseholdFactory(area=other_grid)
    return person


@pytest.fixture
def taker():
    """A new colleague without a role yet."""
    return UserFactory(name="何晓燕")


def shares(person, to):
    return [Share(duty, to) for duty in Duty.objects.of(person).select_related("area__parent", "person", "grant")]


# --- the service --------------------------------------------------------------------------------------------------
def test_all_duties_go_over_at_once_with_the_access(chair, leaver, taker, grid, other_grid):
    homes = set(Household.objects.all())
    assert set(Household.objects.visible_to(again(leaver))) == homes

    row = hand_over(leaver, shares(leaver, taker), reason="调离", by=chair)

    assert set(Household.objects.visible_to(again(taker))) == homes
    assert not Household.objects.visible_to(again(leaver)).exists()
    assert not RoleGrant.objects.in_force().filter(user=leaver).exists()
    assert set(Duty.objects.of(taker).values_list("area", "role", "pattern", "valid_from")) == {
        (grid.pk, "worker", "near", timezone.localdate()), (other_grid.pk, "committee", "", timezone.localdate()),
    }  # fmt: skip
    assert set(Duty.objects.filter(person=leaver).values_list("end_why", flat=True)) == {"调离"}
    assert (row.area, row.from_person, row.duties, row.homes, row.concerns) == (grid.parent, leaver, 2, 2, 0)
    assert AuditEvent.objects.filter(action="grids.duty.end").count() == 2
    assert AuditEvent.objects.get(action="grids.handover.make").actor_id == chair.pk


def test_each_duty_to_another_person_and_one_to_nobody(chair, leaver, taker, worker, grid, other_grid):
    third = places.grid(3)
    duty_of(leaver, third, chair)
    one, two, three = shares(leaver, taker)

    hand_over(leaver, [one, Share(two.duty, worker), Share(three.duty, None)], reason="换届", by=chair)

    assert set(Duty.objects.in_force().values_list("person", "area")) == {
        (taker.pk, grid.pk), (worker.pk, other_grid.pk),
    }  # fmt: skip


def test_who_holds_the_same_duty_already_gets_no_second_one(chair, leaver, taker, grid):
    duty_of(taker, grid, chair)

    hand_over(leaver, shares(leaver, taker), reason="调离", by=chair)

    assert Duty.objects.of(taker).count() == 2


def test_open_concerns_follow_the_grid_and_the_rest_goes_to_one_person(chair, leaver, taker, worker, grid, other_grid):
    RoleGrant.objects.create(user=leaver, role=Role.COMMITTEE, area=places.grid(3))
    helper = user_with(Role.COMMITTEE, places.community(), name="吴静")
    here, there, else_where = (
        concern_at("assigned", area=a, assigned_to=leaver) for a in (grid, other_grid, places.grid(3))
    )
    closed = concern_at("closed", area=grid, assigned_to=leaver)
    first, second = shares(leaver, taker)

    row = hand_over(
        leaver, [first, Share(second.duty, worker)], reason="调离", concerns=True, rest_to=helper, by=chair
    )

    hands = dict(Concern.objects.values_list("pk", "assigned_to"))
    assert hands == {here.pk: taker.pk, there.pk: worker.pk, else_where.pk: helper.pk, closed.pk: leaver.pk}
    assert row.concerns == 3
    assert AssignmentBatch.objects.filter(from_person=leaver).count() == 3


def test_concerns_need_somebody_who_may_answer_them(chair, leaver, taker, grid):
    elsewhere = concern_at("assigned", area=places.grid(3), assigned_to=leaver)

    with pytest.raises(ValidationError, match="不在交出去的网格里"):
        hand_over(leaver, shares(leaver, taker), reason="调离", concerns=True, by=chair)
    with pytest.raises(ValidationError, match="管不到这些诉求所在的地方（第三网格）"):
        hand_over(leaver, shares(leaver, taker), reason="调离", concerns=True, rest_to=taker, by=chair)

    elsewhere.refresh_from_db()
    assert elsewhere.assigned_to == leaver


@pytest.mark.parametrize(("change", "sentence"), [
    ({"reason": " "}, "请写交接的原因"),
    ({"on": timezone.localdate() - DAY}, "交接不能早于今天"),
    ({"on": timezone.localdate() + 2 * DAY, "concerns": True}, "到那天再移交诉求"),
    ({"shares": []}, "一项包保也没有选"),
    ({"to": "herself"}, "不能交给她自己"),
    ({"to": "closed"}, "账号已停用"),
])  # fmt: skip
def test_what_cannot_be_handed_over_leaves_everything_as_it_was(chair, leaver, taker, change, sentence):
    people = {"herself": leaver, "closed": UserFactory(is_active=False)}
    facts = {"reason": "调离", "shares": shares(leaver, people.get(change.get("to"), taker)), **change}
    facts.pop("to", None)

    with pytest.raises(ValidationError, match=sentence):
        hand_over(leaver, facts.pop("shares"), by=chair, **facts)

    assert Duty.objects.of(leaver).count() == 2
    assert not HandOver.objects.exists()


def test_from_a_day_to_come_she_keeps_her_access_until_then(chair, leaver, taker):
    day = timezone.localdate() + 3 * DAY

    hand_over(leaver, shares(leaver, taker), on=day, reason="退休", by=chair)

    assert Household.objects.visible_to(again(leaver)).count() == 2
    assert not Household.objects.visible_to(again(taker)).exists()
    with time_machine.travel(datetime.datetime.combine(day, datetime.time(9), datetime.UTC), tick=False):
        assert not Household.objects.visible_to(again(leaver)).exists()
        assert Household.objects.visible_to(again(taker)).count() == 2


# --- taking it back -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("later", [0, 3])
def test_on_the_same_day_everything_goes_back(chair, leaver, taker, grid, later):
    concern = concern_at("assigned", area=grid, assigned_to=leaver)
    before = list(Duty.objects.of(leaver).values_list("pk", "valid_from", "grant"))
    on = timezone.localdate() + later * DAY
    row = hand_over(leaver, shares(leaver, taker), on=on, reason="调离", concerns=not later, by=chair)

    result = undo_hand_over(row, by=chair)

    concern.refresh_from_db()
    assert (result.duties, result.concerns, result.refused) == (2, 0 if later else 1, [])
    assert list(Duty.objects.of(leaver).values_list("pk", "valid_from", "grant")) == before
    assert concern.assigned_to == leaver
    assert Household.objects.visible_to(again(leaver)).count() == 2
    for day in (timezone.localdate(), on):
        assert not Duty.objects.in_force(day).filter(person=taker).exists()
        assert not RoleGrant.objects.in_force(day).filter(user=taker).exists()
        assert RoleGrant.objects.in_force(day).filter(user=leaver).count() == 2
    with pytest.raises(ValidationError, match="已经撤销过"):
        undo_hand_over(row, by=chair)


def test_what_changed_since_stays_and_is_named(chair, leaver, taker, grid, other_grid):
    worked_on = concern_at("assigned", area=grid, assigned_to=leaver)
    row = hand_over(leaver, shares(leaver, taker), reason="调离", concerns=True, by=chair)
    end_duty(Duty.objects.get(person=taker, area=other_grid), why="填错了", by=chair)
    finish_concern(Concern.objects.get(), result="修好了", by=taker)

    result = undo_hand_over(row, by=chair)

    assert (result.duties, result.concerns, result.refused) == (1, 0, ["第二网格 包保执委", worked_on.number])
    assert list(Duty.objects.of(leaver).values_list("area", flat=True)) == [grid.pk]


def test_not_on_a_later_day_and_not_to_a_closed_account(chair, leaver, taker):
    row = hand_over(leaver, shares(leaver, taker), reason="离职", by=chair)

    with time_machine.travel(timezone.now() + DAY, tick=False), pytest.raises(ValidationError, match="只能当天撤销"):
        undo_hand_over(row, by=chair)
    disable_staff(leaver, by=chair)
    with pytest.raises(ValidationError, match="账号已经停用"):
        undo_hand_over(row, by=chair)


def test_a_grant_that_had_ended_before_does_not_come_back(chair, leaver, taker):
    RoleGrant.objects.filter(user=leaver).update(valid_to=LONG_AGO, ended_at=timezone.now())
    row = hand_over(leaver, shares(leaver, taker), reason="调离", by=chair)

    undo_hand_over(row, by=chair)

    assert Duty.objects.of(leaver).count() == 2
    assert not RoleGrant.objects.in_force().filter(user=leaver).exists()


# --- visits planned for her by name -------------------------------------------------------------------------------
@pytest.mark.parametrize(("later", "to"), [(0, "taker"), (3, "nobody")])
def test_planned_visits_change_hands_and_come_back(chair, leaver, taker, grid, later, to):
    home = Household.objects.get(area=grid)
    hers, others = (
        VisitTaskFactory(household=home, assigned_to=leaver),
        VisitTaskFactory(household=home, assigned_to=chair),
    )
    done = task_at("done", household=home, assigned_to=leaver)

    row = hand_over(leaver, shares(leaver, taker), on=timezone.localdate() + later * DAY, reason="调离", by=chair)

    whose = dict(VisitTask.objects.values_list("pk", "assigned_to"))
    assert whose == {hers.pk: {"taker": taker.pk, "nobody": None}[to], others.pk: chair.pk, done.pk: leaver.pk}
    undo_hand_over(row, by=chair)
    hers.refresh_from_db()
    assert hers.assigned_to == leaver


# --- her access, also on open pages -------------------------------------------------------------------------------
def test_the_next_click_on_an_open_page_is_refused(as_user, chair, leaver, taker):
    home = Household.objects.first()
    she, boss = as_user(leaver), as_user(chair)
    form = she.get(reverse("grids:visit_create", args=[home.pk]))
    assert (form.status_code, she.get(home.get_absolute_url()).status_code) == (200, 200)

    boss.post(page_of(leaver), filled(boss.get(page_of(leaver)), to=taker.pk, reason="调离"))

    assert she.get(home.get_absolute_url()).status_code == 404
    assert she.post(reverse("grids:visit_create", args=[home.pk]), filled(form, met="met")).status_code == 404
    assert home.visits.count() == 0
    assert she.get(reverse("households:household_list")).status_code == 404


# --- what was sent back to her -------------------------------------------------------------------------------------
def returned(user):
    return [entry.url for group in today_list(again(user)) if group.key == "returned" for entry in group.entries]


def test_visits_sent_back_to_her_come_to_the_successor_and_leave_again(as_user, chair, leaver, taker, grid):
    visit = VisitFactory(household=HouseholdFactory(area=grid), visitor=leaver, review=Review.RETURNED)
    other = VisitFactory(household=HouseholdFactory(area=grid), visitor=chair, review=Review.RETURNED)
    assert (returned(leaver), returned(taker)) == ([visit.get_absolute_url()], [])

    row = hand_over(leaver, shares(leaver, taker), reason="调离", by=chair)

    assert (returned(leaver), returned(taker)) == ([], [visit.get_absolute_url()])
    page = as_user(taker).get(visit.get_absolute_url())
    assert (page.context["may_correct"], page.context["may_amend"]) == (False, True)
    assert "原走访人 刘建芳" in as_user(taker).get(reverse("grids:today")).content.decode()
    undo_hand_over(row, by=chair)
    assert (returned(leaver), returned(taker)) == ([visit.get_absolute_url()], [])
    assert returned(chair) == [other.get_absolute_url()]


# --- the page -----------------------------------------------------------------------------------------------------
def test_the_page_counts_first_and_each_duty_may_go_elsewhere(as_user, chair, leaver, taker, worker, grid, other_grid):
    concern_at("assigned", area=grid, assigned_to=leaver)
    boss = as_user(chair)
    page = boss.get(page_of(leaver))
    one, two = page.context["duties"]
    assert (page.context["homes"], page.context["concerns"]) == (2, 1)
    assert "现在负责 2 项包保、2 户，手里有 1 件没办结的诉求" in page.content.decode()

    answer = boss.post(page_of(leaver), filled(
        page, to=taker.pk, reason="调离", **{f"duty_{two.pk}": worker.pk},
    ))  # fmt: skip

    assert answer.url == LIST
    assert [str(m) for m in get_messages(answer.wsgi_request)] == [
        "刘建芳的 2 项包保（2 户）、1 件诉求已交接，当天可以撤销。"
    ]
    assert set(Duty.objects.in_force().values_list("person", "area")) == {
        (taker.pk, grid.pk), (worker.pk, other_grid.pk),
    }  # fmt: skip
    assert Concern.objects.get().assigned_to == taker


def test_one_duty_may_stay_or_end_with_nobody(as_user, chair, leaver):
    boss = as_user(chair)
    page = boss.get(page_of(leaver))
    keep, end = page.context["duties"]

    boss.post(page_of(leaver), filled(page, reason="调整", **{f"duty_{keep.pk}": "keep", f"duty_{end.pk}": "none"}))

    assert list(Duty.objects.in_force()) == [keep]


def test_somebody_must_be_named(as_user, chair, leaver):
    boss = as_user(chair)

    page = boss.post(page_of(leaver), filled(boss.get(page_of(leaver)), reason="调离"))

    assert page.context["form"].errors == {"to": ["请选接手的人，或者在下面逐项选。"]}


def test_a_duty_that_came_meanwhile_is_counted_again(as_user, chair, leaver, taker):
    boss = as_user(chair)
    page = boss.get(page_of(leaver))
    duty_of(leaver, places.grid(3), chair)

    seen = boss.post(page_of(leaver), filled(page, to=taker.pk, reason="调离"))

    assert "现在是 3 项，还没有动" in str(seen.context["form"].errors)
    boss.post(page_of(leaver), filled(seen, to=taker.pk, reason="调离"))
    assert Duty.objects.of(taker).count() == 3


def test_twice_is_once(as_user, chair, leaver, taker):
    boss = as_user(chair)
    data = filled(boss.get(page_of(leaver)), to=taker.pk, reason="调离")

    answers = [boss.post(page_of(leaver), data) for _ in range(2)]

    assert [answer.url for answer in answers] == [LIST, LIST]
    assert HandOver.objects.count() == 1


def test_other_roles_that_stay_are_said(as_user, chair, leaver, community):
    RoleGrant.objects.create(user=leaver, role=Role.COMMITTEE, area=community)

    page = as_user(chair).get(page_of(leaver)).content.decode()

    assert "清和社区 执委：不是包保给的，交接不收回" in page


def test_nothing_to_hand_over_is_said(as_user, chair, taker):
    concern_at("assigned", area=places.grid(1), assigned_to=taker)

    page = as_user(chair).get(page_of(taker))

    assert "现在不负责任何网格" in page.content.decode()
    assert [(sentence, action) for sentence, action, *_ in page.context["left"]] == [
        ("手里还有 1 件没办结的诉求。", "移交诉求")
    ]
    assert f"{reverse('concerns:hand_over')}?from={taker.pk}" in page.content.decode()


def test_strangers_and_workers_open_nothing(as_user, stranger, worker, chair, leaver, taker):
    row = hand_over(leaver, shares(leaver, taker), reason="调离", by=chair)
    for who in (stranger, worker):
        client = as_user(who)
        assert client.get(page_of(leaver)).status_code == 404
        undo = reverse("grids:handover_undo", args=[row.pk])
        assert client.post(undo, {"once_key": str(uuid.uuid4())}).status_code == 404
    assert not HandOver.objects.exclude(undone_at=None).exists()


def test_the_account_says_what_she_is_in_charge_of(as_user, chair, leaver):
    page = as_user(chair).get(reverse("accounts:user_detail", args=[leaver.pk]))

    assert page.context["left"] == [("还负责 2 项包保。", "办交接", page_of(leaver), False)]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(client, chair, taker, grid, rows):
    for _ in range(rows):
        person = DutyFactory(area=grid).person
        hand_over(person, shares(person, None), reason="调离", by=chair)

    response, queries = queries_beyond(client, reverse("grids:handover_list"), SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 2


def test_the_list_takes_back_with_a_click(as_user, chair, leaver, taker):
    row = hand_over(leaver, shares(leaver, taker), reason="调离", by=chair)
    boss = as_user(chair)
    assert "撤销" in boss.get(LIST).content.decode()

    boss.post(reverse("grids:handover_undo", args=[row.pk]), {"once_key": str(uuid.uuid4())})

    assert Duty.objects.of(leaver).count() == 2
    assert "已撤销" in boss.get(LIST).content.decode()
