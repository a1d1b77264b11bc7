"""Events in the invented community: a course that is over, with certificates; one that is full; a fair of today; a lecture."""

from datetime import time, timedelta

from django.utils import timezone

from employment.enums import JobKind
from employment.event_enums import EventKind
from employment.models import Employer, Event, Intention, Post, Session, Signup, Stall
from employment.services import certificates, courses, door, events
from households.models import Resident

# Title, kind, class, place, capacity, job, teacher, what it is about, days from today and hours, certificate.
EVENTS = [
    (
        "育婴员免费培训", EventKind.COURSE, "第 3 期", "社区三楼教室", 20, JobKind.NANNY, "方老师，高级育婴员，带班十年",
        "学新生儿护理、辅食、早教。适合想做月嫂、育婴的姐妹，会用手机就行。请带笔和本子。",
        [(-8, 13, 16), (-6, 13, 16), (-4, 13, 16), (0, 8, 11)], "育婴培训合格证",
    ),
    (
        "养老护理免费培训", EventKind.COURSE, "第 1 期", "康乐养老服务中心二楼", 6, JobKind.CARE, "谢老师，养老护理员技师",
        "学翻身、助浴、喂饭和急救。结业可以到养老中心面试。", [(6, 9, 11), (8, 9, 11), (10, 9, 11)], "养老护理培训合格证",
    ),
    (
        "春风行动社区招聘会", EventKind.FAIR, "", "社区广场", None, "", "",
        "家门口的岗位，当场面谈，不收费、不收押金。请带身份证复印件。", [(0, 0, 23)], "",
    ),
    (
        "女职工劳动权益讲座", EventKind.LECTURE, "", "妇女之家", 40, "", "何律师，区妇联公益律师",
        "签合同看什么、工资拖欠怎么办、怀孕能不能辞退。", [(3, 19, 20)], "",
    ),
]  # fmt: skip


def write_events(demo):
    """Through the services, by the job officer."""
    officer = demo.staff["maqing"]
    women = list(
        Resident.objects.women()
        .filter(area__code__startswith=demo.community.code, birth__gt="1970", birth__lt="2000")
        .select_related("area")
        .order_by("-pk")[:24]
    )
    course, full, fair, lecture = [_event(demo, *told, by=officer) for told in EVENTS]
    _finish(course, women[:9], by=officer)
    for woman in women[2:12]:
        courses.sign_up(full, woman, by=officer)
    _fair(demo, fair, women[4:14], by=officer)
    for woman in women[8:18]:
        courses.sign_up(lecture, woman, by=officer)


def _event(demo, title, kind, class_no, place, capacity, skill, teacher, about, sessions, certificate, *, by):
    today = timezone.localdate()
    name, _, note = teacher.partition("，")
    row = Event(
        area=demo.community, kind=kind, title=title, class_no=class_no, place=place, capacity=capacity, skill=skill,
        teacher=name, teacher_note=note, about=about, organiser="街道妇联、社区妇联", certificate_title=certificate,
        signup_from=today - timedelta(days=20), signup_until=today + timedelta(days=max(sessions[0][0] - 1, 0)),
        subsidised=bool(certificate),
    )  # fmt: skip
    events.create_event(row, by=by)
    for number, start, end in sessions:
        on = today + timedelta(days=number)
        events.add_session(Session(event=row, on=on, starts=time(start), ends=time(end)), by=by)
    row.refresh_from_db()
    return events.publish_event(row, by=by)


def _finish(course, women, *, by):
    """Seven of nine were there long enough; five said how it was."""
    rows = [courses.sign_up(course, woman, by=by)[0] for woman in women]
    sessions = list(course.sessions.all())
    for number, one in enumerate(rows):
        for session in sessions[: 4 if number < len(rows) - 2 else 1]:
            door.check_in(session, one, by=by)
    events.end_event(course, by=by)
    able = [one.pk for one, _, why in certificates.graduates(course, Signup.objects.all()) if not why]
    certificates.issue_certificates(course, able, issuer="街道妇联", by=by)
    for one, (score, words) in zip(
        rows, [(5, "老师讲得清楚"), (5, ""), (4, "时间再长一点"), (5, ""), (3, "")], strict=False
    ):
        courses.rate(one, score=score, words=words)


def _fair(demo, fair, women, *, by):
    """Every employer with its posts; five came, two of them have an intention."""
    employers = Employer.objects.filter(area=demo.community, state="checked").order_by("pk")
    offered = []
    for number, employer in enumerate(employers, start=1):
        posts = [(post, post.left) for post in Post.objects.alive().filter(employer=employer)]
        stall = events.add_stall(Stall(event=fair, employer=employer, booth=f"A{number}"), posts, by=by)
        offered += list(stall.posts.all())
    rows = [courses.sign_up(fair, woman, by=by)[0] for woman in women]
    session = fair.sessions.get()
    for one in rows[:5]:
        door.check_in(session, one, by=by)
    for one, post, kind in zip(rows[:3], offered, ["intent", "intent", "cv"], strict=False):
        events.note_intention(Intention(signup=one, stall_post=post, kind=kind), by=by)
