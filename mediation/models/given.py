"""What leads and cases have in common: rows given to one person, closed to whoever is barred, and sealed parties."""

import secrets

from django.db.models import Q

from fedhub.areas.models import ScopedQuerySet
from fedhub.core.fields import Unreadable

# Without letters and digits that are mistaken for each other.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_code():
    """A code that lists, papers and talk name a matter by, and that says nothing of it."""
    return "".join(secrets.choice(LETTERS) for _ in range(8))


class GivenQuerySet(ScopedQuerySet):
    """Rows that `officer` was given; `everything` is the right of whoever gives them out, `permission` the one to read.

    Rows that hang on a matter say how it is reached (`matter`: "agreement__case").
    """

    permission = everything = ""
    matter = "pk"

    def visible_to(self, user, permission=None):
        """Rows of her places that `user` was given, all of them for whoever gives them out; never one that she is barred from
        (kin, neighbour, earlier party, stepped back), whatever her role."""
        permission = permission or self.permission
        rows = super().visible_to(user, permission)
        everywhere = user.scope(self.everything)
        if everywhere is not None and user.scope(permission) != everywhere:
            rows = rows.filter(self.in_hands_of(user) | Q(**{f"{self.scope_path}_id__in": everywhere}))
        return rows.exclude(**{f"{self.matter}__in": self.barred_from(user)})

    def barred_from(self, user):
        """Ids of the matters that `user` is kept from."""
        raise NotImplementedError

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
