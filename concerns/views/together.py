"""Merging concerns into one matter, and taking them apart."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from concerns.enums import Status
from concerns.flow import OPEN
from concerns.forms.together import JoinFilterForm, JoinForm, PartForm
from concerns.models import Concern
from concerns.queries import like, status_chip, to_join_with
from concerns.services.together import PROGRESS, join_concerns, part_concerns
from concerns.views.concern import crumb
from concerns.views.steps import ConcernStepForm, too_late
from fedhub.core.flow import FlowError
from fedhub.core.text import row_key
from fedhub.core.views import ScopedListView
from fedhub.reference.lookup import label

MOST = 500


def how_far(concern):
    """Place of `concern` on the way to its answer."""
    return PROGRESS.index(concern.status) if concern.status in PROGRESS else len(PROGRESS)


class ConcernJoin(ScopedListView):
    """Which others are the same matter: the most likely first, or what is searched for; ticked and sent on."""

    permission = "concerns.assign_concern"
    model = Concern
    title = "并案"
    filter_class = JoinFilterForm
    sorts = {"raised": ("-raised_on", "最近提出的在前")}
    results_template = "concerns/join/_results.html"
    keeps_filters = False
    unit = "件"

    def dispatch(self, request, *args, **kwargs):
        concern = self.get_row()
        if concern.status not in (*OPEN, Status.DONE) or concern.lead_id is not None:
            return too_late(request, concern, self.title)
        return super().dispatch(request, *args, **kwargs)

    def get_list(self):
        concern, user = self.get_row(), self.request.user
        rows = to_join_with(user, concern) if self.query.get("q", "").strip() else like(concern, user)
        return rows.select_related("area")

    def row(self, concern):
        return {
            "id": concern.pk,
            "concern": concern,
            "chip": status_chip(concern),
            "topic": label("survey_topic", concern.topic),
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            concern=self.get_row(), searched=bool(self.query.get("q", "").strip()),
            next_url=reverse("concerns:concern_join_confirm", args=[self.get_row().pk]), **kwargs,
        )  # fmt: skip

    def get_title(self):
        return f"并案：{self.get_row().title}"

    def get_crumbs(self):
        return [crumb(), (self.get_row().number, self.get_row().get_absolute_url())]


class ConcernJoinConfirm(ConcernStepForm):
    """How many and which, before they are merged; the one that is furthest leads."""

    permission = "concerns.assign_concern"
    verb = title = "并案"
    form_class = JoinForm
    template_name = "concerns/join.html"
    submit_label = "并案"

    def opens(self, concern):
        return concern.status in (*OPEN, Status.DONE)

    def get(self, request, *args, **kwargs):
        try:
            self.get_chosen()
        except Http404:
            messages.warning(request, "没有可以并的：没有勾选，或者选的刚有人办过。")
            return redirect(self.get_back_url())
        return super().get(request, *args, **kwargs)

    def get_chosen(self):
        """The concern of the page and those ticked, the furthest first; 404 when none is ticked within scope.

        What comes too late is still read, so that the service can say what happened meanwhile.
        """
        if not hasattr(self, "chosen"):
            rows = to_join_with(self.request.user, self.get_row()) if self.request.method == "GET" else self.get_rows()
            ids = [pk for pk in self.request.GET.getlist("ids")[:MOST] if row_key(pk)]
            others = list(rows.filter(pk__in=ids).exclude(pk=self.get_row().pk).select_related("area", "lead"))
            if not others:
                raise Http404
            self.chosen = sorted((self.get_row(), *others), key=lambda row: (-how_far(row), row.raised_on, row.pk))
        return self.chosen

    def get_form_kwargs(self):
        chosen = self.get_chosen()
        leads = self.get_rows().filter(pk__in=[row.pk for row in chosen])
        return {"leads": leads.order_by("raised_on", "pk"), "initial": {"lead": chosen[0].pk}}

    def get_context_data(self, **kwargs):
        chosen = self.get_chosen()
        return super().get_context_data(chosen=chosen[:20], total=len(chosen), more=max(len(chosen) - 20, 0), **kwargs)

    def get_back_url(self):
        return reverse("concerns:concern_join", args=[self.get_row().pk])

    def save(self, form):
        lead = form.cleaned_data["lead"]
        for row in self.get_chosen():
            if row.lead_id not in (None, lead.pk):
                raise FlowError(f"{row.number} 刚被并入 {row.lead.number}，没有再并。请刷新后再看。")
        count = join_concerns(lead, self.get_chosen(), reason=form.cleaned_data["reason"], by=self.request.user)
        self.success_message = f"已把 {count} 件并入 {lead.number}，可以拆分。"
        return lead


class ConcernPart(ConcernStepForm):
    """Take some of those that follow out again, each to where it stood."""

    permission = "concerns.assign_concern"
    verb = title = "拆分"
    form_class = PartForm
    template_name = "concerns/part.html"
    submit_label = "拆出"

    def followers(self):
        """Those that follow, as far as the user may see them."""
        return self.get_rows().filter(lead=self.get_row()).order_by("raised_on", "pk")

    def opens(self, concern):
        return self.followers().exists()

    def get_form_kwargs(self):
        return {"followers": self.followers()}

    def save(self, form):
        count = part_concerns(self.get_row(), form.cleaned_data["concerns"], by=self.request.user)
        self.success_message = f"已拆出 {count} 件，各回并案前的状态。"
        return self.get_row()
