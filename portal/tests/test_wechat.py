"""Coming in with WeChat: tied only by who is in with a code, state bound to the browser, forged calls refused."""

import time

import pytest
from django.conf import settings as live
from django.test import Client
from django.urls import reverse

from fedhub.core.models import AuditEvent
from fedhub.notices.models import WechatSeen
from fedhub.notices.tests.mock_wechat import APPID, SECRET, MockWechat
from fedhub.notices.wechat.signing import Sealer, signature
from households.tests.factories import MembershipFactory
from portal.models import Binding, Stay
from portal.services.entry import issue_code

pytestmark = pytest.mark.django_db
HOME, GO, BACK, MINE, ENTER, CENTRE = "/r/", "/r/wechat/", "/r/wechat/back/", "/r/mine/", "/r/enter/", "/r/mine/data/"
BIND, END = "/r/mine/wechat/", "/r/mine/wechat/end/"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@pytest.fixture
def wechat(settings):
    mock = MockWechat()
    settings.WECHAT_API, settings.WECHAT_APPID, settings.WECHAT_SECRET = mock.url, APPID, SECRET
    settings.WECHAT_TOKEN, settings.WECHAT_AES_KEY = "AAAAA", KEY
    yield mock
    mock.close()


@pytest.fixture
def her(grid):
    return MembershipFactory(
        household__area=grid, resident__area=grid, resident__name="王桂兰", resident__birth="1985-03"
    ).resident


def state_of(client):
    """The state with which `client` is sent to WeChat."""
    url = client.get(GO).url
    assert url.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?appid=")
    return url.partition("&state=")[2].partition("#")[0]


def came_back(client, wechat, openid, state=None):
    wechat.codes["code"] = openid
    return client.get(BACK, {"code": "code", "state": state_of(client) if state is None else state})


def bound(client, wechat, her, worker, openid="oHER"):
    """`client` has gone the whole way: WeChat, the code, tying."""
    assert came_back(client, wechat, openid).url == ENTER
    client.post(ENTER, {"code": issue_code(her, by=worker)})
    client.post(BIND)
    return client


# --- the way in -------------------------------------------------------------------------------------------------------
def test_tied_once_it_opens_her_pages_without_a_code(wechat, her, worker):
    client = bound(Client(), wechat, her, worker)
    other = Client()

    assert came_back(other, wechat, "oHER").url == MINE
    assert other.get(CENTRE).context["person"] == her
    # She is in at one place.
    assert client.get(MINE).url == ENTER
    acts = list(AuditEvent.objects.filter(action__startswith="portal.binding").values_list("action", "actor_name"))
    assert acts == [("portal.binding.begin", "本人（居民端）")]


def test_the_number_of_her_wechat_lies_nowhere_in_clear(wechat, her, worker):
    client = bound(Client(), wechat, her, worker, "oVERYSECRET")

    row = Binding.objects.values("blind", "openid").get()
    assert "oVERYSECRET" not in str(row["blind"])
    assert [value for value in client.cookies.values() if "oVERYSECRET" in value.value] == []


def test_untied_it_opens_nothing(wechat, her, worker):
    client = bound(Client(), wechat, her, worker)
    client.post(END)

    assert came_back(Client(), wechat, "oHER").url == ENTER
    assert Binding.objects.get().ended_at is not None


def test_tying_anew_ends_what_was_tied_before(wechat, her, worker, grid):
    other = MembershipFactory(household__area=grid, resident__area=grid, resident__birth="1980").resident
    bound(Client(), wechat, her, worker)
    bound(Client(), wechat, her, worker, "oNEW")

    assert came_back(Client(), wechat, "oHER").url == ENTER
    # The same WeChat tied to somebody else: her own pages are no longer behind it.
    client = Client()
    came_back(client, wechat, "oNEW")
    client.post(ENTER, {"code": issue_code(other, by=worker)})
    client.post("/r/leave/")
    assert Binding.objects.filter(ended_at=None).count() == 1


def test_nobody_is_tied_without_a_code_or_without_wechat(wechat, her, worker):
    stranger = Client()
    came_back(stranger, wechat, "oHIS")
    assert stranger.post(BIND).url == ENTER

    client = Client()
    client.post(ENTER, {"code": issue_code(her, by=worker)})
    answer = client.post(BIND, follow=True)
    assert "请先点“用微信进入”" in answer.content.decode()
    assert client.get(CENTRE).context["wechat_may"] is False
    assert Binding.objects.count() == 0


# --- mix-ups ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["", "x", "0" * 32, None])
def test_a_state_of_another_browser_or_none_is_refused(wechat, her, worker, state):
    bound(Client(), wechat, her, worker)
    client = Client()
    if state is None:
        state = state_of(Client())
    client.get(GO)
    wechat.asked.clear()

    answer = came_back(client, wechat, "oHER", state)

    assert (answer.url, wechat.asked) == (ENTER, [])
    assert client.get(MINE).url == ENTER


def test_a_way_back_that_is_gone_twice_counts_once(wechat, her, worker):
    bound(Client(), wechat, her, worker)
    client = Client()
    state = state_of(client)
    assert came_back(client, wechat, "oHER", state).url == MINE
    client.post("/r/leave/")

    wechat.codes["code2"] = "oHER"
    assert client.get(BACK, {"code": "code2", "state": state}).url == ENTER


@pytest.mark.parametrize(
    "asked", [{}, {"code": "code"}, {"openid": "oHER"}, {"code": "", "state": ""}, {"code": "中", "state": "文"}]
)
def test_a_number_in_the_address_opens_nothing(wechat, her, worker, asked):
    bound(Client(), wechat, her, worker)
    client = Client()
    client.get(GO)

    assert client.get(BACK, asked).url == ENTER
    assert client.get(MINE).url == ENTER


@pytest.mark.parametrize("openid", ["snapshot", ""])
def test_a_snapshot_page_is_nobody(wechat, her, worker, openid):
    client = Client()

    assert came_back(client, wechat, openid).url == ENTER
    client.post(ENTER, {"code": issue_code(her, by=worker)})
    client.post(BIND)
    assert Binding.objects.count() == 0


def test_when_wechat_is_away_the_code_still_works(wechat, her, worker):
    wechat.broken = True
    client = Client()

    answer = client.get(BACK, {"code": "c", "state": state_of(client)}, follow=True)

    assert "没有认出您的微信，请用登录码进入。" in answer.content.decode()
    assert client.post(ENTER, {"code": issue_code(her, by=worker)}).url == MINE


# --- the address that WeChat calls ------------------------------------------------------------------------------------
def asked(at=None, nonce="n1", sealed=None, **more):
    at = str(int(time.time()) if at is None else at)
    found = {"timestamp": at, "nonce": nonce, "signature": signature("AAAAA", at, nonce), **more}
    return found | ({"msg_signature": signature("AAAAA", at, nonce, sealed)} if sealed else {})


def sent(client, text, **more):
    sealed = Sealer(KEY, APPID).seal(text)
    query = "&".join(f"{k}={v}" for k, v in asked(sealed=sealed, **more).items())
    return client.post(f"/wx/?{query}", f"<xml><Encrypt>{sealed}</Encrypt></xml>", content_type="text/xml")


def test_wechat_s_question_whether_it_is_us_is_answered(wechat, client):
    assert client.get("/wx/", asked(echostr="5927782489442352469")).content == b"5927782489442352469"
    assert client.get("/wx/", asked(signature="0" * 40)).status_code == 404
    assert client.get("/wx/", asked(at=1)).status_code == 404


def test_a_message_is_taken_once_and_ties_nobody(wechat, client, her):
    text = "<xml><FromUserName>oABC</FromUserName><MsgType>text</MsgType><MsgId>9</MsgId><Content>绑定 王桂兰</Content></xml>"

    answers = [sent(client, text).content for _ in range(3)]

    assert (answers, WechatSeen.objects.count(), Binding.objects.count(), Stay.objects.count()) == (
        [b"success"] * 3,
        1,
        0,
        0,
    )


def test_who_follows_the_account_no_more_is_tied_no_more_once(wechat, client, her, worker):
    bound(Client(), wechat, her, worker)
    text = "<xml><FromUserName>{}</FromUserName><MsgType>event</MsgType><Event>unsubscribe</Event><CreateTime>7</CreateTime></xml>"

    sent(client, text.format("oOTHER"))
    other = Binding.objects.filter(ended_at=None).count()
    sent(client, text.format("oHER"))
    first = Binding.objects.filter(ended_at=None).count()
    bound(Client(), wechat, her, worker)
    sent(client, text.format("oHER"))

    # Told again by WeChat of the same leaving, what was tied anew since stays.
    assert (other, first, Binding.objects.filter(ended_at=None).count()) == (1, 0, 1)
    assert AuditEvent.objects.filter(action="portal.binding.end").count() == 1


def test_forged_and_oversized_calls_are_a_page_that_does_not_exist(wechat, client):
    plain = "<xml><FromUserName>oABC</FromUserName><MsgType>text</MsgType><MsgId>9</MsgId></xml>"
    query = "&".join(f"{k}={v}" for k, v in asked().items())

    answers = [
        client.post(f"/wx/?{query}", plain, content_type="text/xml"),
        client.post("/wx/", plain, content_type="text/xml"),
        client.post(f"/wx/?{query}", "x" * 70_000, content_type="text/xml"),
        sent(client, plain, signature="0" * 40),
        sent(client, plain, at=int(time.time()) - 400),
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [404] * 5
    assert WechatSeen.objects.count() == 0


# --- off by default ---------------------------------------------------------------------------------------------------
def test_without_an_account_nothing_of_it_is_there(client, her, worker):
    assert live.WECHAT_APPID == ""
    assert "微信进入" not in client.get(HOME).content.decode()
    client.post(ENTER, {"code": issue_code(her, by=worker)})
    answers = [
        client.get(GO),
        client.get(BACK),
        client.post(BIND),
        client.get("/wx/"),
        client.get("/MP_verify_abc.txt"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5


def test_the_file_for_wechat_is_served_as_it_was_given(client, settings):
    settings.WECHAT_VERIFY = "MP_verify_Ab12.txt:Ab12"

    assert client.get("/MP_verify_Ab12.txt").content == b"Ab12"
    assert client.get("/MP_verify_other.txt").status_code == 404
    assert reverse("wechat_verify", args=["MP_verify_Ab12.txt"]) == "/MP_verify_Ab12.txt"
