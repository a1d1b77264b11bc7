"""Questions over events: who stays away, who was there how long, what residents see, what a fair brought."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Avg, Count, Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from employment.enums import ApplicationState
from employment.event_enums import EventState, IntentionKind, SignupSource, SignupState
from employment.models import Application, Attendance, CourseCertificate, Event, Intention, Session, Signup
from employment.models.events import LESSON
from fedhub.core.pinyin import initials
from fedhub.reference.lookup import rule
from households.models import Phone

# How long before a session its door opens, and how long after it the door still takes people.
EARLY, LATE = timedelta(minutes=60), timedelta(minutes=60)


# --- sign-ups -----------------------------------------------------------------------------------------------------------
def missed(resident, day=None):
    """Sign-ups of `resident` within the days of rule "event_absence_days" to events that are over, at which she never was and
    for which nobody noted a reason."""
    since = (day or timezone.localdate()) - timedelta(days=rule("event_absence_days"))
    rows = Signup.objects.filter(
        resident=resident, state=SignupState.IN, excused="", event__state=EventState.ENDED, event__ended_on__gte=since
    )
    return rows.exclude(pk__in=Attendance.objects.values("signup"))


def must_wait(resident):
    """True when she stayed away as often as rule "event_absences" says."""
    return missed(resident).count() >= rule("event_absences")


def places_in_line(signups):
    """`{signup id: place}` of those of `signups` that wait; 1 is next, those who stayed away come last. One query."""
    events = {one.event_id for one in signups if one.state == SignupState.WAITING}
    if not events:
        return {}
    rows = Signup.objects.filter(event__in=events, state=SignupState.WAITING)
    place = Window(RowNumber(), partition_by=F("event"), order_by=[F("behind").asc(), F("pk").asc()])
    return dict(rows.annotate(place=place).values_list("pk", "place"))


def place_in_line(signup):
    """Her place among those who wait."""
    return places_in_line([signup])[signup.pk]


def told_of(signups):
    """`[(Signup, words)]` for one woman, whose `signups` these are: where she stands in each and why. Two queries at most."""
    places, times = places_in_line(signups), None
    if any(one.state == SignupState.WAITING and one.behind for one in signups):
        times = missed(signups[0].resident_id).count()
    return [(one, words_for_her(one, places.get(one.pk), times)) for one in signups]


def words_for_her(signup, place=None, times=None):
    """What she reads of her sign-up: where she stands and why. `place` in the line and `times` that she stayed away are asked
    for where they are not given."""
    if signup.state == SignupState.WAITING:
        told = f"候补第 {place or place_in_line(signup)} 位。有人取消就按次序给名额，您会收到消息。"
        if signup.behind:
            days = rule("event_absence_days")
            times = missed(signup.resident_id).count() if times is None else times
            told += f"近 {days} 天里有 {times} 次报了名没有来，所以排在后面，报名截止以后还有空位再给您。"
        return told
    if signup.state == SignupState.OFFERED:
        until = timezone.localtime(signup.offer_until)
        return f"有名额了，给您留到 {until:%m月%d日 %H:%M}。过时不确认，名额给下一位。"
    return {
        SignupState.IN: "已报名，到时候请来；来不了请取消，让给别人。",
        SignupState.LAPSED: "给您留过名额，过时没有确认，已经给了下一位。还想来可以再报。",
        SignupState.CANCELLED: f"报名已取消{f'：{signup.cancelled_why}' if signup.cancelled_why else ''}。",
        SignupState.MERGED: "",
    }[signup.state]


def own_signups(resident):
    """Her sign-ups, the newest first."""
    return Signup.objects.filter(resident=resident).exclude(state=SignupState.MERGED).select_related("event").order_by(
        "-pk"
    )  # fmt: skip


def own_certificates(resident):
    """Her certificates that stand."""
    return CourseCertificate.objects.valid().filter(signup__resident=resident).order_by("-pk")


def public_events(area=None):
    """What residents of the community `area` (None: of all) are shown: published and not over, the next first."""
    rows = Event.objects.coming()
    if area is not None:
        rows = rows.filter(area__code=area.code[:12])
    return rows.order_by("first_on", "pk")


def resident_event(key, person):
    """The Event with this `key` as residents see it: published, or one that she signed up for; None otherwise."""
    rows = Event.objects.filter(key=key).exclude(state=EventState.DRAFT)
    shown = Q(state=EventState.OPEN)
    if person is not None:
        shown |= Q(pk__in=own_signups(person).values("event"))
    return rows.filter(shown).first()


def resident_session(key):
    """The Session with this `key`, of an event that was not called off; None otherwise."""
    rows = Session.objects.filter(key=key, event__state__in=[EventState.OPEN, EventState.ENDED])
    return rows.select_related("event").first()


def opens_now(event, day=None):
    """True while residents may sign up."""
    day = day or timezone.localdate()
    return event.state == EventState.OPEN and event.signup_from <= day <= event.signup_until


# --- attendance ---------------------------------------------------------------------------------------------------------
def door_is_open(session, now=None):
    """True from an hour before a session until an hour after it."""
    now, zone = now or timezone.now(), timezone.get_current_timezone()
    starts = datetime.combine(session.on, session.starts, tzinfo=zone)
    return starts - EARLY <= now <= datetime.combine(session.on, session.ends, tzinfo=zone) + LATE


def attendance_table(event, signups):
    """`({signup id: set of session ids}, [Session])` of `signups` (queryset)."""
    came = defaultdict(set)
    for signup, session in Attendance.objects.filter(signup__in=signups).values_list("signup", "session"):
        came[signup].add(session)
    return came, list(Session.objects.filter(event=event))


def percent_of(came, sessions):
    """How much of the time of all `sessions` somebody was there, in whole per cent, rounded down; 0 without any session."""
    whole = sum(one.minutes for one in sessions)
    return sum(one.minutes for one in sessions if one.pk in came) * 100 // whole if whole else 0


def lessons_of(sessions):
    """课时 of `sessions`: full lessons of 45 minutes."""
    return sum(one.minutes for one in sessions) // LESSON


def tails_of(residents):
    """`{resident id: {last four digits}}` of the usable numbers of these people."""
    found = defaultdict(set)
    for phone in Phone.objects.filter(resident__in=residents, usable=True):
        digits = "".join(sign for sign in str(phone.number) if sign.isdigit())
        if len(digits) >= 4:
            found[phone.resident_id].add(digits[-4:])
    return found


def door_rows(session, user):
    """`[(Signup, initials, tails, came)]` of whom the one at the door may look after, by name."""
    rows = Signup.objects.visible_to(user, "employment.change_signup").live().filter(event=session.event_id)
    signups = list(rows.select_related("resident"))
    tails = tails_of([one.resident_id for one in signups if one.resident_id])
    came = set(Attendance.objects.filter(session=session, signup__in=signups).values_list("signup", flat=True))
    found = [
        (
            one,
            " ".join(initials(one.name)),
            sorted(tails.get(one.resident_id, set()) or _tail(one.walk_phone)),
            one.pk in came,
        )
        for one in signups
    ]
    return sorted(found, key=lambda row: (row[1], row[0].pk))


def _tail(number):
    digits = "".join(sign for sign in number or "" if sign.isdigit())
    return {digits[-4:]} if len(digits) >= 4 else set()


# --- what it brought ----------------------------------------------------------------------------------------------------
def satisfaction(event, user):
    """`(number of ratings, average or None, words)`, as far as `user` sees the sign-ups; who wrote the words is not said, and
    their order tells nothing."""
    rows = Signup.objects.visible_to(user).filter(event=event, score__isnull=False)
    sums = rows.aggregate(n=Count("pk"), mean=Avg("score"))
    return sums["n"], sums["mean"], sorted(filter(None, rows.values_list("score_words", flat=True)))


def fair_figures(event, user):
    """What a fair brought, as far as `user` sees it: visitors, papers taken, intentions, hired from them."""
    wanted = Intention.objects.visible_to(user, "employment.view_signup").filter(stall_post__stall__event=event)
    hired = hired_from(wanted)
    return {
        "visitors": Signup.objects.visible_to(user).filter(event=event).came().count(),
        "women": Signup.objects.visible_to(user).filter(event=event, resident__sex="2").came().count(),
        "papers": wanted.count(), "intents": wanted.filter(kind=IntentionKind.INTENT).count(), "hired": hired.count(),
    }  # fmt: skip


def hired_from(intentions, among=None):
    """Those of `intentions` to which she was hired since: by the very post; `among`: by one of these Applications."""
    rows = Application.objects.all() if among is None else among
    hired = rows.filter(
        state=ApplicationState.HIRED,
        seeker__resident=OuterRef("signup__resident"),
        post=OuterRef("stall_post__post"),
    )
    return intentions.filter(Exists(hired), kind=IntentionKind.INTENT)


def walk_ins(event, user):
    """Those who came without signing up and whom nobody has found in the files yet."""
    rows = Signup.objects.visible_to(user, "employment.change_signup").filter(
        event=event, resident=None, source=SignupSource.DOOR
    )
    return rows.exclude(state=SignupState.MERGED).order_by("pk")
