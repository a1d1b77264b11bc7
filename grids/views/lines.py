"""The lines of today's list and of the route: the markup of each cell, made here so that the template (`{% lines %}`) only
places it."""

from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.utils import timezone
from django.utils.safestring import SafeString

from fedhub.core.templatetags.ui import chip, icon

# A page says "7 天" and "今天" many times.
_chip = lru_cache(maxsize=500)(chip)
SEP = '<span class="wf-sep">·</span>'
NOTHING, LIST_END = SafeString(""), SafeString("</ul>")


class TodayLine(NamedTuple):
    """One line of the list, all markup."""

    url: str
    mark: str
    title: str
    when: str
    why: str
    facts: str
    promise: str
    hint: str
    score: str


class StopLine(NamedTuple):
    """One door of the route, all markup; `head` and `foot` begin and end the list of a building."""

    url: str
    mark: str
    door: str
    title: str
    why: str
    promise: str
    state: str
    head: str = NOTHING
    foot: str = NOTHING


def today_lines(entries):
    """TodayLine of each of `entries` (today.Entry)."""
    day = timezone.localdate()
    return [_line(entry, day) for entry in entries]


def _line(entry, day):
    if entry.late > 0:
        when = _chip("bad", entry.when)
    elif entry.late == 0 and entry.kind != "visit":
        when = _chip("warn", "今天")
    else:
        when = SafeString(f'<span class="wf-mute">{"" if entry.kind == "visit" else entry.when}</span>')
    why = SEP.join(escape(text) for text in (entry.place, entry.reason) if text)
    return TodayLine(
        entry.url,
        SafeString(escape(entry.mark)) if entry.mark else icon("ask"),
        SafeString(escape(entry.title)),
        when,
        SafeString(why),
        _sub(SEP.join(facts_of(entry, day))) if entry.kind == "home" else NOTHING,
        _sub(f"上次答应：{escape(entry.promise)}") if entry.promise else NOTHING,
        _sub(escape(entry.hint)) if entry.hint else NOTHING,
        _score(entry),
    )


def facts_of(entry, day):
    """Markup of what is known of a family: last visit, visits this month, the last day in time, open concerns."""
    found = [f"{(day - entry.last_on).days} 天前走访过" if entry.last_on else "还没走访过"]
    if entry.month_visits:
        found.append(f"本月 {entry.month_visits} 次")
    if entry.over:
        found.append('<span class="wf-over">已超期限</span>')
    elif entry.latest and entry.latest != entry.due:
        found.append(f"最晚 {entry.latest.month}月{entry.latest.day}日")
    if entry.concerns:
        found.append(f"诉求 {entry.concerns} 件没办完")
    return found


def _sub(text):
    return SafeString(f'<span class="wf-row-sub">{text}</span>')


def _score(entry):
    if not entry.parts:
        return NOTHING
    parts = "".join(f"<li>{escape(part.label)}<b>{part.points:+d}</b></li>" for part in entry.parts)
    return SafeString(
        f'<details class="wf-weigh"><summary>轻重 {entry.score} 分<span class="wf-sr">，{escape(entry.title)}</span>'
        f"</summary><ul>{parts}</ul></details>"
    )


def route_lines(buildings):
    """StopLine of each door of `buildings` (route.Building)."""
    found = []
    for building in buildings:
        lines = _stop_lines(building.stops)
        left = f"{building.left} 户" if building.left else "走完了"
        lines[0] = lines[0]._replace(head=SafeString(
            f'<h2 class="wf-phone-title"><span>{escape(building.label)}</span><span>{left}</span></h2><ul class="wf-list">'
        ))  # fmt: skip
        lines[-1] = lines[-1]._replace(foot=LIST_END)
        found += lines
    return found


def _stop_lines(stops):
    lines = []
    for stop in stops:
        home, entry = stop.home, stop.entry
        door = "-".join(part for part in (home["stair"], home["room"]) if part) or home["address"] or home["number"]
        if stop.done:
            state = _chip("ok" if stop.done == "已走访" else "warn", stop.done)
        else:
            state = _chip("bad", entry.when) if entry.late > 0 else SafeString(entry.when)
        lines.append(StopLine(
            stop.url, SafeString(" data-done") if stop.done else NOTHING, SafeString(escape(door)),
            SafeString(escape(stop.title)), SafeString(escape(entry.reason) if entry else "今天去过"),
            _sub(f"上次答应：{escape(entry.promise)}") if entry and entry.promise else NOTHING, state,
        ))  # fmt: skip
    return lines
