"""Colours of the states of needs and offers on the pages."""

from groups.need_enums import NeedState, OfferState, RecordKind

NEED_TONES = {
    NeedState.OPEN: "warn",
    NeedState.OFFERED: "info",
    NeedState.AGREED: "info",
    NeedState.SERVING: "ok",
    NeedState.DONE: "quiet",
    NeedState.WITHDRAWN: "quiet",
    NeedState.EXPIRED: "bad",
}
OFFER_TONES = {
    OfferState.ASKED: "info",
    OfferState.ACCEPTED: "warn",
    OfferState.AGREED: "ok",
    OfferState.DECLINED: "quiet",
    OfferState.REFUSED: "quiet",
    OfferState.TAKEN_BACK: "quiet",
    OfferState.LAPSED: "quiet",
    OfferState.DONE: "ok",
}
RECORD_TONES = {RecordKind.TRAINING: "info", RecordKind.HONOUR: "ok", RecordKind.RATING: "quiet"}
