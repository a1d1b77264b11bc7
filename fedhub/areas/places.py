"""Every place by id, as scope, menu, filters and lists know it.

Asked for once a request. A small office reads the tree anew each time; in a district of thousands of grids that would
cost more than the page, so there the tree is kept by the process as long as its fingerprint in the database is the same.
"""

from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Max, Sum

from fedhub.areas.enums import AreaKind, AreaStatus
from fedhub.areas.models import Area

# Up to this many, reading them costs little more than the fingerprint.
SMALL = 500
# Below a community lie the places that hold rows.
HOLDER_DIGITS = 12
_MOST_SCOPES = 200


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
        if codes not in self._scopes:
            ids = frozenset(pk for pk, place in self.items() if codes and place.code.startswith(codes))
            if len(self._scopes) >= _MOST_SCOPES:
                self._scopes.clear()
            self._scopes[codes] = None if ids and ids >= self._holders else ids
        return self._scopes[codes]

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
    """The tree of a large district and its fingerprint."""

    large = False
    fingerprint = None
    places = None


def all_places():
    """The Places of today: one query, two when a large tree has changed."""
    if not _Held.large:
        places = _read()
        _Held.large = len(places) > SMALL
        return places
    # Asked before the rows: a change in between is then read twice, never missed.
    fingerprint = _fingerprint()
    if _Held.places is None or fingerprint != _Held.fingerprint:
        _Held.places, _Held.fingerprint = _read(), fingerprint
        _Held.large = len(_Held.places) > SMALL
    return _Held.places


def forget():
    """Drop what this process holds."""
    _Held.large, _Held.fingerprint, _Held.places = False, None, None


def _read():
    rows = Area.objects.order_by("code").values_list("id", "code", "name", "office_name", "kind", "status")
    return Places((pk, Place._make(facts)) for pk, *facts in rows.iterator())


def _fingerprint():
    """Differs after every change of a place: a new one has a higher id, a changed one a higher version and a later time."""
    return Area.objects.aggregate(n=Count("pk"), last=Max("pk"), versions=Sum("version"), at=Max("updated_at"))
