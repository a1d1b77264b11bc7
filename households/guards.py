"""Changes that need a second person where somebody is in hardship (acceptance F2.6): upper apps register who is guarded, the
services here ask before they write.

A guard is a function `(what, household ids) -> set of ids` of the families whose `what` (a Guarded) changes by request
alone. An approved request carries its changes out through the same services, with `approved` set to itself. So do the two
kinds of change on which nobody decides: FACT and DIVISION.
"""

from django.core.exceptions import ValidationError
from django.db import models

from households.enums import MembershipKind
from households.models import Membership

guards = []

# What to do next, in words that fit whether or not the reader may see the file: that there is one is not hers to learn.
HOW = "有困难档案的，在档案页提交变更申请；其他情况请问妇联负责人"

# `approved` of what is no decision about a family: death and moving away end categories by themselves; splitting, merging
# and staffing grids moves families between the grids of the same community and leaves their address as it is.
FACT, DIVISION = object(), object()


class Guarded(models.TextChoices):
    """What is guarded."""

    CATEGORY = "category", "类别"
    GUARDIAN = "guardian", "监护"
    ADDRESS = "address", "住址"
    BANK = "bank", "银行账户"


def guarded_homes(what, household_ids):
    """Those of the families whose `what` changes by request alone."""
    ids = set(household_ids)
    return set().union(*(guard(what, ids) for guard in guards)) if ids and guards else set()


def homes_of_people(resident_ids):
    """{resident id: household id} of where people live."""
    rows = Membership.objects.filter(resident_id__in=resident_ids, kind=MembershipKind.LIVES, valid_to=None)
    return dict(rows.values_list("resident_id", "household_id"))


def check_guard(what, *, household=None, resident=None, approved=None):
    """Raise ValidationError when this change needs a request that somebody else approves, and there is none."""
    if approved is not None:
        return
    pk = household.pk if household is not None else homes_of_people([resident.pk]).get(resident.pk)
    if pk is not None and guarded_homes(what, [pk]):
        name = Guarded(what).label
        raise ValidationError(f"改这户的{name}要先由别人审批。{HOW}。", code="guarded")
