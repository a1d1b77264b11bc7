"""Colours of what stands on a backbone woman's page."""

from groups.backbone_enums import BackboneLevel, Grade, SuccessorState, TaskState

TASK_TONES = {
    TaskState.OPEN: "info",
    TaskState.SAID: "warn",
    TaskState.DECLINED: "bad",
    TaskState.DONE: "ok",
    TaskState.CANCELLED: "quiet",
}
SUCCESSOR_TONES = {
    SuccessorState.PROPOSED: "info",
    SuccessorState.AGREED: "ok",
    SuccessorState.REFUSED: "quiet",
    SuccessorState.TAKEN: "ok",
    SuccessorState.DROPPED: "quiet",
}
GRADE_TONES = {Grade.EXCELLENT: "ok", Grade.GOOD: "ok", Grade.BASIC: "warn", Grade.POOR: "bad"}
LEVEL_TONES = {
    BackboneLevel.COMMUNITY: "",
    BackboneLevel.STREET: "info",
    BackboneLevel.DISTRICT: "accent",
    BackboneLevel.CITY: "accent",
}
