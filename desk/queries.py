"""What the staff home and the chair's week show: the work that waits, the month's figures, what was opened and taken
out. Every figure opens its list."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from concerns.enums import Status
from concerns.heat import Heat, communities
from concerns.models import Concern
from desk.aid import aid_todos
from desk.backbone import backbone_todos
from desk.council import council_todos
from desk.employment import job_todos
from desk.todo import SHOWN, Todo, concern_todos, due_chip, message_todo
from fedhub.areas.models import Area
from fedhub.core.lookups import AnyOf
from fedhub.core.models import AuditEvent
from fedhub.core.reveal import ACTION as REVEAL
from fedhub.core.reveal import HOURLY_NOTICE
from fedhub.ledgers.enums import ExportMode
from fedhub.ledgers.models import ExportRecord
from fedhub.ledgers.registry import ledgers
from fedhub.reference.calendar import add_months
from fedhub.reference.periods import months_from
from grids.field import left_in_peace
from grids.models import Visit, VisitChange
from households.models import Household
from safety.queries import open_count


def todos(user, *, only_mine=False):
    """`(rows, counts)`: rows of what waits for `user` (at most SHOWN a kind), true counts by kind."""
    today = timezone.localdate()
    week = today + timedelta(days=7)
    rows, counts = [], {}
    if user.has_perm("safety.view_riskreport") and (waiting := open_count(user)):
        counts["secret"] = waiting
        rows.append(
            Todo(
                "secret",
                "lock",
                "有一条待办",
                "受限事项，点开后凭本人权限查看",
                "今天",
                "secret",
                reverse("safety:report_list"),
                "打开",
                "today",
            )
        )
    if user.has_perm("grids.add_visit"):
        due = Household.objects.visible_to(user, "grids.add_visit").active().filter(next_due_on__lte=week)
        due = due.exclude(AnyOf("pk", left_in_peace(user)))
        counts["visit"] = due.count()
        for household in due.select_related("area").order_by("next_due_on", "id")[:SHOWN]:
            chip, tone, when = due_chip(household.next_due_on, today)
            last = f"上次走访 {household.last_visit_on:%Y-%m-%d}" if household.last_visit_on else "还没有走访过"
            rows.append(
                Todo(
                    "visit",
                    "door",
                    str(household),
                    f"{household.area.name} · {household.address} · {last}",
                    chip,
                    tone,
                    reverse("grids:visit_create", args=[household.pk]),
                    "记走访",
                    when,
                )
            )
    if user.has_perm("concerns.view_concern"):
        for kind, found, count in concern_todos(user, today, week, only_mine=only_mine):
            rows += found
            counts[kind] = count
    for kind, found, count in aid_todos(user, today, week):
        rows += found
        counts[kind] = count
    for kind, found, count in council_todos(user, today):
        rows += found
        counts[kind] = count
    for kind, found, count in job_todos(user, today):
        rows += found
        counts[kind] = count
    for kind, found, count in backbone_todos(user, today):
        rows += found
        counts[kind] = count
    if user.has_perm("notices.change_message"):
        found = message_todo(user)
        rows += found
        counts["message"] = len(found)
    if user.has_perm("grids.confirm_visitchange"):
        waiting = VisitChange.objects.visible_to(user, "grids.confirm_visitchange").waiting()
        counts["change"] = waiting.count()
        for change in waiting.for_list().order_by("id")[:SHOWN]:
            rows.append(
                Todo(
                    "change",
                    "swap",
                    f"{change.visit.household} · {change.get_kind_display()}有变化",
                    f"{change.visit.visitor} {change.visit.visited_on:%m月%d日} 走访发现，待确认入台账",
                    "待确认",
                    "info",
                    reverse("grids:change_list"),
                    "确认",
                    "today",
                )
            )
    order = {"late": 0, "today": 1, "week": 2}
    rows.sort(key=lambda row: order[row.when])
    return rows, counts


def more_todos(rows, counts, user):
    """`(label, address)` of the kinds of which more wait for `user` than the card shows."""
    lists = {
        "visit": ("走访", reverse("grids:today")),
        "concern": ("诉求", f"{reverse('concerns:concern_list')}?status=open&sort=due"),
        "escalated": ("逾期报主席", f"{reverse('concerns:concern_list')}?status=escalated"),
        "approval": ("待审批", reverse("concerns:approval_list")),
        "unheard": ("首次答复", f"{reverse('concerns:concern_list')}?status=unheard&person=me"),
        "referral": ("催办", f"{reverse('concerns:referral_list')}?state=late&person={user.pk}"),
        "change": ("变化", reverse("grids:change_list")),
        "decide": ("帮扶审批", reverse("hardship:waiting")),
        "action": ("议事会交办", f"{reverse('council:action_list')}?person=me&status=live"),
        "council_late": ("议事会逾期", f"{reverse('council:action_list')}?status=late"),
        "topic": ("议题筛选", f"{reverse('council:topic_list')}?status=collected"),
        "topic_reply": ("答复提议人", f"{reverse('council:topic_list')}?status=late"),
        "backbone": ("骨干任务", f"{reverse('groups:backbone_list')}?state=tasks"),
        "job": ("就业回访", f"{reverse('employment:followup_list')}?person=me"),
        "aid": ("帮扶提醒", f"{reverse('hardship:file_list')}?state=care"),
    }
    found = []
    for kind, (label, url) in lists.items():
        left = counts.get(kind, 0) - sum(1 for row in rows if row.kind == kind)
        if left > 0:
            found.append((f"{label}还有 {left} 件", url))
    return found


def month_figures(user, day=None):
    """Figures of the month of `day` (default today) with the month before: list of dicts for the tiles."""
    day = day or timezone.localdate()
    start, before = day.replace(day=1), (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    homes = Household.objects.visible_to(user).active()
    total = homes.count()
    visits = Visit.objects.visible_to(user).counting()

    def visited(first, last):
        return visits.filter(visited_on__gte=first, visited_on__lt=last).values("household").distinct().count()

    after = (start + timedelta(days=32)).replace(day=1)
    seen, seen_before = visited(start, after), visited(before, start)
    concerns = Concern.objects.visible_to(user)
    raised = concerns.filter(raised_on__gte=start, raised_on__lt=after)
    closed = raised.filter(status=Status.CLOSED).count()
    overdue = homes.filter(next_due_on__lt=day).count()
    month = f"{start:%Y-%m}"
    # A figure of what she may not read would be nought, and untrue.
    of_visits = [
        _tile("本月走访", visits.filter(visited_on__gte=start, visited_on__lt=after).count(), "次",
              f"上月 {visits.filter(visited_on__gte=before, visited_on__lt=start).count()} 次",
              reverse("grids:visit_list") + f"?month={month}"),
        _tile("本月见到", seen, "户", f"共 {total:,} 户 · 上月 {seen_before} 户",
              reverse("grids:visit_list") + f"?month={month}&met=met"),
    ]  # fmt: skip
    return [
        *(of_visits if user.has_perm("grids.view_visit") else []),
        _tile("走访逾期", overdue, "户", "超过应访日期", reverse("households:household_list") + "?due=late"),
        _tile("本月诉求", raised.count(), "件", f"已办结 {closed} 件",
              reverse("concerns:concern_list") + f"?month={month}"),
    ]  # fmt: skip


def _tile(label, figure, unit, note, url):
    return {"label": label, "figure": f"{figure:,}", "unit": unit, "note": note, "url": url}


def topic_heat(user, months=6, day=None):
    """Concerns by field and month in the first community of the scope: a concerns.heat.Table, None without a scope."""
    day = day or timezone.localdate()
    found = communities(user)
    if not found:
        return None
    return Heat(user, next(iter(found)), months_from(add_months(day.replace(day=1), 1 - months), day), day).by_month()


def grid_coverage(user, day=None):
    """Share of households met this month by grid: list of (grid name, percent, met, homes), for the bars."""
    day = day or timezone.localdate()
    start = day.replace(day=1)
    homes = dict(Household.objects.visible_to(user).active().values_list("area__code").annotate(n=Count("id")))
    met = dict(
        Visit.objects.visible_to(user).counting().filter(visited_on__gte=start)
        .values_list("household__area__code").annotate(n=Count("household", distinct=True))
    )  # fmt: skip
    rows = []
    for grid in Area.objects.visible_to(user, "households.view_household").grids().active().order_by("code"):
        total = sum(n for code, n in homes.items() if code.startswith(grid.code))
        seen = sum(n for code, n in met.items() if code.startswith(grid.code))
        if total:
            rows.append((grid.name, round(100 * seen / total), seen, total))
    return rows


# --- the chair's week ---------------------------------------------------------------------------------------------
@dataclass
class Opened:
    """What one person opened in a week: how often, with which reasons, and how often the day's limit stopped her."""

    name: str
    count: int
    refused: int
    reasons: list
    url: str

    @property
    def many(self):
        """True when the chair should ask."""
        return self.refused > 0 or self.count >= HOURLY_NOTICE


def week_of(day):
    """Start of Monday and of the next Monday around `day`, as moments in local time."""
    monday = day - timedelta(days=day.weekday())
    zone = timezone.get_current_timezone()
    start, end = (datetime.combine(one, time(), zone) for one in (monday, monday + timedelta(days=7)))
    return start, end


def week_oversight(user, monday):
    """`(people, exports)` of the week from `monday` in the scope of `user`: Opened by count, whole exports by time."""
    start, end = week_of(monday)
    rows = (
        AuditEvent.objects.visible_to(user, "core.view_auditevent")
        .filter(action=REVEAL, at__gte=start, at__lt=end)
        .order_by()
        .values_list("actor_id", "actor_name", "result", "reason")
        .annotate(n=Count("id"))
    )
    found = {}
    for actor, name, result, reason, n in rows:
        query = urlencode({"q": name, "action": REVEAL, "week": monday.isoformat()})
        one = found.setdefault(actor, Opened(name, 0, 0, [], f"{reverse('desk:audit_list')}?{query}"))
        if result == "ok":
            one.count += n
            one.reasons.append((reason, n))
        else:
            one.refused += n
    for one in found.values():
        one.reasons.sort(key=lambda pair: (-pair[1], pair[0]))
    people = sorted(found.values(), key=lambda one: (-one.count, one.name))
    exports = ExportRecord.objects.visible_to(user, "ledgers.view_exportrecord").filter(
        mode=ExportMode.FULL, created_at__gte=start, created_at__lt=end
    )
    exports = list(exports.select_related("created_by", "area").order_by("created_at", "id"))
    for record in exports:
        record.ledger_label = ledgers[record.ledger].label if record.ledger in ledgers else record.ledger
    return people, exports
