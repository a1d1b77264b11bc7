"""Pages of the clocks and of what the chair has to allow."""

import datetime

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from concerns.enums import ApprovalStatus
from concerns.models import Approval, Extension, Pause
from concerns.services.clocks import extends_until
from concerns.services.together import join_concerns
from concerns.tests.factories import ConcernFactory, concern_at
from concerns.tests.late import came_late
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.reference.tests.factories import AgencyFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
DAY = datetime.timedelta(days=1)


def today():
    return timezone.localdate()


@pytest.fixture
def office(as_user, chair):
    """A client signed in as the chair where a worker is there too."""
    return as_user(chair)


def url(name, row):
    kind = "approval" if isinstance(row, Approval) else "concern"
    return reverse(f"concerns:{kind}_{name}", args=[row.pk])


def submit(client, name, row, **typed):
    return client.post(url(name, row), filled(client.get(url(name, row)), **typed))


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def concern(grid):
    return concern_at("assigned", area=grid, due_on=today() + 9 * DAY)


def asked(concern, by, **fields):
    return Approval.objects.create(
        concern=concern, asked_by=by, **{"kind": "not_possible", "reason": "太窄。"} | fields
    )


# --- standing still -----------------------------------------------------------------------------------------------
def test_a_clock_is_stopped_with_a_reason_and_started_again(client, worker, concern):
    nothing = submit(client, "pause", concern)
    submit(client, "pause", concern, reason="agency", note="等配件")
    concern.refresh_from_db()
    stopped = concern.paused_on

    assert "reason" in nothing.context["form"].errors
    assert stopped == today()
    assert "不能停表" in came_late(client.get(url("pause", concern)), concern)

    resumed = client.post(url("resume", concern))
    again = client.post(url("resume", concern))

    concern.refresh_from_db()
    pause = Pause.objects.get()
    assert (concern.paused_on, pause.note, pause.to_day, pause.ended_by) == (None, "等配件", today(), worker)
    assert said(resumed)[-1] == "已恢复计时，期限已经顺延。"
    assert said(again)[-1] == "已经在计时了，不用恢复。"


def test_a_follower_stands_still_with_its_lead_only(client, chair, grid, concern):
    follower = ConcernFactory(area=grid)
    join_concerns(concern, [follower], by=chair)

    submit(client, "pause", concern, reason="her")
    refused = client.post(url("resume", follower))
    follower.refresh_from_db()
    stopped = follower.paused_on
    client.post(url("resume", concern))

    follower.refresh_from_db()
    assert "不能停表" in came_late(client.get(url("pause", follower)), follower)
    assert (stopped, follower.paused_on) == (today(), None)
    assert said(refused)[-1:] == [f"这件已并入 {concern.number}，随主件办理；要单独办，先拆出来。"]


def test_being_late_is_not_cured_by_standing_still(client, worker, grid):
    late = concern_at("assigned", area=grid, due_on=today() - DAY)

    response = submit(client, "pause", late, reason="her")

    assert "停表不能免除逾期" in response.context["form"].errors["__all__"][0]
    assert Pause.objects.count() == 0


# --- more time ----------------------------------------------------------------------------------------------------
def test_the_form_says_how_far_how_often_and_who_allows(as_user, chair, worker, concern):
    pages = {name: as_user(user).get(url("extend", concern)) for name, user in (("chair", chair), ("worker", worker))}

    hint = pages["worker"].context["form"].fields["after"].help_text
    assert hint == (
        f"现在的期限是 {concern.due_on:%Y-%m-%d}，这次最多延到 {extends_until(concern):%Y-%m-%d}。已延期 0 次，最多 2 次。"
    )
    asks = {name: "延期要主席审批" in page.content.decode() for name, page in pages.items()}
    assert asks == {"chair": False, "worker": True}


def test_the_chair_moves_the_day_at_once_and_a_worker_asks(as_user, chair, worker, concern):
    first, latest = concern.due_on, extends_until(concern)

    submit(as_user(worker), "extend", concern, after=latest.isoformat(), reason="等配件")
    concern.refresh_from_db()
    asked_only = concern.due_on
    as_user(chair).post(url("grant", Approval.objects.get()))
    concern.refresh_from_db()
    granted = concern.due_on
    further = extends_until(concern)
    submit(as_user(chair), "extend", concern, after=further.isoformat(), reason="线路要重拉")

    concern.refresh_from_db()
    assert (asked_only, granted, concern.due_on, concern.extensions) == (first, latest, further, 2)
    assert "不能延期" in came_late(as_user(chair).get(url("extend", concern)), concern)


@pytest.mark.parametrize("days", [0, -1, 60])
def test_a_day_that_is_too_early_or_too_far_is_refused_at_its_field(client, chair, concern, days):
    day = (concern.due_on + days * DAY).isoformat()

    response = submit(client, "extend", concern, after=day, reason="等配件")

    assert "after" in response.context["form"].errors
    assert Extension.objects.count() == 0


def test_two_officers_do_not_extend_twice_by_chance(as_user, chair, data_officer, concern):
    mine, other = as_user(chair), as_user(chair)
    first, second = mine.get(url("extend", concern)), other.get(url("extend", concern))
    day, later = (concern.due_on + DAY).isoformat(), (concern.due_on + 2 * DAY).isoformat()

    mine.post(url("extend", concern), filled(first, after=day, reason="先写的"))
    clash = other.post(url("extend", concern), filled(second, after=later, reason="后写的"))

    assert clash.status_code == 409
    assert [row.after.isoformat() for row in Extension.objects.all()] == [day]


# --- the chair ----------------------------------------------------------------------------------------------------
def test_what_waits_is_listed_with_what_it_would_do(office, chair, worker, concern):
    agency = AgencyFactory(name="文新街道妇联", kind="federation")
    asked(concern, worker, kind="extend", details={"after": "2026-12-31"}, reason="等配件")
    asked(concern, worker, kind="pass_up", details={"agency": agency.pk, "due_on": "2027-01-05"})
    asked(concern, worker, status="returned", decided_by=chair, decided_at=timezone.now())

    page = office.get(reverse("concerns:approval_list"))

    words = [row["words"] for row in page.context["page"].rows]
    year = "" if today().year == 2026 else "2026年"
    assert words == [
        f"报文新街道妇联，请{'' if today().year == 2027 else '2027年'}1月5日前答复",
        f"办结期限延到{year}12月31日",
    ]
    assert "等配件" in page.content.decode()


def test_requests_of_other_places_are_not_listed(as_user, chair, stranger, worker, concern):
    asked(concern, worker)

    assert as_user(stranger).get(reverse("concerns:approval_list")).context["page"].rows == []
    assert len(as_user(chair).get(reverse("concerns:approval_list")).context["page"].rows) == 1


def test_requests_are_filtered(office, chair, worker, grid, other_grid, concern):
    waits = asked(concern, worker)
    done = asked(concern, worker, status="granted", decided_by=chair, decided_at=timezone.now())
    other = asked(concern_at("assigned", area=other_grid), worker, kind="extend", details={"after": "2026-12-31"})

    def found(**query):
        rows = office.get(reverse("concerns:approval_list"), query).context["page"].rows
        return {row["approval"] for row in rows}

    assert found() == {waits, other}
    assert found(state="all") == {waits, done, other}
    assert found(state="granted") == {done}
    assert found(kind="extend") == {other}
    assert found(grid=grid.pk) == {waits}
    assert found(state="x", kind="y", grid="z") == {waits, other}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_requests_costs_the_same_for_any_number_of_rows(office, chair, worker, grid, rows):
    agency = AgencyFactory()
    for _ in range(rows):
        details = {"agency": agency.pk, "due_on": "2026-12-31"}
        asked(concern_at("assigned", area=grid), worker, kind="pass_up", details=details)

    response, queries = queries_beyond(office, reverse("concerns:approval_list"), SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 5


def test_a_request_is_granted_from_the_list_and_leads_back_there(office, chair, worker, concern):
    approval = asked(concern, worker)

    response = office.post(url("grant", approval), {"from_list": "1"})

    approval.refresh_from_db()
    assert response.url == reverse("concerns:approval_list")
    assert (approval.status, approval.decided_by) == (ApprovalStatus.GRANTED, chair)


def test_a_request_is_returned_with_words(office, chair, worker, concern):
    approval = asked(concern, worker)

    nothing = submit(office, "return", approval)
    submit(office, "return", approval, note="先再找一次物业。")

    approval.refresh_from_db()
    assert "note" in nothing.context["form"].errors
    assert (approval.status, approval.note) == (ApprovalStatus.RETURNED, "先再找一次物业。")
    assert came_late(office.get(url("return", approval)), concern) == "现在不能退回申请（退回），这里是最新的情况。"
    assert "先再找一次物业。" in office.get(concern.get_absolute_url()).content.decode()


def test_what_was_decided_already_stays_and_the_second_is_told(office, chair, worker, concern):
    approval = asked(concern, worker)
    page = office.get(url("return", approval))
    office.post(url("grant", approval))

    again = office.post(url("grant", approval))
    late = office.post(url("return", approval), filled(page, note="不同意"))

    approval.refresh_from_db()
    assert said(again)[-1] == "现在的状态是“同意”，不能同意。请刷新后再看。"
    assert late.context["form"].errors == {"__all__": ["现在的状态是“同意”，不能退回。请刷新后再看。"]}
    assert (approval.status, approval.note) == (ApprovalStatus.GRANTED, "")


def test_nobody_decides_her_own_request(client, chair, concern):
    approval = asked(concern, chair)

    response = client.post(url("grant", approval))

    approval.refresh_from_db()
    assert said(response) == ["自己申请的不能自己审批。"]
    assert approval.status == ApprovalStatus.ASKED


def test_only_the_asker_takes_her_request_back(as_user, worker, committee, concern):
    approval = asked(concern, worker)

    refused = as_user(committee).post(url("drop", approval))
    as_user(worker).post(url("drop", approval))

    approval.refresh_from_db()
    assert said(refused) == ["只有申请人能取消自己的申请。"]
    assert approval.status == ApprovalStatus.DROPPED


def test_a_worker_decides_nothing(client, worker, concern):
    approval = asked(concern, worker)

    answers = [client.post(url(name, approval)).status_code for name in ("grant", "return")]

    assert answers == [404, 404]
    assert client.get(reverse("concerns:approval_list")).status_code == 404


def test_a_closed_concern_is_extended_by_no_late_grant(office, chair, worker, concern):
    approval = asked(concern, worker, kind="extend", details={"after": (concern.due_on + DAY).isoformat()})
    concern_id = concern.pk
    type(concern).objects.filter(pk=concern_id).update(status="closed", closed_at=timezone.now(), outcome="solved")

    response = office.post(url("grant", approval))

    approval.refresh_from_db()
    assert said(response) == ["已经办结，不用延期。"]
    assert approval.status == ApprovalStatus.ASKED


def test_not_possible_is_asked_once_and_only_where_somebody_has_to_allow_it(as_user, chair, worker, concern):
    client = as_user(worker)
    page = client.get(url("not_possible", concern))

    client.post(url("not_possible", concern), filled(page, reason="太窄。"))
    again = client.post(url("not_possible", concern), filled(page, reason="太窄。", once_key=""), keyless=True)

    assert Approval.objects.count() == 1
    assert "没有保存" in again.context["form"].errors["__all__"][0]
    for late in (client, as_user(chair)):
        assert "不能申请按无法办理答复" in came_late(late.get(url("not_possible", concern)), concern)
