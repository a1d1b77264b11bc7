"""Pages of job fairs, lectures and courses for the staff."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count
from django.http import Http404
from django.urls import reverse

from employment.event_queries import fair_figures, satisfaction, walk_ins
from employment.event_states import EVENT_TONES
from employment.flow import event_flow
from employment.forms.event import (
    CancelEventForm,
    EventFilterForm,
    EventForm,
    IntentionForm,
    SessionForm,
    StallForm,
)
from employment.models import Attendance, CourseCertificate, Event, Intention, Session, Signup, Stall
from employment.services import events
from fedhub.core.qr import qr_squares
from fedhub.core.views import (
    FormView,
    ScopedCreateView,
    ScopedDetailView,
    ScopedListView,
    ScopedUpdateView,
    StaffView,
    StepView,
)

VIEW, CHANGE, SIGNUPS = "employment.view_event", "employment.change_event", "employment.view_signup"
STEPS = {"publish": events.publish_event, "end": events.end_event, "reopen": events.reopen_event}


def crumb():
    return ("招聘会、讲座、培训", reverse("employment:event_list"))


class EventList(ScopedListView):
    permission = VIEW
    model = Event
    title = "招聘会、讲座、培训"
    unit = "场"
    filter_class = EventFilterForm
    results_template = "employment/event_list/_results.html"
    sorts = {"updated": ("-updated_at", "最近更新"), "first": ("-signup_until", "报名截止晚的在前")}

    def get_list(self):
        return self.get_rows().select_related("area")

    def row(self, item):
        return item, EVENT_TONES[item.state]

    def get_create_url(self):
        return reverse("employment:event_create") if self.request.user.has_perm("employment.add_event") else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(create_label="登记活动", **kwargs)


class EventCreate(ScopedCreateView):
    permission = "employment.add_event"
    model = Event
    title = "登记活动"
    form_class = EventForm

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("employment:event_list")

    def save(self, form):
        return events.create_event(form.save(commit=False), by=self.request.user)


class OfEvent:
    """A form or a step about one event."""

    permission = CHANGE
    model = Event

    def get_rows(self):
        return super().get_rows().select_related("area__parent", "keeper")

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb(), (str(self.get_row()), self.get_row().get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class EventUpdate(OfEvent, ScopedUpdateView):
    title = "改活动"
    form_class = EventForm

    def get_form_kwargs(self):
        return {"instance": self.get_row()}

    def save(self, form):
        version = form.cleaned_data["version"]
        return events.change_event(form.instance, list(form.proposed()), base_version=version, by=self.request.user)


class EventDetail(OfEvent, ScopedDetailView):
    permission = VIEW
    title = "活动"
    template_name = "employment/event_detail.html"

    def get_title(self):
        return str(self.get_row())

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        event, user = self.get_row(), self.request.user
        may, sees = user.has_perm(CHANGE, event), user.has_perm(SIGNUPS)
        steps = [step for step in event_flow.open_steps(event) if step.name in STEPS] if may else []
        more = self.people(event, user) if sees else {}
        return super().get_context_data(
            chips=[(EVENT_TONES[event.state], event.get_state_display()), ("", event.get_kind_display())],
            meta=[event.days_words, event.area.name], steps=steps, may_change=may and event.state in ("draft", "open"),
            sessions=sessions_of(event, user), stalls=stalls_of(event, user), sees=sees, **more, **kwargs,
        )  # fmt: skip

    def people(self, event, user):
        rows = Signup.objects.visible_to(user).filter(event=event)
        counted = dict(rows.values_list("state").annotate(n=Count("pk")).order_by())
        papers = CourseCertificate.objects.visible_to(user, "employment.view_coursecertificate")
        return {
            "counted": {state: counted.get(state, 0) for state in ("in", "waiting", "offered")},
            "came": rows.came().count(),
            "rated": satisfaction(event, user),
            "walk_ins": walk_ins(event, user).count(),
            "papers": papers.valid().filter(signup__event=event).count() if event.gives_certificate else None,
            "may_issue": event.gives_certificate and user.has_perm("employment.add_coursecertificate", event),
            "may_sign": user.has_perm("employment.change_signup"),
            "brought": fair_figures(event, user) if event.kind == "fair" else None,
        }


def sessions_of(event, user):
    """`[(Session, number who came)]`, as far as `user` sees them."""
    came = Attendance.objects.visible_to(user, SIGNUPS).filter(session__event=event)
    counted = dict(came.values_list("session").annotate(n=Count("pk")).order_by())
    rows = Session.objects.visible_to(user).filter(event=event)
    return [(one, counted.get(one.pk, 0)) for one in rows]


def stalls_of(event, user):
    """`[(Stall, [(StallPost, intentions)])]`, as far as `user` sees them."""
    if event.kind != "fair":
        return []
    wanted = Intention.objects.visible_to(user, SIGNUPS).filter(stall_post__stall__event=event)
    counted = dict(wanted.values_list("stall_post").annotate(n=Count("pk")).order_by())
    rows = Stall.objects.visible_to(user).filter(event=event)
    rows = rows.select_related("employer").prefetch_related("posts__post")
    return [(one, [(post, counted.get(post.pk, 0)) for post in one.posts.all()]) for one in rows]


class EventStep(OfEvent, StepView):
    """publish, end, reopen."""

    def act(self, row):
        service = STEPS.get(self.kwargs["step"])
        if service is None:
            raise Http404
        service(row, by=self.request.user)


class EventCancel(OfEvent, FormView):
    title = "取消活动"
    form_class = CancelEventForm
    submit_label = "取消活动"
    success_message = "活动已取消，报了名的人会收到消息。"

    def save(self, form):
        return events.cancel_event(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)


class EventPoster(OfEvent, StaffView):
    """A sheet for the wall: what, when, where, and a picture that opens the sign-up."""

    permission = VIEW
    title = "报名海报"
    template_name = "employment/event_poster.html"

    def get(self, request, *args, **kwargs):
        event = self.get_row()
        if event.state != "open":
            raise Http404
        url = request.build_absolute_uri(reverse("events_resident:event", args=[event.key]))
        sessions = Session.objects.visible_to(request.user).filter(event=event)
        return self.render(object=event, squares=qr_squares(url), sessions=sessions, back_url=event.get_absolute_url())


# --- sessions -----------------------------------------------------------------------------------------------------------
class SessionCreate(OfEvent, FormView):
    title = "加场次"
    form_class = SessionForm
    success_message = "已加上。"

    def save(self, form):
        row, event = form.save(commit=False), self.get_row()
        with transaction.atomic():
            for week in range(form.cleaned_data["weeks"]):
                one = Session(
                    event=event, on=row.on + timedelta(weeks=week), starts=row.starts, ends=row.ends, topic=row.topic
                )
                events.add_session(one, by=self.request.user)
        return event


class PartDrop(StepView):
    """A part of an event is taken out; the page of the event follows."""

    permission = CHANGE

    def get_rows(self):
        return super().get_rows().select_related("event")


class SessionDrop(PartDrop):
    model = Session
    service = events.drop_session
    success_message = "已删掉这一场。"


# --- a fair -------------------------------------------------------------------------------------------------------------
class OfFair(OfEvent):
    def get_rows(self):
        return super().get_rows().filter(kind="fair")

    def get_form_kwargs(self):
        return {"event": self.get_row()}


class StallCreate(OfFair, FormView):
    title = "加展位"
    form_class = StallForm

    def save(self, form):
        stall = form.save(commit=False)
        stall.event = self.get_row()
        events.add_stall(stall, form.wanted(), by=self.request.user)
        return self.get_back_url()


class StallDrop(PartDrop):
    model = Stall
    service = events.drop_stall
    success_message = "已删掉这个展位。"


class IntentionCreate(OfFair, FormView):
    title = "登记意向"
    form_class = IntentionForm

    def save(self, form):
        events.note_intention(form.intention(), by=self.request.user)
        return self.get_back_url()
