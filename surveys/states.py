"""States of a survey as pages show them."""

from surveys.enums import Status

TONES = {
    Status.OPEN: "ok", Status.PAUSED: "warn", Status.CLOSED: "info", Status.TOLD: "accent", Status.ARCHIVED: "quiet",
}  # fmt: skip
# Those that are or were out.
OUT = tuple(TONES)
