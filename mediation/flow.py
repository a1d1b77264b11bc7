"""Steps of a lead (handbook 7.3, 7.5); only the flow writes its state."""

from fedhub.core.flow import Flow, Step
from mediation.enums import LeadState

CHANGE = "mediation.change_lead"

lead_flow = Flow(
    Step("confirm", "上门核实", (LeadState.NEW,), LeadState.CONFIRMED, CHANGE),
    Step("drop", "核实没有纠纷", (LeadState.NEW,), LeadState.DROPPED, CHANGE),
    Step("refer", "转有关部门", (LeadState.NEW, LeadState.CONFIRMED), LeadState.REFERRED, CHANGE),
    Step("close", "化解", (LeadState.CONFIRMED,), LeadState.CLOSED, CHANGE),
    Step("reopen", "重新办理", (LeadState.CLOSED,), LeadState.CONFIRMED, CHANGE),
    field="state",
)
