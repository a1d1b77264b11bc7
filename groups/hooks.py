"""Menu entries of groups, and what they bring to a woman's page."""

from django.urls import reverse

from fedhub.core.menu import Entry, menu
from groups.queries import places_of, waiting_members
from groups.states import MEMBER_TONES
from households.panels import Panel, resident_panels


def waiting_count(user):
    """How many requests to join wait for `user`."""
    return waiting_members(user).count()


menu.register(Entry("groups.groups", "groups", "队伍", "groups:group_list", "groups.view_group", 10, waiting_count))


def groups_of(resident, user):
    """In which groups she is and was."""
    return {
        "places": [(m, MEMBER_TONES[m.state]) for m in places_of(resident)],
        "list_url": reverse("groups:group_list"),
    }


resident_panels.register(Panel("groups", "队伍", 60, "groups.view_group", "groups/panels/resident.html", groups_of))
