"""Where volunteers serve together: the leader taps them in and out, or each presses it after scanning the picture
(handbook 9.2)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core import audit
from groups.enums import ServiceState, VolunteerState
from groups.hours import LONG_DAY, words
from groups.models import Service, Shift, Volunteer
from groups.queries import halves_of_day
from groups.services import hours, serving
from groups.services.needs import check_words

AHEAD_DAYS = 60
NOT_TODAY = "这一场在 {:%Y-%m-%d}，只在当天签到。"
OFF = "这一场取消了：{}。"
ELSEWHERE = "这是别的社区的服务，不能在这里签到。"
NO_VOLUNTEER = "您还没有登记志愿者。想参加的，请告诉社区妇联。"
NOT_YET = "您的志愿者登记还没有审核，请问社区妇联。"
PAUSED = "您的志愿服务暂停了，不能签到。请问社区妇联。"
OLD_PAGE = "这一页是以前的。还要签到，请再按一次。"
NOT_IN = "没有签到，或者已经签退了。"
CONFIRMED = "这一条已经确认，请在志愿者的页面上更正。"
# What a correction on the spot may still touch.
UNCONFIRMED = (ServiceState.OPEN, ServiceState.RECORDED)


@transaction.atomic
def open_shift(shift, *, by):
    """Write down where volunteers will serve (unsaved). Returns the Shift. Raises ValidationError."""
    today = timezone.localdate()
    if not today <= shift.on <= today + timedelta(days=AHEAD_DAYS):
        raise ValidationError({"on": f"日期要在今天到 {AHEAD_DAYS} 天以内；过去的在志愿者的页面上登记。"})
    shift.created_by = by
    shift.full_clean()
    shift.save()
    audit.record("groups.shift.open", shift, by=by, kind=shift.kind)
    return shift


def plan_shift(need, *, on, what, by):
    """A day on which those serve who agreed to `need`: a shift of the community; what it says names nobody. Returns the Shift.
    Raises ValidationError."""
    check_words(need, what)
    place = Area.objects.get(code=need.area.community_code)
    return open_shift(Shift(area=place, kind=need.kind, what=what, place=need.place, on=on, need=need), by=by)


def _today(shift):
    if shift.off_on:
        raise ValidationError(OFF.format(shift.off_why))
    if shift.on != timezone.localdate():
        raise ValidationError(NOT_TODAY.format(shift.on))


def open_service(shift, volunteer):
    """Her Service in this shift that is not signed out, None without one."""
    return (
        shift.services.filter(volunteer=volunteer, state=ServiceState.OPEN).select_related("volunteer__area").first()
    )


@transaction.atomic
def tap_in(shift, volunteer, *, by=None):
    """She is there; `by` None when she presses it herself. Tapped twice it is done once. Returns the Service. Raises
    ValidationError."""
    shift = Shift.objects.select_for_update(of=("self",)).get(pk=shift.pk)
    _today(shift)
    volunteer = Volunteer.objects.select_for_update(of=("self",)).get(pk=volunteer.pk)
    if volunteer.area_id != shift.area_id:
        raise ValidationError(ELSEWHERE)
    standing = open_service(shift, volunteer)
    if standing is not None:
        return standing
    if shift.need_id:
        serving.may_come(shift.need, volunteer)
    served = hours.sign_in(
        volunteer, kind=shift.kind, what=shift.what, place=shift.place, shift=shift, need=shift.need, by=by
    )
    if shift.need_id:
        serving.begun(shift.need)
    return served


@transaction.atomic
def tap_out(shift, volunteer, *, by=None):
    """She goes. Returns the Service, void when it was under half an hour. Raises ValidationError."""
    service = open_service(shift, volunteer)
    if service is None:
        raise ValidationError(NOT_IN)
    return hours.sign_out(service, by=by)


def own_volunteer(shift, person):
    """The Volunteer that the resident `person` is, to be signed in or out in `shift`. Raises ValidationError with what she may
    do instead."""
    gone = [VolunteerState.LEFT, VolunteerState.REFUSED]
    volunteer = Volunteer.objects.filter(resident=person).exclude(state__in=gone).first()
    if volunteer is None:
        raise ValidationError(NO_VOLUNTEER)
    if volunteer.area_id != shift.area_id:
        raise ValidationError(ELSEWHERE)
    if volunteer.state == VolunteerState.PENDING:
        raise ValidationError(NOT_YET)
    # Who was paused while she served still signs out.
    if volunteer.state == VolunteerState.PAUSED and open_service(shift, volunteer) is None:
        raise ValidationError(PAUSED)
    return volunteer


def times_here(shift, person):
    """How often she was signed in in this shift; what a page shows and sends back, so that an old one opens nothing again."""
    return shift.services.filter(volunteer__resident=person).count()


@transaction.atomic
def sign_in_herself(shift, person, *, seen):
    """She pressed 签到 on her own telephone, on the day, on a page that showed `seen` (`times_here`, as text). Returns the
    Service. Raises ValidationError."""
    _today(shift)
    volunteer = own_volunteer(shift, person)
    if open_service(shift, volunteer) is None and seen != str(times_here(shift, person)):
        raise ValidationError(OLD_PAGE)
    return tap_in(shift, volunteer)


@transaction.atomic
def sign_out_herself(shift, person):
    """She pressed 签退 on her own telephone, on the day. Returns the Service. Raises ValidationError."""
    _today(shift)
    return tap_out(shift, own_volunteer(shift, person))


@transaction.atomic
def put_right(service, *, started_at, ended_at, why, by):
    """The times as they were, with a reason, before it is confirmed. Returns the Service that stands. Raises ValidationError."""
    service = Service.objects.select_for_update(of=("self",)).select_related("volunteer__area").get(pk=service.pk)
    if service.state not in UNCONFIRMED:
        raise ValidationError(CONFIRMED)
    return hours.correct_service(service, fields={"started_at": started_at, "ended_at": ended_at}, why=why, by=by)


def said_of(service):
    """A sentence about a Service that was just signed out or put right, with a warning about a long day."""
    if service.state == ServiceState.VOID:
        return "已签退；不到半小时，不计时长。"
    whole = halves_of_day([service.volunteer_id], timezone.localdate(service.started_at))[service.volunteer_id]
    said = f"计 {service.hours}，等确认。"
    return f"{said}当天合计 {words(whole)}，超过 12 小时，请核对。" if whole > LONG_DAY else said
