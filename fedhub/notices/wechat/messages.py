"""A message that WeChat's server sends to ours: checked, opened, read as plain texts."""

from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from fedhub.notices.wechat.signing import Forged, check, check_time

MOST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Message:
    """Who sends, what kind (text, event …), which event, and `mark`, the same when WeChat sends it again."""

    sender: str
    kind: str
    event: str
    mark: str


def read(body, query, *, token, sealer=None, now=None):
    """The Message of a POST: `body` (bytes) and `query` (dict of the address). With `sealer` only the sealed form is taken.

    Raises Forged for a wrong signature, an old timestamp, a plain message where sealed ones are agreed, anything too large or odd.
    """
    if len(body) > MOST_BYTES:
        raise Forged("size")
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    check_time(timestamp, now)
    check(query.get("signature", ""), token, timestamp, nonce)
    parts = _parts(body)
    if sealer is not None:
        sealed = parts.get("Encrypt", "")
        check(query.get("msg_signature", ""), token, timestamp, nonce, sealed)
        parts = _parts(sealer.open(sealed).encode())
    elif "Encrypt" in parts:
        raise Forged("mode")
    sender = parts.get("FromUserName", "")
    if not sender:
        raise Forged("sender")
    mark = parts.get("MsgId") or f"{sender}|{parts.get('CreateTime', '')}|{parts.get('Event', '')}"
    return Message(sender, parts.get("MsgType", ""), parts.get("Event", ""), mark)


def _parts(body):
    """`{tag: text}` of the children of the root; no entities, no declarations of types."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Forged("xml") from error
    return {child.tag: (child.text or "").strip() for child in root}
