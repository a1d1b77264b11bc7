"""What the exported ledgers read, a few thousand people at a time: as things are now.

`households.asof` has the same face for an earlier day. Every function takes the ids of a chunk and sends one query for
each thing that a person may have several of.
"""

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import RoleGrant
from accounts.roles import Role
from fedhub.areas.enums import AreaKind
from fedhub.areas.models import Area
from fedhub.core.lookups import AnyOf
from households.enums import MembershipKind
from households.models import Membership, Phone, Resident, Status

# Value of the records → field of Household, of Membership for the relation.
HOME_FIELDS = {
    "household_no": "number", "head": "head_name", "address": "address", "home_hukou": "hukou_type",
    "housing": "housing", "people": "people",
}  # fmt: skip
NO_HOME = {
    "household_no": "", "head": "", "address": "", "home_hukou": "", "housing": "", "people": None, "relation": "",
    "home_id": None,
}  # fmt: skip


class Now:
    """The books of today."""

    area_field = "area_id"

    def __init__(self):
        self.day = timezone.localdate()
        self.statuses = Status.objects.as_of(self.day)

    # --- which people ---
    def people(self, user, permission):
        """People on the books in the user's scope."""
        return Resident.objects.visible_to(user, permission).active()

    def in_areas(self, rows, areas):
        """`rows` that lie in one of `areas`."""
        return rows.filter(area__in=areas)

    def in_category(self, rows, category):
        """`rows` that are in `category` themselves or through the family they live in."""
        statuses = self.statuses.filter(category=category)
        homes = statuses.filter(household__isnull=False).values("household_id")
        living = Membership.objects.filter(kind=MembershipKind.LIVES, valid_to=None, household_id__in=homes)
        return rows.filter(
            Q(pk__in=statuses.filter(resident__isnull=False).values("resident_id"))
            | Q(pk__in=living.values("resident_id"))
        )

    def by_name(self, rows):
        """`rows` by grid and name."""
        return rows.order_by("area__code", "name_sort", "pk")

    def by_home(self, rows):
        """`rows` by grid and address, members of a household together, the head first."""
        living = Membership.objects.filter(resident=OuterRef("pk"), kind=MembershipKind.LIVES, valid_to=None)
        return rows.annotate(
            home_key=Subquery(living.values("household__address_key")[:1]),
            home_pk=Subquery(living.values("household_id")[:1]),
            is_head=Subquery(living.values("relation")[:1]),
        ).order_by("area__code", "home_key", "home_pk", "is_head", "pk")

    # --- what is known of a chunk of them ---
    def homes_of(self, ids, wanted):
        """`{resident id: {relation, home_id, …}}` with those of HOME_FIELDS that are `wanted`."""
        names = [name for name in HOME_FIELDS if name in wanted]
        paths = [f"household__{HOME_FIELDS[name]}" for name in names]
        rows = Membership.objects.filter(AnyOf("resident_id", ids), kind=MembershipKind.LIVES, valid_to=None)
        keys = ("relation", "home_id", *names)
        return {
            pk: dict(zip(keys, facts, strict=True))
            for pk, *facts in rows.values_list("resident_id", "relation", "household_id", *paths)
        }

    def categories_of(self, ids, homes):
        """`{resident id: (category, …)}`: her own first, then those of the family she lives in (`homes` of homes_of)."""
        return merged_categories(
            self.statuses.filter(AnyOf("resident_id", ids))
            .order_by("valid_from", "pk")
            .values_list("resident_id", "category"),
            self._of_homes(homes).values_list("household_id", "category"),
            homes,
        )

    def _of_homes(self, homes):
        family = {home["home_id"] for home in homes.values()}
        return self.statuses.filter(AnyOf("household_id", family)).order_by("valid_from", "pk")

    def remarks_of(self, ids, homes):
        """`{resident id: text}` to be added to 备注."""
        return {}


def merged_categories(own, of_homes, homes):
    """`{resident id: (category, …)}` from pairs (resident id, category) and (household id, category), each once."""
    found, families = {}, {}
    for pk, category in own:
        found.setdefault(pk, {})[category] = True
    for pk, category in of_homes:
        families.setdefault(pk, {})[category] = True
    if families:
        for pk, home in homes.items():
            if home["home_id"] in families:
                found[pk] = found.get(pk, {}) | families[home["home_id"]]
    return {pk: tuple(categories) for pk, categories in found.items()}


def phones_of(ids):
    """`{resident id: (number, …)}` in order."""
    found = {}
    rows = Phone.objects.filter(AnyOf("resident_id", ids)).order_by("position", "pk")
    for pk, number in rows.values_list("resident_id", "number"):
        found[pk] = (*found[pk], number) if pk in found else (number,)
    return found


def committee_by_area(day=None):
    """`{area id: names}` of the committee members in charge of each grid; a 联户单元 without its own has its grid's."""
    found = {}
    grants = RoleGrant.objects.in_force(day).filter(role=Role.COMMITTEE).order_by("user__name")
    for area_id, name in grants.values_list("area_id", "user__name"):
        found[area_id] = f"{found[area_id]}、{name}" if area_id in found else name
    for unit_id, grid_id in Area.objects.filter(kind=AreaKind.UNIT).values_list("id", "parent_id"):
        if grid_id in found:
            found.setdefault(unit_id, found[grid_id])
    return found
