"""Groups and volunteers of the invented community: the arts team people like to see (story), a teacher who tutors."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from groups.enums import GroupKind, MemberRole, Present, ServiceKind
from groups.models import Group, Meeting, Member, Service, Volunteer
from groups.services import groups, hours, leaving, volunteers
from households.models import Resident

TEAMS = [
    ("巾帼文艺宣传队", GroupKind.ARTS, "每周四 19:00", "社区活动室", "唱歌、跳舞、小品，到小区里演", "《夸夸咱社区》《婆媳之间》", 9),
    ("清和妈妈互助组", GroupKind.MOTHERS, "每周六 9:30", "妇女之家", "换着带孩子，分享育儿办法", "", 6),
    ("晨读会", GroupKind.READING, "隔周日 8:30", "社区图书角", "一起读书，轮流领读", "", 5),
    ("巧手编织坊", GroupKind.CRAFT, "每周二 14:00", "妇女之家", "编织、布艺，义卖捐给困难家庭", "围巾、香囊", 5),
]  # fmt: skip
REHEARSED = ["排练扇子舞", "小区演出", "排练小品《婆媳之间》", "排练合唱"]
DONE = [
    (ServiceKind.TUTORING, "辅导四年级数学", "妇女之家"),
    (ServiceKind.ELDERS, "陪独居老人去医院", "社区卫生站"),
    (ServiceKind.EVENT, "健康讲座签到、引导", "社区活动室"),
    (ServiceKind.CLEAN, "楼道清理", "精诚公寓"),
]
PAPER = {"contact": "0571-00000000", "purpose": "评选优秀志愿者"}


def write_groups(demo):
    """Through the services; hours of the past stand as counted by the days that have gone."""
    women = Resident.objects.women().filter(
        area__code__startswith=demo.community.code, birth__gt="1955", birth__lt="1995"
    )
    people = list(women.order_by("pk").select_related("area")[:60])
    for name, kind, rhythm, venue, about, works, size in TEAMS:
        group = groups.found_group(
            Group(
                area=demo.community,
                name=name,
                kind=kind,
                rhythm=rhythm,
                venue=venue,
                about=about,
                works=works,
                shows_leader=kind == GroupKind.ARTS,
            ),
            by=demo.chair,
        )
        _fill(demo, group, [people.pop() for _ in range(size)])
        groups.ask_to_join(group, people.pop(), wish="邻居介绍的，想参加")
    ordinary = Member.objects.active().filter(role=MemberRole.MEMBER).select_related("resident__area").order_by("pk")
    reader, weaver = (ordinary.filter(group__kind=kind).first() for kind in (GroupKind.READING, GroupKind.CRAFT))
    leaving.ask_to_leave(weaver, wish="要去外地带孙子")
    # One woman who is both: in the reading circle, and a volunteer with a certificate.
    for index, person in enumerate([reader.resident, *(people.pop() for _ in range(6))]):
        _serve(demo, person, index)
    volunteers.register_herself(
        people.pop(), kinds=[ServiceKind.ELDERS, ServiceKind.EVENT], times=["weekend_am"], skills="会量血压", phone="",
        told_risks=True,
    )  # fmt: skip


def _fill(demo, group, people):
    """Members since half a year, the first of them the leader, and four meetings."""
    today = timezone.localdate()
    for place, person in enumerate(people):
        role = MemberRole.LEADER if place == 0 else MemberRole.DEPUTY if place == 1 else MemberRole.MEMBER
        groups.take_in(group, person, role=role, since=today - timedelta(days=180 - place), by=demo.chair)
    members = list(Member.objects.filter(group=group).order_by("pk"))
    for week, topic in enumerate(REHEARSED, start=1):
        presents = {
            m.pk: Present.EXCUSED if (n + week) % 5 == 0 else Present.LATE if (n + week) % 7 == 0 else Present.CAME
            for n, m in enumerate(members)
        }
        meeting = Meeting(group=group, on=today - timedelta(days=7 * week), topic=topic, venue=group.venue)
        groups.hold_meeting(meeting, presents, by=demo.chair)


def _serve(demo, person, index):
    """A volunteer with hours of some weeks: most counted, the last on the notice, one waiting to be confirmed."""
    row = Volunteer(
        area=demo.community, resident=person, name=person.name, birth=person.birth, told_risks=True,
        kinds=[DONE[index % 4][0], DONE[(index + 1) % 4][0]], times=["weekday_pm", "weekend_am"], trained="社区志愿者岗前培训",
    )  # fmt: skip
    volunteers.register_volunteer(row, by=demo.chair)
    volunteers.accept_volunteer(row, by=demo.chair)
    for week in range(6, 0, -1):
        kind, what, place = DONE[(index + week) % 4]
        day = timezone.localdate() - timedelta(days=7 * week + index % 3)
        start = timezone.make_aware(datetime.combine(day, time(14)))
        end = start + timedelta(minutes=90 + 30 * (index % 4))
        service = hours.record_service(
            Service(volunteer=row, kind=kind, what=what, place=place, started_at=start, ended_at=end), by=demo.chair
        )
        if week > 1:
            hours.confirm_service(service, by=demo.chair)
        if week > 2:
            hours.count_service(service)
    if index == 0:
        today = timezone.localdate()
        issuer = f"{demo.community.name}妇联"
        hours.certify(
            row,
            since=today - timedelta(days=180),
            until=today,
            issuer=issuer,
            head=demo.chair.name,
            by=demo.chair,
            **PAPER,
        )
