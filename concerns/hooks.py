"""Menu entries of concerns, and the concerns on a household's and a person's page."""

from django.urls import reverse

from accounts.leaving import Hand, hands
from concerns import chapters, closing  # noqa: F401 - what concerns tell of their own way, and their document
from concerns.loads import left_by
from concerns.models import Concern, FileConcern
from concerns.queries import approvals_waiting, late_referrals, open_count, status_chip
from concerns.routing import Route, routes
from concerns.services.infile import into_file
from concerns.services.places import follow_households
from fedhub.core.menu import Entry, menu
from hardship.models import HardshipFile
from hardship.panels import file_panels
from households.panels import Panel, followers, household_panels, resident_panels

SHOWN = 20

followers.append(follow_households)

menu.register(Entry("concerns.list", "concerns", "诉求", "concerns:concern_list", "concerns.view_concern", 10))
menu.register(
    Entry("concerns.mine", "concerns", "我的诉求", "concerns:mine", "concerns.answer_concern", 15, open_count)
)
menu.register(
    Entry(
        "concerns.referrals", "concerns", "转办催办", "concerns:referral_list", "concerns.answer_concern", 16,
        late_referrals,
    )
)  # fmt: skip
menu.register(
    Entry(
        "concerns.approvals", "concerns", "待审批", "concerns:approval_list", "concerns.approve_concern", 17,
        approvals_waiting,
    )
)  # fmt: skip
menu.register(
    Entry(
        "concerns.receptions", "concerns", "来访来电登记", "concerns:reception_list", "concerns.view_reception", 20
    )
)  # fmt: skip

menu.register(Entry("concerns.code", "concerns", "凭码查询", "concerns:concern_code", "concerns.view_concern", 25))
menu.register(
    Entry("concerns.figures", "concerns", "诉求统计", "concerns:concern_figures", "concerns.view_concern", 50)
)
menu.register(
    Entry("concerns.heat", "concerns", "七个方面热力表", "concerns:concern_heat", "concerns.view_concern", 60)
)


hands.register(
    Hand(
        "concerns", 10, "concerns.assign_concern", "concerns.answer_concern", "手里还有 {n} 件没办结的诉求。", "移交诉求",
        lambda person, user: left_by(person, user).count(),
        lambda person: f"{reverse('concerns:hand_over')}?from={person.pk}",
    )
)  # fmt: skip


def _shown(rows):
    newest = rows.select_related("assigned_to").order_by("-raised_on", "-pk")[:SHOWN]
    return [(concern, *status_chip(concern)) for concern in newest]


def household_concerns(household, user):
    return {
        "concerns": _shown(Concern.objects.visible_to(user).filter(household=household)),
        "create_url": f"{reverse('concerns:concern_create')}?household={household.pk}",
        "may_raise": user.has_perm("concerns.add_concern", household),
    }


def resident_concerns(resident, user):
    return {
        "concerns": _shown(Concern.objects.visible_to(user).filter(resident=resident)),
        "create_url": f"{reverse('concerns:concern_create')}?resident={resident.pk}",
        "may_raise": user.has_perm("concerns.add_concern", resident),
    }


household_panels.register(
    Panel(
        "concerns", "诉求", 30, "concerns.view_concern", "concerns/panels/concerns.html", household_concerns,
        lambda household: household.concerns.count(),
    )
)  # fmt: skip
resident_panels.register(
    Panel("concerns", "诉求", 30, "concerns.view_concern", "concerns/panels/concerns.html", resident_concerns)
)


@routes.register
class FileRoute(Route):
    """困难家庭档案: what she says shows that her family is in hardship (handbook 4.5)."""

    key, label, order = "hardship", "困难家庭档案", 20
    permission = "hardship.add_hardshipfile"

    def fits(self, concern):
        return concern.household_id is not None and not FileConcern.objects.filter(concern=concern).exists()

    def open(self, concern, *, by):
        return into_file(concern, by=by)

    def cases(self, concern, user):
        return HardshipFile.objects.visible_to(user).filter(from_concerns__concern=concern)


def concerns_of_file(file, user):
    """Concerns that this file was opened for or that came to it, as far as `user` sees them."""
    return {"concerns": _shown(Concern.objects.visible_to(user).filter(in_file__file=file)), "may_raise": False}


file_panels.register(
    Panel("concerns", "诉求", 22, "concerns.view_concern", "concerns/panels/concerns.html", concerns_of_file)
)
