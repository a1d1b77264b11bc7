"""Registering backbone women, their level, and how they end; being one is a link with the federation."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.models.numbers import take_numbers
from fedhub.core.text import chinese_date
from fedhub.core.versions import save_version
from groups.backbone_enums import PENDING, STANDING, BackboneEnd
from groups.flow import backbonetask_flow, successor_flow
from groups.models import Backbone, LevelChange
from households.coverage import is_adult_woman
from households.enums import ResidentState
from households.models import Resident
from households.services.link import end_group_links, keep_group_links
from households.services.residents import change_resident

# The name under which being a backbone woman stands among her links.
TEAM = "妇女骨干"
TWICE = "她已经登记为妇女骨干。"
NOT_NOW = "她已经不是骨干了，这里只能看。"


def _mark(resident, value, *, by):
    """The ledger says the same: 妇女骨干 is ticked on her record, or not."""
    resident = Resident.objects.select_related("area").get(pk=resident.pk)
    if resident.is_backbone != value and resident.state == ResidentState.ACTIVE:
        resident.is_backbone = value
        change_resident(resident, {"is_backbone"}, base_version=resident.version, reason="骨干登记", by=by)


def is_current(backbone, *, lock=True):
    """The Backbone as it stands now, locked. Raises ValidationError when she is none any more."""
    rows = Backbone.objects.select_related("resident__area")
    found = (rows.select_for_update(of=("self",)) if lock else rows).get(pk=backbone.pk)
    if not found.is_current:
        raise ValidationError(NOT_NOW)
    return found


@transaction.atomic
def register_backbone(backbone, *, ground="", by):
    """Register a woman on the books (unsaved Backbone) from `valid_from`. Returns it with its number. Raises ValidationError."""
    today, person = timezone.localdate(), backbone.resident
    if not is_adult_woman(person):
        raise ValidationError({"resident": "妇女骨干只为在册的成年妇女登记。"})
    if backbone.valid_from > today:
        raise ValidationError({"valid_from": "日期不能晚于今天。"})
    if not backbone.skills:
        raise ValidationError({"skills": "至少选一样专长。"})
    before = person.backbone_terms.filter(valid_to__gte=backbone.valid_from).order_by("-valid_to").first()
    if before is not None and before.end_why != BackboneEnd.MISTAKE:
        raise ValidationError({"valid_from": f"她上一次到 {chinese_date(before.valid_to)} 为止，这一次要晚于那天。"})
    backbone.created_by = by
    backbone.number = f"GG{today:%Y}-{take_numbers(f'backbone:{today:%Y}'):03d}"
    backbone.full_clean(exclude=["note"], validate_constraints=False)
    try:
        with transaction.atomic():
            backbone.save()
    except IntegrityError as error:
        raise ValidationError({"resident": TWICE}) from error
    LevelChange.objects.create(
        backbone=backbone, level=backbone.level, since=backbone.valid_from, ground=ground.strip()[:60], recorded_by=by
    )
    keep_group_links([person], name=TEAM, since=backbone.valid_from, by=by)
    _mark(person, True, by=by)
    audit.record("groups.backbone.register", backbone, by=by, area=person.area, rank=backbone.level)
    return backbone


@transaction.atomic
def change_backbone(backbone, fields, *, base_version, by):
    """Save changed `fields`. Raises ValidationError, StaleVersion."""
    is_current(backbone)
    if not backbone.skills:
        raise ValidationError({"skills": "至少选一样专长。"})
    save_version(backbone, sorted(fields), base_version=base_version)
    audit.record("groups.backbone.change", backbone, by=by, area=backbone.resident.area, fields=sorted(fields))
    return backbone


@transaction.atomic
def set_level(backbone, level, *, since, ground="", by):
    """Another level from the day `since`: a row of its own; what was true on a day stays. Raises ValidationError."""
    backbone = is_current(backbone)
    last = backbone.levels.order_by("-since").first()
    if since > timezone.localdate():
        raise ValidationError({"since": "日期不能晚于今天。"})
    if last and since <= last.since:
        raise ValidationError({"since": f"现在的级别从 {chinese_date(last.since)} 起，这一次要晚于那天。"})
    if level == backbone.level:
        raise ValidationError({"level": "她现在就是这个级别。"})
    LevelChange.objects.create(backbone=backbone, level=level, since=since, ground=ground.strip()[:60], recorded_by=by)
    backbone.level = level
    save_version(backbone, ["level"], base_version=backbone.version, reason="级别变动")
    audit.record("groups.backbone.level", backbone, by=by, area=backbone.resident.area, rank=level)
    return backbone


@transaction.atomic
def end_backbone(backbone, *, on=None, why, note="", by=None):
    """She is a backbone woman no more from the day after `on` (default today); what she has in hand is cancelled, and she
    stands on no list of successors. Raises ValidationError."""
    today = timezone.localdate()
    backbone = is_current(backbone)
    on = on or max(today, backbone.valid_from)
    if why not in BackboneEnd.values:
        raise ValidationError({"end_why": "请选结束原因。"})
    if not backbone.valid_from <= on <= max(today, backbone.valid_from):
        raise ValidationError({"on": f"日期要在 {chinese_date(backbone.valid_from)} 和今天之间。"})
    backbone.valid_to, backbone.end_why, backbone.end_note = on, why, note.strip()[:100]
    save_version(backbone, ["valid_to", "end_why", "end_note"], base_version=backbone.version, reason="结束")
    for task in backbone.tasks.filter(state__in=PENDING):
        backbonetask_flow.walk(task, "cancel", result="骨干登记结束")
    for one in backbone.nominations.filter(state__in=STANDING):
        successor_flow.walk(
            one, "drop", decided_by=by, decided_on=today,
            ended_why="接任" if why == BackboneEnd.POST else "骨干登记结束",
        )  # fmt: skip
    end_group_links([backbone.resident], name=TEAM, by=by)
    _mark(backbone.resident, False, by=by)
    audit.record("groups.backbone.end", backbone, by=by, area=backbone.resident.area, end=why)
    return backbone


@transaction.atomic
def hand_over_backbone(women, tasks, *, person, from_person, reason, by):
    """Give the women (a queryset of Backbone) whom `from_person` keeps contact with, and the `tasks` (BackboneTask) that she
    gave and that are not settled, to `person`. Returns (women, tasks). Raises ValidationError when there are none."""
    if not person.is_active:
        raise ValidationError({"person": "这个账号已停用，请换一位。"})
    held = list(
        women.current().filter(keeper=from_person).select_related("resident__area").select_for_update(of=("self",))
    )
    given = list(
        tasks.pending()
        .given_by(from_person)
        .select_related("backbone__resident__area")
        .select_for_update(of=("self",))
    )
    if not held and not given:
        raise ValidationError(f"{from_person.name}名下没有骨干和任务，不用移交。")
    for backbone in held:
        backbone.keeper = person
        save_version(backbone, ["keeper"], base_version=backbone.version, reason="移交")
        audit.record(
            "groups.backbone.hand_over", backbone, by=by, area=backbone.resident.area, reason=reason, to=person.pk
        )
    for task in given:
        task.given_by = person
        save_version(task, ["given_by"], base_version=task.version)
        area = task.backbone.resident.area
        audit.record("groups.backbonetask.hand_over", task, by=by, area=area, reason=reason, to=person.pk)
    return len(held), len(given)
