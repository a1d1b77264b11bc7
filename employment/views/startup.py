"""Pages of start-ups and their loans."""

from django.urls import reverse

from employment.business import StartupState
from employment.forms.startup import (
    LoanFilterForm,
    LoanForm,
    LoanVoidForm,
    StartupEndForm,
    StartupFilterForm,
    StartupForm,
)
from employment.models import Startup, StartupLoan
from employment.services import startups
from employment.states import FOLLOW_UP_TONES, STARTUP_TONES
from employment.views.listing import UPDATED, FiguredList
from employment.views.seeker import CHANGE, VIEW, OfSeeker
from employment.views.startup_lines import LOAN_VALUES, STARTUP_VALUES, loan_lines, startup_lines
from fedhub.core.views import FormView, ScopedDetailView, ScopedUpdateView


def crumb():
    return ("创业", reverse("employment:startup_list"))


class StartupList(FiguredList):
    permission = VIEW
    model = Startup
    title = "创业"
    filter_class = StartupFilterForm
    unit = "户"
    template_name = "employment/startup_list.html"
    results_template = "employment/startup_list/_results.html"
    sorts = UPDATED | {"started": ("-started_on", "后开办的在前")}

    def read(self, rows):
        return rows.values(*STARTUP_VALUES)

    def page_rows(self, items):
        return startup_lines(items)


class LoanList(FiguredList):
    permission = VIEW
    model = StartupLoan
    title = "创业担保贷款"
    filter_class = LoanFilterForm
    unit = "笔"
    results_template = "employment/loan_list/_results.html"
    sorts = {"lent": ("-lent_on", "后发放的在前")}

    def read(self, rows):
        return rows.values(*LOAN_VALUES)

    def page_rows(self, items):
        return loan_lines(items)

    def get_crumbs(self):
        return [crumb()]


class StartupCreate(OfSeeker, FormView):
    """She works for herself."""

    title = "登记创业"
    form_class = StartupForm
    success_message = "已登记，满 1、3、6、12 个月的回访已经排好。"

    def get_form_kwargs(self):
        return {"instance": Startup(seeker=self.get_row())}

    def save(self, form):
        return startups.register_startup(form.save(commit=False), by=self.request.user)


class OfStartup:
    permission = CHANGE
    model = Startup

    def get_rows(self):
        return super().get_rows().select_related("seeker__resident__area__parent", "seeker__lead", "recorded_by")

    def get_crumbs(self):
        one = self.get_row()
        seeker = one.seeker
        return [crumb(), (seeker.resident.name, seeker.get_absolute_url()), (str(one), one.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class StartupDetail(OfStartup, ScopedDetailView):
    permission = VIEW
    title = "创业"
    template_name = "employment/startup_detail.html"

    def get_title(self):
        return f"{self.get_row().seeker.resident.name}：{self.get_row()}"

    def get_crumbs(self):
        return super().get_crumbs()[:2]

    def get_context_data(self, **kwargs):
        one, user = self.get_row(), self.request.user
        may = user.has_perm(CHANGE, one.seeker.resident)
        return super().get_context_data(
            chips=[(STARTUP_TONES[one.state], one.get_state_display())],
            meta=[one.seeker.resident.area.name, f"{one.seeker.lead.name}负责"], may_change=may,
            may_end=may and one.state == StartupState.RUNNING, may_lend=may and one.seeker.ended_on is None,
            loans=list(one.loans.all()), total=sum(loan.amount for loan in one.loans.all() if loan.void_on is None),
            followups=[(row, FOLLOW_UP_TONES[row.state]) for row in one.follow_ups.select_related("startup").order_by("due_on")],
            **kwargs,
        )  # fmt: skip


class StartupUpdate(OfStartup, ScopedUpdateView):
    title = "改创业登记"
    form_class = StartupForm

    def save(self, form):
        version = form.cleaned_data["version"]
        return startups.change_startup(
            form.instance, list(form.proposed()), base_version=version, by=self.request.user
        )


class StartupEndView(OfStartup, FormView):
    title = "登记停办"
    form_class = StartupEndForm
    submit_label = "停办"
    success_message = "已登记停办，还没有到的回访不用再问。"

    def get_form_kwargs(self):
        return {}

    def save(self, form):
        data = form.cleaned_data
        return startups.end_startup(self.get_row(), on=data["on"], why=data["why"], by=self.request.user)


class LoanCreate(OfStartup, FormView):
    title = "登记创业担保贷款"
    form_class = LoanForm

    def get_form_kwargs(self):
        return {"instance": StartupLoan(startup=self.get_row())}

    def save(self, form):
        return startups.add_loan(form.save(commit=False), by=self.request.user)


class LoanVoid(FormView):
    permission = CHANGE
    model = StartupLoan
    title = "作废贷款登记"
    form_class = LoanVoidForm
    submit_label = "作废"
    success_message = "已作废，不再计入。"

    def get_rows(self):
        return super().get_rows().select_related("startup__seeker__resident__area")

    def get_crumbs(self):
        one = self.get_row().startup
        return [crumb(), (str(one), one.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def save(self, form):
        return startups.void_loan(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)
