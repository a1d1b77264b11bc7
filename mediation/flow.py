"""Steps of a lead and of a case (handbook 7.3, 7.5); only the flow writes their state."""

from fedhub.core.flow import Flow, Step
from mediation.enums import (
    LOOKED_AFTER,
    RUNNING,
    TO_CLOSE,
    TO_REOPEN,
    CaseState,
    ConfirmState,
    LeadState,
    PromiseState,
)

CHANGE, CHANGE_CASE = "mediation.change_lead", "mediation.change_case"

lead_flow = Flow(
    Step("confirm", "上门核实", (LeadState.NEW,), LeadState.CONFIRMED, CHANGE),
    Step("drop", "核实没有纠纷", (LeadState.NEW,), LeadState.DROPPED, CHANGE),
    Step("refer", "转有关部门", (LeadState.NEW, LeadState.CONFIRMED), LeadState.REFERRED, CHANGE),
    Step("close", "化解", (LeadState.CONFIRMED,), LeadState.CLOSED, CHANGE),
    Step("reopen", "重新办理", (LeadState.CLOSED,), LeadState.CONFIRMED, CHANGE),
    field="state",
)

case_flow = Flow(
    Step("accept", "受理", (CaseState.REGISTERED,), CaseState.ACCEPTED, CHANGE_CASE),
    Step("refuse", "不予受理", (CaseState.REGISTERED,), CaseState.REFUSED, CHANGE_CASE),
    Step("tell", "告知权利义务", (CaseState.ACCEPTED,), CaseState.TOLD, CHANGE_CASE),
    Step("begin", "开始调解", (CaseState.TOLD,), CaseState.MEDIATING, CHANGE_CASE),
    Step("settle", "达成协议", (CaseState.MEDIATING,), CaseState.SETTLED, CHANGE_CASE),
    Step("fail", "调解不成", RUNNING, CaseState.FAILED, CHANGE_CASE),
    Step("withdraw", "当事人撤回", (CaseState.REGISTERED, *RUNNING), CaseState.WITHDRAWN, CHANGE_CASE),
    Step("refer", "转有关部门", (CaseState.REGISTERED, *LOOKED_AFTER), CaseState.REFERRED, CHANGE_CASE),
    Step("stop", "依法终止", (CaseState.REGISTERED, *RUNNING), CaseState.ENDED, CHANGE_CASE),
    Step("close", "结案", TO_CLOSE, CaseState.CLOSED, CHANGE_CASE),
    Step("reopen", "重新办理", TO_REOPEN, CaseState.ACCEPTED, CHANGE_CASE),
    field="state",
)

NOT_KEPT = (PromiseState.PARTLY, PromiseState.BROKEN)
promise_flow = Flow(
    Step("keep", "记为已履行", (PromiseState.OPEN, *NOT_KEPT), PromiseState.KEPT, CHANGE_CASE),
    Step("part", "记为部分履行", (PromiseState.OPEN, PromiseState.BROKEN), PromiseState.PARTLY, CHANGE_CASE),
    Step("miss", "记为没有履行", (PromiseState.OPEN,), PromiseState.BROKEN, CHANGE_CASE),
    field="state",
)

confirm_flow = Flow(
    Step("accept", "法院受理", (ConfirmState.APPLIED,), ConfirmState.ACCEPTED, CHANGE_CASE),
    Step("confirm", "裁定有效", (ConfirmState.ACCEPTED,), ConfirmState.CONFIRMED, CHANGE_CASE),
    Step("refuse", "不予受理、驳回", (ConfirmState.APPLIED, ConfirmState.ACCEPTED), ConfirmState.REFUSED, CHANGE_CASE),
    field="state",
)
