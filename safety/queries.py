"""The one number that leaves the sealed compartment, and the person whom a report names."""

from households.models import Resident
from safety.models import RiskReport


def open_count(user):
    """How many reports wait for `user`; 0 for everybody without the right, whatever is stored."""
    if not user.has_perm("safety.view_riskreport"):
        return 0
    return RiskReport.objects.visible_to(user).open().count()


def person_of(pk, user):
    """The record of the person `pk` that a report names, if `user` may see it: the one that she was merged into since.

    The report keeps the number it was written with; only this page follows her (a merge must not touch sealed rows).
    """
    residents = Resident.objects.visible_to(user, "households.view_resident")
    followed = set()
    while pk is not None and pk not in followed:
        followed.add(pk)
        into = Resident.objects.filter(pk=pk).values_list("merged_into_id", flat=True).first()
        if into is None:
            break
        pk = into
    return residents.filter(pk=pk).first() if pk is not None else None
