"""What service needs bring to other pages: menu, a family's page, a hardship file, the doors for concerns and for pairing."""

from django.urls import reverse

from concerns.chain import Event, Source, sources
from concerns.routing import Route, routes
from fedhub.areas.moving import place_followers
from fedhub.core.menu import Entry, menu
from groups.enums import ServiceKind
from groups.models import ServiceNeed
from groups.need_enums import NeedSource
from groups.need_queries import agreed_for, needs_of_household, waiting_needs
from groups.need_states import NEED_TONES
from groups.services.needs import follow_households, follow_places, from_concern
from hardship.panels import HelperSource, file_panels, helper_sources
from households.panels import Panel, followers, household_panels

VIEW, ADD = "groups.view_serviceneed", "groups.add_serviceneed"
TEMPLATE = "groups/panels/needs.html"


def waiting_count(user):
    """How many needs wait for `user` to find somebody."""
    return waiting_needs(user).count()


menu.register(Entry("groups.needs", "groups", "服务需求", "groups:need_list", VIEW, 18, waiting_count))
followers.append(follow_households)
place_followers.append(follow_places)


def _lines(needs):
    return [(need, NEED_TONES[need.state]) for need in needs]


def needs_of(household, user):
    """Needs of a family, and where one is entered."""
    may = household.is_open and user.has_perm(ADD, household)
    url = f"{reverse('groups:need_create')}?household={household.pk}" if may else ""
    return {"needs": _lines(needs_of_household(household, user)), "create_url": url}


def needs_of_file(file, user):
    """Needs that a hardship file brought."""
    rows = ServiceNeed.objects.visible_to(user).filter(file=file).with_taken().order_by("-pk")
    may = file.is_open and user.has_perm(ADD, file)
    url = f"{reverse('groups:need_create')}?file={file.pk}" if may else ""
    return {"needs": _lines(rows), "create_url": url}


household_panels.register(Panel("needs", "志愿服务", 46, VIEW, TEMPLATE, needs_of))
file_panels.register(Panel("volunteers", "志愿服务", 28, VIEW, TEMPLATE, needs_of_file))


@helper_sources.register
class VolunteerSource(HelperSource):
    """Volunteers who agreed to help the family of a file, to be paired with one press."""

    key, order, label = "groups", 20, "已经说定的志愿者"

    def found(self, file, user):
        if not user.has_perm(VIEW):
            return []
        return [
            (offer.volunteer.name, [offer.need.what, *offer.reasons], reverse("groups:offer_pair", args=[offer.pk]))
            for offer in agreed_for(file, user)
        ]

    def more_url(self, file, user):
        return f"{reverse('groups:need_create')}?file={file.pk}" if user.has_perm(ADD, file) else ""


@routes.register
class NeedRoute(Route):
    """服务需求: what she asks for is done by a volunteer."""

    key, label, order = "groups", "志愿服务", 45
    permission = ADD

    def fits(self, concern):
        return (
            concern.resident_id is not None
            and concern.household_id is not None
            and not ServiceNeed.objects.filter(concern=concern).exists()
        )

    def open(self, concern, *, by):
        return from_concern(concern, by=by)

    def cases(self, concern, user):
        return ServiceNeed.objects.visible_to(user).filter(concern=concern)


@sources.register
class NeedSourceOfConcern(Source):
    """Volunteers' part of the way of a concern."""

    key, order = "groups", 45
    permission = VIEW

    def events(self, concern, user):
        rows = ServiceNeed.objects.visible_to(user).filter(concern=concern, source=NeedSource.CONCERN)
        for need in rows.select_related("created_by"):
            yield Event(
                "转入志愿服务", need.created_at.date(), who=need.created_by.name if need.created_by else "",
                facts=(("服务", ServiceKind(need.kind).label), ("状态", need.get_state_display())),
                url=need.get_absolute_url(),
            )  # fmt: skip
