"""交接单: only what she and the reader both may see, on paper and for Word; opening it is logged."""

import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document

from accounts.roles import Role
from accounts.tests.factories import UserFactory, user_with
from concerns.enums import ApprovalKind
from concerns.models import Approval
from concerns.tests.factories import concern_at
from fedhub.areas.tests import factories as places
from fedhub.core.models import AuditEvent
from fedhub.core.testing.queries import queries_beyond
from grids.enums import Review
from grids.models import Duty
from grids.pack import MOST, given_pack, running_pack
from grids.services.duty import assign_duty
from grids.services.handover import Share, hand_over
from grids.tests.factories import VisitFactory
from households.models import Household
from households.tests.factories import HouseholdFactory, MembershipFactory, StatusFactory, VisitTaskFactory
from safety.enums import ReportSource, Sign
from safety.services.reports import report_risk

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
DAY = datetime.timedelta(days=1)


def today():
    return timezone.localdate()


@pytest.fixture
def she(chair, grid):
    """In charge of the first grid since long."""
    person = UserFactory(name="刘建芳")
    assign_duty(Duty(area=grid, person=person, role="worker", valid_from=datetime.date(2025, 3, 1)), by=chair)
    return person


@pytest.fixture
def work(she, chair, grid, other_grid):
    """A poor family with a promise, an ordinary one, one of another grid; concerns and a visit sent back."""
    poor = HouseholdFactory(area=grid, next_due_on=today() - DAY, visit_every=30)
    StatusFactory(household=poor, resident=None, category="TK")
    VisitTaskFactory(household=poor, why="出院回家")
    sick = MembershipFactory(household__area=grid)
    StatusFactory(resident=sick.resident, category="GE")
    Household.objects.filter(pk=sick.household_id).update(visit_every=60)
    HouseholdFactory(area=grid)
    HouseholdFactory(area=other_grid, visit_every=30)
    VisitFactory(household=poor, visitor=she, next_on=today() + 2 * DAY, next_step="装扶手")
    back = VisitFactory(household=poor, visitor=she, visited_on=today() - DAY, review=Review.RETURNED)
    mine = concern_at("assigned", area=grid, assigned_to=she, title="楼道灯不亮")
    concern_at("closed", area=grid, assigned_to=she)
    concern_at("assigned", area=other_grid, assigned_to=she)
    Approval.objects.create(concern=mine, kind=ApprovalKind.EXTEND, reason="等配件", asked_by=she)
    return {"poor": poor, "sick": sick.household, "concern": mine, "back": back}


def test_the_sheet_lists_what_is_in_her_hands(chair, she, work, grid):
    sheet = running_pack(she, chair)

    assert (sheet["移交人"], sheet["户数"], sheet["逾期户数"], sheet["没有列完"]) == ("刘建芳", 3, 1, "")
    assert sheet["包保"] == [{"网格": "第一网格", "责任": "网格员", "起": "2025-03-01", "户数": 3, "逾期": 1}]
    assert {row["户"] for row in sheet["重点家庭"]} == {str(work["poor"]), str(work["sick"])}
    assert all(row["类别"] for row in sheet["重点家庭"])
    assert [(row["户"], row["事由"]) for row in sheet["任务"]] == [(str(work["poor"]), "出院回家")]
    assert [(row["日期"], row["下一步"]) for row in sheet["约定"]] == [((today() + 2 * DAY).isoformat(), "装扶手")]
    assert [(row["编号"], row["状态"]) for row in sheet["诉求"]] == [(work["concern"].number, "办理中")]
    assert [row["日期"] for row in sheet["退回"]] == [(today() - DAY).isoformat()]
    assert [row["事项"] for row in sheet["待批"]] == ["延期"]


def test_what_the_reader_may_not_see_is_not_on_it(chair, she, work, grid, other_grid):
    assign_duty(Duty(area=other_grid, person=she, role="worker"), by=chair)
    reader = user_with(Role.SECRETARY, grid)

    sheet = running_pack(she, reader)

    assert [row["网格"] for row in sheet["包保"]] == ["第一网格"]
    assert sheet["户数"] == 3
    assert len(sheet["诉求"]) == 1
    assert running_pack(she, chair)["户数"] == 4


def test_what_she_may_not_see_is_not_on_it_either(chair, she, work, other_grid):
    assert [row["诉求"] for row in running_pack(she, chair)["诉求"]] == ["楼道灯不亮"]
    she.grants.update(ended_at=timezone.now(), valid_to=today())
    she.forget_grants()

    sheet = running_pack(she, chair)

    assert (sheet["包保"], sheet["户数"], sheet["诉求"], sheet["待批"]) == ([], 0, [], [])


def test_a_promise_that_was_kept_is_no_promise(chair, she, work):
    work["poor"].last_visit_on = today() + 3 * DAY
    work["poor"].save()

    assert running_pack(she, chair)["约定"] == []


def test_after_the_hand_over_it_says_to_whom(chair, she, work, grid):
    taker = UserFactory(name="何晓燕")
    shares = [Share(duty, taker) for duty in Duty.objects.of(she).select_related("area__parent", "person", "grant")]
    row = hand_over(she, shares, reason="调离", concerns=False, by=chair)

    sheet = given_pack(row, chair)

    assert (sheet["移交人"], sheet["接收人"], sheet["原因"], sheet["户数"]) == ("刘建芳", "何晓燕", "调离", 3)
    assert [row["网格"] for row in sheet["包保"]] == ["第一网格"]
    assert (len(sheet["重点家庭"]), len(sheet["退回"])) == (2, 1)


def test_concerns_that_went_along_stand_on_the_sheet_of_the_hand_over(chair, she, grid):
    concern = concern_at("assigned", area=grid, assigned_to=she)
    taker = UserFactory(name="何晓燕")
    shares = [Share(duty, taker) for duty in Duty.objects.of(she).select_related("area__parent", "person", "grant")]

    row = hand_over(she, shares, reason="调离", concerns=True, by=chair)

    assert [line["编号"] for line in given_pack(row, chair)["诉求"]] == [concern.number]


def test_long_lists_are_cut_and_say_so(chair, she, grid):
    HouseholdFactory.create_batch(MOST + 1, area=grid, visit_every=30)

    sheet = running_pack(she, chair)

    assert len(sheet["重点家庭"]) == MOST
    assert sheet["没有列完"] == f"重点家庭多于 {MOST} 户，其余请在系统里看。"


def test_a_sealed_report_changes_nothing_on_the_sheet(chair, she, work):
    before = running_pack(she, chair)

    report_risk(
        area=work["poor"].area,
        source=ReportSource.VISIT,
        by=she,
        signs=[Sign.values[0]],
        text="有伤",
        household=work["poor"],
    )

    assert running_pack(she, chair) == before


@pytest.mark.parametrize("homes", [1, 3])
def test_the_sheet_costs_the_same_for_any_number_of_families(as_user, chair, she, grid, homes):
    for home in HouseholdFactory.create_batch(homes, area=grid, visit_every=30):
        StatusFactory(household=home, resident=None, category="TK")
        VisitTaskFactory(household=home)
        VisitFactory(household=home, visitor=she, next_on=today() + DAY)
        concern_at("assigned", area=grid, assigned_to=she)

    response, queries = queries_beyond(as_user(chair), reverse("grids:pack", args=[she.pk]), SHELL)

    assert len(response.context["sheet"]["重点家庭"]) == homes
    assert queries == -2


def test_paper_and_word_are_logged_and_say_the_same(as_user, chair, she, work):
    boss = as_user(chair)

    paper = boss.get(reverse("grids:pack", args=[she.pk])).content.decode()
    word = boss.post(reverse("grids:pack_paper", args=[she.pk]))

    assert "楼道灯不亮" in paper
    assert "监交人签字" in paper
    document = Document(io.BytesIO(word.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert {"楼道灯不亮", "装扶手", "刘建芳", str(work["sick"])} <= set(cells)
    assert "监交人签字" in document.paragraphs[-1].text
    acts = AuditEvent.objects.filter(action__startswith="grids.pack.").order_by("pk")
    assert list(acts.values_list("action", "actor_id")) == [
        ("grids.pack.print", chair.pk), ("grids.pack.download", chair.pk),
    ]  # fmt: skip
    assert word.headers["Content-Disposition"] == 'attachment; filename="handover.docx"'


def test_one_opens_her_own_and_nobody_elses(as_user, she, worker, stranger, chair, work):
    taker = UserFactory()
    own = as_user(she)
    assert own.get(reverse("grids:pack", args=[she.pk])).status_code == 200
    assert own.post(reverse("grids:pack_paper", args=[she.pk])).status_code == 200
    shares = [Share(duty, taker) for duty in Duty.objects.of(she).select_related("area__parent", "person", "grant")]
    row = hand_over(she, shares, reason="调离", by=chair)

    for who in (worker, stranger):
        client = as_user(who)
        assert client.get(reverse("grids:pack", args=[she.pk])).status_code == 404
        assert client.post(reverse("grids:pack_paper", args=[she.pk])).status_code == 404
        assert client.get(reverse("grids:handover_pack", args=[row.pk])).status_code == 404
        assert client.post(reverse("grids:handover_paper", args=[row.pk])).status_code == 404
    assert as_user(chair).get(reverse("grids:handover_pack", args=[row.pk])).status_code == 200
    assert as_user(chair).post(reverse("grids:handover_paper", args=[row.pk])).status_code == 200
    assert own.get(reverse("grids:pack", args=[she.pk])).status_code == 404
    assert places.grid(1).name not in own.get("/").content.decode()
