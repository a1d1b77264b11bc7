"""Visits that a phone kept without network: each arrives once, whatever happened meanwhile, and nothing is lost."""

import gzip
import io
import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import disable_staff
from fedhub.areas.tests import factories as places
from fedhub.core import crypto, envelopes
from fedhub.core.files import attachments_of
from fedhub.core.keyring import Keyring
from fedhub.core.models import Attachment, AuditEvent, OnceKey
from fedhub.core.templatetags.fmt import moment
from fedhub.core.testing.client import FormClient, filled
from fedhub.core.testing.envelopes import seal
from fedhub.reference.lookup import rule
from grids.enums import DoubtKind, EnvelopeState, Late
from grids.models import Device, Envelope, Visit, VisitDoubt
from grids.services import offline
from grids.services.offline import register_device, tend
from grids.services.visit import correct_visit, log_visit
from grids.tests.test_visit_pages import no_change, picture
from households.models import Household
from households.services.households import move_household
from households.tests.factories import HouseholdFactory, MembershipFactory
from safety.models import RiskReport

pytestmark = pytest.mark.django_db
URL = "/grids/offline/envelopes/"
BINARY = "application/octet-stream"


def post(client, data, token="", **headers):
    found = {"headers": {"X-Device": token}} if token else {}
    return client.post(URL, data, content_type=BINARY, **found, **headers)


def now():
    return timezone.now().isoformat()


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


@pytest.fixture
def member(grid):
    return MembershipFactory(household__area=grid, resident__name="王桂兰")


@pytest.fixture
def draft(worker, member):
    """`draft(**typed)`: the sealed bytes of a visit that nothing changed at, `draft.key` its key."""

    def make(*, schema=1, head=None, fields=None, key=None, **typed):
        key = str(key or make.key)
        data = no_change(member, household=member.household.pk, once_key=key) if fields is None else fields
        said = {"saved_at": now(), "now": now()} | (head or {})
        return seal(data | typed, user=worker.pk, key=key, schema=schema, head=said)

    make.key = str(uuid.uuid4())
    return make


def told(response):
    return response.status_code, response.json()["state"]


# --- arriving once ------------------------------------------------------------------------------------------------
def test_a_draft_becomes_the_visit_its_page_would_have_made(client, worker, member, draft):
    response = post(client, draft(summary="家里都好", photos=[picture(), picture("b.jpg", "black")]))

    visit = Visit.objects.get()
    assert response.json() == {"state": "saved", "message": "走访已保存。", "url": visit.get_absolute_url()}
    assert (visit.household, visit.visitor, visit.recorded_by) == (member.household, worker, worker)
    assert (visit.summary, list(visit.people.all())) == ("家里都好", [member.resident])
    assert attachments_of(visit).count() == 2
    envelope = Envelope.objects.get()
    assert (envelope.state, envelope.visit, envelope.fields) == (EnvelopeState.SAVED, visit, None)


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_and_once_more_make_one_visit(worker, member, draft):
    data = draft()

    def send(_):
        try:
            mine = Client()
            mine.force_login(worker, backend="accounts.backends.StaffBackend")
            return json.dumps(post(mine, data).json(), ensure_ascii=False)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(10)))
    answers.add(send(0))

    assert answers == {
        json.dumps(
            {"state": "saved", "message": "走访已保存。", "url": Visit.objects.get().get_absolute_url()},
            ensure_ascii=False,
        )
    }
    assert Envelope.objects.count() == OnceKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_that_must_be_kept_are_kept_once(worker, member, draft):
    data = draft(met="", photos=[picture()])

    def send(_):
        try:
            mine = Client()
            mine.force_login(worker, backend="accounts.backends.StaffBackend")
            return told(post(mine, data))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(send, range(10))) == {(200, "refused")}

    assert attachments_of(Envelope.objects.get()).count() == 1


def test_posted_on_its_page_and_later_as_an_envelope_it_is_one_visit(client, worker, member, draft):
    page = reverse("grids:visit_create", args=[member.household.pk])
    client.post(page, no_change(member, once_key=draft.key))

    response = post(client, draft())

    assert response.json()["url"] == Visit.objects.get().get_absolute_url()
    assert told(response) == (200, "saved")


def test_sent_as_an_envelope_and_later_on_its_page_it_is_one_visit(client, worker, member, draft):
    post(client, draft())

    response = client.post(
        reverse("grids:visit_create", args=[member.household.pk]), no_change(member, once_key=draft.key)
    )

    assert response.url == Visit.objects.get().get_absolute_url()


def test_forty_drafts_arrive_once_each(client, worker, member, draft):
    for _ in range(40):
        data = draft(key=uuid.uuid4())
        assert {told(post(client, data)) for _ in range(2)} == {(200, "saved")}

    assert Visit.objects.count() == 40


# --- what does not pass is finished on screen ---------------------------------------------------------------------
def test_what_does_not_pass_is_kept_with_its_photos_and_finished_on_screen(client, worker, member, draft):
    said = post(client, draft(change="", summary="说了很多", photos=[picture()])).json()
    assert (said["state"], Visit.objects.count()) == ("refused", 0)
    page = client.get(said["url"])
    text = page.content.decode()
    assert "家里有没有变化？请选一项。" in text
    assert "说了很多" in text
    assert "手机传来的照片已经收到" in text
    photo = re.search(r"/files/[0-9a-f-]{36}/", text)[0]
    assert client.get(photo).status_code == 200

    answer = client.post(said["url"], filled(page, change="no") | {"photos": picture("c.jpg", "black")})
    again = client.post(said["url"], filled(page, change="no"))

    visit, envelope = Visit.objects.get(), Envelope.objects.get()
    assert answer.url == again.url == visit.get_absolute_url()
    assert (visit.summary, attachments_of(visit).count()) == ("说了很多", 2)
    assert (envelope.state, envelope.visit, envelope.fields) == (EnvelopeState.SAVED, visit, None)
    assert attachments_of(envelope).count() == 0
    assert client.get(said["url"]).url == visit.get_absolute_url()
    assert post(client, draft()).json()["url"] == visit.get_absolute_url()


def test_what_was_not_finished_is_never_saved_by_itself_and_gives_way_to_the_whole(client, worker, draft):
    said = post(client, draft(unfinished="1", summary="写到一半")).json()
    assert (said["state"], Visit.objects.count()) == ("refused", 0)
    assert "没写完" in said["message"]

    assert told(post(client, draft(summary="写完了"))) == (200, "saved")

    assert Visit.objects.get().summary == "写完了"
    assert Envelope.objects.get().state == EnvelopeState.SAVED


def test_what_was_not_finished_gives_way_to_the_page_that_was_saved(client, worker, member, draft):
    post(client, draft(unfinished="1"))

    client.post(reverse("grids:visit_create", args=[member.household.pk]), no_change(member, once_key=draft.key))

    assert Envelope.objects.get().visit == Visit.objects.get()


def test_a_draft_nobody_wants_loses_its_words_and_pictures(client, worker, draft):
    post(client, draft(change="", photos=[picture()]))
    row = Envelope.objects.get()

    client.post(reverse("grids:draft_drop", args=[row.pk]))

    row.refresh_from_db()
    assert (row.state, row.fields, Attachment.objects.count()) == (EnvelopeState.DROPPED, None, 0)
    assert told(post(client, draft())) == (200, "saved")
    assert Visit.objects.count() == 0


def test_a_bad_picture_costs_nothing_else_and_is_named(client, worker, draft):
    bad = SimpleUploadedFile("x.jpg", b"no picture", "image/jpeg")

    said = post(client, draft(photos=[bad, picture()])).json()

    assert said["state"] == "saved"
    assert "第 1 张照片没有收下" in said["message"]
    assert attachments_of(Visit.objects.get()).count() == 1


def test_a_form_of_another_version_is_kept_as_it_came_and_finished_on_screen(client, worker, member, draft):
    data = draft(schema=9, summary="新表写的", another="只有新表才有")

    said = post(client, data).json()

    row = Envelope.objects.get()
    assert (said["state"], row.state, row.schema) == ("refused", EnvelopeState.OPEN, 9)
    assert "别的版本" in said["message"]
    kept = dict(row.fields)
    assert kept["summary"] == "新表写的"
    assert "another" not in kept
    raw = Attachment.objects.get(kind="sealed")
    assert client.get(reverse("core:file", args=[raw.uuid])).status_code == 404
    assert "新表写的" in client.get(said["url"]).content.decode()


def test_a_form_of_an_earlier_version_is_brought_up_to_date(client, worker, draft, monkeypatch):
    def upgrade(data):
        data["summary"] = data.pop("story")[-1]
        return data

    monkeypatch.setitem(offline.UPGRADERS, 0, upgrade)

    assert told(post(client, draft(schema=0, story="旧表写的"))) == (200, "saved")
    assert Visit.objects.get().summary == "旧表写的"


# --- late ---------------------------------------------------------------------------------------------------------
def test_the_family_moved_meanwhile_and_the_visit_lies_in_the_tray(client, worker, chair, member, draft, other_grid):
    data = draft(summary="上门看过")
    move_household(member.household, other_grid, by=chair)

    first, again = post(client, data), post(client, data)

    row = Envelope.objects.get()
    assert told(first) == told(again) == (200, "tray")
    assert (row.state, row.late, Visit.objects.count()) == (EnvelopeState.TRAY, Late.SCOPE, 0)
    assert dict(row.fields)["summary"] == "上门看过"


def test_the_family_left_meanwhile(client, worker, member, draft):
    Household.objects.filter(pk=member.household.pk).update(state="moved", closed_on=timezone.localdate())

    assert told(post(client, draft())) == (200, "tray")
    assert Envelope.objects.get().late == Late.CLOSED


def test_the_account_was_closed_and_her_phone_alone_sends_it(worker, chair, draft):
    _, token, _ = register_device(worker, name="安卓手机")
    data = draft()
    assert told(post(Client(), data, token)) == (401, "signin")
    disable_staff(User.objects.get(pk=worker.pk), by=chair)

    assert told(post(Client(), data, token)) == (200, "tray")
    assert told(post(Client(), data, "another")) == (401, "signin")
    assert told(post(Client(), data)) == (401, "signin")

    row = Envelope.objects.get()
    assert (row.late, row.user, Visit.objects.count()) == (Late.ACCOUNT, worker, 0)


def test_a_phone_out_of_use_brings_nothing_without_its_owner(worker, chair, draft, client):
    device, token, _ = register_device(worker, name="安卓手机")
    offline.end_device(device, by=worker)
    data = draft()

    assert told(post(Client(), data, token)) == (401, "signin")
    assert told(post(client, data, token)) == (200, "saved")


def test_anothers_session_sends_nothing_for_her(as_user, committee, worker, draft):
    _, token, _ = register_device(worker, name="安卓手机")
    other = as_user(committee)

    assert told(post(other, draft())) == (403, "other")
    assert told(post(other, draft(), token)) == (401, "signin")
    assert Envelope.objects.count() == 0


def test_a_stranger_s_family_cannot_be_brought_in(client, worker, draft):
    far = HouseholdFactory(area=places.grid(1, places.community(13, "翠苑社区")))
    answers = [post(client, draft(household=pk, key=uuid.uuid4())) for pk in (far.pk, 999_999, "x", "")]

    assert [told(answer) for answer in answers] == [(422, "damaged")] * 4
    assert len({answer.content for answer in answers}) == 1
    assert Envelope.objects.count() == 0


def test_a_draft_whose_writer_lost_the_family_and_one_left_lying_go_to_the_tray(
    client, worker, chair, member, draft, other_grid
):
    post(client, draft(change=""))
    post(client, draft(change="", key=uuid.uuid4()))
    long_ago = timezone.now() - timedelta(days=rule("offline_draft_days") + 1)
    Envelope.objects.filter(pk=Envelope.objects.latest("pk").pk).update(created_at=long_ago)
    tend()
    assert sorted(Envelope.objects.values_list("state", "late")) == [("open", ""), ("tray", "stale")]

    move_household(member.household, other_grid, by=chair)
    tend()

    assert sorted(Envelope.objects.values_list("state", "late")) == [("tray", "scope"), ("tray", "stale")]


def test_a_wrong_clock_is_seen_beside_the_server_s(client, worker, draft):
    yesterday = timezone.now() - timedelta(days=1)

    post(client, draft(head={"saved_at": yesterday.isoformat(), "now": yesterday.isoformat()}))

    row = Envelope.objects.get()
    assert (row.clock, timezone.now() - row.created_at < timedelta(minutes=5)) == ("慢了 1 天", True)
    page = client.get(Visit.objects.get().get_absolute_url()).content.decode()
    assert f"手机上 {moment(yesterday)} 写好" in page
    assert "手机时钟慢了 1 天" in page


def behind(**gone):
    """A head and a day as a phone says them whose clock is behind."""
    then = timezone.now() - timedelta(**gone)
    return {
        "head": {"saved_at": then.isoformat(), "now": then.isoformat()},
        "visited_on": f"{timezone.localdate(then)}",
    }


@pytest.mark.parametrize(("gone", "typed", "asked"), [
    ({"days": 1}, {}, True),
    ({"days": 1}, {"visited_on": ""}, False),
    ({"minutes": 29}, {"started_at": "09:00"}, False),
    ({"minutes": 31}, {"started_at": "09:00"}, True),
    ({"minutes": 31}, {}, False),
])  # fmt: skip
def test_the_visitor_is_asked_when_a_wrong_clock_may_have_made_the_day_or_times(
    noon, client, worker, draft, gone, typed, asked
):
    said = behind(**gone) | typed
    said["visited_on"] = said["visited_on"] or f"{timezone.localdate()}"

    post(client, draft(**said))

    found = VisitDoubt.objects.values_list("kind", "state")
    page = client.get(Visit.objects.get().get_absolute_url()).content.decode()
    assert list(found) == ([(DoubtKind.CLOCK, "open")] if asked else [])
    assert ("记的时候手机时钟差了 30 分钟以上" in page) == asked


def test_the_question_about_the_clock_is_over_when_the_day_is_put_right(client, worker, draft):
    post(client, draft(**behind(days=1)))
    visit = Visit.objects.get()
    visit.summary = "家里都好"
    correct_visit(visit, ["summary"], base_version=visit.version, by=worker)
    before = VisitDoubt.objects.get().state
    visit.visited_on = timezone.localdate()

    correct_visit(visit, ["visited_on"], base_version=visit.version, by=worker)

    assert (before, VisitDoubt.objects.get().state) == ("open", "gone")


def test_a_draft_that_a_supervisor_takes_over_is_asked_about_too(client, worker, chair, member, draft, other_grid):
    move_household(member.household, other_grid, by=chair)
    post(client, draft(**behind(days=1)))
    envelope = Envelope.objects.get()
    visit = log_visit(
        Visit(household=envelope.household, visitor=worker, visited_on=timezone.localdate() - timedelta(days=1)),
        by=chair,
    )

    offline.take_over(envelope, visit, by=chair)

    assert VisitDoubt.objects.values_list("kind", "visit__visitor").get() == (DoubtKind.CLOCK, worker.pk)


@pytest.mark.parametrize("said", ["", "x", "2026-03-05", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_an_odd_clock_stops_nothing(client, worker, draft, said):
    assert told(post(client, draft(head={"saved_at": said, "now": said}))) == (200, "saved")


# --- not an envelope ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda data: data[:3], 400),
        (lambda data: data[:40], 400),
        (lambda data: b"\xff" * 200, 400),
        (lambda data: data[:-1], 422),
        (lambda data: data + b"x", 422),
        (lambda data: data + b"x" * 17 * 1024 * 1024, 413),
    ],
    ids=["nothing", "torn head", "garbage", "torn", "longer", "too large"],
)
def test_what_is_damaged_is_refused_with_a_sentence_and_nothing_is_kept(client, worker, draft, change, status):
    response = post(client, change(draft()))

    assert told(response) == (status, "damaged")
    assert response.json()["message"].endswith("。")
    assert (Envelope.objects.count(), Visit.objects.count(), Attachment.objects.count()) == (0, 0, 0)


def test_a_sealed_thing_that_is_no_form_is_refused(client, worker, draft):
    data = seal({}, user=worker.pk, key=draft.key, plain=b"hello")

    assert told(post(client, data)) == (422, "damaged")


def test_a_foreign_page_cannot_post_here(client, worker, draft):
    """A page of another site may only send the types of forms without asking; those are not read."""
    answers = [
        client.post(URL, draft(), content_type=kind) for kind in ("text/plain", "multipart/form-data; boundary=x")
    ]
    answers.append(client.post(reverse("grids:offline_device"), b"{}", content_type="text/plain"))

    assert [answer.status_code for answer in answers] == [415, 415, 415]


def test_too_many_in_a_minute_are_told_to_wait(client, worker, draft):
    with time_machine.travel(timezone.now(), tick=False):
        answers = [post(client, b"x") for _ in range(rule("offline_posts_minute") + 1)]

    assert {answer.status_code for answer in answers[:-1]} == {400}
    assert (answers[-1].status_code, answers[-1].headers["Retry-After"]) == (429, "60")


def test_a_phone_that_checks_in_or_takes_its_plan_all_the_time_is_told_to_wait(client, worker):
    most, header = rule("offline_posts_minute"), {"X-Device": check_in(client).json()["token"]}
    cache.clear()
    with time_machine.travel(timezone.now(), tick=False):
        plans = [client.get(reverse("grids:offline_plan"), headers=header).status_code for _ in range(most + 1)]
        address = reverse("grids:offline_device")
        checks = [
            client.post(address, "{}", content_type="application/json", headers=header).status_code
            for _ in range(most + 1)
        ]

    assert plans == checks == [200] * most + [429]


# --- the sealed compartment ---------------------------------------------------------------------------------------
TICKED = {"risk": "yes", "signs": ["fight", "no such"], "risk_text": "听到打骂声"}


def test_a_risk_is_reported_on_arrival_once_and_lies_in_no_draft(client, worker, draft):
    said = [post(client, draft(change="", **TICKED)).json() for _ in range(2)]

    report, row = RiskReport.objects.get(), Envelope.objects.get()
    assert (report.signs, report.text, report.reporter["id"]) == (["fight"], "听到打骂声", worker.pk)
    assert not {"risk", "signs", "risk_text"} & set(dict(row.fields))
    page = client.get(said[0]["url"])
    assert "听到打骂声" not in page.content.decode()
    assert 'name="risk"' not in page.content.decode()
    client.post(said[0]["url"], filled(page, change="no") | {"risk": "yes", "risk_text": "又一次"})
    assert (Visit.objects.count(), RiskReport.objects.count()) == (1, 1)


def test_a_risk_in_two_versions_of_one_draft_is_lost_in_neither(client, worker, draft):
    post(client, draft(unfinished="1", **TICKED))
    post(client, draft(**TICKED | {"signs": ["fight"]}))
    assert RiskReport.objects.count() == 1

    post(client, draft(key=uuid.uuid4(), unfinished="1", risk="yes"))
    assert sorted(report.signs for report in RiskReport.objects.all()) == [["fight"], ["other"]]


# --- phones -------------------------------------------------------------------------------------------------------
def check_in(client, token="", **said):
    found = {"headers": {"X-Device": token, "User-Agent": "Mozilla/5.0 (Linux; Android 9) MicroMessenger/8.0"}}
    return client.post(
        reverse("grids:offline_device"), json.dumps({"unsent": [], "now": now()} | said),
        content_type="application/json", **found,
    )  # fmt: skip


def test_a_phone_is_known_by_its_token_of_which_the_server_keeps_a_fingerprint(client, worker):
    said = check_in(client).json()

    device = Device.objects.get()
    assert (said["device"], said["lost"], device.name) == ("new", 0, "安卓手机（微信）")
    assert said["token"] not in str(vars(device))
    assert check_in(client, said["token"]).json() == {"device": "known", "saved": [], "lost": 0}
    assert check_in(Client(), said["token"]).status_code == 401
    assert check_in(client, "wrong").json()["device"] == "new"


def test_a_store_that_was_emptied_is_noticed(client, worker, draft):
    token = check_in(client).json()["token"]
    key, other, third = draft.key, str(uuid.uuid4()), str(uuid.uuid4())
    assert check_in(client, token, unsent=[key, other, third, "x"]).json()["lost"] == 0
    post(client, draft(), token)
    assert check_in(client, token, unsent=[key, other, third]).json()["saved"] == [key]

    assert check_in(client, token, unsent=[other], removed=[third]).json()["lost"] == 0
    assert check_in(client, token, unsent=[]).json()["lost"] == 1
    assert check_in(client, token, unsent=[]).json()["lost"] == 0


def test_a_browser_that_forgot_its_token_is_told_what_went_with_it(worker, draft):
    client = FormClient()
    worker.set_password("Lantern-7-Harbour")
    worker.save()
    client.post(reverse("account_login"), {"login": "worker", "password": "Lantern-7-Harbour"})
    token = check_in(client).json()["token"]
    check_in(client, token, unsent=[draft.key, str(uuid.uuid4())])

    said = check_in(client).json()

    assert (said["device"], said["lost"]) == ("new", 2)
    assert Device.objects.in_force().count() == 1


def test_a_lost_phone_is_taken_out_of_use_and_told_to_wipe(client, worker, as_user, committee):
    token = check_in(client).json()["token"]
    device = Device.objects.get()
    url = reverse("grids:device_end", args=[device.pk])
    assert "安卓手机（微信）" in client.get(reverse("grids:device_list")).content.decode()
    assert "安卓手机" not in as_user(committee).get(reverse("grids:device_list")).content.decode()
    assert as_user(committee).post(url).status_code == 404

    client.post(url)

    assert check_in(Client(), token).json() == check_in(client, token).json() == {"device": "ended"}
    assert "安卓手机" not in client.get(reverse("grids:device_list")).content.decode()


def test_the_phones_of_a_closed_account_wipe(client, worker, chair):
    token = check_in(client).json()["token"]
    disable_staff(User.objects.get(pk=worker.pk), by=chair)

    assert check_in(Client(), token).json() == {"device": "ended"}


def test_a_key_stays_while_a_phone_may_hold_something_sealed_to_it(client, worker, draft, settings, tmp_path):
    settings.KEYRING, settings.MEDIA_ROOT = Keyring.create(tmp_path / "keys" / "keyring.json"), tmp_path / "media"
    settings.SCRATCH_ROOT = tmp_path / "tmp"
    crypto.forget_keys()
    token = check_in(client).json()["token"]
    data = draft()
    check_in(client, token, unsent=[draft.key])
    for _ in range(3):
        call_command("rotate_keys", stdout=io.StringIO())
    assert 1 in settings.KEYRING.key_ids("main")
    # The columns of a device are fingerprints, which do not rotate.
    assert told(post(client, data, token)) == (200, "saved")

    check_in(client, token)
    call_command("rotate_keys", resume=True, stdout=io.StringIO())

    assert 1 not in settings.KEYRING.key_ids("main")
    crypto.forget_keys()


# --- the state of things, the plan --------------------------------------------------------------------------------
def test_a_phone_learns_what_it_needs_and_what_waits(client, worker, member, draft):
    said = post(client, draft(change="")).json()

    state = client.get(reverse("grids:offline")).json()

    key_id, point = envelopes.public_key()
    assert (state["user"], state["kid"], state["key"], state["schema"]) == (worker.pk, key_id, point, 1)
    assert (state["minutes"], state["max_bytes"]) == (15, 16 * 1024 * 1024)
    assert [one["url"] for one in state["unfinished"]] == [said["url"]]
    assert "王桂兰户" in state["unfinished"][0]["text"]
    assert "王桂兰户" in client.get(reverse("grids:outbox")).content.decode()


def test_the_plan_holds_the_families_of_today_with_their_forms(client, worker, grid, member):
    Household.objects.filter(pk=member.household.pk).update(next_due_on=timezone.localdate())
    far = HouseholdFactory(area=grid, head_name="李秀英", next_due_on=timezone.localdate() + timedelta(days=40))
    token = check_in(client).json()["token"]

    plans = [client.get(reverse("grids:offline_plan"), headers={"X-Device": token}).json() for _ in range(2)]

    assert [family["id"] for family in plans[0]["families"]] == [member.household.pk]
    assert far.pk not in {family["id"] for family in plans[0]["families"]}
    family = plans[0]["families"][0]
    assert family["url"] == reverse("grids:visit_create", args=[member.household.pk])
    forms = ["\n".join(plan["lines"][place] for place in plan["families"][0]["form"]) for plan in plans]
    keys = {re.search(r'once_key" value="([^"]+)"', form)[1] for form in forms}
    assert len(keys) == 2
    assert "王桂兰" in forms[0]
    assert "csrfmiddlewaretoken" in forms[0]
    assert AuditEvent.objects.filter(action="grids.device.plan", actor_id=worker.pk).count() == 1


@pytest.fixture
def wednesday():
    """Noon of a Wednesday: the plan is that of a week, and two days on are within it."""
    with time_machine.travel(datetime(2026, 11, 25, 4, tzinfo=UTC), tick=False):
        yield


@pytest.mark.parametrize(("days", "late"), [(-2, 2), (0, 0), (2, 0)])
def test_the_plan_says_how_many_days_a_family_is_late(wednesday, client, worker, grid, days, late):
    MembershipFactory(household=HouseholdFactory(area=grid, next_due_on=timezone.localdate() + timedelta(days=days)))
    token = check_in(client).json()["token"]

    plan = client.get(reverse("grids:offline_plan"), headers={"X-Device": token}).json()

    assert [family["late"] for family in plan["families"]] == [late]


def test_twenty_forms_are_packed_on_the_way(client, worker, grid):
    """What a worker loads after her first page stays under 25 KB (acceptance F1.1)."""
    for number in range(20):
        MembershipFactory(
            household=HouseholdFactory(area=grid, head_name=f"赵{number}", next_due_on=timezone.localdate())
        )
    headers = {"X-Device": check_in(client).json()["token"], "Accept-Encoding": "gzip"}

    answer = client.get(reverse("grids:offline_plan"), headers=headers)

    assert len(json.loads(gzip.decompress(answer.content))["families"]) == 20
    assert len(answer.content) < 25 * 1024


def test_the_plan_is_for_phones_that_are_known_and_hers(client, worker, as_user, committee):
    url = reverse("grids:offline_plan")
    other = check_in(as_user(committee)).json()["token"]

    assert client.get(url).status_code == 403
    assert client.get(url, headers={"X-Device": other}).status_code == 403


@pytest.mark.parametrize("name", ["offline", "offline_plan"])
def test_nothing_is_told_to_whoever_may_not_visit(name, auditor, as_user):
    url = reverse(f"grids:{name}")

    assert [told(one.get(url)) for one in (Client(), as_user(auditor))] == [(401, "signin")] * 2


def test_a_locked_session_is_no_session_and_asking_does_not_keep_it_open(client, worker, draft, settings):
    session = client.session
    session["signed_in_at"] = int((timezone.now() - timedelta(hours=1)).timestamp())
    session.save()

    assert told(client.get(reverse("grids:offline"))) == (401, "signin")
    assert told(post(client, draft())) == (401, "signin")
    assert settings.SEEN_COOKIE_NAME not in client.cookies


def test_asking_in_the_background_renews_nothing(client, worker, settings):
    assert client.get(reverse("grids:offline")).status_code == 200

    assert settings.SEEN_COOKIE_NAME not in client.cookies


def test_the_page_without_network_and_the_worker_name_nobody(client, worker, member):
    page = client.get(reverse("grids:offline_page"))
    script = Client().get("/sw.js")

    assert Client().get(reverse("grids:offline_page")).status_code == 200
    assert not [word for word in ("刘建芳", "王桂兰") if word in page.content.decode()]
    assert (script.headers["Content-Type"], script.headers["Service-Worker-Allowed"]) == (
        "text/javascript; charset=utf-8",
        "/",
    )
    assert script.headers["Cache-Control"] == "no-cache"
