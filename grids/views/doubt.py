"""走访提醒: the visitor's word on her own page, the chair's list of what was explained or had its days."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import reverse

from fedhub.core.text import row_key
from fedhub.core.views import FormView, ScopedListView, StepView
from grids.doubts import sentence
from grids.enums import DoubtState
from grids.flow import doubt_flow
from grids.forms.doubt import DoubtFilterForm, ExplainForm
from grids.models import VisitDoubt
from grids.services.doubts import accept_doubt, explain_doubt, is_own, keep_doubt
from grids.views.visit import crumb


class DoubtList(ScopedListView):
    """What the visitors were asked about first; one's own visits are never among them."""

    permission = "grids.review_visit"
    model = VisitDoubt
    title = "走访提醒"
    filter_class = DoubtFilterForm
    sorts = {"found": ("-found_on", "提醒日期")}
    template_name = "grids/doubt_list.html"
    results_template = "grids/doubt_list/_results.html"
    unit = "条"

    def get_list(self):
        rows = self.get_rows().for_chair().exclude(state=DoubtState.GONE)
        return rows.not_of(self.request.user).for_list()

    def get_crumbs(self):
        return [crumb()]

    def row(self, doubt):
        return {
            "id": doubt.pk, "doubt": doubt, "sentence": sentence(doubt, self.request.user),
            "may_accept": doubt.state in doubt_flow.steps["accept"].sources,
            "may_keep": doubt.state in doubt_flow.steps["keep"].sources,
        }  # fmt: skip


class DoubtExplain(FormView):
    """说明: the visitor alone."""

    permission = "grids.change_visit"
    model = VisitDoubt
    form_class = ExplainForm
    title = "说明走访提醒"
    success_message = "已记下您的说明。"

    def get_rows(self):
        return super().get_rows().select_related("visit__household__area", "other__household")

    def get_row(self):
        doubt = super().get_row()
        if not is_own(doubt, self.request.user) or doubt.state not in doubt_flow.steps["explain"].sources:
            raise Http404
        return doubt

    def get_form_kwargs(self):
        return {"version": self.get_row().version, "initial": {"explanation": self.get_row().explanation}}

    def get_context_data(self, **kwargs):
        doubt = self.get_row()
        return super().get_context_data(doubt=doubt, sentence=sentence(doubt, self.request.user), **kwargs)

    template_name = "grids/doubt_explain.html"

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get_crumbs(self):
        return [crumb(), (str(self.get_row().visit), self.get_row().get_absolute_url())]

    def save(self, form):
        return explain_doubt(
            self.get_row(), explanation=form.cleaned_data["explanation"],
            base_version=form.cleaned_data["version"], by=self.request.user,
        )  # fmt: skip


class DoubtStep(StepView):
    """Base of what the reviewer says; refused when the visitor wrote something since the page was opened."""

    permission = "grids.review_visit"
    model = VisitDoubt

    def get_rows(self):
        return super().get_rows().select_related("visit__household__area")

    def act(self, row):
        if row_key(self.request.POST.get("version")) != row.version:
            raise ValidationError("这条提醒刚有变化，还没有动。请看一下再点。")
        type(self).service(row, by=self.request.user)

    def get_success_url(self):
        return reverse("grids:doubt_list")


class DoubtAccept(DoubtStep):
    service = staticmethod(accept_doubt)
    success_message = "好，这条没有问题。"


class DoubtKeep(DoubtStep):
    service = staticmethod(keep_doubt)
    success_message = "留下了，方便时当面了解。"
