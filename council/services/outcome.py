"""What was decided, who does it, how far it is, who looks at it."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from council.enums import LIVE_ACTIONS, Decision, Status
from council.flow import RATED, action_flow, topic_flow
from council.models import Action, Resolution, Supervisor, Topic
from fedhub.core import audit, files
from fedhub.core.bulk import copy_to_history
from fedhub.core.flow import FlowError
from fedhub.core.models import Attachment

STEP_OF = {
    Decision.AGREED: "decide", Decision.CHANGED: "decide", Decision.POSTPONED: "postpone", Decision.REFUSED: "refuse",
    Decision.PASSED_ON: "pass_on",
}  # fmt: skip
BY_VOTE = (Decision.AGREED, Decision.CHANGED)
# From here on nothing more is given out.
OVER = (Status.DONE, Status.CHECKED, *RATED, Status.MERGED, Status.DECLINED)


@transaction.atomic
def resolve_topic(topic, *, decision, text, actions, item=None, motion=None, body="", override="", by):
    """Write down what the council decided about a topic that was heard, with at least one Action (unsaved).

    Agreed is only what a vote with quorum and majority carried (handbook 13.2 rule 9), or what somebody who may override says
    with a reason. Returns the Resolution. Raises ValidationError, FlowError.
    """
    if not actions:
        raise ValidationError("每个决定至少交办一件事，写明责任人和完成时限。")
    if motion is not None and motion.resolutions.exists():
        raise ValidationError({"motion": "这次表决已经用来作过决定，重新议的要重新表决。"})
    if decision in BY_VOTE and not (motion and motion.passed and motion.topic_id == topic.pk):
        if not override:
            raise ValidationError({"override": "没有达到人数、票数的表决结果，不能写“通过”；确需通过的写明理由。"})
        if not by.has_perm("council.override_meeting", topic):
            raise ValidationError({"override": "没有表决通过的，由主席写明理由。"})
    else:
        override = ""
    if decision == Decision.PASSED_ON and not body:
        raise ValidationError({"body": "请选提交给谁。"})
    step = STEP_OF[decision]
    changes = {"body": body, "reason": text[:200]} if step == "pass_on" else {}
    topic_flow.walk(topic, step, **changes)
    try:
        with transaction.atomic():
            resolution = Resolution.objects.create(
                topic=topic, item=item, motion=motion, decision=decision, text=text,
                body=body if decision == Decision.PASSED_ON else "", override=override, made_by=by,
            )  # fmt: skip
    except IntegrityError:
        raise FlowError("这项议程已经有议定结果了。") from None
    for action in actions:
        add_action(action, resolution, by=by)
    audit.record(
        "council.topic.resolve", topic, by=by, decision=decision, actions=len(actions), overridden=bool(override)
    )
    return resolution


@transaction.atomic
def add_action(action, resolution, *, by):
    """Give one thing of a resolution to its owner; from now on it is on her list. Returns the Action. Raises FlowError once
    the topic is over."""
    if resolution.topic.status in OVER:
        raise FlowError(f"议题“{resolution.topic.get_status_display()}”，不能再交办。")
    action.resolution, action.topic, action.area = resolution, resolution.topic, resolution.topic.area
    action.created_by = by
    action.full_clean(exclude=["area", "resolution", "topic"])
    action.save()
    audit.record("council.action.assign", action, by=by, person=action.owner_id, due_on=action.due_on.isoformat())
    return action


def _may_work(action, user):
    if action.owner_id != user.pk and not user.has_perm("council.change_action", action):
        raise FlowError("这件事不在您手里。")


def _progress(action, progress, pictures, by):
    progress.action, progress.made_by = action, by
    progress.full_clean(exclude=["action", "made_by"])
    progress.save()
    for kind, found in pictures.items():
        for picture in found:
            files.store(
                picture.bytes, owner=action, kind=kind, name=f"{progress.on:%Y%m%d}.jpg",
                content_type=picture.content_type, by=by, level=2,
            )  # fmt: skip


def _topic_begins(action):
    topic = Topic.objects.get(pk=action.topic_id)
    if topic.status == Status.DECIDED:
        topic_flow.walk(topic, "start")


@transaction.atomic
def add_progress(action, progress, *, pictures=None, obstacle="", by):
    """Write down how far it is; `pictures` is {"before"|"after"|"photo": [CleanImage]}. Returns the Action. Raises FlowError."""
    _may_work(action, by)
    action_flow.walk(action, "work", percent=progress.percent, obstacle=obstacle)
    _progress(action, progress, pictures or {}, by)
    _topic_begins(action)
    audit.record("council.action.progress", action, by=by, percent=progress.percent)
    return action


@transaction.atomic
def hand_in(action, progress, *, pictures=None, by):
    """It is done and waits to be looked at. Returns the Action. Raises FlowError."""
    _may_work(action, by)
    progress.percent = 100
    action_flow.walk(action, "hand_in", percent=100, obstacle="")
    _progress(action, progress, pictures or {}, by)
    _topic_begins(action)
    audit.record("council.action.hand_in", action, by=by)
    return action


@transaction.atomic
def accept_action(action, *, by):
    """Somebody else than its owner has looked: it is done. Raises FlowError."""
    if action.owner_id == by.pk:
        raise FlowError("自己办的事要别人验收。")
    action_flow.walk(action, "accept", closed_on=timezone.localdate())
    audit.record("council.action.accept", action, by=by)
    return action


@transaction.atomic
def reject_action(action, *, why, by):
    """It is not done yet, and why. Raises FlowError."""
    action_flow.walk(action, "reject", obstacle=f"退回：{why}"[:200], percent=min(action.percent, 90))
    audit.record("council.action.reject", action, by=by, reason=why)
    return action


@transaction.atomic
def end_action(action, *, step, why, by):
    """Hand it over to another body, or stop it, with the reason. Raises FlowError."""
    action_flow.walk(action, step, end_why=why, closed_on=timezone.localdate())
    verb = "council.action.hand_over" if step == "hand_over" else "council.action.stop"
    audit.record(verb, action, by=by, reason=why)
    return action


@transaction.atomic
def give_action(action, *, owner, due_on, reason, base_version, by):
    """Give it to somebody else, or another day. Raises StaleVersion, FlowError."""
    if action.status not in LIVE_ACTIONS:
        raise FlowError("这件事已经结束。")
    from_whom = action.owner_id
    rows = Action.objects.filter(pk=action.pk, version=base_version)
    if not rows.update(owner=owner, due_on=due_on, version=base_version + 1, updated_at=timezone.now()):
        raise FlowError("这件事刚被别人改过，请重新打开再改。")
    copy_to_history(Action, [action.pk], kind="~", by=by, reason=reason[:100])
    action.refresh_from_db()
    audit.record("council.action.give", action, by=by, person=owner.pk, before=from_whom, reason=reason)
    return action


# --- the end of a topic -------------------------------------------------------------------------------------------
def photos_of(topic):
    """`{"before": [Attachment], "after": [Attachment]}` of what was done about a topic."""
    rows = Attachment.objects.filter(
        owner_label=Action._meta.label, owner_id__in=list(topic.actions.values_list("pk", flat=True)),
        kind__in=["before", "after"],
    ).order_by("id")  # fmt: skip
    found = {"before": [], "after": []}
    for row in rows:
        found[row.kind].append(row)
    return found


@transaction.atomic
def finish_topic(topic, *, result, solved, no_photos="", by):
    """All is done: the result in words, and pictures before and after, or why there are none. Raises FlowError."""
    left = topic.actions.live().count()
    if left:
        raise FlowError(f"还有 {left} 件交办事项没有办结或验收。")
    photos = photos_of(topic)
    if not (photos["before"] and photos["after"]) and not no_photos:
        raise ValidationError({"no_photos": "没有办理前、办理后的照片，请写明原因。"})
    topic_flow.walk(topic, "finish", result=result, solved=solved, no_photos=no_photos, done_on=timezone.localdate())
    audit.record("council.topic.finish", topic, by=by, solved=solved)
    return topic


@transaction.atomic
def set_supervisors(topic, members, *, by):
    """Who looks at the result (Members); whoever gave an opinion stays. Raises FlowError once it is accepted."""
    if topic.status not in (Status.DECIDED, Status.IN_WORK, Status.DONE):
        raise FlowError(f"议题“{topic.get_status_display()}”，现在不用定监督小组。")
    ids = {member.pk for member in members}
    topic.supervisors.filter(agrees=None).exclude(member__in=ids).delete()
    known = set(topic.supervisors.values_list("member", flat=True))
    Supervisor.objects.bulk_create(Supervisor(topic=topic, member_id=pk) for pk in ids - known)
    audit.record("council.topic.supervise", topic, by=by, members=sorted(ids))
    return topic


@transaction.atomic
def give_opinion(supervisor, *, agrees, opinion="", by):
    """What one of the group found. Raises FlowError unless the topic waits for it."""
    if supervisor.topic.status != Status.DONE:
        raise FlowError("办结以后才验收。")
    Supervisor.objects.filter(pk=supervisor.pk).update(agrees=agrees, opinion=opinion)
    audit.record("council.topic.opinion", supervisor.topic, by=by, agrees=agrees)


@transaction.atomic
def check_topic(topic, *, by):
    """The group accepts the result; the women are told next. Raises FlowError."""
    opinions = list(topic.supervisors.values_list("agrees", flat=True))
    if not opinions:
        raise FlowError("请先定监督小组。")
    if not all(opinions):
        raise FlowError("监督小组还有人没有验收，或者不同意。")
    topic_flow.walk(topic, "check")
    audit.record("council.topic.check", topic, by=by)
    return topic


@transaction.atomic
def send_topic_back(topic, *, why, by):
    """The result is not good enough: more has to be done. Raises FlowError."""
    topic_flow.walk(topic, "send_back", done_on=None, solved=None)
    topic.supervisors.update(agrees=None)
    audit.record("council.topic.send_back", topic, by=by, reason=why)
    return topic
