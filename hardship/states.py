"""Tones of the chips that tell where something stands."""

from hardship.enums import DeliveryState, PairingState, RequestState, RoundState

GIFT_TONES = {
    DeliveryState.PLEDGED: "warn",
    DeliveryState.APPROVED: "info",
    DeliveryState.DELIVERED: "warn",
    DeliveryState.RECEIPTED: "ok",
    DeliveryState.THANKED: "ok",
    DeliveryState.CANCELLED: "quiet",
}
PAIR_TONES = {
    PairingState.WAITING: "warn",
    PairingState.ACTIVE: "ok",
    PairingState.ENDED: "quiet",
    PairingState.REFUSED: "quiet",
}
ASK_TONES = {
    RequestState.OPEN: "warn",
    RequestState.APPROVED: "ok",
    RequestState.REFUSED: "quiet",
    RequestState.WITHDRAWN: "quiet",
}
ROUND_TONES = {
    RoundState.DRAFT: "warn",
    RoundState.ASKED: "warn",
    RoundState.APPROVED: "info",
    RoundState.RUNNING: "ok",
    RoundState.FINISHED: "quiet",
    RoundState.CANCELLED: "quiet",
}
