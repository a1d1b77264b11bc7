"""Tones of the chips that tell where something stands."""

from django.utils import timezone

from hardship.enums import DeliveryState, Fit, NoticeState, PairingState, RequestState, RoundState

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
FIT_TONES = {Fit.MAY: "ok", Fit.UNKNOWN: "warn", Fit.HELD: "info", Fit.NOT: "quiet"}


def notice_state(notice):
    """`(tone, words)` of a public notice today: one that was published ends by itself."""
    if notice.state == NoticeState.DRAFT:
        return "warn", "待发布"
    if notice.state == NoticeState.WITHDRAWN:
        return "quiet", "已撤下"
    if notice.until < timezone.localdate():
        return "quiet", "已期满"
    if notice.file.guarded or notice.file.closed_on or notice.consent.resident_id != notice.file.subject_id:
        return "bad", "档案变了，不公开"
    return ("ok", "公示中") if notice.consent.in_force() else ("bad", "同意已经没有，不公开")


ROUND_TONES = {
    RoundState.DRAFT: "warn",
    RoundState.ASKED: "warn",
    RoundState.APPROVED: "info",
    RoundState.RUNNING: "ok",
    RoundState.FINISHED: "quiet",
    RoundState.CANCELLED: "quiet",
}
