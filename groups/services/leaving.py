"""Leaving a group at her own word: she asks, may think better of it, and staff confirm."""

from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.flow import FlowError
from groups.enums import MemberState
from groups.models import Group, Member
from groups.services.groups import leave_group

NOT_ASKED = "她没有申请退出，或者已经收回了。请刷新后再看。"


def _locked(member):
    """The place as it is now, its group locked."""
    Group.objects.select_for_update().get(pk=member.group_id)
    return Member.objects.select_related("group__area", "resident").get(pk=member.pk)


@transaction.atomic
def ask_to_leave(member, *, wish=""):
    """She asks to go; asked twice it is once. Returns the Member. Raises FlowError when she is not in."""
    member = _locked(member)
    if member.state != MemberState.ACTIVE:
        raise FlowError("您现在不在这支队伍里。")
    if member.leave_asked_on is None:
        member.leave_asked_on, member.leave_wish = timezone.localdate(), wish.strip()[:100]
        member.save(update_fields=["leave_asked_on", "leave_wish", "updated_at"])
        audit.record("groups.member.ask_to_leave", member, by=None, area=member.group.area)
    return member


@transaction.atomic
def stay(member):
    """She thought better of it, before it was confirmed. Returns the Member. Raises FlowError when she is not in any more."""
    member = _locked(member)
    if member.state != MemberState.ACTIVE:
        raise FlowError("已经退出了，想回来可以再申请。")
    if member.leave_asked_on is not None:
        member.leave_asked_on, member.leave_wish = None, ""
        member.save(update_fields=["leave_asked_on", "leave_wish", "updated_at"])
        audit.record("groups.member.stay", member, by=None, area=member.group.area)
    return member


@transaction.atomic
def let_go(member, *, by):
    """Staff confirm what she asked for: she is out from today. Returns the Member. Raises FlowError."""
    member = _locked(member)
    if member.leave_asked_on is None:
        raise FlowError(NOT_ASKED)
    return leave_group(member, why=member.leave_wish or "本人申请退出", by=by)
