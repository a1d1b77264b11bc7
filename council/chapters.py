"""What the council tells of the way of a concern that was heard with a topic (concerns.chain)."""

from concerns.chain import Event, Source, happened_at, sources
from council.models import Topic, TopicConcern


@sources.register
class CouncilChapter(Source):
    """From the day the concern came into a topic: what was heard, decided, given out and finished."""

    key, order, permission = "council", 60, "council.view_topic"

    def events(self, concern, user):
        ids = [concern.pk, *([concern.lead_id] if concern.lead_id else [])]
        seen = Topic.objects.visible_to(user).values("pk")
        rows = TopicConcern.objects.filter(concern__in=ids, topic__in=seen)
        found = []
        for row in rows.select_related("topic__lead", "joined_by").order_by("pk"):
            topic = row.topic.lead or row.topic
            found.append(
                happened_at(
                    row.joined_at,
                    title=f"转入议题：{topic.title}",
                    who=row.joined_by.name,
                    url=topic.get_absolute_url(),
                )
            )
            if row.parted_at:
                found.append(happened_at(row.parted_at, title="从议题拆出，单独办"))
                continue
            found += _heard(topic) + _done(topic)
        return found


def _heard(topic):
    found = []
    for one in topic.resolutions.select_related("item__meeting", "made_by").prefetch_related("actions__owner"):
        tasks = "；".join(
            f"{action.content}（{action.owner.name}，{action.due_on:%Y-%m-%d} 前）" for action in one.actions.all()
        )
        meeting = one.item.meeting if one.item else None
        found.append(
            happened_at(
                one.made_at, title=f"议事会{one.get_decision_display()}", who=one.made_by.name, text=one.text,
                facts=(("会议", str(meeting) if meeting else "在线表决"), ("交办", tasks)),
                url=meeting.get_absolute_url() if meeting else topic.get_absolute_url(),
            )
        )  # fmt: skip
    return found


def _done(topic):
    return (
        [Event(title="议题办结", day=topic.done_on, text=topic.result, url=topic.get_absolute_url())]
        if topic.done_on
        else []
    )
