"""发现: what the results say, and the concern it becomes. 求助的联系方式: how to reach who asked for help."""

from django.urls import reverse

from concerns.services.handling import doors
from fedhub.areas.models import Area
from fedhub.core.views import ScopedCreateView, ScopedDetailView, ScopedUpdateView, StepView
from fedhub.reference.lookup import label
from surveys.forms.results import FindingForm
from surveys.models import Finding, HelpContact
from surveys.report import figures_behind, title_of
from surveys.results import Results
from surveys.services.action import change_finding, doors_for, raise_from_finding, send_finding, write_finding
from surveys.views.results import CHANGE, VIEW, OfSurvey, crumbs_of


class FindingCreate(OfSurvey, ScopedCreateView):
    """A finding written from the results."""

    permission = CHANGE
    title = "写发现"
    template_name = "generic/form.html"
    form_class = FindingForm

    def get_form_kwargs(self):
        survey = self.get_row()
        self.results = Results(survey)
        questions = [(figure.key, title_of(figure)) for figure in self.results.figures if figure.base]
        asked = self.request.GET.get("question", "")
        areas = Area.objects.visible_to(self.request.user, CHANGE).within(survey.area).active()
        return {
            "questions": questions, "areas": areas,
            "initial": {"topic": survey.topic, "area": survey.area_id, "question": asked},
        }  # fmt: skip

    def get_back_url(self):
        return reverse("surveys:results", args=[self.get_row().pk])

    def save(self, form):
        finding = form.save(commit=False)
        finding.survey, finding.question = self.get_row(), form.cleaned_data["question"]
        finding.figures = figures_behind(self.results, finding.question)
        return write_finding(finding, by=self.request.user)


class OfFinding:
    permission = VIEW
    model = Finding

    def get_rows(self):
        return super().get_rows().select_related("survey", "area", "created_by", "concern")

    def get_crumbs(self):
        finding = self.get_row()
        return crumbs_of(finding.survey)


class FindingDetail(OfFinding, ScopedDetailView):
    title = "问卷发现"
    template_name = "surveys/finding_detail.html"

    def get_title(self):
        return self.get_row().words

    def get_context_data(self, **kwargs):
        finding, user = self.get_row(), self.request.user
        concern = (
            finding.concern if finding.concern and user.has_perm("concerns.view_concern", finding.concern) else None
        )
        return super().get_context_data(
            finding=finding, topic=label("survey_topic", finding.topic), concern=concern,
            may_change=user.has_perm(CHANGE, finding), doors=doors_for(user, finding),
            cases=[case for route in doors(user, concern) for case in route.cases(concern, user)] if concern else [],
            may_raise=finding.concern is None and user.has_perm("concerns.add_concern", finding), **kwargs,
        )  # fmt: skip


class FindingUpdate(OfFinding, ScopedUpdateView):
    permission = CHANGE
    title = "改发现"
    form_class = FindingForm

    def get_form_kwargs(self):
        finding = self.get_row()
        areas = Area.objects.visible_to(self.request.user, CHANGE).within(finding.survey.area).active()
        return {"instance": finding, "areas": areas}

    def save(self, form):
        return change_finding(form.save(commit=False), base_version=form.cleaned_data["version"], by=self.request.user)


class FindingRaise(OfFinding, StepView):
    """A concern from the finding; it opens its survey, and the finding opens it."""

    permission = "concerns.add_concern"
    service = raise_from_finding
    success_message = "已提为诉求。"

    def get_success_url(self):
        return self.get_row().get_absolute_url()


class FindingSend(OfFinding, StepView):
    """Straight to a work app, by the registry of routes; it opens the case that became of it."""

    permission = "concerns.add_concern"

    def act(self, finding):
        self.case = send_finding(finding, self.request.POST.get("route", ""), by=self.request.user)
        self.success_message = f"已提交：{self.case}。"

    def get_success_url(self):
        case = getattr(self, "case", None)
        return (case or self.get_row()).get_absolute_url()


class HelpDetail(ScopedDetailView):
    """How to reach somebody who asked for help; opening it is logged."""

    permission = "concerns.answer_concern"
    model = HelpContact
    title = "求助的联系方式"
    template_name = "surveys/help_detail.html"

    def get_rows(self):
        return super().get_rows().select_related("concern__area")

    def get_crumbs(self):
        concern = self.get_row().concern
        return [("诉求", reverse("concerns:concern_list")), (concern.number, concern.get_absolute_url())]
