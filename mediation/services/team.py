"""Who mediates a case: one leads, others help. Nobody with a conflict of interest is let in, and who goes is out at once.

`Case.officer` always names the member that leads. The functions take a case that the caller has locked.
"""

from django.utils import timezone

from mediation.enums import CaseEntryKind
from mediation.models import Case, CaseEntry

NOBODY = "原来的调解员退出，还没有人调解，要另行指定。"


def members(case):
    """Those who mediate `case` now: who leads first, then by how long."""
    return list(case.team.filter(to_on=None).select_related("user").order_by("-leads", "from_on", "pk"))


def lead(case, user):
    """`user` leads from today; who led before mediates it no more, a helper becomes the one that leads."""
    today = timezone.localdate()
    now = case.team.filter(to_on=None)
    if now.filter(user=user, leads=True).exists():
        return
    now.filter(leads=True).update(to_on=today)
    now.filter(user=user).update(to_on=today)
    case.team.create(user=user, leads=True)
    _point(case, user.pk)


def join(case, user):
    """`user` helps from today. Returns False when she mediates it already."""
    if case.team.filter(to_on=None, user=user).exists():
        return False
    case.team.create(user=user)
    return True


def leave(case, user_id):
    """The account mediates `case` no more. Where she led, who helped longest leads; where nobody is left the case says so.
    Returns True when nobody is left, None when she did not mediate it."""
    now = case.team.filter(to_on=None)
    own = now.filter(user_id=user_id).first()
    if own is None:
        return None
    now.filter(pk=own.pk).update(to_on=timezone.localdate())
    if not own.leads:
        return False
    heir = members(case)[:1]
    for one in heir:
        now.filter(pk=one.pk).update(to_on=timezone.localdate())
        case.team.create(user=one.user, leads=True)
    _point(case, heir[0].user_id if heir else None)
    if not heir and case.is_open():
        CaseEntry(
            case=case, number=case.entries.count() + 1, kind=CaseEntryKind.STEP, on=timezone.localdate(),
            body={"by": "", "words": NOBODY},
        ).save(force_insert=True)  # fmt: skip
    return not heir


def _point(case, user_id):
    Case.objects.filter(pk=case.pk).update(officer=user_id, version=case.version + 1, updated_at=timezone.now())
    case.officer_id, case.version = user_id, case.version + 1
