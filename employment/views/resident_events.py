"""Residents' side: what is on, signing up, her own sign-ups and certificates, signing in at the door, her word on it.

Anybody may read what is published; whoever is in with her code may act. Nobody learns who else signed up.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.module_loading import import_string

from employment.event_queries import (
    opens_now,
    own_certificates,
    own_signups,
    place_in_line,
    public_events,
    resident_event,
    resident_session,
    told_of,
    words_for_her,
)
from employment.event_states import SIGNUP_TONES
from employment.forms.resident_event import RateForm
from employment.services.courses import accept, cancel, rate, sign_up
from employment.services.door import check_in_herself
from fedhub.core.access import PUBLIC
from fedhub.core.deeds import Deed

Page = import_string(settings.RESIDENT_PAGE)


class Events(Page):
    """What is on, in her community when she is in."""

    permission = PUBLIC

    def get(self, request):
        area = self.person.area if self.person else None
        rows = [(one, opens_now(one)) for one in public_events(area)[:100]]
        return self.show("employment/resident/events.html", rows=rows)


class OfEvent(Page):
    permission = PUBLIC

    def get_event(self):
        event = resident_event(self.kwargs["key"], self.person)
        if event is None:
            raise Http404
        return event

    def own(self, event):
        """Her latest sign-up, None without one."""
        return own_signups(self.person).filter(event=event).first() if self.person else None

    def page(self, form=None):
        event = self.get_event()
        own = self.own(event)
        return self.show(
            "employment/resident/event.html", event=event, sessions=list(event.sessions.all()), own=own,
            told=words_for_her(own) if own else "", open_now=opens_now(event), form=form or RateForm(),
            may_rate=bool(own and own.score is None and own.attendances.exists()),
        )  # fmt: skip


class OneEvent(OfEvent):
    def get(self, request, key):
        return self.page()


class HerAct(Deed, OfEvent):
    """Something that only whoever is in may do; sent twice it is done once."""

    needs_her = True

    def get_back(self):
        return reverse("events_resident:event", args=[self.kwargs["key"]])

    def own_or_404(self, event):
        own = self.own(event)
        if own is None:
            raise Http404
        return own


class Join(HerAct):
    def act(self, key):
        event = self.get_event()
        signup, new = sign_up(event, self.person)
        if signup.state == "in":
            return "报名成功。" if new else "您已经报过名了。"
        if signup.state == "offered":
            return "有名额了，请点“我来”。"
        return f"名额满了，您排在候补第 {place_in_line(signup)} 位。" if not signup.behind else "已排候补。"


class Confirm(HerAct):
    def act(self, key):
        accept(self.own_or_404(self.get_event()))
        return "已确认，到时候请来。"


class Leave(HerAct):
    def act(self, key):
        cancel(self.own_or_404(self.get_event()))
        return "已取消，名额让给了别人。"


class Rate(OfEvent):
    needs_her = True

    def get(self, request, key):
        return redirect("events_resident:event", key=key)

    def post(self, request, key):
        event, form = self.get_event(), RateForm(request.POST)
        own = self.own(event)
        if own is None:
            raise Http404
        if not form.is_valid():
            return self.page(form)
        try:
            rate(own, **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, "谢谢您的评价。")
        return redirect("events_resident:event", key=key)


class HerPage(Page):
    permission = PUBLIC
    needs_her = True


class Mine(HerPage):
    """Her sign-ups and certificates."""

    def get(self, request):
        signups = list(own_signups(self.person)[:50])
        rows = [(one, SIGNUP_TONES[one.state], words) for one, words in told_of(signups)]
        return self.show("employment/resident/my_events.html", rows=rows, papers=own_certificates(self.person))


class OwnCertificate(HerPage):
    def get(self, request, number):
        paper = own_certificates(self.person).filter(number=number).first()
        if paper is None:
            raise Http404
        return self.show("employment/resident/certificate.html", paper=paper)


class Arrive(Page):
    """The picture at the door was scanned with her own telephone: one tap, and she is signed in."""

    permission = PUBLIC

    def get_session(self):
        session = resident_session(self.kwargs["key"])
        if session is None:
            raise Http404
        return session

    def get(self, request, key):
        return self.show("employment/resident/arrive.html", session=self.get_session(), done=False)

    def post(self, request, key):
        session = self.get_session()
        if self.person is None:
            return redirect(f"{reverse('resident:enter')}?{urlencode({'next': request.path})}")
        try:
            check_in_herself(session, self.person)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("events_resident:arrive", key=key)
        return self.show("employment/resident/arrive.html", session=session, done=True)
