"""The one number that leaves the sealed compartment."""

from safety.models import RiskReport


def open_count(user):
    """How many reports wait for `user`; 0 for everybody without the right, whatever is stored."""
    if not user.has_perm("safety.view_riskreport"):
        return 0
    return RiskReport.objects.visible_to(user).open().count()
