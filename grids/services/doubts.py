"""Looking a visit record over when it is saved, and what becomes of the questions: explained, put right, settled.

Nothing here ever hinders saving, and no question reads anything of the sealed compartment.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.areas.enums import CODE_LENGTH, AreaKind
from fedhub.areas.models import Area
from fedhub.core import audit
from fedhub.core.likeness import likeness
from grids.doubts import bands_of, doubts_in, text_print
from grids.enums import DoubtState
from grids.flow import doubt_flow
from grids.models import PhotoPrint, VisitDoubt, VisitPrint

FRESH = {
    "explanation": "", "explained_by": None, "explained_at": None, "decided_by": None, "decided_at": None,
}  # fmt: skip


def community_of(area):
    """The community that `area` lies in."""
    return Area.objects.get(code=area.code[: CODE_LENGTH[AreaKind.COMMUNITY]])


def print_photos(visit, stored, photos):
    """Keep the hashes of `photos` (cleaned pictures, stored as the Attachments `stored`) that can be told from others."""
    found = [(file, likeness(photo.bytes)) for file, photo in zip(stored, photos, strict=True)]
    found = [(file, one) for file, one in found if one is not None]
    if found:
        community = community_of(visit.grid)
        PhotoPrint.objects.bulk_create(
            [PhotoPrint(attachment=file, visit=visit, community=community, **bands_of(one)) for file, one in found]
        )


@transaction.atomic
def look_over(visit, *, by):
    """Find what in `visit` is worth a second look, after it was logged, changed or withdrawn; also what other visits were
    asked because of this one. Returns the VisitDoubts of `visit` that wait for a word."""
    text = None if visit.withdrawn_at else text_print(visit)
    if text is None:
        VisitPrint.objects.filter(visit=visit).delete()
    else:
        VisitPrint.objects.update_or_create(visit=visit, defaults={"visitor_id": visit.visitor_id, "text": text})
    asked = _settle(visit, by=by)
    linked = VisitDoubt.objects.filter(other=visit).exclude(state=DoubtState.GONE)
    for one in linked.select_related("visit__household__area"):
        _settle(one.visit, by=by)
    return asked


def _settle(visit, *, by):
    """The VisitDoubts of `visit` as the record now is."""
    found, area = doubts_in(visit), visit.household.area
    known = {doubt.kind: doubt for doubt in visit.doubts.all()}
    for kind, other in found.items():
        doubt = known.get(kind)
        if doubt is None:
            doubt = known[kind] = VisitDoubt.objects.create(visit=visit, kind=kind, other_id=other)
        elif doubt.state == DoubtState.GONE or (doubt.state == DoubtState.ACCEPTED and doubt.other_id != other):
            doubt_flow.walk(doubt, "find", other=other, found_on=timezone.localdate(), **FRESH)
        else:
            if doubt.other_id != other:
                VisitDoubt.objects.filter(pk=doubt.pk).update(other=other)
            continue
        audit.record("grids.visitdoubt.find", doubt, by=by, area=area, visit=visit.pk, kind=kind)
    for kind, doubt in known.items():
        if kind not in found and doubt.state in doubt_flow.steps["clear"].sources:
            doubt_flow.walk(doubt, "clear")
            audit.record("grids.visitdoubt.clear", doubt, by=by, area=area, visit=visit.pk, kind=kind)
    return [doubt for doubt in known.values() if doubt.state == DoubtState.OPEN]


def is_own(doubt, user):
    """True when `user` may answer: she went there, or wrote it down."""
    visit = doubt.visit
    return user.pk in (visit.visitor_id, visit.partner_id, visit.recorded_by_id)


@transaction.atomic
def explain_doubt(doubt, *, explanation, base_version=None, by):
    """A word of the visitor: it is so, and why. Returns the VisitDoubt. Raises ValidationError for another's visit or
    without words, FlowError, StaleVersion."""
    if not is_own(doubt, by):
        raise ValidationError("只有走访人自己能说明。")
    if not explanation:
        raise ValidationError("请写一句说明。")
    doubt_flow.walk(
        doubt, "explain", base_version=base_version,
        explanation=explanation, explained_by=by, explained_at=timezone.now(),
    )  # fmt: skip
    return _told("explain", doubt, by=by)


@transaction.atomic
def accept_doubt(doubt, *, by):
    """The reviewer finds nothing wrong with it. Returns the VisitDoubt. Raises ValidationError for her own visit and
    before the visitor had her days, FlowError."""
    return _decide("accept", doubt, by=by)


@transaction.atomic
def keep_doubt(doubt, *, by):
    """The reviewer will speak with her about it. As `accept_doubt`."""
    return _decide("keep", doubt, by=by)


def _decide(step, doubt, *, by):
    if is_own(doubt, by):
        raise ValidationError("自己的走访不能自己看。")
    if doubt.state == DoubtState.OPEN and not VisitDoubt.objects.for_chair().filter(pk=doubt.pk).exists():
        raise ValidationError("走访人还没有说明，也还没到期限。请先等她说明或者改好。")
    doubt_flow.walk(doubt, step, decided_by=by, decided_at=timezone.now())
    return _told(step, doubt, by=by)


def _told(verb, doubt, *, by):
    area = doubt.visit.household.area
    audit.record(f"grids.visitdoubt.{verb}", doubt, by=by, area=area, visit=doubt.visit_id, kind=doubt.kind)
    return doubt
