"""What the pages of a survey share: the survey of the link, the key in her browser, one neutral title, nothing kept by browsers
or found by search engines. No session, no account, no token of the office's forms is touched."""

import re
import secrets
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from fedhub.core import acting
from fedhub.core.access import PUBLIC
from surveys.enums import MODE_WORDS, Mode, Way
from surveys.services.live import live

# The same on every page, in the bar of the browser and in a shared link: it says nothing of what is asked.
TITLE = "社区问卷"
KEY, TICKET, WHO = "fedhub_s", "fedhub_s_ticket", "fedhub_s_who"
KEY_FORM = re.compile(r"[\w-]{22}", re.ASCII)
DAYS = 180 * 86_400
STATES = {
    "early": ("还没开始", "这份问卷 {start} 开始，到时候再来。"),
    "over": ("已经结束", "这份问卷已经结束，谢谢您来。"),
    "paused": ("暂停了", "这份问卷暂时不收，请过几天再来。"),
    "full": ("已经满了", "这份问卷的名额已经满了，谢谢您来。"),
}


@method_decorator(csrf_exempt, name="dispatch")
class SurveyPage(View):
    """A page of the survey of the link. A post from another site is refused by its origin; her cookies do not come with one."""

    permission = PUBLIC
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request, *args, token, **kwargs):
        self.live = live(token)
        if self.live is None:
            raise Http404
        self.survey = self.live.survey
        self.large = request.COOKIES.get("type_size") == "large"
        self.ticket = self._ticket()
        found = request.COOKIES.get(KEY, "")
        self.device = found if KEY_FORM.fullmatch(found) else ""
        # What is filled in with somebody's one-time code is hers, whoever holds the phone.
        self.key = self.ticket["code"] if self.ticket else self.device
        self.new_key = ""
        if request.method == "GET" and (size := request.GET.get("type")):
            return self._sized(size)
        if request.method == "POST" and not is_own(request):
            answer = self.say("没有收下", "这一页不是从问卷里打开的。请从问卷的链接再打开一次。", status=403)
        else:
            # Whoever is signed in on this device did not act.
            with acting.acting_named(""):
                answer = super().dispatch(request, *args, **kwargs)
        if self.new_key:
            keep(answer, KEY, self.new_key, DAYS, "/s/")
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    def _sized(self, size):
        answer = redirect(self.request.path)
        if size == "large":
            answer.set_cookie("type_size", "large", max_age=365 * 86400, samesite="Lax", httponly=True)
        else:
            answer.delete_cookie("type_size")
        return answer

    def _ticket(self):
        if TICKET not in self.request.COOKIES:
            return None
        try:
            found = signing.loads(self.request.COOKIES[TICKET], salt=TICKET, max_age=86_400)
        except signing.BadSignature:
            return None
        return found if found["survey"] == self.survey.pk else None

    # --- answers ----------------------------------------------------------------------------------------------------
    def to(self, name, *args):
        # Not by `redirect`, which looks for a view of that name first.
        return HttpResponseRedirect(self.url(name, *args))

    def url(self, name, *args):
        return address(name, self.survey.token, *args)

    def context(self, **more):
        """What every page says."""
        survey = self.survey
        return {
            "survey": survey, "page_title": TITLE, "large": self.large, "quit_url": settings.QUIT_URL, "helps": survey.sensitive,
            "mode_words": MODE_WORDS[survey.mode], "handed": self.handed, **more,
        }  # fmt: skip

    def written(self, template, **context):
        """Bytes of a page: nothing of the session or of who is signed in on this device gets into it."""
        return render_to_string(template, self.context(**context)).encode()

    def show(self, template, status=200, **context):
        return HttpResponse(self.written(template, **context), status=status)

    def say(self, heading, words, *, status=200, **more):
        """A page with one sentence."""
        return self.show("surveys/resident/said.html", status=status, heading=heading, words=words, **more)

    def kept(self, name, write):
        """Bytes of a page that is the same for everybody, written once."""
        name = f"{name}:{self.large}"
        if name not in self.live.html:
            self.live.html[name] = write()
        return self.live.html[name]

    def closed(self):
        """The page of a survey that takes no answers now, None while it does."""
        state = self.live.state()
        if state == "open":
            return None
        heading, words = STATES[state]
        start = self.survey.starts_on
        return self.say(heading, words.format(start=f"{start.month} 月 {start.day} 日"))

    # --- her browser ------------------------------------------------------------------------------------------------
    def need_key(self):
        """Give a browser that has none its key; with it the draft is found again, and that she answered."""
        if not self.key:
            self.key = self.device = self.new_key = secrets.token_urlsafe(16)

    def identity(self, nonce=""):
        """What her mark is made of: her WeChat where it told us, else her browser; her form where she may answer often."""
        if not self.survey.once_each:
            return f"form:{nonce or self.key}"
        return f"wx:{who}" if (who := self._who()) else f"device:{self.key}"

    def _who(self):
        if WHO not in self.request.COOKIES:
            return ""
        try:
            return signing.loads(self.request.COOKIES[WHO], salt=f"{WHO}.{self.survey.pk}", max_age=86_400)
        except signing.BadSignature:
            return ""

    @property
    def handed(self):
        """True while a member of the staff is at her side."""
        return bool(self.ticket and self.ticket["way"] != Way.SELF)

    @property
    def named(self):
        return self.survey.mode == Mode.NAMED


@lru_cache(maxsize=4096)
def address(name, *args):
    """The path of a page of a survey; looking it up costs more than taking an answer in."""
    return reverse(f"survey:{name}", args=args)


def is_own(request):
    """True unless the browser says that the post comes from another site."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin in (None, "null") or urlsplit(origin).netloc == request.get_host()


def keep(answer, name, value, seconds, path):
    answer.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, path=path
    )
