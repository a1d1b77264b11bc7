"""Colours of the states of activities and of the names on their lists."""

from groups.activity_enums import ActivityState, EntryState

ACTIVITY_TONES = {
    ActivityState.PLANNED: "warn",
    ActivityState.OPEN: "info",
    ActivityState.HELD: "ok",
    ActivityState.SUMMED: "ok",
    ActivityState.CANCELLED: "quiet",
}
ENTRY_TONES = {
    EntryState.IN: "info",
    EntryState.WAITING: "warn",
    EntryState.CAME: "ok",
    EntryState.CANCELLED: "quiet",
}
