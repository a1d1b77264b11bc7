"""我要帮助: asked for at the end of a questionnaire, never joined to what was answered."""

import uuid

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.views import View

from accounts.throttle import count_failure, public_buckets, refusal
from fedhub.core.access import PUBLIC
from surveys.forms.help import HelpForm
from surveys.helping import help_places, helping_survey, place_with
from surveys.services.action import ask_for_help, tell_the_trained_person

# So many an hour from one network.
TRIES = 60


class AskForHelp(View):
    """Her own words, her grid, and, if she wants, how to reach her. The page says nothing of the questionnaire."""

    permission = PUBLIC

    def dispatch(self, request, *args, token, **kwargs):
        self.survey = helping_survey(token)
        if self.survey is None:
            raise Http404
        answer = super().dispatch(request, *args, **kwargs)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    def form(self, data=None):
        topic = "" if self.survey.sensitive else self.survey.topic
        return HelpForm(data, places=help_places(self.survey), topic=topic)

    def show(self, template, **context):
        known = {
            "page_title": "社区服务",
            "home_url": "/r/",
            "quit_url": settings.QUIT_URL,
            "phone": self.survey.phone,
        }
        return render(self.request, template, known | context)

    def get(self, request):
        return self.show("surveys/help.html", form=self.form())

    def post(self, request):
        form, buckets = self.form(request.POST), public_buckets(request, "survey-help", TRIES)
        if words := refusal(buckets):
            form.add_error(None, words)
        elif form.is_valid():
            count_failure(buckets)
            return self.done(form.cleaned_data)
        if "key" in form.errors:
            form.data = form.data.copy()
            form.data["key"] = str(uuid.uuid4())
            form.add_error(None, "这一页放得太久了，没有交上去。内容都在，请再交一次。")
        return self.show("surveys/help.html", form=form)

    def done(self, data):
        told = {name: data[name] for name in ("key", "words", "name", "phone", "reach")} | {
            "area": place_with(data["area"])
        }
        if data["only"]:
            return self.show("surveys/help_told.html", heard=tell_the_trained_person(**told))
        code = ask_for_help(topic=data["topic"], **told)
        return self.show("surveys/help_sent.html", code=f"{code[:4]}-{code[4:]}")
