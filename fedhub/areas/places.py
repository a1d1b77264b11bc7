"""Every place by id, as scope, menu, filters and lists know it.

Asked for once a request. A small office reads the tree anew each time; in a district of thousands of grids that would
cost more than the page, so there the tree is kept by the process as long as its fingerprint in the database is the same.
"""

from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Max, Sum

from fedhub.areas.enums import AreaKind, AreaStatus
from fedhub.areas.models import Area
from fedhub.core.prepared import prepared

# Up to this many, reading them costs little more than the fingerprint.
SMALL = 500
# Below a community lie the places that hold rows.
HOLDER_DIGITS = 12
_MOST_SCOPES = 200
_NOT_KEPT = object()


class Place(NamedTuple):
    """An area as scope, menu, filters and lists know it."""

    code: str
    name: str
    office: str
    kind: str
    status: str


class Places(dict):
    """`{id: Place}` by code, shared by requests and never changed; what follows from it is worked out once."""

    @cached_property
    def _scopes(self):
        return {}

    @cached_property
    def _holders(self):
        return {pk for pk, place in self.items() if len(place.code) >= HOLDER_DIGITS}

    def inside(self, codes):
        """Ids of the places whose code begins with one of `codes` (a tuple); None when that is every place there is.

        What lies above the communities holds no rows, so it need not be covered.
        """
        # Another thread may clear what is kept at any moment: it is asked once.
        found = self._scopes.get(codes, _NOT_KEPT)
        if found is _NOT_KEPT:
            ids = frozenset(pk for pk, place in self.items() if codes and place.code.startswith(codes))
            found = None if ids and ids >= self._holders else ids
            if len(self._scopes) >= _MOST_SCOPES:
                self._scopes.clear()
            self._scopes[codes] = found
        return found

    @cached_property
    def grids(self):
        """`{id: (code, name)}` of the grids in use, by code."""
        kind, status = AreaKind.GRID.value, AreaStatus.ACTIVE.value
        return {pk: (p.code, p.name) for pk, p in self.items() if p.kind == kind and p.status == status}

    @cached_property
    def offices(self):
        """`{code: name of the federation}` of the communities."""
        return {p.code: p.office or p.name for p in self.values() if len(p.code) == HOLDER_DIGITS}


class _Held:
    """The tree of a large district behind its fingerprint: both in one, that no thread sees one without the other."""

    large = False
    tree = None


def all_places():
    """The Places of today: one query, two when a large tree has changed."""
    if not _Held.large:
        places = _read()
        _Held.large = len(places) > SMALL
        return places
    # Asked before the rows: a change in between is then read twice, never missed.
    fingerprint, tree = _fingerprint(), _Held.tree
    if tree is None or tree[0] != fingerprint:
        tree = _Held.tree = fingerprint, _read()
        _Held.large = len(tree[1]) > SMALL
    return tree[1]


def forget():
    """Drop what this process holds."""
    _Held.large, _Held.tree = False, None


@prepared
def _all():
    return Area.objects.order_by("code").values_list("id", "code", "name", "office_name", "kind", "status")


def _read():
    return Places((pk, Place._make(facts)) for pk, *facts in _all.rows())


def _fingerprint():
    """Differs after every change of a place: a new one has a higher id, a changed one a higher version and a later time."""
    return Area.objects.aggregate(n=Count("pk"), last=Max("pk"), versions=Sum("version"), at=Max("updated_at"))
