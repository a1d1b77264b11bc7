"""Public notice: drafted, published by another person, ended by itself or taken down; objections to it and their answers."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.text import mask_name
from fedhub.reference.lookup import rule
from hardship.enums import IN_CARE, NoticeState, ObjectionState
from hardship.models import HardshipFile, Notice, Objection
from households.enums import ConsentPurpose
from households.minors import born_late
from households.models import Consent

# So many open objections to one notice are taken in writing; whoever comes later is asked to call.
OBJECTIONS_TAKEN = 30
OFF = "公示没有开启。"


def is_on():
    """True while the office publishes at all (rule "hardship_notice_on", off as shipped)."""
    return bool(rule("hardship_notice_on"))


def notice_consents(file, day=None):
    """Consents of the file's person to be published, in force on `day` (default today), the newest first."""
    if file.subject_id is None:
        return []
    rows = Consent.objects.filter(resident=file.subject, purpose=ConsentPurpose.NOTICE).select_related("resident")
    return [consent for consent in rows.order_by("-given_on", "-pk") if consent.in_force(day)]


def stops_notice(file):
    """Why the file must not be published, '' when nothing stands against it."""
    if file.guarded:
        return "限定人员可看的档案不公示。"
    if file.state not in IN_CARE:
        return "在帮的家庭才公示。"
    if file.subject is None:
        return "档案还没有写主要帮扶对象。"
    if not file.subject.birth or born_late(file.subject.birth):
        return "未成年人（没有写出生日期的也算）不公示姓名。"
    if not notice_consents(file):
        return "还没有本人的公示同意：在她的页面“同意”里登记，目的选“公示”。"
    return ""


def _checked(file):
    if not is_on():
        raise ValidationError(OFF)
    if words := stops_notice(file):
        raise ValidationError(words)
    return notice_consents(file)[0]


@transaction.atomic
def draft_notice(notice, *, by):
    """A draft for a file: kind, amount, days and phone are given, the rest is filled in here. Returns it. Raises
    ValidationError."""
    file = HardshipFile.objects.select_for_update().get(pk=notice.file_id)
    notice.consent = _checked(file)
    notice.printed_name = mask_name(file.subject.name)
    notice.community = f"{file.area.parent.name}{file.area.name}" if file.area.parent else file.area.name
    notice.made_by = by
    notice.full_clean()
    notice.save()
    audit.record("hardship.notice.draft", file, by=by)
    return notice


@transaction.atomic
def publish_notice(notice, *, by):
    """Put a draft before the public from today on. Somebody else does that than who drafted it. Raises ValidationError."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    if notice.state != NoticeState.DRAFT:
        raise ValidationError("这份公示不是草稿。")
    if notice.made_by_id == by.pk:
        raise ValidationError("自己拟的公示，要另一位负责人发布。")
    file = HardshipFile.objects.select_for_update().get(pk=notice.file_id)
    notice.consent = _checked(file)
    if notice.printed_name != mask_name(file.subject.name):
        raise ValidationError("拟稿以后档案的帮扶对象变了，请撤下这份，重新拟。")
    today = timezone.localdate()
    notice.state, notice.published_by = NoticeState.PUBLISHED, by
    notice.since, notice.until = today, today + timedelta(days=notice.days - 1)
    notice.save(update_fields=["state", "published_by", "since", "until", "consent"])
    audit.record("hardship.notice.publish", notice.file, by=by, until=notice.until.isoformat())
    return notice


@transaction.atomic
def withdraw_notice(notice, *, why, by):
    """Take a draft or a running notice down at once. Raises ValidationError."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    if notice.state == NoticeState.WITHDRAWN:
        raise ValidationError("已经撤下了。")
    if notice.state == NoticeState.PUBLISHED and notice.until < timezone.localdate():
        raise ValidationError("公示已经期满，自动撤下了。")
    notice.state, notice.ended_why = NoticeState.WITHDRAWN, why
    notice.save(update_fields=["state", "ended_why"])
    audit.record("hardship.notice.withdraw", notice.file, by=by, reason=why)
    return notice


@transaction.atomic
def object_to(notice, *, text, name="", contact=""):
    """An objection from outside; the same words sent twice on one day are one. Nothing of the sender is kept but what was written.
    Returns the Objection. Raises ValidationError when too many wait already."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    waiting = list(notice.objections.filter(state=ObjectionState.OPEN))
    for one in waiting:
        if (one.text, one.name, one.made_on) == (text, name, timezone.localdate()):
            return one
    if len(waiting) >= OBJECTIONS_TAKEN:
        raise ValidationError(f"收到的异议已经很多，请直接打电话：{notice.phone}。")
    return Objection.objects.create(notice=notice, text=text, name=name, contact=contact)


@transaction.atomic
def answer_objection(objection, *, upheld, answer, by):
    """Write down what was found. Upheld, the notice is taken down with it. Returns the Objection. Raises ValidationError."""
    objection = Objection.objects.select_for_update().select_related("notice__file").get(pk=objection.pk)
    if objection.state != ObjectionState.OPEN:
        raise ValidationError("这条异议已经核实过了。")
    objection.state = ObjectionState.UPHELD if upheld else ObjectionState.DISMISSED
    objection.answer, objection.answered_by, objection.answered_on = answer, by, timezone.localdate()
    objection.save()
    notice = objection.notice
    audit.record("hardship.notice.objection", notice.file, by=by, upheld=upheld)
    running = notice.state == NoticeState.PUBLISHED and notice.until >= timezone.localdate()
    if upheld and running:
        withdraw_notice(notice, why="异议成立", by=by)
    return objection
