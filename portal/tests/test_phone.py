"""A code by short message: only to a number that is hers alone, and nobody learns whose a number is."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fedhub.core import crypto
from fedhub.core.models import AuditEvent
from fedhub.core.testing.twins import bare
from fedhub.notices.sms import console
from households.models import Phone, Resident
from households.services.residents import make_phone
from households.tests.factories import MembershipFactory, ResidentFactory, SafeContactFactory
from portal.models import Binding, PhoneCode, Stay
from portal.services.phone import HANDLE, ask_code, forget_codes, send_code
from portal.services.wechat import bind
from portal.tests.test_wechat import came_back, wechat  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=False)
PHONE, CODE, MINE, ENTER = "/r/phone/", "/r/phone/code/", "/r/mine/", "/r/enter/"
NUMBER, UNKNOWN, ID = "13800138000", "13900139000", "11010519491231002X"


@pytest.fixture(autouse=True)
def messages(settings, tmp_path, django_capture_on_commit_callbacks):
    settings.DEMO, settings.SMS_SENDER, settings.HOME = True, "console", tmp_path
    return console.sent


@pytest.fixture
def her(grid):
    person = MembershipFactory(
        household__area=grid, resident__area=grid, resident__name="王桂兰", resident__birth="1985-03",
        resident__id_number=ID,
    ).resident  # fmt: skip
    make_phone(person, NUMBER).save()
    return person


@pytest.fixture
def ask(django_capture_on_commit_callbacks):
    """`ask(number, client, …)`: the page that comes back; the worker has done its part by then."""

    def asked(number=NUMBER, client=None, **more):
        with django_capture_on_commit_callbacks(execute=True):
            return (client or Client()).post(PHONE, {"number": number, **more})

    return asked


def handle_of(page):
    return re.search(r'name="handle" value="([^"]+)"', page.content.decode())[1]


def without_handle(page):
    return bare(page)[2].replace(handle_of(page), "")


def typed(handle, code, tail="002x", client=None):
    return (client or Client()).post(CODE, {"handle": handle, "code": code, "tail": tail})


def test_she_comes_in_with_the_code_and_the_last_four_of_her_number(ask, her):
    page = ask("138 0013 8000")

    (message,) = console.sent()
    assert (message["to"], message["template"], list(message["params"])) == (NUMBER, "login_code", ["code"])
    code = message["params"]["code"]
    assert re.fullmatch("[0-9]{6}", code)
    client = Client()
    assert typed(handle_of(page), f" {code[:3]} {code[3:]} ", "００２x", client).url == MINE
    assert client.get(MINE).context["person"] == her
    assert Stay.objects.get().way == "phone"
    # Once.
    assert "没有打开" in typed(handle_of(page), code).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM portal_phonecode")
        kept = str(cursor.fetchall())
    assert [word for word in (code, NUMBER, "002X") if word in kept] == []


def test_known_or_not_the_page_the_queries_and_the_refusal_are_the_same(ask, her):
    ask(UNKNOWN)
    typed("x", "0")
    seen = []
    for number in (NUMBER, UNKNOWN):
        with CaptureQueriesContext(connection) as asked:
            Client().post(PHONE, {"number": number})
        sent = list(asked.captured_queries)
        page = ask(number)
        with CaptureQueriesContext(connection) as entered:
            wrong = typed(handle_of(page), "000000", "0000")
        shapes = [
            re.sub(r"'[^']*'|_x[0-9]+|s[0-9]{6,}|[0-9]", "", one["sql"])[:300]
            for one in (*sent, *entered.captured_queries)
        ]
        seen.append((without_handle(page), page.status_code, bare(wrong)[2].replace(handle_of(page), ""), shapes))

    assert len(console.sent()) == 1
    assert seen[0] == seen[1]


def asked_from(page):
    """What the form of the page carries along as the way onward."""
    return re.search(r'name="next" value="([^"]*)"', page.content.decode())[1]


@pytest.mark.parametrize(
    "came", ["/r/jobs/12/", "/r/events/here/0123456789abcdef/", "/r/groups/", "/r/council/0123456789abcdef/"]
)
def test_she_comes_back_to_the_page_that_asked_her_in(ask, her, came):
    client = Client()
    way_in = client.get(ENTER, {"next": came})
    link = re.search(rf'href="({PHONE}[^"]*)"', way_in.content.decode())[1]
    number = client.get(link)
    code = ask(client=client, next=asked_from(number))
    again = client.post(CODE, {"handle": handle_of(code), "code": "000000", "tail": "0000", "next": asked_from(code)})
    digits = console.sent()[0]["params"]["code"]
    said = {"handle": handle_of(again), "code": digits, "tail": "002x", "next": asked_from(again)}
    answers = [client.post(CODE, said) for _ in range(2)]

    assert [asked_from(page) for page in (way_in, number, code, again)] == [came] * 4
    # The second of two taps leads to the same page.
    assert [answer.url for answer in answers] == [came] * 2
    assert client.get(PHONE, {"next": came}).url == came


@pytest.mark.parametrize(
    "asked", ["https://example.com/", "//example.com/", "/r/leave/", "/r/jobs/１/", "/r/events/mine/x/", ""]
)
def test_a_code_leads_to_no_other_address(ask, her, asked):
    page = ask(next=asked)
    digits = console.sent()[0]["params"]["code"]
    answer = Client().post(CODE, {"handle": handle_of(page), "code": digits, "tail": "002x", "next": asked})

    assert (asked_from(page), answer.url) == (MINE, MINE)


SPOILS = {
    "her husband's": lambda p: Phone.objects.update(owner_kind="spouse"),
    "shared": lambda p: Phone.objects.update(shared=True),
    "not usable": lambda p: Phone.objects.update(usable=False),
    "on file twice": lambda p: make_phone(ResidentFactory(area=p.area), NUMBER).save(),
    "he may answer": lambda p: SafeContactFactory(resident=p, channels=["sms"], spouse_may_answer=True),
    "neutral words only": lambda p: SafeContactFactory(resident=p, channels=["sms"], neutral=True),
    "no messages": lambda p: SafeContactFactory(resident=p, channels=["home"]),
    "no identity number": lambda p: Resident.objects.filter(pk=p.pk).update(id_number="", id_blind=None),
    "too young": lambda p: Resident.objects.filter(pk=p.pk).update(birth=f"{timezone.localdate().year - 10}-01-01"),
    "no birth": lambda p: Resident.objects.filter(pk=p.pk).update(birth=""),
    "gone": lambda p: Resident.objects.filter(pk=p.pk).update(state="moved", left_on=timezone.localdate()),
}


@pytest.mark.parametrize("spoil", SPOILS)
def test_where_it_could_reach_somebody_else_nothing_is_sent_and_nobody_is_told(ask, her, spoil):
    expected = without_handle(ask(UNKNOWN))
    SPOILS[spoil](her)

    page = ask()

    assert (console.sent(), without_handle(page)) == ([], expected)
    assert AuditEvent.objects.filter(action="portal.phonecode.send").count() == 0


def test_outside_the_hours_she_allowed_nothing_is_sent(ask, her, noon):
    SafeContactFactory(resident=her, channels=["sms"], hour_from="14:00", hour_to="16:00", neutral=False)

    ask()

    assert console.sent() == []


def test_what_became_dangerous_meanwhile_opens_nothing(ask, her):
    page = ask()
    code = console.sent()[0]["params"]["code"]
    SafeContactFactory(resident=her, channels=["sms"], spouse_may_answer=True)

    assert "没有打开" in typed(handle_of(page), code).content.decode()


@pytest.mark.parametrize(
    ("code", "tail"), [("", "002X"), (None, "0021"), (None, ""), ("12345", "002X"), ("１２", "0")]
)
def test_what_does_not_fit_opens_nothing(ask, her, code, tail):
    handle = handle_of(ask())
    real = console.sent()[0]["params"]["code"]

    page = typed(handle, real if code is None else code, tail)

    assert (page.status_code, Stay.objects.count()) == (200, 0)


def test_after_five_tries_and_after_ten_minutes_it_opens_no_more(ask, her):
    first, second = handle_of(ask()), handle_of(ask())
    one, two = (message["params"]["code"] for message in console.sent())
    for _ in range(5):
        typed(first, "0000000")

    assert "没有打开" in typed(first, one).content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=2)):
        assert "没有打开" in typed(second, two).content.decode()
    assert typed(second, two).url == MINE


def test_another_s_form_does_not_carry_her_code(ask, her):
    ask()
    stranger = handle_of(ask(UNKNOWN))

    assert "没有打开" in typed(stranger, console.sent()[0]["params"]["code"]).content.decode()


def test_one_number_gets_three_an_hour_and_nobody_is_told(ask, her):
    pages = [without_handle(ask()) for _ in range(5)]

    assert len(console.sent()) == 3
    assert len(set(pages)) == 1


def test_one_network_is_slowed_down_and_no_other(ask, her, noon):
    for n in range(30):
        ask(f"139{n:08d}")

    assert "还要等" in ask().content.decode()
    assert "还要等" not in ask(client=Client(REMOTE_ADDR="10.1.2.3")).content.decode()
    assert len(console.sent()) == 1


@pytest.mark.parametrize(("sent", "messages_out"), [(299, 1), (300, 0)])
def test_so_many_are_sent_to_all_together_and_asking_in_vain_counts_for_nothing(ask, her, sent, messages_out):
    now = timezone.now()
    PhoneCode.objects.bulk_create(
        PhoneCode(handle=crypto.blind(str(n), column=HANDLE), sent_at=now if n < sent else None) for n in range(600)
    )

    ask()

    assert len(console.sent()) == messages_out


def test_a_worker_that_was_away_sends_nothing_that_opens_no_more(her):
    handle = ask_code(NUMBER, lambda pk: None)
    row = PhoneCode.objects.get()
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        send_code(row.pk)

    row.refresh_from_db()
    assert (bool(handle), row.sent_at, row.number, console.sent()) == (True, None, "", [])


def test_guessing_codes_is_slowed_down(ask, her, noon):
    handles = [handle_of(ask(f"139{n:08d}")) for n in range(13)]
    pages = [typed(handle, "000000").content.decode() for handle in handles for _ in range(5)]

    assert ["还要等" in page for page in pages].index(True) == 60


def test_a_carrier_that_refuses_leaves_no_number_in_the_log(ask, her, settings, caplog):
    settings.SMS_SENDER = "aliyun"
    settings.SMS_TEMPLATES = {}

    page = ask()

    assert page.status_code == 200
    assert "a code was not sent: template" in caplog.text
    assert NUMBER not in caplog.text


def test_without_a_carrier_there_is_no_such_way(her, settings):
    settings.DEMO = False

    assert [Client().get(path).status_code for path in (PHONE, CODE)] == [404, 404]
    assert "短信" not in Client().get(ENTER).content.decode()
    settings.SMS_SENDER = ""
    assert Client().get(PHONE).status_code == 404


@pytest.mark.parametrize("number", ["", "abc", "138", "0" * 20, "1380013800x", "010-12345678 转 9999999"])
def test_what_is_no_number_is_asked_again(her, number):
    page = Client().post(PHONE, {"number": number})

    assert (page.status_code, "number" in page.context["form"].errors, PhoneCode.objects.count()) == (200, True, 0)


def test_a_wechat_is_tied_first_by_it_but_anew_only_by_the_staff_s_code(ask, her, wechat, worker):  # noqa: F811
    def came_in(openid):
        client = Client()
        came_back(client, wechat, openid)
        page = ask(client=client)
        typed(handle_of(page), console.sent()[-1]["params"]["code"], client=client)
        return client.post("/r/mine/wechat/", follow=True).content.decode()

    assert "用微信进入" in came_in("oFIRST")
    assert "请网格员当面给登录码" in came_in("oSECOND")
    assert [one.openid for one in Binding.objects.filter(ended_at=None)] == ["oFIRST"]
    assert bind(her, "oTHIRD") is True
    assert [one.openid for one in Binding.objects.filter(ended_at=None)] == ["oTHIRD"]


def test_shut_out_by_the_staff_a_code_on_its_way_opens_no_more(ask, as_user, her, worker):
    handle = handle_of(ask())
    desk = as_user(worker)
    page = desk.post(reverse("portal:shut_out", args=[her.pk]), {"once_key": str(uuid.uuid4())}, follow=True)

    assert "短信验证码就不再发" in page.content.decode()
    assert "没有打开" in typed(handle, console.sent()[0]["params"]["code"]).content.decode()


def test_what_was_asked_is_forgotten_after_a_day(ask, her):
    ask()
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        forget_codes()
    assert PhoneCode.objects.count() == 0
