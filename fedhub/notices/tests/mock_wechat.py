"""A server of this machine that checks what it is asked as WeChat's does."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

APPID, SECRET = "wx0123456789abcdef", "s" * 32


class MockWechat:
    """`codes`: {code: openid, "snapshot" for a snapshot page}; each is good once. `asked`: the paths in their order."""

    def __init__(self):
        self.codes, self.asked, self.tokens, self.tickets, self.broken = {}, [], 0, 0, False
        handler = type("Handler", (_Handler,), {"mock": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def oauth(self, query):
        if list(query) != ["appid", "secret", "code", "grant_type"] or query["grant_type"] != "authorization_code":
            return {"errcode": 40002, "errmsg": "invalid grant_type"}
        if query["appid"] != APPID:
            return {"errcode": 40013, "errmsg": "invalid appid"}
        if query["secret"] != SECRET:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        openid = self.codes.pop(query["code"], None)
        if openid is None:
            return {"errcode": 40029, "errmsg": "invalid code"}
        shared = {"access_token": "t", "expires_in": 7200, "refresh_token": "r", "scope": "snsapi_base"}
        return {**shared, "openid": openid, **({"is_snapshotuser": 1} if openid == "snapshot" else {})}

    def stable_token(self, body):
        if body.get("grant_type") != "client_credential" or body.get("appid") != APPID or body.get("secret") != SECRET:
            return {"errcode": 40013, "errmsg": "invalid appid"}
        if body.get("force_refresh") is not False:
            return {"errcode": 45009, "errmsg": "reach max api daily quota limit"}
        self.tokens += 1
        return {"access_token": f"token-{self.tokens}".ljust(512, "x"), "expires_in": 7200}

    def ticket(self, query):
        if list(query) != ["access_token", "type"] or query["type"] != "jsapi":
            return {"errcode": 40097, "errmsg": "invalid args"}
        if not self.tokens or query["access_token"] != f"token-{self.tokens}".ljust(512, "x"):
            return {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest"}
        self.tickets += 1
        return {"errcode": 0, "errmsg": "ok", "ticket": f"ticket-{self.tickets}", "expires_in": 7200}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):  # noqa: N802 - name of the standard library
        path = urlsplit(self.path)
        ways = {"/sns/oauth2/access_token": self.mock.oauth, "/cgi-bin/ticket/getticket": self.mock.ticket}
        known = ways.get(path.path)
        self._answer(path.path, known(dict(parse_qsl(path.query))) if known else {})

    def do_POST(self):  # noqa: N802
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(self.path, self.mock.stable_token(body) if self.path == "/cgi-bin/stable_token" else {})

    def _answer(self, path, found):
        self.mock.asked.append(path)
        if self.mock.broken == "odd":
            self.wfile.write(b"no answer of HTTP at all")
            return
        data = b"<html>" if self.mock.broken else json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass
