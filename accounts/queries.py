"""Who holds a right where: questions over all accounts."""

from django.db.models import Q

from accounts.models import RoleGrant, User
from accounts.roles import roles_with
from fedhub.areas.enums import CODE_LENGTH, AreaKind, AreaStatus


def held_codes(permission):
    """Codes of the areas where somebody who can sign in holds `permission` today. One query."""
    grants = RoleGrant.objects.in_force().filter(role__in=roles_with(permission), user__is_active=True)
    return tuple(set(grants.values_list("area__code", flat=True)))


def is_held(permission, area):
    """True when somebody holds `permission` for `area` today."""
    codes = held_codes(permission)
    return bool(codes) and area.code.startswith(codes)


def holders_at(permission, area, keep=()):
    """Accounts that hold `permission` today for `area`, with those of ids `keep`, by name."""
    codes = [area.code[:length] for length in CODE_LENGTH.values() if len(area.code) >= length]
    holders = RoleGrant.objects.in_force().filter(area__code__in=codes, role__in=roles_with(permission))
    today = Q(is_active=True, pk__in=holders.values("user_id"))
    return User.objects.filter(today | Q(pk__in=[pk for pk in keep if pk])).order_by("name", "pk")


def holders_in_all(permission, codes):
    """Active accounts that hold `permission` today in every one of the areas with these `codes`, by name."""
    rows = RoleGrant.objects.in_force().filter(role__in=roles_with(permission), user__is_active=True)
    held = {}
    for person, code in rows.values_list("user_id", "area__code"):
        held.setdefault(person, []).append(code)
    able = [pk for pk, own in held.items() if all(code.startswith(tuple(own)) for code in codes)]
    return User.objects.filter(pk__in=able).order_by("name", "pk")


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
