"""The women's council of the invented community: five meetings in the last half-year, three problems solved, and what is coming.

Everything lies there as rows (meetings, votes, things to do, minutes), written with the dates of then; the next meeting and the
newest topics go through the services.
"""

import io
from datetime import datetime, time, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from concerns.models import Concern
from council.enums import (
    Category,
    Choice,
    Decision,
    ItemKind,
    Kind,
    MeetingStatus,
    MinutesStatus,
    Seat,
    SignIn,
    Slip,
    Source,
    Status,
    Voice,
)
from council.models import (
    Action,
    AgendaItem,
    Attendance,
    Confirmation,
    Council,
    Guest,
    Meeting,
    Member,
    Minutes,
    Motion,
    Progress,
    Rating,
    Resolution,
    Speech,
    Supervisor,
    Support,
    Topic,
    TopicConcern,
    Vote,
)
from council.record import body_of
from council.services.councils import open_council, seat_member
from council.services.meetings import answer_slip, invite, notify_meeting, plan_meeting
from council.services.minutes import hash_of
from council.services.topics import (
    accept_topic,
    add_comment,
    decline_topic,
    merge_topics,
    pass_topic_on,
    propose_topic,
    recount,
    reply_to_proposer,
    support_topic,
)
from fedhub.core import files
from fedhub.core.images import clean_image
from fedhub.core.models.numbers import take_numbers
from households.models import Resident

MEMBERS = [
    ("周敏", Seat.CHAIR, Kind.COMMITTEE, "清和社区", "zhoumin"), ("吴静", Seat.VICE, Kind.COMMITTEE, "清和社区", "wujing"),
    ("冯雪", Seat.SECRETARY, Kind.COMMITTEE, "清和社区", "fengxue"),
    ("何晓燕", Seat.MEMBER, Kind.COMMITTEE, "社区卫生服务站", "hexiaoyan"),
    ("唐丽萍", Seat.MEMBER, Kind.COMMITTEE, "便民超市", "tangliping"),
    ("蒋文静", Seat.MEMBER, Kind.COMMITTEE, "文澜中学", "jiangwenjing"),
    ("卢春燕", Seat.MEMBER, Kind.COMMITTEE, "清和社区", "luchunyan"),
    ("李红梅", Seat.MEMBER, Kind.OWNER, "加工厂小区", "lihongmei"),
    ("邹敏华", Seat.MEMBER, Kind.COMMITTEE, "桥东里幼儿园", "zouminhua"),
    ("潘玉梅", Seat.MEMBER, Kind.WOMEN, "文艺宣传队", ""), ("冯爱华", Seat.MEMBER, Kind.TENANT, "精诚公寓", ""),
    ("郑岚", Seat.MEMBER, Kind.LAWYER, "律师事务所", ""),
]  # fmt: skip
AGO = (166, 138, 104, 70, 28)
# Of each topic: title, category, place, words, meeting (number), decision, text, what was done (content, unit, days), result, cost.
HEARD = [
    ("精诚公寓停车管理", Category.PARKING, "精诚公寓", "晚上七点以后车停到消防通道，孩子走路要绕。", 1, Decision.AGREED,
     "划线分区停车，访客限时两小时，消防通道装隔离桩。",
     [("划车位线 46 个", "物业公司", 25), ("出入口改单向", "物业公司", 30), ("拟访客停车办法", "业委会", 20)],
     "划好车位 46 个，出入口改成单向，消防通道装了隔离桩。", "8600.00"),
    ("酒精厂旧院改造", Category.COURTYARD, "酒精厂旧院", "老院子三十多年没修，下雨积水，晚上没有灯。", 2, Decision.AGREED,
     "报街道列入老旧院落改造，先修路面和照明。",
     [("报街道列入改造", "社区居委会", 15), ("路面、照明、下水管施工", "街道城建办", 60)],
     "路面重铺，装路灯 12 盏，下水管换新，绿化已验收。", "126000.00"),
    ("加工厂小区消防隐患整治", Category.FIRE, "加工厂小区", "楼道杂物堵通道，电动车进楼充电，三处消火栓没有水。", 4,
     Decision.CHANGED, "清理楼道，建集中充电棚两处，禁止电动车进楼；修好三处消火栓。",
     [("清理 1—6 栋楼道杂物", "巾帼志愿队", 10), ("建集中充电棚 2 处", "物业公司", 25), ("修复 3 处消火栓", "物业公司", 15)],
     "楼道清空，充电棚两处可以用，三处消火栓有水。", "23400.00"),
]  # fmt: skip
SPOKEN = [
    "先把消防通道让出来，孩子走路才安全。",
    "物业说能出钱划线，隔离桩要大家同意。",
    "租户也要算进来，访客车限时就行。",
]
OTHER = [
    ("女人怎样为小区添文明", Category.ENVIRONMENT, 3, Decision.AGREED, "主意大家拿、方法大家想、事情大家做：每月一次楼道清洁日。",
     ("每月第一个周六楼道清洁日", "巾帼志愿队", 200, 60)),
    ("暑期儿童托管班", Category.CARE, 5, Decision.AGREED, "利用儿童之家开两个班，每天下午两点到五点。", ("排班、招志愿者", "儿童之家", 20, 30)),
    ("广场舞音量", Category.NEIGHBOURS, 5, Decision.POSTPONED, "先和舞队谈一次，下次再议。", ("找舞队队长谈", "", 12, 0)),
]  # fmt: skip


def seat_council(demo):
    """Everything about the council of a Demo."""
    Sittings(demo).write()


def drawing(after):
    """A drawn picture of a yard, before or after: no photo of a real place is in the demo."""
    picture = Image.new("RGB", (960, 640), (206, 214, 222))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 380, 960, 640), fill=(128, 130, 132))
    draw.rectangle((80, 120, 880, 380), fill=(196, 168, 140))
    for left in range(120, 860, 150):
        draw.rectangle((left, 170, left + 80, 270), fill=(86, 112, 134))
        if after:
            draw.line((left, 400, left - 60, 630), fill=(250, 250, 250), width=8)
        else:
            draw.rectangle((left + 10, 400 + left % 90, left + 120, 470 + left % 90), fill=(150, 60 + left % 80, 60))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return clean_image(ContentFile(out.getvalue()))


class Sittings:
    """Writes the councils of a Demo."""

    def __init__(self, demo):
        self.demo, self.today, self.area = demo, timezone.localdate(), demo.community
        self.chair, self.secretary = demo.chair, demo.staff["fengxue"]
        women = Resident.objects.filter(area__code__startswith=self.area.code, sex="2", left_on=None, birth__lt="1995")
        self.women = list(women.order_by("pk")[:60])

    def day(self, ago):
        return self.today - timedelta(days=ago)

    def at(self, ago, hour=14, minute=30):
        return timezone.make_aware(datetime.combine(self.day(ago), time(hour, minute)))

    def write(self):
        self.council = open_council(
            Council(area=self.area, name=f"{self.area.name}妇女议事会", term=2, term_from=self.day(700)), by=self.chair
        )
        for name, seat, kind, note, username in MEMBERS:
            user = self.demo.staff.get(username)
            seat_member(
                Member(
                    council=self.council, name=name, seat=seat, kind=kind, note=note, user=user, since=self.day(690)
                ),
                by=self.chair,
            )
        self.members = list(self.council.members.order_by("pk"))
        self.meetings = [self.meeting(number, ago) for number, ago in enumerate(AGO, start=1)]
        for number, row in enumerate(HEARD):
            self.solved(number, *row)
        for row in OTHER:
            self.heard(*row)
        for meeting in self.meetings:
            self.minutes(meeting)
        self.coming()

    # --- meetings that took place ---------------------------------------------------------------------------------
    def meeting(self, number, ago):
        meeting = Meeting(
            council=self.council, area=self.area, ordinal=take_numbers(f"council-meeting:{self.council.pk}"),
            title=f"{self.council.name}第{number}次会议", starts_at=self.at(ago), place="社区妇女之家",
            convenor=self.members[0], chair=self.members[0], recorder=self.members[2], status=MeetingStatus.HELD,
            notified_on=self.day(ago + 6), opened_at=self.at(ago), ended_at=self.at(ago, 16, 5), quorum=self.council.quorum,
            expected=len(self.members), created_by=self.secretary,
        )  # fmt: skip
        year = self.day(ago + 6).year
        meeting.notice_number = f"妇议通〔{year}〕{take_numbers(f'council-notice:{self.area.pk}:{year}')}号"
        meeting.save()
        for place, member in enumerate(self.members):
            row = Attendance(meeting=meeting, member=member)
            if (place + number) % 6:
                row.slip, row.how = Slip.YES, SignIn.CODE if member.user_id else SignIn.TICK
                row.came_at = self.at(ago, 14, 20) + timedelta(minutes=(place * 7 + number) % 18)
            else:
                row.slip, row.words = Slip.LEAVE, "单位值班"
            row.save()
        Guest.objects.create(meeting=meeting, unit="物业公司", name="李工", came=True)
        if number > 1:
            self.item(meeting, kind=ItemKind.LAST, title=ItemKind.LAST.label, summary="逐件通报，办好的公示。")
        return meeting

    def item(self, meeting, **fields):
        order = meeting.items.count() + 1
        return AgendaItem.objects.create(
            meeting=meeting, order=order, heard_at=meeting.starts_at + timedelta(minutes=15 * order), **fields
        )

    def topic(self, title, category, meeting, **fields):
        """A topic as it stood when it was raised, four weeks before its meeting."""
        raised = meeting.day - timedelta(days=28)
        topic = Topic(
            area=self.area, number=f"YT-{raised.year}-{take_numbers(f'topic:{raised.year}'):03d}", title=title,
            category=category, raised_on=raised, reply_due_on=raised + timedelta(days=7), created_by=self.secretary,
            source=fields.pop("source", Source.VISIT), step_on=raised, **fields,
        )  # fmt: skip
        topic.save()
        self.dated(topic, raised)
        self.walk(topic, Status.ACCEPTED, raised + timedelta(days=3), shown=True, screened_by=self.secretary,
                  screened_on=raised + timedelta(days=3), reply="列入议事会会议。", replied_on=raised + timedelta(days=4))  # fmt: skip
        self.walk(topic, Status.SCHEDULED, meeting.notified_on)
        self.walk(topic, Status.DISCUSSED, meeting.day)
        return topic

    def walk(self, topic, status, day, **changes):
        topic.status, topic.step_on = status, day
        for name, value in changes.items():
            setattr(topic, name, value)
        topic.save()
        self.dated(topic, day)

    def dated(self, topic, day):
        moment = timezone.make_aware(datetime.combine(day, time(10, 5)))
        last = topic.history.order_by("-history_id").values("pk")[:1]
        topic.history.filter(pk__in=list(last.values_list("pk", flat=True))).update(
            history_date=moment, history_user_id=self.secretary.pk
        )

    def vote(self, item, topic, against=1):
        """An open vote that carried, with the votes of everybody in the room."""
        here = [row.member for row in item.meeting.attendances.exclude(came_at=None).select_related("member")]
        motion = Motion.objects.create(
            area=self.area, council=self.council, topic=topic, item=item, text=f"是否同意：{topic.title}",
            quorum=self.council.quorum, majority=self.council.majority, expected=len(self.members), attending=len(here),
            frozen=True, status="closed", opened_at=item.heard_at, closed_at=item.heard_at + timedelta(minutes=5),
            agree=len(here) - against - 1, against=against, abstain=1, not_voted=0, present=len(here), quorate=True,
            passed=True, created_by=self.secretary,
        )  # fmt: skip
        choices = [Choice.AGREE] * (len(here) - against - 1) + [Choice.AGAINST] * against + [Choice.ABSTAIN]
        Vote.objects.bulk_create(
            Vote(motion=motion, member=member, choice=choice, written_by=self.secretary, at=item.heard_at)
            for member, choice in zip(here, choices, strict=True)
        )
        for place, words in enumerate(SPOKEN):
            Speech.objects.create(
                item=item, member=here[(place * 3 + topic.pk) % len(here)], summary=words, proposal=place == 1,
                at=item.heard_at - timedelta(minutes=8 - 2 * place),
            )  # fmt: skip
        return motion

    def resolve(self, topic, item, decision, text, tasks, motion):
        resolution = Resolution.objects.create(
            topic=topic,
            item=item,
            motion=motion,
            decision=decision,
            text=text,
            made_by=self.secretary,
            made_at=item.heard_at,
        )
        start = item.meeting.day
        owners = ["hexiaoyan", "fengxue", "lihongmei"]
        return [
            Action.objects.create(
                area=self.area, resolution=resolution, topic=topic, content=content, unit=unit, start_on=start,
                owner=self.demo.staff[owners[place % 3]], due_on=start + timedelta(days=days), created_by=self.secretary,
            )
            for place, (content, unit, days) in enumerate(tasks)
        ]  # fmt: skip

    def solved(self, number, title, category, place, detail, meeting, decision, text, tasks, result, cost):
        """One of the three problems, from the first word to the rated result."""
        meeting = self.meetings[meeting - 1]
        women = self.women[number * 12 : number * 12 + 9]
        topic = self.topic(title, category, meeting, place=place, detail=detail, proposer=women[0], affected=63)
        for woman in women:
            Support.objects.create(topic=topic, resident=woman, source=Source.VISIT, made_on=topic.raised_on)
        concern = Concern.objects.filter(title__startswith=place).order_by("pk").first()
        if concern is not None:
            TopicConcern.objects.create(topic=topic, concern=concern, joined_by=self.secretary)
        item = self.item(meeting, topic=topic, title=title, summary="看了现场，大家都说该办，办法也想好了。")
        actions = self.resolve(topic, item, decision, text, tasks, self.vote(item, topic))
        self.walk(topic, Status.DECIDED, meeting.day)
        self.walk(topic, Status.IN_WORK, meeting.day + timedelta(days=4))
        done = max(action.due_on for action in actions)
        done = min(done, self.day(6 + number))
        for action in actions:
            closed = min(action.due_on, done)
            Progress.objects.create(
                action=action, on=closed - timedelta(days=4), percent=60, text="正在办。", made_by=action.owner
            )
            Progress.objects.create(
                action=action, on=closed, percent=100, text="办好了。", cost=cost if action is actions[0] else None,
                made_by=action.owner,
            )  # fmt: skip
            action.status, action.percent, action.closed_on = "done", 100, closed
            action.save()
        for kind in ("before", "after"):
            picture = drawing(kind == "after")
            files.store(
                picture.bytes, owner=actions[0], kind=kind, name=f"{kind}.jpg", content_type=picture.content_type,
                by=self.secretary, level=2,
            )  # fmt: skip
        self.walk(topic, Status.DONE, done, result=result, solved=True, done_on=done)
        for member in self.members[3:6]:
            Supervisor.objects.create(topic=topic, member=member, agrees=True, opinion="看过现场，办好了。")
        self.walk(topic, Status.CHECKED, done + timedelta(days=1))
        self.walk(topic, Status.TOLD, done + timedelta(days=2))
        first = done + timedelta(days=2)
        notice = f"妇议公〔{first.year}〕{take_numbers(f'council-result:{self.area.pk}:{first.year}')}号"
        self.walk(
            topic,
            Status.PUBLISHED,
            first,
            public_from=first,
            public_to=first + timedelta(days=6),
            notice_number=notice,
        )
        if first + timedelta(days=7) < self.today:
            self.walk(topic, Status.CLOSED, first + timedelta(days=7), closed_at=timezone.now())
        for place, woman in enumerate(women[:4]):
            Rating.objects.create(
                topic=topic,
                resident=woman,
                voice=Voice.PROPOSER,
                score=5 - (place + number) % 2,
                words="",
                made_on=first,
            )
        recount(topic)

    def heard(self, title, category, meeting, decision, text, task):
        """A topic that was heard and goes on."""
        meeting = self.meetings[meeting - 1]
        topic = self.topic(title, category, meeting, source=Source.SURVEY)
        item = self.item(meeting, topic=topic, title=title, summary="每人都说了看法。")
        motion = self.vote(item, topic, against=0) if decision == Decision.AGREED else None
        content, unit, days, percent = task
        action = self.resolve(topic, item, decision, text, [(content, unit, days)], motion)[0]
        if percent:
            Progress.objects.create(action=action, on=meeting.day + timedelta(days=9), percent=percent, text="开了头。",
                                    made_by=action.owner)  # fmt: skip
            action.status, action.percent = "in_work", percent
            action.save()
            self.walk(topic, Status.DECIDED, meeting.day)
            self.walk(topic, Status.IN_WORK, meeting.day + timedelta(days=9))
        else:
            self.walk(topic, Status.ACCEPTED, meeting.day)

    def minutes(self, meeting):
        """Final minutes, confirmed by most of those who came."""
        day = meeting.day + timedelta(days=1)
        minutes = Minutes(
            meeting=meeting, area=self.area, body=body_of(meeting), sent_to="街道妇联、社区居委会、各成员", final_on=day,
            status=MinutesStatus.FINAL, approved_by=self.chair, confirm_until=day + timedelta(days=5),
            number=f"〔{day.year}〕{take_numbers(f'council-minutes:{self.area.pk}:{day.year}')}号", created_by=self.secretary,
        )  # fmt: skip
        minutes.sha256 = hash_of(minutes)
        minutes.save()
        came = meeting.attendances.exclude(came_at=None).order_by("pk")
        Confirmation.objects.bulk_create(
            Confirmation(minutes=minutes, member_id=row.member_id, agrees=True) for row in came[:6]
        )

    # --- what is coming -------------------------------------------------------------------------------------------
    def coming(self):
        """Topics of the last days in each stage of screening, and the next meeting with its notice."""
        rows = [
            ("春江花园健身器材坏了", Category.CULTURE, "春江花园", Source.ONLINE),
            ("春江花园健身器材没人修", Category.CULTURE, "春江花园", Source.PAPER),
            ("文新里垃圾点离楼太近", Category.ENVIRONMENT, "文新里", Source.VISIT),
            ("想办女性急救讲座", Category.EDUCATION, "", Source.PAPER), ("楼上漏水要赔钱", Category.PROPERTY, "", Source.PAPER),
        ]  # fmt: skip
        made = []
        for number, (title, category, place, source) in enumerate(rows):
            topic = Topic(
                area=self.area, title=title, category=category, place=place, source=source, raised_on=self.day(5 - number),
                proposer=self.women[40 + number],
            )  # fmt: skip
            made.append(propose_topic(topic, by=None if source == Source.ONLINE else self.secretary))
        for woman in self.women[46:52]:
            support_topic(made[0], resident=woman)
        merge_topics(made[0], [made[1]], by=self.secretary)
        accept_topic(made[0], by=self.secretary)
        reply_to_proposer(made[0], reply="列入下次会议，请关注。", told="face", by=self.secretary)
        given = Topic(
            area=self.area, title="消防通道专项整治", category=Category.FIRE, source=Source.UPPER, urgency="soon"
        )
        given.detail = "街道妇联交办：请各社区议一次消防通道，月底前报结果。"
        propose_topic(given, by=self.secretary)
        asked = Topic(area=self.area, title="南门公交站加座椅", category=Category.CARE, source=Source.PAPER)
        asked.proposer, asked.raised_on = self.women[52], self.day(9)
        propose_topic(asked, by=self.secretary)
        pass_topic_on(asked, body="street", reason="公交站归街道管", by=self.secretary)
        reply_to_proposer(asked, reply="已转街道，有答复马上告诉您。", told="face", by=self.secretary)
        for topic, ago in ((made[2], 3), (asked, 6)):
            Topic.objects.filter(pk=topic.pk).update(step_on=self.day(ago))
        decline_topic(made[4], reason="两家的事，请到调解微家。", by=self.secretary)
        add_comment(made[0], resident=self.women[47], text="孩子差点夹到手，快修吧。")
        starts = timezone.make_aware(datetime.combine(self.today + timedelta(days=6), time(14, 30)))
        meeting = plan_meeting(
            Meeting(
                council=self.council, starts_at=starts, place="社区妇女之家", convenor=self.members[0], chair=self.members[0],
                recorder=self.members[2], materials="健身器材照片 4 张\n舞队谈话记录",
            ), by=self.secretary,
        )  # fmt: skip
        invite(Guest(meeting=meeting, unit="春江花园物业", name="钱经理"), by=self.secretary)
        notify_meeting(meeting, by=self.secretary)
        for place, row in enumerate(meeting.attendances.order_by("pk")[:7]):
            slip = Slip.LEAVE if place == 4 else Slip.YES
            answer_slip(row, slip=slip, words="出差" if place == 4 else "", by=self.secretary)
