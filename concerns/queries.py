"""What concerns ask of the data: who can handle one, what happened to one, how many are open."""

from datetime import date

from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.roles import roles_with
from concerns.enums import ApprovalKind, ApprovalStatus, Outcome, ReplyKind, Status, Told
from concerns.flow import OPEN, concern_flow
from concerns.models import Approval, Concern, Referral
from fedhub.areas.enums import CODE_LENGTH
from fedhub.core import audit
from fedhub.core.templatetags.fmt import short_day
from fedhub.reference.models import Agency

LABELS = {
    "concerns.concern.raise": "登记",
    "concerns.concern.accept": "受理",
    "concerns.concern.assign": "交办",
    "concerns.concern.finish": "办理",
    "concerns.concern.answer": "答复",
    "concerns.concern.close": "办结",
    "concerns.concern.settle": "当场办结",
    "concerns.concern.withdraw": "撤回",
    "concerns.concern.pause": "停表",
    "concerns.concern.resume": "恢复计时",
    "concerns.concern.extend": "延期",
    "concerns.concern.tell": "告知过程",
    "concerns.concern.rate": "评价",
    "concerns.concern.reopen": "重新办理",
    "concerns.concern.join": "并入主件",
    "concerns.concern.lead": "并案",
    "concerns.concern.part": "拆出",
    "concerns.concern.route": "转入专项",
    "concerns.concern.ask": "申请审批",
    "concerns.concern.grant": "同意申请",
    "concerns.concern.return": "退回申请",
    "concerns.concern.drop": "取消申请",
    "concerns.concern.offer": "转办",
    "concerns.concern.offer_accepted": "对方接收",
    "concerns.concern.offer_refused": "对方退回",
    "concerns.concern.offer_answered": "对方回复",
    "concerns.concern.offer_taken_back": "收回转办",
    "concerns.concern.move": "随家庭换网格",
    "concerns.reception.register": "登记",
    "concerns.reception.change": "修改",
    "concerns.reception.to_concern": "转为诉求",
}
CHIPS = {
    Status.NEW: "info",
    Status.ACCEPTED: "info",
    Status.ASSIGNED: "warn",
    Status.DONE: "info",
    Status.ANSWERED: "ok",
    Status.CLOSED: "quiet",
}


def handlers(concern):
    """Active accounts that may answer `concern`: a role with that right covers its area today."""
    codes = [concern.area.code[:length] for length in CODE_LENGTH.values() if len(concern.area.code) >= length]
    rows = RoleGrant.objects.in_force().filter(area__code__in=codes, role__in=roles_with("concerns.answer_concern"))
    return User.objects.filter(is_active=True, pk__in=rows.values("user_id")).order_by("name", "pk")


# Steps that stand on the page of a concern; the others are walked by services of their own pages.
_ON_PAGE = {"accept", "assign", "finish", "answer", "close", "settle", "withdraw"}
_OWN = {"answer", "close", "withdraw"}


def steps_for(concern, user):
    """Names of the steps that `user` may take from the page of `concern`; one that follows a lead has few of its own."""
    names = [step.name for step in concern_flow.open_steps(concern, user) if step.name in _ON_PAGE]
    return [name for name in names if name in _OWN] if concern.lead_id else names


def status_chip(concern):
    """(kind, text) of a concern's state: the outcome once it is closed."""
    if concern.status == Status.CLOSED:
        return (
            "ok" if concern.outcome in (Outcome.SOLVED, Outcome.ON_SPOT) else "quiet"
        ), concern.get_outcome_display()
    return CHIPS[concern.status], concern.get_status_display()


def due_chip(day, soon):
    """(kind, text) of a day to come; `soon` is the last day that counts as due soon (services.clocks.warns_from)."""
    left = (day - timezone.localdate()).days
    if left < 0:
        return "bad", f"逾期 {-left} 天"
    if left == 0:
        return "warn", "今天到期"
    return "warn" if day <= soon else "", f"还有 {left} 天"


def rated_reply(concern):
    """The answer that can be rated now: the newest that she was told, when it is not rated yet; else None."""
    if concern.status not in (Status.ANSWERED, Status.CLOSED) or concern.outcome == Outcome.WITHDRAWN:
        return None
    replies = concern.replies.filter(kind=ReplyKind.FINAL).exclude(told=Told.NOT_YET)
    reply = replies.select_related("rating").order_by("-pk").first()
    return None if reply is None or hasattr(reply, "rating") else reply


def waiting_kinds(concern):
    """What the chair has been asked about `concern` and has not decided: a set of ApprovalKind."""
    return set(concern.approvals.filter(status=ApprovalStatus.ASKED).values_list("kind", flat=True))


def what_is_asked(approvals):
    """`{id: words}`: what each of `approvals` (a list) would do when granted."""
    wanted = {a.details["agency"] for a in approvals if a.kind == ApprovalKind.PASS_UP}
    names = dict(Agency.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
    found = {}
    for approval in approvals:
        details = approval.details or {}
        if approval.kind == ApprovalKind.EXTEND:
            found[approval.pk] = f"办结期限延到{short_day(date.fromisoformat(details['after']))}"
        elif approval.kind == ApprovalKind.PASS_UP:
            day = short_day(date.fromisoformat(details["due_on"]))
            found[approval.pk] = f"报{names.get(details['agency'], '')}，请{day}前答复"
        else:
            found[approval.pk] = "告诉本人这件事办不了，以及为什么"
    return found


def to_join_with(user, concern):
    """Concerns that may be handled together with `concern`: unanswered, standing for themselves, where `user` assigns."""
    rows = Concern.objects.visible_to(user, "concerns.assign_concern")
    return rows.filter(status__in=(*OPEN, Status.DONE), lead=None).exclude(pk=concern.pk)


def like(concern, user):
    """Those that are most likely the same matter: open, of the same topic and place."""
    return to_join_with(user, concern).filter(topic=concern.topic, area=concern.area)


def late_referrals(user):
    """How many matters in other offices' hands are past their day, among those `user` works on (menu)."""
    rows = Referral.objects.visible_to(user, "concerns.answer_concern").waiting()
    return rows.filter(due_on__lt=timezone.localdate()).count()


def approvals_waiting(user):
    """How many requests wait for `user` to decide, her own left out (menu)."""
    rows = Approval.objects.visible_to(user, "concerns.approve_concern").filter(status=ApprovalStatus.ASKED)
    return rows.exclude(asked_by=user).count()


def timeline_of(record):
    """Entries of what happened to a concern or register entry, newest first, from the audit trail."""
    rows = audit.acts_on(record, LABELS)
    return [
        {
            "when": [timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M"), row.actor_name],
            "title": LABELS[row.action],
            "text": row.reason,
        }
        for row in rows.order_by("-id")
    ]


def open_count(user):
    """How many concerns of one's own are open (menu)."""
    return Concern.objects.visible_to(user).open().filter(assigned_to=user).count()
