"""Steps of a concern, of a matter in another office's hands, and of a request to the chair; only a flow writes a status."""

from concerns.enums import ApprovalStatus, ReferralStatus, Status
from fedhub.core.flow import Flow, Step

OPEN = (Status.NEW, Status.ACCEPTED, Status.ASSIGNED)
IN_WORK = (Status.ACCEPTED, Status.ASSIGNED)

concern_flow = Flow(
    Step("accept", "受理", (Status.NEW,), Status.ACCEPTED, "concerns.assign_concern"),
    Step("assign", "交办", OPEN, Status.ASSIGNED, "concerns.assign_concern"),
    Step("finish", "办理完", IN_WORK, Status.DONE, "concerns.answer_concern"),
    Step("answer", "答复", (*OPEN, Status.DONE, Status.ANSWERED), Status.ANSWERED, "concerns.answer_concern"),
    Step("close", "办结", (Status.ANSWERED,), Status.CLOSED, "concerns.close_concern"),
    Step("settle", "当场办结", (Status.NEW,), Status.CLOSED, "concerns.add_concern"),
    Step("withdraw", "撤回", (*OPEN, Status.DONE), Status.CLOSED, "concerns.close_concern"),
    Step("reopen", "重新办理", (Status.ANSWERED, Status.CLOSED), Status.ACCEPTED, "concerns.answer_concern"),
    # Back to what a concern was before it was merged into another one, or given away by mistake.
    Step("back_new", "退回原状", (*OPEN, Status.DONE), Status.NEW, "concerns.assign_concern"),
    Step("back_accepted", "退回原状", (*OPEN, Status.DONE), Status.ACCEPTED, "concerns.assign_concern"),
    Step("back_assigned", "退回原状", (*OPEN, Status.DONE), Status.ASSIGNED, "concerns.assign_concern"),
)

_WAITING = (ReferralStatus.OFFERED, ReferralStatus.ACCEPTED)
referral_flow = Flow(
    Step("accept", "登记接收", (ReferralStatus.OFFERED,), ReferralStatus.ACCEPTED, "concerns.answer_concern"),
    Step("refuse", "登记退回", _WAITING, ReferralStatus.REFUSED, "concerns.answer_concern"),
    Step("answer", "登记回复", _WAITING, ReferralStatus.ANSWERED, "concerns.answer_concern"),
    Step("take_back", "收回", _WAITING, ReferralStatus.TAKEN_BACK, "concerns.route_concern"),
)

approval_flow = Flow(
    Step("grant", "同意", (ApprovalStatus.ASKED,), ApprovalStatus.GRANTED, "concerns.approve_concern"),
    Step("return", "退回", (ApprovalStatus.ASKED,), ApprovalStatus.RETURNED, "concerns.approve_concern"),
    Step("drop", "取消申请", (ApprovalStatus.ASKED,), ApprovalStatus.DROPPED, "concerns.answer_concern"),
)
