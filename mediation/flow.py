"""Steps of a lead and of a case (handbook 7.3, 7.5); only the flow writes their state."""

from fedhub.core.flow import Flow, Step
from mediation.enums import RUNNING, CaseState, LeadState

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
    Step("refer", "转有关部门", (CaseState.REGISTERED, *RUNNING), CaseState.REFERRED, CHANGE_CASE),
    field="state",
)
