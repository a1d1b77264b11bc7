"""Menu entries of grid work, and the visits on a household's and a person's page."""

from django.urls import reverse

from concerns.chain import Event, Source, sources
from fedhub.core.menu import Entry, menu
from grids.models import Visit
from grids.queries import duties_of, waiting_changes
from households.panels import Panel, household_panels, resident_panels

SHOWN = 20

menu.register(Entry("grids.today", "family", "今日", "grids:today", "grids.add_visit", 10))
menu.register(Entry("grids.visits", "family", "走访记录", "grids:visit_list", "grids.view_visit", 30))
menu.register(
    Entry(
        "grids.changes", "family", "待确认变化", "grids:change_list", "grids.confirm_visitchange", 40, waiting_changes
    )
)
menu.register(Entry("grids.review", "family", "走访审核", "grids:review_list", "grids.review_visit", 35))
menu.register(Entry("grids.places", "family", "网格与包保", "grids:grid_list", "areas.view_area", 60))
menu.register(Entry("grids.terms", "family", "届与名册", "grids:term_list", "grids.view_term", 70))


def household_visits(household, user):
    rows = Visit.objects.visible_to(user).filter(household=household).select_related("visitor", "grid")
    return {
        "visits": rows.order_by("-visited_on", "-pk")[:SHOWN],
        "duties": duties_of(household.area),
        "household": household,
        "may_visit": household.is_open and user.has_perm("grids.add_visit", household),
        "create_url": reverse("grids:visit_create", args=[household.pk]),
    }


def resident_visits(resident, user):
    rows = Visit.objects.visible_to(user).filter(people=resident).select_related("visitor", "household", "grid")
    return {"visits": rows.order_by("-visited_on", "-pk")[:SHOWN]}


household_panels.register(
    Panel(
        "visits", "走访", 20, "grids.view_visit", "grids/panels/household_visits.html", household_visits,
        lambda household: household.visits.kept().count(),
    )
)  # fmt: skip
resident_panels.register(
    Panel("visits", "走访", 20, "grids.view_visit", "grids/panels/resident_visits.html", resident_visits)
)


@sources.register
class VisitSource(Source):
    """The visit at which a concern came up."""

    key, order, permission = "visits", 5, "grids.view_visit"

    def events(self, concern, user):
        rows = Visit.objects.visible_to(user).kept().filter(concerns=concern)
        return [
            Event(
                title="走访", day=visit.visited_on, at=visit.created_at, url=visit.get_absolute_url(),
                who="、".join(person.name for person in (visit.visitor, visit.partner) if person),
                facts=(("方式", visit.get_mode_display()), ("家庭", str(visit.household))),
            )
            for visit in rows.select_related("visitor", "partner", "household").order_by("visited_on", "pk")
        ]  # fmt: skip
