"""Residents' pages of policies: plain words, whom, how, which papers, where, until when. Opening one changes nothing.

The base of these pages belongs to the portal, which lies above: settings name it.
"""

from django.conf import settings
from django.http import Http404
from django.utils.module_loading import import_string

from fedhub.core.access import PUBLIC
from hardship.enums import EvidenceKind
from hardship.families import policy_words
from hardship.policies import rules_of
from hardship.told import fitting_for, public_policies, searched

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
