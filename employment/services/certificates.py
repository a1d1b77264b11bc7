"""Certificates of a course: numbers without a gap, never given twice (acceptance F6.5)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from employment.enums import SeekerState
from employment.event_enums import SignupState
from employment.event_queries import attendance_table, lessons_of, percent_of
from employment.models import CourseCertificate, Seeker, Session, Signup, Skill
from employment.services.courses import lock
from fedhub.core import audit
from fedhub.core.models.numbers import take_numbers


def graduates(event, signups):
    """`[(Signup, percent, why not)]` of who has a seat in the course, by name; `why not` is '' for whom a certificate can be
    given."""
    rows = list(
        signups.filter(event=event, state=SignupState.IN).select_related("resident").prefetch_related("certificates")
    )
    came, sessions = attendance_table(event, signups.filter(event=event))
    found = []
    for one in rows:
        percent = percent_of(came[one.pk], sessions)
        if any(paper.void_on is None for paper in one.certificates.all()):
            why = "已发证"
        elif one.resident is None:
            why = "现场登记的，先对上居民"
        elif percent < event.pass_percent:
            why = f"出勤 {percent}%，不到 {event.pass_percent}%"
        else:
            why = ""
        found.append((one, percent, why))
    return sorted(found, key=lambda row: (row[0].resident.name_sort if row[0].resident else "", row[0].pk))


@transaction.atomic
def issue_certificates(event, chosen, *, issuer, by):
    """Give those of `chosen` (keys of Signups that passed) their certificates. Returns them. Raises ValidationError: the course
    gives none, is not over, or somebody was not there long enough."""
    event = lock(event)
    if not event.gives_certificate:
        raise ValidationError("这个班不发证书。要发的先写证书名称。")
    if event.last_on is None or event.last_on > timezone.localdate():
        raise ValidationError("课还没有上完。")
    able = graduates(event, Signup.objects.filter(pk__in=chosen))
    if len(able) != len(set(chosen)) or not able:
        raise ValidationError("请勾选要发证的人。" if not chosen else "有人不在这个班里，请刷新后再看。")
    if refused := [f"{one.name}（{why}）" for one, _, why in able if why]:
        raise ValidationError(f"不能发证：{'、'.join(refused)}。")
    sessions, year = list(Session.objects.filter(event=event)), timezone.localdate().year
    first = take_numbers(f"course_certificate:{year}", len(able))
    made = [
        CourseCertificate(
            number=f"PX{year}-{first + place:04d}", signup=one, holder=one.resident.name, title=event.certificate_title,
            level=event.certificate_level, course=str(event), since=event.first_on, until=event.last_on,
            lessons=lessons_of(sessions), percent=percent, issuer=issuer, issued_by=by,
        )
        for place, (one, percent, _) in enumerate(able)
    ]  # fmt: skip
    for paper in made:
        paper.save(force_insert=True)
        audit.record("employment.coursecertificate.issue", paper, by=by)
        _into_skills(paper, event, by=by)
    return made


def _into_skills(paper, event, *, by):
    """Whoever looks for work has the certificate among her skills, where matching finds it."""
    seeker = Seeker.objects.filter(resident=paper.signup.resident).exclude(state=SeekerState.CLOSED).first()
    if seeker is None or not event.skill:
        return
    Skill.objects.create(
        seeker=seeker, kind=event.skill, level=paper.level, title=paper.title, number=paper.number, issuer=paper.issuer[:60],
        issued_on=paper.issued_on, recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def void_certificate(paper, *, why, by):
    """Strike a wrong one out; its number stays used, and the skill that came with it is struck out too."""
    today = timezone.localdate()
    if not CourseCertificate.objects.filter(pk=paper.pk, void_on=None).update(void_on=today, void_why=why):
        raise ValidationError("已经作废了。")
    Skill.objects.filter(number=paper.number, seeker__resident=paper.signup.resident, void_on=None).update(
        void_on=today, void_why=why[:60]
    )
    audit.record("employment.coursecertificate.void", paper, by=by)
    paper.refresh_from_db()
    return paper
