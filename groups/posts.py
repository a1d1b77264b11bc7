"""Leaders of groups, for the list of successors."""

from accounts.posts import Post, PostKind, posts
from groups.enums import GroupKind, MemberRole
from groups.models import Group, Member

# What helps to lead a group of a kind.
SKILLS = {
    GroupKind.ARTS: ("arts",),
    GroupKind.DANCE: ("arts",),
    GroupKind.CHOIR: ("arts",),
    GroupKind.READING: ("education", "writing"),
    GroupKind.MOTHERS: ("education", "mind"),
    GroupKind.CRAFT: ("craft",),
    GroupKind.LECTURERS: ("education", "mind"),
    GroupKind.LAWYERS: ("law",),
    GroupKind.MEDIATION: ("mediation", "law"),
    GroupKind.CUSTOMS: ("mediation",),
}


def group_leaders(user):
    """The leader of each group that runs. Two queries."""
    groups = list(Group.objects.visible_to(user).running().select_related("area").order_by("area__code", "name", "pk"))
    held = {}
    leaders = Member.objects.active().filter(role=MemberRole.LEADER, group__in=[one.pk for one in groups])
    for member in leaders.select_related("resident").order_by("pk"):
        held.setdefault(member.group_id, []).append(member.resident)
    return [
        Post(
            ref=group.pk, name=f"{group.name}队长", area_id=group.area_id, code=group.area.code, hint=group.kind,
            holders=tuple(one.name for one in held.get(group.pk, ())),
            people=frozenset(one.pk for one in held.get(group.pk, ())), url=group.get_absolute_url(),
        )
        for group in groups
    ]  # fmt: skip


posts.register(PostKind("group_leader", 10, "队长", "groups.view_group", group_leaders, ("organising",)))
