"""Visits at which nobody was met, each by its own short form, and what a form knows from last time (acceptance F1.2)."""

import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from concerns.models import Concern
from concerns.tests.factories import ConcernFactory
from fedhub.core.testing.queries import queries_beyond
from fedhub.reference.enums import RiskLevel
from grids.enums import MemberEvent, Met, RefusedHow, VisitKind, VisitMode
from grids.models import Visit, VisitChange
from grids.services.change import refuse_change
from grids.services.visit import NEWS_OF_MET, amend_visit, correct_visit, log_visit, withdraw_visit
from grids.tests.factories import VisitFactory
from households.enums import TaskKind, TaskState
from households.models import Household, VisitTask
from households.services.plan import plan_task
from households.tests.factories import HouseholdFactory, MembershipFactory, ResidentFactory, VisitTaskFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
DAY = datetime.timedelta(days=1)


def today():
    return timezone.localdate()


def posted(met, **more):
    return {"once_key": str(uuid.uuid4()), "met": met, "visited_on": today().isoformat(), "kind": "routine",
            "risk": "no"} | more  # fmt: skip


def send(client, household, met, **more):
    return client.post(reverse("grids:visit_create", args=[household.pk]), posted(met, **more))


def in_vain(household, worker, times, met=Met.NOBODY):
    return [log_visit(Visit(household=household, met=met), by=worker) for _ in range(times)]


# --- the next try -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("met", "days"), [(Met.NOBODY, 3), (Met.REFUSED, 14)])
def test_the_next_try_is_planned_by_its_rule_and_can_be_named_otherwise(worker, grid, met, days):
    by_rule = log_visit(Visit(household=HouseholdFactory(area=grid), met=met), by=worker)
    named = log_visit(Visit(household=HouseholdFactory(area=grid), met=met, next_on=today() + 5 * DAY), by=worker)

    assert (by_rule.next_on, named.next_on) == (today() + days * DAY, today() + 5 * DAY)


@pytest.mark.parametrize("met", [Met.MOVED, Met.EMPTY, Met.DIED])
def test_where_nobody_will_be_met_no_next_try_is_planned(worker, grid, met):
    assert log_visit(Visit(household=HouseholdFactory(area=grid), met=met), by=worker).next_on is None


def test_a_task_stays_open_and_moves_only_within_its_latest_day(worker, grid):
    household = HouseholdFactory(area=grid)
    soon = VisitTaskFactory(household=household, due_on=today() + DAY, latest_on=today() + 2 * DAY)
    roomy = VisitTaskFactory(household=household, due_on=today() + DAY, latest_on=today() + 30 * DAY)
    later = VisitTaskFactory(household=household, due_on=today() + 9 * DAY)

    visit = in_vain(household, worker, 1)[0]

    rows = {task.pk: task for task in VisitTask.objects.all()}
    assert visit.next_on == today() + 2 * DAY
    assert [rows[task.pk].due_on for task in (soon, roomy, later)] == [
        today() + 2 * DAY, today() + 2 * DAY, today() + 9 * DAY,
    ]  # fmt: skip
    assert {(task.state, task.earliest_on) for task in rows.values()} == {(TaskState.OPEN, today() - DAY)}


def test_a_family_that_refused_is_left_in_peace_until_the_day_named(worker, grid):
    household = HouseholdFactory(area=grid)
    task = VisitTaskFactory(household=household, due_on=today(), latest_on=today() + 20 * DAY)

    in_vain(household, worker, 1, Met.REFUSED)

    task.refresh_from_db()
    assert (task.earliest_on, task.due_on) == (today() + 14 * DAY, today() + 14 * DAY)
    assert not VisitTask.objects.begun().exists()


def test_a_visit_corrected_to_nobody_at_home_counts_no_more_and_plans_the_next_try(worker, grid):
    household = HouseholdFactory(area=grid)
    visit = log_visit(Visit(household=household, others="邻居", problems="缺钱"), by=worker)
    visit.met = Met.NOBODY

    correct_visit(visit, ["met"], base_version=visit.version, by=worker)

    household.refresh_from_db()
    visit.refresh_from_db()
    assert (household.last_visit_on, visit.next_on, visit.problems) == (None, today() + 3 * DAY, "")


def test_what_another_answer_says_is_forgotten(worker, grid):
    visit = Visit(
        household=HouseholdFactory(area=grid),
        met=Met.NOBODY,
        refused_how=RefusedHow.DOOR,
        told_by="邻居",
        left_note=True,
    )

    log_visit(visit, by=worker)

    assert (visit.refused_how, visit.told_by, visit.left_note) == ("", "", True)


# --- the short forms ----------------------------------------------------------------------------------------------
def test_nobody_at_home_says_whether_a_card_was_left(client, worker, grid):
    household = HouseholdFactory(area=grid)

    send(client, household, "nobody", left_note="on", nobody_again=(today() + 2 * DAY).isoformat())

    visit = Visit.objects.get()
    assert (visit.met, visit.left_note, visit.next_on) == (Met.NOBODY, True, today() + 2 * DAY)
    assert "留了联系卡，不算完成走访" in client.get(visit.get_absolute_url()).content.decode()


def test_the_rule_of_the_next_try_stands_on_the_form(client, worker, grid):
    page = client.get(reverse("grids:visit_create", args=[HouseholdFactory(area=grid).pk])).content.decode()

    assert "按规则 3 天后再去" in page
    assert "按规则 14 天内不再上门" in page
    assert f'name="nobody_again" value="{(today() + 3 * DAY).isoformat()}"' in page


def test_a_refusal_says_how(client, worker, grid):
    household = HouseholdFactory(area=grid)

    refused = send(client, household, "refused")
    send(client, household, "refused", refused_how="family")

    assert refused.context["form"].errors["refused_how"] == ["怎么说的？请选一项。"]
    assert Visit.objects.get().refused_how == RefusedHow.FAMILY


def test_the_next_try_lies_after_this_one(client, worker, grid):
    answer = send(client, HouseholdFactory(area=grid), "nobody", nobody_again=today().isoformat())

    assert answer.context["form"].errors["nobody_again"] == ["下次的日期要在这次之后。"]


def test_a_family_that_moved_is_proposed_and_not_applied(client, worker, grid):
    member = MembershipFactory(household__area=grid)

    send(client, member.household, "moved", moved_on=(today() - 9 * DAY).isoformat(), moved_to="杭州儿子家",
         told_by="房东")  # fmt: skip

    change = VisitChange.objects.get()
    assert (change.event, change.happened_on, change.value) == (MemberEvent.MOVED, today() - 9 * DAY, "杭州儿子家")
    assert (change.visit.told_by, change.visit.counts) == ("房东", False)
    assert Household.objects.get().is_open


def test_a_death_is_proposed_with_who_and_when_and_nothing_follows_before_it_is_confirmed(client, worker, grid):
    member = MembershipFactory(household__area=grid)

    send(client, member.household, "died", died_who=member.resident.pk, died_on=(today() - 2 * DAY).isoformat(),
         told_by="邻居")  # fmt: skip

    change = VisitChange.objects.get()
    member.resident.refresh_from_db()
    assert (change.event, change.resident, change.happened_on) == (
        MemberEvent.DIED,
        member.resident,
        today() - 2 * DAY,
    )
    assert (member.resident.state, change.visit.counts, VisitTask.objects.count()) == ("active", False, 0)


@pytest.mark.parametrize(("more", "field", "sentence"), [
    ({"died_who": ""}, "died_who", "是谁去世了？请选一位。"),
    ({"died_on": "2999-01-01"}, "died_on", "日期不能晚于今天。"),
    ({"died_on": "1984-12-31"}, "died_on", "日期早于她的出生日期，请核对。"),
])  # fmt: skip
def test_what_is_wrong_about_a_death_is_said(client, worker, grid, more, field, sentence):
    member = MembershipFactory(household__area=grid)

    answer = send(client, member.household, "died", **({"died_who": member.resident.pk} | more))

    assert answer.context["form"].errors[field] == [sentence]
    assert Visit.objects.count() == 0


@pytest.mark.parametrize("mode", [VisitMode.PHONE, VisitMode.WECHAT])
def test_a_talk_from_afar_is_kept_with_its_requests_and_does_not_count(client, worker, grid, mode):
    member = MembershipFactory(household__area=grid)
    due = member.household.next_due_on

    send(client, member.household, "remote", remote_mode=mode, people=[member.resident.pk], summary="问医保",
         request_1_title="换医保卡")  # fmt: skip

    visit, household = Visit.objects.get(), Household.objects.get()
    assert (visit.met, visit.mode, visit.counts, list(visit.people.all())) == (Met.MET, mode, False, [member.resident])
    assert (household.last_visit_on, household.next_due_on) == (None, due)
    assert list(Concern.objects.values_list("title", flat=True)) == ["换医保卡"]


def test_whoever_was_not_spoken_to_asks_for_nothing(client, worker, grid):
    send(client, HouseholdFactory(area=grid), "nobody", request_1_title="换医保卡")

    assert (Visit.objects.count(), Concern.objects.count()) == (1, 0)


@pytest.mark.parametrize(("met", "event"), [(Met.MOVED, MemberEvent.MOVED), (Met.DIED, ""), (Met.EMPTY, "")])
def test_a_visit_corrected_to_such_news_proposes_it_once(worker, grid, met, event):
    visit = log_visit(Visit(household=HouseholdFactory(area=grid), others="邻居"), by=worker)
    visit.met = met
    correct_visit(visit, ["met"], base_version=visit.version, by=worker)
    visit.summary = "邻居也这样说"
    correct_visit(visit, ["summary"], base_version=visit.version, by=worker)

    change = VisitChange.objects.get()

    assert (change.kind, change.event, change.state) == ("members", event, "proposed")
    assert change.text == NEWS_OF_MET[met]


def test_what_was_told_already_is_not_proposed_again_with_the_answer(worker, grid):
    member = MembershipFactory(household__area=grid)
    told = VisitChange(kind="members", event=MemberEvent.DIED, resident=member.resident)
    visit = log_visit(Visit(household=member.household, others="邻居"), changes=[told], by=worker)
    visit.met = Met.DIED

    correct_visit(visit, ["met"], base_version=visit.version, by=worker)

    assert list(visit.changes.all()) == [told]


@pytest.mark.parametrize("after", [Met.NOBODY, Met.DIED])
def test_news_that_was_a_mistake_is_proposed_no_more_and_what_was_decided_stays(worker, chair, grid, after):
    visit = log_visit(Visit(household=HouseholdFactory(area=grid), met=Met.MOVED), by=worker)
    decided = log_visit(Visit(household=HouseholdFactory(area=grid), met=Met.MOVED), by=worker)
    refuse_change(decided.changes.get(), reason="只是出门几天", by=chair)

    for one in (visit, decided):
        one.met = after
        correct_visit(one, ["met"], base_version=one.version, by=worker)

    first, *new = visit.changes.values_list("state", "decided_why", "event")
    assert first == ("refused", "走访已更正", MemberEvent.MOVED)
    assert new == ([("proposed", "", "")] if after == Met.DIED else [])
    assert decided.changes.first().decided_why == "只是出门几天"


# --- days ---------------------------------------------------------------------------------------------------------
def test_no_visit_lies_before_the_household_was_known(client, worker, grid):
    household = HouseholdFactory(area=grid)
    known = household.places.get().valid_from

    answer = send(client, household, "nobody", visited_on=(known - DAY).isoformat())
    with pytest.raises(ValidationError, match="早于这户最早的登记"):
        log_visit(Visit(household=household, met=Met.NOBODY, visited_on=known - DAY), by=worker)
    first = log_visit(Visit(household=household, met=Met.NOBODY, visited_on=known), by=worker)

    assert answer.context["form"].errors["visited_on"] == [f"走访日期早于这户最早的登记（{known:%Y-%m-%d}），请核对。"]
    assert Visit.objects.get() == first


@pytest.mark.parametrize("days", [-400, 1])
def test_a_visit_is_not_changed_to_such_a_day_either(worker, chair, grid, days):
    visit = log_visit(Visit(household=HouseholdFactory(area=grid), others="邻居"), by=worker)
    visit.visited_on = today() + days * DAY

    with pytest.raises(ValidationError, match="走访日期"):
        correct_visit(visit, ["visited_on"], base_version=visit.version, by=worker)
    with pytest.raises(ValidationError, match="走访日期"):
        amend_visit(visit, ["visited_on"], reason="写错", base_version=visit.version, by=chair)

    assert Visit.objects.get().visited_on == today()


# --- several tries ------------------------------------------------------------------------------------------------
def test_the_third_try_in_vain_is_told_to_the_chair_and_a_visit_that_counts_ends_it(as_user, worker, chair, grid):
    household = HouseholdFactory(area=grid)
    second = in_vain(household, worker, 2)[-1]
    before = as_user(chair).get(reverse("grids:unreached_list")).context["page"].rows
    early = as_user(worker).get(second.get_absolute_url()).content.decode()
    third = in_vain(household, worker, 1, Met.REFUSED)[0]
    page = as_user(worker).get(third.get_absolute_url()).content.decode()
    listed = as_user(chair).get(reverse("grids:unreached_list")).context["page"].rows
    log_visit(Visit(household=household, others="本人"), by=worker)
    after = as_user(chair).get(reverse("grids:unreached_list")).context["page"].rows

    assert ("接连" in early, "接连 3 次没见到人" in page) == (False, True)
    assert (before, [(row["home"], len(row["tries"])) for row in listed], after) == ([], [(household, 3)], [])


def test_a_withdrawn_try_was_none(worker, chair, grid, as_user):
    household = HouseholdFactory(area=grid)
    withdraw_visit(in_vain(household, worker, 3)[0], reason="记错", by=worker)

    assert as_user(chair).get(reverse("grids:unreached_list")).context["page"].rows == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_families_not_reached_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    for household in HouseholdFactory.create_batch(rows, area=grid):
        VisitFactory.create_batch(3, household=household, met=Met.NOBODY)

    response, queries = queries_beyond(client, reverse("grids:unreached_list"), SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 6


def test_the_families_not_reached_are_the_chairs_and_of_her_places_alone(as_user, worker, chair, grid):
    VisitFactory.create_batch(3, household__area=grid, met=Met.NOBODY)
    elsewhere = HouseholdFactory()
    VisitFactory.create_batch(3, household=elsewhere, met=Met.NOBODY)
    url = reverse("grids:unreached_list")

    found = {row["home"].area_id for row in as_user(chair).get(url).context["page"].rows}

    assert as_user(worker).get(url).status_code == 404
    assert found <= {grid.pk, elsewhere.area_id}


# --- from last time -----------------------------------------------------------------------------------------------
def test_the_form_opens_with_whom_one_met_and_how_last_time(client, worker, committee, grid):
    member = MembershipFactory(household__area=grid)
    other = MembershipFactory(
        household=member.household, relation="10", resident=ResidentFactory(area=grid, name="周强")
    )
    log_visit(
        Visit(household=member.household, mode=VisitMode.OFFICE, partner=committee, topics=["fraud"], problems="楼道灯不亮",
              next_step="带表格上门"),
        people=[other.resident], by=worker,
    )  # fmt: skip

    page = client.get(reverse("grids:visit_create", args=[member.household.pk]))

    form, text = page.context["form"], page.content.decode()
    assert form["people"].value() == [other.resident.pk]
    assert (form["mode"].value(), form["partner"].value()) == (VisitMode.OFFICE, committee.pk)
    assert [word in text for word in ("带表格上门", "楼道灯不亮", "宣传过</b> 防诈骗", "做到了")] == [True] * 4


@pytest.mark.parametrize(("answer", "kept", "word"), [("yes", True, "做到了"), ("no", False, "还没有")])
def test_what_became_of_the_last_promise_is_noted(client, worker, grid, answer, kept, word):
    member = MembershipFactory(household__area=grid)
    log_visit(Visit(household=member.household, others="本人", next_step="带表格上门"), by=worker)

    send(client, member.household, "met", people=[member.resident.pk], change="no", promise_kept=answer)

    visit = Visit.objects.order_by("-pk").first()
    page = client.get(visit.get_absolute_url()).content.decode()
    assert (visit.promise, visit.promise_kept) == ("带表格上门", kept)
    assert ("带表格上门" in page, word in page) == (True, True)


def test_two_people_are_advised_for_a_first_visit_and_a_red_family(client, worker, grid):
    first, red = HouseholdFactory(area=grid), HouseholdFactory(area=grid, risk_level=RiskLevel.RED)
    known = HouseholdFactory(area=grid)
    Household.objects.exclude(pk=first.pk).update(last_visit_on=today())

    hints = [
        client.get(reverse("grids:visit_create", args=[h.pk])).context["form"].two_people for h in (first, red, known)
    ]

    assert [hint[:4] for hint in hints] == ["第一次上", "红色风险", ""]


# --- tasks --------------------------------------------------------------------------------------------------------
def test_must_visits_are_done_by_the_visit_and_other_tasks_by_a_tick(client, worker, grid):
    member = MembershipFactory(household__area=grid)
    must = VisitTaskFactory(household=member.household)
    ticked, left = (
        plan_task(member.household, kind=TaskKind.CAMPAIGN, why=why, due_on=today(), by=worker)
        for why in ("重阳慰问", "高温送清凉")
    )
    form = client.get(reverse("grids:visit_create", args=[member.household.pk])).context["form"]

    answer = send(
        client, member.household, "met", people=[member.resident.pk], change="no", tasks=[ticked.pk], kind="must"
    )

    page = client.get(answer.url)
    assert (form.must_tasks, form.other_tasks, form["kind"].value()) == ([must], [ticked, left], VisitKind.MUST)
    assert set(page.context["done"]) == {must, ticked}
    assert set(VisitTask.objects.open()) == {left}
    assert "高温送清凉" in page.content.decode()


def test_a_task_of_another_family_cannot_be_ticked(client, worker, grid):
    member, task = MembershipFactory(household__area=grid), VisitTaskFactory(kind=TaskKind.OTHER)

    answer = send(client, member.household, "met", people=[member.resident.pk], change="no", tasks=[task.pk])

    assert list(answer.context["form"].errors) == ["tasks"]


# --- following up a concern ---------------------------------------------------------------------------------------
def test_a_visit_to_see_what_became_of_a_concern_stands_on_both_pages(as_user, worker, chair, grid):
    member = MembershipFactory(household__area=grid)
    concern = ConcernFactory(area=grid, household=member.household, title="换医保卡")
    client = as_user(chair)
    url = f"{reverse('grids:visit_create', args=[member.household.pk])}?concern={concern.pk}"
    button = url in client.get(concern.get_absolute_url()).content.decode()
    form = client.get(url).context["form"]

    answer = client.post(url, posted("met", people=[member.resident.pk], change="no", kind="follow_up",
                                     follows=form["follows"].value()))  # fmt: skip

    visit = Visit.objects.get()
    assert (button, form["kind"].value(), visit.follows) == (True, VisitKind.FOLLOW_UP, concern)
    assert concern.get_absolute_url() in client.get(answer.url).content.decode()
    way = client.get(reverse("concerns:concern_way", args=[concern.pk])).content.decode()
    assert ("回访" in way, visit.get_absolute_url() in way) == (True, True)


def test_a_concern_of_another_family_is_not_followed(client, worker, grid):
    member, concern = (
        MembershipFactory(household__area=grid),
        ConcernFactory(area=grid, household=HouseholdFactory(area=grid)),
    )

    answer = send(client, member.household, "met", people=[member.resident.pk], change="no", follows=concern.pk)

    assert list(answer.context["form"].errors) == ["follows"]


# --- the way of a record ------------------------------------------------------------------------------------------
def test_corrections_and_amendments_stand_in_one_timeline_in_sentences(as_user, worker, chair, grid):
    visit = log_visit(Visit(household=HouseholdFactory(area=grid), others="邻居", summary="都好"), by=worker)
    data = {"met": "met", "others": "邻居", "summary": "女儿找到工作", "visited_on": today().isoformat(), "mode": "home",
            "kind": "routine", "visitor": worker.pk, "version": 1}  # fmt: skip
    as_user(worker).post(reverse("grids:visit_correct", args=[visit.pk]), data)
    visit.refresh_from_db()
    visit.gifts = "大米一袋"
    amend_visit(visit, ["gifts"], reason="漏记", base_version=visit.version, by=chair)

    entries = as_user(worker).get(visit.get_absolute_url()).context["entries"]

    assert [(entry["title"], entry["when"][1], entry["text"]) for entry in entries] == [
        ("更正", "周敏", "漏记；送达物资由“（空）”改为“大米一袋”"),
        ("走访人修改", "刘建芳", "情况记录由“都好”改为“女儿找到工作”"),
        ("登记走访", "刘建芳", ""),
    ]  # fmt: skip
