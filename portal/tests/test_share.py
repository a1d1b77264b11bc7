"""The card of public pages in WeChat: neutral, signed, and only where it is wanted; pages of her own are not passed on."""

import html
import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as live
from django.test import Client
from django.utils import timezone

from fedhub.notices.models import WechatToken
from fedhub.notices.wechat.sharing import keep_ticket
from fedhub.notices.wechat.signing import jsapi_signature
from portal.tests.test_portal import CENTRE, ENTER, HOME, MINE, SAY, her, signed_in  # noqa: F401
from portal.tests.test_wechat import wechat  # noqa: F401

pytestmark = pytest.mark.django_db
INSIDE = {"HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 12) MicroMessenger/8.0.49"}
SDK = "https://res.wx.qq.com"


def card_of(page):
    found = re.search(r'data-share="([^"]+)"', page.content.decode())
    return json.loads(html.unescape(found[1])) if found else None


def scripts_of(page):
    return re.search("script-src ([^;]+)", page.headers["Content-Security-Policy"])[1]


@pytest.mark.parametrize("path", [HOME, f"{HOME}?from=singlemessage&isappinstalled=0", SAY])
def test_a_public_page_has_a_neutral_signed_card(wechat, client, path):  # noqa: F811
    assert keep_ticket()

    page = client.get(path, **INSIDE)

    card = card_of(page)
    config = card.pop("config")
    url = f"{live.SITE_URL}{path}"
    assert config["signature"] == jsapi_signature("ticket-1", config["nonceStr"], config["timestamp"], url)
    assert config["appId"] == live.WECHAT_APPID
    picture = card.pop("picture")
    assert re.fullmatch(rf"{live.SITE_URL}/static/img/share(\.[0-9a-f]{{12}})?\.png", picture)
    assert card == {
        "title": "社区服务", "words": "有事可以说，凭码看进展。", "link": f"{live.SITE_URL}{path.partition('?')[0]}",
    }  # fmt: skip
    assert scripts_of(page) == f"'self' {SDK}"


def test_the_ticket_is_asked_for_once_and_by_no_visitor(wechat, client):  # noqa: F811
    assert (card_of(client.get(HOME, **INSIDE)), wechat.asked) == (None, [])

    assert [keep_ticket(), keep_ticket()] == [True, False]
    client.get(HOME, **INSIDE)

    assert wechat.asked == ["/cgi-bin/stable_token", "/cgi-bin/ticket/getticket"]
    with time_machine.travel(timezone.now() + timedelta(minutes=116)):
        assert keep_ticket()
    assert WechatToken.objects.filter(name="jsapi_ticket").count() == 1


@pytest.mark.parametrize("broken", [True, "odd"])
def test_while_wechat_is_away_the_page_is_there_without_a_card(wechat, client, broken):  # noqa: F811
    wechat.broken = broken

    assert keep_ticket() is False
    page = client.get(HOME, **INSIDE)
    assert (page.status_code, card_of(page), scripts_of(page)) == (200, None, "'self'")


@pytest.mark.parametrize("path", [ENTER, "/r/ask/", "/r/notice/"])
def test_other_pages_and_other_browsers_name_nobody_elses_script(wechat, client, path):  # noqa: F811
    keep_ticket()
    pages = [
        client.get(path, **INSIDE),
        client.get(HOME),
        client.get(HOME, HTTP_USER_AGENT="MicroMessenger miniProgram"),
    ]

    assert [(card_of(page), scripts_of(page), SDK in page.content.decode()) for page in pages] == [
        (None, "'self'", False)
    ] * 3


def test_nothing_of_her_is_passed_on(wechat, her, worker):  # noqa: F811
    keep_ticket()
    client = signed_in(her, worker)

    pages = [client.get(path, **INSIDE) for path in (HOME, SAY, MINE, CENTRE)]

    assert [
        (card_of(page), scripts_of(page), '<html lang="zh-CN" data-hers>' in page.content.decode()) for page in pages
    ] == [(None, "'self'", True)] * 4
    assert "data-hers" not in Client().get(HOME, **INSIDE).content.decode()


def test_without_an_account_there_is_no_card(client):
    assert keep_ticket() is False
    page = client.get(HOME, **INSIDE)
    assert (card_of(page), scripts_of(page)) == (None, "'self'")
