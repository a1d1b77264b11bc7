"""Questions over job support."""

from concerns.models import Concern
from concerns.queries import status_chip


def concerns_of(seeker, user):
    """`[(Concern, tone, words)]` that came to this registration, as far as `user` sees them; [] for who may see none."""
    if not user.has_perm("concerns.view_concern"):
        return []
    rows = Concern.objects.visible_to(user).filter(in_employment__seeker=seeker).select_related("assigned_to")
    return [(concern, *status_chip(concern)) for concern in rows.order_by("-pk")]
