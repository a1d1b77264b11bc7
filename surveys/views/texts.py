"""文字答案: detached from their answers, in no order; numbers and names are covered for all but the officer."""

from urllib.parse import urlencode

from django.urls import reverse

from fedhub.core import audit
from fedhub.core.views import FormView, ScopedListView, StepView
from fedhub.reference.lookup import labels
from surveys.forms.texts import TagForm, TextFilterForm
from surveys.models import TextEntry
from surveys.services.telling import tell_text
from surveys.services.texts import tag_text
from surveys.states import OUT
from surveys.texts import matching, topic_counts
from surveys.views.apart import OfOneSurvey
from surveys.views.results import CHANGE, PUBLISH, VIEW, crumbs_of


class OfTexts:
    """A page about texts of a survey whose results may be looked at."""

    permission = VIEW
    model = TextEntry

    def get_rows(self):
        rows = super().get_rows().filter(survey__status__in=OUT)
        return rows.select_related("survey__area").prefetch_related("tags")

    def get_survey(self):
        return self.get_row().survey

    def get_crumbs(self):
        return crumbs_of(self.get_survey())

    def is_officer(self):
        """True for whoever looks after the survey: she reads the words as they were written."""
        return self.request.user.has_perm(CHANGE, self.get_survey())


class TextList(OfOneSurvey, OfTexts, ScopedListView):
    """The words, by question, topic and search; each reader is logged."""

    title = "文字答案"
    read_action = "surveys.survey.texts"
    filter_class = TextFilterForm
    sorts = {"mixed": ("id", "打乱的顺序")}
    unit = "条"
    page_size = 30
    template_name = "surveys/texts.html"
    results_template = "surveys/text_list/_results.html"

    def get_list(self):
        rows = super().get_list()
        return rows if self.is_officer() else rows.filter(scanned=True)

    def filtered(self, rows):
        rows = super().filtered(rows)
        words = self.filter_form.cleaned_data.get("q", "")
        return matching(rows, words, officer=self.is_officer()) if words else rows

    def questions(self):
        return [(q.code, q.label) for q in self.results.questionnaire.questions() if q.kind == "text" or any(
            option.other for option in q.options
        )]  # fmt: skip

    def page_rows(self, items):
        officer, names = self.is_officer(), labels("survey_topic")
        asked = {q.code: q for q in self.results.questionnaire.questions()}
        for item in items:
            question = asked.get(item.question)
            option = question.option(item.option) if question else None
            item.asked = f"{question.label if question else ''}{'（' + option.label + '）' if option else ''}"
            item.shown = item.words if officer else item.clean
            item.topics = [names.get(tag.topic, tag.topic) for tag in item.tags.all()]
        return items

    def get_context_data(self, **kwargs):
        survey = self.get_survey()
        shares = [
            (label, n, f"?{urlencode({'topic': code})}")
            for code, label, n in topic_counts(survey, labels("survey_topic"))
        ]
        may_tell = self.request.user.has_perm(PUBLISH, survey)
        return super().get_context_data(officer=self.is_officer(), shares=shares, may_tell=may_tell, **kwargs)


class TextTagging(OfTexts, FormView):
    """The topics of one text."""

    permission = CHANGE
    title = "这段话说的是哪方面"
    template_name = "surveys/text_tag.html"
    form_class = TagForm

    def get_initial(self):
        return {"topics": [tag.topic for tag in self.get_row().tags.all()]}

    def get_back_url(self):
        return reverse("surveys:text_list", args=[self.get_survey().pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(entry=self.get_row(), **kwargs)

    def get(self, request, *args, **kwargs):
        audit.record_read(self.get_survey(), by=request.user, action="surveys.survey.texts")
        return super().get(request, *args, **kwargs)

    def save(self, form):
        tag_text(self.get_row(), topics=form.cleaned_data["topics"], by=self.request.user)
        return self.get_back_url()


class TextTell(OfTexts, StepView):
    """One text on the public page, or off it."""

    permission = PUBLISH
    success_message = "已更新公布的文字。"

    def act(self, row):
        tell_text(row, told=not row.told, by=self.request.user)

    def get_success_url(self):
        return reverse("surveys:text_list", args=[self.get_survey().pk])
