"""Short messages: one way to send, whoever carries them.

`send(number, template, params) -> Receipt` is all that the rest of the program knows. Which carrier it is says the setting
SMS_SENDER: "console" (nothing leaves this machine, see `fedhub.notices.sms.console`), "aliyun", "tencent", or "" (none).
"""

from importlib import import_module

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from fedhub.notices.receipts import Failure, Receipt
from fedhub.notices.sms.protocol import SmsFailed, mobile

SENDERS = ("console", "aliyun", "tencent")
__all__ = ["SENDERS", "Failure", "Receipt", "SmsFailed", "is_on", "send"]


def is_on():
    """True when there is a way for short messages; without one nobody is promised any."""
    return bool(settings.SMS_SENDER)


def send(number, template, params):
    """Send the message `template` to the mobile `number`; returns the Receipt.

    `template` is the key of a text that the carrier has approved (SMS_TEMPLATES holds the carrier's number for it), `params`
    a dict in the order of its places. Raises SmsFailed, which says whether it may be tried again.
    """
    if not is_on():
        raise SmsFailed("off", Failure.REFUSED)
    if settings.SMS_SENDER not in SENDERS:
        raise ImproperlyConfigured(f"SMS_SENDER 只能是 {'、'.join(SENDERS)} 或空。")
    carrier = import_module(f"fedhub.notices.sms.{settings.SMS_SENDER}")
    return carrier.send(mobile(number), template, {name: str(value) for name, value in params.items()})
