"""What concerns ask of the data: who can handle one, what happened to one, how many are open."""

from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.roles import roles_with
from concerns.enums import Outcome, Status
from concerns.flow import concern_flow
from concerns.models import Concern
from fedhub.areas.enums import CODE_LENGTH
from fedhub.core import audit

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


def officers(user, ids):
    """`[(id, name, offered)]` of the accounts `ids` by name; `offered`: the list of `user` can be narrowed to them."""
    offered = set(
        User.objects.visible_to(user, "concerns.view_concern").filter(pk__in=ids).values_list("pk", flat=True)
    )
    rows = User.objects.filter(pk__in=ids).order_by("name", "pk").values_list("pk", "name")
    return [(pk, name, pk in offered) for pk, name in rows]
