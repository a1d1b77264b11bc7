"""Tones of the chips of events and sign-ups."""

from employment.event_enums import EventState, IntentionKind, SignupState

EVENT_TONES = {
    EventState.DRAFT: "warn",
    EventState.OPEN: "ok",
    EventState.ENDED: "quiet",
    EventState.CANCELLED: "bad",
}
SIGNUP_TONES = {
    SignupState.IN: "ok",
    SignupState.WAITING: "warn",
    SignupState.OFFERED: "info",
    SignupState.CANCELLED: "quiet",
    SignupState.LAPSED: "quiet",
    SignupState.MERGED: "quiet",
}
INTENTION_TONES = {IntentionKind.CV: "info", IntentionKind.INTENT: "ok"}
