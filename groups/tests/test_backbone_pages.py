"""Pages of backbone women: the list and its filters, a file, forms that lose nothing, handing over, the sheet, the ledger."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.leaving import left_in_hand
from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.ledgers.models import ExportRecord
from groups.backbone_enums import TaskState
from groups.backbone_resources import BackboneLedger
from groups.models import Backbone, BackboneTask
from groups.tests.factories import MemberFactory, VolunteerFactory, days_ago
from groups.tests.factories_backbone import (
    BackboneFactory,
    BackboneTaskFactory,
    EvaluationFactory,
    HonourFactory,
    TrainingFactory,
    ended,
    task_at,
)
from groups.tests.lines import keys, said
from households.tests.factories import HouseholdFactory, MembershipFactory, PhoneFactory, ResidentFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
TODAY = timezone.localdate


def url(name, *args):
    return reverse(f"groups:{name}", args=args)


def text(client, address):
    return client.get(address).content.decode()


def read(row):
    return type(row).objects.get(pk=row.pk)


# --- the list -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(client, chair, rows):
    for _ in range(rows):
        TrainingFactory()

    page, number = queries_beyond(client, url("backbone_list"), SHELL)

    assert said(page, "title", "trainings", "tasks") == [("王桂兰", "1", "0")] * rows
    assert number == 5


def test_the_list_is_narrowed_and_sorted(client, chair, grid, other_grid):
    law = BackboneFactory(skills=["law", "mind"], level="district", source="visit", resident__name="李红梅")
    BackboneFactory(skills=["arts"], keeper=chair, resident__name="陈秀英", resident__area=other_grid)
    ended(resident__name="孙玉梅")
    BackboneTaskFactory(backbone=law, given_by=chair)

    def found(**query):
        return [name for (name,) in said(client.get(url("backbone_list"), query), "title")]

    assert found(sort="name") == ["陈秀英", "李红梅"]
    assert found(skill="mind") == ["李红梅"]
    assert found(level="district") == ["李红梅"]
    assert found(source="visit") == ["李红梅"]
    assert found(area=other_grid.pk) == ["陈秀英"]
    assert found(q="陈秀英") == ["陈秀英"]
    assert found(state="mine") == ["陈秀英"]
    assert found(state="tasks") == ["李红梅"]
    assert found(state="ended") == ["孙玉梅"]
    assert found(state="all", sort="name") == ["陈秀英", "李红梅", "孙玉梅"]
    assert found(area="9" * 9, skill="x") == found()


def test_pages_follow_each_other_by_name(client, chair, monkeypatch):
    monkeypatch.setattr("groups.views.backbone.BackboneList.page_size", 1)
    for name in ("陈秀英", "李红梅"):
        BackboneFactory(resident__name=name)

    first = client.get(url("backbone_list"), {"sort": "name"})
    second = client.get(url("backbone_list") + first.context["page"].next_url)

    assert [*said(first, "title"), *said(second, "title")] == [("陈秀英",), ("李红梅",)]


def test_the_list_names_whom_the_ledger_alone_calls_one(client, chair, grid):
    ticked = ResidentFactory(area=grid, name="周丽华", sex="2", birth="1970-01-01", is_backbone=True)
    BackboneFactory(resident__is_backbone=True)

    page = client.get(url("backbone_list"))

    assert (page.context["ticked"], page.context["ticked_number"]) == ([{"pk": ticked.pk, "name": "周丽华"}], 1)
    form = client.get(f"{url('backbone_create')}?resident={ticked.pk}").context["form"]
    assert form["resident"].value() == ticked.pk


def test_a_worker_sees_the_women_of_her_grid_alone(as_user, worker, other_grid):
    mine, other = BackboneFactory(), BackboneFactory(resident__area=other_grid)
    client = as_user(worker)

    assert keys(client.get(url("backbone_list"))) == [mine.pk]
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(url("backbone_update", mine.pk)).status_code == 404


# --- a file -------------------------------------------------------------------------------------------------------------
def test_she_is_registered_and_the_form_loses_nothing(client, chair, grid):
    woman = ResidentFactory(area=grid, name="王桂兰", sex="2", birth="1962-04-01")
    page = client.get(f"{url('backbone_create')}?resident={woman.pk}")

    wrong = client.post(page.request["PATH_INFO"], filled(page, source="herself", can_do="有律师证"))
    assert (wrong.status_code, "至少选一样专长" in wrong.content.decode(), "有律师证" in wrong.content.decode()) == (
        200, True, True,
    )  # fmt: skip
    answer = client.post(
        page.request["PATH_INFO"],
        filled(
            page, source="herself", can_do="有律师证", skills=["law", "mediation"], level="street", ground="街妇3号"
        ),
    )
    row = Backbone.objects.get()

    assert answer.headers["Location"] == row.get_absolute_url()
    assert (row.resident, row.skills, row.level, row.keeper) == (woman, ["law", "mediation"], "street", chair)
    again = client.post(page.request["PATH_INFO"], filled(page, source="herself", skills=["law"]))
    assert again.headers["Location"] == row.get_absolute_url()
    assert Backbone.objects.count() == 1


def test_two_editors_see_both_texts(client, chair):
    row = BackboneFactory(keeper=chair)
    page = client.get(url("backbone_update", row.pk))
    client.post(page.request["PATH_INFO"], filled(client.get(page.request["PATH_INFO"]), can_do="会写诉状"))

    clash = client.post(page.request["PATH_INFO"], filled(page, can_do="有律师证"))

    assert clash.status_code == 409
    shown = clash.content.decode()
    assert ("会写诉状" in shown, "有律师证" in shown, read(row).can_do) == (True, True, "会写诉状")


def test_opening_a_file_is_logged_once_an_hour(client, chair):
    row = BackboneFactory()

    for _ in range(2):
        client.get(row.get_absolute_url())

    assert AuditEvent.objects.filter(action="groups.backbone.read", target_id=str(row.pk)).count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_a_file_costs_the_same_for_any_number_of_lines(client, chair, rows):
    row = BackboneFactory()
    for index in range(rows):
        TrainingFactory(backbone=row)
        HonourFactory(backbone=row)
        BackboneTaskFactory(backbone=row)
        EvaluationFactory(backbone=row, year=2020 + index)
        ended(resident=row.resident, valid_from=days_ago(900), valid_to=days_ago(800))
        MemberFactory(resident=row.resident)
    client.get(row.get_absolute_url())

    page, number = queries_beyond(client, row.get_absolute_url(), SHELL)

    context = page.context
    lines = ("trainings", "honours", "tasks", "evaluations", "others", "places")
    assert [len(context[name]) for name in lines] == [rows] * 6
    assert number == 10


def test_only_who_evaluates_reads_evaluations(as_user, chair, worker, community):
    row = BackboneFactory()
    EvaluationFactory(backbone=row, words="有威信，肯跑腿")
    officer = user_with(Role.DATA_OFFICER, community, username="officer")

    shown = ["有威信" in text(as_user(user), row.get_absolute_url()) for user in (chair, worker, officer)]

    assert shown == [True, False, False]
    assert as_user(worker).get(url("evaluation_create", row.pk)).status_code == 404
    assert "有威信" not in text(as_user(chair), url("backbone_print", row.pk))


def test_lines_are_written_and_struck(client, chair):
    row = BackboneFactory()
    for name, typed in (
        ("training_create", {"name": "反家暴法", "hours": "4"}),
        ("honour_create", {"kind": "family", "level": "city", "year": "2025", "paper": "市妇〔2025〕8号"}),
        ("evaluation_create", {"grade": "good", "words": "肯跑腿"}),
    ):
        page = client.get(url(name, row.pk))
        assert (
            client.post(page.request["PATH_INFO"], filled(page, **typed)).headers["Location"] == row.get_absolute_url()
        )
    shown = text(client, row.get_absolute_url())
    assert [words in shown for words in ("反家暴法", "市级最美家庭", "市妇〔2025〕8号", "肯跑腿")] == [True] * 4

    for name, line in (
        ("training_strike", row.trainings.get()), ("honour_strike", row.honours.get()),
        ("evaluation_strike", row.evaluations.get()),
    ):  # fmt: skip
        page = client.get(url(name, line.pk))
        client.post(page.request["PATH_INFO"], filled(page, why="登记错了"))
        assert read(line).void_why == "登记错了"
    assert "反家暴法" not in text(client, url("backbone_print", row.pk))


def test_level_and_end_have_their_pages(client, chair):
    row = BackboneFactory()
    page = client.get(url("backbone_level", row.pk))
    client.post(page.request["PATH_INFO"], filled(page, level="city", ground="市妇联"))
    assert read(row).level == "city"

    page = client.get(url("backbone_end", row.pk))
    client.post(page.request["PATH_INFO"], filled(page, end_why="wish", note="带孙子"))
    assert (read(row).valid_to, read(row).end_note) == (TODAY(), "带孙子")
    assert client.get(url("backbonetask_create", row.pk)).status_code == 200
    page = client.get(url("backbonetask_create", row.pk))
    refused = client.post(page.request["PATH_INFO"], filled(page, what="约人来听讲座"))
    assert ("已经不是骨干" in refused.content.decode(), "约人来听讲座" in refused.content.decode()) == (True, True)


# --- tasks --------------------------------------------------------------------------------------------------------------
def test_a_worker_gives_a_task_and_writes_down_that_it_is_done(as_user, worker):
    row, client = BackboneFactory(), as_user(worker)
    page = client.get(url("backbonetask_create", row.pk))
    client.post(page.request["PATH_INFO"], filled(page, what="约人来听讲座"))
    task = BackboneTask.objects.get()
    assert (task.given_by, task.due_on) == (worker, TODAY() + datetime.timedelta(days=14))

    page = client.get(url("backbonetask_done", task.pk))
    client.post(page.request["PATH_INFO"], filled(page, result="来了六个人"))
    assert (read(task).state, read(task).result) == (TaskState.DONE, "来了六个人")


def test_what_she_said_stands_in_the_form(client, chair):
    task = task_at(TaskState.SAID)

    form = client.get(url("backbonetask_done", task.pk)).context["form"]

    assert (form["result"].value(), form["on"].value()) == ("来了六个人", TODAY())


def test_a_task_declined_is_asked_again_or_cancelled(client, chair):
    task = task_at(TaskState.DECLINED)
    client.post(url("backbonetask_again", task.pk))
    assert read(task).state == TaskState.OPEN

    page = client.get(url("backbonetask_cancel", task.pk))
    client.post(page.request["PATH_INFO"], filled(page, why="改请别人"))
    assert (read(task).state, read(task).result) == (TaskState.CANCELLED, "改请别人")


# --- other pages --------------------------------------------------------------------------------------------------------
def test_who_leaves_has_women_and_tasks_in_hand(as_user, chair, worker):
    row, client = BackboneFactory(keeper=worker), as_user(chair)
    BackboneTaskFactory(backbone=row)

    found = [line for line in left_in_hand(worker, chair) if "骨干" in line[0]]
    assert [(line[0], line[3]) for line in found] == [("还有 2 名骨干、任务在她手里。", False)]
    page = client.get(found[0][2])
    assert (page.context["total"], page.context["tasks"]) == (1, 1)
    client.post(found[0][2], filled(page, person=chair.pk, reason="调离"))

    assert (read(row).keeper, BackboneTask.objects.get().given_by) == (chair, chair)
    assert "没有要移交的骨干" in text(client, found[0][2])


def test_a_household_and_a_woman_show_groups_volunteering_and_backbone_in_one(client, chair, grid):
    row = BackboneFactory(skills=["law"])
    household = HouseholdFactory(area=grid)
    MembershipFactory(household=household, resident=row.resident)
    team = MemberFactory(resident=row.resident, group__name="清和合唱队").group
    VolunteerFactory(resident=row.resident, area=team.area)

    for address in (household.get_absolute_url(), row.resident.get_absolute_url()):
        shown = text(client, f"{address}?tab=groups")
        assert [words in shown for words in ("清和合唱队", "妇女骨干", "志愿者", "社区级")] == [True] * 4


def test_the_ledger_masks_the_telephone_and_says_nothing_of_evaluations(chair, grid):
    row = BackboneFactory(skills=["law", "arts"], can_do="有律师证", keeper=chair)
    PhoneFactory(resident=row.resident, number="13800001234")
    TrainingFactory(backbone=row, hours=6)
    TrainingFactory(backbone=row, hours=2)
    HonourFactory(backbone=row, year=2024)
    task_at(TaskState.DONE, backbone=row)
    EvaluationFactory(backbone=row, words="有威信")
    ended(resident__name="孙玉梅")

    def cells(*, full):
        lines = BackboneLedger().export(user=chair, full=full)
        return [[str(cell) for cell in line] for line in lines]

    (masked,), (whole,) = cells(full=False), cells(full=True)

    assert ("13800001234" in "".join(masked), "13800001234" in "".join(whole)) == (False, True)
    assert [words in "|".join(masked) for words in ("法律、文艺", "有律师证", "2024 区级三八红旗手", "有威信")] == [
        True, True, True, False,
    ]  # fmt: skip


def test_the_conditions_of_the_list_go_along_into_the_export(as_user, data_officer, grid):
    law, arts = (
        BackboneFactory(skills=["law"], level="city"),
        BackboneFactory(skills=["arts"], resident__name="李红梅"),
    )
    client = as_user(data_officer)
    listed = client.get(url("backbone_list"), {"skill": "law", "level": "city", "q": "王"})
    address = f"{listed.context['export_url']}?{listed.context['filter_query']}"

    page = client.get(address)
    kept = {name: page.context["form"][name].value() for name in ("skill", "level")}
    answer = client.post(page.wsgi_request.path, {"mode": "masked", "purpose": "核对", **kept})

    assert ("截至" in page.content.decode(), "没有带过来" in page.content.decode()) == (False, True)
    record = ExportRecord.objects.get()
    assert (record.filters, record.rows, BackboneLedger().narrowed(record.filters)[:2]) == (
        {"skill": "law", "level": "city"}, 1, ["法律", "市级以上"],
    )  # fmt: skip
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert list(BackboneLedger().get_rows(data_officer, {"source": "committee", "area": grid.pk}).order_by("pk")) == [
        law,
        arts,
    ]
