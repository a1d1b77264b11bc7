"""Her messages on her own page: hers alone, read by a tap, reminders as she wants them; nothing for whoever lives with her."""

from datetime import time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from concerns.enums import Told
from concerns.services.answers import answer_concern
from concerns.tests.factories import concern_at
from fedhub.core.models import AuditEvent
from fedhub.core.testing.twins import bare
from fedhub.core.testing.weight import MOST, weight
from fedhub.notices import gate
from fedhub.notices.enums import Channel, State
from fedhub.notices.models import Choice, Message
from fedhub.notices.services import outbox
from fedhub.notices.tests.factories import message_at
from households.models import SafeContact
from portal.services.wechat import bind, unbind
from portal.tests.test_portal import her, him, signed_in  # noqa: F401 - fixtures
from safety.services.reports import report_risk
from safety.tests.factories_file import a_file

pytestmark = pytest.mark.django_db
INBOX, CHOOSE, MINE = "/r/mine/messages/", "/r/mine/messages/choice/", "/r/mine/"


def rows(client):
    return list(client.get(INBOX).context["rows"])


def test_she_finds_hers_and_opening_one_marks_it(her, worker):  # noqa: F811
    message = message_at(State.SENT, her, text="周六停水")
    waiting = message_at(State.WAITING, her)
    client = signed_in(her, worker)
    assert "（1 条没看）" in client.get(MINE).content.decode()

    answer = client.post(f"{INBOX}{message.pk}/", follow=True)

    assert "周六停水" in answer.content.decode()
    message.refresh_from_db()
    assert (message.read_at is not None, rows(client)) == (True, [message])
    assert client.get(f"{INBOX}{waiting.pk}/").status_code == 404
    assert client.get(f"{INBOX}{'9' * 40}/").status_code == 404
    assert "没看" not in client.get(MINE).content.decode()


def test_looking_writes_nothing(her, worker):  # noqa: F811
    message = message_at(State.SENT, her)
    client = signed_in(her, worker)

    client.get(INBOX)
    client.get(f"{INBOX}{message.pk}/")

    message.refresh_from_db()
    assert message.read_at is None


def test_the_head_of_the_household_finds_no_trace_whatever_he_tries(her, him, worker):  # noqa: F811
    def seen():
        client = signed_in(him, worker)
        found = [MINE, INBOX, CHOOSE, "/r/mine/data/", *(f"{INBOX}{n}/" for n in (1, 2, *numbers))]
        return [bare(client.get(address)) for address in found]

    numbers = [278038754069297874, 278038754069297875]
    before = seen()

    message_at(State.SENT, her, id=numbers[0], text="周六停水")
    message_at(State.HUMAN, her, id=numbers[1])
    Choice.objects.create(person=her, channels=[])

    assert seen() == before
    assert signed_in(him, worker).post(f"{INBOX}{numbers[0]}/").status_code == 404
    assert Message.objects.get(pk=numbers[0]).read_at is None


def test_nothing_of_hers_differs_because_a_sealed_file_exists(her, worker, grid, safety_officer):  # noqa: F811
    message_at(State.SENT, her)
    client = signed_in(her, worker)
    found = [MINE, INBOX, CHOOSE]
    before = [bare(client.get(address)) for address in found]

    report_risk(area=grid, source="visit", by=worker, signs=["injury"], text="手臂有伤", resident=her)
    a_file(grid, safety_officer, name=her.name, resident=her.pk)

    assert [bare(client.get(address)) for address in found] == before
    assert Message.objects.count() == 1


def test_who_is_not_in_is_led_to_the_way_in(her):  # noqa: F811
    message = message_at(State.SENT, her)

    for address in (INBOX, CHOOSE, f"{INBOX}{message.pk}/"):
        assert Client().get(address).url == "/r/enter/"
        assert Client().post(address).url == "/r/enter/"


def test_what_was_stopped_before_she_saw_it_is_gone_and_what_she_read_stays(her, worker):  # noqa: F811
    now = timezone.now()
    read = message_at(State.STOPPED, her, posted_at=now, read_at=now)
    message_at(State.STOPPED, her, posted_at=now)

    assert rows(signed_in(her, worker)) == [read]


@pytest.mark.parametrize("path", [INBOX, CHOOSE, "message"])
def test_each_page_is_neutral_closed_and_light(her, worker, path):  # noqa: F811
    messages = [message_at(State.SENT, her) for _ in range(50)]
    page = signed_in(her, worker).get(f"{INBOX}{messages[0].pk}/" if path == "message" else path)

    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert "<title>社区服务</title>" in page.content.decode()
    assert weight(page) <= MOST


# --- her choice ---------------------------------------------------------------------------------------------------------
def test_she_chooses_by_what_and_when(her, worker):  # noqa: F811
    client = signed_in(her, worker)

    answer = client.post(CHOOSE, {"channels": ["sms"], "hour_from": "09:30", "hour_to": "11:00"})

    choice = Choice.objects.get(person=her)
    assert (answer.url, choice.channels, choice.hour_from, choice.hour_to) == (INBOX, ["sms"], time(9, 30), time(11))
    assert AuditEvent.objects.get(action="notices.choice.set").target_id == her.pk
    assert client.get(CHOOSE).context["form"]["channels"].value() == ["sms"]
    client.post(CHOOSE, {})
    choice.refresh_from_db()
    assert (choice.channels, choice.hour_from) == ([], None)


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"channels": ["phone"]}, "channels"), ({"hour_from": "25:00"}, "hour_from"), ({"hour_to": "早上"}, "hour_to"),
     ({"hour_from": "09:00", "hour_to": "09:00"}, "hour_to")],
)  # fmt: skip
def test_what_cannot_be_chosen_stays_in_the_form(her, worker, typed, field):  # noqa: F811
    page = signed_in(her, worker).post(CHOOSE, typed)

    assert list(page.context["form"].errors) == [field]
    assert Choice.objects.count() == 0


def test_the_page_of_choices_is_the_same_whatever_the_office_noted(her, worker):  # noqa: F811
    client = signed_in(her, worker)
    before = bare(client.get(CHOOSE))

    SafeContact.objects.create(
        resident=her, channels=["home"], neutral=True, spouse_may_answer=True, note="丈夫看手机"
    )

    assert bare(client.get(CHOOSE)) == before


# --- WeChat and the answer ------------------------------------------------------------------------------------------------
def test_her_wechat_is_a_way_as_long_as_it_is_tied(her):  # noqa: F811
    bind(her, "openid-1")
    assert gate.address(her, Channel.WECHAT) == "openid-1"

    unbind(her)

    assert gate.address(her, Channel.WECHAT) == ""


def test_an_answer_that_waits_is_opened_by_herself_and_can_be_rated(her, worker):  # noqa: F811
    concern = concern_at("done", resident=her)
    answer_concern(concern, answer="物业周五来修。", told=Told.NOT_YET, outcome="solved", by=worker)
    client = signed_in(her, worker)
    address = f"{MINE}{concern.code}/"
    closed = client.get(address).content.decode()

    opened = client.post(f"{address}answer/", follow=True).content.decode()

    assert ("打开看答复" in closed, "物业周五来修" in closed) == (True, False)
    assert ("打开看答复" in opened, "物业周五来修" in opened, "这次办得怎么样" in opened) == (False, True, True)
    concern.refresh_from_db()
    assert concern.told == Told.PORTAL


def test_an_answer_of_somebody_else_is_not_opened(her, him, worker):  # noqa: F811
    concern = concern_at("done", resident=her)
    answer_concern(concern, answer="物业周五来修。", told=Told.NOT_YET, outcome="solved", by=worker)

    assert signed_in(him, worker).post(f"{MINE}{concern.code}/answer/").status_code == 404
    concern.refresh_from_db()
    assert concern.told == Told.NOT_YET


def test_the_words_on_her_page_name_no_case(her, worker):  # noqa: F811
    outbox.notify(her, "answer", about=concern_at("assigned"))
    message = Message.objects.get()
    Message.objects.filter(pk=message.pk).update(posted_at=timezone.now())
    client = signed_in(her, worker)

    text = client.get(reverse("resident:message", args=[message.pk])).content.decode()

    assert "<title>社区服务</title>" in text
    assert [word for word in ("妇联", "诉求", "答复") if word in text.split("<main")[1].split("</main>")[0]] == []
