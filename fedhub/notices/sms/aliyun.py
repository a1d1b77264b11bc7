"""阿里云短信服务: SendSms of Dysmsapi 2017-05-25, signed with ACS3-HMAC-SHA256.

Source: help.aliyun.com, 短信服务 SendSms; V3 版本请求体&签名机制.
"""

import hashlib
import hmac
import json
import uuid
from datetime import UTC
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils import timezone

from fedhub.notices.receipts import Failure, Receipt
from fedhub.notices.sms.protocol import SmsFailed, approved, ask

ALGORITHM = "ACS3-HMAC-SHA256"
# Too many for one number or one account at once; a minute later they are taken.
LATER = {"isv.BUSINESS_LIMIT_CONTROL", "isp.SYSTEM_ERROR", "Throttling", "Throttling.User",
         "Throttling.Api", "ServiceUnavailable", "InternalError"}  # fmt: skip


def canonical_query(query):
    """`query` (dict) as it is signed and sent: sorted, each part percent-encoded by RFC 3986."""
    return "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(query.items()))


def authorization(query, headers, *, key_id, secret):
    """Value of the header Authorization for a POST to / with `query` and the `headers` to be signed; the body is empty."""
    named = sorted((name.lower(), value.strip()) for name, value in headers.items())
    signed = ";".join(name for name, _ in named)
    lines = "".join(f"{name}:{value}\n" for name, value in named)
    request = "\n".join(["POST", "/", canonical_query(query), lines, signed, headers["x-acs-content-sha256"]])
    text = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id},SignedHeaders={signed},Signature={signature}"


def send(number, template, params):
    """See `fedhub.notices.sms.send`."""
    query = {
        "PhoneNumbers": number, "SignName": settings.SMS_SIGN, "TemplateCode": approved(template),
        "TemplateParam": json.dumps(params, ensure_ascii=False, separators=(",", ":")),
    }  # fmt: skip
    headers = {
        "host": urlsplit(settings.SMS_ALIYUN_API).netloc,
        "x-acs-action": "SendSms",
        "x-acs-version": "2017-05-25",
        "x-acs-date": f"{timezone.now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
    }
    signed = authorization(query, headers, key_id=settings.SMS_KEY_ID, secret=settings.SMS_KEY_SECRET)
    found = ask(f"{settings.SMS_ALIYUN_API}/?{canonical_query(query)}", headers={**headers, "Authorization": signed})
    code = str(found.get("Code", ""))
    if code != "OK":
        raise SmsFailed(code or "answer", Failure.LATER if code in LATER else Failure.REFUSED)
    return Receipt("aliyun", str(found.get("BizId", "")))
