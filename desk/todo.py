"""One row of the to-do card, and the rows that concerns ask for."""

from dataclasses import dataclass

from django.urls import reverse

from concerns.enums import ApprovalStatus, Status
from concerns.models import Approval, Concern, Referral
from concerns.services.clocks import escalated_until, warns_from
from fedhub.notices.enums import State
from fedhub.notices.flow import CHANGE
from fedhub.notices.models import Message

SHOWN = 5


@dataclass
class Todo:
    """One row of the to-do card."""

    kind: str
    icon: str
    title: str
    line: str
    due: str
    tone: str
    url: str
    action: str
    when: str


def due_chip(day, today, soon=None):
    """Text and tone of a due date: overdue in days, today, or the days left; up to the day `soon` it is marked."""
    left = (day - today).days
    if left < 0:
        return f"逾期 {-left} 天", "bad", "late"
    if left == 0:
        return "今天到期", "warn", "today"
    return f"还有 {left} 天", "warn" if soon and day <= soon else "quiet", "week"


def message_todo(user):
    """The one row for all messages that failed or wait for a person: a list of one, or of none."""
    count = Message.objects.visible_to(user, CHANGE).filter(state__in=[State.HUMAN, State.FAILED]).count()
    if not count:
        return []
    title, line = f"有 {count} 条消息要由人来告诉", "没有发出去，或者只能当面、上门、打电话说"
    return [Todo("message", "bell", title, line, "待人工", "info", reverse("households:message_list"), "看", "today")]


def concern_todos(user, today, week, *, only_mine):
    """`(kind, rows, true count)` of what concerns ask of `user`: the chair's overdue ones and requests, the work, the
    first answers that nobody gave, and other offices that are late."""
    running, soon = Concern.objects.visible_to(user).running(), warns_from(today)
    work = running
    if user.has_perm("concerns.approve_concern") and not only_mine:
        late = running.visible_to(user, "concerns.approve_concern").filter(due_on__lte=escalated_until(today))
        work = running.exclude(pk__in=late.values("pk"))
        found, count = _first(late.select_related("area", "assigned_to").order_by("due_on", "id"))
        yield "escalated", [_escalated(concern, today) for concern in found], count
        asked = Approval.objects.visible_to(user, "concerns.approve_concern").filter(status=ApprovalStatus.ASKED)
        asked = asked.exclude(asked_by=user).select_related("concern__area", "asked_by").order_by("id")
        found, count = _first(asked.defer("reason", "details", "note"))
        yield "approval", [_approval(approval) for approval in found], count
    if only_mine or not user.has_perm("concerns.assign_concern"):
        work = work.filter(assigned_to=user)
    work = work.due_within(week) | work.filter(status=Status.NEW)
    found, count = _first(work.select_related("area", "assigned_to").order_by("due_on", "id"))
    yield "concern", [_concern(concern, today, soon) for concern in found], count
    if user.has_perm("concerns.answer_concern"):
        silent = running.unheard(today).filter(assigned_to=user).select_related("area")
        found, count = _first(silent.order_by("first_due_on", "id"))
        yield "unheard", [_unheard(concern, today) for concern in found], count
        theirs = Referral.objects.visible_to(user, "concerns.answer_concern").waiting()
        theirs = theirs.filter(due_on__lt=today, concern__assigned_to=user).select_related("concern__area", "agency")
        found, count = _first(theirs.defer("matter", "reply").order_by("due_on", "id"))
        yield "referral", [_referral(referral, today) for referral in found], count


def _first(rows):
    """`(the first SHOWN, how many there are)`; one query unless there are more."""
    found = list(rows[: SHOWN + 1])
    return found[:SHOWN], len(found) if len(found) <= SHOWN else rows.count()


def _line(concern, *more):
    return " · ".join([f"诉求 {concern.number}", concern.area.name, *more])


def _concern(concern, today, soon):
    chip, tone, when = due_chip(concern.acts_on, today, soon)
    who = f"承办 {concern.assigned_to}" if concern.assigned_to else "等待受理"
    action = "办理" if concern.assigned_to else "受理"
    return Todo(
        "concern", "ask", concern.title, _line(concern, who), chip, tone, concern.get_absolute_url(), action, when
    )


def _escalated(concern, today):
    chip, tone, when = due_chip(concern.due_on, today)
    who = f"承办 {concern.assigned_to}" if concern.assigned_to else "没有承办人"
    return Todo(
        "escalated", "alert", concern.title, _line(concern, "逾期报主席", who), chip, tone, concern.get_absolute_url(),
        "过问", when,
    )  # fmt: skip


def _unheard(concern, today):
    chip, tone, when = due_chip(concern.first_due_on, today)
    url = reverse("concerns:concern_tell", args=[concern.pk])
    return Todo("unheard", "phone", concern.title, _line(concern, "还没有首次答复"), chip, tone, url, "告知", when)


def _referral(referral, today):
    chip, tone, when = due_chip(referral.due_on, today)
    return Todo(
        "referral", "right", referral.concern.title, _line(referral.concern, f"{referral.agency}还没有回复"), chip, tone,
        referral.concern.get_absolute_url(), "催办", when,
    )  # fmt: skip


def _approval(approval):
    return Todo(
        "approval", "pen", approval.concern.title,
        _line(approval.concern, f"{approval.asked_by}申请{approval.get_kind_display()}"), "待审批", "info",
        approval.concern.get_absolute_url(), "审批", "today",
    )  # fmt: skip
