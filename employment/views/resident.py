"""Residents' side: posts that are alive, why one fits her, going there with her own consent, what became of it.

Anybody may read posts; whoever is in with her code may act. Opening a page changes nothing. The base of these pages belongs to
the portal, which lies above: settings name it.
"""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.utils.module_loading import import_string

from employment.enums import JobKind
from employment.flow import application_flow
from employment.forms.resident import ApplyForm, LookForm, WatchForm
from employment.models import Application, JobWatch
from employment.public import (
    fit_of,
    fitting_for,
    my_applications,
    my_startups,
    my_watches,
    own_seeker,
    public_posts,
    searched,
)
from employment.queries import silent_days
from employment.services.applications import recommend, withdraw
from fedhub.core.access import PUBLIC
from fedhub.core.deeds import Deed
from fedhub.core.views import put_errors
from households.enums import ConsentHow
from households.services.watching import end_watch, watch

Page = import_string(settings.RESIDENT_PAGE)


class Posts(Page):
    """Posts near her, those that fit her first; `?kind=` and `?q=` narrow them."""

    permission = PUBLIC

    def get(self, request):
        form = LookForm(request.GET)
        form.is_valid()
        asked = {name: form.cleaned_data.get(name, "") for name in ("kind", "q")}
        return self.show(
            "employment/resident/posts.html", form=form, posts=searched(public_posts(self.person), **asked),
            fitting=[] if any(asked.values()) else fitting_for(self.person), narrowed=any(asked.values()),
        )  # fmt: skip


class OfPost(Page):
    permission = PUBLIC

    def get_post(self):
        post = public_posts(self.person).filter(pk=self.kwargs["pk"]).first()
        if post is None:
            raise Http404
        return post

    def page(self, form=None):
        post = self.get_post()
        fit = fit_of(self.person, post) if self.person else None
        sent = my_applications(self.person).running().filter(post=post).exists() if self.person else False
        return self.show("employment/resident/post.html", post=post, fit=fit, sent=sent, form=form or ApplyForm())


class OnePost(OfPost):
    def get(self, request, pk):
        return self.page()


class Apply(OfPost):
    """She goes there herself; sent twice it is once."""

    needs_her = True

    def get(self, request, pk):
        return redirect("employment_resident:post", pk=pk)

    def post(self, request, pk):
        post, seeker, form = self.get_post(), own_seeker(self.person), ApplyForm(request.POST)
        if not form.is_valid():
            return self.page(form)
        if seeker is None:
            form.add_error(None, "先在社区登记求职，才能推荐。")
            return self.page(form)
        if my_applications(self.person).running().filter(post=post).exists():
            return redirect("employment_resident:mine")
        application = Application(seeker=seeker, post=post, shares=form.cleaned_data["shares"])
        try:
            recommend(application, how=ConsentHow.ONLINE, by=None)
        except ValidationError as error:
            put_errors(form, error)
            return self.page(form)
        messages.success(request, "已经推荐给单位。有消息在这里告诉您。")
        return redirect("employment_resident:mine")


class Mine(Page):
    """Where she was sent, in words that are written for her; what she wants to hear of."""

    permission = PUBLIC
    needs_her = True

    def get(self, request):
        return self.page(WatchForm())

    def page(self, form):
        days = silent_days()
        rows = [
            (one, one.words_for_her(days), application_flow.steps["withdraw"] in application_flow.open_steps(one))
            for one in my_applications(self.person)
        ]
        return self.show("employment/resident/mine.html", rows=rows, startups=my_startups(self.person),
            watches=my_watches(self.person), form=form,
        )  # fmt: skip


class Withdraw(Deed, Page):
    """She does not want to go there any more; sent twice it is once."""

    permission = PUBLIC
    needs_her = True
    back = "employment_resident:mine"

    def act(self, pk):
        application = my_applications(self.person).filter(pk=pk).first()
        if application is None:
            raise Http404
        withdraw(application, by=None)


class Watch(Mine):
    def get(self, request):
        return redirect("employment_resident:mine")

    def post(self, request):
        form = WatchForm(request.POST)
        if not form.is_valid():
            return self.page(form)
        watch(JobWatch, self.person, form.cleaned_data["kind"])
        return redirect("employment_resident:mine")


class Unwatch(Mine):
    def get(self, request):
        return redirect("employment_resident:mine")

    def post(self, request):
        kind = request.POST.get("kind", "")
        if kind in JobKind.values:
            end_watch(JobWatch, self.person, kind)
        return redirect("employment_resident:mine")
