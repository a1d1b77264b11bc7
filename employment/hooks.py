"""What job support gives to other pages: menu, cards, the door for concerns."""

from django.urls import reverse

from concerns.chain import Event, Source, sources
from concerns.routing import Route, routes
from employment.figure_resources import JobFigureLedger  # noqa: F401 - registers the ledger
from employment.kept import proposals_for
from employment.models import Seeker, SeekerConcern
from employment.queries import ending_count, follow_ups_due_count
from employment.services.seekers import into_employment
from employment.states import SEEKER_TONES
from fedhub.core.menu import Entry, menu
from fedhub.core.residents import Door, home_doors, own_doors
from hardship.panels import file_panels
from households.panels import Panel, resident_panels

VIEW = "employment.view_seeker"
menu.register(Entry("employment.seekers", "employment", "求职登记", "employment:seeker_list", VIEW, 10))
menu.register(Entry("employment.applications", "employment", "推荐", "employment:application_list", VIEW, 15))
menu.register(
    Entry("employment.followups", "employment", "就业回访", "employment:followup_list", VIEW, 16, follow_ups_due_count)
)
menu.register(Entry("employment.startups", "employment", "创业", "employment:startup_list", VIEW, 17))
menu.register(
    Entry("employment.posts", "employment", "岗位", "employment:post_list", "employment.view_post", 20, ending_count)
)
menu.register(
    Entry("employment.employers", "employment", "用人单位", "employment:employer_list", "employment.view_post", 30)
)
menu.register(Entry("employment.figures", "employment", "就业统计", "employment:figures", VIEW, 60))

home_doors.register(Door("employment.jobs", 35, "找工作", "employment_resident:posts"))
own_doors.register(Door("employment.mine", 30, "我的岗位", "employment_resident:mine"))


def seekers_of(resident, user):
    """Her registrations, the newest first."""
    rows = Seeker.objects.visible_to(user).filter(resident=resident).select_related("lead").order_by("-pk")
    found = [(one, SEEKER_TONES[one.state]) for one in rows]
    may = user.has_perm("employment.add_seeker", resident) and all(one.ended_on for one, _ in found)
    url = f"{reverse('employment:seeker_create')}?resident={resident.pk}" if may else ""
    return {"seekers": found, "create_url": url}


file_panels.register(Panel("kept", "就业变化", 24, VIEW, "employment/panels/kept.html", proposals_for))
resident_panels.register(Panel("employment", "就业", 45, VIEW, "employment/panels/resident.html", seekers_of))


@routes.register
class SeekerRoute(Route):
    """求职登记: what she says shows that she looks for work."""

    key, label, order = "employment", "求职登记", 40
    permission = "employment.add_seeker"

    def fits(self, concern):
        return concern.resident_id is not None and not SeekerConcern.objects.filter(concern=concern).exists()

    def open(self, concern, *, by):
        return into_employment(concern, by=by)

    def cases(self, concern, user):
        return Seeker.objects.visible_to(user).filter(from_concerns__concern=concern)


@sources.register
class SeekerSource(Source):
    """Job support's part of the way of a concern: that it came here."""

    key, order = "employment", 40
    permission = VIEW

    def events(self, concern, user):
        rows = SeekerConcern.objects.visible_to(user, VIEW).filter(concern=concern)
        for link in rows.select_related("seeker__resident", "added_by"):
            yield Event(
                "转入求职登记", link.added_on, who=link.added_by.name, facts=(("求职人", link.seeker.resident.name),),
                url=link.seeker.get_absolute_url(),
            )  # fmt: skip
