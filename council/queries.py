"""What lists, pages and the desk ask of the council."""

from datetime import timedelta

from django.db.models import Case, Q, Value, When
from django.utils import timezone

from accounts.models import User
from accounts.roles import roles_with
from concerns.enums import Status as ConcernStatus
from concerns.models import Concern
from concerns.similar import LIKELY, Said, likeness
from council.enums import ENDED, CommentState, MeetingStatus, MotionStatus, Status
from council.models import (
    Action,
    Attendance,
    Comment,
    Confirmation,
    Council,
    Meeting,
    Member,
    Minutes,
    Motion,
    Speech,
    Supervisor,
    Topic,
    TopicConcern,
)
from fedhub.areas.models import Area
from households.models import Resident

# How many of the newest topics are compared for "perhaps the same".
SIMILAR_READ, SIMILAR_DAYS = 500, 365
CHIPS = {
    Status.COLLECTED: "warn", Status.ACCEPTED: "info", Status.SCHEDULED: "info", Status.DISCUSSED: "warn",
    Status.DECIDED: "accent", Status.IN_WORK: "accent", Status.DONE: "warn", Status.CHECKED: "warn", Status.TOLD: "ok",
    Status.PUBLISHED: "ok", Status.PASSED: "info",
}  # fmt: skip
MEETING_CHIPS = {
    MeetingStatus.PLANNED: "info", MeetingStatus.NOTIFIED: "info", MeetingStatus.OPEN: "accent", MeetingStatus.HELD: "ok",
}  # fmt: skip
LIGHTS = {"green": ("ok", "还早"), "yellow": ("warn", "7 天内到期"), "red": ("bad", "逾期")}


def topic_chip(topic):
    """`(kind, text)` of the state of a topic."""
    return CHIPS.get(topic.status, "quiet"), topic.get_status_display()


def meeting_chip(meeting):
    """`(kind, text)` of the state of a meeting."""
    return MEETING_CHIPS.get(meeting.status, "quiet"), meeting.get_status_display()


def light_chip(action):
    """`(kind, text)` of the traffic light of an action; of one that has ended its state."""
    return LIGHTS.get(action.light, ("quiet", action.get_status_display()))


def communities(user, permission):
    """Communities where `user` holds `permission`, or in which she holds it for a grid."""
    ids = user.scope(permission)
    rows = Area.objects.communities().active().order_by("code")
    if ids is None:
        return rows
    return rows.filter(code__in={user.places[pk].code[:12] for pk in ids if pk in user.places})


def council_now(area):
    """The council of the community `area` whose term holds today, or None."""
    return Council.objects.running().filter(area=area).order_by("-term_from").first()


def owners(area):
    """Accounts that may be given something to do in `area`: whose role and place carry it, by name."""
    codes = [area.code[:length] for length in range(2, len(area.code) + 1)]
    grants = Q(grants__role__in=roles_with("council.do_action")) & (
        Q(grants__area__code__in=codes) | Q(grants__area__code__startswith=area.code)
    )
    today = timezone.localdate()
    held = Q(grants__valid_from__lte=today, grants__ended_at=None) & (
        Q(grants__valid_to=None) | Q(grants__valid_to__gte=today)
    )
    return User.objects.filter(grants & held, is_active=True).distinct().order_by("name", "pk")


def similar_topics(said, *, area, user, exclude=None, most=5):
    """Topics of the community that say nearly what `said` (concerns.similar.Said) says, best first; one query."""
    since = timezone.localdate() - timedelta(days=SIMILAR_DAYS)
    rows = Topic.objects.visible_to(user, "council.view_topic").filter(area=area).exclude(pk=exclude)
    rows = rows.filter(Q(raised_on__gte=since) | ~Q(status__in=ENDED)).exclude(status=Status.MERGED)
    found = []
    rows = rows.only("number", "title", "place", "status", "supporters", "lead")
    for topic in rows.order_by("-raised_on", "-pk")[:SIMILAR_READ]:
        score = likeness(said, Said(topic.title, topic.place))
        if score >= LIKELY:
            found.append((score, topic))
    return [topic for _, topic in sorted(found, key=lambda pair: -pair[0])[:most]]


def saying(topics, words):
    """Those of `topics` with this number, or with these words in title or place."""
    words = words.strip()
    return topics.filter(Q(number__iexact=words) | Q(title__icontains=words) | Q(place__icontains=words))


def like_topic(topic, user):
    """Topics that are perhaps the same as `topic`."""
    return [
        one for one in similar_topics(Said(topic.title, topic.place), area=topic.area, user=user, exclude=topic.pk)
        if one.lead_id is None and topic.lead_id != one.pk
    ]  # fmt: skip


def mergeable(topic, user):
    """Topics that may be merged into `topic`, those with most supporters first."""
    rows = Topic.objects.visible_to(user, "council.screen_topic").filter(area=topic.area).exclude(pk=topic.pk)
    return rows.filter(status__in=[Status.COLLECTED, Status.ACCEPTED]).order_by("-supporters", "pk")


# So many of the newest concerns are offered to be heard with a topic.
OFFERED = 300


def concerns_to_take(topic, user):
    """Open concerns of the community that are in no topic yet, those that say nearly the same first."""
    rows = Concern.objects.visible_to(user).open().leading().filter(area__code__startswith=topic.area.code)
    taken = TopicConcern.objects.filter(parted_at=None).values("concern")
    rows = rows.exclude(pk__in=taken).exclude(status=ConcernStatus.ANSWERED)
    said, found = Said(topic.title, topic.place), []
    for concern in rows.order_by("-raised_on", "-pk")[:OFFERED]:
        found.append((-likeness(said, Said(concern.title, concern.place)), concern.pk))
    ids = [pk for _, pk in sorted(found)]
    return Concern.objects.filter(pk__in=ids).order_by(
        Case(*[When(pk=pk, then=Value(place)) for place, pk in enumerate(ids)], default=Value(len(ids)))
    )


def joined_for(topic, user):
    """Concerns in `topic` that `user` may read (TopicConcern): the topic is the community's, a concern is that of its place."""
    seen = Concern.objects.visible_to(user).values("pk")
    return topic.joined.filter(parted_at=None, concern__in=seen).select_related("concern")


def proposer_for(topic, user):
    """The resident who proposed `topic`, when `user` may see her: the topic is the community's, a person is that of her place."""
    return Resident.objects.visible_to(user).filter(pk=topic.proposer_id).first() if topic.proposer_id else None


def comments_for(topic, judges):
    """Comments on `topic`, the newest first: all for whoever judges them, those shown to everybody for others."""
    rows = topic.comments.select_related("resident").order_by("-pk")
    return rows if judges else rows.filter(state=CommentState.SHOWN)


def opinions_for(user):
    """Seats in supervision groups whose opinion `user` may write down: all of her place, or her own."""
    kept = Supervisor.objects.visible_to(user, "council.change_meeting")
    rows = Supervisor.objects.filter(Q(pk__in=kept.values("pk")) | Q(member__user=user, member__until=None))
    return rows.select_related("topic__area", "member")


def seated_in(councils):
    """Members with a seat today in any of `councils`."""
    return Member.objects.seated().filter(council__in=councils).select_related("council").order_by("council", "pk")


def member_of(user, council):
    """The seat that `user` has today in `council`, or None."""
    return Member.objects.filter(council=council, user=user).seated().first()


def steps_of_life(topic):
    """`[{status, label, at, who, days}]`: every state a topic was in, since when, who brought it there, days in it."""
    rows = list(topic.history.order_by("history_id").values_list("status", "history_date", "history_user_id"))
    names = dict(User.objects.filter(pk__in={who for _, _, who in rows if who}).values_list("pk", "name"))
    found = []
    for status, at, who in rows:
        if not found or found[-1]["status"] != status:
            found.append({"status": status, "label": Status(status).label, "at": at, "who": names.get(who, "")})
    for one, after in zip(found, [*found[1:], None][: len(found)], strict=True):
        end = after["at"] if after else timezone.now()
        one["days"] = (timezone.localdate(end) - timezone.localdate(one["at"])).days
        one["running"] = after is None and one["status"] not in ENDED
    return found


def to_screen(user):
    """How many topics wait to be screened (menu)."""
    return Topic.objects.visible_to(user, "council.screen_topic").filter(status=Status.COLLECTED).count()


def comments_waiting(user):
    """How many comments wait to be read (menu)."""
    return Comment.objects.visible_to(user, "council.screen_topic").filter(state=CommentState.WAITING).count()


def my_actions(user):
    """Live actions in the hands of `user`, the nearest first."""
    return Action.objects.visible_to(user, "council.do_action").live().filter(owner=user).order_by("due_on", "pk")


def my_open_actions(user):
    """How many (menu)."""
    return my_actions(user).count()


def late_for_chair(user):
    """Overdue actions that the chair has to ask about."""
    rows = Action.objects.visible_to(user, "council.change_action").overdue()
    return rows.select_related("topic", "owner").order_by("due_on", "pk")


def meetings_ahead(user):
    """Meetings of one's own councils that members were told of and that lie ahead or are on, the next first."""
    mine = Member.objects.filter(user=user).seated().values("council")
    rows = Meeting.objects.filter(council__in=mine, status__in=[MeetingStatus.NOTIFIED, MeetingStatus.OPEN])
    return rows.select_related("council").order_by("starts_at", "pk")


def with_own_row(meetings, user):
    """`[(meeting, own Attendance or None)]` of `meetings`; two queries."""
    meetings = list(meetings)
    own = {row.meeting_id: row for row in Attendance.objects.filter(meeting__in=meetings, member__user=user)}
    return [(meeting, own.get(meeting.pk)) for meeting in meetings]


def motions_for(user):
    """Open motions in which `user` has a seat, the newest first; who may vote is asked of each (services.votes)."""
    mine = Member.objects.filter(user=user).seated().values("council")
    rows = Motion.objects.filter(status=MotionStatus.OPEN, council__in=mine)
    return rows.select_related("item__meeting", "topic", "council").order_by("-opened_at", "-pk")


def late_replies(user):
    """Topics whose proposers wait longer than promised."""
    rows = Topic.objects.visible_to(user, "council.screen_topic").filter(replied_on=None)
    return rows.exclude(status__in=ENDED).filter(reply_due_on__lt=timezone.localdate()).order_by("reply_due_on", "pk")


def speeches_of(meeting):
    """What was said at a meeting, the newest first."""
    return (
        Speech.objects.filter(item__meeting=meeting).select_related("item", "member", "guest").order_by("-at", "-pk")
    )


def to_confirm(user):
    """Final minutes of meetings that `user` attended, in their days of checking, that she has not answered yet."""
    today = timezone.localdate()
    rows = Minutes.objects.filter(confirm_until__gte=today, meeting__attendances__member__user=user).exclude(
        pk__in=Confirmation.objects.filter(member__user=user).values("minutes")
    )
    came = Attendance.objects.filter(member__user=user).exclude(came_at=None).values("meeting")
    return rows.filter(meeting__in=came).select_related("meeting").order_by("confirm_until", "pk").distinct()


# After acceptance by the supervision group; what was opened again is not solved.
ACCEPTED_RESULTS = (Status.CHECKED, Status.TOLD, Status.PUBLISHED, Status.CLOSED)


def solved(topics):
    """Those of `topics` that are solved: said so at the end, accepted by the supervision group, not opened again."""
    return topics.filter(solved=True, status__in=ACCEPTED_RESULTS)


def solved_in(topics, since, until):
    """Those of `topics` that were solved from `since` to `until`."""
    return solved(topics).filter(done_on__gte=since, done_on__lte=until)


# --- residents ----------------------------------------------------------------------------------------------------
DISCUSSED = (
    Status.ACCEPTED, Status.SCHEDULED, Status.DISCUSSED, Status.DECIDED, Status.IN_WORK, Status.DONE, Status.CHECKED,
    Status.PASSED, Status.TOLD,
)  # fmt: skip
POSTED = (Status.PUBLISHED, Status.CLOSED)


def public_topics(area=None):
    """Topics that residents see while they are heard and carried out, those with most supporters first."""
    rows = Topic.objects.filter(shown=True, status__in=DISCUSSED).select_related("area")
    return (rows.filter(area=area) if area else rows).order_by("-supporters", "-pk")


def public_results(area=None):
    """Topics whose result is or was posted, the newest first."""
    rows = Topic.objects.filter(status__in=POSTED).exclude(public_from=None).select_related("area")
    return (rows.filter(area=area) if area else rows).order_by("-public_from", "-pk")


def resident_topic(key):
    """The topic of a resident's address: shown or posted, or the one it is heard with; None for any other."""
    rows = Topic.objects.filter(Q(key=key, lead=None) | Q(followers__key=key, followers__shown=True))
    rows = rows.filter(Q(shown=True, status__in=DISCUSSED) | Q(status__in=POSTED))
    return rows.select_related("area").first()


def alike_shown(said, area, but):
    """Topics that residents of the community `area` see and that say nearly what `said` says, without those of `but` herself."""
    rows = public_topics(area).exclude(proposer=but)[:SIMILAR_READ]
    found = [(likeness(said, Said(topic.title, topic.place)), topic) for topic in rows]
    return [topic for score, topic in sorted(found, key=lambda pair: -pair[0]) if score >= LIKELY][:3]


def own_topics(resident):
    """What she proposed herself or had written down for her, the newest first."""
    return Topic.objects.filter(proposer=resident).select_related("lead").order_by("-raised_on", "-pk")[:20]


def stands_behind(topic, resident):
    """True when she supports the topic herself."""
    return topic.supports.filter(resident=resident).exists()


def has_rated(topic, resident):
    """True when she has rated the present result."""
    return topic.ratings.filter(resident=resident, round=topic.reopened).exists()
