"""A server of this machine that checks a short message as Aliyun's and Tencent's do, and answers in their words."""

import hashlib
import hmac
import json
import re
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, urlsplit

KEY_ID, SECRET, SIGN, APP_ID = "LTAI5tExampleKey", "example-secret-30-signs-long-xx", "社区服务", "1400006666"
WINDOW = 15 * 60


class MockSms:
    """`templates`: {carrier's number: names of its places}; `taken`: (number, template, values). `broken`: how it goes wrong."""

    def __init__(self):
        self.templates = {"SMS_100": ["code"], "449739": ["code"]}
        self.taken, self.nonces, self.broken = [], set(), ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"mock": self}))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    # --- Aliyun ---------------------------------------------------------------------------------------------------
    def aliyun(self, raw_query, headers, body):
        """(status, answer): the signature as the V3 documentation builds it, then each parameter."""
        said = re.fullmatch(
            r"ACS3-HMAC-SHA256 Credential=(\w+),SignedHeaders=([a-z0-9;-]+),Signature=([0-9a-f]{64})",
            headers.get("Authorization", ""),
        )
        if said is None or said[1] != KEY_ID:
            return 404, {"Code": "InvalidAccessKeyId.NotFound", "Message": "Specified access key is not found."}
        names = said[2].split(";")
        if names != sorted(names) or not {"host", "x-acs-action", "x-acs-version", "x-acs-date"} <= set(names):
            return 400, {"Code": "IncompleteSignature"}
        query = dict(parse_qsl(raw_query, keep_blank_values=True))
        sorted_query = "&".join(f"{quote(k, safe='-_.~')}={quote(query[k], safe='-_.~')}" for k in sorted(query))
        lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
        digest = hashlib.sha256(body).hexdigest()
        request = f"POST\n/\n{sorted_query}\n{lines}\n{said[2]}\n{digest}"
        text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(request.encode()).hexdigest()
        wanted = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
        if wanted != said[3] or headers["x-acs-content-sha256"] != digest:
            return 400, {"Code": "SignatureDoesNotMatch", "Message": "Specified signature does not match."}
        made = datetime.strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
        if abs(time.time() - made) > WINDOW:
            return 400, {"Code": "InvalidTimeStamp.Expired"}
        nonce = headers["x-acs-signature-nonce"]
        if nonce in self.nonces:
            return 400, {"Code": "SignatureNonceUsed"}
        self.nonces.add(nonce)
        if (headers["x-acs-action"], headers["x-acs-version"]) != ("SendSms", "2017-05-25"):
            return 404, {"Code": "InvalidAction.NotFound"}
        return self._aliyun_message(query)

    def _aliyun_message(self, query):
        if set(query) != {"PhoneNumbers", "SignName", "TemplateCode", "TemplateParam"}:
            return 400, {"Code": "MissingParameter"}
        number, template = query["PhoneNumbers"], query["TemplateCode"]
        if not re.fullmatch(r"1\d{10}", number):
            return 200, {"Code": "isv.MOBILE_NUMBER_ILLEGAL"}
        if query["SignName"] != SIGN:
            return 200, {"Code": "isv.SMS_SIGNATURE_ILLEGAL"}
        if template not in self.templates:
            return 200, {"Code": "isv.SMS_TEMPLATE_ILLEGAL"}
        values = json.loads(query["TemplateParam"])
        if set(values) != set(self.templates[template]):
            return 200, {"Code": "isv.TEMPLATE_MISSING_PARAMETERS"}
        if self.broken == "limit":
            return 200, {"Code": "isv.BUSINESS_LIMIT_CONTROL"}
        self.taken.append((number, template, list(values.values())))
        return 200, {"Code": "OK", "Message": "OK", "RequestId": "R", "BizId": f"900619746936498440^{len(self.taken)}"}

    # --- Tencent --------------------------------------------------------------------------------------------------
    def tencent(self, headers, body):
        """(status, answer): errors too come with 200, as theirs do."""
        said = re.fullmatch(
            r"TC3-HMAC-SHA256 Credential=(\w+)/(\d{4}-\d\d-\d\d)/sms/tc3_request, "
            r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})",
            headers.get("Authorization", ""),
        )
        if said is None:
            return self._error("AuthFailure.InvalidAuthorization")
        if said[1] != KEY_ID:
            return self._error("AuthFailure.SecretIdNotFound")
        stamp = headers["x-tc-timestamp"]
        if abs(time.time() - int(stamp)) > 300 or f"{datetime.fromtimestamp(int(stamp), UTC):%Y-%m-%d}" != said[2]:
            return self._error("AuthFailure.SignatureExpire")
        names = said[3].split(";")
        if names != sorted(names) or not {"content-type", "host"} <= set(names):
            return self._error("AuthFailure.InvalidAuthorization")
        lines = "".join(f"{name}:{headers[name].strip().lower()}\n" for name in names)
        request = f"POST\n/\n\n{lines}\n{said[3]}\n{hashlib.sha256(body).hexdigest()}"
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = f"TC3-HMAC-SHA256\n{stamp}\n{said[2]}/sms/tc3_request\n{digest}"
        day = hmac.new(f"TC3{SECRET}".encode(), said[2].encode(), hashlib.sha256).digest()
        service = hmac.new(day, b"sms", hashlib.sha256).digest()
        signing = hmac.new(service, b"tc3_request", hashlib.sha256).digest()
        if hmac.new(signing, text.encode(), hashlib.sha256).hexdigest() != said[4]:
            return self._error("AuthFailure.SignatureFailure")
        if (headers["x-tc-action"], headers["x-tc-version"]) != ("SendSms", "2021-01-11"):
            return self._error("InvalidAction")
        if headers["x-tc-region"] != "ap-guangzhou":
            return self._error("UnsupportedRegion")
        return self._tencent_message(json.loads(body))

    def _tencent_message(self, asked):
        if set(asked) != {"PhoneNumberSet", "SmsSdkAppId", "SignName", "TemplateId", "TemplateParamSet"}:
            return self._error("UnknownParameter")
        if asked["SmsSdkAppId"] != APP_ID:
            return self._error("UnauthorizedOperation.SmsSdkAppIdVerifyFail")
        (number,) = asked["PhoneNumberSet"]
        code = "Ok"
        if not re.fullmatch(r"\+861\d{10}", number):
            code = "InvalidParameterValue.IncorrectPhoneNumber"
        elif asked["SignName"] != SIGN:
            code = "FailedOperation.SignatureIncorrectOrUnapproved"
        elif len(asked["TemplateParamSet"]) != len(self.templates.get(asked["TemplateId"], [])):
            code = "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"
        elif self.broken == "limit":
            code = "LimitExceeded.PhoneNumberThirtySecondLimit"
        else:
            self.taken.append((number.removeprefix("+86"), asked["TemplateId"], asked["TemplateParamSet"]))
        row = {"SerialNo": f"5000:{len(self.taken)}" if code == "Ok" else "", "PhoneNumber": number, "Code": code}
        return 200, {"Response": {"SendStatusSet": [row], "RequestId": "R"}}

    def _error(self, code):
        return 200, {"Response": {"Error": {"Code": code, "Message": code}, "RequestId": "R"}}


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):  # noqa: N802 - name of the standard library
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.mock.broken == "silent":
            self.connection.close()
            return
        if self.mock.broken == "page":
            status, data = 502, b"<html>Bad Gateway</html>"
        elif "x-tc-action" in self.headers:
            status, data = self.mock.tencent(self.headers, body)
            data = json.dumps(data).encode()
        else:
            status, data = self.mock.aliyun(urlsplit(self.path).query, self.headers, body)
            data = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass
