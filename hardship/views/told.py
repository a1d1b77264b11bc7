"""Residents' pages of policies: plain words, whom, how, which papers, where, until when. Opening one changes nothing.

The base of these pages belongs to the portal, which lies above: settings name it.
"""

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect
from django.utils.module_loading import import_string

from fedhub.core.access import PUBLIC
from hardship.enums import EvidenceKind, PolicyKind
from hardship.families import policy_words
from hardship.forms.policy import ResidentWatchForm
from hardship.policies import rules_of
from hardship.services.policy_watches import end_policy_watch, watch_policies
from hardship.told import fitting_for, public_policies, searched, told_of, watches_of

Page = import_string(settings.RESIDENT_PAGE)


class Policies(Page):
    """All of them, those first that may be for her; `?q=` narrows."""

    permission = PUBLIC

    def get(self, request):
        q = request.GET.get("q", "").replace("\x00", "").strip()[:40]
        policies = list(public_policies())
        return self.show(
            "hardship/resident/policies.html", q=q, policies=searched(policies, q), any=bool(policies),
            fitting=fitting_for(self.person, policies) if self.person and not q else [],
        )  # fmt: skip


class OnePolicy(Page):
    permission = PUBLIC

    def get(self, request, pk):
        policy = public_policies().filter(pk=pk).first()
        if policy is None:
            raise Http404
        return self.show(
            "hardship/resident/policy.html", policy=policy, rules=rules_of(policy, policy_words()),
            papers=[EvidenceKind(code).label for code in policy.proofs],
            may=bool(self.person and fitting_for(self.person, [policy])),
        )  # fmt: skip


class Watches(Page):
    """Of what she wants to hear, and what came."""

    permission = PUBLIC
    needs_her = True

    def get(self, request):
        return self.page(ResidentWatchForm())

    def page(self, form):
        return self.show(
            "hardship/resident/watches.html", watches=watches_of(self.person), told=told_of(self.person), form=form
        )


class Watch(Watches):
    def get(self, request):
        return redirect("policies_resident:mine")

    def post(self, request):
        form = ResidentWatchForm(request.POST)
        if not form.is_valid():
            return self.page(form)
        watch_policies(self.person, form.cleaned_data["kind"])
        return redirect("policies_resident:mine")


class Unwatch(Watches):
    """Taken back by one press."""

    def get(self, request):
        return redirect("policies_resident:mine")

    def post(self, request):
        kind = request.POST.get("kind", "")
        if kind in PolicyKind.values:
            end_policy_watch(self.person, kind)
        return redirect("policies_resident:mine")
