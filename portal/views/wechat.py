"""WeChat: the address its server calls, the way of a browser inside it, tying and untying."""

import secrets

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from fedhub.core import crypto
from fedhub.core.access import PUBLIC
from fedhub.notices.wechat.client import WechatFailed, authorize_url, is_on, who_came
from fedhub.notices.wechat.messages import MOST_BYTES, read
from fedhub.notices.wechat.signing import Forged, Sealer, check, check_time
from portal import cookies
from portal.services.wechat import bind, come_in_with, hear, unbind
from portal.views.base import HerPage, Page

STATE, PENDING = "fedhub_wx_state", "fedhub_wx_who"
STATE_SECONDS, PENDING_SECONDS = 300, 900
COLUMN = "portal.Binding.openid"


@method_decorator(csrf_exempt, name="dispatch")
class Callback(View):
    """What WeChat's server asks and sends. Anything that is not from it gets the answer of a page that does not exist."""

    permission = PUBLIC

    def dispatch(self, request, *args, **kwargs):
        if not (is_on() and settings.WECHAT_TOKEN):
            raise Http404
        try:
            return super().dispatch(request, *args, **kwargs)
        except Forged:
            raise Http404 from None

    def get(self, request):
        asked = request.GET
        check_time(asked.get("timestamp", ""))
        check(asked.get("signature", ""), settings.WECHAT_TOKEN, asked.get("timestamp", ""), asked.get("nonce", ""))
        return HttpResponse(asked.get("echostr", "")[:200], content_type="text/plain")

    def post(self, request):
        if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
            raise Forged("size")
        sealer = Sealer(settings.WECHAT_AES_KEY, settings.WECHAT_APPID) if settings.WECHAT_AES_KEY else None
        message = read(request.body, request.GET.dict(), token=settings.WECHAT_TOKEN, sealer=sealer)
        # Nothing is answered in the chat: whoever reads over her shoulder reads nothing, and no binding is made from there.
        hear(message)
        return HttpResponse("success", content_type="text/plain")


class VerifyFile(View):
    """The file by which WeChat makes sure whose address this is."""

    permission = PUBLIC

    def get(self, request, name):
        wanted, _, text = settings.WECHAT_VERIFY.partition(":")
        if not wanted or name != wanted:
            raise Http404
        return HttpResponse(text, content_type="text/plain")


class OnlyWhenOn:
    def dispatch(self, request, *args, **kwargs):
        if not is_on():
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class Go(OnlyWhenOn, Page):
    """Off to WeChat to be told who this is; asked for by a tap, never on landing (snapshot pages). A link and no form: the page's
    rules let no form lead to another site."""

    def get(self, request):
        state = secrets.token_hex(16)
        answer = redirect(authorize_url(f"{settings.SITE_URL}{reverse('resident:wechat_back')}", state))
        _keep(answer, STATE, signing.dumps(state, salt=STATE), STATE_SECONDS)
        return answer


class Back(OnlyWhenOn, Page):
    """The way back: the state must be the one this browser was sent with, each counts once."""

    def get(self, request):
        try:
            known = signing.loads(request.COOKIES.get(STATE, ""), salt=STATE, max_age=STATE_SECONDS)
        except signing.BadSignature:
            known = ""
        given, code = request.GET.get("state", ""), request.GET.get("code", "")
        openid = ""
        if known and code and secrets.compare_digest(known.encode(), given.encode()):
            try:
                openid = who_came(code)
            except WechatFailed:
                openid = ""
        if not openid:
            messages.error(request, "没有认出您的微信，请用登录码进入。")
            answer = redirect("resident:enter")
        elif found := come_in_with(openid):
            answer = redirect("resident:mine")
            cookies.write(answer, found[1])
        else:
            messages.info(request, "这个微信还没有绑定。先用登录码进入，再选“以后用这个微信进入”。")
            answer = redirect("resident:enter")
            sealed = crypto.encrypt(openid.encode(), column=COLUMN).hex()
            _keep(answer, PENDING, signing.dumps(sealed, salt=PENDING), PENDING_SECONDS)
        answer.delete_cookie(STATE, path="/r/")
        return answer


class Bind(OnlyWhenOn, HerPage):
    """She is in with a code, and this browser came from WeChat lately: tie the two."""

    def post(self, request):
        openid = pending(request)
        if openid and not bind(self.person, openid, self.stay.way):
            messages.error(request, "换一个微信，要先请网格员当面给登录码，用它进入以后再绑。")
        elif openid:
            messages.success(request, "以后在微信里点“用微信进入”就可以了。")
        else:
            messages.error(request, "请先点“用微信进入”，让微信告诉我们是哪个微信，再用登录码进入。")
        answer = redirect("resident:centre")
        answer.delete_cookie(PENDING, path="/r/")
        return answer

    def get(self, request):
        return redirect("resident:centre")


class Unbind(HerPage):
    def post(self, request):
        unbind(self.person)
        messages.success(request, "已经解除，微信打不开您的事了。")
        return redirect("resident:centre")

    def get(self, request):
        return redirect("resident:centre")


def pending(request):
    """The openid with which this browser came back from WeChat within the last quarter of an hour, ''."""
    try:
        sealed = signing.loads(request.COOKIES.get(PENDING, ""), salt=PENDING, max_age=PENDING_SECONDS)
        return crypto.decrypt(bytes.fromhex(sealed), column=COLUMN).decode()
    except (signing.BadSignature, crypto.Undecryptable, ValueError, TypeError):
        return ""


def _keep(answer, name, value, seconds):
    answer.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, path="/r/"
    )
