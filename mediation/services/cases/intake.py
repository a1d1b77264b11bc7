"""The check of what was registered: taken, not taken, or passed to another office (人民调解法 art. 17; handbook 7.2)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from mediation.enums import Refusal, Side
from mediation.services.cases.base import last_day, locked, told_of, walk, was_sent
from mediation.services.leads import tell_safety


def ask_agreement(case, agreed):
    """Raises ValidationError unless there are two sides and each party wants mediation (`agreed`: their places; art. 17)."""
    if not {Side.ASKING, Side.ASKED} <= {one["side"] for one in case.parties}:
        raise ValidationError("没有明确的申请人和被申请人，不能受理。")
    if {int(place) for place in agreed} != set(range(len(case.parties))):
        raise ValidationError({"agreed": "每一位当事人都同意才能受理；有一方明确拒绝的，不予受理。"})


@transaction.atomic
def accept_case(case, *, on, words="", agreed=(), by, key=None):
    """Taken: every party agreed (`agreed`: their places), two sides at least (人民调解法 art. 17). The month begins. Raises
    FlowError, ValidationError."""
    case = locked(case)
    if was_sent(key):
        return
    ask_agreement(case, agreed)
    walk(
        case, "accept", on, f"受理，当事人都同意调解。{words}", by, key, accepted_on=on, due_on=last_day(on),
        waiting_since=None,
    )  # fmt: skip


@transaction.atomic
def refuse_case(case, *, on, ground, words, by, key=None):
    """Not taken, with the legal ground and what was advised instead (art. 26: other routes). Raises FlowError, ValidationError."""
    case = locked(case)
    if not was_sent(key):
        walk(case, "refuse", on, f"不予受理：{Refusal(ground).label}。告知：{words}", by, key, ended_on=on)


@transaction.atomic
def refer_case(case, *, violence=False, words="", by, key=None):
    """Passed to another office; with `violence` to the sealed compartment. What stays here is the same for every reason;
    why and where to stands in the sealed trail alone. Raises FlowError."""
    case, today = locked(case), timezone.localdate()
    if was_sent(key):
        return
    if violence:
        body = {} if case.is_broken() else case.body
        tell_safety(case.area, body, [words, *told_of(body)], by, (), key)
    text = "已转有关部门办理，微家不再调解。"
    why = {"to": "" if violence else words[:500]}
    walk(case, "refer", today, text, by, key, told=why, ended_on=today, waiting_since=None)
