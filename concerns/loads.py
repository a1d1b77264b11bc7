"""Who has how much in hand: the load of each officer, and what a leaver leaves."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, F, Q
from django.urls import reverse

from accounts.models import RoleGrant, User
from accounts.roles import roles_with
from concerns import states
from concerns.enums import Status
from concerns.models import Concern

# Figure and the filter of the list that shows the same rows.
FIGURES = {
    "open": ("没办结", {"status": "open"}),
    "overdue": ("逾期", {"status": "overdue"}),
    "week": ("7 天内到期", {"status": "week"}),
    "again": ("重办中", {"status": "open", "reopened": "on"}),
    "lately": ("近 30 天办结", {"status": "lately"}),
}


@dataclass
class Load:
    """One officer (None: nobody): her name and `figures`, (number, address of the list) in the order of FIGURES."""

    pk: int | None
    name: str
    figures: list

    @property
    def open(self):
        """How many are not closed."""
        return self.figures[0][0]


def _condition(name):
    return states.condition("open") & Q(reopened__gt=0) if name == "again" else states.condition(name)


def loads(user):
    """Load of everybody who may answer where `user` assigns, and of whoever has something in hand there; those with
    most first, what nobody has in front. Three queries."""
    rows, found = Concern.objects.visible_to(user, "concerns.assign_concern").order_by(), {}
    # Apart, since each has an index of its own and both together have none; and the officer as a sum, or SQLite would
    # walk through all concerns in the order of officers.
    for base, names in (("open", [name for name in FIGURES if name != "lately"]), ("lately", ["lately"])):
        counts = {name: Count("pk", filter=_condition(name)) for name in names}
        for row in rows.filter(states.condition(base)).values(person=F("assigned_to") + 0).annotate(**counts):
            found.setdefault(row.pop("person"), dict.fromkeys(FIGURES, 0)).update(row)
    made = [
        Load(
            pk,
            name if active else f"{name}（已停用）",
            [_figure(found.get(pk, {}).get(key, 0), pk, query) for key, (_, query) in FIGURES.items()],
        )
        for pk, name, active in _officers(user, [pk for pk in found if pk])
    ]
    made.sort(key=lambda load: -load.open)
    if None in found and found[None]["open"]:
        nobody = [_figure(found[None][key], "none", query) for key, (_, query) in FIGURES.items()]
        made.insert(0, Load(None, "没有承办人", nobody))
    return made


def _figure(number, person, query):
    return number, f"{reverse('concerns:concern_list')}?{urlencode({'person': person, **query})}"


def _officers(user, more):
    ids = user.scope("concerns.assign_concern")
    grants = RoleGrant.objects.in_force().filter(role__in=roles_with("concerns.answer_concern"))
    grants = grants if ids is None else grants.filter(area_id__in=ids)
    people = User.objects.filter(Q(is_active=True, pk__in=grants.values("user_id")) | Q(pk__in=more))
    return people.order_by("name", "pk").values_list("pk", "name", "is_active")


def left_by(person, user):
    """Open concerns in the hands of `person` where `user` assigns."""
    return Concern.objects.visible_to(user, "concerns.assign_concern").open().filter(assigned_to=person)


def left_by_status(person, user):
    """`[(label, number)]` of `left_by`, in the order of the life of a concern."""
    counts = dict(left_by(person, user).order_by().values_list("status").annotate(n=Count("pk")))
    return [(status.label, counts[status]) for status in Status if counts.get(status)]
