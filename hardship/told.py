"""惠民政策 as residents read them: what the office has compared with the local figures, and which may be for her."""

from django.utils import timezone

from fedhub.core import audit
from fedhub.notices.models import Message
from hardship.enums import Fit
from hardship.families import policy_words
from hardship.models import Policy, PolicyWatch
from hardship.policies import Family, Person, verdicts
from households.models import Status


def public_policies():
    """Policies that may be shown to everybody: in use today, and compared with the local figures; by name."""
    return Policy.objects.in_use().exclude(checked_on=None).order_by("title", "id")


def any_public():
    return public_policies().exists()


def searched(policies, words):
    """Those of `policies` (a list) in whose text all of `words` stand."""
    wanted = words.split()
    return [one for one in policies if all(word in f"{one.title}{one.summary}{one.how}" for word in wanted)]


def fitting_for(person, policies):
    """`[(Policy, [what is still to be looked at])]` of `policies` that may be for `person`, by what is written of herself: birth,
    sex, her own categories. What is known of whoever lives with her plays no part, so that nothing of it can be read here; what
    she has already is left out. That it fits is never said: whoever grants it decides (handbook 8.4)."""
    codes = Status.objects.as_of(timezone.localdate()).filter(resident=person).values_list("category", flat=True)
    her = Person(person.pk, person.name, person.age(), person.sex, frozenset(codes))
    family, words, found = Family(categories=her.categories, members=(her,)), policy_words(), []
    for policy in policies:
        (verdict,) = verdicts(policy, family, words)
        # That nothing is known of her speaks for nothing: one condition at least has to speak for her.
        if verdict.fit == Fit.MAY or verdict.fit == Fit.UNKNOWN and verdict.met:
            found.append((policy, verdict.open))
    return found


def watches_of(person):
    """The kinds of policies that she wants to hear of, as rows."""
    return PolicyWatch.objects.running().filter(resident=person).select_related("asked_by")


def told_of(person, most=20):
    """`[(Policy, day)]` of which she was told by her own wish, the latest first; of what is public no more she reads nothing."""
    rows = Message.objects.filter(person=person, template="policy", about_label=audit.label_of(Policy))
    days = dict(rows.order_by("-pk").values_list("about_id", "made_at")[:most])
    policies = public_policies().in_bulk(list(days))
    return [(policies[pk], timezone.localdate(day)) for pk, day in days.items() if pk in policies]
