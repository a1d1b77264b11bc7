"""Colours of states on the pages."""

from groups.enums import GroupState, MemberState, Present, ServiceState, VolunteerState

GROUP_TONES = {GroupState.ACTIVE: "ok", GroupState.RESTING: "warn", GroupState.ENDED: "quiet"}
MEMBER_TONES = {
    MemberState.ASKED: "info",
    MemberState.ACTIVE: "ok",
    MemberState.REFUSED: "bad",
    MemberState.WITHDRAWN: "quiet",
    MemberState.LEFT: "quiet",
}
PRESENT_TONES = {Present.CAME: "ok", Present.LATE: "warn", Present.EXCUSED: "quiet", Present.ABSENT: "bad"}
VOLUNTEER_TONES = {
    VolunteerState.PENDING: "info",
    VolunteerState.ACTIVE: "ok",
    VolunteerState.PAUSED: "warn",
    VolunteerState.LEFT: "quiet",
    VolunteerState.REFUSED: "bad",
}
SERVICE_TONES = {
    ServiceState.OPEN: "info",
    ServiceState.RECORDED: "warn",
    ServiceState.CONFIRMED: "info",
    ServiceState.COUNTED: "ok",
    ServiceState.VOID: "quiet",
}
