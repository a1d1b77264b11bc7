"""When a group meets next, read from its rhythm. Pure."""

import re
from datetime import datetime, time, timedelta

DAYS = {sign: place for place, sign in enumerate("一二三四五六日")} | {"天": 6}
WEEKLY = re.compile(r"每(?:周|星期|个?礼拜)([一二三四五六日天])\D{0,6}?(\d{1,2})(?:[:：](\d{2})|点(半)?)")


def weekly(text):
    """`(weekday from Monday 0, time)` of "每周四 19:00"; None for what says no one day and hour a week."""
    found = WEEKLY.search(text)
    if found is None:
        return None
    hour, minute = int(found[2]), int(found[3] or 0) or (30 if found[4] else 0)
    if any(word in text for word in ("下午", "晚")) and hour < 12:
        hour += 12
    return (DAYS[found[1]], time(hour, minute)) if hour < 24 and minute < 60 else None


def next_moment(text, now):
    """The next moment (as naive local time) after the naive local `now` that the rhythm `text` names; None when it names none."""
    found = weekly(text)
    if found is None:
        return None
    day, at = found
    moment = datetime.combine(now.date() + timedelta(days=(day - now.weekday()) % 7), at)
    return moment if moment > now else moment + timedelta(days=7)
