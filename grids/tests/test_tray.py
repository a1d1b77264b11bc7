"""The supervisor's tray: both facts, taking over in the name of who visited, declining; twins; who sees it."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.services import disable_staff
from accounts.tests.factories import user_with
from fedhub.core.files import attachments_of
from fedhub.core.models import Attachment, AuditEvent, OnceKey
from fedhub.core.testing.client import filled
from fedhub.core.testing.envelopes import seal
from fedhub.reference.lookup import rule
from grids.enums import EnvelopeState, Late
from grids.models import Envelope, Visit
from grids.services.offline import tend
from grids.tests.factories import EnvelopeFactory
from grids.tests.test_twins import bare, row_of
from grids.tests.test_visit_pages import no_change, picture
from households.models import Household, HouseholdPlace
from households.services.households import move_household
from households.tests.factories import MembershipFactory
from safety.models import RiskReport

pytestmark = pytest.mark.django_db
WORD = "听到打骂声手臂有伤"


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


@pytest.fixture
def client(as_user, chair):
    """The supervisor."""
    return as_user(chair)


def send(client, worker, member, *, before=None, **typed):
    """A draft of `worker` about the family of `member` arrives, after `before()` happened since it was written; gives
    its Envelope (None when there is none)."""
    key, now = str(uuid.uuid4()), timezone.now().isoformat()
    fields = no_change(member, household=member.household.pk, once_key=key) | typed
    data = seal(fields, user=worker.pk, key=key, head={"saved_at": now, "now": now})
    if before:
        before()
    client.post(reverse("grids:offline_envelopes"), data, content_type="application/octet-stream")
    return Envelope.objects.filter(key=key).first()


@pytest.fixture
def late(as_user, worker, chair, grid, other_grid):
    """`late(**typed)`: a draft of the worker that arrived after its family had moved to the other grid."""

    def make(name="王桂兰", **typed):
        member = MembershipFactory(household__area=grid, household__room="101", resident__name=name)
        yesterday = timezone.localdate() - timedelta(days=1)
        HouseholdPlace.objects.filter(household=member.household).update(valid_from=yesterday)
        moved = lambda: move_household(member.household, other_grid, by=chair)  # noqa: E731
        return send(as_user(worker), worker, member, before=moved, **typed)

    return make


def test_the_page_shows_what_was_true_and_what_is_true_now(client, chair, late):
    row = late(summary="上门看过", photos=[picture()])

    page = client.get(row.get_absolute_url()).content.decode()

    rows = dict(re.findall(r"<tr><th scope=\"row\">([^<]+)</th><td[^>]*>(.*?)</td></tr>", page))
    facts = {what: re.sub(r"<[^>]+>", " ", text).split() for what, text in rows.items()}
    assert facts == {
        "家庭在哪个网格": ["第一网格", "第二网格"], "家庭状态": ["在册", "在册"],
        "走访人的账号": ["可以使用", "可以使用"], "这户归不归走访人": ["归", "不归"],
    }  # fmt: skip
    assert "上门看过" in page
    assert "刘建芳" in page
    assert "王桂兰" in page
    photo = re.search(r"/files/[0-9a-f-]{36}/", page)[0]
    assert client.get(photo).status_code == 200


def test_taken_over_it_is_a_visit_of_who_made_it_written_down_by_the_supervisor(client, chair, worker, late):
    row = late(summary="上门看过", photos=[picture()])
    url = reverse("grids:tray_take", args=[row.pk])
    page = client.get(url)

    data = filled(page)
    answer, again = client.post(url, data), client.post(url, data)

    visit = Visit.objects.get()
    assert answer.url == again.url == visit.get_absolute_url()
    assert (visit.visitor, visit.recorded_by, visit.summary) == (worker, chair, "上门看过")
    assert attachments_of(visit).count() == 1
    row.refresh_from_db()
    assert (row.state, row.visit, row.decided_by, row.fields) == (EnvelopeState.TAKEN, visit, chair, None)
    assert attachments_of(row).count() == 0
    assert OnceKey.objects.filter(user=worker, key=row.key, result_url=visit.get_absolute_url()).exists()
    assert client.get(row.get_absolute_url()).status_code == 200
    household = Household.objects.get(pk=row.household_id)
    assert household.last_visit_on == timezone.localdate()


def test_what_does_not_pass_is_put_right_by_the_supervisor(client, chair, late):
    row = late(change="", unfinished="1")
    url = reverse("grids:tray_take", args=[row.pk])
    page = client.get(url)
    assert "家里有没有变化？请选一项。" in page.content.decode()

    assert client.post(url, filled(page)).status_code == 200
    client.post(url, filled(page, change="no"))

    assert Visit.objects.count() == 1


def test_declined_it_keeps_words_and_reason_and_loses_its_pictures_and_later_its_words(client, chair, late):
    row = late(summary="上门看过", photos=[picture()])

    client.post(reverse("grids:tray_decline", args=[row.pk]), {"reason": "这户由别人走访过"})

    row.refresh_from_db()
    assert (row.state, row.decided_why, Attachment.objects.count()) == (EnvelopeState.DECLINED, "这户由别人走访过", 0)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "上门看过" in page
    assert "这户由别人走访过" in page
    assert AuditEvent.objects.filter(action="grids.envelope.decline", target_id=row.pk).count() == 1
    assert client.get(reverse("grids:tray_take", args=[row.pk])).status_code == 404
    Envelope.objects.update(decided_at=timezone.now() - timedelta(days=rule("offline_declined_days") + 1))
    tend()
    assert "上门看过" not in client.get(row.get_absolute_url()).content.decode()


def test_a_closed_account_s_visit_is_taken_over_in_its_name(as_user, worker, chair, grid):
    member = MembershipFactory(household__area=grid)
    client = as_user(worker)
    row = send(client, worker, member, change="")
    assert row.state == EnvelopeState.OPEN
    disable_staff(User.objects.get(pk=worker.pk), by=chair)
    tend()
    row.refresh_from_db()
    assert (row.state, row.late) == (EnvelopeState.TRAY, Late.ACCOUNT)
    url, supervisor = reverse("grids:tray_take", args=[row.pk]), as_user(chair)

    supervisor.post(url, filled(supervisor.get(url), change="no"))

    assert Visit.objects.get().visitor == worker


# --- who sees it --------------------------------------------------------------------------------------------------
PAGES = ["tray_detail", "tray_take", "tray_decline", "draft_finish"]


@pytest.mark.parametrize("state", [EnvelopeState.OPEN, EnvelopeState.TRAY])
@pytest.mark.parametrize("page", PAGES)
def test_strangers_and_colleagues_get_nothing(as_user, stranger, committee, data_officer, auditor, grid, page, state):
    row = EnvelopeFactory(household__area=grid, state=state, late="scope" if state == "tray" else "")

    for user in (stranger, committee, data_officer, auditor):
        assert as_user(user).get(reverse(f"grids:{page}", args=[row.pk])).status_code == 404
    assert as_user(stranger).post(reverse("grids:tray_decline", args=[row.pk]), {"reason": "x"}).status_code == 404
    row.refresh_from_db()
    assert row.state == state


@pytest.mark.parametrize("page", ["tray_detail", "tray_take", "tray_decline"])
def test_a_supervisor_reads_no_draft_that_its_writer_may_still_finish(client, chair, worker, grid, page):
    row = EnvelopeFactory(household__area=grid, user=worker, state=EnvelopeState.OPEN, late="")

    assert client.get(reverse(f"grids:{page}", args=[row.pk])).status_code == 404


def test_pictures_of_a_draft_open_for_its_writer_alone_and_then_for_the_supervisor(
    as_user, worker, committee, chair, grid
):
    member = MembershipFactory(household__area=grid)
    row = send(as_user(worker), worker, member, change="", photos=[picture()])
    url = reverse("core:file", args=[attachments_of(row).get().uuid])
    assert [as_user(user).get(url).status_code for user in (worker, committee, chair)] == [200, 404, 404]

    disable_staff(User.objects.get(pk=worker.pk), by=chair)
    tend()

    assert [as_user(user).get(url).status_code for user in (committee, chair)] == [404, 200]


def test_a_worker_whose_family_moved_reads_her_draft_no_more(as_user, worker, chair, grid, other_grid):
    member = MembershipFactory(household__area=grid)
    row = send(as_user(worker), worker, member, change="", photos=[picture()])
    picture_url = reverse("core:file", args=[attachments_of(row).get().uuid])
    move_household(member.household, other_grid, by=chair)

    client = as_user(worker)
    assert client.get(reverse("grids:draft_finish", args=[row.pk])).status_code == 404
    assert client.get(picture_url).status_code == 404
    assert member.resident.name not in client.get(reverse("grids:outbox")).content.decode()


def test_the_menu_counts_what_waits(client, chair, grid):
    for state, late in (("tray", "scope"), ("tray", "stale"), ("open", "")):
        EnvelopeFactory(household__area=grid, state=state, late=late)

    page = client.get(reverse("grids:tray_list")).content.decode()

    assert re.search(r"手机后传[^/]*>2<", page)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_tray_takes_the_same_queries_for_any_number(client, chair, grid, rows, django_assert_num_queries):
    for _ in range(rows):
        EnvelopeFactory(household__area=grid)
    client.get(reverse("grids:tray_list"))

    with django_assert_num_queries(30):
        page = client.get(reverse("grids:tray_list"))

    assert page.content.decode().count("这户已不归走访人") == rows


def test_the_tray_shows_what_waits_and_on_request_what_was_decided(client, chair, grid):
    EnvelopeFactory(household__area=grid)
    EnvelopeFactory(
        household__area=grid, state="declined", decided_by=chair, decided_at=timezone.now(), decided_why="x"
    )

    waiting = client.get(reverse("grids:tray_list"))
    decided = client.get(reverse("grids:tray_list") + "?state=declined")

    assert [row.state for row in waiting.context["page"].rows] == ["tray"]
    assert [row.state for row in decided.context["page"].rows] == ["declined"]


# --- twins --------------------------------------------------------------------------------------------------------
def test_a_late_draft_with_a_risk_looks_like_one_without(as_user, chair, worker, grid, other_grid, community):
    user_with(Role.SAFETY_OFFICER, community)
    sent, supervisor = [], as_user(chair)
    for name, risk in (
        ("甲桂兰", {}),
        ("乙桂兰", {"risk": "yes", "signs": ["fight", "child_hurt"], "risk_text": WORD}),
    ):
        member = MembershipFactory(household__area=grid, household__room="101", resident__name=name)
        move_household(member.household, other_grid, by=chair)
        sent.append((name, send(as_user(worker), worker, member, summary="家里都好", **risk)))
    rows, pages, events = [], [], []
    for name, row in sent:
        shown = [supervisor.get(reverse(f"grids:{page}", args=[row.pk])).content.decode() for page in PAGES[:3]]
        assert WORD not in "".join(shown)
        pages.append([bare(page, name) for page in shown])
        fields = [pair for pair in row.fields if pair[0] != "people"]
        rows.append(row_of(row, "key", "household", "saved_at", "fields", "clock_off") | {"fields": fields})
        acts = AuditEvent.objects.filter(target_label="grids.Envelope", target_id=row.pk)
        events.append([row_of(e, "at", "mac", "target_id", "hour") for e in acts.exclude(action__endswith=".read")])

    assert RiskReport.objects.count() == 1
    assert rows[0] == rows[1]
    assert pages[0] == pages[1]
    assert events[0] == events[1]
    assert len(events[0]) == 1
