"""Menu entries of backbone women, what they bring to other pages, and what follows when places and people go."""

from django.urls import reverse

from accounts.leaving import Hand, hands
from fedhub.areas.moving import place_followers
from fedhub.core.menu import Entry, menu
from groups import posts  # noqa: F401 - the list of successors asks for leaders of groups
from groups.backbone_queries import given_by, kept_by
from groups.belonging import belonging_in
from groups.models import Successor
from households.panels import Panel, household_panels

menu.register(Entry("groups.backbone", "groups", "妇女骨干", "groups:backbone_list", "groups.view_backbone", 12))
menu.register(Entry("groups.succession", "groups", "后备名单", "groups:succession", "groups.view_successor", 13))

hands.register(
    Hand(
        "backbone", 25, "groups.change_backbone", "groups.add_backbonetask", "还有 {n} 名骨干、任务在她手里。", "移交骨干",
        lambda person, user: kept_by(person, user).count() + given_by(person, user).count(),
        lambda person: f"{reverse('groups:backbone_hand_over')}?from={person.pk}",
    )
)  # fmt: skip


def household_belonging(household, user):
    return {"women": belonging_in(household, user)}


household_panels.register(
    Panel("groups", "队伍和骨干", 60, "groups.view_group", "groups/panels/household.html", household_belonging)
)


@place_followers.append
def successors_follow(places, area):
    """Who stands for a post in a grid out of use is found where its families went."""
    Successor.objects.filter(area__in=places).update(area=area)
