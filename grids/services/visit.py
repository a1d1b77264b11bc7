"""Home visits: logging, correcting, amending, withdrawing, photos (handbook 2.4, 2.5).

A visit moves the family's due date only when somebody was met (handbook 13.2 rule 2). What a visitor ticks as a risk
goes to the sealed compartment and leaves no trace here: row, history, audit text and page are the same without it.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from concerns.enums import Origin
from concerns.services.answers import settle_on_spot
from concerns.services.intake import raise_concern
from fedhub.core import audit, files
from fedhub.core.versions import save_version
from fedhub.reference.lookup import rule
from grids.enums import HAZARD_CODES, ChangeKind, ChangeState, Met, PolicyTopic, Review
from grids.flow import review_flow
from grids.models import Visit, VisitAmendment, VisitChange
from grids.services.ledger import write_to_ledger
from grids.services.signature import keep_signature
from households.queries import place_on
from households.services.households import note_visit, recompute_due
from safety.enums import ReportSource
from safety.services import report_risk

# What a visit at which nobody was met cannot tell.
ONLY_WHEN_MET = {"others": "", "changed": False, "problems": "", "satisfaction": None}
# Labels of the columns that hold several codes.
CODED_LISTS = {"topics": dict(PolicyTopic.choices), "hazards": HAZARD_CODES}
# Not meeting anybody may itself be news for the ledger.
NEWS_OF_MET = {Met.MOVED: "走访时得知已搬走，请核实后办理迁出。", Met.EMPTY: "走访时房屋空置，请核实这户是否还在。"}


@dataclass
class Request:
    """One thing asked for during a visit; with `answer` it was solved on the spot."""

    title: str
    topic: str = ""
    detail: str = ""
    resident: object = None
    answer: str = ""


@dataclass
class Risk:
    """What must be reported at once: codes of safety.enums.Sign and a short text, both only ever stored sealed."""

    signs: list = field(default_factory=list)
    text: str = ""


@transaction.atomic
def log_visit(visit, *, people=(), changes=(), requests=(), risk=None, photos=(), signature=None, by):
    """Save a new Visit (household and answers set) with everything that follows from it; returns the Visit.

    `people`: Residents met; `changes`: unsaved VisitChange rows; `requests`: Request; `risk`: Risk or None;
    `photos`: cleaned pictures (fedhub.core.images); `signature`: one of the person met, or None.
    """
    household = visit.household
    visit.grid = grid_of_the_day(visit)
    visit.recorded_by = by
    if visit.visitor_id is None:
        visit.visitor = by
    if visit.partner_id == visit.visitor_id:
        visit.partner = None
    if visit.met != Met.MET:
        people, changes, signature = (), (), None
        for name, empty in ONLY_WHEN_MET.items():
            setattr(visit, name, empty)
        if visit.met in NEWS_OF_MET:
            changes = [VisitChange(kind=ChangeKind.MEMBERS, text=NEWS_OF_MET[visit.met])]
    visit.save()
    visit.people.set(people)
    for change in changes:
        change.visit = visit
    VisitChange.objects.bulk_create(changes)
    concerns = [_raise(request, visit, by=by) for request in requests]
    visit.concerns.set(concerns)
    keep_photos(visit, photos, by=by)
    if signature is not None:
        keep_signature(visit, signature, by=by)
    if visit.counts:
        note_visit(household, day=visit.visited_on, by=by)
    audit.record("grids.visit.log", visit, by=by, area=household.area, kind=visit.kind, met=visit.met)
    if risk is not None:
        report_risk(
            area=household.area, source=ReportSource.VISIT, by=by, signs=risk.signs, text=risk.text,
            household=household,
        )  # fmt: skip
    return visit


def grid_of_the_day(visit):
    """The grid in which the family lay on the day of `visit`; its grid of today for a day before it was registered."""
    return place_on(visit.household, visit.visited_on) or visit.household.area


def _raise(request, visit, *, by):
    concern = raise_concern(
        origin=Origin.VISIT,
        title=request.title,
        topic=request.topic,
        detail=request.detail,
        area=visit.household.area,
        household=visit.household,
        resident=request.resident,
        raised_on=visit.visited_on,
        by=by,
    )
    if request.answer:
        settle_on_spot(concern, answer=request.answer, by=by)
    return concern


@transaction.atomic
def keep_photos(visit, photos, *, by):
    """Store cleaned pictures with a visit (in all no more than rule "visit_photos_max"). Raises ValidationError."""
    photos = list(photos)
    if not photos:
        return []
    kept, most = files.attachments_of(visit, kind="photo").count(), rule("visit_photos_max")
    if kept + len(photos) > most:
        raise ValidationError(f"一次走访最多 {most} 张照片，已有 {kept} 张，没有再收。")
    stored = [
        files.store(
            photo.bytes, owner=visit, kind="photo", by=by, content_type=photo.content_type,
            name=f"照片{number}.{photo.content_type.rsplit('/', 1)[1]}",
        )
        for number, photo in enumerate(photos, start=kept + 1)
    ]  # fmt: skip
    audit.record("grids.visit.upload", visit, by=by, area=visit.household.area, count=len(stored))
    return stored


def may_correct(visit, user, day=None):
    """True when `user` made the record and may still correct it freely: within rule "visit_correct_days" (default 7), or
    because it was sent back to her."""
    day = day or timezone.localdate()
    written = timezone.localtime(visit.created_at).date()
    return (
        visit.withdrawn_at is None
        and user.pk in (visit.visitor_id, visit.recorded_by_id)
        and (visit.review == Review.RETURNED or day <= written + timedelta(days=rule("visit_correct_days")))
    )


@transaction.atomic
def correct_visit(visit, fields, *, people=None, base_version, by):
    """Save changed `fields` (and, when given, the `people` met) of one's own recent visit.

    Raises ValidationError when it is another's visit or too late, StaleVersion when it was changed meanwhile.
    """
    if not may_correct(visit, by):
        raise ValidationError("只有走访人自己、在期限内可以直接改。请用“更正”，写明原因。")
    names = _write(visit, fields, people, base_version=base_version, reason="走访人修改")
    wait_again(visit)
    audit.record("grids.visit.correct", visit, by=by, area=visit.household.area, fields=names)
    return visit


@transaction.atomic
def amend_visit(visit, fields, *, people=None, reason, base_version, by):
    """Change a visit after the free days: the reason, and what stood before and stands after, are kept.

    Returns the VisitAmendment. Raises ValidationError (withdrawn, no reason, nothing changed) or StaleVersion.
    """
    if visit.withdrawn_at is not None:
        raise ValidationError("这条走访已经作废，不能再更正。")
    if not reason:
        raise ValidationError("请写更正原因。")
    stored = Visit.objects.get(pk=visit.pk)
    before = texts_of(stored, fields, people is not None)
    _write(visit, fields, people, base_version=base_version, reason="更正")
    after = texts_of(visit, fields, people is not None)
    if before == after:
        raise ValidationError("内容没有变化，没有更正。")
    wait_again(visit)
    amendment = VisitAmendment.objects.create(visit=visit, made_by=by, reason=reason, before=before, after=after)
    audit.record("grids.visit.amend", visit, by=by, area=visit.household.area, reason=reason, fields=sorted(before))
    return amendment


def wait_again(visit):
    """A record that was looked over and then changed waits to be looked over again."""
    if visit.review in review_flow.steps["correct"].sources:
        review_flow.walk(visit, "correct")


def _write(visit, fields, people, *, base_version, reason):
    fields = list(fields)
    if visit.met != Met.MET:
        for name, empty in ONLY_WHEN_MET.items():
            if getattr(visit, name) != empty:
                setattr(visit, name, empty)
                fields.append(name)
        people = ()
    if "visited_on" in fields:
        grid = grid_of_the_day(visit)
        if grid.pk != visit.grid_id:
            visit.grid = grid
            fields.append("grid")
    names = sorted(set(fields))
    save_version(visit, names, base_version=base_version, reason=reason)
    if people is not None:
        visit.people.set(people)
    recompute_due(visit.household)
    return names


def texts_of(visit, fields, with_people):
    """What the amendment shows of `fields`, as the labels a reader knows."""
    texts = {}
    for name in fields:
        model_field = visit._meta.get_field(name)
        label = getattr(visit, f"get_{name}_display")() if model_field.choices else getattr(visit, name)
        if name in CODED_LISTS:
            label = "、".join(CODED_LISTS[name].get(code, code) for code in label)
        texts[name] = "" if label is None else str(label)
    if with_people:
        texts["people"] = "、".join(visit.people.order_by("id").values_list("name", flat=True))
    return texts


@transaction.atomic
def withdraw_visit(visit, *, reason, by):
    """Take a visit out of the count; it stays readable with the reason. Its undecided changes fall with it; photos and
    signature are deleted, since they prove nothing any more (PIPL 47).

    The visitor may withdraw her own within the free days, afterwards those who confirm changes may. Raises
    ValidationError otherwise.
    """
    if visit.withdrawn_at is not None:
        raise ValidationError("这条走访已经作废了。")
    if not reason:
        raise ValidationError("请写作废原因。")
    if not may_correct(visit, by) and not by.has_perm("grids.confirm_visitchange", visit):
        raise ValidationError("过了可以自己改的期限，请让妇联干事或主席来作废。")
    visit.withdrawn_at, visit.withdrawn_why = timezone.now(), reason
    save_version(visit, ["withdrawn_at", "withdrawn_why"], base_version=visit.version, reason="作废")
    VisitChange.objects.waiting().filter(visit=visit).update(
        state=ChangeState.REFUSED, decided_by=by, decided_at=timezone.now(), decided_why="走访已作废"
    )
    files.remove(files.attachments_of(visit))
    recompute_due(visit.household)
    audit.record("grids.visit.withdraw", visit, by=by, area=visit.household.area, reason=reason)
    return visit


@transaction.atomic
def confirm_change(change, *, base_version=None, by):
    """Take a proposed change into the ledger, with the visit as its source.

    `base_version` is the version of the resident or household as the person deciding saw it (default: as it stands).
    Raises ValidationError when the change was decided already or has no one to belong to, StaleVersion when the ledger
    was changed meanwhile.
    """
    _decide(change, ChangeState.ACCEPTED, "", by=by)
    write_to_ledger(change, base_version=base_version, by=by)
    audit.record(
        "grids.visitchange.confirm", change, by=by, area=change.visit.household.area, visit=change.visit_id,
        kind=change.kind, field=change.field,
    )  # fmt: skip
    return change


@transaction.atomic
def refuse_change(change, *, reason, by):
    """Leave the ledger as it is and say why. Raises ValidationError when the change was decided already."""
    if not reason:
        raise ValidationError("请写不采纳的理由。")
    _decide(change, ChangeState.REFUSED, reason, by=by)
    audit.record(
        "grids.visitchange.refuse", change, by=by, area=change.visit.household.area, reason=reason,
        visit=change.visit_id, kind=change.kind,
    )  # fmt: skip
    return change


def _decide(change, state, why, *, by):
    now = timezone.now()
    rows = VisitChange.objects.waiting().filter(pk=change.pk)
    if not rows.update(
        state=state, decided_by=by, decided_at=now, decided_why=why, version=F("version") + 1, updated_at=now
    ):
        raise ValidationError("这条变化已经有人处理过了，没有再动。")
    change.refresh_from_db()
