"""Kinds of work that can carry a campaign: upper apps make them known here, each with its own row rule.

A tag opens nothing: whoever looks at the work of a campaign sees of each kind what she sees without it, and counts no
more. What is sealed is no kind at all.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fedhub.core.privacy import Level, privacy_of
from fedhub.core.registry import Registry


@dataclass(frozen=True)
class CampaignKind:
    """`model` whose rows have a date field `day` and a place at `place`; `rows(user)`: those that `user` sees; `words(row)`: what
    a line says of it; `photos(rows, user)`: [{url, caption}] of pictures that may be shown in public; `homes(rows, user)`: ids
    (as a subquery) of the families that these rows reached, as far as `user` sees it."""

    key: str
    order: int
    label: str
    unit: str
    permission: str
    model: type
    day: str
    rows: Callable
    place: str = "area"
    words: Callable = str
    photos: Callable | None = None
    homes: Callable | None = None

    def __post_init__(self):
        if privacy_of(self.model).level >= Level.SEALED:
            raise TypeError("What is sealed belongs to no campaign.")


campaign_kinds = Registry()


def kinds_for(user):
    """The kinds that `user` may look at, in their order."""
    return [kind for kind in campaign_kinds if user.has_perm(kind.permission)]


def kind_for(user, key):
    """The kind `key` as far as `user` may look at it; None otherwise."""
    return next((kind for kind in kinds_for(user) if kind.key == key), None)
