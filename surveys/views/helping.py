"""The staff at the side of who answers: filling in for her, handing the phone over, paper, and the end of the collecting."""

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse

from accounts.middleware import put_down
from accounts.throttle import count_failure, public_buckets, refusal
from fedhub.core.views import StaffView, StepView
from surveys.enums import Status, Way
from surveys.flow import survey_flow
from surveys.forms.helping import CodesForm, PaperForm
from surveys.models import Survey
from surveys.services import passes
from surveys.services.closing import archive_survey, close_survey
from surveys.services.collecting import collecting_facts
from surveys.views.visitor import TICKET

TRIES = 300


class OfSurvey(StaffView):
    """A page of one survey; whoever may look at it from her grid may help with it."""

    model = Survey

    def get_rows(self):
        return Survey.objects.visible_to(self.request.user, "surveys.view_survey").exclude(
            status__in=[Status.DRAFT, Status.REVIEW, Status.DROPPED]
        )

    def get_crumbs(self):
        return [(self.get_row().title, reverse("surveys:collecting", args=[self.get_row().pk]))]


class Collecting(OfSurvey):
    """How the collecting goes, and everything that is done while it runs."""

    permission = "surveys.view_survey"
    title = "收集"
    template_name = "surveys/collecting.html"

    def get(self, request, pk):
        survey = self.get_row()
        return self.render(object=survey, **collecting_facts(survey, request.user))

    def get_crumbs(self):
        return [(self.get_row().title, self.get_row().get_absolute_url())]


class Assist(OfSurvey):
    """Filling in for somebody on the staff's own device, or handing it over. Either way one answer, in the name of nobody; that
    and how many were helped is all that is counted."""

    permission = "surveys.assist_survey"
    title = "帮忙填"
    template_name = "surveys/assist.html"

    def get(self, request, pk):
        return self.render(object=self.get_row())

    def post(self, request, pk):
        survey, user = self.get_row(), request.user
        way = Way.HANDED if request.POST.get("way") == Way.HANDED else Way.ASSISTED
        try:
            code = passes.make_pass(survey)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("surveys:collecting", pk=survey.pk)
        if way == Way.HANDED:
            # Whoever holds the phone now finds the staff's pages locked.
            put_down(request)
        return redirect("survey:with", survey.token, ticket_of(survey, code, way, user))


def ticket_of(survey, code, way, user):
    """The signed end of a one-time address."""
    return signing.dumps(
        {"code": code, "way": str(way), "helper": user.pk, "survey": survey.pk}, salt=f"{TICKET}.with"
    )


class Paper(OfSurvey):
    """Typing a paper questionnaire in, by the code printed on it: each sheet once."""

    permission = "surveys.assist_survey"
    title = "录入纸质问卷"
    template_name = "surveys/paper.html"

    def get(self, request, pk):
        return self.render(object=self.get_row(), form=PaperForm())

    def post(self, request, pk):
        survey, form = self.get_row(), PaperForm(request.POST)
        buckets = public_buckets(request, "survey-code", TRIES)
        if words := refusal(buckets):
            form.add_error("code", words)
        elif form.is_valid():
            code = passes.plain_pass(form.cleaned_data["code"])
            if survey.status == Status.OPEN and passes.is_open(survey, code):
                return redirect("survey:with", survey.token, ticket_of(survey, code, Way.PAPER, request.user))
            count_failure(buckets)
            form.add_error(
                "code",
                "这个码用不了：可能输错了，或者已经录过了。"
                if survey.status == Status.OPEN
                else "这份问卷现在不收集。",
            )
        return self.render(object=survey, form=form)


class Codes(OfSurvey):
    """A sheet of one-time codes to cut apart: shown once, kept nowhere."""

    permission = "surveys.assist_survey"
    title = "印一次性码"
    template_name = "surveys/codes.html"

    def get(self, request, pk):
        return self.render(object=self.get_row(), form=CodesForm())

    def post(self, request, pk):
        survey, form = self.get_row(), CodesForm(request.POST)
        if not form.is_valid():
            return self.render(object=survey, form=form)
        try:
            codes = passes.print_codes(survey, form.cleaned_data["count"], by=request.user)
        except ValidationError as error:
            form.add_error("count", error)
            return self.render(object=survey, form=form)
        back = reverse("surveys:collecting", args=[survey.pk])
        address = request.build_absolute_uri(reverse("survey:code", args=[survey.token]))
        return self.render("surveys/codes_sheet.html", object=survey, codes=codes, back_url=back, address=address)


class EndingStep(StepView):
    """A step that cannot be taken back: a page says first what it does."""

    model = Survey
    button = ""
    words = ()

    def get(self, request, pk):
        if self.step not in {step.name for step in survey_flow.open_steps(self.get_row())}:
            return redirect(self.get_success_url())
        return self.render("surveys/ending.html", object=self.get_row(), words=self.words, button=self.button)

    def get_crumbs(self):
        return [(self.get_row().title, self.get_row().get_absolute_url())]


class Close(EndingStep):
    permission = "surveys.change_survey"
    step = "close"
    title = button = "结束收集"
    words = (
        "不能再收答卷，也不能再打开。",
        "等着归集的答卷全部打乱放进去；答卷按随机的顺序重写。",
        "谁填过的标记、没填完的草稿、没用的一次性码当时就删掉，从此谁填过谁也查不出。",
        "回信还能接着写，直到归档。",
    )
    service = close_survey
    success_message = "收集结束了。谁填过，从现在起谁也查不出来。"


class Archive(EndingStep):
    permission = "surveys.publish_survey"
    step = "archive"
    title = button = "归档"
    words = ("不再接收回信。", "原始答案到保留期满那天自动删掉，统计数一直留着。")
    service = archive_survey
    success_message = "已归档。"
