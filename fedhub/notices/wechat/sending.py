"""Template messages and subscription notices of a verified service account (documentation of WeChat: 模板消息, 订阅通知 bizsend).

Both carry the neutral sentence and lead to the neutral home, where she comes in with her own code. Which of the two the
office uses, the number of the approved template and the names of its places say the settings.
"""

from urllib.error import URLError

from django.conf import settings
from django.utils import timezone

from fedhub.notices import words
from fedhub.notices.models import WechatToken
from fedhub.notices.receipts import Failure, NotSent, Receipt
from fedhub.notices.wechat import client

PATHS = {"template": "/cgi-bin/message/template/send", "subscribe": "/cgi-bin/message/subscribe/bizsend"}
# The token is not good any more: a new one is fetched before the next try.
STALE = {40001, 40014, 42001}
# Busy, or more than the account may send in a minute or a day.
LATER = {-1, 45009, 45011, 45047, *STALE}


def is_on():
    """True when the account is configured and has a template for reminders."""
    return client.is_on() and settings.WECHAT_NOTICE in PATHS and bool(settings.WECHAT_NOTICE_TEMPLATE)


def remind(openid):
    """Send the neutral reminder to `openid`; returns the Receipt. Raises NotSent."""
    body = {
        "touser": openid, "template_id": settings.WECHAT_NOTICE_TEMPLATE, "data": _data(),
        **({"url": f"{settings.SITE_URL}/r/"} if settings.WECHAT_NOTICE == "template" else {"page": f"{settings.SITE_URL}/r/"}),
    }  # fmt: skip
    try:
        token = client.access_token()
        found = client.ask(PATHS[settings.WECHAT_NOTICE], query={"access_token": token}, body=body)
    except client.WechatFailed as error:
        if error.code in STALE:
            WechatToken.objects.filter(name="access_token").delete()
        raise NotSent(error.code or "connection", _failure(error)) from error
    return Receipt("wechat", str(found.get("msgid", "")))


def _data():
    """The places of the template: "words" is the neutral sentence, "day" today."""
    values = {"words": words.brief(), "day": f"{timezone.localdate():%Y年%m月%d日}"}
    return {name: {"value": values[what]} for name, what in settings.WECHAT_NOTICE_FIELDS.items()}


def _failure(error):
    if error.code:
        return Failure.LATER if error.code in LATER else Failure.REFUSED
    return Failure.LATER if isinstance(error.__cause__, URLError) else Failure.UNKNOWN
