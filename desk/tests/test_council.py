"""What the council puts on the desk."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from council.models import Action, AgendaItem
from council.services.meetings import add_item, notify_meeting
from council.tests.factories import TopicFactory, council_of, decided, meeting_of, topic_at
from desk.council import council_todos

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def todos(user):
    """`{kind: ([(title, chip, when)], count)}`, without what is empty."""
    found = council_todos(user, timezone.localdate())
    return {kind: ([(row.title, row.due, row.when) for row in rows], count) for kind, rows, count in found if count}


def test_topics_to_screen_with_a_proposer_who_waits_and_without_one(client, chair, community):
    today = timezone.localdate()
    TopicFactory(title="停车", raised_on=today - 2 * DAY, reply_due_on=today + 2 * DAY)
    TopicFactory(title="院子", raised_on=today - DAY, reply_due_on=None)
    TopicFactory(title="楼道灯", raised_on=today, reply_due_on=today - 3 * DAY)

    assert todos(chair) == {
        "topic": ([("停车", "还有 2 天", "week"), ("院子", "待筛选", "week"), ("楼道灯", "逾期 3 天", "late")], 3)
    }
    page = client.get("/").content.decode()
    assert [word for word in ("停车", "院子", "楼道灯") if word not in page] == []
    assert page.count("要答复提议人") == 2


def test_a_proposer_who_was_not_answered_in_time(chair, community):
    topic_at("accepted", title="停车", reply_due_on=timezone.localdate() - DAY)
    topic_at("accepted", title="院子", reply_due_on=None)

    assert todos(chair) == {"topic_reply": ([("停车", "逾期 1 天", "late")], 1)}


def test_a_meeting_of_the_week_and_none_later(chair, community):
    council = council_of(chair)
    for starts in ({}, {"starts_at": timezone.now() + 8 * DAY}):
        meeting = meeting_of(council, by=chair, **starts)
        add_item(AgendaItem(meeting=meeting, title="通报"), by=chair)
        notify_meeting(meeting, short_notice="急事", by=chair)
    meeting_of(council, by=chair)

    rows, count = todos(chair)["meeting"]

    assert (len(rows), count, rows[0][1:]) == (1, 1, ("今天", "today"))


def test_what_was_given_to_somebody_is_hers_and_late_it_is_the_chair_s_too(chair, community):
    owner = user_with(Role.SECRETARY, community, username="owner")
    decided(council_of(chair), topic_at("accepted", title="停车"), by=chair, owner=owner)
    late = timezone.localdate() - DAY
    Action.objects.update(content="划车位线", start_on=late, due_on=late)

    assert todos(owner)["action"] == ([("划车位线", "逾期 1 天", "late")], 1)
    assert todos(chair)["council_late"] == ([("划车位线", "逾期 1 天", "late")], 1)
    assert "council_late" not in todos(owner)
