"""Tones of the chips that tell where something stands."""

from employment.after import FollowUpState
from employment.business import StartupState
from employment.enums import ApplicationState, EmployerState, PostState, SeekerState

SEEKER_TONES = {
    SeekerState.REGISTERED: "warn",
    SeekerState.ACTIVE: "info",
    SeekerState.EMPLOYED: "ok",
    SeekerState.STABLE: "ok",
    SeekerState.PAUSED: "quiet",
    SeekerState.CLOSED: "quiet",
}
EMPLOYER_TONES = {EmployerState.NEW: "warn", EmployerState.CHECKED: "ok", EmployerState.SUSPENDED: "bad"}
POST_TONES = {
    PostState.DRAFT: "warn",
    PostState.OPEN: "ok",
    PostState.HIDDEN: "warn",
    PostState.FILLED: "info",
    PostState.SUSPENDED: "bad",
    PostState.CLOSED: "quiet",
}
APPLICATION_TONES = {
    ApplicationState.RECOMMENDED: "info",
    ApplicationState.INTERVIEWING: "info",
    ApplicationState.POOL: "warn",
    ApplicationState.HIRED: "ok",
    ApplicationState.REFUSED: "quiet",
    ApplicationState.ELSEWHERE: "ok",
    ApplicationState.WITHDRAWN: "quiet",
}
FOLLOW_UP_TONES = {
    FollowUpState.DUE: "warn",
    FollowUpState.DONE: "ok",
    FollowUpState.DROPPED: "quiet",
}
STARTUP_TONES = {StartupState.RUNNING: "ok", StartupState.ENDED: "quiet"}
