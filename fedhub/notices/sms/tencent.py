"""腾讯云短信: SendSms of 2021-01-11, signed with TC3-HMAC-SHA256.

Source: cloud.tencent.com, 短信 SendSms; 签名方法 v3.
"""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings

from fedhub.notices.receipts import Failure, Receipt
from fedhub.notices.sms.protocol import SmsFailed, approved, ask

ALGORITHM, SERVICE = "TC3-HMAC-SHA256", "sms"
CONTENT_TYPE = "application/json; charset=utf-8"
LATER = (
    "LimitExceeded.", "RequestLimitExceeded", "InternalError", "ResourceUnavailable", "FailedOperation.TimeoutError",
)  # fmt: skip


def authorization(headers, body, *, timestamp, service=SERVICE, key_id, secret):
    """Value of the header Authorization for a POST of `body` (bytes) to / at `timestamp` (seconds), signing `headers`."""
    named = sorted((name.lower(), value.strip().lower()) for name, value in headers.items())
    signed = ";".join(name for name, _ in named)
    lines = "".join(f"{name}:{value}\n" for name, value in named)
    request = "\n".join(["POST", "/", "", lines, signed, hashlib.sha256(body).hexdigest()])
    day = f"{datetime.fromtimestamp(timestamp, UTC):%Y-%m-%d}"
    scope = f"{day}/{service}/tc3_request"
    text = f"{ALGORITHM}\n{timestamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"TC3{secret}".encode()
    for part in (day, service, "tc3_request"):
        key = _mac(key, part)
    return f"{ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={signed}, Signature={_mac(key, text).hex()}"


def _mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def send(number, template, params):
    """See `fedhub.notices.sms.send`; Tencent takes the values in the order of the places."""
    body = json.dumps(
        {
            "PhoneNumberSet": [f"+86{number}"], "SmsSdkAppId": settings.SMS_APP_ID, "SignName": settings.SMS_SIGN,
            "TemplateId": approved(template), "TemplateParamSet": list(params.values()),
        }
    ).encode()  # fmt: skip
    timestamp = int(time.time())
    signed = {
        "content-type": CONTENT_TYPE, "host": urlsplit(settings.SMS_TENCENT_API).netloc, "x-tc-action": "SendSms",
    }  # fmt: skip
    headers = {
        **signed, "x-tc-version": "2021-01-11", "x-tc-timestamp": str(timestamp), "x-tc-region": settings.SMS_REGION,
        "Authorization": authorization(
            signed, body, timestamp=timestamp, key_id=settings.SMS_KEY_ID, secret=settings.SMS_KEY_SECRET
        ),
    }  # fmt: skip
    found = ask(f"{settings.SMS_TENCENT_API}/", headers=headers, body=body).get("Response")
    row = _row(found)
    code = str(row.get("Code", ""))
    if code != "Ok":
        raise SmsFailed(code or "answer", Failure.LATER if code.startswith(LATER) else Failure.REFUSED)
    return Receipt("tencent", str(row.get("SerialNo", "")))


def _row(found):
    """What is said of the one number, or of the request as a whole. Raises SmsFailed for anything else."""
    if isinstance(found, dict):
        if isinstance(found.get("Error"), dict):
            return found["Error"]
        rows = found.get("SendStatusSet")
        if isinstance(rows, list) and rows and isinstance(rows[0], dict):
            return rows[0]
    raise SmsFailed("answer", Failure.UNKNOWN)
