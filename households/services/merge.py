"""Making one person out of two records, with a preview before and an undo after.

All rows that point to a person are found through the model registry, so upper apps are moved along without being
known here; rows of the sealed compartment move silently and are neither counted nor named (decision 2).
"""

from dataclasses import dataclass, field

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.fields import Unreadable
from fedhub.core.history import write_history
from fedhub.core.models import Stamped
from fedhub.core.privacy import Level, privacy_of
from fedhub.core.text import normalise
from fedhub.core.versions import save_version
from fedhub.reference.lookup import labels
from households.enums import ContactChannel, LinkEnd, MembershipKind, ResidentState
from households.guards import HOW, Guarded, guarded_homes, homes_of_people
from households.models import (
    ChildFile,
    Link,
    Membership,
    Resident,
    ResidentKey,
    ResidentMerge,
    SafeContact,
    Status,
)
from households.services.child import GUARDIANSHIP
from households.services.households import refresh_household
from households.services.link import refresh_contacts
from households.services.residents import write_resident_keys

# Facts of the person herself that a merge may take over.
FACTS = (
    "name", "former_name", "sex", "birth", "id_type", "id_number", "ethnic", "education", "political", "marital",
    "employment", "workplace", "hukou_type", "hukou_address", "children", "skills", "is_backbone", "is_volunteer",
    "health", "health_note", "income_note", "note",
)  # fmt: skip
# Columns that go with a fact.
WITH = {"name": ["name_sort"], "id_number": ["id_blind", "id_note"]}
STAYS = (ResidentKey, ResidentMerge)


@dataclass
class FactPair:
    """One fact of both records; `clashes` when both are filled and differ."""

    name: str
    label: str
    kept: object
    gone: object

    @property
    def clashes(self):
        return bool(self.kept) and bool(self.gone) and self.kept != self.gone


@dataclass
class Preview:
    """What a merge would do: facts side by side, `moves` [(label, count)] without sealed rows, `problems` (sentences)
    that must be solved first, `warnings` that the merge settles."""

    facts: list = field(default_factory=list)
    moves: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    warnings: list = field(default_factory=list)

    @property
    def clashes(self):
        return [pair for pair in self.facts if pair.clashes]


def links_of(model, stays=STAYS):
    """`[(related model, field name)]` of every foreign key to `model`, many-to-many tables included.

    History copies and the models `stays` are left out: for a merge what belongs to the record alone (search keys,
    earlier merges) stays where it is.
    """
    found = []
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue
        related = relation.related_model
        if hasattr(related, "instance_type") or related in stays or not related._meta.managed:
            continue
        found.append((related, relation.field.name))
    return sorted(found, key=lambda pair: (pair[0]._meta.label, pair[1]))


def _is_sealed(model):
    return privacy_of(model).level >= Level.SEALED


def preview_merge(kept, gone, user):
    """Preview of merging `gone` into `kept`; nothing is written. Rows that are kept from `user` are not counted."""
    preview = Preview()
    for name in FACTS:
        label = str(Resident._meta.get_field(name).verbose_name)
        preview.facts.append(FactPair(name, label, getattr(kept, name), getattr(gone, name)))
    counts = {}
    for model, name in links_of(Resident):
        if _is_sealed(_owner_of_table(model)) or model is Resident:
            continue
        number = _told_to(user, model).filter(**{name: gone}).count()
        if number:
            label = str(_owner_of_table(model)._meta.verbose_name)
            counts[label] = counts.get(label, 0) + number
    preview.moves = sorted(counts.items())
    preview.problems = _problems(kept, gone)
    preview.warnings = _warnings(kept, gone)
    return preview


def _told_to(user, model):
    """Rows of `model` that `user` may be told of: all, but for those that a circle of named people keeps from her."""
    rows = model._default_manager.all()
    return rows.readable_to(user) if hasattr(rows, "readable_to") else model._base_manager.all()


def _owner_of_table(model):
    """The model that declares a many-to-many table, or the model itself."""
    return model._meta.auto_created or model


def _problems(kept, gone):
    found = []
    if kept.pk == gone.pk:
        found.append("选的是同一条记录。")
    for person in (kept, gone):
        if person.state == ResidentState.MERGED:
            found.append(f"{person.name}已经并入别人，不能再合并。")
    if isinstance(kept.id_number, Unreadable) or isinstance(gone.id_number, Unreadable):
        found.append("有一条记录的身份证号无法解密，请先联系管理员。")
    open_files = ChildFile.objects.filter(resident__in=[kept.pk, gone.pk], closed_on=None).count()
    if open_files == 2:
        found.append("两条记录都有在管的留守（困境）儿童信息，请先退出其中一份。")
    names = labels("hardship_category")
    for code in _categories_brought(kept, gone):
        found.append(f"合并会给这户加上类别“{names.get(code, code)}”，要先由别人审批。{HOW}。")
    if open_files == 1 and _guardian_brought(kept, gone):
        found.append(f"合并会改孩子的监护人或照料人，要先由别人审批。{HOW}。")
    return found


def _inside(what, *people):
    """Those of the people who live in a family whose `what` changes by request alone."""
    homes = homes_of_people([person.pk for person in people])
    shut = guarded_homes(what, homes.values())
    return [person for person in people if homes.get(person.pk) in shut]


def _categories_brought(kept, gone):
    """Open categories that a family in hardship would get by the merge, in order."""
    inside = _inside(Guarded.CATEGORY, kept, gone)
    if not inside:
        return []
    every, known = set(), set()
    for person in (kept, gone):
        codes = set(_open_statuses(person).values_list("category", flat=True))
        every |= codes
        known |= codes if person in inside else set()
    return sorted(every - known)


def _guardian_brought(kept, gone):
    """True when the open children's file of one record names others than the last file of the other, inside such a family."""
    if not _inside(Guarded.GUARDIAN, kept, gone):
        return False
    rows = ChildFile.objects.filter(resident__in=[kept.pk, gone.pk]).order_by("pk")
    last = {child.resident_id: tuple(getattr(child, name) for name in GUARDIANSHIP) for child in rows}
    return len(set(last.values())) > 1


def _warnings(kept, gone):
    found = []
    if kept.id_number and gone.id_number and kept.id_number != gone.id_number:
        found.append("两条记录的身份证号不同，很可能不是同一个人。")
    if kept.sex and gone.sex and kept.sex != gone.sex:
        found.append("两条记录的性别不同。")
    homes = {m.kind: m for m in Membership.objects.current().filter(resident=kept).select_related("household")}
    for other in Membership.objects.current().filter(resident=gone).select_related("household"):
        mine = homes.get(other.kind)
        if mine is not None and mine.household_id != other.household_id:
            word = MembershipKind(other.kind).label
            found.append(f"{word}登记在两户：保留{mine.household}，结束{other.household}。")
    mine = set(_open_statuses(kept).values_list("category", flat=True))
    if mine & set(_open_statuses(gone).values_list("category", flat=True)):
        found.append("有相同的类别，合并后只留一条。")
    if SafeContact.objects.filter(resident__in=[kept.pk, gone.pk]).count() == 2:
        found.append("两条记录都有安全联系的要求，合并后按更严的办。")
    return found


def _open_statuses(resident):
    return Status.objects.filter(resident=resident, valid_to=None, replaced_at=None)


@transaction.atomic
def merge_residents(kept, gone, *, take=(), reason, by):
    """Merge `gone` into `kept`: empty facts are filled, those named in `take` are taken from `gone`, linked rows move.

    Returns the ResidentMerge. Raises ValidationError, StaleVersion.
    """
    problems = _problems(kept, gone)
    if problems:
        raise ValidationError(problems)
    if not normalise(reason):
        raise ValidationError("请写合并的原因。")
    undo = {"facts": {}, "rows": [], "ended": [], "replaced": [], "links": [], "safe": None}
    undo["gone"] = {
        "state": gone.state,
        "left_on": gone.left_on and gone.left_on.isoformat(),
        "left_why": gone.left_why,
    }
    homes = _households_of(kept, gone)
    _settle_memberships(kept, gone, undo)
    _settle_statuses(kept, gone, undo)
    _settle_links(kept, gone, undo)
    _settle_safe_contact(kept, gone, undo)
    gone.state, gone.merged_into = ResidentState.MERGED, kept
    save_version(gone, ["state", "merged_into"], base_version=gone.version, reason="并入")
    _take_facts(kept, gone, set(take), undo)
    _move_rows(kept, gone, undo)
    write_resident_keys([kept, gone])
    refresh_contacts([kept.pk, gone.pk])
    for household in homes:
        refresh_household(household)
    merge = ResidentMerge.objects.create(kept=kept, gone=gone, undo=undo, reason=normalise(reason)[:100], made_by=by)
    audit.record("households.resident.merge", kept, by=by, reason=reason, gone=gone.pk)
    audit.record("households.resident.merged_away", gone, by=by, reason=reason, kept=kept.pk)
    return merge


def _households_of(*residents):
    rows = Membership.objects.filter(resident__in=[r.pk for r in residents]).select_related("household")
    return list({row.household_id: row.household for row in rows}.values())


def _settle_memberships(kept, gone, undo):
    """Where both have an open membership of a kind, the one of `gone` ends today."""
    mine = {m.kind for m in Membership.objects.current().filter(resident=kept)}
    for row in Membership.objects.current().filter(resident=gone, kind__in=mine):
        row.valid_to, row.end_why = max(timezone.localdate(), row.valid_from), "合并重复的人"
        save_version(row, ["valid_to", "end_why"], base_version=row.version)
        undo["ended"].append(row.pk)


def _settle_statuses(kept, gone, undo):
    """A category that both have open stays once: the row of `gone` counts as corrected by the one of `kept`."""
    mine = {status.category: status.pk for status in _open_statuses(kept)}
    for status in _open_statuses(gone).filter(category__in=mine):
        Status.objects.filter(pk=status.pk).update(replaced_at=timezone.now(), replaced_by=mine[status.category])
        undo["replaced"].append(status.pk)


def _settle_links(kept, gone, undo):
    """A contact that both have stays once: the link of `gone` ends today."""
    mine = {(link.kind, link.person_id, link.name) for link in Link.objects.open().filter(resident=kept)}
    for link in Link.objects.open().filter(resident=gone):
        if (link.kind, link.person_id, link.name) in mine:
            link.valid_to, link.end_reason = timezone.localdate(), LinkEnd.MERGED
            save_version(link, ["valid_to", "end_reason"], base_version=link.version, reason="合并")
            undo["links"].append(link.pk)


def _settle_safe_contact(kept, gone, undo):
    """Two safe-contact rows become the stricter of both, never a looser one."""
    mine = SafeContact.objects.filter(resident=kept).first()
    theirs = SafeContact.objects.filter(resident=gone).first()
    if mine is None or theirs is None:
        return
    undo["safe"] = {
        "channels": mine.channels,
        "neutral": mine.neutral,
        "spouse_may_answer": mine.spouse_may_answer,
        "hour_from": mine.hour_from and mine.hour_from.isoformat(),
        "hour_to": mine.hour_to and mine.hour_to.isoformat(),
        "note": mine.note,
    }
    mine.channels = [c for c in ContactChannel.values if c in mine.channels and c in theirs.channels]
    mine.neutral = mine.neutral or theirs.neutral
    mine.spouse_may_answer = mine.spouse_may_answer or theirs.spouse_may_answer
    if mine.hour_from is None and mine.hour_to is None:
        mine.hour_from, mine.hour_to = theirs.hour_from, theirs.hour_to
    elif (theirs.hour_from or theirs.hour_to) and (mine.hour_from, mine.hour_to) != (theirs.hour_from, theirs.hour_to):
        # Two different windows cannot be told apart from a window over midnight: nothing goes out until somebody asks.
        mine.channels = []
    if theirs.note and theirs.note not in mine.note:
        mine.note = "；".join(filter(None, [mine.note, theirs.note]))
    save_version(
        mine, ["channels", "neutral", "spouse_may_answer", "hour_from", "hour_to", "note"], base_version=mine.version
    )


def _take_facts(kept, gone, take, undo):
    """Fill empty facts of `kept` and take those chosen; remember what stood before and after."""
    changed = []
    for name in FACTS:
        mine, theirs = getattr(kept, name), getattr(gone, name)
        if theirs in (None, "", False) or mine == theirs:
            continue
        if name in take or mine in (None, "", False):
            for column in (name, *WITH.get(name, ())):
                undo["facts"][column] = [getattr(kept, column), getattr(gone, column)]
                setattr(kept, column, getattr(gone, column))
                changed.append(column)
    if changed:
        save_version(kept, changed, base_version=kept.version, reason="合并")


def _move_rows(kept, gone, undo):
    """Point every linked row to `kept`; one that a unique rule refuses stays with the record that went."""
    for model, name in links_of(Resident):
        moved = []
        for pk in model._base_manager.filter(**{name: gone}).values_list("pk", flat=True):
            if model is Resident and pk == gone.pk:
                continue
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=pk).update(**{name: kept})
            except IntegrityError:
                continue
            moved.append(pk)
        if moved:
            _note_moved(model, moved, "随居民合并")
            undo["rows"].append([model._meta.label, name, moved])


def _note_moved(model, pks, reason):
    """New version and history row for the rows `pks` of `model`, which point to another person now.

    A row of a many-to-many table is a part of the record that declares it (the people of a visit).
    """
    owner = _owner_of_table(model)
    if owner is not model:
        to_owner = next(f for f in model._meta.fields if f.related_model is owner)
        pks = set(model._base_manager.filter(pk__in=pks).values_list(to_owner.attname, flat=True))
    if issubclass(owner, Stamped):
        owner._base_manager.filter(pk__in=pks).update(version=F("version") + 1, updated_at=timezone.now())
    if hasattr(owner, "history"):
        write_history(owner._base_manager.filter(pk__in=pks), reason=reason)


@transaction.atomic
def undo_merge(merge, *, by):
    """Take a merge back: rows return, the facts that nobody changed since too. Returns the names of facts that stayed.

    Raises ValidationError when it was undone before or `kept` was merged into somebody else since.
    """
    kept, gone = Resident.objects.get(pk=merge.kept_id), Resident.objects.get(pk=merge.gone_id)
    if kept.state == ResidentState.MERGED:
        raise ValidationError(f"{kept.name}后来又并入了别人，请先撤销那一次。")
    if not ResidentMerge.objects.filter(pk=merge.pk, undone_at=None).update(undone_at=timezone.now()):
        raise ValidationError("这次合并已经撤销过了。")
    undo = merge.undo
    _check_no_category_leaves(kept, undo)
    left = _give_back_facts(kept, undo)
    gone.state, gone.merged_into = undo["gone"]["state"], None
    save_version(gone, ["state", "merged_into"], base_version=gone.version, reason="撤销合并")
    for label, name, pks in undo["rows"]:
        model = apps.get_model(label)
        back = list(model._base_manager.filter(pk__in=pks, **{name: kept}).values_list("pk", flat=True))
        model._base_manager.filter(pk__in=back).update(**{name: gone})
        _note_moved(model, back, "撤销合并")
    for row in Membership.objects.filter(pk__in=undo["ended"], resident=gone):
        if not Membership.objects.current().filter(resident=gone, kind=row.kind).exists():
            row.valid_to, row.end_why = None, ""
            save_version(row, ["valid_to", "end_why"], base_version=row.version)
    Status.objects.filter(pk__in=undo["replaced"], resident=gone).update(replaced_at=None, replaced_by=None)
    for link in Link.objects.filter(pk__in=undo["links"], resident=gone, end_reason=LinkEnd.MERGED):
        link.valid_to, link.end_reason = None, ""
        save_version(link, ["valid_to", "end_reason"], base_version=link.version, reason="撤销合并")
    _give_back_safe_contact(kept, undo)
    write_resident_keys([kept, gone])
    refresh_contacts([kept.pk, gone.pk])
    for household in _households_of(kept, gone):
        refresh_household(household)
    merge.refresh_from_db()
    audit.record("households.resident.undo_merge", kept, by=by, gone=gone.pk)
    audit.record("households.resident.undo_merge", gone, by=by, kept=kept.pk)
    return left


def _check_no_category_leaves(kept, undo):
    moved = [pk for label, _, pks in undo["rows"] if label == Status._meta.label for pk in pks]
    if _open_statuses(kept).filter(pk__in=moved).exists() and _inside(Guarded.CATEGORY, kept):
        raise ValidationError(f"撤销合并会带走这户的类别，要先由别人审批结束这个类别。{HOW}。", code="guarded")


def _give_back_facts(kept, undo):
    back, left = [], []
    for column, (before, after) in undo["facts"].items():
        if getattr(kept, column) == after:
            setattr(kept, column, before)
            back.append(column)
        else:
            left.append(str(Resident._meta.get_field(column).verbose_name))
    if back:
        save_version(kept, back, base_version=kept.version, reason="撤销合并")
    return left


def _give_back_safe_contact(kept, undo):
    if undo["safe"] is None:
        return
    mine = SafeContact.objects.get(resident=kept)
    for name, value in undo["safe"].items():
        setattr(mine, name, SafeContact._meta.get_field(name).to_python(value))
    save_version(mine, list(undo["safe"]), base_version=mine.version)
