"""What grid workers ask of the data: today's list, who is in charge where, figures of a grid."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.roles import roles_with
from concerns.models import Concern
from fedhub.areas.enums import CODE_LENGTH
from fedhub.areas.models import Area, Building
from grids.enums import Review
from grids.models import Duty, Visit, VisitChange
from households.contact import may_contact
from households.enums import ContactChannel, MembershipKind, ResidentState
from households.listing import categories_of_households
from households.models import Household, Resident
from households.queries import visit_interval

RETURNED, LATE, TODAY, WEEK = "returned", "late", "today", "week"
LABELS = {RETURNED: "退回要改的", LATE: "已逾期", TODAY: "今天", WEEK: "本周"}
SHOWN = 60
# A promised visit that was never made is forgotten after this.
LAPSES = timedelta(days=60)
WEEKDAYS = "一二三四五六日"
# Interval in days up to which a visit is called so (handbook 2.4: weekly, monthly, quarterly, twice a year).
RHYTHMS = [
    (10, "每周走访"),
    (20, "每两周走访"),
    (45, "每月走访"),
    (75, "每两月走访"),
    (120, "每季走访"),
    (270, "半年走访"),
]


@dataclass
class Entry:
    """One line of the list: what, where, why and by when."""

    kind: str
    title: str
    place: str
    reason: str
    due: date
    url: str
    mark: str
    late: int = 0
    hint: str = ""

    @property
    def when(self):
        """7 天 (overdue), 今天, or the weekday."""
        if self.late > 0:
            return f"{self.late} 天"
        return "今天" if self.late == 0 else f"周{WEEKDAYS[self.due.weekday()]}"


@dataclass
class Group:
    """One part of the list; `total` counts also what is not shown."""

    key: str
    entries: list = field(default_factory=list)
    total: int = 0

    @property
    def label(self):
        return LABELS[self.key]

    @property
    def unit(self):
        """户 while only families are listed, else 件."""
        return "户" if all(entry.kind == "home" for entry in self.entries) else "件"

    @property
    def more(self):
        """How many are not shown."""
        return max(self.total - len(self.entries), 0)


def my_areas(user, day=None):
    """Areas `user` is in charge of on `day` (her duties, with what lies below), by code."""
    held = Duty.objects.in_force(day).filter(person=user).values_list("area__code", flat=True)
    codes = sorted(set(held))
    if not codes:
        return Area.objects.none()
    below = Q()
    for code in codes:
        below |= Q(code__startswith=code)
    return Area.objects.active().filter(below).order_by("code")


def rhythm(days):
    """每月走访 and the like for an interval in days."""
    return next((label for limit, label in RHYTHMS if days <= limit), "每年走访")


def today_list(user, *, day=None):
    """Groups 退回要改的, 已逾期, 今天, 本周 of what waits for `user`: her visits that were sent back, families due (or
    promised a visit) and her own concerns.

    Families are those of the grids she is in charge of, or of her whole scope when she has no duty. The reason names
    the rhythm only, never the category behind it. Returns a list of Group (empty groups left out).
    """
    day = day or timezone.localdate()
    week_end = day + timedelta(days=6 - day.weekday())
    homes = Household.objects.visible_to(user, "grids.add_visit").active()
    mine = list(my_areas(user, day).values_list("pk", flat=True))
    if mine:
        homes = homes.filter(area_id__in=mine)
    groups = {key: Group(key) for key in LABELS}
    for visit in returned_to(user)[:SHOWN]:
        groups[RETURNED].entries.append(_returned_entry(visit, day))
        groups[RETURNED].total += 1
    promised = _promises(homes, day, week_end)
    due = homes.filter(next_due_on__lte=week_end).exclude(pk__in=promised)
    counts = due.aggregate(
        late=Count("pk", filter=Q(next_due_on__lt=day)),
        today=Count("pk", filter=Q(next_due_on=day)),
        week=Count("pk", filter=Q(next_due_on__gt=day)),
    )
    for key, total in counts.items():
        groups[key].total += total
    rows = [*due.filter(next_due_on__lt=day).order_by("next_due_on", "pk")[:SHOWN]]
    rows += due.filter(next_due_on__gte=day).order_by("next_due_on", "pk")[: 2 * SHOWN]
    friends = list(homes.filter(pk__in=promised))
    hints = home_hints([home.pk for home in [*rows, *friends]])
    categories = categories_of_households([home.pk for home in rows])
    for home in rows:
        reason = rhythm(visit_interval(categories.get(home.pk, ())))
        _put(groups, _home_entry(home, home.next_due_on, reason, day, hints), day)
    for home in friends:
        key = _put(groups, _home_entry(home, promised[home.pk], "约好回访", day, hints), day)
        groups[key].total += 1
    waiting = (
        Concern.objects.visible_to(user).running().filter(assigned_to=user).due_within(week_end)
        .select_related("household").order_by("due_on", "pk")
    )  # fmt: skip
    for concern in waiting[:SHOWN]:
        key = _put(groups, _concern_entry(concern, day), day)
        groups[key].total += 1
    for group in groups.values():
        group.entries.sort(key=lambda entry: entry.due)
    return [group for group in groups.values() if group.total]


def _promises(homes, day, week_end):
    """{household id: day} of visits promised (下次走访日期), not made since, and due before the regular visit."""
    rows = Visit.objects.kept().filter(next_on__gte=day - LAPSES, household__in=homes)
    open_ones = rows.filter(Q(household__last_visit_on=None) | Q(household__last_visit_on__lte=F("visited_on")))
    found = {}
    for pk, promised, due in open_ones.order_by("visited_on", "pk").values_list(
        "household_id", "next_on", "household__next_due_on"
    ):
        found[pk] = promised if due is None or promised <= due else None
    return {pk: promised for pk, promised in found.items() if promised is not None and promised <= week_end}


def home_hints(ids, at=None):
    """{household id: sentence} for families where somebody agreed how she may be visited (security design 4.13).

    The sentence is the same whatever was agreed; what it is stands on the visit form of those who go there.
    """
    people = (
        Resident.objects.active()
        .filter(memberships__household__in=ids, memberships__kind=MembershipKind.LIVES, memberships__valid_to=None)
        .filter(Q(safe_contact__isnull=False) | Q(consents__withdrawn_on__isnull=False))
        .select_related("safe_contact").prefetch_related("consents").distinct()
    )  # fmt: skip
    found = {}
    for person in people.annotate(home_id=F("memberships__household")):
        verdict = may_contact(person, ContactChannel.HOME, at)
        if not verdict.ok or verdict.neutral:
            found[person.home_id] = "上门前先看约定"
    return found


def _home_entry(home, due, reason, day, hints):
    return Entry(
        kind="home",
        title=home.called or home.number,
        place=home.address,
        reason=reason,
        due=due,
        url=reverse("grids:visit_create", args=[home.pk]),
        mark=(home.called or "户")[:1],
        late=(day - due).days,
        hint=hints.get(home.pk, ""),
    )


def returned_to(user):
    """Visits of `user` that were sent back to be corrected, the oldest first."""
    rows = Visit.objects.visible_to(user, "grids.change_visit").kept().filter(visitor=user, review=Review.RETURNED)
    return rows.select_related("household").order_by("visited_on", "pk")


def _returned_entry(visit, day):
    return Entry(
        kind="visit",
        title=visit.household.called or visit.household.number,
        place=visit.household.address,
        reason=f"{visit.visited_on.month}月{visit.visited_on.day}日的走访退回修改",
        due=day,
        url=visit.get_absolute_url(),
        mark="改",
    )


def _concern_entry(concern, day):
    return Entry(
        kind="concern",
        title=concern.title,
        place=concern.household.address if concern.household else "",
        reason=f"诉求{concern.get_status_display()}",
        due=concern.acts_on,
        url=concern.get_absolute_url(),
        mark="",
        late=(day - concern.acts_on).days,
    )


def _put(groups, entry, day):
    key = LATE if entry.due < day else TODAY if entry.due == day else WEEK
    groups[key].entries.append(entry)
    return key


def duties_of(area, day=None):
    """People in charge of `area` (its own and its grid's or community's duties above it), most special first."""
    codes = [area.code[:length] for length in (17, 15, 12) if len(area.code) >= length]
    return Duty.objects.in_force(day).filter(area__code__in=codes).for_list().order_by("-area__code", "role", "pk")


def grid_figures(place, user, day=None):
    """Figures of a grid or community on `day`, as far as `user` may see its families (handbook 2.6)."""
    day = day or timezone.localdate()
    homes = Household.objects.visible_to(user).active().filter(area__code__startswith=place.code)
    counts = homes.aggregate(
        homes=Count("pk"),
        overdue=Count("pk", filter=Q(next_due_on__lt=day)),
        visited=Count("pk", filter=Q(last_visit_on__gte=day.replace(day=1))),
    )
    concerns = Concern.objects.visible_to(user).open().filter(area__code__startswith=place.code)
    return counts | {"concerns": concerns.count()}


def people_at_home(household, visit=None):
    """People on the books who live in `household`, and those met at `visit`, as a queryset."""
    living = Q(
        state=ResidentState.ACTIVE,
        memberships__household=household,
        memberships__kind=MembershipKind.LIVES,
        memberships__valid_to=None,
    )
    rows = Resident.objects.filter(living | Q(visits=visit) if visit is not None else living)
    return rows.select_related("safe_contact").prefetch_related("consents").distinct().order_by("pk")


def visiting_agreements(people, at=None):
    """[(name, sentence)] of those of `people` who agreed how they may be visited (security design 4.13)."""
    verdicts = [(person.name, may_contact(person, ContactChannel.HOME, at)) for person in people]
    return [(name, verdict.why) for name, verdict in verdicts if not verdict.ok or verdict.neutral]


def colleagues(area, keep=()):
    """Accounts that may visit families of `area` today and can be named as visitors; with those of ids `keep`."""
    codes = [area.code[:length] for length in CODE_LENGTH.values() if len(area.code) >= length]
    holders = RoleGrant.objects.in_force().filter(area__code__in=codes, role__in=roles_with("grids.add_visit"))
    today = Q(is_active=True, pk__in=holders.values("user_id"))
    return User.objects.filter(today | Q(pk__in=[pk for pk in keep if pk])).order_by("name", "pk")


def waiting_changes(user):
    """How many changes found on visits wait for `user` to confirm."""
    return VisitChange.objects.visible_to(user, "grids.confirm_visitchange").waiting().count()


def homes_by_building(grid):
    """[(label, [household ids], [building ids])] of a grid, as the families' addresses write it; registered
    buildings without families are included."""
    found = {}
    rows = Household.objects.active().filter(area__code__startswith=grid.code)
    for pk, *key in rows.order_by("pk").values_list("pk", "compound", "building"):
        found.setdefault(tuple(key), ([], []))[0].append(pk)
    for pk, *key in Building.objects.filter(area__code__startswith=grid.code).values_list("pk", "compound", "name"):
        found.setdefault(tuple(key), ([], []))[1].append(pk)
    return [("".join(key) or "地址没有写楼栋的家庭", *ids) for key, ids in sorted(found.items())]
