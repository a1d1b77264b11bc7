"""What can be done from the page of a concern: one next step, and the rest in a menu."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from concerns.enums import ApprovalKind, ReferralStatus, Status, Told
from concerns.flow import IN_WORK, OPEN
from concerns.models import Concern
from concerns.queries import rated_reply, steps_for, waiting_kinds
from concerns.services.answers import needs_approval
from concerns.services.handling import open_routes
from fedhub.reference.lookup import rule

UNANSWERED = (*OPEN, Status.DONE)
# What comes first from each state; of these the first that is open to the reader.
NEXT = {
    Status.NEW: ["lead", "accept", "settle", "answer"],
    Status.ACCEPTED: ["lead", "referral", "resume", "assign", "finish", "answer"],
    Status.ASSIGNED: ["lead", "referral", "resume", "finish", "answer"],
    Status.DONE: ["answer"],
    Status.ANSWERED: ["close", "rate"],
    Status.CLOSED: ["rate"],
}
GROUPS = [
    ("办理", ["accept", "assign", "finish", "settle", "lead"]),
    ("告诉本人", ["tell", "answer", "worksheet", "close", "rate"]),
    ("去向", ["referral", "offer", "pass_up", "route", "join", "part"]),
    ("时限", ["pause", "resume", "extend"]),
    ("其他", ["not_possible", "reopen", "withdraw"]),
]


@dataclass(frozen=True)
class Action:
    """One link of the page, or a button that posts."""

    name: str
    label: str
    url: str
    posts: bool = False
    danger: bool = False


class _Found(dict):
    def offer(self, concern, name, label, **more):
        self[name] = Action(name, label, reverse(f"concerns:concern_{name}", args=[concern.pk]), **more)


def may_join(concern, user):
    """True when `user` may merge others with `concern` now."""
    free = concern.status in UNANSWERED and concern.lead_id is None
    return free and user.has_perm("concerns.assign_concern", concern)


def actions_for(concern, user, referrals):
    """`(main, groups)`: the next Action or None, and the others as `[(label, [Action])]`."""
    found = _Found()
    _steps(found, concern, user)
    if user.has_perm("concerns.answer_concern", concern):
        _answering(found, concern, user)
    if user.has_perm("concerns.route_concern", concern):
        _sending(found, concern, user)
    if may_join(concern, user):
        found.offer(concern, "join", "并案")
    if concern.lead_id is None and concern.followers.exists():
        if user.has_perm("concerns.assign_concern", concern):
            found.offer(concern, "part", "拆分")
        if user.has_perm("concerns.answer_concern", concern):
            found.offer(concern, "worksheet", "逐人答复")
    if concern.lead_id is not None and Concern.objects.visible_to(user).filter(pk=concern.lead_id).exists():
        found["lead"] = Action("lead", "到主件办理", concern.lead.get_absolute_url())
    waiting = [r for r in referrals if r.answer_url]
    if len(waiting) == 1:
        found["referral"] = Action("referral", "登记对方回复", waiting[0].answer_url)
    main = next((found.pop(name) for name in _order(concern) if name in found), None)
    groups = [(label, [found[name] for name in names if name in found]) for label, names in GROUPS]
    return main, [(label, actions) for label, actions in groups if actions]


def _order(concern):
    if concern.status == Status.ANSWERED and concern.told in ("", Told.NOT_YET):
        return ["answer"]
    return NEXT[concern.status]


def _steps(found, concern, user):
    names = steps_for(concern, user)
    if "accept" in names:
        found.offer(concern, "accept", "受理", posts=True)
    if "assign" in names:
        found.offer(concern, "assign", "改交办" if concern.assigned_to_id else "交办")
    if "finish" in names:
        found.offer(concern, "finish", "办理完")
    if "settle" in names:
        found.offer(concern, "settle", "当场办结")
    if "answer" in names:
        again = concern.status == Status.ANSWERED
        found.offer(concern, "answer", ("告诉本人" if concern.told == Told.NOT_YET else "再答复") if again else "答复")
    if "close" in names and concern.told not in ("", Told.NOT_YET):
        found.offer(concern, "close", "办结", posts=True)
    if "withdraw" in names:
        found.offer(concern, "withdraw", "撤回", danger=True)


def _answering(found, concern, user):
    asked = waiting_kinds(concern)
    if concern.status in UNANSWERED:
        found.offer(concern, "tell", "告知过程")
    if rated_reply(concern) is not None:
        found.offer(concern, "rate", "评价")
    if concern.status in (Status.ANSWERED, Status.CLOSED):
        found.offer(concern, "reopen", "重新办理")
    if concern.lead_id is not None:
        return
    # Also of what was answered otherwise: the form of the answer sends her here.
    may_ask = concern.is_open and ApprovalKind.NOT_POSSIBLE not in asked
    if may_ask and needs_approval(concern, ApprovalKind.NOT_POSSIBLE, user):
        found.offer(concern, "not_possible", "申请按无法办理答复")
    if concern.status in IN_WORK:
        if concern.paused_on is not None:
            found.offer(concern, "resume", "恢复计时", posts=True)
        elif concern.due_on >= timezone.localdate():
            found.offer(concern, "pause", "停表")
    may_extend = concern.status in UNANSWERED and ApprovalKind.EXTEND not in asked
    if may_extend and concern.extensions < rule("concern_extend_times"):
        found.offer(concern, "extend", "延期")


def _sending(found, concern, user):
    if concern.status not in OPEN or concern.lead_id is not None:
        return
    found.offer(concern, "offer", "转办")
    if ApprovalKind.PASS_UP not in waiting_kinds(concern):
        found.offer(concern, "pass_up", "上报")
    if open_routes(user, concern):
        found.offer(concern, "route", "转入专项")


def referral_actions(referral, user):
    """Actions on one referral from the page of its concern, the usual one first."""
    waiting = referral.status in (ReferralStatus.OFFERED, ReferralStatus.ACCEPTED)
    if not waiting:
        return []
    names = []
    if user.has_perm("concerns.answer_concern", referral):
        names = [("answer", "登记回复")]
        names += [("accept", "登记接收")] if referral.status == ReferralStatus.OFFERED else []
        names += [("refuse", "登记退回")]
    if user.has_perm("concerns.route_concern", referral):
        names += [("take_back", "收回")]
    return [Action(name, label, reverse(f"concerns:referral_{name}", args=[referral.pk])) for name, label in names]
