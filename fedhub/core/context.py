"""What every page needs: menu, names, type size, banners, idle time."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from fedhub.core.addresses import page_url
from fedhub.core.banners import banners_for
from fedhub.core.menu import entries_for, menu_for

# Label, icon, address, permission, and the group of the menu whose pages it stands for.
BOTTOM = [
    ("今日", "cal", "grids:today", "grids.add_visit", "visits"),
    ("家庭", "family", "households:household_list", "households.view_household", "family"),
    ("记走访", "pen", "grids:visit_pick", "grids.add_visit", None),
    ("我的", "me", "accounts:me", None, None),
]


def _bottom_menu(user, path):
    """The bar of the phone as dicts; the one is current that knows the longest address which `path` lies below: visit
    tasks live below the families but belong to today."""
    groups = {key: entries for key, _, _, entries in entries_for(user.permissions)}
    items, longest = [], {}
    for label, icon, url_name, permission, group in BOTTOM:
        if permission is None or user.has_perm(permission):
            url = page_url(url_name)
            known = [url, *(address for _, address in groups.get(group, []))]
            longest[url] = max((len(address) for address in known if path.startswith(address)), default=0)
            items.append({"label": label, "icon": icon, "url": url})
    most = max(longest.values(), default=0)
    return [item | {"current": bool(most) and longest[item["url"]] == most} for item in items]


def page(request):
    """Context of staff and plain pages; values are computed only when the template asks.

    Who must set up a second factor first (`must_enrol`) gets neither menu nor banners nor the office's name.
    """
    user = getattr(request, "user", None)
    context = {
        "type_size": "large" if request.COOKIES.get("type_size") == "large" else "",
        "demo": settings.DEMO,
        "site_name": getattr(request, "site_name", None) or "社区妇联",
        "site_note": "工作平台",
    }
    if user is None or not user.is_authenticated:
        return context
    if getattr(request, "must_enrol", False):
        return context | {"must_enrol": True, "idle_seconds": request.idle_seconds}
    return context | {
        "menu": SimpleLazyObject(lambda: menu_for(user, request.path)),
        "bottom_menu": SimpleLazyObject(lambda: _bottom_menu(user, request.path)),
        "site_name": user.home_office() or "社区妇联",
        "site_note": "、".join(user.role_labels[:2]),
        "banners": SimpleLazyObject(lambda: banners_for(request)),
        "idle_seconds": getattr(request, "idle_seconds", settings.IDLE_SECONDS_DESK),
    }
