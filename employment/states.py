"""Tones of the chips that tell where something stands."""

from employment.enums import SeekerState

SEEKER_TONES = {
    SeekerState.REGISTERED: "warn",
    SeekerState.ACTIVE: "info",
    SeekerState.EMPLOYED: "ok",
    SeekerState.STABLE: "ok",
    SeekerState.PAUSED: "quiet",
    SeekerState.CLOSED: "quiet",
}
