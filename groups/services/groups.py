"""Founding and ending groups; joining them and leaving; who came."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.models.numbers import take_numbers
from fedhub.core.versions import save_version
from groups.enums import GroupState, MemberRole, MemberState, Present
from groups.flow import group_flow, member_flow
from groups.models import Attendance, Group, Member
from households.enums import ResidentState
from households.services.link import end_group_links, keep_group_links, note_group_contacts

IN_ALREADY = "她已经在队里，或者正在等答复。"
NOT_RUNNING = "队伍暂停或者解散了，现在不能加入。"


@transaction.atomic
def found_group(group, *, by):
    """Register a group (unsaved). Returns it with its number. Raises ValidationError."""
    today = timezone.localdate()
    group.created_by = by
    group.number = f"DW{today:%Y}-{take_numbers(f'group:{today:%Y}'):03d}"
    group.full_clean()
    group.save()
    audit.record("groups.group.found", group, by=by, kind=group.kind)
    return group


@transaction.atomic
def change_group(group, fields, *, base_version, by):
    """Save changed `fields`. Raises StaleVersion."""
    was = Group.objects.values_list("name", flat=True).get(pk=group.pk)
    save_version(group, sorted(fields), base_version=base_version)
    if was != group.name:
        people = [member.resident for member in group.members.active().select_related("resident")]
        end_group_links(people, name=was, by=by)
        keep_group_links(people, name=group.name, since=timezone.localdate(), by=by)
    audit.record("groups.group.change", group, by=by, fields=sorted(fields))
    return group


@transaction.atomic
def rest_group(group, *, by):
    """The group pauses: nobody joins meanwhile. Raises FlowError."""
    group_flow.walk(group, "rest")
    audit.record("groups.group.rest", group, by=by)
    return group


@transaction.atomic
def resume_group(group, *, by):
    """The group meets again. Raises FlowError."""
    group_flow.walk(group, "resume")
    audit.record("groups.group.resume", group, by=by)
    return group


@transaction.atomic
def end_group(group, *, why, by):
    """The group is dissolved: its members leave it today, who waits is refused. Raises ValidationError, FlowError."""
    why, today = why.strip()[:100], timezone.localdate()
    if not why:
        raise ValidationError({"why": "请写为什么解散。"})
    group_flow.walk(group, "end", ended_on=today, ended_why=why)
    active = list(group.members.active().select_related("resident"))
    for member in active:
        member_flow.walk(member, "leave", valid_to=max(today, member.valid_from), ended_why="队伍解散")
    for member in group.members.filter(state=MemberState.ASKED):
        member_flow.walk(member, "refuse", ended_why="队伍解散")
    end_group_links([member.resident for member in active], name=group.name, by=by)
    audit.record("groups.group.end", group, by=by)
    return group


@transaction.atomic
def revive_group(group, *, by):
    """The group is founded anew, without members. Raises FlowError."""
    group_flow.walk(group, "revive", ended_on=None, ended_why="")
    audit.record("groups.group.revive", group, by=by)
    return group


def _may_join(group, resident):
    if group.state != GroupState.ACTIVE:
        raise ValidationError(NOT_RUNNING)
    if resident.state != ResidentState.ACTIVE:
        raise ValidationError({"resident": f"她{resident.get_state_display()}，不能加入。"})


def _placed(member):
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError({"resident": IN_ALREADY}) from error
    return member


@transaction.atomic
def take_in(group, resident, *, role=MemberRole.MEMBER, since=None, by):
    """Enter `resident` as a member from `since` (default today). Returns the Member. Raises ValidationError."""
    group = Group.objects.select_for_update().get(pk=group.pk)
    _may_join(group, resident)
    since = since or timezone.localdate()
    if since > timezone.localdate():
        raise ValidationError({"valid_from": "加入日期不能晚于今天。"})
    member = _placed(
        Member(group=group, resident=resident, role=role, state=MemberState.ACTIVE, asked_on=since, valid_from=since)
    )
    keep_group_links([resident], name=group.name, since=since, by=by)
    audit.record("groups.member.take_in", member, by=by, area=group.area, role=role)
    return member


@transaction.atomic
def ask_to_join(group, resident, *, wish=""):
    """She asks for a place on her own page; who asked or is in keeps that one. Returns the Member. Raises ValidationError."""
    group = Group.objects.select_for_update().get(pk=group.pk)
    if standing := group.members.filter(resident=resident, state__in=[MemberState.ASKED, MemberState.ACTIVE]).first():
        return standing
    _may_join(group, resident)
    if not group.open_to_all:
        raise ValidationError("这支队伍不接受申请，请问社区妇联。")
    member = _placed(
        Member(group=group, resident=resident, state=MemberState.ASKED, from_portal=True, wish=wish.strip()[:100])
    )
    audit.record("groups.member.ask", member, by=None, area=group.area)
    return member


@transaction.atomic
def accept_member(member, *, by):
    """Agreed: she is in from today. Raises ValidationError, FlowError."""
    member.group = Group.objects.select_for_update(of=("self",)).select_related("area").get(pk=member.group_id)
    _may_join(member.group, member.resident)
    member_flow.walk(member, "accept", valid_from=timezone.localdate())
    keep_group_links([member.resident], name=member.group.name, since=member.valid_from, by=by)
    audit.record("groups.member.accept", member, by=by, area=member.group.area)
    return member


@transaction.atomic
def refuse_member(member, *, why, by):
    """Not agreed, with a reason that she reads. Raises ValidationError, FlowError."""
    why = why.strip()[:100]
    if not why:
        raise ValidationError({"why": "请写为什么，她会看到。"})
    member_flow.walk(member, "refuse", ended_why=why)
    audit.record("groups.member.refuse", member, by=by, area=member.group.area)
    return member


@transaction.atomic
def withdraw_request(member):
    """She takes her own request back. Raises FlowError."""
    member_flow.walk(member, "withdraw")
    audit.record("groups.member.withdraw", member, by=None, area=member.group.area)
    return member


@transaction.atomic
def leave_group(member, *, why="", on=None, by=None):
    """She leaves, on the day `on` (default today). Raises ValidationError, FlowError."""
    on = on or timezone.localdate()
    if member.valid_from and not member.valid_from <= on <= timezone.localdate():
        raise ValidationError({"on": f"退出日期要在 {member.valid_from:%Y-%m-%d} 到今天之间。"})
    member_flow.walk(member, "leave", valid_to=on, ended_why=why.strip()[:100])
    end_group_links([member.resident], name=member.group.name, by=by)
    audit.record("groups.member.leave", member, by=by, area=member.group.area)
    return member


@transaction.atomic
def give_role(member, role, *, by):
    """Another role from today on: the old row ends, a new one begins; what was true on a day stays. Returns the new Member."""
    if role == member.role:
        raise ValidationError({"role": "她现在就是这个角色。"})
    today = timezone.localdate()
    member_flow.walk(member, "leave", valid_to=today, ended_why="换了角色")
    fresh = _placed(
        Member(
            group=member.group, resident=member.resident, role=role, state=MemberState.ACTIVE, asked_on=today,
            valid_from=today, leave_asked_on=member.leave_asked_on, leave_wish=member.leave_wish,
            shows_phone=member.shows_phone,
        )
    )  # fmt: skip
    audit.record("groups.member.role", fresh, by=by, area=member.group.area, role=role)
    return fresh


@transaction.atomic
def hold_meeting(meeting, presents, *, by):
    """Write down a meeting (unsaved) with `presents` {member id: Present}. Returns the Meeting. Raises ValidationError."""
    if meeting.on > timezone.localdate():
        raise ValidationError({"on": "日期不能晚于今天。"})
    meeting.full_clean()
    meeting.save()
    members = {member.pk: member for member in members_on(meeting.group, meeting.on)}
    rows = [Attendance(meeting=meeting, member_id=pk, present=how) for pk, how in presents.items() if pk in members]
    Attendance.objects.bulk_create(rows)
    came = [members[row.member_id].resident for row in rows if row.present in (Present.CAME, Present.LATE)]
    note_group_contacts(came, name=meeting.group.name, on=meeting.on, by=by)
    audit.record("groups.meeting.hold", meeting, by=by, area=meeting.group.area, people=len(rows))
    return meeting


def members_on(group, day):
    """Members of `group` on a day, the leader first, with the resident joined in."""
    rows = group.members.filter(valid_from__lte=day).exclude(valid_to__lt=day).select_related("resident")
    rows = rows.filter(state__in=[MemberState.ACTIVE, MemberState.LEFT])
    order = list(MemberRole)
    found = {}
    # Of two roles on the day of a change the later one holds.
    for member in rows.order_by("pk"):
        found[member.resident_id] = member
    return sorted(found.values(), key=lambda m: (order.index(m.role), m.resident.name, m.pk))
