"""The menu of the staff pages: each app registers its entries; the page shows those the user may open."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from fedhub.core.addresses import page_url
from fedhub.core.registry import Registry

# Groups of the rail in the federation's own words: key, label, icon.
GROUPS = [
    ("desk", "工作台", "home"),
    ("visits", "走访", "door"),
    ("family", "家庭与居民", "family"),
    ("hardship", "困难帮扶", "heart"),
    ("posts", "网格与履职", "me"),
    ("concerns", "诉求", "ask"),
    ("surveys", "问卷", "survey"),
    ("council", "议事会", "council"),
    ("mediation", "调解微家", "mediate"),
    ("employment", "就业", "work"),
    ("groups", "队伍与活动", "team"),
    ("ledgers", "台账与报表", "book"),
    ("settings", "设置", "gear"),
]


@dataclass(frozen=True)
class Entry:
    """One page in the menu. `permission` None: everybody signed in. `count(user)` gives a number or None; where `shown()` is
    False the office does not use the page."""

    key: str
    group: str
    label: str
    url_name: str
    permission: str | None
    order: int = 50
    count: Callable | None = None
    shown: Callable | None = None


menu = Registry()
_counts = {}


def count_for(entry, user):
    """The entry's number for `user`, at most MENU_COUNT_SECONDS old: it stands on every page and costs a query."""
    now = time.monotonic()
    made, number = _counts.get((entry.key, user.pk), (None, None))
    if made is None or now - made >= settings.MENU_COUNT_SECONDS:
        if len(_counts) > 1000:
            _counts.clear()
        number = entry.count(user)
        _counts[entry.key, user.pk] = (now, number)
    return number


@lru_cache(maxsize=200)
def entries_for(permissions):
    """`[(key, label, icon, [(entry, address)])]`: the groups of those who hold `permissions` (a frozenset)."""
    found = []
    for key, label, icon in GROUPS:
        own = [e for e in menu if e.group == key and (e.permission is None or e.permission in permissions)]
        if own:
            found.append((key, label, icon, [(entry, page_url(entry.url_name)) for entry in own]))
    return found


def menu_for(user, path):
    """Groups with the entries `user` may open, as dicts for templates (label, icon, url, current, count, children); of all
    entries that `path` lies below the one with the longest address is current."""
    groups, chosen = [], ""
    for key, label, icon, entries in entries_for(user.permissions):
        children = [
            {"label": e.label, "url": url, "count": count_for(e, user) if e.count else None}
            for e, url in entries
            if e.shown is None or e.shown()
        ]
        above = (c["url"] for c in children if path == c["url"] or (c["url"] != "/" and path.startswith(c["url"])))
        chosen = max(chosen, *above, "", key=len)
        groups.append(
            {
                "key": key,
                "label": label,
                "icon": icon,
                "url": children[0]["url"],
                "count": next((c["count"] for c in children if c["count"]), None),
                "children": children,
            }
        )
    for group in groups:
        for child in group["children"]:
            child["current"] = bool(chosen) and child["url"] == chosen
        group["current"] = any(child["current"] for child in group["children"])
        if len(group["children"]) == 1:
            group["children"] = []
    return groups
