"""Steps of the tasks of backbone women and of the list of successors; only a flow writes a state."""

from fedhub.core.flow import Flow, Step
from groups.backbone_enums import PENDING, STANDING, SuccessorState, TaskState

GIVE, NAME = "groups.add_backbonetask", "groups.change_successor"

task_flow = Flow(
    Step("say", "说已办好", (TaskState.OPEN,), TaskState.SAID, GIVE),
    Step("decline", "不接", (TaskState.OPEN,), TaskState.DECLINED, GIVE),
    Step("again", "再请她办", (TaskState.SAID, TaskState.DECLINED), TaskState.OPEN, GIVE),
    Step("done", "登记办好", (TaskState.OPEN, TaskState.SAID), TaskState.DONE, GIVE),
    Step("cancel", "取消", PENDING, TaskState.CANCELLED, GIVE),
    field="state",
)

successor_flow = Flow(
    Step("agree", "列入后备", (SuccessorState.PROPOSED,), SuccessorState.AGREED, NAME),
    Step("refuse", "不同意", (SuccessorState.PROPOSED,), SuccessorState.REFUSED, NAME),
    Step("take", "登记接任", (SuccessorState.AGREED,), SuccessorState.TAKEN, NAME),
    Step("drop", "不再作后备", STANDING, SuccessorState.DROPPED, NAME),
    field="state",
)
