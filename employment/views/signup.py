"""Who signed up for an event, and the steps of one sign-up."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse

from employment.event_enums import SignupState
from employment.event_queries import attendance_table, percent_of
from employment.event_states import SIGNUP_TONES
from employment.forms.signup import MergeForm, SignupFilterForm, SignUpForm, WhyForm
from employment.models import Event, Signup
from employment.services import courses, door
from employment.views.event import OfEvent, crumb
from fedhub.core.views import FormView, ScopedListView, StepView

VIEW, CHANGE = "employment.view_signup", "employment.change_signup"


class SignupList(ScopedListView):
    """The people of one event, in the order in which they signed up."""

    permission = VIEW
    model = Signup
    unit = "人"
    title = "报名名单"
    filter_class = SignupFilterForm
    # The people of one event: what is asked here says nothing of another's.
    keeps_filters = False
    results_template = "employment/signup_list/_results.html"
    sorts = {"signed": ("signed_at", "报名先后")}

    def dispatch(self, request, *args, **kwargs):
        # An event out of sight is a 404, whatever is asked of its list.
        self.get_event()
        return super().dispatch(request, *args, **kwargs)

    def get_event(self):
        """The event of the address, as its page shows it; fetched once a request."""
        if not hasattr(self, "event"):
            self.event = get_object_or_404(Event.objects.visible_to(self.request.user), pk=self.kwargs["pk"])
        return self.event

    def get_rows(self):
        return super().get_rows().filter(event=self.get_event())

    def get_crumbs(self):
        return [crumb(), (str(self.get_event()), self.get_event().get_absolute_url())]

    def page_rows(self, items):
        event = self.get_event()
        came, sessions = attendance_table(event, [item.pk for item in items])
        may = self.request.user.has_perm(CHANGE)
        return [
            (one, SIGNUP_TONES[one.state], len(came[one.pk]), percent_of(came[one.pk], sessions), may) for one in items
        ]

    def get_create_url(self):
        event = self.get_event()
        may = event.state == "open" and self.request.user.has_perm(CHANGE)
        return reverse("employment:signup_create", args=[event.pk]) if may else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(create_label="代报名", event=self.get_event(), **kwargs)


class SignupCreate(OfEvent, FormView):
    """Somebody is signed up by the staff."""

    permission = VIEW
    title = "代报名"
    form_class = SignUpForm
    submit_label = "报名"
    success_message = ""

    def save(self, form):
        event, resident = self.get_row(), form.cleaned_data["resident"]
        signup, new = courses.sign_up(event, resident, by=self.request.user)
        if not new:
            messages.info(self.request, f"{resident.name}已经报过名：{signup.get_state_display()}。")
        elif signup.state == SignupState.IN:
            messages.success(self.request, f"{resident.name}已报名。")
        else:
            messages.warning(self.request, f"{resident.name}排在候补里，有名额会通知她。")
        return reverse("employment:signup_list", args=[event.pk])


class OfSignup:
    permission = CHANGE
    model = Signup

    def get_rows(self):
        return super().get_rows().select_related("event__area", "resident")

    def get_form_kwargs(self):
        return {}

    def get_title(self):
        return f"{self.title}：{self.get_row().name}"

    def get_crumbs(self):
        event = self.get_row().event
        return [crumb(), (str(event), event.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class SignupCancel(OfSignup, FormView):
    title = "取消报名"
    form_class = WhyForm
    submit_label = "取消报名"
    success_message = "已取消，名额给了下一位候补的人。"

    def save(self, form):
        return courses.cancel(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)


class SignupAccept(OfSignup, StepView):
    """She said by telephone that she comes."""

    service = courses.accept
    success_message = "已确认。"


class SignupExcuse(OfSignup, FormView):
    title = "登记没来的原因"
    form_class = WhyForm
    success_message = "已登记，不算她没来。"

    def save(self, form):
        return courses.excuse(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)


class SignupMerge(OfSignup, FormView):
    """对上居民: who somebody from the street is."""

    title = "对上居民"
    form_class = MergeForm
    success_message = "已对上。"

    def get_rows(self):
        return super().get_rows().filter(resident=None).exclude(state=SignupState.MERGED)

    def save(self, form):
        return door.merge_walk_in(self.get_row(), form.cleaned_data["resident"], by=self.request.user)
