"""Mediators, duty, rounds of screening."""

from itertools import groupby

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone

from fedhub.core.views import (
    FormView,
    ScopedCreateView,
    ScopedDetailView,
    ScopedListView,
    ScopedUpdateView,
    ShortListView,
    StepView,
)
from mediation.forms.mediators import (
    AnswerForm,
    MediatorFilterForm,
    MediatorForm,
    RoundForm,
    StepBackForm,
    TurnForm,
    communities,
)
from mediation.models import DutyTurn, GridReport, Mediator, ScreeningRound
from mediation.queries import answers_of, left_words, loads
from mediation.services.mediators import (
    change_mediator,
    end_mediator,
    name_mediator,
    put_on_duty,
    step_back,
    take_off_duty,
)
from mediation.services.rounds import answer_round, open_round
from mediation.views.lines import ANSWER_VALUES, MEDIATOR_VALUES, answer_lines, mediator_lines, round_lines

VIEW, CHANGE = "mediation.view_mediator", "mediation.change_mediator"
ANSWER = "mediation.change_gridreport"
MOST_ANSWERS = 50


def crumb():
    return ("调解员", reverse("mediation:mediator_list"))


class MediatorList(ScopedListView):
    permission = VIEW
    model = Mediator
    title = "调解员"
    filter_class = MediatorFilterForm
    unit = "人"
    sorts = {"name": ("name", "姓名")}
    results_template = "mediation/mediator_list/_results.html"

    def read(self, rows):
        return rows.values(*MEDIATOR_VALUES)

    def page_rows(self, items):
        # How much somebody has in hand is for whoever gives leads out.
        user = self.request.user
        shown = loads([one["user_id"] for one in items], user) if user.has_perm("mediation.assign_lead") else None
        return mediator_lines(items, shown)

    def get_create_url(self):
        return reverse("mediation:mediator_create") if self.request.user.has_perm("mediation.add_mediator") else ""


class MediatorCreate(ScopedCreateView):
    permission = "mediation.add_mediator"
    model = Mediator
    title = "登记调解员"
    form_class = MediatorForm

    def get_form_kwargs(self):
        return {"initial": {"area": communities(self.request.user, self.permission).first()}}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("mediation:mediator_list")

    def save(self, form):
        return name_mediator(form.save(commit=False), by=self.request.user)


class OfMediator:
    permission = CHANGE
    model = Mediator

    def get_crumbs(self):
        return [crumb(), (self.get_row().name, self.get_row().get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class MediatorDetail(ScopedDetailView):
    permission = VIEW
    model = Mediator
    title = "调解员"
    template_name = "mediation/mediator_detail.html"

    def get_title(self):
        return self.get_row().name

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        one, user = self.get_row(), self.request.user
        may_change = user.has_perm(CHANGE, one)
        today = timezone.localdate()
        return super().get_context_data(
            may_change=may_change, in_term=one.is_in_term(),
            steps_back=one.steps_back.select_related("resident").order_by("pk") if may_change else [],
            turns=one.turns.filter(on__gte=today).order_by("on", "slot")[:20], **kwargs,
        )  # fmt: skip


class MediatorUpdate(OfMediator, ScopedUpdateView):
    title = "改调解员"
    form_class = MediatorForm

    def save(self, form):
        version = form.cleaned_data["version"]
        return change_mediator(form.instance, list(form.proposed()), base_version=version, by=self.request.user)


class MediatorEnd(OfMediator, StepView):
    service = end_mediator
    success_message = "已登记不再担任，以后的值班也取消了。"


class StepBackCreate(OfMediator, FormView):
    title = "登记回避"
    form_class = StepBackForm
    success_message = "已登记，有关的线索她现在就看不到了。"

    def get_form_kwargs(self):
        return {}

    def save(self, form):
        data = form.cleaned_data
        left = step_back(self.get_row(), data["resident"], kin=data["kin"], why=data["why"], by=self.request.user)
        if left:
            messages.warning(self.request, left_words(left, self.request.user))
        return self.get_row()


class Roster(ShortListView):
    permission = VIEW
    model = DutyTurn
    title = "值班表"
    results_template = "mediation/roster/_results.html"

    def read(self, rows):
        rows = rows.filter(on__gte=timezone.localdate()).select_related("mediator").order_by("on", "slot", "pk")[:200]
        days = [(on, list(turns)) for on, turns in groupby(rows, key=lambda turn: turn.on)]
        return {"days": days, "may_change": self.request.user.has_perm(CHANGE)}

    def get_create_url(self):
        return reverse("mediation:turn_create") if self.request.user.has_perm(CHANGE) else ""


class TurnCreate(ScopedCreateView):
    permission = CHANGE
    model = DutyTurn
    title = "排班"
    form_class = TurnForm

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [("值班表", reverse("mediation:roster"))]

    def get_back_url(self):
        return reverse("mediation:roster")

    def save(self, form):
        data = form.cleaned_data
        put_on_duty(data["mediator"], on=data["on"], slot=data["slot"], by=self.request.user)
        return reverse("mediation:roster")


class TurnRemove(StepView):
    permission = CHANGE
    model = DutyTurn
    service = take_off_duty
    success_message = "已取消。"

    def get_success_url(self):
        return reverse("mediation:roster")


class RoundList(ScopedListView):
    permission = "mediation.view_screeninground"
    model = ScreeningRound
    title = "摸排"
    unit = "轮"
    sorts = {"new": ("-starts_on", "最近的在前")}
    results_template = "mediation/round_list/_results.html"

    def read(self, rows):
        return rows.values("id", "title", "starts_on", "due_on", "area__name")

    def page_rows(self, items):
        return round_lines(items, answers_of([one["id"] for one in items]))

    def get_create_url(self):
        return reverse("mediation:round_create") if self.request.user.has_perm("mediation.add_screeninground") else ""


class RoundCreate(ScopedCreateView):
    permission = "mediation.add_screeninground"
    model = ScreeningRound
    title = "开始一轮摸排"
    form_class = RoundForm

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [("摸排", reverse("mediation:round_list"))]

    def get_back_url(self):
        return reverse("mediation:round_list")

    def save(self, form):
        return open_round(form.save(commit=False), by=self.request.user)


class RoundDetail(ScopedDetailView):
    permission = "mediation.view_screeninground"
    model = ScreeningRound
    title = "摸排"
    template_name = "mediation/round_detail.html"

    def get_title(self):
        return self.get_row().title

    def get_crumbs(self):
        return [("摸排", reverse("mediation:round_list"))]

    def get_context_data(self, **kwargs):
        reports = self.get_row().reports.select_related("area", "answered_by").order_by("area__code")
        return super().get_context_data(reports=reports, today=timezone.localdate(), **kwargs)


class Answers(ShortListView):
    """Grids of hers that have to answer or did lately, the newest round first."""

    permission = ANSWER
    model = GridReport
    title = "我的摸排"
    results_template = "mediation/answers/_results.html"

    def read(self, rows):
        rows = rows.order_by("-screening__starts_on", "area__code").values(*ANSWER_VALUES)[:MOST_ANSWERS]
        return {"rows": answer_lines(rows)}


class Answer(FormView):
    permission = ANSWER
    model = GridReport
    title = "报告摸排结果"
    form_class = AnswerForm
    submit_label = "报告"
    success_message = "已报告。"

    def get_rows(self):
        return super().get_rows().select_related("screening", "area")

    def get_title(self):
        return f"{self.get_row().screening} {self.get_row().area}"

    def get_crumbs(self):
        return [("我的摸排", reverse("mediation:answers"))]

    def get_back_url(self):
        return reverse("mediation:answers")

    def get_form_kwargs(self):
        return {"version": self.get_row().version, "initial": {"answer": self.get_row().answer}}

    def save(self, form):
        data = form.cleaned_data
        answer_round(self.get_row(), data["answer"], base_version=data["version"], by=self.request.user)
        return reverse("mediation:answers")
