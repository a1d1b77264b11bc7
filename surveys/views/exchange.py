"""Questions in and out: pasted text, XLSForm, the question bank."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from fedhub.core import audit
from fedhub.core.views import FormView, StaffView
from fedhub.ledgers.guard import BookError
from fedhub.reference.lookup import labels
from surveys.definition import edit
from surveys.definition.bank import TOPICS, bank
from surveys.definition.questionnaire import Questionnaire
from surveys.definition.text import write_text
from surveys.forms.exchange import REPLACE, BankForm, PasteForm, WorkbookForm
from surveys.services.writing import change_draft, out_of, written
from surveys.services.xlsform import read_xlsform, write_xlsform
from surveys.views.editor import OfDraft
from surveys.views.preview import shown_questions
from surveys.views.survey import VIEW, OfSurvey

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Taking(OfDraft, FormView):
    """Questions from elsewhere, in one step that can be undone."""

    what = ""
    submit_label = "放进问卷"

    def get_form_kwargs(self):
        return {"may_replace": not self.get_row().edition}

    def put(self, reading, form):
        replace = form.cleaned_data.get("how") == REPLACE and not self.get_row().edition
        change_draft(
            self.get_row(),
            lambda now: edit.join(Questionnaire() if replace or edit.empty(now) else now, reading.questionnaire),
            what=self.what, by=self.request.user,
        )  # fmt: skip
        return self.get_editor_url()

    def get_context_data(self, **kwargs):
        reading = getattr(kwargs.get("form"), "reading", None)
        return super().get_context_data(
            object=self.get_row(),
            reading=reading,
            found=shown_questions(reading.questionnaire) if reading else [],
            count=len(reading.questionnaire.questions()) if reading else 0,
            **kwargs,
        )


class Paste(Taking):
    title = "粘贴文字"
    form_class = PasteForm
    template_name = "surveys/paste.html"
    what = "粘贴文字"
    success_message = "已放进问卷。不对的话可以“撤销上一步”。"

    def save(self, form):
        return self.put(form.reading, form)


class TakeWorkbook(Taking):
    title = "导入 XLSForm"
    form_class = WorkbookForm
    template_name = "surveys/paste.html"
    what = "导入 XLSForm"
    success_message = "已放进问卷。不对的话可以“撤销上一步”。"

    def save(self, form):
        file = form.cleaned_data["file"]
        try:
            form.take(read_xlsform(file, file.name))
        except BookError as error:
            raise ValidationError({"file": error.message}) from error
        return self.put(form.reading, form)


class BankPage(OfDraft, FormView):
    """The bank of one field of work: some of its questions, or all."""

    title = "题库"
    form_class = BankForm
    template_name = "surveys/bank.html"
    submit_label = "放进问卷"
    success_message = "已放进问卷。"

    def get_topic(self):
        topic = self.kwargs["topic"]
        if topic not in TOPICS:
            raise Http404
        return topic

    def get_form_kwargs(self):
        return {"questionnaire": bank(self.get_topic())[2]}

    def get_context_data(self, **kwargs):
        topic = self.get_topic()
        title, intro, questionnaire = bank(topic)
        words, pk = labels("survey_topic"), self.get_row().pk
        tabs = [
            {"label": words.get(one, one), "url": reverse("surveys:bank", args=[pk, one]), "current": one == topic}
            for one in TOPICS
        ]
        ticked = set(kwargs["form"].data.getlist("codes")) if kwargs["form"].is_bound else set()
        sections = [
            (part.title, [(one, one.code in ticked) for one in part.questions]) for part in questionnaire.sections
        ]
        return super().get_context_data(
            object=self.get_row(), bank_title=title, intro=intro, tabs=tabs, sections=sections, **kwargs
        )

    def save(self, form):
        codes = set(form.cleaned_data["codes"])
        source = bank(self.get_topic())[2]
        change_draft(
            self.get_row(),
            lambda now: edit.pick(now, source, codes),
            what=f"题库加 {len(codes)} 题",
            by=self.request.user,
        )
        return self.get_editor_url()


class Out(OfSurvey, StaffView):
    """The questionnaire as a file: what is out, else what is written."""

    permission = VIEW

    def get_questionnaire(self):
        survey = self.get_row()
        return out_of(survey) if survey.edition else written(survey)

    def answer(self, content, content_type, ending):
        survey = self.get_row()
        audit.record("surveys.survey.copy_out", survey, by=self.request.user, form=ending)
        headers = {
            "Content-Disposition": content_disposition_header(True, f"{survey.number}.{ending}"),
            "X-Content-Type-Options": "nosniff",
        }
        return HttpResponse(content, content_type=content_type, headers=headers)


class TextOut(Out):
    def post(self, request, *args, **kwargs):
        survey = self.get_row()
        return self.answer(
            write_text(self.get_questionnaire(), survey.title, survey.purpose), "text/plain; charset=utf-8", "txt"
        )


class XlsformOut(Out):
    def post(self, request, *args, **kwargs):
        return self.answer(write_xlsform(self.get_questionnaire(), self.get_row().title), XLSX, "xlsx")
