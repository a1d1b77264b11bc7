"""Wishes to hear of policies in the invented community: one woman for herself, two through the worker; one policy that is new."""

from django.utils import timezone

from employment.models import Seeker
from hardship.enums import PolicyFor, PolicyKind
from hardship.models import Policy
from hardship.services.policies import create_policy
from hardship.services.policy_watches import tell_of_policies, watch_policies

NEW = {
    "title": "妇女创业贷款贴息（社区试点）", "kind": PolicyKind.WORK, "applies_to": PolicyFor.PERSON, "amount": "按年贴息一半，最多两年",
    "summary": "想开小店、做手工、做电商的妇女，贷款利息由街道和妇联补一半。", "how": "到社区妇联报名，写清楚想做什么。",
    "where": "社区妇联", "document": "演示用，不是真的文件", "conditions": {"sex": "2", "age_from": 18},
}  # fmt: skip


def write_wishes(demo):
    """Through the services; the messages wait for the carrier as everywhere."""
    seekers = Seeker.objects.open().filter(resident__area__code__startswith=demo.community.code).order_by("pk")
    people = [one.resident for one in seekers.select_related("resident")[:3]]
    for number, person in enumerate(people):
        watch_policies(person, PolicyKind.WORK, by=demo.staff["maqing"] if number else None)
    if people:
        watch_policies(people[0], PolicyKind.CHILD)
    create_policy(Policy(**NEW, checked_on=timezone.localdate()), by=demo.staff["zhoumin"])
    tell_of_policies()
