"""What staff do with a volunteer and a need: ask her, note both answers, pair, plan a day, write down hours."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from fedhub.core.views import FormView, StepView
from groups.forms.group import WhyForm
from groups.forms.need import ConsentForm, DoneForm, PlanForm, TakeBackForm
from groups.models import Offer, Volunteer
from groups.need_enums import HELPED
from groups.services import offers, serving, shifts
from groups.services.helping import pair_volunteer
from groups.views.need import OfNeed, crumb

SERVE = "groups.add_service"


class Ask(OfNeed, StepView):
    """One press asks her; the volunteer is one of the community that `user` sees."""

    success_message = "已经问她了，等她答复。没有居民端的，请当面或者打电话问，再登记她的答复。"

    def act(self, need):
        rows = Volunteer.objects.visible_to(self.request.user).filter(area__code=need.area.community_code)
        volunteer = get_object_or_404(rows, pk=self.kwargs["volunteer"])
        offers.ask(need, volunteer, by=self.request.user)


class OfOffer:
    permission = "groups.change_serviceneed"
    model = Offer

    def get_rows(self):
        joined = (
            "need__area",
            "need__file",
            "need__household",
            "need__resident",
            "volunteer__resident",
            "consent",
            "pairing",
        )
        return super().get_rows().select_related(*joined)

    def get_form_kwargs(self):
        return {}

    def get_title(self):
        return f"{self.title}：{self.get_row().volunteer.name}"

    def get_crumbs(self):
        need = self.get_row().need
        return [crumb(), (need.what, need.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().need.get_absolute_url()

    get_success_url = get_back_url


class OfferAccept(OfOffer, StepView):
    service = offers.accept
    success_message = "已登记她愿意去。"


class OfferDecline(OfOffer, FormView):
    title = "志愿者这次不去"
    form_class = WhyForm
    submit_label = "登记"
    success_message = "已登记，可以问别的志愿者。"

    def save(self, form):
        return offers.decline(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)


class OfferConsent(OfOffer, FormView):
    """What the family agrees to is read to them: that this volunteer is told their name, address and what is to be done."""

    title = "登记家庭同意"
    form_class = ConsentForm
    template_name = "groups/offer_consent.html"
    submit_label = "登记同意"
    success_message = "双方都同意了。"

    def get_context_data(self, **kwargs):
        return super().get_context_data(offer=self.get_row(), **kwargs)

    def save(self, form):
        data = form.cleaned_data
        return offers.served_agrees(self.get_row(), how=data["how"], witness=data["witness"], by=self.request.user)


class OfferRefuse(OfOffer, FormView):
    title = "家庭没有同意"
    form_class = WhyForm
    submit_label = "登记"
    success_message = "已登记，可以问别的志愿者。"

    def save(self, form):
        return offers.served_refuses(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)


class OfferBack(OfOffer, FormView):
    title = "收回"
    form_class = TakeBackForm
    submit_label = "收回"
    success_message = "已收回，志愿者看不到这一家了。"

    def save(self, form):
        data = form.cleaned_data
        return offers.take_back(self.get_row(), side=data["side"], why=data["why"], by=self.request.user)


class OfferPair(OfOffer, StepView):
    """One press: the volunteer becomes a helper of the family's hardship file."""

    permission = "hardship.add_pairing"

    def act(self, offer):
        pairing = pair_volunteer(offer, by=self.request.user)
        self.success_message = (
            "已结对。" if pairing.second_by_id or not pairing.over_cap else "她帮的户数到上限了，等第二人签字。"
        )


class OfferDone(OfOffer, FormView):
    permission = SERVE
    title = "登记服务时间"
    form_class = DoneForm
    success_message = "已登记，等确认。"

    def get_form_kwargs(self):
        return {"initial": {"what": self.get_row().need.what}}

    def save(self, form):
        given = {name: form.cleaned_data[name] for name in ("what", "started_at", "ended_at")}
        serving.record_done(self.get_row(), by=self.request.user, **given)
        return self.get_back_url()


class PlanShift(OfNeed, FormView):
    """A day on which they serve: a shift, with its picture to sign in by; only who agreed signs in."""

    permission = "groups.confirm_service"
    title = "排一次服务"
    form_class = PlanForm
    submit_label = "排好"
    success_message = "已排好，当天签到、签退。"

    def get_form_kwargs(self):
        if self.get_row().state not in HELPED:
            raise Http404
        return {"initial": {"what": self.get_row().what}}

    def save(self, form):
        need, data = self.get_row(), form.cleaned_data
        return shifts.plan_shift(need, on=data["on"], what=data["what"], by=self.request.user)
