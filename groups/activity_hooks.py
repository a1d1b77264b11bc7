"""What activities give to other pages: residents' doors, a card on her page."""

from fedhub.core.residents import Door, home_doors, own_doors
from groups.activity_enums import ActivityState
from groups.activity_states import ENTRY_TONES
from groups.models import Activity, Entry
from groups.public_activities import to_rate
from households.panels import Panel, resident_panels


def activities_in_use():
    """True once the office has opened any activity to residents."""
    return Activity.objects.exclude(state=ActivityState.PLANNED).exists()


home_doors.register(Door("groups.activities", 42, "社区活动", "groups_resident:activities", shown=activities_in_use))
own_doors.register(Door("groups.activities", 43, "社区活动", "groups_resident:activities", shown=activities_in_use))
own_doors.register(
    Door(
        "groups.my_activities", 44, "我的活动", "groups_resident:my_activities", shown=activities_in_use,
        count=lambda person: to_rate(person).count(), unit=" 场等您评一评",
    )
)  # fmt: skip


def activities_of(resident, user):
    """On which lists of activities she is and was, as far as `user` sees them."""
    rows = Entry.objects.visible_to(user).filter(resident=resident).select_related("activity")
    return {"rows": [(one, ENTRY_TONES[one.state]) for one in rows.order_by("-activity__starts_at", "-pk")[:10]]}


resident_panels.register(
    Panel(
        "groups_activities", "参加的活动", 61, "groups.attend_activity", "groups/panels/activities.html", activities_of
    )
)
