"""The card that WeChat shows when a public page is passed on (JS-SDK): the shared ticket, and what a page needs to ask for one."""

import secrets
import time
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from fedhub.notices.models import WechatToken
from fedhub.notices.wechat.client import MARGIN, WechatFailed, access_token, ask, is_on
from fedhub.notices.wechat.signing import jsapi_signature

# Where WeChat's own script lies; no page names it but those that ask for a card.
SCRIPTS = "https://res.wx.qq.com"
SDK = f"{SCRIPTS}/open/js/jweixin-1.6.0.js"
TICKET = "jsapi_ticket"


def kept_ticket():
    """The ticket that is kept, '' when there is none that still runs; WeChat is not asked."""
    row = WechatToken.objects.filter(name=TICKET, expires_at__gt=timezone.now()).first()
    return row.value if row is not None and isinstance(row.value, str) else ""


def keep_ticket():
    """Ask WeChat for a ticket when the kept one is about to end. For the worker's minute, so that no visitor waits for WeChat;
    without an account, or while WeChat is away, nothing happens. Returns True when a new one is kept."""
    if not is_on() or WechatToken.objects.filter(name=TICKET, expires_at__gt=timezone.now() + MARGIN).exists():
        return False
    try:
        found = ask("/cgi-bin/ticket/getticket", query={"access_token": access_token(), "type": "jsapi"})
        value, seconds = str(found["ticket"]), int(found["expires_in"])
    except (WechatFailed, KeyError, TypeError, ValueError):
        return False
    WechatToken.objects.update_or_create(
        name=TICKET, defaults={"value": value, "expires_at": timezone.now() + timedelta(seconds=seconds)}
    )
    return True


def inside(request):
    """True in WeChat's own browser on a telephone or a PC; its mini programs have no cards."""
    agent = request.headers.get("User-Agent", "")
    return "MicroMessenger" in agent and "miniProgram" not in agent


def page_config(url):
    """What `wx.config` wants for the page at `url`, exactly as the browser has it; None when there is no ticket now."""
    ticket = kept_ticket() if is_on() else ""
    if not ticket:
        return None
    nonce, timestamp = secrets.token_hex(8), int(time.time())
    return {
        "appId": settings.WECHAT_APPID, "timestamp": timestamp, "nonceStr": nonce,
        "signature": jsapi_signature(ticket, nonce, timestamp, url),
    }  # fmt: skip
