"""Steps of a visit task, of a campaign and of leave to open a child's facts; only a flow writes their states."""

from fedhub.core.flow import Flow, Step
from households.enums import AccessState, CampaignState, TaskState

ENDED = (TaskState.DONE, TaskState.CANCELLED)

task_flow = Flow(
    Step("finish", "完成", (TaskState.OPEN,), TaskState.DONE, "grids.add_visit"),
    Step("cancel", "取消", (TaskState.OPEN,), TaskState.CANCELLED, "households.change_visittask"),
    Step("reopen", "恢复", ENDED, TaskState.OPEN, "households.change_visittask"),
    field="state",
)

campaign_flow = Flow(
    Step("start", "开始", (CampaignState.DRAFT,), CampaignState.RUNNING, "households.change_campaign"),
    Step("close", "结束", (CampaignState.RUNNING,), CampaignState.CLOSED, "households.change_campaign"),
    Step("drop", "放弃", (CampaignState.DRAFT,), CampaignState.CLOSED, "households.change_campaign"),
    field="state",
)

APPROVE_ACCESS = "households.approve_minoraccess"
access_flow = Flow(
    Step("grant", "同意", (AccessState.ASKED,), AccessState.GRANTED, APPROVE_ACCESS),
    Step("refuse", "不同意", (AccessState.ASKED,), AccessState.REFUSED, APPROVE_ACCESS),
    Step("end", "收回", (AccessState.GRANTED,), AccessState.ENDED, APPROVE_ACCESS),
    field="state",
)
