"""Steps of a survey; only a flow writes a status."""

from fedhub.core.flow import Flow, Step
from surveys.enums import Status

COLLECTED = (Status.CLOSED, Status.TOLD)

survey_flow = Flow(
    Step("submit", "送审", (Status.DRAFT,), Status.REVIEW, "surveys.change_survey"),
    Step("return", "退回修改", (Status.REVIEW,), Status.DRAFT, "surveys.publish_survey"),
    Step("publish", "发布", (Status.REVIEW,), Status.OPEN, "surveys.publish_survey"),
    Step("pause", "暂停收集", (Status.OPEN,), Status.PAUSED, "surveys.change_survey"),
    Step("resume", "继续收集", (Status.PAUSED,), Status.OPEN, "surveys.change_survey"),
    Step("close", "结束收集", (Status.OPEN, Status.PAUSED), Status.CLOSED, "surveys.change_survey"),
    Step("tell", "公布结果", (Status.CLOSED,), Status.TOLD, "surveys.publish_survey"),
    Step("untell", "撤下结果", (Status.TOLD,), Status.CLOSED, "surveys.publish_survey"),
    Step("archive", "归档", COLLECTED, Status.ARCHIVED, "surveys.publish_survey"),
    Step("drop", "作废", (Status.DRAFT, Status.REVIEW), Status.DROPPED, "surveys.change_survey"),
)
