"""What a resident's pages share: who is in, neutral words, nothing kept by browsers or found by search engines."""

import json

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views import View

from fedhub.core import acting
from fedhub.core.access import PUBLIC
from fedhub.core.network import address_prefix
from fedhub.notices.wechat import sharing
from portal import cookies
from portal.services.entry import stay_of

# The same on every page, in the bar of the browser and in a shared link: it says nothing of what is read.
TITLE = "社区服务"
HER = "本人（居民端）"
GUARDIAN = "监护人（居民端）"
# What is said of a press.
TAKEN_BACK, AGREED, NO_MORE = "已经撤回。", "记下了。随时可以撤回。", "已经撤回，从现在起不再这样用。"
CARD_WORDS = "有事可以说，凭码看进展。"


class Page(View):
    """A page that anybody may open. `?type=large` (or `usual`) keeps the size of the letters in a cookie."""

    permission = PUBLIC
    needs_her = False
    needs_guardian = False
    # A public page that may be passed on in WeChat, with a card that says nothing of who passes it on.
    is_shared = False
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request, *args, **kwargs):
        self.key = cookies.read(request)
        # `person`: she herself, never the child of a guardian; `guardian`: somebody who speaks for `ward`.
        self.stay = stay_of(self.key) if self.key else None
        self.guardian = self.stay.guardian if self.stay else None
        self.ward = self.stay.resident if self.guardian else None
        self.person = self.stay.resident if self.stay and not self.guardian else None
        if request.method == "GET" and (size := request.GET.get("type")):
            answer = self._sized(request, size)
        elif self.needs_her and self.person is None or self.needs_guardian and self.guardian is None:
            answer = redirect("resident:ward" if self.guardian else "resident:enter")
        else:
            own = GUARDIAN if self.guardian else HER
            name, address = (own, address_prefix(request)) if self.stay else ("居民端", "")
            with acting.acting_named(name, address):
                answer = super().dispatch(request, *args, **kwargs)
        return self._closed(answer)

    def _sized(self, request, size):
        answer = redirect(request.path)
        if size == "large":
            answer.set_cookie("type_size", "large", max_age=365 * 86400, samesite="Lax", httponly=True)
        else:
            answer.delete_cookie("type_size")
        return answer

    def _closed(self, answer):
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        if self.stay is not None and settings.RESIDENT_COOKIE_NAME not in answer.cookies:
            cookies.write(answer, self.key)
        return answer

    def show(self, template, status=200, **context):
        """The page, with what every page says."""
        card = self.card()
        answer = render(
            self.request, template,
            {
                "page_title": TITLE, "person": self.person, "ward": self.ward,
                "home_url": reverse("resident:home"), "quit_url": settings.QUIT_URL,
                "share": json.dumps(card, ensure_ascii=False) if card else "", "share_script": sharing.SDK, **context,
            }, status=status,
        )  # fmt: skip
        if card:
            return csp_update({"script-src": [sharing.SCRIPTS]})(lambda request: answer)(self.request)
        return answer

    def card(self):
        """The card with which WeChat shows this page to others; None outside WeChat, and on all pages of somebody's own."""
        request = self.request
        if not self.is_shared or self.stay or request.method != "GET" or not sharing.inside(request):
            return None
        config = sharing.page_config(f"{settings.SITE_URL}{request.get_full_path()}")
        if config is None:
            return None
        return {
            "config": config, "title": TITLE, "words": CARD_WORDS, "link": f"{settings.SITE_URL}{request.path}",
            "picture": f"{settings.SITE_URL}{static('img/share.png')}",
        }  # fmt: skip


class OwnPage(Page):
    def missing(self):
        """What is not hers and what never was are the same answer."""
        raise Http404


class HerPage(OwnPage):
    """A page of herself; who is not in is led to the way in, a guardian to the pages of the child."""

    needs_her = True


class WardPage(OwnPage):
    """A page of a guardian, about the child: what came from this guardian, and nothing else."""

    needs_guardian = True
