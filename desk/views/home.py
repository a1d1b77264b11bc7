"""The staff home, the search, the large-type switch, the component gallery."""

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from desk.gallery import sample
from desk.queries import grid_coverage, month_figures, more_todos, todos, topic_heat
from fedhub.core.access import PUBLIC, SIGNED_IN
from fedhub.core.text import chinese_date
from fedhub.core.views import SearchView, StaffPage
from fedhub.reference.lookup import rule
from households.queries import search

TODO_KINDS = [
    ("", "全部"), ("visit", "走访"), ("escalated", "逾期报主席"), ("approval", "审批"), ("concern", "诉求"),
    ("unheard", "首次答复"), ("referral", "催办"), ("change", "变化"), ("decide", "帮扶审批"), ("aid", "帮扶提醒"),
    ("action", "议事会交办"), ("vote", "投票"), ("meeting", "会议"), ("topic", "议题筛选"), ("topic_reply", "答复提议人"),
    ("council_late", "议事会逾期"), ("backbone", "骨干任务"), ("message", "消息"), ("secret", "受限"),
]  # fmt: skip


def day_with_week(day):
    """2024年6月30日 星期日."""
    return f"{chinese_date(day)} 星期{'一二三四五六日'[day.weekday()]}"


class Home(StaffPage):
    """工作台: what must I do today, then what happened this month."""

    permission = SIGNED_IN
    title = "工作台"
    template_name = "desk/home.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        kind = self.request.GET.get("kind", "")
        rows, counts = todos(user, only_mine="mine" in self.request.GET)
        total = sum(counts.values())
        groups = [("late", "已逾期"), ("today", "今天"), ("week", "七天内")]
        segments = [
            {
                "label": label,
                "count": counts.get(key, 0) if key else total,
                "url": f"?kind={key}",
                "current": key == kind,
            }
            for key, label in TODO_KINDS
            if not key or counts.get(key)
        ]
        chosen = [row for row in rows if not kind or row.kind == kind]
        context = {
            "groups": [(key, label, [r for r in chosen if r.when == key]) for key, label in groups],
            "segments": segments,
            "more": more_todos(chosen, {kind: counts.get(kind, 0)} if kind else counts, user),
            "total": total,
            "meta": [day_with_week(timezone.localdate()), f"有 {total} 件待办" if total else ""],
            "may_raise": user.has_perm("concerns.add_concern"),
            "may_visit": user.has_perm("grids.add_visit"),
        }
        if user.has_perm("households.view_household"):
            context |= {
                "tiles": month_figures(user), "heat": topic_heat(user), "coverage": grid_coverage(user),
                "least": rule("small_number"),
            }  # fmt: skip
        return super().get_context_data(**context, **kwargs)


class Search(SearchView):
    """Name, pinyin initials, phone tail, identity number, address part or household number."""

    permission = "households.view_resident"
    title = "搜索"
    template_name = "desk/search.html"

    def show(self):
        text = self.query.get("q", "").strip()[:60]
        hits = search(self.request.user, text, limit=50) if text else []
        return self.render(q=text, hits=hits)


class TypeSize(View):
    """大字版 on and off, remembered on this device for a year."""

    permission = PUBLIC

    def post(self, request):
        target = request.POST.get("next") or request.headers.get("Referer") or reverse("desk:home")
        safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
        response = HttpResponseRedirect(target if safe else reverse("desk:home"))
        if request.COOKIES.get("type_size") == "large":
            response.delete_cookie("type_size")
        else:
            response.set_cookie("type_size", "large", max_age=365 * 86400, samesite="Lax", httponly=True)
        return response


class Components(StaffPage):
    """Every component of the pages in one place."""

    permission = SIGNED_IN
    title = "组件"
    template_name = "desk/components.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(sample=sample(self.request.user), **kwargs)
