"""公布结果: what everybody may see, chosen by the chair, and the pages that everybody opens."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from fedhub.core.access import PUBLIC
from fedhub.core.views import FormView, StepView
from surveys.forms.results import TellForm
from surveys.models import Finding
from surveys.public import told_findings, told_survey, told_surveys, told_texts
from surveys.report import title_of
from surveys.results import Results
from surveys.services.telling import tell_results, untell_results
from surveys.views.results import PUBLISH, OfSurvey, shown_figures


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


class PublicPage(View):
    """A page without account, session or cookie of ours. What is not told and what never was are the same answer."""

    permission = PUBLIC

    def dispatch(self, request, *args, **kwargs):
        answer = super().dispatch(request, *args, **kwargs)
        answer.headers["Cache-Control"] = "no-store"
        return answer


class ToldList(PublicPage):
    """Every survey whose results are told, the newest first."""

    def get(self, request):
        return render(request, "surveys/told_list.html", {"page_title": "社区服务", "surveys": told_surveys()[:100]})


class ToldResults(PublicPage):
    """您说的，我们做了: the chosen questions of one survey."""

    def get(self, request, token):
        survey = told_survey(token)
        if survey is None:
            raise Http404
        results = Results(survey)
        figures = [(figure, lines, title_of(figure)) for figure, lines, _ in shown_figures(results)
                   if figure.question.code in survey.shown]  # fmt: skip
        return render(
            request, "surveys/told.html",
            {"page_title": "社区服务", "survey": survey, "results": results, "figures": figures, "findings": told_findings(survey),
             "texts": told_texts(survey, results)},
        )  # fmt: skip
