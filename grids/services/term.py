"""届: terms of the federation and who sits in them (decisions 16), and the change from one to the next (换届)."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from fedhub.core import audit
from fedhub.core.versions import save_version
from grids.enums import DutyRole
from grids.models import Duty, Term, TermMember
from grids.services.handover import give_up

CHANGE = "换届"


@transaction.atomic
def open_term(term, *, by):
    """Save a new Term."""
    term.created_by = by
    term.save()
    audit.record("grids.term.open", term, by=by)
    return term


@transaction.atomic
def change_term(term, fields, *, base_version, by):
    """Save changed `fields` of a term. Raises StaleVersion."""
    save_version(term, fields, base_version=base_version)
    audit.record("grids.term.change", term, by=by, fields=sorted(fields))
    return term


@transaction.atomic
def add_member(member, *, by):
    """Save a new member of a term."""
    member.save()
    audit.record("grids.termmember.add", member, by=by, area=member.term.area, role=member.role)
    return member


@transaction.atomic
def change_member(member, fields, *, base_version, by):
    """Save changed `fields` of a member (leaving is an end date with a reason). Raises StaleVersion."""
    save_version(member, fields, base_version=base_version)
    audit.record("grids.termmember.change", member, by=by, area=member.term.area, fields=sorted(fields))
    return member


# --- 换届 ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Renewal:
    """What a change of terms would do: how many go on and leave, the duties that end, and the names of the places for
    which nobody would be left."""

    stay: int
    leave: int
    duties: list
    bare: list

    @property
    def people(self):
        """How many of those who leave have duties that end."""
        return len({duty.person_id for duty in self.duties})

    @property
    def mark(self):
        """Differs when anything of it does."""
        return f"{self.stay}-{self.leave}-{'.'.join(str(duty.pk) for duty in self.duties)}"


def renewal_of(term, seats, *, workers=True):
    """The Renewal that follows from `seats`: [(TermMember, role in the next term, or "" when she leaves)].

    Without `workers` only what they have as committee members ends, not their duties as head or worker of a grid.
    """
    stay = [member for member, role in seats if role]
    leave = [member for member, role in seats if not role]
    gone = {member.user_id for member in leave} - {member.user_id for member in stay} - {None}
    inside = Duty.objects.filter(area__code__startswith=term.area.code, valid_to=None)
    rows = inside.filter(person__in=gone)
    if not workers:
        rows = rows.filter(role__in=[DutyRole.COMMITTEE, DutyRole.SUPPORT])
    duties = list(rows.select_related("area__parent", "person", "grant").order_by("area__code", "role", "pk"))
    left = set(inside.exclude(pk__in=[duty.pk for duty in duties]).values_list("area_id", flat=True))
    bare = list(dict.fromkeys(duty.area.name for duty in duties if duty.area_id not in left))
    return Renewal(len(stay), len(leave), duties, bare)


def next_exists(term):
    """True when a later term of the same federation is there: this one cannot change any more."""
    return Term.objects.filter(area=term.area_id, starts_on__gt=term.starts_on).exists()


@transaction.atomic
def renew_term(term, new, seats, *, workers=True, by):
    """换届: `term` ends the day before `new` (an unsaved Term) begins; who goes on sits in the new one; from that day the
    duties of the others end, and their access with them. Returns (the new Term, [HandOver]). Raises ValidationError."""
    if next_exists(term):
        raise ValidationError("后面已经有新的一届了，不能再从这一届换届。")
    last = new.starts_on - timedelta(days=1)
    if last <= term.starts_on:
        raise ValidationError({"starts_on": f"换届的日子要在这一届开始（{term.starts_on:%Y-%m-%d}）之后。"})
    renewal = renewal_of(term, seats, workers=workers)
    if not renewal.stay:
        raise ValidationError("没有一个人进入新的一届，没有动。请核对名册。")
    new.area = term.area
    if Term.objects.filter(area=term.area, name=new.name).exists():
        raise ValidationError({"name": f"已经有“{new.name}”了，请换一个名字。"})
    open_term(new, by=by)
    if term.ends_on != last:
        term.ends_on = last
        change_term(term, ["ends_on"], base_version=term.version, by=by)
    for old, role in seats:
        if role:
            facts = {name: getattr(old, name) for name in ("name", "duty", "workplace", "user")}
            add_member(TermMember(term=new, role=role, starts_on=new.starts_on, **facts), by=by)
    given, of_each = [], {}
    for duty in renewal.duties:
        of_each.setdefault(duty.person, []).append(duty)
    for person, duties in of_each.items():
        given.append(give_up(person, duties, on=new.starts_on, reason=CHANGE, by=by))
    audit.record(
        "grids.term.renew", term, by=by, to=new.pk, stay=renewal.stay, leave=renewal.leave, duties=len(renewal.duties)
    )
    return new, given
