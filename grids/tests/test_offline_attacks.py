"""Attacks on what phones send: nothing sealed shows or is lost, and no odd bytes stop a page for others."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from fedhub.core.files import attachments_of
from fedhub.core.models import AuditEvent
from fedhub.core.testing.envelopes import seal
from grids.enums import EnvelopeState
from grids.models import Envelope, Visit
from grids.tests.test_twins import bare, row_of
from grids.tests.test_visit_pages import no_change, picture
from households.models import Household
from households.services.households import move_household
from households.tests.factories import MembershipFactory
from safety.models import RiskReport

pytestmark = pytest.mark.django_db
URL = "/grids/offline/envelopes/"
BINARY = "application/octet-stream"
WORD = "听到打骂声手臂有伤"
TICKED = {"risk": "yes", "signs": ["fight"], "risk_text": WORD}
TRAY = ["tray_list", "tray_detail", "tray_take", "tray_decline"]


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


@pytest.fixture
def member(grid):
    return MembershipFactory(household__area=grid, resident__name="王桂兰")


def sealed(worker, member, key, *, schema=1, said=None, **typed):
    """The bytes of a draft of `worker` about the family of `member`; `said`: what its head says of times."""
    now = timezone.now().isoformat()
    fields = no_change(member, household=member.household.pk, once_key=str(key)) | typed
    return seal(fields, user=worker.pk, key=str(key), schema=schema, head={"saved_at": now, "now": now} | (said or {}))


def send(client, *args, **kwargs):
    return client.post(URL, sealed(*args, **kwargs), content_type=BINARY)


# --- the sealed compartment -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "ticked",
    [{"risk": "yes"}, {"risk": "yes", "signs": ["nothing known"]}, {"risk": "yes", "risk_text": "长" * 3000},
     {"risk": "yes", "risk_text": "a\0b"}, {"risk": "perhaps", "signs": ["fight"]}],
    ids=["no word", "unknown sign", "long", "nul", "odd answer"],
)  # fmt: skip
def test_what_is_ticked_as_a_risk_never_keeps_a_draft_from_becoming_a_visit(client, worker, member, ticked):
    """A draft held back for its risk alone would tell of it: to whoever finishes it, and in the tray."""
    response = send(client, worker, member, uuid.uuid4(), **ticked)

    assert (response.status_code, response.json()["state"]) == (200, "saved")
    assert Envelope.objects.get().state == EnvelopeState.SAVED
    assert RiskReport.objects.count() == (ticked["risk"] == "yes")


@pytest.mark.parametrize("first", ["page", "envelope", "unfinished and dropped"])
@pytest.mark.parametrize("second", ["page", "envelope"])
def test_a_risk_ticked_after_the_form_was_sent_once_is_reported(client, worker, member, first, second):
    """She pressed 保存, no answer came, she ticked what she had forgotten and pressed again."""
    key = uuid.uuid4()
    page = reverse("grids:visit_create", args=[member.household.pk])
    if first == "page":
        client.post(page, no_change(member, once_key=str(key)))
    elif first == "envelope":
        send(client, worker, member, key)
    else:
        send(client, worker, member, key, unfinished="1")
        client.post(reverse("grids:draft_drop", args=[Envelope.objects.get().pk]))
    before = Visit.objects.count()

    def again():
        if second == "page":
            return client.post(page, no_change(member, once_key=str(key)) | TICKED)
        return send(client, worker, member, key, **TICKED)

    answers = [again(), again()]

    report = RiskReport.objects.get()
    assert (report.signs, report.text, report.reporter["id"]) == (["fight"], WORD, worker.pk)
    assert WORD not in "".join(answer.content.decode() for answer in answers)
    assert Visit.objects.count() == max(before, second == "page" or before)


WAYS = {
    "saved": {}, "refused": {"change": ""}, "unfinished": {"unfinished": "1"}, "another form": {"schema": 9},
    "moved": {"moved": True}, "closed": {"closed": True},
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_draft_with_a_risk_and_one_without_are_alike_whatever_becomes_of_them(
    as_user, worker, chair, grid, other_grid, way
):
    typed, found = dict(WAYS[way]), []
    moved, closed = typed.pop("moved", False), typed.pop("closed", False)
    for name, risk in (("甲桂兰", {}), ("乙桂兰", TICKED)):
        member = MembershipFactory(household__area=grid, household__room="101", resident__name=name)
        if moved:
            move_household(member.household, other_grid, by=chair)
        if closed:
            Household.objects.filter(pk=member.household.pk).update(state="moved", closed_on=timezone.localdate())
        client, key = as_user(worker), uuid.uuid4()
        answers = [send(client, worker, member, key, photos=[picture()], **typed, **risk) for _ in range(2)]
        row = Envelope.objects.get(key=key)
        acts = AuditEvent.objects.filter(target_label="grids.Envelope", target_id=row.pk).order_by("id")
        shown = []
        for user, names in ((worker, ["outbox", "offline"]), (chair, ["tray_list"])):
            shown += [as_user(user).get(reverse(f"grids:{page}")).content.decode() for page in names]
        told = as_user(worker).get(reverse("grids:draft_finish", args=[row.pk]))
        shown.append(told.content.decode() if told.status_code == 200 else str(told.status_code))
        found.append(
            {
                "answers": [(a.status_code, bare(a.content.decode()), sorted(a.headers)) for a in answers],
                "row": row_of(row, "key", "household", "saved_at", "clock_off", "fields", "visit"),
                "fields": [pair for pair in row.fields or [] if pair[0] != "people"],
                "files": [(one.kind, one.name, one.level) for one in attachments_of(row)],
                "acts": [row_of(one, "at", "mac", "target_id", "hour") for one in acts],
                "says nothing": [WORD in text for text in shown],
                "draft": re.sub(r"/files/[0-9a-f-]{36}/", "/files/N/", bare(shown[-1], name)),
            }
        )
        Envelope.objects.filter(pk=row.pk).exclude(state=EnvelopeState.SAVED).update(state=EnvelopeState.DROPPED)

    assert RiskReport.objects.count() == 1
    assert found[0] == found[1]


# --- odd bytes ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "said",
    ["9999-12-31T20:00:00+00:00", "2099-12-31T00:00:00+00:00", "0001-01-02T00:00:00+00:00", "1970-01-01T00:00:00Z"],
)
@pytest.mark.parametrize("change", ["no", ""])
def test_a_clock_that_is_centuries_wrong_stops_no_page(as_user, worker, chair, member, other_grid, said, change):
    client, supervisor = as_user(worker), as_user(chair)

    response = send(client, worker, member, uuid.uuid4(), said={"saved_at": said, "now": said}, change=change)

    assert response.status_code == 200
    row = Envelope.objects.get()
    assert abs(row.clock_off) < 2**31
    for page in filter(None, [response.json()["url"], reverse("grids:outbox"), reverse("grids:offline")]):
        assert client.get(page).status_code == 200
    if not change:
        move_household(member.household, other_grid, by=chair)
        Envelope.objects.filter(pk=row.pk).update(state="tray", late="scope")
        for page in (reverse("grids:tray_list"), row.get_absolute_url()):
            assert supervisor.get(page).status_code == 200


@pytest.mark.parametrize(
    "said", [[1], [None], [[]], [{}], [True], ["\ud800"], "abc", {"a": 1}, 5, None, [["x"]]], ids=repr
)
@pytest.mark.parametrize("name", ["unsent", "removed"])
def test_a_phone_that_tells_nonsense_of_what_it_holds_is_answered(client, worker, name, said):
    response = client.post(reverse("grids:offline_device"), json.dumps({name: said}), content_type="application/json")

    assert response.status_code in (200, 400)


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data; boundary*=no-such''%41", "multipart/form-data; charset=no-such; boundary=x",
     "multipart/form-data; boundary=", "multipart/form-data; boundary=\u4e2d", "multipart/form-data", "a/b", "",
     "multipart/form-data; boundary=" + "x" * 150],
)  # fmt: skip
def test_a_form_of_an_odd_type_is_refused(client, worker, member, kind):
    data = seal({}, user=worker.pk, key=str(uuid.uuid4()), plain=b"--x\r\n\r\n", head={"type": kind})

    response = client.post(URL, data, content_type=BINARY)

    assert (response.status_code, response.json()["state"]) == (422, "damaged")


@pytest.mark.parametrize("user", [True, 1.0, "1", -1, 2**60, None])
def test_a_head_that_names_its_owner_oddly_is_refused(client, worker, member, user):
    data = seal({}, user=worker.pk, key=str(uuid.uuid4()), head={"user": user})

    assert client.post(URL, data, content_type=BINARY).status_code in (400, 403)
    assert not Envelope.objects.exists()


@pytest.mark.parametrize(("schema", "status"), [(2**31, 400), (2**31 - 1, 200), (-1, 400)])
def test_a_version_of_the_form_that_no_column_holds_is_refused(client, worker, member, schema, status):
    assert send(client, worker, member, uuid.uuid4(), schema=schema).status_code == status
    assert Envelope.objects.count() == (status == 200)


def test_far_more_fields_and_photos_than_a_form_has_are_refused_before_any_is_read(client, worker, member):
    many = {f"x{number}": "x" for number in range(2500)}

    response = send(client, worker, member, uuid.uuid4(), **many)

    assert (response.status_code, response.json()["state"]) == (422, "damaged")
    assert not Envelope.objects.exists()


def test_a_draft_sent_again_under_the_id_of_another_cannot_be_opened(client, worker, member):
    one, two = str(uuid.uuid4()), str(uuid.uuid4())
    data = sealed(worker, member, one).replace(one.encode(), two.encode(), 1)

    response = client.post(URL, data, content_type=BINARY)

    assert (response.status_code, response.json()["state"]) == (422, "damaged")


def test_two_supervisors_who_decide_one_draft_at_once_both_get_a_page(
    as_user, chair, worker, grid, member, other_grid
):
    move_household(member.household, other_grid, by=chair)
    send(as_user(worker), worker, member, uuid.uuid4())
    row, supervisor = Envelope.objects.get(), as_user(chair)
    page = reverse("grids:tray_decline", args=[row.pk])
    first = supervisor.post(page, {"reason": "重复"})
    again = supervisor.post(page, {"reason": "另一个"})

    assert (first.status_code, again.status_code) == (302, 200)
    row.refresh_from_db()
    assert row.decided_why == "重复"


def test_what_was_written_after_an_unfinished_draft_had_arrived_takes_its_place(client, worker, member):
    """The lock sealed and sent it; she unlocked, went on, and the lock sealed it again. What comes twice changes nothing."""
    key, first = uuid.uuid4(), timezone.now()
    times = [{"saved_at": (first + timedelta(minutes=n)).isoformat()} for n in range(2)]
    send(client, worker, member, key, unfinished="1", summary="写到一半", said=times[0])
    later = sealed(worker, member, key, unfinished="1", summary="写了更多", said=times[1])

    answers = [client.post(URL, later, content_type=BINARY).json()["state"] for _ in range(2)]
    send(client, worker, member, key, unfinished="1", summary="写到一半", said=times[0])

    assert answers == ["refused", "refused"]
    assert dict(Envelope.objects.get().fields)["summary"] == "写了更多"
    assert AuditEvent.objects.filter(action="grids.envelope.keep").count() == 2
