"""公布结果: what everybody may see, chosen by the chair, and the pages that everybody opens.

The base of those pages belongs to the portal, which lies above: settings name it.
"""

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.module_loading import import_string

from fedhub.core.access import PUBLIC
from fedhub.core.views import FormView, StepView
from surveys.forms.results import TellForm
from surveys.models import Finding
from surveys.public import told_findings, told_survey, told_surveys, told_texts
from surveys.report import title_of
from surveys.results import Results
from surveys.services.telling import tell_results, untell_results
from surveys.views.results import PUBLISH, OfSurvey, shown_figures

Page = import_string(settings.RESIDENT_PAGE)


class SurveyTell(OfSurvey, FormView):
    """Question by question; the texts are chosen one by one on their own page."""

    permission = PUBLISH
    title = "公布结果"
    template_name = "surveys/tell.html"
    form_class = TellForm
    submit_label = "公布"
    success_message = "已公布。"

    def get_form_kwargs(self):
        survey = self.get_row()
        self.results = Results(survey)
        questions = {figure.question.code: figure.question.label for figure in self.results.figures}
        findings = Finding.objects.visible_to(self.request.user, "surveys.view_survey").filter(survey=survey)
        return {
            "questions": list(questions.items()),
            "findings": [(str(one.pk), one.words) for one in findings.order_by("pk")],
            "version": survey.version,
            "initial": {
                "shown": survey.shown, "said": survey.said, "done": survey.done,
                "findings": [str(one.pk) for one in findings if one.told],
            },
        }  # fmt: skip

    def get_back_url(self):
        return reverse("surveys:results", args=[self.get_row().pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(results=self.results, survey=self.get_row(), **kwargs)

    def save(self, form):
        data = form.cleaned_data
        tell_results(
            self.get_row(), shown=data["shown"], said=data["said"], done=data["done"],
            findings=[int(pk) for pk in data.get("findings", [])], base_version=data["version"], by=self.request.user,
        )  # fmt: skip
        return self.get_back_url()


class SurveyUntell(OfSurvey, StepView):
    permission = PUBLISH
    service = untell_results
    success_message = "公布页已撤下。"

    def get_success_url(self):
        return reverse("surveys:results", args=[self.get_row().pk])


class ToldList(Page):
    """Every survey whose results are told, the newest first."""

    permission = PUBLIC

    def get(self, request):
        return self.show("surveys/told_list.html", surveys=told_surveys()[:100])


class ToldResults(Page):
    """您说的，我们做了: the chosen questions of one survey. What is not told any more and what never was are the same answer."""

    permission = PUBLIC

    def get(self, request, token):
        survey = told_survey(token)
        if survey is None:
            raise Http404
        results = Results(survey)
        figures = [(figure, lines, title_of(figure)) for figure, lines, _ in shown_figures(results)
                   if figure.question.code in survey.shown]  # fmt: skip
        return self.show(
            "surveys/told.html", survey=survey, results=results, figures=figures, findings=told_findings(survey),
            texts=told_texts(survey, results),
        )  # fmt: skip
