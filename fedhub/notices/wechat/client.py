"""Asking WeChat's servers: who came (OAuth), the token that all workers share."""

import json
import urllib.request
from datetime import timedelta
from http.client import HTTPException
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils import timezone

from fedhub.notices.models import WechatToken

TIMEOUT = 5
MOST_BYTES = 64 * 1024
# The old token is good for five minutes beside the new one; ours is renewed so much before its end.
MARGIN = timedelta(minutes=5)


class WechatFailed(Exception):
    """WeChat did not answer, or with an error; `code` is its own number, 0 when there was no answer."""

    def __init__(self, code=0):
        super().__init__(f"wechat {code}")
        self.code = code


def is_on():
    """True when the office's account is configured."""
    return bool(settings.WECHAT_APPID and settings.WECHAT_SECRET)


def ask(path, *, query=None, body=None):
    """The answer (dict) of WeChat's `path`; a POST of JSON when there is a `body`. Raises WechatFailed."""
    address = f"{settings.WECHAT_API}{path}" + (f"?{urlencode(query)}" if query else "")
    data = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})  # noqa: S310 - https by the settings
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            found = json.loads(answer.read(MOST_BYTES))
    except (OSError, HTTPException, ValueError) as error:
        raise WechatFailed from error
    if not isinstance(found, dict) or found.get("errcode"):
        raise WechatFailed(found.get("errcode", 0) if isinstance(found, dict) else 0)
    return found


def authorize_url(back, state):
    """Where a browser inside WeChat is sent to be told who it is; WeChat checks the order of what stands in it."""
    return (
        f"{settings.WECHAT_OPEN}/connect/oauth2/authorize?appid={settings.WECHAT_APPID}&redirect_uri={quote(back, safe='')}"
        f"&response_type=code&scope=snsapi_base&state={state}#wechat_redirect"
    )


def who_came(code):
    """The openid behind a `code` of the way back, '' for a snapshot page (many people share its number). Raises WechatFailed."""
    found = ask("/sns/oauth2/access_token", query={
        "appid": settings.WECHAT_APPID, "secret": settings.WECHAT_SECRET, "code": code, "grant_type": "authorization_code",
    })  # fmt: skip
    return "" if found.get("is_snapshotuser") else str(found.get("openid", ""))


def access_token():
    """The account's token, kept in the database for all workers; a stable token is the same for everybody who asks at once."""
    row = WechatToken.objects.filter(name="access_token", expires_at__gt=timezone.now() + MARGIN).first()
    if row is not None and isinstance(row.value, str):
        return row.value
    found = ask("/cgi-bin/stable_token", body={
        "grant_type": "client_credential", "appid": settings.WECHAT_APPID, "secret": settings.WECHAT_SECRET,
        "force_refresh": False,
    })  # fmt: skip
    ends = timezone.now() + timedelta(seconds=int(found["expires_in"]))
    WechatToken.objects.update_or_create(
        name="access_token", defaults={"value": found["access_token"], "expires_at": ends}
    )
    return found["access_token"]
