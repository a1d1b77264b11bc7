"""Steps of a survey: sent for review, returned, published, a new edition, paused, resumed, dropped."""

from django.http import Http404
from django.urls import reverse

from fedhub.core.views import FormView, StepView
from surveys.definition.check import problems
from surveys.definition.edit import changes
from surveys.enums import MODE_WORDS, Mode, Status
from surveys.forms.survey import ConfirmForm, ReturnForm
from surveys.services.lifecycle import (
    LIVE,
    drop_survey,
    pause_survey,
    publish_edition,
    publish_survey,
    resume_survey,
    return_survey,
    submit_survey,
)
from surveys.services.writing import has_news, out_of, written
from surveys.views.preview import shown_questions
from surveys.views.survey import PUBLISH, InStatus, OfSurvey


class SurveySubmit(OfSurvey, StepView):
    service = submit_survey
    success_message = "已送审。"


class SurveyPause(OfSurvey, StepView):
    service = pause_survey
    success_message = "已暂停，打开链接的人会看到“暂时不收”。"


class SurveyResume(OfSurvey, StepView):
    service = resume_survey
    success_message = "继续收集。"


class SurveyDrop(OfSurvey, StepView):
    service = drop_survey
    success_message = "已作废。"


class SurveyReturn(InStatus, FormView):
    permission = PUBLISH
    statuses = (Status.REVIEW,)
    title = "退回修改"
    form_class = ReturnForm
    submit_label = "退回"
    success_message = "已退回。"

    def get_form_kwargs(self):
        return {}

    def save(self, form):
        return return_survey(self.get_row(), note=form.cleaned_data["note"], by=self.request.user)


class SurveyPublish(InStatus, FormView):
    """All of it once more before it goes out: who is asked what, and what cannot be changed afterwards."""

    permission = PUBLISH
    statuses = (Status.REVIEW,)
    title = "发布问卷"
    form_class = ConfirmForm
    template_name = "surveys/survey_publish.html"
    submit_label = "发布"
    success_message = "已发布，把链接和海报发出去吧。"

    def get_form_kwargs(self):
        return {"version": self.get_row().version}

    def get_context_data(self, **kwargs):
        survey = self.get_row()
        questionnaire = written(survey)
        found = problems(questionnaire, mode=survey.mode, sensitive=survey.sensitive)
        return super().get_context_data(
            object=survey,
            mode_words=MODE_WORDS[Mode(survey.mode)],
            blocks=[one.text for one in found if one.blocks],
            hints=[one.text for one in found if not one.blocks],
            sections=shown_questions(questionnaire),
            **kwargs,
        )

    def save(self, form):
        publish_survey(self.get_row(), base_version=form.cleaned_data["version"], by=self.request.user)
        return reverse("surveys:share", args=[self.get_row().pk])


class EditionPublish(InStatus, FormView):
    """What a new edition changes, before it goes out."""

    permission = PUBLISH
    statuses = LIVE
    title = "发布新版"
    form_class = ConfirmForm
    template_name = "surveys/edition_publish.html"
    submit_label = "发布新版"
    success_message = "新版已发布，正在填的人照旧填完。"

    def dispatch(self, request, *args, **kwargs):
        if self.get_row().status in LIVE and not has_news(self.get_row()):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {"version": self.get_row().version}

    def get_context_data(self, **kwargs):
        survey = self.get_row()
        return super().get_context_data(object=survey, changes=changes(out_of(survey), written(survey)), **kwargs)

    def save(self, form):
        return publish_edition(self.get_row(), base_version=form.cleaned_data["version"], by=self.request.user)
