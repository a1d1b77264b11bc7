"""Steps of a hardship file (handbook 4.5); only the flow writes its state."""

from fedhub.core.flow import Flow, Step
from hardship.enums import DeliveryState, FileState, PairingState, ReopenState, RequestState, RoundState

CHANGE = "hardship.change_hardshipfile"
APPROVE = "hardship.approve_hardshipfile"

file_flow = Flow(
    Step("check", "初核", (FileState.FOUND, FileState.RETURNED), FileState.CHECKED, CHANGE),
    Step("propose", "提交审核", (FileState.CHECKED,), FileState.PROPOSED, CHANGE),
    Step("approve", "同意建档", (FileState.PROPOSED,), FileState.ACTIVE, APPROVE),
    Step("return", "退回补充", (FileState.PROPOSED,), FileState.RETURNED, APPROVE),
    Step("drop", "不予建档", (FileState.FOUND, FileState.CHECKED, FileState.RETURNED), FileState.CLOSED, CHANGE),
    Step("propose_exit", "提出退出", (FileState.ACTIVE,), FileState.EXITING, CHANGE),
    Step("keep", "不同意退出", (FileState.EXITING,), FileState.ACTIVE, APPROVE),
    Step("watch", "转入稳定观察", (FileState.EXITING,), FileState.WATCHED, APPROVE),
    Step("relapse", "返困，恢复帮扶", (FileState.WATCHED,), FileState.ACTIVE, APPROVE),
    Step("close", "退出结案", (FileState.EXITING, FileState.WATCHED), FileState.CLOSED, APPROVE),
    Step("reopen", "恢复建档", (FileState.CLOSED,), FileState.CHECKED, CHANGE),
    field="state",
)

DELIVER, DECIDE = "hardship.hand_delivery", "hardship.approve_delivery"
GIVEN = (DeliveryState.DELIVERED, DeliveryState.RECEIPTED, DeliveryState.THANKED)

delivery_flow = Flow(
    Step("approve", "同意发放", (DeliveryState.PLEDGED,), DeliveryState.APPROVED, DECIDE),
    Step("deliver", "登记发放", (DeliveryState.APPROVED,), DeliveryState.DELIVERED, DELIVER),
    Step("receipt", "登记签收", (DeliveryState.DELIVERED,), DeliveryState.RECEIPTED, DELIVER),
    Step("thank", "已致谢", (DeliveryState.RECEIPTED,), DeliveryState.THANKED, "hardship.change_delivery"),
    Step("cancel", "取消", (DeliveryState.PLEDGED, DeliveryState.APPROVED), DeliveryState.CANCELLED, DELIVER),
    Step("reverse", "冲正（发错了）", GIVEN, DeliveryState.CANCELLED, DECIDE),
    field="state",
)

ROUND = "hardship.change_giftround"

round_flow = Flow(
    Step("ask", "提交审批", (RoundState.DRAFT,), RoundState.ASKED, ROUND),
    Step("return", "退回修改", (RoundState.ASKED,), RoundState.DRAFT, DECIDE),
    Step("approve", "同意", (RoundState.ASKED,), RoundState.APPROVED, DECIDE),
    Step("start", "开始发放", (RoundState.APPROVED,), RoundState.RUNNING, DECIDE),
    Step("finish", "办结", (RoundState.RUNNING,), RoundState.FINISHED, ROUND),
    Step("cancel", "取消", (RoundState.DRAFT, RoundState.ASKED), RoundState.CANCELLED, ROUND),
    field="state",
)

reopen_flow = Flow(
    Step("grant", "同意重开", (ReopenState.ASKED,), ReopenState.GRANTED, DECIDE),
    Step("refuse", "不同意", (ReopenState.ASKED,), ReopenState.REFUSED, DECIDE),
    field="state",
)

pairing_flow = Flow(
    Step("sign", "签字同意", (PairingState.WAITING,), PairingState.ACTIVE, "hardship.sign_pairing"),
    Step("refuse", "不同意", (PairingState.WAITING,), PairingState.REFUSED, "hardship.sign_pairing"),
    Step(
        "end", "结束结对", (PairingState.WAITING, PairingState.ACTIVE), PairingState.ENDED, "hardship.change_pairing"
    ),
    field="state",
)

request_flow = Flow(
    Step("approve", "同意", (RequestState.OPEN,), RequestState.APPROVED, "hardship.decide_changerequest"),
    Step("refuse", "不同意", (RequestState.OPEN,), RequestState.REFUSED, "hardship.decide_changerequest"),
    Step("withdraw", "撤回", (RequestState.OPEN,), RequestState.WITHDRAWN, "hardship.add_changerequest"),
    field="state",
)
