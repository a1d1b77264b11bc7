"""Many concerns to one person: ticked, filtered, all of a leaver; taken back; and the load of each officer."""

import datetime

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.services import disable_staff, end_grant
from accounts.tests.factories import RoleGrantFactory, user_with
from concerns.loads import left_by, loads
from concerns.models import AssignmentBatch, Concern
from concerns.services.answers import answer_concern
from concerns.services.batches import assign_many, hand_over
from concerns.services.handling import finish_concern, withdraw_concern
from concerns.services.together import join_concerns
from concerns.tests.factories import ConcernFactory, concern_at
from concerns.views import batch as batch_views
from fedhub.areas.tests.factories import grid as grid_at
from fedhub.core.models import AuditEvent
from fedhub.core.testing.queries import queries_beyond

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
DAY = datetime.timedelta(days=1)
MANY = reverse("concerns:assign_many")
BATCHES = reverse("concerns:batch_list")


def today():
    return timezone.localdate()


def fresh(concern):
    return Concern.objects.get(pk=concern.pk)


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def boss(as_user, chair):
    """A client signed in as the chair."""
    return as_user(chair)


@pytest.fixture
def helper(grid):
    """Another grid worker of the first grid."""
    return user_with(Role.GRID_WORKER, grid, name="何晓燕")


def of(person, *concerns):
    """Put `concerns` (any state) into the hands of `person`."""
    Concern.objects.filter(pk__in=[concern.pk for concern in concerns]).update(assigned_to=person)


# --- assigning many -----------------------------------------------------------------------------------------------
def test_ticked_concerns_are_counted_first_and_assigned(boss, worker, grid):
    two = [ConcernFactory(area=grid, due_on=today() + 9 * DAY) for _ in range(2)]
    other = ConcernFactory(area=grid)
    url = f"{MANY}?ids={two[0].pk}&ids={two[1].pk}"

    page = boss.get(url)
    answer = boss.post(url, {"person": worker.pk, "reason": "按分工"})

    assert (page.context["total"], page.context["left_out"], fresh(other).status) == (2, 0, "new")
    assert answer.url == BATCHES
    assert [(fresh(c).status, fresh(c).assigned_to, fresh(c).handle_by) for c in two] == [
        ("assigned", worker, today() + 9 * DAY)
    ] * 2
    assert told(answer) == [f"已把 2 件交给{worker}（并入的一起），可以撤销。"]


def test_all_that_the_filters_leave_are_assigned(boss, worker, grid, other_grid):
    here, there = ConcernFactory(area=grid, title="换锁"), ConcernFactory(area=grid, title="找工作")
    url = f"{MANY}?all=1&q=换锁"

    assert boss.get(url).context["total"] == 1
    boss.post(url, {"person": worker.pk})

    assert (fresh(here).assigned_to, fresh(there).assigned_to) == (worker, None)


def test_those_done_or_merged_are_counted_apart_and_stay(boss, chair, worker, grid):
    new, done, lead, follower = (ConcernFactory(area=grid) for _ in range(4))
    finish_concern(_accepted(done), result="好了", by=chair)
    join_concerns(lead, [follower], by=chair)
    url = f"{MANY}?ids={new.pk}&ids={done.pk}&ids={lead.pk}&ids={follower.pk}"

    page = boss.get(url)
    boss.post(url, {"person": worker.pk})

    assert (page.context["total"], page.context["left_out"]) == (2, 2)
    assert fresh(done).assigned_to is None
    assert fresh(follower).assigned_to == worker, "a follower goes with its lead"
    assert AssignmentBatch.objects.get().total == 3


def _accepted(concern):
    Concern.objects.filter(pk=concern.pk).update(status="accepted")
    return fresh(concern)


def test_of_very_many_the_urgent_ones_that_can_be_assigned_are_taken(boss, worker, grid, monkeypatch):
    monkeypatch.setattr(batch_views, "MOST", 2)
    for days in (1, 2, 3):
        concern_at("closed", area=grid, due_on=today() - 9 * DAY)
        ConcernFactory(area=grid, due_on=today() + days * DAY)

    page = boss.get(f"{MANY}?all=1")
    boss.post(f"{MANY}?all=1", {"person": worker.pk})

    assert [page.context[name] for name in ("total", "left_out", "too_many", "more")] == [2, 3, True, 0]
    left = Concern.objects.filter(status="new")
    assert [concern.due_on for concern in left] == [today() + 3 * DAY]


def test_one_that_was_closed_meanwhile_is_left_alone(boss, chair, worker, grid):
    stays, goes = ConcernFactory(area=grid), ConcernFactory(area=grid)
    url = f"{MANY}?ids={stays.pk}&ids={goes.pk}"
    assert boss.get(url).context["total"] == 2

    withdraw_concern(stays, reason="不用了", by=chair)
    answer = boss.post(url, {"person": worker.pk})

    assert (fresh(stays).status, fresh(stays).assigned_to) == ("closed", None)
    assert fresh(goes).assigned_to == worker
    assert told(answer)[0].startswith("已把 1 件交给")


def test_when_nothing_is_left_to_assign_a_sentence_says_so(boss, chair, worker, grid):
    gone = ConcernFactory(area=grid)
    withdraw_concern(gone, reason="不用了", by=chair)

    answer = boss.post(f"{MANY}?ids={gone.pk}", {"person": worker.pk})

    assert answer.status_code == 200
    assert "没有可以交办的诉求" in answer.content.decode()
    assert AssignmentBatch.objects.count() == 0


def test_sent_twice_it_is_one_assignment(boss, worker, grid):
    concern = ConcernFactory(area=grid)
    data = {"person": worker.pk, "once_key": "6f1b1c1e-0000-4000-8000-000000000003"}

    for _ in range(2):
        boss.post(f"{MANY}?ids={concern.pk}", data)

    assert AssignmentBatch.objects.count() == 1
    assert fresh(concern).version == 2


@pytest.mark.parametrize("day", [-1, 5])
def test_a_day_in_the_past_or_behind_a_promise_is_refused(boss, worker, grid, day):
    concern = ConcernFactory(area=grid, due_on=today() + 3 * DAY)

    answer = boss.post(f"{MANY}?ids={concern.pk}", {"person": worker.pk, "handle_by": today() + day * DAY})

    assert list(answer.context["form"].errors) == ["handle_by"]
    assert fresh(concern).status == "new"


def test_only_who_may_answer_in_all_the_places_can_be_chosen(boss, chair, worker, grid, other_grid):
    url = f"{MANY}?ids={ConcernFactory(area=grid).pk}&ids={ConcernFactory(area=other_grid).pk}"

    answer = boss.post(url, {"person": worker.pk})

    assert list(answer.context["form"].fields["person"].queryset) == [chair]
    assert answer.context["form"].errors["person"] == ["选的人管不到这些诉求所在的地方，请另选一位。"]


def test_who_may_not_assign_and_strangers_get_nothing(as_user, worker, stranger, grid):
    concern = ConcernFactory(area=grid)

    for user in (worker, stranger):
        client = as_user(user)
        assert client.get(f"{MANY}?ids={concern.pk}").status_code == 404
        assert client.post(f"{MANY}?ids={concern.pk}", {"person": user.pk}).status_code == 404
    assert as_user(stranger).get(f"{MANY}?all=1").status_code == 404
    assert fresh(concern).status == "new"


# --- taking it back -----------------------------------------------------------------------------------------------
def test_an_assignment_is_taken_back_to_what_it_was(boss, chair, worker, helper, grid):
    new = ConcernFactory(area=grid)
    hers = concern_at("assigned", area=grid, assigned_to=helper)
    batch = assign_many(Concern.objects.all(), person=worker, by=chair)

    answer = boss.post(reverse("concerns:batch_undo", args=[batch.pk]))
    again = boss.post(reverse("concerns:batch_undo", args=[batch.pk]))

    assert (fresh(new).status, fresh(new).assigned_to) == ("new", None)
    assert (fresh(hers).status, fresh(hers).assigned_to) == ("assigned", helper)
    assert told(answer) == ["已撤销这次交办。"]
    assert "这次交办已经撤销过了。" in told(again)


def test_what_was_worked_on_since_stays_and_is_named(boss, chair, worker, grid):
    first, second = ConcernFactory(area=grid), ConcernFactory(area=grid)
    batch = assign_many(Concern.objects.all(), person=worker, by=chair)
    finish_concern(fresh(first), result="好了", by=worker)

    answer = boss.post(reverse("concerns:batch_undo", args=[batch.pk]))

    assert (fresh(first).status, fresh(second).status) == ("done", "new")
    assert told(answer)[0] == f"这些诉求之后又有人办过，没有动，请逐件看：{first.number}。"


def test_an_undo_neither_touches_nor_names_what_lies_elsewhere_by_now(boss, chair, worker, grid, stranger):
    here, gone = ConcernFactory(area=grid), ConcernFactory(area=grid)
    batch = assign_many(Concern.objects.all(), person=worker, by=chair)
    Concern.objects.filter(pk=gone.pk).update(area=grid_at(1, stranger.grants.get().area))

    answer = boss.post(reverse("concerns:batch_undo", args=[batch.pk]))

    assert [fresh(one).assigned_to for one in (here, gone)] == [None, worker]
    assert "有 1 件诉求已经不归您管，没有动。" in told(answer)
    assert gone.number not in "".join(told(answer))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_assignments_costs_the_same_for_any_number_of_rows(boss, chair, worker, grid, rows):
    for _ in range(rows):
        ConcernFactory(area=grid)
        assign_many(Concern.objects.filter(status="new"), person=worker, by=chair)

    response, queries = queries_beyond(boss, reverse("concerns:batch_list"), SHELL)

    assert (len(response.context["page"].rows), queries) == (rows, 2)


# --- a leaver -----------------------------------------------------------------------------------------------------
@pytest.fixture
def left(chair, worker, grid):
    """What a leaver has in hand: one in work, one opened again, one done, one answered, one that follows another's."""
    work = concern_at("assigned", area=grid, assigned_to=worker, due_on=today() + 5 * DAY)
    again, done, answered, lead, follower = (ConcernFactory(area=grid) for _ in range(5))
    finish_concern(_accepted(done), result="好了", by=chair)
    answer_concern(answered, answer="好了", told="face", outcome="solved", by=chair)
    _accepted(again), _accepted(follower), _accepted(lead)
    join_concerns(fresh(lead), [fresh(follower)], by=chair)
    of(worker, again, done, answered, follower)
    return [fresh(c) for c in (work, again, done, answered, follower)]


def test_all_of_a_leaver_goes_in_one_step_and_comes_back(boss, chair, worker, helper, left):
    url = f"{reverse('concerns:hand_over')}?from={worker.pk}"
    before = [(c.status, c.assigned_to_id, c.handle_by) for c in left]

    page = boss.get(url)
    answer = boss.post(url, {"person": helper.pk, "reason": "调离"})
    after = [(fresh(c).status, fresh(c).assigned_to) for c in left]
    boss.post(reverse("concerns:batch_undo", args=[AssignmentBatch.objects.get().pk]))

    assert page.context["counts"] == [("已受理", 2), ("办理中", 1), ("已办理", 1), ("已答复", 1)]
    assert told(answer) == [f"已把{worker}手里的 5 件移交给{helper}，可以撤销。"]
    assert after == [
        ("assigned", helper), ("assigned", helper), ("done", helper), ("answered", helper), ("accepted", helper),
    ]  # fmt: skip
    assert [(fresh(c).status, fresh(c).assigned_to_id, fresh(c).handle_by) for c in left] == before


def test_a_hand_over_needs_a_reason_and_another_person(boss, worker, left):
    url = f"{reverse('concerns:hand_over')}?from={worker.pk}"

    answer = boss.post(url, {"person": worker.pk, "reason": ""})

    assert sorted(answer.context["form"].errors) == ["person", "reason"]
    assert AssignmentBatch.objects.count() == 0


def test_a_hand_over_leaves_a_line_of_each_in_the_audit_and_the_history(boss, chair, worker, helper, left):
    hand_over(left_by(worker, chair), person=helper, from_person=worker, reason="调离", by=chair)

    lines = AuditEvent.objects.filter(action="concerns.concern.assign", reason="调离")
    assert sorted(lines.values_list("target_id", flat=True)) == sorted(c.pk for c in left)
    assert [fresh(c).history.first().assigned_to_id for c in left] == [helper.pk] * 5
    assert [fresh(c).history.first().history_user_id for c in left] == [chair.pk] * 5


def test_nothing_in_hand_is_nothing_to_hand_over(boss, chair, worker, helper, grid):
    url = f"{reverse('concerns:hand_over')}?from={worker.pk}"

    page = boss.get(url).content.decode()

    assert "没有要移交的诉求" in page
    assert 'name="person"' not in page
    assert boss.post(url, {"person": helper.pk, "reason": "调离"}).status_code == 200
    with pytest.raises(ValidationError, match="手里没有没办结的诉求"):
        hand_over(left_by(worker, chair), person=helper, from_person=worker, by=chair)


@pytest.mark.parametrize("query", ["", "from=x", "from=999999"])
def test_a_hand_over_of_nobody_is_no_page(boss, query):
    assert boss.get(f"{reverse('concerns:hand_over')}?{query}").status_code == 404


def test_strangers_and_workers_hand_nothing_over(as_user, stranger, helper, worker, left):
    url = f"{reverse('concerns:hand_over')}?from={worker.pk}"

    assert as_user(stranger).get(url).status_code == 404
    assert as_user(helper).get(url).status_code == 404


def test_a_concern_answered_meanwhile_changes_hands_as_it_stands(boss, chair, worker, helper, grid):
    concern = concern_at("assigned", area=grid, assigned_to=worker)
    url = f"{reverse('concerns:hand_over')}?from={worker.pk}"
    boss.get(url)

    answer_concern(concern, answer="好了", told="face", outcome="solved", by=worker)
    boss.post(url, {"person": helper.pk, "reason": "调离"})

    assert (fresh(concern).status, fresh(concern).assigned_to) == ("answered", helper)


def test_the_account_of_a_leaver_says_what_is_left(boss, chair, worker, left):
    page = reverse("accounts:user_detail", args=[worker.pk])

    working = boss.get(page)
    disable_staff(worker, by=chair)
    closed = boss.get(page).content.decode()

    assert working.context["left"] == [
        ("手里还有 5 件没办结的诉求。", "移交诉求", f"{reverse('concerns:hand_over')}?from={worker.pk}", False)
    ]
    assert "请交给别人接着办" not in working.content.decode()
    assert "账号已停用，或者没有能办这些事的角色了，请交给别人接着办。" in closed


def test_so_does_the_account_of_somebody_whose_role_ended(boss, chair, community, worker, left):
    end_grant(worker.grants.get(), by=chair)
    RoleGrantFactory(user=worker, role=Role.MEDIATOR, area=community)

    page = boss.get(reverse("accounts:user_detail", args=[worker.pk]))

    assert [stranded for *_, stranded in page.context["left"]] == [True]


def test_who_may_not_assign_learns_nothing_of_what_is_in_hand(as_user, district, worker, grid):
    concern_at("assigned", area=grid, assigned_to=worker)
    admin = user_with(Role.SYSTEM_ADMIN, district)

    page = as_user(admin).get(reverse("accounts:user_detail", args=[worker.pk]))

    assert page.context["left"] == []


# --- load ---------------------------------------------------------------------------------------------------------
def test_each_figure_of_the_load_opens_its_list(boss, chair, worker, helper, grid):
    concern_at("assigned", area=grid, assigned_to=worker, due_on=today() - DAY)
    concern_at("assigned", area=grid, assigned_to=worker, due_on=today() + 2 * DAY, reopened=1)
    concern_at("assigned", area=grid, assigned_to=worker, due_on=today() + 20 * DAY)
    of(worker, concern_at("closed", area=grid))
    ConcernFactory(area=grid)

    rows = boss.get(reverse("concerns:load")).context["rows"]

    assert [(load.name, [n for n, _ in load.figures]) for load in rows] == [
        ("没有承办人", [1, 0, 1, 0, 0]), (worker.name, [3, 1, 2, 1, 1]), (helper.name, [0] * 5), (chair.name, [0] * 5),
    ]  # fmt: skip
    for load in rows:
        for number, url in load.figures:
            assert len(boss.get(url).context["page"].rows) == number, (load.name, url)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_load_costs_the_same_for_any_number(boss, grid, rows):
    for _ in range(rows):
        concern_at("assigned", area=grid)

    response, queries = queries_beyond(boss, reverse("concerns:load"), SHELL)

    assert (len([load for load in response.context["rows"] if load.open]), queries) == (rows, 3)


def test_the_load_is_for_who_assigns_and_of_her_places(as_user, chair, worker, stranger, grid):
    concern_at("assigned", area=grid, assigned_to=worker)

    assert as_user(worker).get(reverse("concerns:load")).status_code in (403, 404)
    assert [load.name for load in loads(stranger)] == ["陌生人"]


def test_nothing_goes_back_to_an_account_that_is_closed(boss, chair, worker, helper, left):
    batch = hand_over(left_by(worker, chair), person=helper, from_person=worker, reason="调离", by=chair)
    worker.is_active, worker.disabled_on = False, today()
    worker.save()

    answer = boss.post(reverse("concerns:batch_undo", args=[batch.pk]))

    assert told(answer) == [f"{worker}的账号已经停用，不能再退回去。要换人，请重新交办或移交。"]
    assert [fresh(concern).assigned_to for concern in left] == [helper] * 5
    assert AssignmentBatch.objects.get().undone_at is None


# --- what came in while the page was open --------------------------------------------------------------------------
def test_more_than_was_counted_is_counted_again_before_anything_moves(boss, worker, grid):
    seen = ConcernFactory(area=grid)
    url = f"{MANY}?all=1"
    data = {"person": worker.pk, "counted": boss.get(url).context["form"]["counted"].value()}
    late = ConcernFactory(area=grid)

    again = boss.post(url, data)
    untouched = AssignmentBatch.objects.count()
    boss.post(url, data | {"counted": again.context["form"]["counted"].value()})

    assert "您打开这一页时是 1 件，现在是 2 件，还没有动。" in again.content.decode()
    assert untouched == 0
    assert [fresh(concern).assigned_to for concern in (seen, late)] == [worker, worker]


def test_a_hand_over_counts_again_too(boss, worker, helper, grid, left):
    url = f"{reverse('concerns:hand_over')}?from={worker.pk}"
    data = {"person": helper.pk, "reason": "调离", "counted": boss.get(url).context["form"]["counted"].value()}
    concern_at("assigned", area=grid, assigned_to=worker)

    answer = boss.post(url, data)

    assert "您打开这一页时是 5 件，现在是 6 件" in answer.content.decode()
    assert AssignmentBatch.objects.count() == 0


@pytest.mark.parametrize("key", ["²", "9" * 30, "-1"])
def test_a_key_that_is_none_chooses_nothing(boss, worker, grid, key):
    concern = ConcernFactory(area=grid)

    assert boss.get(MANY, {"ids": [key, concern.pk]}).context["total"] == 1
    assert boss.get(reverse("concerns:hand_over"), {"from": key}).status_code == 404


def test_when_nobody_covers_all_the_places_the_page_says_what_to_do(boss, chair, worker, grid, other_grid):
    user_with(Role.GRID_WORKER, other_grid, username="other", name="孟小红")
    of(chair, *(concern_at("assigned", area=place, assigned_to=chair) for place in (grid, other_grid)))

    page = boss.get(f"{reverse('concerns:hand_over')}?from={chair.pk}").content.decode()

    assert "没有一位能管到这些诉求所在的全部地方" in page
    assert "没有一位能管到" not in boss.get(f"{MANY}?all=1").content.decode()


def test_what_lies_with_a_closed_account_stands_out_in_the_load(chair, worker, grid):
    concern_at("assigned", area=grid, assigned_to=worker)
    worker.is_active, worker.disabled_on = False, today()
    worker.save()

    assert [(load.name, load.open) for load in loads(chair)][0] == (f"{worker.name}（已停用）", 1)


@pytest.mark.parametrize("number", ["²", "9" * 25, "-1", "\x00", "١", "1e3"])
def test_a_number_that_no_row_can_have_is_nobody(client, chair, grid, number):
    concern = ConcernFactory(area=grid)
    join = reverse("concerns:concern_join_confirm", args=[concern.pk])

    for url, name in ((MANY, "ids"), (reverse("concerns:hand_over"), "from"),
                      (reverse("concerns:concern_create"), "household")):  # fmt: skip
        assert client.get(url, {name: number}).status_code == 404
    assert client.get(join, {"ids": number}).url == reverse("concerns:concern_join", args=[concern.pk])
    assert client.get(reverse("concerns:concern_list"), {"person": number}).status_code == 200
    assert client.post(reverse("concerns:similar"), {"title": "楼道灯不亮", "resident": number}).status_code == 200
