"""Letters both ways: hers by a code, the office's on the staff's side."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from accounts.throttle import count_failure, public_buckets, refusal
from fedhub.core import audit
from fedhub.core.views import StaffView
from surveys.forms.helping import AnswerForm
from surveys.models import Survey, Thread
from surveys.services.collecting import threads_of
from surveys.services.letters import answer, read_code, spaced, thread_of, write_hers
from surveys.views.visitor import SurveyPage

TRIES = 300
NO_CODE = "没有这个码，请再对一遍。"


class Hers(SurveyPage):
    """Her letters, by the code she was given after she sent her answer; open also when the survey is over."""

    def get(self, request):
        return self.ask()

    def ask(self, error=""):
        return self.show(
            "surveys/resident/code.html", heading="回信", button="打开", error=error, typed=self.request.POST.get("code", "")[:40],
            words="输入交卷以后给您的回信码，看答复，也可以接着写。谁也不知道您是谁。",
        )  # fmt: skip

    def post(self, request):
        buckets = public_buckets(request, "survey-letter", TRIES)
        if words := refusal(buckets):
            return self.ask(words)
        code = read_code(self.survey, request.POST.get("code", "")[:60])
        if not code:
            count_failure(buckets)
            return self.ask(NO_CODE)
        return self.opened(code)

    def opened(self, code):
        post, error, text = self.request.POST, "", ""
        if "text" in post:
            text = post["text"][:5000]
            try:
                write_hers(self.survey, code, text)
                text = ""
            except ValidationError as refused:
                error = " ".join(refused.messages)
        thread = thread_of(self.survey, code)
        return self.show(
            "surveys/resident/letters.html", code=spaced(code), letters=thread.letters.all() if thread else [], error=error,
            text=text,
        )  # fmt: skip


class Letters(StaffView):
    """Those who wrote, the ones that wait for an answer first."""

    permission = "surveys.change_survey"
    model = Survey
    title = "回信"
    template_name = "surveys/letters.html"

    def get(self, request, pk):
        survey = self.get_row()
        return self.render(object=survey, rows=threads_of(survey))

    def get_crumbs(self):
        return [(self.get_row().title, reverse("surveys:collecting", args=[self.get_row().pk]))]


class Conversation(StaffView):
    """One of them. Who she is, nobody can say; what she wrote is read and answered here."""

    permission = "surveys.change_survey"
    model = Thread
    title = "回信"
    template_name = "surveys/conversation.html"

    def get(self, request, pk):
        return self.page(AnswerForm())

    def page(self, form):
        thread = self.get_row()
        audit.record_read(thread, by=self.request.user)
        return self.render(object=thread, letters=thread.letters.select_related("by"), form=form)

    def post(self, request, pk):
        thread, form = self.get_row(), AnswerForm(request.POST)
        if thread.survey.status == "archived":
            raise Http404
        if not form.is_valid():
            return self.page(form)
        try:
            answer(thread, form.cleaned_data["text"], by=request.user)
        except ValidationError as error:
            form.add_error("text", error)
            return self.page(form)
        messages.success(request, "回信放好了，她凭回信码看得到。")
        return redirect("surveys:letter", pk=thread.pk)

    def get_crumbs(self):
        survey = self.get_row().survey
        return [(survey.title, reverse("surveys:letters", args=[survey.pk]))]
