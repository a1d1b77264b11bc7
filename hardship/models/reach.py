"""What a whole community shares: to look at, it is there for whoever works in one of its grids."""

from fedhub.areas.models import ScopedQuerySet


class SharedQuerySet(ScopedQuerySet):
    """Rows of a community (helpers, goods). With the right to look at them they are seen from every grid of it; whatever
    changes them asks for the place itself."""

    view_permission = ""

    def visible_to(self, user, permission=None):
        permission = permission or self.view_permission
        ids = user.scope(permission)
        if ids is None or permission != self.view_permission:
            return super().visible_to(user, permission)
        codes = {user.places[pk].code[:12] for pk in ids if pk in user.places}
        above = [pk for pk, place in user.places.items() if place.code in codes]
        return self.filter(area_id__in={*ids, *above})
