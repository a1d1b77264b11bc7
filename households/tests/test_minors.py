"""What is kept about children: shut, asked for, agreed to, written down, lapsed (未成年人网络保护条例 art. 36, 37)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core.menu import menu
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.reference.lookup import labels, rule
from households.enums import ChildKind
from households.minors import ADULT, USE, Basis, bases_for, born_late, may_open_minor, note_opening
from households.models import MinorAccess
from households.services.minors import ask_access, end_access, grant_access
from households.tests.factories import (
    ChildFileFactory,
    MembershipFactory,
    MinorAccessFactory,
    PhoneFactory,
    ResidentFactory,
    StatusFactory,
    access_at,
    id_number,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = timezone.localdate
DECIDED = "decided_on = '2026-01-01', until = '2026-01-08'"


def born(years, days=0):
    day = TODAY() - days * DAY
    return f"{day.year - years}-{day.month:02d}-{min(day.day, 28):02d}"


@pytest.fixture
def child(grid):
    """A girl of seven with everything that is kept about a child, in a family of the grid."""
    filed = ChildFileFactory(
        resident__area=grid, guardian="陈奶奶", carer="陈奶奶", school="文新小学", parents="父母在外地", situation="需要补课",
    )  # fmt: skip
    girl = filed.resident
    girl.health, girl.health_note, girl.income_note, girl.note = "41", "哮喘", "没有收入", "怕黑"
    girl.id_number = id_number(girl.birth.replace("-", ""), 26)
    girl.save()
    MembershipFactory(resident=girl, household__area=grid)
    StatusFactory(resident=girl, category="LSET", proof="街道 5 号", note="每周视频")
    PhoneFactory(resident=girl, number="13812345678")
    return filed


KEPT = ("陈奶奶", "文新小学", "父母在外地", "需要补课", "怕黑", "街道 5 号", "每周视频")


def told(client, child):
    """Which of the secrets any page about the child tells."""
    girl = child.resident
    pages = [
        child.get_absolute_url(), f"{child.get_absolute_url()}?tab=changes", girl.get_absolute_url(),
        f"{girl.get_absolute_url()}?tab=statuses", f"{girl.get_absolute_url()}?tab=changes",
        reverse("households:child_update", args=[child.pk]), reverse("households:resident_update", args=[girl.pk]),
        reverse("households:status_correct", args=[girl.statuses.get().pk]), reverse("households:child_list"),
        girl.home.household.get_absolute_url(), f"{girl.home.household.get_absolute_url()}?tab=members",
        reverse("households:household_sheet", args=[girl.home.household_id]),
    ]  # fmt: skip
    text = "".join(client.get(page, follow=True).content.decode() for page in pages)
    return {secret for secret in KEPT if secret in text}


def reveal(client, row, field):
    data = {"label": row._meta.label_lower, "pk": row.pk, "field": field, "reason": "check"}
    return client.post(reverse("core:reveal"), data)


# --- who is a child ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("birth", "late"),
    [
        ("2008-11-26", False), ("2008-11-27", True), ("2008-12", True), ("2008-11", True), ("2008-10", False),
        ("2008", True), ("2007", False), ("2020", True), ("", False),
    ],
)  # fmt: skip
def test_who_is_not_surely_eighteen_counts_as_a_child(birth, late):
    """A birth known to the month or the year counts from its last day."""
    assert born_late(birth, date(2026, 11, 26)) is late


def test_a_child_without_a_birth_date_is_known_by_its_file(worker, grid):
    child = ChildFileFactory(resident__area=grid)
    type(child.resident).objects.filter(pk=child.resident_id).update(birth="")
    child.resident.refresh_from_db()
    unknown = ResidentFactory(area=grid, birth="")

    assert bases_for(worker, [child.resident, unknown]) == {child.resident_id: None, unknown.pk: ADULT}


def test_a_grown_person_needs_no_leave_and_leaves_no_mark(client, worker, grid):
    woman = ResidentFactory(area=grid, health="41")

    assert may_open_minor(worker, woman) is ADULT
    assert labels("health")["41"] in client.get(woman.get_absolute_url()).content.decode()
    assert AuditEvent.objects.filter(action=USE).count() == 0


# --- shut -------------------------------------------------------------------------------------------------------------------
def test_without_a_leave_no_page_tells_what_is_kept_about_a_child(client, worker, child):
    page = client.get(child.resident.get_absolute_url())

    assert told(client, child) == set()
    assert page.context["shut"] is True
    assert reverse("households:minor_ask", args=[child.resident_id]) in page.content.decode()
    assert AuditEvent.objects.filter(action=USE).count() == 0


def test_grid_work_goes_on(client, worker, child):
    """That the child lives there, its name, age and the kind of its entry are no secret."""
    home = client.get(f"{child.resident.home.household.get_absolute_url()}?tab=members").content.decode()
    listed = client.get(reverse("households:child_list")).content.decode()

    assert [word in home for word in ("周子涵", "留守儿童", ">7<")] == [True, True, True]
    assert [word in listed for word in ("周子涵", ChildKind.LEFT_BEHIND.label, child.officer.name)] == [
        True,
        True,
        True,
    ]


@pytest.mark.parametrize("field", ["id_number", "health_note", "income_note", "number"])
def test_a_masked_value_of_a_child_does_not_open(client, worker, child, field):
    row = child.resident.phones.get() if field == "number" else child.resident

    answer = reveal(client, row, field)

    assert (answer.status_code, "申请" in answer.content.decode()) == (403, True)
    assert AuditEvent.objects.filter(action__in=[USE, "core.value.reveal"]).count() == 0


def test_the_form_of_a_child_keeps_what_it_does_not_show(client, worker, child):
    girl = child.resident
    url = reverse("households:resident_update", args=[girl.pk])

    page = client.get(url)
    client.post(url, filled(page, name="周子晗"))

    girl.refresh_from_db()
    assert {"health", "health_note", "income_note", "note", "workplace"} & set(page.context["form"].fields) == set()
    assert (girl.name, girl.health, girl.health_note, girl.note) == ("周子晗", "41", "哮喘", "怕黑")


def test_two_records_of_a_child_are_not_laid_side_by_side_without_a_leave(as_user, chair, child):
    twin = ResidentFactory(area=child.resident.area, name="周子涵")

    page = as_user(chair).get(reverse("households:merge", args=[twin.pk, child.resident_id]))

    assert page.url == reverse("households:minor_ask", args=[child.resident_id])


# --- asking and deciding --------------------------------------------------------------------------------------------------
def test_one_step_asks_the_chair_agrees_and_it_opens_for_a_week(as_user, worker, chair, child):
    hers, his = as_user(worker), as_user(chair)
    url = reverse("households:minor_ask", args=[child.resident_id])

    asked = hers.post(url, filled(hers.get(url), why="带她办残疾证"))
    access = MinorAccess.objects.get()
    waiting = his.get(reverse("households:minor_list"))
    before = told(hers, child)
    his.post(reverse("households:minor_grant", args=[access.pk]), filled(his.get(access.get_absolute_url())))

    access.refresh_from_db()
    assert asked.url == access.get_absolute_url()
    assert [row.pk for row, _ in waiting.context["page"].rows] == [access.pk]
    assert (access.state, access.decided_by, access.until) == ("granted", chair, TODAY() + 7 * DAY)
    assert (rule("minor_access_days"), before, told(hers, child)) == (7, set(), set(KEPT))
    assert told(his, child) == set()


def test_the_menu_counts_what_waits_for_her(chair, worker, child):
    entry = next(one for one in menu if one.key == "households.minors")
    ask_access(child.resident, why="办证", by=worker)

    assert (entry.count(chair), entry.count(worker)) == (1, 0)


def test_it_lapses_by_its_date_alone(worker, chair, child):
    access = grant_access(ask_access(child.resident, why="办证", by=worker), by=chair)

    with time_machine.travel(timezone.now() + 7 * DAY):
        last_day = bool(may_open_minor(worker, child.resident))
    with time_machine.travel(timezone.now() + 8 * DAY):
        after = may_open_minor(worker, child.resident)
        again = ask_access(child.resident, why="又要办证", by=worker)
    access.refresh_from_db()

    assert (last_day, after, access.state, again.state) == (True, None, "granted", "asked")


def test_it_is_taken_back_before_its_day(worker, chair, child):
    access = grant_access(ask_access(child.resident, why="办证", by=worker), by=chair)

    end_access(access, by=chair)

    assert may_open_minor(worker, child.resident) is None


def test_a_leave_is_for_one_person_and_one_child(worker, chair, committee, child, grid):
    other = ChildFileFactory(resident__area=grid)
    grant_access(ask_access(child.resident, why="办证", by=worker), by=chair)

    assert may_open_minor(committee, child.resident) is None
    assert may_open_minor(worker, other.resident) is None


def test_the_named_officer_opens_while_she_is_it(as_user, worker, child):
    child.officer = worker
    child.save()

    seen = told(as_user(worker), child)
    child.closed_on, child.closed_why = TODAY(), "父母回家"
    child.save()

    assert seen == set(KEPT)
    assert may_open_minor(worker, child.resident) is None


def test_whoever_is_in_charge_writes_her_reason_and_opens_for_the_day(as_user, chair, child):
    his = as_user(chair)
    url = reverse("households:minor_ask", args=[child.resident_id])
    shut = told(his, child)

    sent = his.post(url, filled(his.get(url), why="核对专人安排"))

    access = MinorAccess.objects.get()
    assert sent.url == child.get_absolute_url()
    assert (access.own_word, access.decided_by, access.until) == (True, chair, TODAY())
    assert (shut, told(his, child)) == (set(), set(KEPT))
    with time_machine.travel(timezone.now() + DAY):
        assert may_open_minor(chair, child.resident) is None


@pytest.mark.parametrize(
    ("case", "message"),
    [("empty", "请写为什么"), ("grown", "已满 18"), ("twice", "正在等审批"), ("open", "现在就能看")],
)
def test_what_is_no_request_is_refused_with_a_sentence(worker, chair, child, grid, case, message):
    girl = ResidentFactory(area=grid) if case == "grown" else child.resident
    if case in ("twice", "open"):
        access = ask_access(girl, why="办证", by=worker)
        if case == "open":
            grant_access(access, by=chair)

    with pytest.raises(ValidationError, match=message):
        ask_access(girl, why="" if case == "empty" else "办证", by=worker)


def test_nobody_agrees_to_what_she_asked_herself(as_user, chair, worker, child):
    access = MinorAccessFactory(resident=child.resident, user=chair)

    with pytest.raises(ValidationError, match="另一个人审批"):
        grant_access(access, by=chair)
    assert as_user(worker).post(reverse("households:minor_grant", args=[access.pk])).status_code == 404


def test_others_see_nothing_of_a_request(as_user, worker, committee, stranger, child):
    access = MinorAccessFactory(resident=child.resident, user=worker)

    seen = [as_user(user).get(access.get_absolute_url()).status_code for user in (worker, committee, stranger)]

    assert seen == [200, 404, 404]


@pytest.mark.parametrize(
    "change",
    [
        "state = 'lost'",
        "state = 'granted'",
        f"state = 'granted', decided_by_id = user_id, {DECIDED}",
        f"state = 'granted', own_word = true, decided_by_id = user_id, {DECIDED}",
        f"state = 'granted', own_word = true, decided_by_id = (SELECT max(id) FROM accounts_user), {DECIDED}",
        "own_word = true",
        "until = '2026-01-01'",
        "state = 'refused', decided_by_id = (SELECT max(id) FROM accounts_user), decided_on = '2026-01-01'",
    ],
)
def test_the_database_refuses_a_leave_that_nobody_gave(worker, chair, change):
    MinorAccessFactory(user=worker)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE households_minoraccess SET {change}")


def test_one_asks_once_at_a_time(worker, child):
    MinorAccessFactory(resident=child.resident, user=worker)

    with pytest.raises(IntegrityError), transaction.atomic():
        MinorAccessFactory(resident=child.resident, user=worker)


# --- written down --------------------------------------------------------------------------------------------------------
def test_each_opening_is_written_down_with_what_it_rests_on(client, worker, chair, child):
    access = grant_access(ask_access(child.resident, why="办证", by=worker), by=chair)

    client.get(child.get_absolute_url())
    client.get(child.resident.get_absolute_url())
    opened = reveal(client, child.resident, "id_number")

    rows = AuditEvent.objects.filter(action=USE).order_by("pk")
    words = f"周敏 {TODAY():%Y-%m-%d} 同意，到 {access.until:%Y-%m-%d}（第 {access.pk} 号）"
    assert opened.status_code == 200
    assert [(r.actor_id, r.target_id, r.reason, r.detail) for r in rows] == [
        (worker.pk, child.resident_id, words, {"access": access.pk, "what": "page"}),
        (worker.pk, child.resident_id, words, {"access": access.pk, "what": "id_number"}),
    ]
    readers = client.get(f"{child.resident.get_absolute_url()}?tab=readers").content.decode()
    assert [words in readers, "看过未成年人的资料" in readers] == [True, True]


def test_the_yearly_list_tells_who_opened_which_child_and_why(as_user, worker, chair, auditor, child, grid):
    old = access_at("granted", resident=child.resident, user=worker, decided_by=chair)
    with time_machine.travel(timezone.now() - 400 * DAY):
        note_opening(worker, child.resident, Basis("孩子的专人"))
    as_user(worker).get(child.get_absolute_url())
    url = reverse("households:minor_openings")
    long_ago = (TODAY() - 500 * DAY).isoformat()

    this_year = as_user(auditor).get(url)
    all_years = as_user(chair).get(url, {"start": long_ago})
    nobody = as_user(chair).get(url, {"q": "别人"})

    row = this_year.context["page"].rows[0]
    assert (row["who"], row["child"], row["area"], row["what"]) == ("刘建芳", "周子涵", grid.name, "页面")
    assert f"第 {old.pk} 号" in row["basis"]
    assert [len(page.context["page"].rows) for page in (this_year, all_years, nobody)] == [1, 2, 0]
    assert this_year.context["told"].endswith("：看了 1 次，1 个孩子，1 个人看过。")
    assert this_year.context["told"] in this_year.content.decode()


def test_the_yearly_list_is_for_those_who_check(as_user, worker, stranger, child):
    child.officer = worker
    child.save()
    as_user(worker).get(child.get_absolute_url())
    url = reverse("households:minor_openings")

    assert as_user(worker).get(url).status_code in (403, 404)
    assert as_user(stranger).get(url).context["page"].rows == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_leaves_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    for _ in range(rows):
        access_at("granted", resident=ChildFileFactory(resident__area=grid).resident)

    page, queries = queries_beyond(client, reverse("households:minor_list"), "/safety/help/")

    assert len(page.context["page"].rows) == rows
    assert queries == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_openings_costs_the_same_for_any_number_of_rows(as_user, chair, worker, grid, rows):
    for _ in range(rows):
        as_user(worker).get(ChildFileFactory(resident__area=grid, officer=worker).get_absolute_url())

    page, queries = queries_beyond(as_user(chair), reverse("households:minor_openings"), "/safety/help/")

    assert len(page.context["page"].rows) == rows
    assert queries == 5


# --- paper and files -------------------------------------------------------------------------------------------------------
def test_who_reads_without_the_right_to_ask_is_told_no_way(as_user, child, grid):
    page = as_user(user_with(Role.JOB_OFFICER, grid)).get(child.resident.get_absolute_url())

    assert (page.context["shut"], page.context["ask_url"]) == (True, "")
