"""How states of surveys look on pages."""

from surveys.enums import Status

TONES = {
    Status.DRAFT: "",
    Status.REVIEW: "warn",
    Status.OPEN: "ok",
    Status.PAUSED: "warn",
    Status.CLOSED: "info",
    Status.TOLD: "info",
    Status.ARCHIVED: "quiet",
    Status.DROPPED: "quiet",
}
# Those that are or were out.
OUT = (Status.OPEN, Status.PAUSED, Status.CLOSED, Status.TOLD, Status.ARCHIVED)
# The way of a survey as a line of steps.
WAY = [
    (Status.DRAFT, "写问卷"),
    (Status.REVIEW, "审核"),
    (Status.OPEN, "收集"),
    (Status.CLOSED, "结束"),
    (Status.TOLD, "公布结果"),
    (Status.ARCHIVED, "归档"),
]


def way_of(survey):
    """Items of the life cycle line (component `steps`) of a survey."""
    status = Status.OPEN if survey.status == Status.PAUSED else survey.status
    order = [one for one, _ in WAY]
    here = order.index(status) if status in order else -1
    states = ["done" if place < here else "now" if place == here else "" for place in range(len(WAY))]
    return [{"label": label, "state": state} for (_, label), state in zip(WAY, states, strict=True)]


def chip_of(survey):
    """(tone, word) of its status."""
    return TONES[survey.status], survey.get_status_display()
