"""Pages of applications. A step is a form that is posted; opening an address changes nothing."""

from django.http import Http404
from django.urls import reverse

from employment.flow import application_flow
from employment.forms.application import (
    ApplicationFilterForm,
    HireForm,
    InviteForm,
    RecommendForm,
    RefuseForm,
    ResultForm,
)
from employment.models import Application, Seeker
from employment.queries import sheet_of, silent_days, silent_since
from employment.services import applications
from employment.states import APPLICATION_TONES
from employment.views.lines import APPLICATION_VALUES, application_lines
from employment.views.listing import UPDATED, FiguredList
from employment.views.seeker import CHANGE, VIEW, OfSeeker
from fedhub.core import audit
from fedhub.core.text import row_key
from fedhub.core.views import FormView, ScopedDetailView, StaffPage, StepView

STEP_FORMS = {
    "interview": InviteForm,
    "hire": HireForm,
    "refuse": RefuseForm,
    "pool": ResultForm,
    "elsewhere": ResultForm,
}


def crumb():
    return ("推荐", reverse("employment:application_list"))


class ApplicationList(FiguredList):
    permission = VIEW
    model = Application
    title = "推荐"
    filter_class = ApplicationFilterForm
    unit = "条"
    results_template = "employment/application_list/_results.html"
    sorts = UPDATED | {"silent": ("moved_on", "最久没有消息的在前")}

    def read(self, rows):
        return rows.values(*APPLICATION_VALUES)

    def page_rows(self, items):
        return application_lines(items, silent_since())


class Recommend(OfSeeker, FormView):
    """A post for her; `?post=` comes from the suggestions."""

    title = "推荐岗位"
    form_class = RecommendForm
    submit_label = "推荐"
    success_message = "已推荐。"
    model = Seeker

    def get_form_kwargs(self):
        return {"post": row_key(self.request.GET.get("post", "")) or None}

    def save(self, form):
        application = form.save(commit=False)
        application.seeker = self.get_row()
        data = form.cleaned_data
        return applications.recommend(application, how=data["how"], witness=data["witness"], by=self.request.user)


class OfApplication:
    permission = CHANGE
    model = Application

    def get_rows(self):
        return super().get_rows().select_related(
            "seeker__resident__area__parent", "seeker__lead", "post__employer", "post__place_area", "consent", "recommended_by",
        )  # fmt: skip

    def get_crumbs(self):
        seeker = self.get_row().seeker
        return [crumb(), (seeker.resident.name, seeker.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class ApplicationDetail(OfApplication, ScopedDetailView):
    permission = VIEW
    title = "推荐"
    template_name = "employment/application_detail.html"

    def get_title(self):
        return str(self.get_row())

    def get_context_data(self, **kwargs):
        application, user = self.get_row(), self.request.user
        may = user.has_perm(CHANGE, application.seeker.resident)
        steps = [step for step in application_flow.open_steps(application) if step.name != "withdraw"] if may else []
        return super().get_context_data(
            chips=[(APPLICATION_TONES[application.state], application.get_state_display())],
            meta=[application.post.employer.name], steps=steps, may_withdraw=bool(steps),
            shared=application.consent.in_force(), for_her=application.words_for_her(silent_days()), **kwargs,
        )  # fmt: skip


class ApplicationStep(OfApplication, FormView):
    """interview, hire, refuse, pool, elsewhere: the form asks what the step needs."""

    success_message = "已登记。"

    def dispatch(self, request, *args, **kwargs):
        if kwargs["step"] not in STEP_FORMS:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_title(self):
        return application_flow.steps[self.kwargs["step"]].label

    def get_page_title(self):
        return self.get_title()

    @property
    def form_class(self):
        return STEP_FORMS[self.kwargs["step"]]

    def save(self, form):
        acts = {
            "interview": applications.invite, "hire": applications.hire, "refuse": applications.refuse,
            "pool": applications.keep_in_pool, "elsewhere": applications.hired_elsewhere,
        }  # fmt: skip
        told = {name: form.cleaned_data[name] for name in ("on", "why", "said", "note") if name in form.cleaned_data}
        return acts[self.kwargs["step"]](self.get_row(), by=self.request.user, **told)


class ApplicationWithdraw(OfApplication, StepView):
    service = applications.withdraw
    success_message = "已登记。"


class ApplicationSheet(OfApplication, StaffPage):
    """介绍信: all that the employer is told, for this post alone, her number unmasked, so who printed it is logged; gone on the
    day that she takes her consent back."""

    permission = VIEW
    title = "推荐信"
    template_name = "employment/sheet.html"

    def get(self, request, *args, **kwargs):
        audit.record_read(self.get_row(), by=request.user, action="employment.application.print")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        application = self.get_row()
        shared = application.consent.in_force()
        return super().get_context_data(
            object=application, shared=shared, facts_shared=sheet_of(application) if shared else [], **kwargs
        )
