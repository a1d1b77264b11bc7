"""What a woman asks of what is kept of her: by herself or in person, its day, its answer, the copy."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import PERMISSIONS, Role
from concerns.models import Concern
from concerns.services.intake import raise_concern
from fedhub.core.flow import FlowError
from fedhub.core.menu import menu_for
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from grids.tests.factories import VisitFactory
from households.services.merge import merge_residents
from households.tests.factories import MembershipFactory, PhoneFactory, ResidentFactory, StatusFactory
from portal.enums import Proof, RequestState, Right
from portal.models import RightsRequest
from portal.services.rights import answer_right, ask_right, withdraw_right
from portal.tests.test_portal import CENTRE, signed_in
from safety.tests.factories_file import a_file

pytestmark = pytest.mark.django_db
ASK, LIST, SHELL = "/r/mine/data/ask/", "/portal/requests/", "/safety/help/"
today, DAY = timezone.localdate, timedelta(days=1)


@pytest.fixture
def her(grid):
    return MembershipFactory(
        household__area=grid, resident__area=grid, resident__name="王桂兰", resident__birth="1985-03"
    ).resident


def page_of(asked):
    return reverse("portal:rights_detail", args=[asked.pk])


# --- asking -----------------------------------------------------------------------------------------------------------
def test_she_asks_and_is_told_by_when(her, worker):
    client = signed_in(her, worker)

    answer = client.post(ASK, {"kind": "correct", "words": "电话换了"}, follow=True)

    asked = RightsRequest.objects.get()
    assert (asked.resident, asked.kind, asked.words, asked.proof, asked.taken_by) == (
        her, "correct", "电话换了", Proof.CODE, None,
    )  # fmt: skip
    assert (asked.made_on, asked.due_on, asked.state) == (today(), today() + 15 * DAY, RequestState.OPEN)
    assert f"{asked.due_on:%Y-%m-%d} 前答复您" in answer.content.decode()
    event = AuditEvent.objects.get(action="portal.rightsrequest.ask")
    assert (event.actor_name, event.detail) == ("本人（居民端）", {"kind": "correct"})


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"kind": "correct", "words": " "}, "words"), ({"kind": "x"}, "kind"), ({}, "kind"),
     ({"kind": "copy", "words": "长" * 1001}, "words")],
)  # fmt: skip
def test_what_cannot_be_asked_stays_in_the_form(her, worker, typed, field):
    page = signed_in(her, worker).post(ASK, typed)

    assert field in page.context["form"].errors
    assert RightsRequest.objects.count() == 0


def test_one_of_a_kind_is_open_at_a_time_also_by_raw_sql(her, worker):
    client = signed_in(her, worker)
    client.post(ASK, {"kind": "copy"})

    again = client.post(ASK, {"kind": "copy"})

    assert "已经提过" in again.content.decode()
    asked = RightsRequest.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_rightsrequest (id, resident_id, kind, words, proof, made_on, due_on, state, answer) "
            "SELECT id + 1, resident_id, kind, words, proof, made_on, due_on, state, answer FROM portal_rightsrequest"
        )
    withdraw_right(asked)
    assert ask_right(her, kind="copy").state == RequestState.OPEN


def test_in_person_it_is_said_how_she_was_recognised(client, chair, her):
    url = reverse("portal:rights_create", args=[her.pk])

    client.post(url, filled(client.get(url), kind="delete", proof="paper", words="不要再留以前的地址"))

    asked = RightsRequest.objects.get()
    assert (asked.proof, asked.taken_by, asked.words) == ("paper", chair, "不要再留以前的地址")
    with pytest.raises(ValidationError):
        ask_right(her, kind="copy", proof=Proof.CODE, by=chair)
    with pytest.raises(ValidationError):
        ask_right(her, kind="copy", proof=Proof.PAPER)


def test_she_takes_back_hers_and_nobody_else_s(her, worker, grid):
    other = ask_right(ResidentFactory(area=grid, birth="1980"), kind="copy")
    own = ask_right(her, kind="copy")
    client = signed_in(her, worker)

    answers = [client.post(reverse("resident:take_back", args=[one.pk])).status_code for one in (own, other)]

    assert answers == [302, 404]
    assert set(RightsRequest.objects.values_list("state", flat=True)) == {"withdrawn", "open"}
    assert "已经答复过" in client.post(reverse("resident:take_back", args=[own.pk]), follow=True).content.decode()


# --- answering --------------------------------------------------------------------------------------------------------
def test_the_answer_is_read_by_her(as_user, her, worker, chair):
    asked = ask_right(her, kind="correct", words="电话换了")
    client, url = as_user(chair), reverse("portal:rights_answer", args=[asked.pk])
    assert client.get(page_of(asked)).context["may_answer"] is True

    client.post(url, filled(client.get(url), done="yes", answer="已改成新的号码。"))

    asked.refresh_from_db()
    assert (asked.state, asked.answered_by, asked.answered_on) == (RequestState.DONE, chair, today())
    assert client.get(page_of(asked)).context["may_answer"] is False
    assert "已改成新的号码。" in signed_in(her, worker).get(CENTRE).content.decode()


@pytest.mark.parametrize("first", ["answer", "withdraw"])
def test_of_two_at_once_one_counts(her, chair, first):
    asked = ask_right(her, kind="copy")
    stale = RightsRequest.objects.get()
    if first == "answer":
        answer_right(asked, done=True, answer="给了", by=chair)
    else:
        withdraw_right(asked)

    for late in (lambda: answer_right(stale, done=False, answer="不给", by=chair), lambda: withdraw_right(stale)):
        with pytest.raises(FlowError):
            late()


def test_an_answer_has_words(her, chair):
    with pytest.raises(ValidationError, match="写明"):
        answer_right(ask_right(her, kind="copy"), done=False, answer=" ", by=chair)


@pytest.mark.parametrize(
    "sql",
    ["UPDATE portal_rightsrequest SET state = 'x'", "UPDATE portal_rightsrequest SET state = 'done'",
     "UPDATE portal_rightsrequest SET due_on = made_on"],
)  # fmt: skip
def test_the_database_refuses_what_cannot_be(her, sql):
    ask_right(her, kind="copy")

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


# --- the list ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    for _ in range(rows):
        ask_right(ResidentFactory(area=grid, birth="1980"), kind="copy")

    page, queries = queries_beyond(client, reverse("portal:rights_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


def test_the_list_shows_what_is_due_first_and_only_her_places(client, chair, her, grid, stranger):
    late, foreign = (
        ask_right(her, kind="delete", words="x"),
        ResidentFactory(area=stranger.grants.get().area, birth="1980"),
    )
    RightsRequest.objects.update(made_on=today() - 20 * DAY, due_on=today() - 5 * DAY)
    fresh = ask_right(her, kind="copy")
    ask_right(foreign, kind="copy")
    gone = ask_right(her, kind="correct", words="y")
    withdraw_right(gone)

    def shown(query=""):
        return [row.pk for row, _ in client.get(f"{LIST}?{query}").context["page"].rows]

    assert shown() == [late.pk, fresh.pk]
    assert shown("state=withdrawn") == [gone.pk]
    assert (shown("state=all&kind=copy"), len(shown("state=all"))) == ([fresh.pk], 3)
    assert "逾期 5 天" in client.get(LIST).content.decode()
    counted = {c["label"]: c["count"] for g in menu_for(chair, "/") for c in [g, *g["children"]]}
    assert counted["个人信息请求"] == 2


def test_who_answers(as_user, her, worker, auditor):
    asked = ask_right(her, kind="copy")
    urls = [LIST, page_of(asked), *(reverse(f"portal:rights_{name}", args=[asked.pk]) for name in ("answer", "copy"))]

    for user in (worker, auditor):
        assert [as_user(user).get(url).status_code for url in urls] == [404] * 4
    held = sorted(role for role, rights in PERMISSIONS.items() if "portal.change_rightsrequest" in rights)
    assert held == sorted([Role.CHAIR, Role.SECRETARY, Role.DATA_OFFICER])


# --- the copy ---------------------------------------------------------------------------------------------------------
def test_the_copy_holds_what_is_hers_and_nothing_sealed(as_user, chair, her, worker, safety_officer, grid):
    PhoneFactory(resident=her, number="13800138000")
    StatusFactory(resident=her, category="DB")
    raise_concern(origin="visit", area=grid, resident=her, title="楼道灯不亮", detail="邻居老李说的", by=worker)
    visit = VisitFactory(household=her.memberships.get().household, grid=grid, visitor=worker, recorded_by=worker)
    visit.people.add(her)
    asked = ask_right(her, kind=Right.COPY)
    url = reverse("portal:rights_copy", args=[asked.pk])
    a_file(grid, safety_officer, name=her.name, resident=her.pk)

    page = as_user(chair).get(url).content.decode()

    assert [word for word in ("王桂兰", "楼道灯不亮", f"{visit.visited_on}", "低保") if word not in page] == []
    assert [word for word in ("13800138000", "邻居老李", "受限", "皮带") if word in page] == []
    assert AuditEvent.objects.filter(action="portal.rightsrequest.copy", actor_id=chair.pk).count() == 1


def test_the_copy_is_the_same_with_and_without_a_sealed_file(as_user, chair, her, safety_officer, grid):
    url = reverse("portal:rights_copy", args=[ask_right(her, kind=Right.COPY).pk])
    client = as_user(chair)
    client.get(url)
    before = client.get(url).context["copy"]

    a_file(grid, safety_officer, name=her.name, resident=her.pk)

    assert client.get(url).context["copy"] == before


def test_of_a_child_no_copy_without_leave(client, chair, grid):
    child = ResidentFactory(area=grid, birth=f"{today().year - 8}-05")
    asked = ask_right(child, kind=Right.COPY, proof=Proof.GUARDIAN, by=chair)

    answer = client.get(reverse("portal:rights_copy", args=[asked.pk]))

    assert answer.url == child.get_absolute_url()


def test_a_refused_copy_is_not_printed(client, chair, her):
    asked = ask_right(her, kind=Right.COPY)
    answer_right(asked, done=False, answer="本人没有到场", by=chair)

    assert client.get(reverse("portal:rights_copy", args=[asked.pk])).status_code == 404


def test_a_merged_record_takes_no_request(her, chair, grid):
    kept = MembershipFactory(
        household=her.memberships.get().household, resident__area=grid, resident__name="王桂兰"
    ).resident
    merge_residents(kept, her, reason="同一个人", by=chair)
    her.refresh_from_db()

    with pytest.raises(ValidationError, match="已经并入别人"):
        ask_right(her, kind=Right.COPY, proof=Proof.KNOWN, by=chair)


def test_only_a_copy_has_one(client, chair, her):
    asked = ask_right(her, kind="delete", words="x")

    assert client.get(reverse("portal:rights_copy", args=[asked.pk])).status_code == 404
    assert Concern.objects.count() == 0
