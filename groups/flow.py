"""Steps of groups and of places in them; only a flow writes a state."""

from fedhub.core.flow import Flow, Step
from groups.enums import GroupState, MemberState

CHANGE, PLACE = "groups.change_group", "groups.change_member"
RUNNING = (GroupState.ACTIVE, GroupState.RESTING)

group_flow = Flow(
    Step("rest", "暂停活动", (GroupState.ACTIVE,), GroupState.RESTING, CHANGE),
    Step("resume", "恢复活动", (GroupState.RESTING,), GroupState.ACTIVE, CHANGE),
    Step("end", "解散", RUNNING, GroupState.ENDED, CHANGE),
    Step("revive", "重新成立", (GroupState.ENDED,), GroupState.ACTIVE, CHANGE),
    field="state",
)

member_flow = Flow(
    Step("accept", "同意加入", (MemberState.ASKED,), MemberState.ACTIVE, PLACE),
    Step("refuse", "不同意", (MemberState.ASKED,), MemberState.REFUSED, PLACE),
    Step("withdraw", "撤回申请", (MemberState.ASKED,), MemberState.WITHDRAWN, PLACE),
    Step("leave", "退出", (MemberState.ACTIVE,), MemberState.LEFT, PLACE),
    field="state",
)
