"""Links of the federation with every woman: made, ended, contacts noted; many at once and taken back.

`Resident.has_contact` and `contacted_on`, and `Link.last_*`, are derived here from the links and from the visits at which
she was met; version and history stay as they are for them, as for a household's due day.
"""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.bulk import copy_to_history, insert_history, update_rows
from fedhub.core.lookups import AnyOf
from fedhub.core.text import chinese_date, normalise
from fedhub.core.versions import save_version
from households.coverage import is_adult_woman
from households.enums import OF_GROUPS, ContactHow, HouseholdState, LinkEnd, LinkKind, MembershipKind, TaskKind
from households.models import Link, LinkBatch, Membership, Resident, VisitTask
from households.models.resident import NEVER

SLICE = 500
# Why a visit is planned, as lists show it.
NOBODY, SILENT = "补联系：还没有联系人", "补联系：很久没有联系"


# --- what follows from links and visits ---------------------------------------------------------------------------
def refresh_contacts(resident_ids):
    """Work out anew who is in contact with the people `resident_ids` and when last: four statements for 500 of them,
    and those that write what changed.

    A visit counts as a contact of its two visitors when she was among those met and the visit stands; ended links keep
    what stood when they ended.
    """
    ids = sorted(set(resident_ids))
    for start in range(0, len(ids), SLICE):
        _refresh(ids[start : start + SLICE])


def _refresh(ids):
    by_visitor, met = _met_at_visits(ids)
    named, noted, changed = set(), dict(met), []
    columns = ("pk", "resident_id", "person_id", "kind", "valid_to", "end_reason", "noted_on", "noted_how", "last_on",
               "last_how")  # fmt: skip
    for row in Link.objects.filter(AnyOf("resident_id", ids)).values(*columns):
        person = row["resident_id"]
        if row["noted_on"] and row["end_reason"] != LinkEnd.MISTAKE:
            noted[person] = max(noted.get(person, NEVER), row["noted_on"])
        if row["valid_to"] is not None:
            continue
        if row["person_id"] or row["kind"] not in OF_GROUPS:
            named.add(person)
        last = max(
            (row["noted_on"] or NEVER, row["noted_how"]), by_visitor.get((person, row["person_id"]), (NEVER, ""))
        )
        last = (None, "") if last[0] == NEVER else last
        if last != (row["last_on"], row["last_how"]):
            changed.append((*last, row["pk"]))
    update_rows(Link, ["last_on", "last_how"], changed)
    people = Resident.objects.filter(AnyOf("pk", ids)).values_list("pk", "has_contact", "contacted_on")
    update_rows(
        Resident, ["has_contact", "contacted_on"],
        [(pk in named, noted.get(pk, NEVER), pk) for pk, *was in people
         if was != [pk in named, noted.get(pk, NEVER)]],
    )  # fmt: skip


def _met_at_visits(ids):
    """`{(resident, visitor): (day, how)}` and `{resident: day}` of the last visits at which each of `ids` was met.

    The visits hang on `Resident.visits` from the app above; only who, whom, when and how are read.
    """
    visits = Resident._meta.get_field("visits").related_model.objects.meeting()
    rows = visits.filter(people__in=ids).order_by().values_list("people", "visitor", "partner", "mode")
    by_visitor, met = {}, {}
    for resident, visitor, partner, mode, day in rows.annotate(last=Max("visited_on")):
        how = mode if mode in (ContactHow.PHONE, ContactHow.WECHAT) else ContactHow.VISIT.value
        met[resident] = max(met.get(resident, day), day)
        for person in filter(None, (visitor, partner)):
            by_visitor[resident, person] = max(by_visitor.get((resident, person), (NEVER, "")), (day, how))
    return by_visitor, met


# --- one link -------------------------------------------------------------------------------------------------------
def _check_day(day, name):
    if day and day > timezone.localdate():
        raise ValidationError({name: "日期不能晚于今天。"})


@transaction.atomic
def add_link(link, *, by):
    """Write down through whom a woman is reached (unsaved Link). Returns it.

    Raises ValidationError: not a grown woman on the books, nobody named, an account out of use, a day to come, the same
    link twice.
    """
    link.name = normalise(link.name)
    if not is_adult_woman(link.resident):
        raise ValidationError("联系人只为在册的成年妇女登记。")
    if bool(link.person_id) == bool(link.name):
        raise ValidationError({"name": "联系人选账号或者写名字，二选一。"})
    if link.person_id and not link.person.is_active:
        raise ValidationError({"person": "这个账号已停用，请换一位。"})
    _check_day(link.valid_from, "valid_from")
    _check_day(link.noted_on, "noted_on")
    if bool(link.noted_on) != bool(link.noted_how):
        raise ValidationError({"noted_how": "最近联系的日期和方式要么都填，要么都不填。"})
    try:
        with transaction.atomic():
            link.save()
    except IntegrityError:
        raise ValidationError("这位联系人已经登记过，不用重复登记。") from None
    refresh_contacts([link.resident_id])
    audit.record("households.link.add", link.resident, by=by, kind=link.kind)
    return link


@transaction.atomic
def end_link(link, *, on, reason, by):
    """End a link on the day `on` with its `reason` (LinkEnd). Raises ValidationError, StaleVersion."""
    if link.valid_to is not None:
        raise ValidationError("这位联系人已经结束了，请刷新后再看。")
    if reason not in LinkEnd.values:
        raise ValidationError({"reason": "请选结束原因。"})
    if not link.valid_from <= on <= timezone.localdate():
        raise ValidationError({"on": f"日期要在 {chinese_date(link.valid_from)} 和今天之间。"})
    link.valid_to, link.end_reason = on, reason
    save_version(link, ["valid_to", "end_reason"], base_version=link.version, reason="结束")
    refresh_contacts([link.resident_id])
    audit.record("households.link.end", link.resident, by=by, kind=link.kind, end=reason)
    return link


@transaction.atomic
def note_contact(link, *, on, how, base_version, by):
    """Write down when and how she was last spoken to through `link`; a wrong day is put right the same way.

    A later visit by the same person still counts. Raises ValidationError, StaleVersion.
    """
    if link.valid_to is not None:
        raise ValidationError("这位联系人已经结束了，请刷新后再看。")
    if how not in ContactHow.values:
        raise ValidationError({"noted_how": "请选怎样联系的。"})
    _check_day(on, "noted_on")
    link.noted_on, link.noted_how = on, how
    save_version(link, ["noted_on", "noted_how"], base_version=base_version, reason="登记联系")
    refresh_contacts([link.resident_id])
    link.refresh_from_db()
    audit.record("households.link.note", link.resident, by=by, kind=link.kind)
    return link


def end_links_of(resident, *, on, by):
    """End the open links of a woman who moved away or died."""
    links = list(Link.objects.open().filter(resident=resident))
    for link in links:
        link.valid_to, link.end_reason = max(on, link.valid_from), LinkEnd.GONE
        save_version(link, ["valid_to", "end_reason"], base_version=link.version, reason="结束")
    if links:
        refresh_contacts([resident.pk])
        audit.record("households.link.end", resident, by=by, end=LinkEnd.GONE, count=len(links))


# --- groups ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def keep_group_links(people, *, name, since, by):
    """Being in the group `name` is a link of each of `people` (Residents): made where none stands, for grown women on the books.
    Returns how many were made."""
    known = _in_group(people, name).values_list("resident_id", flat=True)
    wanted = {one.pk: one for one in people if is_adult_woman(one)}
    for pk in known:
        wanted.pop(pk, None)
    made = Link.objects.bulk_create(
        [Link(resident=one, kind=LinkKind.GROUP, name=name, valid_from=since) for one in wanted.values()]
    )
    insert_history(made, kind="+", by=by, reason="加入队伍")
    refresh_contacts(wanted)
    audit.record_many("households.link.add", list(wanted.values()), by=by, kind=LinkKind.GROUP.value)
    return len(made)


@transaction.atomic
def end_group_links(people, *, name, by):
    """`people` (Residents) left the group `name`: their links of it end today. Returns how many did."""
    links = list(_in_group(people, name).select_for_update(of=("self",)).order_by("pk"))
    _end_many([link.pk for link in links], LinkEnd.GROUP, by=by, reason="退出队伍")
    ids = {link.resident_id for link in links}
    refresh_contacts(ids)
    gone = [one for one in people if one.pk in ids]
    audit.record_many("households.link.end", gone, by=by, kind=LinkKind.GROUP.value, end=LinkEnd.GROUP.value)
    return len(links)


@transaction.atomic
def note_group_contacts(people, *, name, on, by):
    """`people` (Residents) came to the group `name` on the day `on`: that was a contact, unless a later one is noted."""
    earlier = Q(noted_on=None) | Q(noted_on__lt=on)
    ids = list(_in_group(people, name).filter(earlier).values_list("pk", flat=True))
    Link.objects.filter(AnyOf("pk", ids)).update(
        noted_on=on, noted_how=ContactHow.ACTIVITY, version=F("version") + 1, updated_at=timezone.now()
    )
    copy_to_history(Link, ids, kind="~", by=by, reason="参加活动")
    refresh_contacts(Link.objects.filter(AnyOf("pk", ids)).values_list("resident_id", flat=True))


def _in_group(people, name):
    return Link.objects.open().filter(
        AnyOf("resident_id", [one.pk for one in people]), kind=LinkKind.GROUP, person=None, name=name
    )


# --- visits for those nobody reaches ------------------------------------------------------------------------------
@dataclass
class GapVisits:
    """What was planned: how many visits; how many women have one already, and how many live in no family."""

    made: int = 0
    there: int = 0
    homeless: int = 0


@transaction.atomic
def plan_gap_visits(women, *, due_on, assigned_to=None, by):
    """Plan a visit to each of `women` (a queryset of Residents) by `due_on`: one task a woman. Returns GapVisits."""
    people = dict(women.order_by().values_list("pk", "has_contact"))
    # Two who plan for the same women at once go one after the other: a woman has one open visit of this kind.
    list(Resident.objects.filter(AnyOf("pk", people)).order_by("pk").select_for_update().values_list("pk"))
    planned = VisitTask.objects.open().filter(AnyOf("resident_id", people), kind=TaskKind.GAP)
    there = set(planned.values_list("resident_id", flat=True))
    living = Membership.objects.filter(
        AnyOf("resident_id", people), kind=MembershipKind.LIVES, valid_to=None, household__state=HouseholdState.ACTIVE
    )
    homes = {m.resident_id: m.household for m in living.select_related("household__area").order_by("pk")}
    today = timezone.localdate()
    tasks = VisitTask.objects.bulk_create(
        [
            VisitTask(
                household=homes[pk], resident_id=pk, kind=TaskKind.GAP, why=SILENT if has else NOBODY, since=today,
                earliest_on=today, due_on=due_on, latest_on=due_on, assigned_to=assigned_to, planned_by=by,
            )
            for pk, has in people.items()
            if pk in homes and pk not in there
        ],
        batch_size=SLICE,
    )  # fmt: skip
    by_area = {}
    for task in tasks:
        by_area.setdefault(task.household.area, []).append(task)
    for area, rows in by_area.items():
        audit.record_many("households.visittask.plan", rows, by=by, area=area, kind=TaskKind.GAP.value)
    return GapVisits(len(tasks), len(there), len(people.keys() - homes.keys() - there))


def gap_tasks_of(people):
    """Open visits planned for `people` (Residents) themselves because nobody reached them."""
    return list(VisitTask.objects.open().filter(resident__in=people, kind=TaskKind.GAP)) if people else []


# --- many at once ---------------------------------------------------------------------------------------------------
@transaction.atomic
def make_links(women, *, person, kind, replace=False, reason="", by):
    """Make `person` the contact of all `women` (a queryset of Residents) who have her not yet. Returns the LinkBatch.

    With `replace` other open links of the same kind end today. Raises ValidationError when there is none to make.
    """
    _check_person(person)
    known = Link.objects.open().filter(kind=kind, person=person).values("resident_id")
    people = list(women.exclude(pk__in=known).select_related("area").order_by("pk"))
    if not people:
        raise ValidationError("这些妇女都已经由她联系，没有要登记的。")
    ids = [one.pk for one in people]
    old = Link.objects.open().filter(AnyOf("resident_id", ids), kind=kind) if replace else Link.objects.none()
    return _write(
        people, [(pk, kind) for pk in ids], list(old.select_for_update(of=("self",)).order_by("pk")), LinkEnd.CHANGED,
        person=person, from_person=None, reason=reason, by=by,
    )  # fmt: skip


@transaction.atomic
def hand_over_links(links, *, person, from_person, reason="", by):
    """Give all open `links` (a queryset) of `from_person` to `person`, each of its kind. Returns the LinkBatch.

    A woman who has the new one already in that kind only loses the old. Raises ValidationError when there is none.
    """
    _check_person(person)
    rows = links.open().filter(person=from_person).select_for_update(of=("self",))
    old = list(rows.select_related("resident__area").order_by("pk"))
    if not old:
        raise ValidationError(f"{from_person.name}名下没有联系的妇女，不用移交。")
    ids = {link.resident_id for link in old}
    has = Link.objects.open().filter(AnyOf("resident_id", ids), person=person)
    known = set(has.values_list("resident_id", "kind"))
    people = list({link.resident_id: link.resident for link in old}.values())
    return _write(
        people, [(link.resident_id, link.kind) for link in old if (link.resident_id, link.kind) not in known], old,
        LinkEnd.HANDED, person=person, from_person=from_person, reason=reason, by=by,
    )  # fmt: skip


def _check_person(person):
    if not person.is_active:
        raise ValidationError({"person": "这个账号已停用，请换一位。"})


def _write(people, wanted, old, end_reason, *, person, from_person, reason, by):
    """Make links of `wanted` [(resident id, kind)] with `person`, end the links `old`, keep how to take it back."""
    _end_many([link.pk for link in old], end_reason, by=by, reason=reason or "批量登记联系人")
    made = Link.objects.bulk_create(
        [Link(resident_id=pk, kind=kind, person=person) for pk, kind in wanted], batch_size=SLICE
    )
    insert_history(made, kind="+", by=by, reason=reason or "批量登记联系人")
    refresh_contacts([one.pk for one in people])
    batch = LinkBatch.objects.create(
        area=_area_of(people), person=person, from_person=from_person, total=len(people), reason=normalise(reason)[:60],
        created_by=by,
        undo={"made": [[link.pk, link.version] for link in made], "ended": [[link.pk, link.version + 1] for link in old]},
    )  # fmt: skip
    audit.record_many("households.link.add", people, by=by, reason=reason, person=person.pk, batch=batch.pk)
    audit.record("households.linkbatch.add", batch, by=by, reason=reason, total=batch.total, person=person.pk)
    return batch


def _written_again(links, made):
    """Women who have by now another open link like one that would be opened again."""
    ids = {link.resident_id for link in links.values()}
    others = Link.objects.open().filter(AnyOf("resident_id", ids)).exclude(pk__in=made)
    known = set(others.values_list("resident_id", "kind", "person_id", "name"))
    ended = [link for pk, link in links.items() if pk not in made]
    return {one.resident_id for one in ended if (one.resident_id, one.kind, one.person_id, one.name) in known}


def _end_many(ids, end_reason, *, by, reason):
    for start in range(0, len(ids), SLICE):
        Link.objects.filter(pk__in=ids[start : start + SLICE]).update(
            valid_to=timezone.localdate(), end_reason=end_reason, version=F("version") + 1, updated_at=timezone.now()
        )
    copy_to_history(Link, ids, kind="~", by=by, reason=reason)


def _area_of(people):
    """The smallest place that holds all `people`."""
    areas = {one.area_id: one.area for one in people}
    area = next(iter(areas.values()))
    while area.parent is not None and not all(other.code.startswith(area.code) for other in areas.values()):
        area = area.parent
    return area


@dataclass
class LinksTakenBack:
    """What an undo did: how many links it took back, the women whose links were changed since, left alone, and how many
    women were left alone because they live outside the places of whoever undoes: of these nothing is told."""

    back: int = 0
    refused: list = field(default_factory=list)
    away: int = 0


@transaction.atomic
def undo_links(batch, *, by):
    """Take a batch back: the links it made end as a mistake, those it ended are open again; what was changed since (a
    contact noted, the link ended) stays with both. Returns LinksTakenBack.

    Raises ValidationError when it was undone before, or when whoever had the links before has no account any more.
    """
    ended = Link.objects.filter(AnyOf("pk", [pk for pk, _ in batch.undo["ended"]]))
    gone = ended.filter(person__is_active=False).order_by("person__name").values_list("person__name", flat=True)
    if names := "、".join(dict.fromkeys(gone)):
        raise ValidationError(f"{names}的账号已经停用，不能再退回去。要换人，请重新登记或移交。")
    claimed = LinkBatch.objects.filter(pk=batch.pk, undone_at=None).update(
        undone_at=timezone.now(), version=F("version") + 1
    )
    if not claimed:
        raise ValidationError("这次登记已经撤销过了。")
    batch.refresh_from_db()
    wanted = dict(map(tuple, [*batch.undo["made"], *batch.undo["ended"]]))
    rows = Link.objects.filter(AnyOf("pk", wanted)).select_for_update(of=("self",)).order_by("pk")
    links = {link.pk: link for link in rows}
    touched = {link.resident_id for pk, link in links.items() if link.version != wanted[pk]}
    touched |= _written_again(links, {pk for pk, _ in batch.undo["made"]})
    everyone = {link.resident_id for link in links.values()}
    people = Resident.objects.visible_to(by, "households.assign_link").filter(AnyOf("pk", everyone))
    away = everyone - set(people.values_list("pk", flat=True))
    left, touched = touched - away, touched | away
    made = [pk for pk, _ in batch.undo["made"] if links[pk].resident_id not in touched]
    again = [pk for pk, _ in batch.undo["ended"] if links[pk].resident_id not in touched]
    _end_many(made, LinkEnd.MISTAKE, by=by, reason="撤销批量登记")
    for start in range(0, len(again), SLICE):
        Link.objects.filter(pk__in=again[start : start + SLICE]).update(
            valid_to=None, end_reason="", version=F("version") + 1, updated_at=timezone.now()
        )
    copy_to_history(Link, again, kind="~", by=by, reason="撤销批量登记")
    refresh_contacts(everyone)
    refused = list(Resident.objects.filter(AnyOf("pk", left)).order_by("name_sort"))
    result = LinksTakenBack(len(made) + len(again), refused, len(away))
    audit.record("households.linkbatch.undo", batch, by=by, back=result.back, refused=len(result.refused))
    return result


@transaction.atomic
def unnote_group_contact(person, *, name, on, earlier, by):
    """What was noted of the group `name` for the day `on` was wrong: `earlier` (a day or None) is the last time she came. A
    contact noted by hand, or on another day, stays."""
    links = list(
        _in_group([person], name).filter(noted_on=on, noted_how=ContactHow.ACTIVITY).values_list("pk", flat=True)
    )
    Link.objects.filter(AnyOf("pk", links)).update(
        noted_on=earlier, noted_how=ContactHow.ACTIVITY if earlier else "", version=F("version") + 1,
        updated_at=timezone.now(),
    )  # fmt: skip
    copy_to_history(Link, links, kind="~", by=by, reason="更正活动记录")
    refresh_contacts([person.pk] if links else [])
