"""WeChat's protocol: signatures with WeChat's own examples, sealed messages, what is refused, the shared token."""

import base64
import contextlib
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from fedhub.notices.models import WechatToken
from fedhub.notices.tests.mock_wechat import APPID, SECRET, MockWechat
from fedhub.notices.wechat.client import WechatFailed, access_token, authorize_url, who_came
from fedhub.notices.wechat.messages import read
from fedhub.notices.wechat.signing import Forged, Sealer, check_time, jsapi_signature, signature

TOKEN, KEY = "AAAAA", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
NOW = 1_714_036_504


@pytest.fixture
def wechat(settings):
    mock = MockWechat()
    settings.WECHAT_API, settings.WECHAT_APPID, settings.WECHAT_SECRET = mock.url, APPID, SECRET
    yield mock
    mock.close()


# --- signatures -------------------------------------------------------------------------------------------------------
def test_the_signature_is_that_of_wechat_s_own_example():
    """developers.weixin.qq.com, 消息推送: token AAAAA, timestamp 1714036504, nonce 1514711492."""
    assert signature(TOKEN, "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"


def test_the_signature_of_a_page_is_that_of_wechat_s_own_example():
    """developers.weixin.qq.com, JS-SDK 使用权限签名算法."""
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    url = "http://mp.weixin.qq.com?params=value"

    assert jsapi_signature(ticket, "Wm3WZYTPz0wzccnW", 1414587457, url) == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
    assert (
        jsapi_signature(ticket, "Wm3WZYTPz0wzccnW", 1414587457, f"{url}#top")
        == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
    )


@pytest.mark.parametrize(
    "timestamp", ["", "x", "-1", "١٢", str(NOW - 301), str(NOW + 301), "1e9", "9" * 400, "9" * 5000]
)
def test_what_is_too_old_or_no_time_is_refused(timestamp):
    with pytest.raises(Forged):
        check_time(timestamp, NOW)


# --- sealed messages --------------------------------------------------------------------------------------------------
@given(st.text(max_size=300))
def test_what_is_sealed_opens_again(text):
    assert Sealer(KEY, APPID).open(Sealer(KEY, APPID).seal(text)) == text


@given(st.binary(max_size=300))
def test_nothing_else_opens(data):
    with pytest.raises(Forged):
        Sealer(KEY, APPID).open(base64.b64encode(data).decode())


def test_what_was_sealed_for_another_account_does_not_open():
    with pytest.raises(Forged):
        Sealer(KEY, APPID).open(Sealer(KEY, "wxother").seal("x"))


def test_a_key_of_the_wrong_length_is_no_key():
    with pytest.raises(ValueError, match="43"):
        Sealer("abc", APPID)


# --- messages ---------------------------------------------------------------------------------------------------------
def plain(**parts):
    """A message as WeChat writes it."""
    told = {
        "ToUserName": "gh_1",
        "FromUserName": "oABC",
        "CreateTime": str(NOW),
        "MsgType": "text",
        "MsgId": "7",
        **parts,
    }
    return "<xml>" + "".join(f"<{tag}><![CDATA[{text}]]></{tag}>" for tag, text in told.items()) + "</xml>"


def query(sealed=None, at=NOW, nonce="1514711492", **more):
    asked = {"timestamp": str(at), "nonce": nonce, "signature": signature(TOKEN, str(at), nonce)}
    if sealed is not None:
        asked["msg_signature"] = signature(TOKEN, str(at), nonce, sealed)
    return asked | more


def test_a_plain_message_is_read():
    message = read(plain().encode(), query(), token=TOKEN, now=NOW)

    assert (message.sender, message.kind, message.mark) == ("oABC", "text", "7")


def test_an_event_sent_again_has_the_same_mark():
    event = {"MsgType": "event", "Event": "subscribe", "MsgId": ""}
    marks = {read(plain(**event).encode(), query(nonce=nonce), token=TOKEN, now=NOW).mark for nonce in ("1", "2")}

    assert marks == {f"oABC|{NOW}|subscribe"}


def test_a_sealed_message_is_read_in_safe_mode():
    sealed = Sealer(KEY, APPID).seal(plain())
    body = f"<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()

    message = read(body, query(sealed), token=TOKEN, sealer=Sealer(KEY, APPID), now=NOW)

    assert message.sender == "oABC"


SEALED = Sealer(KEY, APPID).seal(plain())
WRAPPED = f"<xml><Encrypt>{SEALED}</Encrypt></xml>".encode()
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><FromUserName>&a;</FromUserName></xml>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><FromUserName>&a;</FromUserName></xml>'


@pytest.mark.parametrize(
    ("body", "asked", "safe"),
    [
        (plain().encode(), query(signature="0" * 40), False),
        (plain().encode(), query(signature=""), False),
        (plain().encode(), query(nonce="1", signature=signature(TOKEN, str(NOW), "2")), False),
        (plain().encode(), query(at=NOW - 301), False),
        (plain().encode(), {}, False),
        (plain().encode(), query(), True),
        (WRAPPED, query(), True),
        (WRAPPED, query(SEALED, msg_signature="0" * 40), True),
        (WRAPPED, query(SEALED), False),
        (f"<xml><Encrypt>{SEALED[:-8]}</Encrypt></xml>".encode(), query(SEALED[:-8]), True),
        (b"<xml></xml>", query(), False),
        (b"", query(), False),
        (b"\xff\xfe\x00", query(), False),
        (b"<xml><FromUserName>x", query(), False),
        (BOMB, query(), False),
        (OUTSIDE, query(), False),
        (b"<xml>" + b"x" * 70_000 + b"</xml>", query(), False),
        (b"<xml>" * 3_000 + b"</xml>" * 3_000, query(), False),
    ],
)  # fmt: skip
def test_what_wechat_would_not_send_is_refused(body, asked, safe):
    with pytest.raises(Forged):
        read(body, asked, token=TOKEN, sealer=Sealer(KEY, APPID) if safe else None, now=NOW)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body):
    with contextlib.suppress(Forged):
        assert read(body, query(), token=TOKEN, now=NOW).sender


# --- asking WeChat ----------------------------------------------------------------------------------------------------
def test_the_way_there_has_its_parts_in_wechat_s_order(wechat):
    assert authorize_url("https://fulian.example/r/wechat/back/", "abc") == (
        f"https://open.weixin.qq.com/connect/oauth2/authorize?appid={APPID}"
        "&redirect_uri=https%3A%2F%2Ffulian.example%2Fr%2Fwechat%2Fback%2F&response_type=code&scope=snsapi_base&state=abc"
        "#wechat_redirect"
    )


def test_a_code_is_good_once_and_a_snapshot_is_nobody(wechat):
    wechat.codes = {"c1": "oABC", "c2": "snapshot"}

    assert (who_came("c1"), who_came("c2")) == ("oABC", "")
    with pytest.raises(WechatFailed) as failed:
        who_came("c1")
    assert failed.value.code == 40029


@pytest.mark.parametrize("how", ["secret", "broken", "odd", "gone"])
def test_when_wechat_does_not_answer_it_is_said_and_nothing_of_the_secret(wechat, settings, how):
    if how == "secret":
        settings.WECHAT_SECRET = "wrong"
    elif how in ("broken", "odd"):
        wechat.broken = how
    else:
        settings.WECHAT_API = "http://127.0.0.1:9"

    with pytest.raises(WechatFailed) as failed:
        who_came("c1")
    assert SECRET not in str(failed.value)


@pytest.mark.django_db
def test_all_workers_share_one_token_until_it_nears_its_end(wechat):
    first, again = access_token(), access_token()
    with time_machine.travel(timezone.now() + timedelta(seconds=7200 - 200)):
        later = access_token()

    assert (first, wechat.asked.count("/cgi-bin/stable_token")) == (again, 2)
    assert (len(first), later != first, WechatToken.objects.count()) == (512, True, 1)
