"""Rows of the to-do card that the council asks for."""

from datetime import timedelta

from django.urls import reverse

from council.enums import Status
from council.models import Topic
from council.queries import late_for_chair, late_replies, meetings_ahead, motions_for, my_actions
from council.services.votes import papers_of
from desk.todo import SHOWN, Todo, due_chip


def council_todos(user, today):
    """`(kind, rows, true count)`: what was given to `user` to do, votes that wait for her, the next meeting, topics to screen and
    proposers to answer, and for the chair what is overdue in other hands."""
    if not user.has_perm("council.view_topic"):
        return
    rows, mine = [], list(my_actions(user).select_related("topic")[: SHOWN + 1])
    for action in mine[:SHOWN]:
        chip, tone, when = due_chip(action.due_on, today, today + timedelta(days=7))
        line = f"议事会交办 · {action.topic.title} · {action.percent}%"
        rows.append(
            Todo("action", "pen", action.content, line, chip, tone, action.get_absolute_url(), "登记进展", when)
        )
    yield "action", rows, len(mine) if len(mine) <= SHOWN else my_actions(user).count()
    votes = [motion for motion in motions_for(user)[:SHOWN] if papers_of(user, motion)]
    yield "vote", [_vote(motion) for motion in votes], len(votes)
    ahead = [meeting for meeting in meetings_ahead(user)[:SHOWN] if (meeting.day - today).days <= 7]
    yield "meeting", [_meeting(meeting, today) for meeting in ahead], len(ahead)
    if user.has_perm("council.screen_topic"):
        yield from _screening(user, today)
    if user.has_perm("council.override_meeting"):
        late = late_for_chair(user).exclude(owner=user)
        found = [_late(action, today) for action in late[:SHOWN]]
        yield "council_late", found, len(found) if len(found) < SHOWN else late.count()


def _screening(user, today):
    new = (
        Topic.objects.visible_to(user, "council.screen_topic")
        .filter(status=Status.COLLECTED)
        .order_by("raised_on", "pk")
    )
    waiting = list(new[:SHOWN])
    yield (
        "topic",
        [_topic(topic, today, "筛选") for topic in waiting],
        len(waiting) if len(waiting) < SHOWN else new.count(),
    )
    unheard = late_replies(user).exclude(status=Status.COLLECTED)
    found = list(unheard[:SHOWN])
    yield (
        "topic_reply",
        [_topic(one, today, "答复") for one in found],
        len(found) if len(found) < SHOWN else unheard.count(),
    )


def _topic(topic, today, verb):
    # A topic of nobody's has no day by which somebody is answered.
    chip, tone, when, owed = "待筛选", "quiet", "week", ""
    if topic.reply_due_on:
        chip, tone, when = due_chip(topic.reply_due_on, today, today + timedelta(days=3))
        owed = " · 要答复提议人"
    line = f"议题 {topic.number} · 附议 {topic.supporters} 人{owed}"
    kind = "topic" if verb == "筛选" else "topic_reply"
    return Todo(kind, "council", topic.title, line, chip, tone, topic.get_absolute_url(), verb, when)


def _vote(motion):
    line = "议事会表决" + (" · 在线" if motion.deadline else "")
    url = reverse("council:motion_vote", args=[motion.pk])
    return Todo("vote", "check", motion.text, line, "等您投票", "warn", url, "投票", "today")


def _meeting(meeting, today):
    left = (meeting.day - today).days
    when, chip = ("today", "今天") if left <= 0 else ("week", f"还有 {left} 天")
    line = f"议事会 · {meeting.place}"
    return Todo("meeting", "cal", meeting.title, line, chip, "info", meeting.get_absolute_url(), "打开", when)


def _late(action, today):
    chip, tone, when = due_chip(action.due_on, today)
    line = f"议事会交办 · {action.topic.title} · 责任 {action.owner.name}"
    return Todo("council_late", "alert", action.content, line, chip, tone, action.get_absolute_url(), "过问", when)
