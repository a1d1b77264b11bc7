"""Parts of a household's or person's page that upper apps bring along (architecture 4)."""

from collections.abc import Callable
from dataclasses import dataclass

from fedhub.core.registry import Registry

household_panels = Registry()
resident_panels = Registry()


@dataclass(frozen=True)
class Panel:
    """One tab: `context(instance, user)` gives the dict for `template`, `count(instance)` a number or None; where `shown()` is
    False the office does not use it.

    A user without `permission` never learns that the panel exists. Nothing sealed may be counted or shown in one.
    """

    key: str
    label: str
    order: int
    permission: str
    template: str
    context: Callable
    count: Callable | None = None
    shown: Callable | None = None


# Functions `(household ids, area)` of upper apps whose rows lie where their household lies; called inside the move.
followers = []


def panels_for(registry, user):
    """The panels of `registry` that `user` may see."""
    return [p for p in registry if user.has_perm(p.permission) and (p.shown is None or p.shown())]
