"""One link with every woman: who of the grown women on the books has a named contact, who was spoken to lately, and the
gaps; the page of figures, the lists behind them and the ledger ask the same.

Every figure reads `Resident.has_contact` and `contacted_on`, which services.link derives: one grouped query for all
places, two for the links and their kinds.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, FilteredRelation, Q
from django.utils import timezone

from fedhub.core.lookups import AnyOf
from fedhub.reference.lookup import rule
from households.enums import LinkKind, MembershipKind, ResidentState
from households.models import Link, Membership
from households.models.resident import NEVER
from households.queries import born_by

# Figures and lists by key: label, and what it means in the words of the trade.
SHOWN = {
    "gaps": ("有缺口的", "没有联系人，或者超过规定天数没有联系过。"),
    "none": ("没有联系人", "没有一位指名的联系人；只在小组、微信群里的也算没有。"),
    "unlinked": ("未覆盖", "哪样联系都没有：没有联系人，也不在哪个小组、队伍、微信群里。"),
    "silent": ("很久没联系", "超过规定天数没有联系过，从来没有联系过的也在内。"),
    "never": ("从没联系过", "没有登记过任何一次联系，走访时也没有见到过。"),
    "named": ("有联系人", "有一位指名的联系人：妇女小组长（联户长）、执委、志愿者等，或者写明账号的微信联系人。"),
    "reached": ("近期联系过", "规定天数以内联系过：登记的联系，或者走访时见到本人。"),
    "stranded": ("联系人已停用", "有联系人，但这个人的账号已经停用，要换人。"),
}


# In an address: all grown women, whether there is a gap or not.
ALL = "all"


def adults():
    """The latest birth of a grown woman; a birth known to the year counts from its beginning (households.queries)."""
    return born_by(rule("women_min_age"))


def is_adult_woman(person):
    """True for a woman on the books who is of age, or whose birth nobody knows."""
    return person.state == ResidentState.ACTIVE and person.sex == "2" and person.birth <= adults()


def silent_before():
    """The day before which a last contact lies too far back."""
    return timezone.localdate() - timedelta(days=rule("link_contact_days"))


def condition(key, before=None):
    """Q of the women that the figure `key` counts, among grown women on the books; `before` as silent_before."""
    silent = Q(contacted_on__lt=before or silent_before())
    match key:
        case "gaps":
            return Q(has_contact=False) | silent
        case "none":
            return Q(has_contact=False)
        case "unlinked":
            return ~Q(pk__in=Link.objects.open().values("resident_id"))
        case "silent":
            return silent
        case "never":
            return Q(contacted_on=NEVER)
        case "named":
            return Q(has_contact=True)
        case "reached":
            return ~silent
        case "stranded":
            return Q(pk__in=Link.objects.open().filter(person__is_active=False).values("resident_id"))
    return Q()


def of_kind(kind):
    """Q of the women who have an open link of `kind`."""
    return Q(pk__in=Link.objects.open().filter(kind=kind).values("resident_id"))


def of_person(pk):
    """Q of the women whom the account `pk` keeps contact with."""
    return Q(pk__in=Link.objects.open().filter(person=pk).values("resident_id"))


def living_in(homes):
    """Q of the people who live in `homes` (a queryset of Households)."""
    rows = Membership.objects.filter(kind=MembershipKind.LIVES, valid_to=None)
    return Q(pk__in=rows.filter(household__in=homes.order_by().values("pk")).values("resident_id"))


@dataclass
class Line:
    """Counts of one place: `women` in all, by figure and by kind of link."""

    women: int = 0
    counts: Counter = field(default_factory=Counter)
    kinds: Counter = field(default_factory=Counter)

    def add(self, other):
        self.women += other.women
        self.counts += other.counts
        self.kinds += other.kinds
        return self


COUNTED = ("named", "none", "reached", "silent", "never")


def lines_of(rows):
    """`{area id: Line}` of the women among `rows` (Residents in scope): three queries, whatever their number."""
    women, before = rows.women(born_by=adults()), silent_before()
    figures = {key: Count("pk", filter=condition(key, before)) for key in COUNTED}
    found = {}
    for line in women.order_by().values("area_id").annotate(women=Count("pk"), **figures):
        found[line["area_id"]] = Line(line["women"], Counter({key: line[key] for key in COUNTED}))
    # From the women to their links, not the other way: both are then read from an index alone.
    held = women.annotate(held=FilteredRelation("links", condition=Q(links__valid_to=None))).filter(held__isnull=False)
    kinds = held.order_by().values_list("area_id", "held__kind").annotate(n=Count("pk", distinct=True))
    for area, kind, number in kinds:
        found[area].kinds[kind] = number
    linked = dict(held.order_by().values_list("area_id").annotate(n=Count("pk", distinct=True)))
    for area, line in found.items():
        line.counts["unlinked"] = line.women - linked.get(area, 0)
    return found


def links_by_woman(ids):
    """`{resident id: [Link]}`: the open links of the women `ids`, those of the first kinds first; one query."""
    found, order = {}, {kind: place for place, kind in enumerate(LinkKind.values)}
    for link in Link.objects.open().filter(AnyOf("resident_id", ids)).select_related("person"):
        found.setdefault(link.resident_id, []).append(link)
    for links in found.values():
        links.sort(key=lambda link: (order[link.kind], link.pk))
    return found


def links_left_by(person, user):
    """Open links of `person` with women on the books, where `user` hands them over."""
    rows = Link.objects.visible_to(user, "households.assign_link").open()
    return rows.filter(person=person, resident__state=ResidentState.ACTIVE)


def by_person(user):
    """`[(id, name, active, women, women silent for too long)]` of everybody with an account who has open links where
    `user` hands them over, those with most first; one query."""
    rows = Link.objects.visible_to(user, "households.assign_link").open()
    rows = rows.filter(person__isnull=False, resident__state=ResidentState.ACTIVE).order_by()
    silent = Q(resident__contacted_on__lt=silent_before())
    return list(
        rows.values_list("person_id", "person__name", "person__is_active")
        .annotate(women=Count("resident_id", distinct=True), silent=Count("resident_id", distinct=True, filter=silent))
        .order_by("-women", "person__name", "person_id")
    )
