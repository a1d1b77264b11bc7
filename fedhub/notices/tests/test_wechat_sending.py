"""Reminders by WeChat, against a server of this machine that checks them as WeChat's does."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from fedhub.notices.models import WechatToken
from fedhub.notices.receipts import Failure, NotSent, Receipt
from fedhub.notices.tests.mock_wechat import APPID, SECRET, MockWechat, _Handler
from fedhub.notices.wechat import sending

pytestmark = pytest.mark.django_db
OPENID, TEMPLATE = "oOpenid-of-hers-0123456789ab", "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"


class Sending(_Handler):
    def do_POST(self):  # noqa: N802 - name of the standard library
        address = urlsplit(self.path)
        if not address.path.startswith("/cgi-bin/message/"):
            return super().do_POST()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.mock.broken == "silent":
            return self.connection.close()
        return self._answer(address.path, self.mock.message(address.path, parse_qs(address.query), body))


class MockMessages(MockWechat):
    """`sent`: (path, openid, data). `code`: an errcode to answer with."""

    def __init__(self):
        super().__init__()
        self.sent, self.code = [], 0
        self.server.RequestHandlerClass = type("Handler", (Sending,), {"mock": self})

    def message(self, path, query, body):
        if self.code:
            return {"errcode": self.code, "errmsg": "error"}
        if query.get("access_token") != [f"token-{self.tokens}".ljust(512, "x")]:
            return {"errcode": 40001, "errmsg": "invalid credential"}
        wanted = {"touser", "template_id", "data", "url" if path.endswith("template/send") else "page"}
        if set(body) != wanted or body["template_id"] != TEMPLATE:
            return {"errcode": 40037, "errmsg": "invalid template_id"}
        if body["touser"] != OPENID:
            return {"errcode": 40003, "errmsg": "invalid openid"}
        for name, value in body["data"].items():
            if set(value) != {"value"} or (name.startswith("thing") and len(value["value"]) > 20):
                return {"errcode": 47003, "errmsg": "argument invalid"}
            if name.startswith("time") and not re.fullmatch(r"\d{4}年\d{1,2}月\d{1,2}日", value["value"]):
                return {"errcode": 47003, "errmsg": "argument invalid"}
        self.sent.append((path, body))
        return {"errcode": 0, "errmsg": "ok", **({"msgid": 200228332} if path.endswith("template/send") else {})}


@pytest.fixture
def wechat(settings):
    mock = MockMessages()
    settings.WECHAT_API, settings.WECHAT_APPID, settings.WECHAT_SECRET = mock.url, APPID, SECRET
    settings.WECHAT_NOTICE, settings.WECHAT_NOTICE_TEMPLATE = "template", TEMPLATE
    settings.WECHAT_NOTICE_FIELDS = {"thing1": "words", "time2": "day"}
    yield mock
    mock.close()


def failure():
    with pytest.raises(NotSent) as caught:
        sending.remind(OPENID)
    return caught.value.code, caught.value.failure


@pytest.mark.parametrize(
    ("kind", "path", "receipt", "link"),
    [("template", "/cgi-bin/message/template/send", "200228332", "url"),
     ("subscribe", "/cgi-bin/message/subscribe/bizsend", "", "page")],
)  # fmt: skip
def test_a_reminder_says_the_neutral_sentence_and_leads_to_the_neutral_home(
    settings, wechat, kind, path, receipt, link
):
    settings.WECHAT_NOTICE = kind

    assert sending.remind(OPENID) == Receipt("wechat", receipt)
    ((used, body),) = wechat.sent
    assert (used, body[link], body["data"]["thing1"]["value"]) == (
        path,
        "http://testserver/r/",
        "您有一条社区服务提醒",
    )


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (43004, Failure.REFUSED),
        (43101, Failure.REFUSED),
        (40003, Failure.REFUSED),
        (-1, Failure.LATER),
        (45009, Failure.LATER),
    ],
)
def test_what_wechat_says_decides_whether_it_is_tried_again(wechat, code, kind):
    wechat.code = code

    assert failure() == (str(code), kind)


def test_a_token_that_is_no_good_is_fetched_anew_next_time(wechat):
    wechat.code = 40001

    assert failure() == ("40001", Failure.LATER)
    assert WechatToken.objects.count() == 0


def test_a_line_that_broke_leaves_it_open_and_nobody_there_is_tried_later(wechat):
    sending.remind(OPENID)
    wechat.broken = "silent"
    assert failure() == ("connection", Failure.UNKNOWN)

    wechat.close()
    assert failure() == ("connection", Failure.LATER)


def test_it_is_off_unless_everything_is_set(settings, wechat):
    assert sending.is_on() is True
    settings.WECHAT_NOTICE_TEMPLATE = ""
    assert sending.is_on() is False
