"""Steps of a concern; `walk` is the only writer of its status."""

from concerns.enums import Status
from fedhub.core.flow import Flow, Step

OPEN = (Status.NEW, Status.ACCEPTED, Status.ASSIGNED)

concern_flow = Flow(
    Step("accept", "受理", (Status.NEW,), Status.ACCEPTED, "concerns.assign_concern"),
    Step("assign", "交办", OPEN, Status.ASSIGNED, "concerns.assign_concern"),
    Step("finish", "办理完", (Status.ACCEPTED, Status.ASSIGNED), Status.DONE, "concerns.answer_concern"),
    Step("answer", "答复", (*OPEN, Status.DONE, Status.ANSWERED), Status.ANSWERED, "concerns.answer_concern"),
    Step("close", "办结", (Status.ANSWERED,), Status.CLOSED, "concerns.close_concern"),
    Step("settle", "当场办结", (Status.NEW,), Status.CLOSED, "concerns.add_concern"),
    Step("withdraw", "撤回", (*OPEN, Status.DONE), Status.CLOSED, "concerns.close_concern"),
)
