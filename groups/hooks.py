"""Menu entries of groups, and what they bring to a woman's page."""

from django.urls import reverse

from fedhub.core.menu import Entry, menu
from fedhub.core.residents import Door, home_doors, own_doors
from groups import calendar, need_hooks  # noqa: F401 - the shared calendar; service needs
from groups.backbone_queries import own_open_tasks
from groups.belonging import belonging_of
from groups.models import Group
from groups.queries import waiting_members, waiting_services
from households.coverage import is_adult_woman
from households.panels import Panel, resident_panels


def waiting_count(user):
    """How many requests to join and to leave wait for `user`."""
    return waiting_members(user).count()


menu.register(Entry("groups.groups", "groups", "队伍", "groups:group_list", "groups.view_group", 10, waiting_count))


def groups_of(resident, user):
    """In which groups she is and was, and whether she is a volunteer, or a backbone woman."""
    found, add = belonging_of(resident, user), "groups.add_backbone"
    may = found.backbone is None and is_adult_woman(resident) and user.has_perm(add, resident)
    return {
        "belonging": found, "list_url": reverse("groups:group_list"),
        "backbone_url": f"{reverse('groups:backbone_create')}?resident={resident.pk}" if may else "",
    }  # fmt: skip


resident_panels.register(
    Panel("groups", "队伍和骨干", 60, "groups.view_group", "groups/panels/resident.html", groups_of)
)


def waiting_hours(user):
    """How many services wait for `user` to confirm them."""
    return waiting_services(user).count()


menu.register(Entry("groups.volunteers", "groups", "志愿者", "groups:volunteer_list", "groups.view_volunteer", 20))
menu.register(
    Entry("groups.services", "groups", "服务记录", "groups:service_list", "groups.view_service", 30, waiting_hours)
)
menu.register(Entry("groups.shifts", "groups", "服务场次、签到", "groups:shift_list", "groups.view_service", 25))
menu.register(
    Entry("groups.certificates", "groups", "证明登记", "groups:certificate_list", "groups.view_certificate", 40)
)
menu.register(Entry("groups.activities", "groups", "活动", "groups:activity_list", "groups.view_activity", 15))


def groups_in_use():
    """True once the office has any group that meets."""
    return Group.objects.running().exists()


home_doors.register(Door("groups.groups", 45, "队伍和志愿服务", "groups_resident:groups", shown=groups_in_use))
own_doors.register(
    Door(
        "groups.groups", 46, "我的队伍和志愿服务", "groups_resident:mine", shown=groups_in_use, count=own_open_tasks,
        unit=" 件要办",
    )
)  # fmt: skip
