"""What she is told before she agrees that a picture of her is shown in public (妇女权益保障法 art. 28). A changed text is a new
version; earlier ones stay, so that what somebody agreed to can still be read."""

TEXTS = {
    "1": "同意的话，这场活动的照片里有您的，社区妇联可以放在居民端和活动记录里给人看；不用来做广告，不写您的姓名、住址。"
    "不同意不影响参加，随时可以撤回，撤回以后有您的照片马上不再公开。",
}
VERSION = "1"
WORDS = TEXTS[VERSION]
