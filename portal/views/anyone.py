"""Pages that need no code: the neutral home, coming in, leaving, asking by a code, saying something without a name."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from accounts.throttle import count_failure, public_buckets, refusal
from concerns.enums import Status
from fedhub.core import acting
from fedhub.core.flow import FlowError
from fedhub.core.residents import doors_of, home_doors
from fedhub.notices.wechat.client import is_on as wechat_on
from portal import cookies
from portal.forms import AskForm, CodeForm, MoreForm, RateForm, SayForm
from portal.queries import may_rate, places, rating_of, replies_of, steps_of
from portal.services.entry import come_in, leave
from portal.services.phone import is_on as phone_on
from portal.services.say import concern_with, forget_last_moment, say, say_more, say_sealed
from portal.views.base import Page
from portal.views.onward import GoesOn
from portal.views.rating import take_rating

# So many an hour from one network: a community sits behind few addresses, and codes are far too many to be guessed.
ENTER_TRIES, ASK_TRIES, SAY_TRIES = 300, 300, 60
NO_ENTRY = "这个码打不开：可能输错了、用过了，或者过了时间。请向网格员、社区妇联再要一个。"
NOT_FOUND = "没有这个查询码，请再对一遍。"


class Home(Page):
    is_shared = True

    def get(self, request):
        return self.show("portal/home.html", doors=doors_of(home_doors), wechat=wechat_on(), phone=phone_on())


class Enter(GoesOn, Page):
    """Coming in with a code given in person."""

    def get(self, request):
        return redirect(self.onward()) if self.stay else self.page(CodeForm())

    def page(self, form):
        nonce = self.request.POST.get("nonce") or uuid.uuid4()
        return self.show("portal/enter.html", form=form, nonce=nonce, phone=phone_on())

    def post(self, request):
        form, buckets = CodeForm(request.POST), public_buckets(request, "portal-enter", ENTER_TRIES)
        if words := refusal(buckets):
            form.add_error("code", words)
        elif form.is_valid():
            found = come_in(form.cleaned_data["code"], nonce=request.POST.get("nonce", ""))
            if found:
                answer = redirect(self.onward())
                cookies.write(answer, found[1])
                return answer
            if self.stay:
                # The second of two taps: the first let her in.
                return redirect(self.onward())
            count_failure(buckets)
            form.add_error("code", NO_ENTRY)
        return self.page(form)


@method_decorator(csrf_exempt, name="dispatch")
class Leave(Page):
    """Leaving at once: the stay is over, and the page turns into another site. A beacon of the script posts here too; ending a
    stay harms nobody, so that no token is asked for."""

    def get(self, request):
        return redirect("resident:home")

    def post(self, request):
        if self.key:
            leave(self.key)
        self.stay = None
        answer = render(request, "portal/left.html", {"quit_url": settings.QUIT_URL})
        # Another site that posts here sends no cookie along, and takes none away.
        if settings.RESIDENT_COOKIE_NAME in request.COOKIES:
            cookies.drop(answer)
        return answer


class Ask(Page):
    """How a concern stands, by the code that was given with it. Of a named one no more than that: its words are for her."""

    def get(self, request):
        return self.show("portal/ask.html", form=AskForm())

    def post(self, request):
        form, buckets = AskForm(request.POST), public_buckets(request, "portal-ask", ASK_TRIES)
        if words := refusal(buckets):
            form.add_error("code", words)
        elif form.is_valid():
            concern = concern_with(form.cleaned_data["code"])
            if concern is not None:
                return self.act(concern)
            count_failure(buckets)
            form.add_error("code", NOT_FOUND)
        return self.show("portal/ask.html", form=form)

    def act(self, concern):
        """Show it; a nameless one is rated, and written on, by whoever has its code. Nobody is noted."""
        deed = self.request.POST.get("act", "") if concern.anonymous else ""
        rate = RateForm(self.request.POST if deed == "rate" else None)
        more = MoreForm(self.request.POST if deed == "more" else None)
        if deed == "rate":
            with acting.acting_named("居民端"), transaction.atomic():
                if take_rating(concern, rate):
                    forget_last_moment(concern)
                    messages.success(self.request, "记下了，谢谢您。")
        elif deed == "more" and more.is_valid():
            more = self.written(concern, more)
        replies = replies_of(concern) if concern.anonymous else []
        return self.show(
            "portal/asked.html", concern=concern, steps=steps_of(concern), replies=replies, form=rate, more=more,
            code=concern.code, rating=rating_of(replies), may_rate=may_rate(concern, replies),
            may_write=concern.anonymous and concern.status != Status.CLOSED,
        )  # fmt: skip

    def written(self, concern, form):
        """A fresh form when what was typed is kept; else the same, with the reason."""
        try:
            say_more(concern, form.cleaned_data["words"], key=form.cleaned_data["key"])
        except FlowError as error:
            form.add_error("words", error.messages[0])
        except ValidationError as error:
            form.add_error("words", error.message_dict["words"])
        else:
            messages.success(self.request, "补上了，办理的人看得到。")
            return MoreForm()
        return form


class Say(Page):
    """Raising a concern: her own when she is in, else one of the neighbourhood that names nobody."""

    is_shared = True

    def is_nameless(self):
        """True when nobody is in, and for a form that was opened so: what was promised then holds, whoever is in meanwhile."""
        return self.person is None or "area" in self.request.POST

    def get_form(self, data=None, files=None):
        return SayForm(data, files, places=places() if self.is_nameless() else None)

    def page(self, form):
        return self.show("portal/say.html", form=form, nameless=self.is_nameless())

    def get(self, request):
        return self.page(self.get_form())

    def post(self, request):
        form = self.get_form(request.POST, request.FILES)
        buckets = public_buckets(request, "portal-say", SAY_TRIES)
        nameless = self.is_nameless()
        if getattr(request, "upload_too_large", False):
            form.add_error("pictures", "照片太大，一张不能超过 15 MB，没有收下。")
        elif nameless and (words := refusal(buckets)):
            form.add_error(None, words)
        elif form.is_valid():
            if nameless:
                count_failure(buckets)
            facts = {name: form.cleaned_data[name] for name in ("title", "detail", "place", "topic", "pictures")}
            person, area = (None, form.cleaned_data["area"]) if nameless else (self.person, None)
            if form.cleaned_data["only"]:
                told = {name: facts[name] for name in ("title", "detail", "place")}
                told["reach"] = form.cleaned_data["reach"]
                heard = say_sealed(key=form.cleaned_data["key"], person=person, area_id=area, **told)
                return self.show("portal/told.html", heard=heard)
            code = say(key=form.cleaned_data["key"], person=person, area_id=area, **facts)
            return self.show("portal/said.html", code=f"{code[:4]}-{code[4:]}", nameless=nameless)
        if "key" in form.errors:
            form.data = form.data.copy()
            form.data["key"] = str(uuid.uuid4())
            form.add_error(None, "这一页放得太久了，没有交上去。内容都在，请再交一次。")
        return self.page(form)


class Privacy(Page):
    """What is done with what somebody writes here."""

    def get(self, request):
        return self.show("portal/notice.html")
