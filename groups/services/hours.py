"""Hours of volunteers: written down, confirmed, put before the members, counted, corrected, certified (handbook 9.2)."""

from collections import Counter
from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.models.numbers import take_numbers
from fedhub.reference.calendar import due_by
from groups.enums import RISKY, ServiceKind, ServiceState, VolunteerState
from groups.flow import service_flow
from groups.hours import at_night, half_hours
from groups.models import Certificate, Service, Volunteer
from groups.services.helping import drop_help, note_help
from groups.services.needs import check_words
from groups.services.volunteers import stops_by_age

OVERLAP = "这段时间已经有一条服务记录，不能重叠。"
NOT_SERVING = "她现在不是正常状态的志愿者，不能登记服务。"
TOO_SHORT = "不到半小时的不计。"
STILL_OPEN = "还有一条没有签退的，或者这段时间已经有记录。"
DAYS_BACK = 365


def _check_person(service):
    """What the days and the kind ask of her: nobody serves in the future, without insurance, or as a minor at night."""
    volunteer, now = service.volunteer, timezone.now()
    if service.started_at > now or (service.ended_at and service.ended_at > now):
        raise ValidationError({"started_at": "时间不能晚于现在。"})
    day = timezone.localdate(service.started_at)
    risky = service.kind in RISKY or service.need_id is not None and service.need.risky
    if risky and not volunteer.insured_on(day):
        raise ValidationError({"kind": "这样的服务有风险，先买意外保险（志愿服务条例第十七条）。"})
    if stop := stops_by_age(volunteer, risky=risky):
        raise ValidationError({"kind": stop})
    end = service.ended_at or service.started_at
    late = at_night(timezone.localtime(service.started_at), timezone.localtime(end))
    if stop := stops_by_age(volunteer, risky=False, at_night=late):
        raise ValidationError({"started_at": stop})


def _check(service):
    # A wrong record is put right also after she paused or left.
    if service.corrects_id is None and service.volunteer.state != VolunteerState.ACTIVE:
        raise ValidationError({"volunteer": NOT_SERVING})
    if service.started_at < timezone.now() - timedelta(days=DAYS_BACK):
        raise ValidationError({"started_at": "一年以前的不再补登。"})
    _check_person(service)


def _locked(volunteer):
    """The volunteer's row, held until the end: her services are looked at one after another."""
    return Volunteer.objects.select_for_update(of=("self",)).select_related("area").get(pk=volunteer.pk)


def _save(service):
    """Save; two that overlap are refused by the database itself (groups/migrations/0002)."""
    try:
        with transaction.atomic():
            service.save()
    except IntegrityError as error:
        raise ValidationError({"started_at": OVERLAP}) from error


def overlapping(service):
    """Services of the same volunteer that stand and share a moment with `service`."""
    rows = Service.objects.standing().filter(volunteer=service.volunteer_id).exclude(pk=service.pk)
    rows = rows.exclude(pk=service.corrects_id)
    end = service.ended_at or service.started_at + timedelta(microseconds=1)
    return rows.filter(started_at__lt=end).exclude(ended_at__lte=service.started_at)


@transaction.atomic
def sign_in(volunteer, *, kind, what, place="", at=None, shift=None, need=None, by=None):
    """She begins, in the `shift` or for the service need `need` where there is one; `by` is the staff member, None when she
    presses it on her own telephone. Returns the Service. Raises ValidationError."""
    volunteer = _locked(volunteer)
    service = Service(
        volunteer=volunteer, kind=kind, what=what, place=place, started_at=at or timezone.now(), state=ServiceState.OPEN,
        recorded_by=by, shift=shift, need=need,
    )  # fmt: skip
    _check(service)
    if overlapping(service).exists():
        raise ValidationError({"started_at": STILL_OPEN})
    _save(service)
    audit.record("groups.service.sign_in", service, by=by, area=volunteer.area)
    return service


@transaction.atomic
def sign_out(service, *, at=None, by=None):
    """She is done; `by` as in `sign_in`. Under half an hour it is void. Raises ValidationError, FlowError."""
    volunteer = _locked(service.volunteer)
    service = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    service.volunteer = volunteer
    at = at or timezone.now()
    if at <= service.started_at:
        raise ValidationError({"ended_at": "结束要晚于开始。"})
    halves = half_hours(service.started_at, at)
    if service.state == ServiceState.OPEN:
        service.ended_at = at
        _check_person(service)
        if overlapping(service).exists():
            raise ValidationError({"ended_at": OVERLAP})
        service.ended_at = None
        if not halves:
            return void_service(service, why=TOO_SHORT, by=by)
    service_flow.walk(service, "sign_out", ended_at=at, half_hours=halves)
    audit.record("groups.service.sign_out", service, by=by, area=volunteer.area)
    return service


@transaction.atomic
def record_service(service, *, by):
    """Write down what was done (unsaved, with start and end). Returns it, waiting to be confirmed. Raises ValidationError."""
    service.volunteer = _locked(service.volunteer)
    _check(service)
    if service.ended_at <= service.started_at:
        raise ValidationError({"ended_at": "结束要晚于开始。"})
    service.half_hours = half_hours(service.started_at, service.ended_at)
    if not service.half_hours:
        raise ValidationError({"ended_at": TOO_SHORT})
    if overlapping(service).exists():
        raise ValidationError({"started_at": OVERLAP})
    service.recorded_by, service.state = by, ServiceState.RECORDED
    service.full_clean(exclude=["volunteer", "recorded_by", "confirmed_by", "corrects"])
    _save(service)
    audit.record("groups.service.record", service, by=by, area=service.volunteer.area)
    return service


@transaction.atomic
def confirm_service(service, *, by):
    """The leader says that it is so; from today it stands before the members for the days of rule "service_notice". Raises
    FlowError."""
    today = timezone.localdate()
    service_flow.walk(service, "confirm", confirmed_by=by, noticed_on=today, counts_on=due_by(today, "service_notice"))
    note_help(service, by=by)
    audit.record("groups.service.confirm", service, by=by, area=service.volunteer.area)
    return service


@transaction.atomic
def count_service(service):
    """The days of the notice are over: it counts. Raises FlowError."""
    service_flow.walk(service, "count")
    Volunteer.objects.filter(pk=service.volunteer_id).update(half_hours=F("half_hours") + service.half_hours)
    return service


@transaction.atomic
def void_service(service, *, why, by):
    """It does not stand, with a reason; what was counted is taken off again. Returns it. Raises ValidationError, FlowError."""
    why = why.strip()[:100]
    if not why:
        raise ValidationError({"why": "请写为什么作废。"})
    service = Service.objects.select_for_update(of=("self",)).select_related("volunteer__area").get(pk=service.pk)
    counted = service.state == ServiceState.COUNTED
    service_flow.walk(service, "void", void_why=why)
    drop_help(service, why=why, by=by)
    if counted:
        Volunteer.objects.filter(pk=service.volunteer_id).update(half_hours=F("half_hours") - service.half_hours)
    audit.record("groups.service.void", service, by=by, area=service.volunteer.area)
    return service


@transaction.atomic
def correct_service(service, *, fields, why, by):
    """What it should have said: the old one is void for the reason `why`, a new one with `fields` takes its place and is confirmed
    anew. Returns the new one. Raises ValidationError, FlowError."""
    if service.need_id:
        check_words(service.need, fields.get("what", ""))
        check_words(service.need, fields.get("place", ""), "place")
    old = void_service(service, why=f"更正：{why}" if why.strip() else "", by=by)
    names = ("kind", "what", "place", "started_at", "ended_at")
    fresh = Service(
        volunteer=old.volunteer,
        corrects=old,
        shift=old.shift,
        need=old.need,
        **{n: fields.get(n, getattr(old, n)) for n in names},
    )
    return record_service(fresh, by=by)


def counted_between(volunteer, since, until):
    """Counted services of a volunteer that began on the days `since` to `until`."""
    zone = timezone.get_current_timezone()
    begin = datetime.combine(since, time(), zone)
    end = datetime.combine(until + timedelta(days=1), time(), zone)
    return volunteer.services.counted().filter(started_at__gte=begin, started_at__lt=end)


@transaction.atomic
def certify(volunteer, *, since, until, issuer, head, contact, purpose="", by):
    """A certificate of what was counted from `since` to `until`. Returns the Certificate. Raises ValidationError."""
    if until < since:
        raise ValidationError({"until": "结束日期要晚于开始日期。"})
    volunteer = _locked(volunteer)
    services = list(counted_between(volunteer, since, until).order_by("kind", "pk"))
    halves = sum(service.half_hours for service in services)
    if not halves:
        raise ValidationError("这段时间没有已计入的服务，开不出证明。")
    by_kind = Counter()
    for service in services:
        by_kind[service.kind] += service.half_hours
    content = [[ServiceKind(kind).label, n] for kind, n in by_kind.items()]
    year = timezone.localdate().year
    paper = Certificate.objects.create(
        number=f"ZM{year}-{take_numbers(f'certificate:{year}'):04d}", volunteer=volunteer, since=since, until=until,
        half_hours=halves, content=content, issuer=issuer, head=head, contact=contact, purpose=purpose, issued_by=by,
    )  # fmt: skip
    paper.services.set(services)
    audit.record("groups.certificate.issue", paper, by=by, area=volunteer.area)
    return paper
