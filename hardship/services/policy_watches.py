"""Who wants to hear of policies of a kind, and telling them: once for a policy and person, however often it changes."""

from django.db import transaction

from fedhub.core import audit
from fedhub.notices.services import outbox
from fedhub.notices.services.telling import tell_on
from hardship.enums import PolicyKind
from hardship.models import PolicyWatch
from hardship.told import public_policies
from households.services.watching import end_watch, watch


@transaction.atomic
def watch_policies(resident, kind, *, by=None):
    """She wants to hear of policies of this PolicyKind; said twice it is once. `by`: who of the staff wrote it down for her, None
    for herself. Returns True when it is new."""
    new = watch(PolicyWatch, resident, PolicyKind(kind), asked_by=by)
    if new:
        audit.record("hardship.policywatch.create", resident, by=by)
    return new


@transaction.atomic
def end_policy_watch(resident, kind, *, by=None):
    """She wants it no more; said twice it is once. Returns True when she had wanted it."""
    ended = end_watch(PolicyWatch, resident, PolicyKind(kind))
    if ended:
        audit.record("hardship.policywatch.end", resident, by=by)
    return ended


def watchers_of(policy):
    """Who asked for its kind; the library is one for the whole office."""
    return PolicyWatch.objects.running().filter(kind=policy.kind).select_related("resident")


def _tell(policy, one):
    outbox.notify(one.resident, "policy", about=policy)


def tell_of_policies():
    """Queue the messages of policies that are public by now and were published or changed since. The words are alike for all of
    them; whether, when and how one may be sent the carrier asks (her safe hours)."""
    return tell_on(public_policies(), watchers_of, _tell)


def left_to_tell(policy):
    """How many are still to be told of `policy`; 0 when it is not public or nobody is left."""
    if policy.telling is None or not public_policies().filter(pk=policy.pk).exists():
        return 0
    return watchers_of(policy).filter(pk__gt=policy.telling).count()
