"""Surveys: the list, a new one, its settings, its page."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import NoReverseMatch, resolve, reverse

from fedhub.core.text import row_key
from fedhub.core.views import ScopedCreateView, ScopedDetailView, ScopedListView, ScopedUpdateView, StepView
from fedhub.reference.lookup import label, labels
from surveys.definition.check import problems
from surveys.enums import MODE_WORDS, Mode, Status
from surveys.flow import survey_flow
from surveys.forms.survey import SurveyFilterForm, SurveyForm
from surveys.models import Survey
from surveys.queries import received
from surveys.services.lifecycle import LIVE, change_settings, copy_survey, create_survey
from surveys.services.writing import WRITABLE, has_news, written
from surveys.states import chip_of, way_of
from surveys.views.preview import shown_questions

VIEW, ADD, CHANGE = "surveys.view_survey", "surveys.add_survey", "surveys.change_survey"
PUBLISH = "surveys.publish_survey"
PRIMARY = {"submit", "publish", "resume", "tell"}
PAGES = [("survey_detail", "问卷"), ("collecting", "收集"), ("results", "结果")]


def crumb():
    return ("问卷", reverse("surveys:survey_list"))


class SurveyList(ScopedListView):
    permission = VIEW
    model = Survey
    title = "问卷"
    filter_class = SurveyFilterForm
    unit = "份"
    sorts = {"updated": ("-updated_at", "最近更新"), "number": ("-number", "编号")}
    results_template = "surveys/survey_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("area")

    def page_rows(self, items):
        topics = labels("survey_topic")
        counts = received([one.pk for one in items])
        return [(one, chip_of(one), topics.get(one.topic, ""), counts.get(one.pk, 0)) for one in items]

    def get_create_url(self):
        return reverse("surveys:survey_create") if self.request.user.has_perm(ADD) else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(create_label="新建问卷", **kwargs)


class SurveyCreate(ScopedCreateView):
    """A new draft; `from` in the address: one that asks what an earlier one asked."""

    permission = ADD
    model = Survey
    title = "新建问卷"
    form_class = SurveyForm
    submit_label = "保存，去写题目"
    success_message = "已新建，还没有发布。"

    def get_source(self):
        key = row_key(self.request.GET.get("from"))
        return Survey.objects.visible_to(self.request.user, VIEW).filter(pk=key).first() if key else None

    def get_form_kwargs(self):
        source = self.get_source()
        names = ("topic", "asker", "purpose", "phone", "minutes", "mode", "sensitive", "age_from", "keep_months")
        user = self.request.user
        start = (
            {"title": f"{source.title[:56]}（二）", **{n: getattr(source, n) for n in names}}
            if source
            else {"asker": office_of(user)}
        )
        return {"initial": start}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("surveys:survey_list")

    def save(self, form):
        survey, grids, source = form.save(commit=False), form.cleaned_data["grids"], self.get_source()
        if source is None:
            create_survey(survey, grids=grids, by=self.request.user)
        else:
            copy_survey(source, survey, grids=grids, by=self.request.user)
        return reverse("surveys:editor", args=[survey.pk])


def office_of(user):
    """The name under which the user's community asks, as far as it is known."""
    ids = user.scope(ADD)
    places = [place for pk, place in user.places.items() if (ids is None or pk in ids) and len(place.code) == 12]
    return f"{places[0].name}妇联" if len(places) == 1 else ""


class OfSurvey:
    """A page of one survey."""

    permission = CHANGE
    model = Survey

    def get_rows(self):
        return super().get_rows().select_related("area__parent", "created_by", "reviewed_by")

    def get_crumbs(self):
        survey = self.get_row()
        return [crumb(), (survey.title, survey.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class InStatus(OfSurvey):
    """A page that is there while the survey is in one of `statuses`. Who still has it open is told, and led to the survey."""

    statuses = ()

    def dispatch(self, request, *args, **kwargs):
        survey = self.get_row()
        if survey.status not in self.statuses:
            if request.method != "POST":
                raise Http404
            messages.error(request, f"问卷现在是“{survey.get_status_display()}”，这一步没有做。")
            return redirect(survey)
        return super().dispatch(request, *args, **kwargs)


class SurveyUpdate(InStatus, ScopedUpdateView):
    title = "问卷设置"
    form_class = SurveyForm
    statuses = (Status.DRAFT, *LIVE)

    def save(self, form):
        fields = [name for name in form.proposed() if name != "grids"]
        grids = form.cleaned_data.get("grids") if "grids" in form.changed_data else None
        version = form.cleaned_data["version"]
        changed = [*fields, "grids"] if grids is not None else fields
        return change_settings(form.instance, changed, grids=grids, base_version=version, by=self.request.user)


class SurveyDetail(OfSurvey, ScopedDetailView):
    permission = VIEW
    title = "问卷"
    template_name = "surveys/survey_detail.html"
    # Nothing of a person stands here.
    log_reading = False

    def get_title(self):
        return self.get_row().title

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        survey, user = self.get_row(), self.request.user
        questionnaire = written(survey)
        found = problems(questionnaire, mode=survey.mode, sensitive=survey.sensitive)
        may_change = user.has_perm(CHANGE, survey)
        return super().get_context_data(
            chips=[chip_of(survey)],
            meta=[survey.number, survey.area.name],
            tabs=pages_of(survey, "survey_detail"),
            way=way_of(survey),
            steps=steps_for(survey, user),
            mode_words=MODE_WORDS[Mode(survey.mode)],
            topic=label("survey_topic", survey.topic) if survey.topic else "",
            grids=list(survey.grids.order_by("code")),
            asked=sum(not one.retired for one in questionnaire.questions()),
            phone=shown_questions(questionnaire),
            blocks=[one.text for one in found if one.blocks],
            hints=[one.text for one in found if not one.blocks],
            answers=received([survey.pk]).get(survey.pk, 0),
            may_write=may_change and survey.status in WRITABLE,
            may_set=may_change and survey.status in (Status.DRAFT, *LIVE),
            may_copy=user.has_perm(ADD),
            news=has_news(survey),
            may_renew=survey.status in LIVE and user.has_perm(PUBLISH, survey),
            shares=survey.edition > 0 and survey.status in LIVE,
            editions=survey.editions.select_related("made_by").order_by("-number"),
            **kwargs,
        )


def steps_for(survey, user):
    """Buttons of the life cycle for `user`: (step, address, whether it opens a page, whether it is the main one). A step that
    is posted and one that opens a page look alike; one without an address is not on the page."""
    found = []
    for step in survey_flow.open_steps(survey, user):
        if url := address_of(f"survey_{step.name}", survey):
            view = resolve(url).func.view_class
            found.append((step, url, not issubclass(view, StepView), step.name in PRIMARY))
    return sorted(found, key=lambda one: one[3])


def pages_of(survey, current):
    """The pages of a survey that was out, as tabs; `current` is the name of one."""
    return [
        {"label": label, "url": url, "current": name == current}
        for name, label in PAGES
        if survey.edition and (url := address_of(name, survey))
    ]


def address_of(name, survey):
    """The address of a page of `survey`, '' where there is none of that name."""
    try:
        return reverse(f"surveys:{name}", args=[survey.pk])
    except NoReverseMatch:
        return ""
