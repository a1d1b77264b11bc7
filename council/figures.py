"""Figures of the council: every one is a query and opens exactly the rows it counts."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Avg, Count, F, Q
from django.urls import reverse
from django.utils import timezone

from council.enums import Category
from council.models import Action, Attendance, Meeting, Member, Rating, Speech, Topic
from council.queries import solved_in
from fedhub.reference.calendar import add_months


def half_year(day=None):
    """First and last day of the half-year that ends with `day` (default today)."""
    day = day or timezone.localdate()
    return add_months(day, -6) + timedelta(days=1), day


def periods(day=None):
    """`[(label, first day, last day)]` of the usual periods around `day` (default today)."""
    day = day or timezone.localdate()
    year = day.year
    return [
        ("近半年", *half_year(day)), ("上半年", date(year, 1, 1), date(year, 6, 30)),
        ("下半年", date(year, 7, 1), date(year, 12, 31)), ("今年", date(year, 1, 1), date(year, 12, 31)),
        ("去年", date(year - 1, 1, 1), date(year - 1, 12, 31)),
    ]  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One number, the rule behind it in words, and the list that it opens ('' when it opens none)."""

    label: str
    value: object
    unit: str
    words: str
    url: str = ""


def _url(name, **query):
    return f"{reverse(f'council:{name}')}?{urlencode(query)}"


def held(user, since, until):
    """Meetings that took place in the days."""
    return Meeting.objects.visible_to(user).held().filter(starts_at__date__gte=since, starts_at__date__lte=until)


def figures_of(user, since, until):
    """The Figures of the days `since` to `until` in the scope of `user`."""
    topics = Topic.objects.visible_to(user)
    days = {"since": since.isoformat(), "until": until.isoformat()}
    raised = topics.filter(raised_on__gte=since, raised_on__lte=until)
    done, solved = topics.filter(done_on__gte=since, done_on__lte=until), solved_in(topics, since, until)
    rated = Rating.objects.filter(topic__in=done.values("pk"), round=F("topic__reopened")).aggregate(
        v=Avg("score"), n=Count("pk")
    )
    spent = [(one.done_on - one.raised_on).days for one in done.only("done_on", "raised_on")]
    came = Attendance.objects.filter(meeting__in=held(user, since, until).values("pk")).aggregate(
        all=Count("pk"), came=Count("pk", filter=Q(came_at__isnull=False))
    )
    return [
        Figure("召开会议", held(user, since, until).count(), "次", "这段时间里开过、已经结束的会议。",
               _url("meeting_list", status="held", **days)),
        Figure("解决问题", solved.count(), "件", "这段时间办结、经监督小组验收、写明“已解决”的议题。",
               _url("topic_list", solved="on", **days)),
        Figure("收集议题", raised.count(), "个", "这段时间提出的议题，合并的也算。",
               _url("topic_list", raised_since=days["since"], raised_until=days["until"])),
        Figure("办结议题", len(spent), "个", "这段时间办结的议题，没有解决的也算。", _url("topic_list", **days)),
        Figure("解决率", f"{round(100 * solved.count() / len(spent))}%" if spent else "—", "", "解决问题 ÷ 办结议题。"),
        Figure("平均用时", round(sum(spent) / len(spent)) if spent else "—", "天", "办结的议题从提出到办结的天数。"),
        Figure("满意度", f"{rated['v']:.1f}" if rated["n"] else "—", "分", f"办结议题的评价，满分 5 分，{rated['n']} 人次。"),
        Figure("出席率", f"{round(100 * came['came'] / came['all'])}%" if came["all"] else "—", "", "签到人次 ÷ 应到人次。"),
    ]  # fmt: skip


def by_category(user, since, until):
    """`[(label, raised, solved, rate, url)]` of each category that has any."""
    topics = Topic.objects.visible_to(user)
    raised = _counts(topics.filter(raised_on__gte=since, raised_on__lte=until))
    done = _counts(topics.filter(done_on__gte=since, done_on__lte=until))
    solved = _counts(solved_in(topics, since, until))
    rows = []
    for category in Category:
        numbers = [counts.get(category.value, 0) for counts in (raised, done, solved)]
        if any(numbers):
            rate = f"{round(100 * numbers[2] / numbers[1])}%" if numbers[1] else "—"
            days = {"since": since.isoformat(), "until": until.isoformat()}
            url = _url("topic_list", category=category.value, solved="on", **days)
            rows.append((category.label, *numbers, rate, url))
    return rows


def _counts(topics):
    return dict(topics.order_by().values_list("category").annotate(n=Count("pk")))


def sentence(user, since, until):
    """本期召开 n 次、解决 m 件, with the meetings and the topics behind it."""
    meetings = list(held(user, since, until).order_by("starts_at", "pk"))
    topics = list(
        solved_in(Topic.objects.visible_to(user), since, until)
        .only("number", "title", "done_on")
        .order_by("done_on", "pk")
    )
    rated = {}
    given = Rating.objects.filter(topic__in=[topic.pk for topic in topics], round=F("topic__reopened"))
    for pk, score in given.order_by("pk").values_list("topic", "score"):
        rated.setdefault(pk, []).append(score)
    for topic in topics:
        scores = rated.get(topic.pk, [])
        topic.said = f"{len(scores)} 人评价，平均 {sum(scores) / len(scores):.1f} 分" if scores else "还没有评价"
    return meetings, topics


def balance(user, since, until):
    """Of each member with a seat: how often she was expected, came, was late, spoke, made proposals, proposed topics
    and has things to do. For the chair alone."""
    meetings = held(user, since, until).values("pk")
    members = list(
        Member.objects.visible_to(user, "council.balance_council").seated().select_related("council").order_by("pk")
    )
    ids = [member.pk for member in members]
    rows = Attendance.objects.filter(meeting__in=meetings, member__in=ids).select_related("meeting")
    said = Speech.objects.filter(item__meeting__in=meetings, member__in=ids)
    spoke = dict(said.order_by().values_list("member").annotate(n=Count("pk")))
    proposed = dict(said.filter(proposal=True).order_by().values_list("member").annotate(n=Count("pk")))
    people = {member.resident_id for member in members} - {None}
    topics = dict(
        Topic.objects.filter(proposer__in=people, raised_on__gte=since, raised_on__lte=until).order_by()
        .values_list("proposer").annotate(n=Count("pk"))
    )  # fmt: skip
    accounts = {member.user_id for member in members} - {None}
    given = Action.objects.filter(owner__in=accounts, start_on__gte=since, start_on__lte=until)
    tasks = dict(given.order_by().values_list("owner").annotate(n=Count("pk")))
    found = {pk: [0, 0, 0] for pk in ids}
    for row in rows:
        counts = found[row.member_id]
        counts[0] += 1
        counts[1] += row.came_at is not None
        counts[2] += row.was_late
    return [
        {
            "member": member, "expected": found[member.pk][0], "came": found[member.pk][1], "late": found[member.pk][2],
            "spoke": spoke.get(member.pk, 0), "proposed": proposed.get(member.pk, 0),
            "topics": topics.get(member.resident_id, 0), "tasks": tasks.get(member.user_id, 0),
        }
        for member in members
    ]  # fmt: skip
