"""Certificates: who gets one, numbers without a gap, the paper, the register, the roster."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from docx import Document

from employment.event_queries import percent_of
from employment.event_resources import TrainingLedger
from employment.models import CourseCertificate, Signup, Skill
from employment.services.certificates import graduates, issue_certificates, void_certificate
from employment.tests.event_factories import (
    AttendanceFactory,
    CourseCertificateFactory,
    SignupFactory,
    WalkInFactory,
    day,
    event_on,
)
from employment.tests.factories import DifficultyFactory, SeekerFactory
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from households.tests.factories import PhoneFactory, ResidentFactory

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"employment:{name}", args=args)


def pupil(event, times, **facts):
    """Somebody who was at the first `times` sessions."""
    one = SignupFactory(event=event, **facts)
    for session in event.sessions.all()[:times]:
        AttendanceFactory(signup=one, session=session)
    return one


@pytest.fixture
def course(community):
    """Five afternoons, over yesterday."""
    return event_on(-5, -4, -3, -2, -1)


def numbers():
    return list(CourseCertificate.objects.order_by("pk").values_list("number", flat=True))


def test_who_was_there_four_fifths_of_the_time_gets_one(chair, course):
    good, short = pupil(course, 4, resident__name="安"), pupil(course, 3, resident__name="白")
    walk = WalkInFactory(event=course)
    pupil(course, 5, state="cancelled")

    found = graduates(course, Signup.objects.all())

    assert {(one, percent, why) for one, percent, why in found} == {
        (good, 80, ""), (short, 60, "出勤 60%，不到 80%"), (walk, 0, "现场登记的，先对上居民"),
    }  # fmt: skip
    with pytest.raises(ValidationError, match="不到 80%"):
        issue_certificates(course, [good.pk, short.pk], issuer="区妇联", by=chair)
    assert numbers() == []


def test_the_share_counts_time_and_is_rounded_down(course):
    sessions = list(course.sessions.all())
    assert [percent_of({one.pk for one in sessions[:n]}, sessions) for n in (0, 1, 5)] == [0, 20, 100]
    assert percent_of(set(), []) == 0
    assert percent_of({one.pk for one in sessions[:2]}, sessions[:3]) == 66


def test_numbers_have_no_gap_whatever_fails_between(chair, course):
    year = day(0).year
    first, second, third = [pupil(course, 5) for _ in range(3)]
    issue_certificates(course, [first.pk], issuer="区妇联", by=chair)
    for wrong in ([first.pk], [second.pk, 999_999], []):
        with pytest.raises(ValidationError):
            issue_certificates(course, wrong, issuer="区妇联", by=chair)
    void_certificate(CourseCertificate.objects.get(), why="姓名写错", by=chair)

    issue_certificates(course, [second.pk, third.pk], issuer="区妇联", by=chair)
    issue_certificates(course, [first.pk], issuer="区妇联", by=chair)

    assert numbers() == [f"PX{year}-{n:04d}" for n in (1, 2, 3, 4)]
    assert list(CourseCertificate.objects.valid().order_by("pk").values_list("signup", flat=True)) == [
        *sorted([second.pk, third.pk]), first.pk,
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_given_twenty_times_at_once_she_has_one(chair):
    course = event_on(-1)
    women = [pupil(course, 1) for _ in range(3)]

    def give(number):
        try:
            issue_certificates(course, [women[number % 3].pk], issuer="区妇联", by=chair)
        except ValidationError:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(8) as pool:
        given = sum(pool.map(give, range(20)))

    assert (given, sorted(numbers())) == (3, [f"PX{day(0).year}-{n:04d}" for n in (1, 2, 3)])


@pytest.mark.parametrize(
    ("numbers_of_days", "facts", "words"),
    [((-1, 1), {}, "还没有上完"), ((-1,), {"certificate_title": ""}, "不发证书")],
)
def test_a_course_that_gives_none(chair, numbers_of_days, facts, words):
    course = event_on(*numbers_of_days, **facts)

    with pytest.raises(ValidationError, match=words):
        issue_certificates(course, [pupil(course, 2).pk], issuer="区妇联", by=chair)


def test_whoever_looks_for_work_has_it_among_her_skills_until_it_is_struck_out(chair, course):
    one = pupil(course, 5)
    seeker = SeekerFactory(resident=one.resident)

    (paper,) = issue_certificates(course, [one.pk], issuer="区妇联", by=chair)

    skill = Skill.objects.get()
    assert (skill.seeker, skill.kind, skill.level, skill.number) == (seeker, "nanny", "special", paper.number)
    void_certificate(paper, why="重复", by=chair)
    skill.refresh_from_db()
    assert (skill.void_on, skill.void_why) == (day(0), "重复")


def test_given_and_struck_out_by_forms(client, chair, grid, course):
    good, short = pupil(course, 5, resident__area=grid), pupil(course, 1, resident__area=grid)
    page = client.get(url("certificate_issue", course.pk))
    assert [one for one, why in page.context["form"].refused] == [short]
    client.post(url("certificate_issue", course.pk), filled(page))
    paper = CourseCertificate.objects.get()
    assert (paper.signup, paper.issuer, paper.lessons, paper.percent) == (good, course.organiser, 20, 100)

    shown = client.get(paper.get_absolute_url()).content.decode()
    assert ("共 20 课时" in shown, paper.number in shown) == (True, True)
    client.post(url("certificate_void", paper.pk), {"why": "姓名写错"})
    assert "已作废" in client.get(paper.get_absolute_url()).content.decode()
    assert list(client.get(url("certificate_list")).context["page"].rows) == []
    found = client.get(url("certificate_list"), {"state": "void", "q": paper.number}).context["page"].rows
    assert list(found) == [paper]


def test_the_paper_for_word_says_the_same(client, chair, grid, course):
    one = pupil(course, 5, resident__area=grid, resident__name="赵小莉")
    (paper,) = issue_certificates(course, [one.pk], issuer="区妇联", by=chair)

    made = client.post(url("certificate_file", paper.pk), keyless=True)

    text = "\n".join(part.text for part in Document(BytesIO(made.content)).paragraphs)
    assert [word in text for word in (paper.number, "赵小莉：", "20 课时", "母婴护理培训合格证", "区妇联")] == [
        True
    ] * 5
    assert AuditEvent.objects.filter(action="employment.coursecertificate.download").count() == 1


def test_a_stranger_finds_no_certificate(as_user, stranger):
    paper = CourseCertificateFactory()
    other = as_user(stranger)

    assert [other.get(url(name, paper.pk)).status_code for name in ("certificate", "certificate_void")] == [404, 404]
    assert list(other.get(url("certificate_list")).context["page"].rows) == []


# --- the roster ---------------------------------------------------------------------------------------------------------
def test_the_roster_has_what_the_labour_office_asks_for(chair, grid, course):
    woman = ResidentFactory(area=grid, name="赵小莉", education="61")
    PhoneFactory(resident=woman, number="13812344821")
    one = pupil(course, 4, resident=woman)
    DifficultyFactory(seeker=SeekerFactory(resident=woman))
    (paper,) = issue_certificates(course, [one.pk], issuer="区妇联", by=chair)
    pupil(course, 0, state="waiting")
    SignupFactory(event=event_on(-1, kind="lecture"))
    ledger = TrainingLedger()

    (row,) = ledger.iter_records(ledger.get_rows(chair, {}), {})

    shown = {key: row[key] for key in ("course", "skill", "name", "lessons", "percent", "number", "since", "until")}
    assert shown == {
        "course": "月嫂培训班（第 1 期）", "skill": "nanny", "name": "赵小莉", "lessons": 20, "percent": 80,
        "number": paper.number, "since": day(-5), "until": day(-1),
    }  # fmt: skip
    assert (row["phones"], row["difficulty"]) == (("13812344821",), "连续失业一年以上")


def test_the_roster_is_made_of_one_class_and_of_the_readers_area_alone(chair, stranger, course):
    pupil(course, 1)
    other = event_on(-1)
    pupil(other, 1)
    ledger = TrainingLedger()

    assert ledger.get_rows(chair, {}).count() == 2
    assert [row["course"] for row in ledger.iter_records(ledger.get_rows(chair, {"event": other.pk}), {})] == [
        str(other)
    ]
    assert ledger.narrowed({"event": other.pk})[0] == str(other)
    assert ledger.get_rows(stranger, {}).count() == 0
