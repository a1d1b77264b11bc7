"""Ways into a survey besides its link: carrying on elsewhere, a printed code, somebody at one's side, WeChat; and leaving."""

import secrets

from django.conf import settings
from django.core import signing
from django.shortcuts import redirect

from accounts.throttle import count_failure, public_buckets, refusal
from fedhub.notices.wechat.client import WechatFailed, authorize_url, is_on, who_came
from surveys.enums import Way
from surveys.services import passes
from surveys.services.drafts import carry_on, leave_draft
from surveys.services.incoming import marked
from surveys.views.visitor import KEY, TICKET, WHO, SurveyPage, keep

# So many wrong codes an hour from one network: a community sits behind few addresses, and codes are too many to be guessed.
TRIES = 300
STATE, STATE_SECONDS = "fedhub_s_state", 300


class CodePage(SurveyPage):
    """A page that asks for a code. `accept(text)` gives the answer, None for a code that opens nothing."""

    kind = heading = words = wrong = button = ""

    def get(self, request):
        return self.closed() or self.ask()

    def ask(self, error=""):
        return self.show(
            "surveys/resident/code.html", heading=self.heading, words=self.words, button=self.button, error=error,
            typed=self.request.POST.get("code", "")[:40],
        )  # fmt: skip

    def post(self, request):
        if page := self.closed():
            return page
        buckets = public_buckets(request, self.kind, TRIES)
        if words := refusal(buckets):
            return self.ask(words)
        if answer := self.accept(request.POST.get("code", "")[:60]):
            return answer
        count_failure(buckets)
        return self.ask(self.wrong)


class CarryOn(CodePage):
    kind = "survey-on"
    heading, button = "接着填", "接着填"
    words = "输入存的时候给您的八位码。"
    wrong = "没有这个码：可能输错了、用过了，或者过了日期。"

    def accept(self, text):
        self.need_key()
        return self.to("page", 1) if carry_on(self.survey, text, self.key) else None


class ByCode(CodePage):
    """A printed code: one answer, once, also for who answered in this browser before."""

    kind = "survey-code"
    heading, button = "用一次性码填", "开始填"
    words = "输入纸上印的码。一个码只能填一份。"
    wrong = "这个码用不了：可能输错了，或者已经填过了。"

    def accept(self, text):
        if not passes.is_open(self.survey, text):
            return None
        answer = self.to("page", 1)
        self.hand(answer, {"code": passes.plain_pass(text), "way": Way.SELF, "helper": None})
        return answer

    def hand(self, answer, ticket):
        hand(answer, self.survey, self.url("first"), ticket)


def hand(answer, survey, path, ticket):
    """Put a ticket into the browser: what is filled in next is filled in with this code."""
    keep(answer, TICKET, signing.dumps({**ticket, "survey": survey.pk}, salt=TICKET), 86_400, path)


class With(SurveyPage):
    """The one-time address that a member of staff opens for somebody: from here on the page shows nothing of the staff's session,
    and after one answer it opens no more. Opening it uses nothing up."""

    def get(self, request, ticket):
        try:
            found = signing.loads(ticket, salt=f"{TICKET}.with", max_age=86_400)
        except signing.BadSignature:
            found = None
        if not found or found["survey"] != self.survey.pk or not passes.is_open(self.survey, found["code"]):
            return self.say("打不开了", "这个地址只能填一份，已经填过了，或者过了时间。")
        answer = self.to("first")
        hand(answer, self.survey, self.url("first"), found)
        return answer


class Leave(SurveyPage):
    """Leaving at once: what was filled in goes (but what a code carries on), the keys in this browser go, and the page turns into
    another site."""

    def get(self, request):
        return self.to("first")

    def post(self, request):
        if self.key:
            leave_draft(self.survey, self.key)
        answer = self.show("surveys/resident/left.html")
        answer.delete_cookie(KEY, path="/s/", samesite="Lax")
        for name in (TICKET, WHO):
            answer.delete_cookie(name, path=self.url("first"), samesite="Lax")
        return answer


class ToWechat(SurveyPage):
    """Off to WeChat to be told which WeChat this is; asked for by a tap on "begin"."""

    def get(self, request):
        if not is_on() or self.closed():
            return self.to("first")
        state = secrets.token_hex(16)
        answer = redirect(authorize_url(f"{settings.SITE_URL}{self.url('wechat_back')}", state))
        keep(answer, STATE, signing.dumps(state, salt=STATE), STATE_SECONDS, self.url("first"))
        return answer


class FromWechat(SurveyPage):
    """The way back. Of her WeChat nothing is kept: its fingerprint lies in this browser alone until she has answered. Without it
    the browser itself is what may answer once."""

    def get(self, request):
        answer = self.to("page", 1)
        if openid := self.openid():
            keep(
                answer,
                WHO,
                signing.dumps(self.fingerprint(openid), salt=f"{WHO}.{self.survey.pk}"),
                86_400,
                self.url("first"),
            )
        answer.delete_cookie(STATE, path=self.url("first"))
        return answer

    def fingerprint(self, openid):
        return marked(self.survey, f"openid:{openid}")

    def openid(self):
        try:
            known = signing.loads(self.request.COOKIES.get(STATE, ""), salt=STATE, max_age=STATE_SECONDS)
        except signing.BadSignature:
            return ""
        code, given = self.request.GET.get("code", ""), self.request.GET.get("state", "")
        if not (is_on() and code and secrets.compare_digest(known.encode(), given.encode())):
            return ""
        try:
            return who_came(code)
        except WechatFailed:
            return ""
