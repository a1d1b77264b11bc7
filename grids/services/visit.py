"""Home visits: logging, correcting, amending, withdrawing, photos (handbook 2.4, 2.5).

A visit moves the family's due date only when somebody was met (handbook 13.2 rule 2). When nobody was, the next try is
planned by the rules "visit_retry_…"; what waits at the door moves with it, but never past its latest day. What a visitor
ticks as a risk goes to the sealed compartment and leaves no trace here: row, history, audit text and page are the same
without it.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns.enums import Origin
from concerns.services.answers import settle_on_spot
from concerns.services.intake import raise_concern
from fedhub.core import audit, files
from fedhub.core.versions import save_version
from fedhub.reference.lookup import rule
from grids.enums import HAZARD_CODES, TRY_AGAIN, ChangeKind, ChangeState, MemberEvent, Met, PolicyTopic, Review
from grids.flow import review_flow
from grids.models import Visit, VisitAmendment, VisitChange
from grids.services.doubts import look_over, print_photos
from grids.services.signature import keep_signature
from households.enums import TaskKind
from households.models import VisitTask
from households.queries import known_since, place_on
from households.services.households import note_visit, recompute_due
from households.services.link import gap_tasks_of, refresh_contacts
from households.services.plan import fulfil_tasks, put_off_tasks, reopen_tasks
from safety.enums import ReportSource
from safety.services.reports import report_risk

# What only a visit with this answer can tell: {field: (what stands there otherwise, answers)}.
ONLY_WITH = {
    "others": ("", (Met.MET,)),
    "changed": (False, (Met.MET,)),
    "problems": ("", (Met.MET,)),
    "satisfaction": (None, (Met.MET,)),
    "promise": ("", (Met.MET,)),
    "promise_kept": (None, (Met.MET,)),
    "left_note": (False, (Met.NOBODY,)),
    "refused_how": ("", (Met.REFUSED,)),
    "told_by": ("", (Met.MOVED, Met.DIED)),
}
# Labels of the columns that hold several codes.
CODED_LISTS = {"topics": dict(PolicyTopic.choices), "hazards": HAZARD_CODES}
# Not meeting anybody may itself be news for the ledger.
NEWS_OF_MET = {
    Met.MOVED: "走访时得知已搬走，请核实后办理迁出。",
    Met.EMPTY: "走访时房屋空置，请核实这户是否还在。",
    Met.DIED: "走访时得知家里有人去世，请核实是谁、哪一天，再登记去世。",
}
RETRY_RULES = {Met.NOBODY: "visit_retry_nobody_days", Met.REFUSED: "visit_retry_refused_days"}


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
def log_visit(
    visit, *, people=(), changes=(), requests=(), risk=None, photos=(), signature=None, tasks=(), once="", by
):
    """Save a new Visit (household and answers set) with everything that follows from it; returns the Visit.

    `people`: Residents met; `changes`: unsaved VisitChange rows; `requests`: Request; `risk`: Risk or None;
    `photos`: cleaned pictures (fedhub.core.images); `signature`: one of the person met, or None; `tasks`: VisitTasks of
    the household that this visit did (must-visits are done by any counting visit, one planned to reach a woman by
    meeting her); `once`: the once-key of the form, so that a draft of the same form reports nothing twice. Raises
    ValidationError for a day to come or before the household was known.
    """
    household = visit.household
    check_day(visit)
    visit.grid = grid_of_the_day(visit)
    visit.recorded_by = by
    if visit.visitor_id is None:
        visit.visitor = by
    if visit.partner_id == visit.visitor_id:
        visit.partner = None
    for name, empty in _unfit(visit).items():
        setattr(visit, name, empty)
    if visit.met != Met.MET:
        people, signature = (), None
        changes = [change for change in changes if change.event] if visit.met in NEWS_OF_MET else []
        if visit.met in NEWS_OF_MET and not changes:
            changes = [_news_of(visit)]
    if visit.met in TRY_AGAIN and visit.next_on is None:
        visit.next_on = next_try(visit.household, visit.met, visit.visited_on)
    visit.save()
    visit.people.set(people)
    for change in changes:
        change.visit = visit
    VisitChange.objects.bulk_create(changes)
    concerns = [_raise(request, visit, by=by) for request in requests]
    visit.concerns.set(concerns)
    _store_photos(visit, photos, by=by)
    if signature is not None:
        keep_signature(visit, signature, by=by)
    if visit.counts:
        note_visit(household, day=visit.visited_on, by=by)
        chosen = [*tasks, *gap_tasks_of(people)]
        visit.tasks.set(fulfil_tasks(household, day=visit.visited_on, chosen=chosen, by=by))
    _put_off(visit, by=by)
    refresh_contacts([person.pk for person in people])
    audit.record("grids.visit.log", visit, by=by, area=household.area, kind=visit.kind, met=visit.met)
    if risk is not None:
        tell_risk(risk, household=household, once=once, by=by)
    look_over(visit, by=by)
    return visit


def _news_of(visit):
    """The VisitChange that the answer alone of `visit` proposes, not saved."""
    event = MemberEvent.MOVED if visit.met == Met.MOVED else ""
    return VisitChange(visit=visit, kind=ChangeKind.MEMBERS, event=event, text=NEWS_OF_MET[visit.met])


def check_day(visit):
    """Raises ValidationError when the visit lies in the future or before its household was known."""
    if visit.visited_on > timezone.localdate():
        raise ValidationError({"visited_on": "走访日期不能晚于今天。"})
    known = known_since(visit.household)
    if visit.visited_on < known:
        raise ValidationError({"visited_on": f"走访日期早于这户最早的登记（{known:%Y-%m-%d}），请核对。"})


def next_try(household, met, day):
    """The day of the next try after one in vain on `day` with the answer `met`: by the rule, but while a task waits at the
    door not after its latest day."""
    due = day + timedelta(days=rule(RETRY_RULES[met]))
    latest = VisitTask.objects.begun().filter(household=household, latest_on__gt=day).order_by("latest_on").first()
    return due if latest is None else min(due, latest.latest_on)


def _unfit(visit):
    """{field: what is to stand there} of what the visit's answer cannot tell."""
    fields = {name: empty for name, (empty, answers) in ONLY_WITH.items() if visit.met not in answers}
    return {name: empty for name, empty in fields.items() if getattr(visit, name) != empty}


def _put_off(visit, *, by):
    """What waits at the door is put off to the next try; a family that refused is left in peace until then."""
    if visit.met in TRY_AGAIN and visit.next_on is not None and visit.withdrawn_at is None:
        put_off_tasks(visit.household, until=visit.next_on, pause=visit.met == Met.REFUSED, by=by)


def tell_risk(risk, *, household, once="", by):
    """Report what a visitor ticked to the sealed compartment. With `once`, the key of the form, the same words of the
    same form are reported one time, however often and by whatever way they arrive."""
    key = f"{ReportSource.VISIT}:{by.pk}:{once}:{','.join(sorted(risk.signs))}:{risk.text}" if once else None
    report_risk(
        area=household.area, source=ReportSource.VISIT, by=by, signs=risk.signs, text=risk.text, household=household,
        key=key,
    )  # fmt: skip


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
    stored = _store_photos(visit, photos, by=by)
    look_over(visit, by=by)
    return stored


def _store_photos(visit, photos, *, by):
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
    print_photos(visit, stored, photos)
    audit.record("grids.visit.upload", visit, by=by, area=visit.household.area, count=len(stored))
    return stored


@transaction.atomic
def remove_photo(visit, uuid, *, by):
    """Take one photo (its Attachment's uuid) away for good, while the record may still be corrected freely. Raises
    ValidationError."""
    if not may_correct(visit, by):
        raise ValidationError("只有走访人自己、在期限内可以去掉照片。")
    photo = files.attachments_of(visit, kind="photo").filter(uuid=uuid)
    if not photo:
        raise ValidationError("这张照片已经不在了。")
    files.remove(photo)
    look_over(visit, by=by)
    wait_again(visit)
    audit.record("grids.visit.remove_photo", visit, by=by, area=visit.household.area)
    return visit


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
    names = _write(visit, fields, people, base_version=base_version, reason="走访人修改", by=by)
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
    _write(visit, fields, people, base_version=base_version, reason="更正", by=by)
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


def _write(visit, fields, people, *, base_version, reason, by):
    fields = list(fields)
    for name, empty in _unfit(visit).items():
        setattr(visit, name, empty)
        fields.append(name)
    if visit.met != Met.MET:
        people = ()
    if "met" in fields and visit.met in TRY_AGAIN and visit.next_on is None:
        visit.next_on = next_try(visit.household, visit.met, visit.visited_on)
        fields.append("next_on")
    if "visited_on" in fields:
        check_day(visit)
        grid = grid_of_the_day(visit)
        if grid.pk != visit.grid_id:
            visit.grid = grid
            fields.append("grid")
    names = sorted(set(fields))
    met_before = Visit.objects.values_list("met", flat=True).get(pk=visit.pk)
    save_version(visit, names, base_version=base_version, reason=reason)
    if visit.met != met_before:
        _follow_news(visit, met_before, by=by)
    known = set(visit.people.values_list("pk", flat=True))
    if people is not None:
        visit.people.set(people)
    recompute_due(visit.household)
    _follow_tasks(visit, lost=known - set(visit.people.values_list("pk", flat=True)), by=by)
    if {"met", "next_on"} & set(fields):
        _put_off(visit, by=by)
    refresh_contacts(known | {person.pk for person in people or ()})
    look_over(visit, by=by)
    return names


def _follow_tasks(visit, *, lost=(), by):
    """Tasks go with whether the visit counts: done by it, or open again. One planned to reach a woman goes with whether she
    was met: `lost` are the keys of those who by now are said not to have been."""
    undone = visit.tasks.filter(kind=TaskKind.GAP, resident__in=lost) if visit.counts else visit.tasks.all()
    undone = list(undone)
    reopen_tasks(VisitTask.objects.filter(pk__in=[task.pk for task in undone]), by=by)
    visit.tasks.remove(*undone)
    if visit.counts:
        chosen = gap_tasks_of(visit.people.all())
        visit.tasks.add(*fulfil_tasks(visit.household, day=visit.visited_on, chosen=chosen, by=by))


def _follow_news(visit, met_before, *, by):
    """What the answer proposes for the ledger goes with the answer: what the former one proposed and nobody decided yet
    falls, what the new one says is proposed, unless the visit tells of it already."""
    if met_before in NEWS_OF_MET:
        _drop_changes(visit, "走访已更正", kind=ChangeKind.MEMBERS, by=by)
    if visit.met in NEWS_OF_MET:
        told = visit.changes.filter(kind=ChangeKind.MEMBERS).exclude(state=ChangeState.REFUSED)
        if not told.exists():
            _news_of(visit).save()


def _drop_changes(visit, why, *, by, **which):
    """The changes of `visit` that nobody decided yet are no longer proposed."""
    VisitChange.objects.waiting().filter(visit=visit, **which).update(
        state=ChangeState.REFUSED, decided_by=by, decided_at=timezone.now(), decided_why=why
    )


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
    _drop_changes(visit, "走访已作废", by=by)
    files.remove(files.attachments_of(visit))
    recompute_due(visit.household)
    _follow_tasks(visit, by=by)
    refresh_contacts(visit.people.values_list("pk", flat=True))
    look_over(visit, by=by)
    audit.record("grids.visit.withdraw", visit, by=by, area=visit.household.area, reason=reason)
    return visit
