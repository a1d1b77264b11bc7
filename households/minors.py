"""May she open what is kept about this child? Every page, value, paper and picture about somebody under 18 asks here
(未成年人网络保护条例 art. 36: least necessary, approved by the person in charge, each access written down; PIPL art. 28).

That a child lives in a family, the name, the age and the kind of its entry are no secret of grid work and stay in lists.
"""

from dataclasses import dataclass

from django.utils import timezone

from fedhub.core import audit
from fedhub.core.reveal import Locked
from households.models import ChildFile, MinorAccess, Resident

ADULT_AT = 18
USE = "households.minoraccess.use"
SHUT = "这是未成年人的资料，要先申请、由妇联主席同意才能看：打开孩子的页面，点“申请查看”。"
# Facts of a child's own record that are shut; what the family and grid work need stays open.
SHUT_FACTS = ("workplace", "health", "health_note", "income_note", "note")


@dataclass(frozen=True)
class Basis:
    """What an opening rests on: nothing for a grown person, the officer's duty, or a leave (`access` is its key)."""

    words: str = ""
    access: int | None = None


ADULT = Basis()


def born_late(birth, day=None):
    """True when somebody of the partial date `birth` is not surely 18 on `day` (default today)."""
    return is_under(birth, ADULT_AT, day)


def is_under(birth, age, day=None):
    """True when somebody of the partial date `birth` is not surely `age` on `day` (default today): a birth known to the month
    or to the year counts from its last day. False without a date: who then counts as what is the caller's rule."""
    day = day or timezone.localdate()
    return bool(birth) and f"{birth}{'-12-31'[len(birth) - 4 :]}" > f"{day.year - age}-{day:%m-%d}"


def bases_for(user, residents):
    """`{resident id: Basis or None}` of `residents`: ADULT for grown people, None where nothing allows `user` to open what is
    kept. Two queries when there is a child among them, one more for people without a birth date."""
    residents = list(residents)
    unknown = [person.pk for person in residents if not person.birth]
    filed = set()
    if unknown:
        filed = set(ChildFile.objects.open().filter(resident__in=unknown).values_list("resident_id", flat=True))
    minors = [person.pk for person in residents if born_late(person.birth) or person.pk in filed]
    found = {person.pk: ADULT for person in residents} | dict.fromkeys(minors)
    if not minors:
        return found
    leaves = MinorAccess.objects.in_force().filter(user=user, resident__in=minors).select_related("decided_by")
    for leave in leaves.order_by("until", "pk"):
        who = "负责人本人写明理由" if leave.own_word else f"{leave.decided_by.name} {leave.decided_on:%Y-%m-%d} 同意"
        found[leave.resident_id] = Basis(f"{who}，到 {leave.until:%Y-%m-%d}（第 {leave.pk} 号）", leave.pk)
    own = ChildFile.objects.open().filter(officer=user, resident__in=minors)
    found |= dict.fromkeys(own.values_list("resident_id", flat=True), Basis("孩子的专人"))
    return found


def may_open_minor(user, resident):
    """The Basis on which `user` may open what is kept about `resident`, or None; ADULT for a grown person."""
    return bases_for(user, [resident])[resident.pk]


def note_opening(user, resident, basis):
    """Write down that what is kept about a child was shown, and on what that rests: once a user, child and hour."""
    if basis is not ADULT:
        audit.record_read(resident, by=user, action=USE, reason=basis.words, access=basis.access, what="page")


def opened_people(user, residents):
    """Ids of those of `residents` about whom everything may be shown to `user` now; each child among them is noted."""
    residents = list(residents)
    bases = bases_for(user, residents)
    for person in residents:
        if bases[person.pk]:
            note_opening(user, person, bases[person.pk])
    return {pk for pk, basis in bases.items() if basis}


def gate(user, row, what):
    """Gate of core.reveal: a masked value or a picture that is kept about a child opens with a leave alone.

    Of whom a row tells its `Privacy.person` names; papers of work that merely mention somebody (a receipt) have none.
    """
    person = row if isinstance(row, Resident) else getattr(row, getattr(type(row).Privacy, "person", ""), None)
    if person is None:
        return
    basis = may_open_minor(user, person)
    if basis is None:
        raise Locked(SHUT)
    if basis is not ADULT:
        audit.record(USE, person, by=user, reason=basis.words, access=basis.access, what=what)
