"""Pages of job seekers."""

from functools import cache

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from employment.ages import is_young_worker
from employment.flow import seeker_flow
from employment.forms.seeker import (
    CircleForm,
    DifficultyEndForm,
    DifficultyForm,
    SeekerCloseForm,
    SeekerFilterForm,
    SeekerForm,
    SkillForm,
    SkillVoidForm,
)
from employment.models import CirclePerson, Difficulty, Seeker, Skill
from employment.models.seeker import LOOKING
from employment.queries import concerns_of, follow_ups_of, suggested_posts
from employment.services import seekers
from employment.states import APPLICATION_TONES, FOLLOW_UP_TONES, SEEKER_TONES, STARTUP_TONES
from employment.views.lines import SEEKER_VALUES, seeker_lines
from employment.views.listing import UPDATED, FiguredList
from fedhub.core.views import (
    FormView,
    ScopedCreateView,
    ScopedDetailView,
    ScopedUpdateView,
    StepView,
)
from households.models import Resident

VIEW, ADD, CHANGE = "employment.view_seeker", "employment.add_seeker", "employment.change_seeker"
JOINED = ("resident__area__parent", "lead")


def crumb():
    return ("求职登记", reverse("employment:seeker_list"))


class SeekerList(FiguredList):
    permission = VIEW
    model = Seeker
    title = "求职登记"
    filter_class = SeekerFilterForm
    unit = "人"
    results_template = "employment/seeker_list/_results.html"
    sorts = UPDATED | {"oldest": ("registered_on", "登记最久的在前")}

    def read(self, rows):
        return rows.values(*SEEKER_VALUES)

    def page_rows(self, items):
        today = timezone.localdate()
        return seeker_lines(items, cache(lambda birth: is_young_worker(birth, today)))

    def get_create_url(self):
        return reverse("employment:seeker_create") if self.request.user.has_perm(ADD) else ""


class SeekerCreate(ScopedCreateView):
    """Registered by staff; `?resident=` comes from her page."""

    permission = ADD
    model = Seeker
    title = "登记求职"
    form_class = SeekerForm

    def get_resident(self):
        return self.named_row("resident", Resident.objects.visible_to(self.request.user, ADD).select_related("area"))

    def get_form_kwargs(self):
        return {"resident": self.get_resident()}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("employment:seeker_list")

    def save(self, form):
        return seekers.register_seeker(form.save(commit=False), by=self.request.user)


class OfSeeker:
    """A page about one registration."""

    permission = CHANGE
    model = Seeker

    def get_rows(self):
        return super().get_rows().select_related(*JOINED)

    def get_crumbs(self):
        return [crumb(), (self.get_row().resident.name, self.get_row().get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class SeekerDetail(OfSeeker, ScopedDetailView):
    permission = VIEW
    title = "求职登记"
    template_name = "employment/seeker_detail.html"

    def get_title(self):
        return self.get_row().resident.name

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        seeker, user = self.get_row(), self.request.user
        may = user.has_perm(CHANGE, seeker.resident)
        chips = [(SEEKER_TONES[seeker.state], seeker.get_state_display())]
        if seeker.is_young:
            chips.append(("warn", "16—17 周岁"))
        own = {"activate", "pause", "lose"}
        return super().get_context_data(
            chips=chips, meta=[seeker.resident.area.name, f"{seeker.lead.name}负责"], may_change=may,
            may_write=may and seeker.ended_on is None,
            steps=[step for step in seeker_flow.open_steps(seeker) if step.name in own] if may else [],
            difficulties=list(seeker.difficulties.all()), skills=list(seeker.skills.filter(void_on=None)),
            circle=list(seeker.circle.select_related("user").order_by("valid_to", "pk")),
            concerns=concerns_of(seeker, user), may_raise=False,
            suggested=suggested_posts(seeker, user) if seeker.state in LOOKING else [], looks=seeker.state in LOOKING,
            startups=[(one, STARTUP_TONES[one.state]) for one in seeker.startups.order_by("-started_on", "-pk")],
            followups=[(one, FOLLOW_UP_TONES[one.state]) for one in follow_ups_of(seeker)],
            applications=[(one, APPLICATION_TONES[one.state])
                          for one in seeker.applications.select_related("post__employer").order_by("-pk")], **kwargs,
        )  # fmt: skip


class SeekerUpdate(OfSeeker, ScopedUpdateView):
    title = "改求职登记"
    form_class = SeekerForm

    def save(self, form):
        version = form.cleaned_data["version"]
        return seekers.change_seeker(form.instance, list(form.proposed()), base_version=version, by=self.request.user)


class SeekerStep(OfSeeker, StepView):
    """activate, pause, lose: nothing but the button is needed."""

    def act(self, row):
        if self.kwargs["step"] not in {"activate", "pause", "lose"}:
            raise Http404
        seekers.step_seeker(row, self.kwargs["step"], by=self.request.user)


class SeekerClose(OfSeeker, FormView):
    title = "注销求职登记"
    form_class = SeekerCloseForm
    submit_label = "注销"
    success_message = "已注销。"

    def save(self, form):
        return seekers.close_seeker(self.get_row(), end_why=form.cleaned_data["end_why"], by=self.request.user)


class LineCreate(OfSeeker, FormView):
    """A line that belongs to the registration; `service` writes it."""

    service = None

    def save(self, form):
        line = form.save(commit=False)
        line.seeker = self.get_row()
        return type(self).service(line, by=self.request.user)


class DifficultyCreate(LineCreate):
    title = "登记就业困难认定"
    form_class = DifficultyForm
    service = seekers.add_difficulty


class SkillCreate(LineCreate):
    title = "登记技能和证书"
    form_class = SkillForm
    service = seekers.add_skill


class CircleCreate(LineCreate):
    title = "加入跟进小组"
    form_class = CircleForm
    service = seekers.add_to_circle

    def get_form_kwargs(self):
        return {"seeker": self.get_row()}


class OfLine:
    """A page about one line of a registration."""

    permission = CHANGE

    def get_rows(self):
        return super().get_rows().select_related("seeker__resident__area", "seeker__lead")

    def get_crumbs(self):
        seeker = self.get_row().seeker
        return [crumb(), (seeker.resident.name, seeker.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class DifficultyEnd(OfLine, FormView):
    model = Difficulty
    title = "结束就业困难认定"
    form_class = DifficultyEndForm
    submit_label = "结束"

    def save(self, form):
        return seekers.end_difficulty(self.get_row(), on=form.cleaned_data["on"], by=self.request.user)


class SkillVoid(OfLine, FormView):
    model = Skill
    title = "作废技能和证书"
    form_class = SkillVoidForm
    submit_label = "作废"

    def save(self, form):
        return seekers.void_skill(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)


class CircleEnd(OfLine, StepView):
    model = CirclePerson
    service = seekers.leave_circle
    success_message = "已退出跟进小组。"
