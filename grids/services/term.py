"""届: terms of the federation and who sits in them (decisions 16)."""

from django.db import transaction

from fedhub.core import audit
from fedhub.core.versions import save_version


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
