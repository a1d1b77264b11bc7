"""What leads and cases have in common: rows given to one person, closed to whoever is barred, and sealed parties."""

from django.db.models import Q

from fedhub.areas.models import ScopedQuerySet
from fedhub.core.fields import Unreadable


class GivenQuerySet(ScopedQuerySet):
    """Rows that `officer` was given; `everything` is the right of whoever gives them out, `permission` the one to read."""

    permission = everything = ""

    def visible_to(self, user, permission=None):
        """Rows of her places that `user` was given, all of them for whoever gives them out; never one that she is barred from
        (kin, neighbour, earlier party, stepped back), whatever her role."""
        permission = permission or self.permission
        rows = super().visible_to(user, permission)
        everywhere = user.scope(self.everything)
        if user.scope(permission) != everywhere:
            given_out = self.model.objects.in_areas(everywhere).values("pk")
            rows = rows.filter(self.in_hands_of(user) | Q(pk__in=given_out))
        bars = self.model._meta.get_field("bars")
        return rows.exclude(pk__in=bars.related_model.objects.filter(user=user).values(bars.field.attname))

    def in_hands_of(self, user):
        """Q of the rows that `user` was given."""
        return Q(officer=user)


class SealedParties:
    """Reads `parties` (`[{"name", "resident", …}]`) of the sealed `body`."""

    @property
    def parties(self):
        """`[{"name", "resident", …}]`; [] where the body cannot be read."""
        return [] if self.is_broken() else self.body["parties"]

    @property
    def party_names(self):
        return "、".join(one["name"] for one in self.parties) or "内容无法解密"

    def is_broken(self):
        return isinstance(self.body, Unreadable) or not isinstance(self.body, dict)
