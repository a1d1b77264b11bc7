"""Menu entries of grid work, and the visits on a household's and a person's page."""

from django.db.models import Q
from django.urls import reverse

from accounts.leaving import Hand, hands
from concerns.chain import Event, Source, sources
from fedhub.core.housekeeping import every_minute
from fedhub.core.menu import Entry, menu
from fedhub.core.rotation import OtherPlace, other_places
from grids import pack, posts  # noqa: F401 - register the hand-over sheet, and what the list of successors asks for
from grids.enums import Met
from grids.models import Duty, Visit, VisitDelivery
from grids.queries import duties_of, waiting_changes, waiting_envelopes
from grids.score import total
from grids.services.offline import keys_on_phones, tend
from grids.today import family_parts
from hardship.panels import delivery_links
from households.panels import Panel, household_panels, resident_panels

SHOWN = 20

menu.register(Entry("grids.today", "visits", "今日", "grids:today", "grids.add_visit", 10))
menu.register(Entry("grids.visits", "visits", "走访记录", "grids:visit_list", "grids.view_visit", 30))
menu.register(
    Entry(
        "grids.changes", "visits", "待确认变化", "grids:change_list", "grids.confirm_visitchange", 35, waiting_changes
    )
)
menu.register(Entry("grids.review", "visits", "走访审核", "grids:review_list", "grids.review_visit", 45))
menu.register(Entry("grids.unreached", "visits", "多次没见到", "grids:unreached_list", "grids.review_visit", 55))
menu.register(
    Entry("grids.tray", "visits", "手机后传", "grids:tray_list", "grids.review_visit", 40, waiting_envelopes)
)
menu.register(Entry("grids.targets", "visits", "走访目标", "grids:target_list", "grids.review_visit", 65))
menu.register(Entry("grids.figures", "visits", "走访统计", "grids:visit_figures", "grids.view_visit", 60))
menu.register(Entry("grids.doubts", "visits", "走访提醒", "grids:doubt_list", "grids.review_visit", 50))
menu.register(Entry("grids.burden", "visits", "表单负担", "grids:burden", "grids.review_visit", 70))
menu.register(Entry("grids.places", "posts", "网格与包保", "grids:grid_list", "areas.view_area", 10))
menu.register(Entry("grids.terms", "posts", "届与名册", "grids:term_list", "grids.view_term", 20))
menu.register(Entry("grids.records", "posts", "履职记录", "grids:record_list", "grids.export_duty", 30))
menu.register(Entry("grids.my_record", "posts", "我的履职", "grids:my_record", "grids.add_visit", 40))

hands.register(
    Hand(
        "duties", 5, "grids.change_duty", "grids.add_visit", "还负责 {n} 项包保。", "办交接",
        lambda person, user: Duty.objects.visible_to(user, "grids.change_duty").of(person).count(),
        lambda person: reverse("grids:handover_create", args=[person.pk]),
    )
)  # fmt: skip


every_minute(tend)
# Drafts on phones cannot be written again from here: their keys wait until they have arrived.
other_places.register(OtherPlace("grids.phones", "main", rotate=lambda: 0, key_ids=keys_on_phones))


def visit_of_delivery(delivery, user):
    """The visit at which it was handed over, for whoever may see it."""
    link = VisitDelivery.objects.filter(delivery=delivery).select_related("visit").first()
    visit = Visit.objects.visible_to(user).filter(pk=link.visit_id).first() if link else None
    return [("走访时发的", f"{visit.visited_on:%Y-%m-%d} 的走访", visit.get_absolute_url())] if visit else []


delivery_links.append(visit_of_delivery)


def household_visits(household, user):
    rows = Visit.objects.visible_to(user).filter(household=household).select_related("visitor", "grid")
    return {
        "visits": rows.order_by("-visited_on", "-pk")[:SHOWN],
        "duties": duties_of(household.area),
        "household": household,
        "may_visit": household.is_open and user.has_perm("grids.add_visit", household),
        "create_url": reverse("grids:visit_create", args=[household.pk]),
        "parts": (parts := family_parts(household, user) if household.is_open else []),
        "score": total(parts),
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
    """The visit at which a concern came up, and those made to see what became of it."""

    key, order, permission = "visits", 5, "grids.view_visit"

    def events(self, concern, user):
        rows = Visit.objects.visible_to(user).kept().filter(Q(concerns=concern) | Q(follows=concern)).distinct()
        return [
            Event(
                title="回访" if visit.follows_id == concern.pk else "走访", day=visit.visited_on, at=visit.created_at,
                url=visit.get_absolute_url(),
                who="、".join(person.name for person in (visit.visitor, visit.partner) if person),
                facts=(
                    ("方式", visit.get_mode_display()), ("家庭", str(visit.household)),
                    ("结果", "" if visit.met == Met.MET else visit.get_met_display()),
                ),
            )
            for visit in rows.select_related("visitor", "partner", "household").order_by("visited_on", "pk")
        ]  # fmt: skip
