"""Who holds a right where: questions over all accounts."""

from accounts.models import RoleGrant
from accounts.roles import roles_with
from fedhub.areas.enums import AreaKind, AreaStatus


def held_codes(permission):
    """Codes of the areas where somebody who can sign in holds `permission` today. One query."""
    grants = RoleGrant.objects.in_force().filter(role__in=roles_with(permission), user__is_active=True)
    return tuple(set(grants.values_list("area__code", flat=True)))


def is_held(permission, area):
    """True when somebody holds `permission` for `area` today."""
    codes = held_codes(permission)
    return bool(codes) and area.code.startswith(codes)


def places_without(permission, *, user, within):
    """Names of the communities and grids in use where `user` holds `within` and nobody holds `permission`, by code.

    A whole community without a holder is named once, without its grids.
    """
    ids, codes = user.scope(within), held_codes(permission)
    bare = [
        place
        for pk, place in user.places.items()
        if place.kind in (AreaKind.COMMUNITY, AreaKind.GRID)
        and place.status == AreaStatus.ACTIVE
        and (ids is None or pk in ids)
        and not (codes and place.code.startswith(codes))
    ]
    partly = {code[:12] for code in codes}
    whole = tuple(p.code for p in bare if p.kind == AreaKind.COMMUNITY and p.code not in partly)
    return [p.name for p in bare if p.code in whole or not (whole and p.code.startswith(whole))]
