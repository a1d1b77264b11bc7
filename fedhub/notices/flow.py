"""The way of one message: taken by a worker, sent, tried again, handed to a person, told, stopped."""

from fedhub.core.flow import Flow, Step
from fedhub.notices.enums import State

VIEW, CHANGE = "notices.view_message", "notices.change_message"
S = State

message_flow = Flow(
    # What the worker does.
    Step("take", "取走", (S.WAITING,), S.SENDING, CHANGE),
    Step("send", "记为已发", (S.SENDING,), S.SENT, CHANGE),
    Step("wait", "放回去", (S.SENDING,), S.WAITING, CHANGE),
    Step("fail", "记为没发出去", (S.SENDING,), S.FAILED, CHANGE),
    Step("hand", "交给人工", (S.SENDING,), S.HUMAN, CHANGE),
    # It was taken, and she is not to be written to any more.
    Step("drop", "停发", (S.SENDING,), S.STOPPED, CHANGE),
    # The carrier took it, and reports afterwards that it did not arrive.
    Step("bounce", "记为没送到", (S.SENT,), S.HUMAN, CHANGE),
    # She opened it on her own page: nobody has to tell her any more.
    Step("see", "记为本人看过", (S.WAITING, S.FAILED, S.HUMAN), S.SENT, VIEW),
    # What people do.
    Step("resend", "再发", (S.FAILED, S.HUMAN), S.WAITING, CHANGE),
    Step("tell", "记为已告知", (S.FAILED, S.HUMAN), S.TOLD, CHANGE),
    Step("stop", "停发", (S.WAITING, S.FAILED, S.HUMAN), S.STOPPED, CHANGE),
    field="state",
)
