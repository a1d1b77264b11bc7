"""Residents' side of volunteering: registering, changing, pausing, leaving; what she is asked for; and, for a family, who is ready
to come. Neither reads who the other is before both agreed."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.module_loading import import_string

from fedhub.core import audit
from fedhub.core.access import PUBLIC
from fedhub.core.deeds import Deed
from fedhub.core.versions import StaleVersion
from fedhub.core.views import put_errors
from groups.enums import VolunteerState
from groups.flow import SERVING
from groups.forms.serving import LeaveForm, OwnOfferForm, RegisterForm, WhyForm
from groups.need_enums import OfferSide
from groups.public import can_register, own_volunteer
from groups.public_needs import may_press, own_offer, served_offer, told_after, told_before
from groups.services import offers, serving, shifts, volunteers
from households.minors import born_late

Page = import_string(settings.RESIDENT_PAGE)
STALE = "社区妇联刚改过您的登记。下面是您填的，请再看一遍，再保存。"
OWN_PAUSE, OWN_LEAVE = "本人暂停", "本人退出"


class HerPage(Page):
    permission = PUBLIC
    needs_her = True

    def refused(self, form, error):
        """The form again with why; nothing that was typed is lost."""
        put_errors(form, error)
        return self.page(form)


class Register(HerPage):
    @property
    def young(self):
        """Her guardian is asked for."""
        return born_late(self.person.birth)

    def get(self, request):
        return self.page(RegisterForm(young=self.young))

    def page(self, form):
        may = can_register(own_volunteer(self.person))
        return self.show("groups/resident/register.html", form=form, may_register=may, young=self.young)

    def post(self, request):
        form = RegisterForm(request.POST, young=self.young)
        if not form.is_valid():
            return self.page(form)
        try:
            volunteers.register_herself(self.person, **form.given())
        except ValidationError as error:
            return self.refused(form, error)
        messages.success(request, "已经登记，社区妇联审核后告诉您。")
        return redirect("groups_resident:mine")


class OfVolunteer(HerPage):
    """Her own record as a volunteer, while it runs."""

    def get_volunteer(self):
        volunteer = own_volunteer(self.person)
        if volunteer is None or volunteer.state not in (*SERVING, VolunteerState.PENDING):
            raise Http404
        return volunteer


class ChangeOffer(OfVolunteer):
    def get(self, request):
        row = self.get_volunteer()
        shown = ("kinds", "times", "skills", "tongues", "near", "limits", "cap", "may_name", "version")
        return self.page(OwnOfferForm(initial={name: getattr(row, name) for name in shown}))

    def page(self, form):
        return self.show("groups/resident/offer.html", form=form)

    def post(self, request):
        row, form = self.get_volunteer(), OwnOfferForm(request.POST)
        if not form.is_valid():
            return self.page(form)
        fields = form.proposed(row)
        for name, value in fields.items():
            setattr(row, name, value)
        try:
            volunteers.change_herself(row, fields, base_version=form.cleaned_data["version"])
        except StaleVersion as stale:
            form.data = form.data.copy()
            form.data["version"] = stale.current.version
            form.add_error(None, STALE)
            return self.page(form)
        except ValidationError as error:
            return self.refused(form, error)
        messages.success(request, "已保存。")
        return redirect("groups_resident:mine")


class Quit(OfVolunteer):
    def get(self, request):
        return self.page(LeaveForm())

    def page(self, form):
        volunteer = self.get_volunteer()
        running = volunteer.offers.running().count() if volunteer.state in SERVING else 0
        return self.show(
            "groups/resident/quit.html", form=form, running=running, pending=volunteer.state not in SERVING
        )

    def post(self, request):
        form = LeaveForm(request.POST)
        if not form.is_valid():
            return self.page(form)
        try:
            volunteers.leave_volunteers(self.get_volunteer(), why=form.cleaned_data["why"] or OWN_LEAVE, by=None)
        except ValidationError as error:
            return self.refused(form, error)
        messages.success(request, "已退出，谢谢您。记过的时长都还在。")
        return redirect("groups_resident:mine")


class Press(Deed, OfVolunteer):
    back = "groups_resident:mine"


class Pause(Press):
    def act(self):
        volunteers.pause_volunteer(self.get_volunteer(), why=OWN_PAUSE, by=None)
        return "已暂停，想回来再按“恢复”。已经说定的服务，不能去的请一件件收回。"


class Resume(Press):
    def act(self):
        volunteers.resume_herself(self.get_volunteer())
        return "已恢复，谢谢您。"


# --- what she is asked for ----------------------------------------------------------------------------------------------
class OfOffer(HerPage):
    def get_offer(self):
        offer = own_offer(self.person, self.kwargs["key"])
        if offer is None:
            raise Http404
        return offer


class Asked(OfOffer):
    """Opening it once both agreed is logged: it tells her who they are."""

    def get(self, request, key):
        return self.page(WhyForm())

    def page(self, form):
        offer = self.get_offer()
        after = told_after(offer)
        if after:
            audit.record_read(offer, by=None, action="groups.offer.read")
        press = may_press(offer) and (after or not offer.need.is_at_home)
        return self.show(
            "groups/resident/asked.html", offer=offer, need=offer.need, before=told_before(offer.need), after=after,
            press=press, standing=serving.open_service(offer), form=form,
        )  # fmt: skip


class OfferDeed(Deed, OfOffer):
    def get_back(self):
        return reverse("groups_resident:asked", args=[self.kwargs["key"]])


class Accept(OfferDeed):
    def act(self, key):
        offer = offers.accept(self.get_offer())
        return "谢谢您。对方同意以后告诉您去哪里。" if offer.need.is_at_home else "谢谢您，说定了。"


class Decline(OfOffer):
    def get(self, request, key):
        return redirect("groups_resident:asked", key)

    def post(self, request, key):
        form = WhyForm(request.POST)
        try:
            if form.is_valid():
                offers.decline(self.get_offer(), why=form.cleaned_data["why"])
                messages.success(request, "知道了，这次不去没有关系。")
                return redirect("groups_resident:mine")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.error(request, " ".join(form.errors["why"]))
        return redirect("groups_resident:asked", key)


class OfferBack(OfferDeed):
    def act(self, key):
        offers.take_back(self.get_offer(), side=OfferSide.VOLUNTEER)
        return "已收回。有变化随时可以再说。"


class Start(OfferDeed):
    def act(self, key):
        serving.start(self.get_offer())
        return "已开始。结束时请回到这里按“结束服务”。"


class Stop(OfferDeed):
    def act(self, key):
        return f"谢谢您。{shifts.said_of(serving.stop(self.get_offer()))}"


# --- the family's side --------------------------------------------------------------------------------------------------
class HelpDeed(Deed, HerPage):
    back = "groups_resident:mine"

    def get_offer(self):
        offer = served_offer(self.person, self.kwargs["key"])
        if offer is None:
            raise Http404
        return offer


class HelpAgree(HelpDeed):
    def act(self, key):
        offers.served_agrees(self.get_offer())
        return "记下了，志愿者会来。随时可以收回。"


class HelpRefuse(HelpDeed):
    def act(self, key):
        offers.served_refuses(self.get_offer())
        return "记下了，不请这一位来。"


class HelpBack(HelpDeed):
    def act(self, key):
        offers.take_back(self.get_offer(), side=OfferSide.SERVED)
        return "已收回，志愿者看不到您家了。"
