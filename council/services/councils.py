"""Opening a council for a term, changing its charter, giving and ending seats."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from council.models import Council
from fedhub.core import audit
from fedhub.core.versions import save_version


@transaction.atomic
def open_council(council, *, by):
    """Save a new Council; returns it. Raises ValidationError when the community has this term already, or another one whose
    term has not ended before: one council at a time."""
    council.created_by = by
    council.full_clean(exclude=["area"])
    other = Council.objects.filter(area=council.area).filter(Q(term_to=None) | Q(term_to__gte=council.term_from))
    if other := other.exclude(term_from__gt=council.term_to or date.max).first():
        raise ValidationError({"term_from": f"{other}的任期和这一届重叠，请先在那里写任期到哪天。"})
    council.save()
    audit.record("council.council.open", council, by=by, term=council.term)
    return council


@transaction.atomic
def change_council(council, fields, *, base_version, by):
    """Save changed `fields` of the charter. A meeting or a vote that has begun keeps its rules. Raises StaleVersion."""
    council.full_clean(exclude=["area"])
    save_version(council, fields, base_version=base_version)
    audit.record("council.council.change", council, by=by, fields=sorted(fields))
    return council


@transaction.atomic
def seat_member(member, *, by):
    """Give a seat from `since` on; returns the Member. Raises ValidationError for a second seat of one account."""
    Council.objects.select_for_update().get(pk=member.council_id)
    if member.user_id and not member.user.is_active:
        raise ValidationError({"user": "这个账号已停用。"})
    member.full_clean()
    member.save()
    audit.record("council.member.add", member, by=by, seat=member.seat)
    return member


@transaction.atomic
def unseat_member(member, *, on, why, by):
    """End a seat: `on` is the last day. Returns the Member. Raises ValidationError when it has ended or would before it began."""
    rows = type(member).objects.filter(pk=member.pk, until=None)
    if on < member.since:
        raise ValidationError({"on": f"离任日期不能早于加入日期（{member.since:%Y-%m-%d}）。"})
    if on > timezone.localdate():
        raise ValidationError({"on": "离任日期不能晚于今天。"})
    if not rows.update(until=on, why=why, updated_at=timezone.now()):
        raise ValidationError("这位成员已经离任了。")
    member.refresh_from_db()
    audit.record("council.member.end", member, by=by, reason=why)
    return member
