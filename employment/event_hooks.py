"""What events and courses give to other pages: menu, a card on her page, residents' doors, a ledger."""

from employment import calendar  # noqa: F401 - the shared calendar
from employment.event_queries import own_certificates, own_signups
from employment.event_resources import TrainingLedger  # noqa: F401 - registers the ledger
from employment.event_states import SIGNUP_TONES
from employment.models import CourseCertificate, Event, Signup
from fedhub.core.menu import Entry, menu
from fedhub.core.residents import Door, home_doors, own_doors
from households.panels import Panel, resident_panels

menu.register(
    Entry(
        "employment.events", "employment", "招聘会、讲座、培训", "employment:event_list", "employment.view_event", 40
    )
)
menu.register(
    Entry(
        "employment.attendances", "employment", "活动签到", "employment:attendance_list", "employment.view_signup", 44
    )
)
menu.register(
    Entry(
        "employment.intentions", "employment", "招聘会意向", "employment:intention_list", "employment.view_signup", 46
    )
)
menu.register(
    Entry(
        "employment.certificates", "employment", "培训证书", "employment:certificate_list",
        "employment.view_coursecertificate", 50,
    )
)  # fmt: skip


def events_in_use():
    """True once the office has published anything."""
    return Event.objects.exclude(state="draft").exists()


home_doors.register(Door("employment.events", 40, "活动和课程", "events_resident:events", shown=events_in_use))
own_doors.register(Door("employment.events", 40, "活动和课程", "events_resident:events", shown=events_in_use))
own_doors.register(
    Door(
        "employment.signups", 45, "我的报名和证书", "events_resident:mine", shown=events_in_use,
        count=lambda person: own_signups(person).filter(state="offered").count(), unit=" 个等您确认",
    )
)  # fmt: skip


def events_of(resident, user):
    """What she signed up for, and the certificates that she has."""
    rows = own_signups(resident).filter(pk__in=Signup.objects.visible_to(user))
    papers = own_certificates(resident).filter(
        pk__in=CourseCertificate.objects.visible_to(user, "employment.view_coursecertificate")
    )
    return {"rows": [(one, SIGNUP_TONES[one.state]) for one in rows[:10]], "papers": papers}


resident_panels.register(
    Panel("employment_events", "活动和培训", 46, "employment.view_signup", "employment/panels/events.html", events_of)
)
