"""Pages of service needs: the list, one need with who fits it, entering, changing, ending."""

from django.urls import reverse

from concerns.models import Concern
from fedhub.core.views import (
    FormView,
    ScopedCreateView,
    ScopedDetailView,
    ScopedListView,
    ScopedUpdateView,
    StepView,
)
from groups.enums import FreeTime
from groups.flow import need_flow
from groups.forms.group import WhyForm
from groups.forms.need import NeedFilterForm, NeedForm, RenewForm
from groups.hours import words
from groups.models import Service, ServiceNeed, Shift
from groups.need_enums import HELPED, WANTING, NeedSource, OfferState, Strain, Tongue
from groups.need_queries import offers_of, suggested
from groups.need_states import NEED_TONES, OFFER_TONES
from groups.public import labels
from groups.queries import TAKEN
from groups.services import needs
from groups.states import SERVICE_TONES
from groups.views.lines import NEED_VALUES, need_lines
from hardship.models import HardshipFile
from households.models import Household, Resident

VIEW, ADD, CHANGE = "groups.view_serviceneed", "groups.add_serviceneed", "groups.change_serviceneed"
SHOWN = 30


def crumb():
    return ("服务需求", reverse("groups:need_list"))


class NeedList(ScopedListView):
    permission = VIEW
    model = ServiceNeed
    title = "服务需求"
    unit = "件"
    filter_class = NeedFilterForm
    sorts = {"updated": ("-updated_at", "最近更新"), "until": ("until", "快到期的在前")}
    results_template = "groups/need_list/_results.html"

    reads_alike = True

    def read(self, rows):
        return rows.annotate(taken=TAKEN).values(*NEED_VALUES, "taken")

    def page_rows(self, items):
        return need_lines(items)

    def get_create_url(self):
        return reverse("groups:need_create") if self.request.user.has_perm(ADD) else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(create_label="登记服务需求", **kwargs)


class NeedCreate(ScopedCreateView):
    """`?household=` comes from a family's page, `?file=` from a hardship file, `?resident=` names somebody."""

    permission = ADD
    model = ServiceNeed
    title = "登记服务需求"
    form_class = NeedForm

    def get_file(self):
        return self.named_row("file", HardshipFile.objects.visible_to(self.request.user).in_care())

    def get_form_kwargs(self):
        person = self.named_row("resident", Resident.objects.visible_to(self.request.user, ADD))
        file = self.get_file()
        home = self.named_row("household", Household.objects.visible_to(self.request.user, ADD))
        if person is None and (home or file):
            person = needs.speaker_of(home or file.household)
        return {"person": person}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("groups:need_list")

    def save(self, form):
        need, file = form.save(commit=False), self.get_file()
        if file is not None and need.household_id == file.household_id:
            need.file, need.source = file, NeedSource.FILE
        elif need.household_id and self.request.GET.get("household") == str(need.household_id):
            need.source = NeedSource.VISIT
        return needs.raise_need(need, by=self.request.user)


class OfNeed:
    permission = CHANGE
    model = ServiceNeed

    def get_rows(self):
        return super().get_rows().select_related("area", "household__area", "resident", "file", "concern")

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb(), (self.get_row().what, self.get_row().get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class NeedDetail(OfNeed, ScopedDetailView):
    permission = VIEW
    title = "服务需求"
    template_name = "groups/need_detail.html"

    def get_title(self):
        return self.get_row().what

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        row, user = self.get_row(), self.request.user
        offers = offers_of(row)
        taken = sum(one.state in (OfferState.AGREED, OfferState.DONE) for one in offers)
        left = row.wanted - sum(one.ended_on is None for one in offers)
        may = user.has_perm(CHANGE, row)
        asking = may and row.state in WANTING and left > 0 and not row.is_unchecked
        fits, stopped = suggested(row, user) if asking else ([], [])
        services = Service.objects.visible_to(user).filter(need=row).select_related("volunteer")
        may_plan = row.state in HELPED and user.has_perm("groups.confirm_service", row)
        return super().get_context_data(
            chips=[(NEED_TONES[row.state], row.get_state_display())], meta=[row.number, row.area.name],
            offers=[self.offer_line(one) for one in offers], taken=taken, asking=asking, fits=fits, stopped=stopped,
            times=labels(FreeTime.choices, row.times), tongues=labels(Tongue.choices, row.tongues),
            strains=labels(Strain.choices, row.strains), each=words(row.half_hours),
            may_change=may and row.state in WANTING, may_plan=may_plan,
            services=[(one, SERVICE_TONES[one.state]) for one in services.order_by("-started_at", "-pk")[:SHOWN]],
            shifts=list(Shift.objects.visible_to(user).filter(need=row).order_by("-on", "-pk")[:SHOWN]),
            steps=[s.name for s in need_flow.open_steps(row, user)],
            sees_file=row.file_id and HardshipFile.objects.visible_to(user).filter(pk=row.file_id).exists(),
            sees_concern=row.concern_id and Concern.objects.visible_to(user).filter(pk=row.concern_id).exists(),
            **kwargs,
        )  # fmt: skip

    def offer_line(self, offer):
        """`(Offer, tone, whether the consent holds, whether a pairing may be made, whether hours may be written)`."""
        user, need = self.request.user, self.get_row()
        agreed = offer.state == OfferState.AGREED
        holds = not agreed or not need.is_at_home or (offer.consent is not None and offer.consent.in_force())
        pairs = agreed and need.file_id and (offer.pairing is None or offer.pairing.ended_on is not None)
        return (
            offer, OFFER_TONES[offer.state], holds,
            bool(pairs) and user.has_perm("hardship.add_pairing", need),
            agreed and user.has_perm("groups.add_service", need),
        )  # fmt: skip


class NeedUpdate(OfNeed, ScopedUpdateView):
    title = "改服务需求"
    form_class = NeedForm

    def get_form_kwargs(self):
        return {"instance": self.get_row()}

    def save(self, form):
        version = form.cleaned_data["version"]
        return needs.change_need(form.instance, list(form.proposed()), base_version=version, by=self.request.user)


class NeedWithdraw(OfNeed, FormView):
    title = "撤回服务需求"
    form_class = WhyForm
    submit_label = "撤回"
    success_message = "已撤回，问过的志愿者都不用去了。"

    def save(self, form):
        return needs.withdraw_need(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)


class NeedFinish(OfNeed, StepView):
    service = needs.finish_need
    success_message = "已完成。"


class NeedRenew(OfNeed, FormView):
    title = "延长服务需求"
    form_class = RenewForm
    submit_label = "延长"

    def save(self, form):
        return needs.renew_need(self.get_row(), until=form.cleaned_data["until"], by=self.request.user)
