"""How a campaign stands: families done by grid, what the visits brought, the list by route, and words for the news.

The visits lie in the app above; they are asked through `VisitTask.visits`.
"""

from collections import Counter

from django.db.models import Count, F, Q
from django.urls import reverse

from fedhub.core.models import Attachment
from fedhub.core.text import chinese_date
from households.addresses import building_label, natural
from households.enums import TaskState
from households.models import VisitTask

SEE_VISITS = "grids.view_visit"
# Photos on the page of a campaign; each is a whole picture.
PHOTOS = 48
DONE, OPEN = Q(state=TaskState.DONE), Q(state=TaskState.OPEN)


def by_grid(tasks):
    """`[{name, code, total, done, open}]` of the VisitTasks `tasks`, by the grid their family lies in now."""
    rows = tasks.order_by().values(name=F("household__area__name"), code=F("household__area__code"))
    counts = {"total": Count("pk"), "done": Count("pk", filter=DONE), "open": Count("pk", filter=OPEN)}
    return list(rows.annotate(**counts).order_by("code"))


def totals(rows):
    """`{total, done, open}` over the rows of `by_grid`."""
    return {name: sum(row[name] for row in rows) for name in ("total", "done", "open")}


def brought(tasks):
    """What the visits of the done ones of `tasks` brought: `{visits, people, gifts, photos, concerns}`, counts."""
    rows = _visits(tasks)
    visits, ids, photos = rows.model, rows.values("pk"), _photos_of(rows)
    return {
        "visits": rows.count(),
        "people": visits.people.through.objects.filter(visit__in=ids).values("resident_id").distinct().count(),
        "gifts": rows.exclude(gifts="").count(),
        "photos": photos.count(),
        "concerns": visits.concerns.through.objects.filter(visit__in=ids).values("concern_id").distinct().count(),
    }


def _visits(tasks):
    """Kept visits of the done ones of `tasks`, each once."""
    visits = VisitTask.visits.rel.related_model
    return visits.objects.kept().filter(tasks__in=tasks.filter(DONE)).order_by().distinct()


def _photos_of(visits):
    return Attachment.objects.filter(
        owner_label=visits.model._meta.label, kind="photo", owner_id__in=visits.values("pk")
    )


def newest_photos(tasks, user):
    """`[{url, caption}]` of the newest photos that the visits of `tasks` brought, PHOTOS at most, with the day and the family
    for whoever does not see them; none for a `user` who may not open these visits."""
    if not user.has_perm(SEE_VISITS):
        return []
    visits = _visits(tasks).visible_to(user, SEE_VISITS)
    rows = list(_photos_of(visits).order_by("-pk").values_list("uuid", "owner_id")[:PHOTOS])
    found = visits.model.objects.select_related("household").in_bulk({owner for _, owner in rows}) if rows else {}
    return [
        {
            "url": reverse("core:file", args=[uuid]),
            "caption": f"{found[owner].visited_on:%Y-%m-%d} {found[owner].household}的照片",
        }
        for uuid, owner in rows
    ]


def gifts_handed(tasks, most=20):
    """`[(what, number of families)]` that the visits of `tasks` handed over, the most frequent first."""
    rows = tasks.filter(DONE).exclude(visits__gifts="").filter(visits__withdrawn_at=None, visits__isnull=False)
    counted = rows.order_by().values("visits__gifts").annotate(n=Count("household", distinct=True))
    return [(row["visits__gifts"], row["n"]) for row in counted.order_by("-n", "visits__gifts")[:most]]


def news_text(campaign, office, figures, counts):
    """A paragraph for the news of the federation, of numbers alone: nobody is named."""
    first, last = campaign.starts_on, campaign.closed_on or campaign.ends_on
    parts = [f"{chinese_date(first)}至{chinese_date(last)}，{office}开展“{campaign.name}”"]
    if figures["done"]:
        share = round(figures["done"] * 100 / figures["total"])
        parts.append(f"计划走访 {figures['total']:,} 户，已走访 {figures['done']:,} 户（{share}%）")
    else:
        parts.append(f"计划走访 {figures['total']:,} 户")
    if counts["people"]:
        parts.append(f"见到居民 {counts['people']:,} 人")
    if counts["gifts"]:
        what = f"（{campaign.goods}）" if campaign.goods else ""
        parts.append(f"给 {counts['gifts']:,} 户送去慰问品{what}")
    if counts["concerns"]:
        parts.append(f"收集诉求 {counts['concerns']:,} 件")
    return "，".join(parts) + "。"


# --- the list by route --------------------------------------------------------------------------------------------
def route(tasks):
    """`[(grid name, [(building, [(number, task)])])]` of `tasks`, numbered within the grid, in the order of walking:
    grid, compound, building, stair, room."""
    rows = sorted(
        tasks.select_related("household__area", "assigned_to").defer("note"),
        key=lambda task: (
            task.household.area.code,
            *(natural(getattr(task.household, name)) for name in ("compound", "building", "stair", "floor", "room")),
            task.household.address, task.pk,
        ),
    )  # fmt: skip
    grids, counted = {}, Counter()
    for task in rows:
        home = task.household
        where = building_label(home.compound, home.building)
        counted[home.area.name] += 1
        buildings = grids.setdefault(home.area.name, {})
        buildings.setdefault(where or "其他", []).append((counted[home.area.name], task))
    return [(name, list(buildings.items())) for name, buildings in grids.items()]
