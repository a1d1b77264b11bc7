"""Residents' side of a shift: the picture was scanned; what she presses signs her in or out."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from fedhub.core.access import PUBLIC
from fedhub.core.deeds import Deed
from groups.queries import shift_by_key
from groups.services import shifts

Page = import_string(settings.RESIDENT_PAGE)


class OfShift(Page):
    permission = PUBLIC

    def get_shift(self):
        shift = shift_by_key(self.kwargs["key"])
        if shift is None:
            raise Http404
        return shift


class Here(OfShift):
    """Opening it changes nothing. Nobody reads here who else serves."""

    def get(self, request, key):
        shift = self.get_shift()
        is_today = shift.on == timezone.localdate()
        own, refused, seen = None, "", 0
        if self.person is not None and is_today:
            try:
                own = shifts.open_service(shift, shifts.own_volunteer(shift, self.person))
                seen = shifts.times_here(shift, self.person)
            except ValidationError as error:
                refused = " ".join(error.messages)
        return self.show(
            "groups/resident/here.html", shift=shift, is_today=is_today, own=own, seen=seen, refused=refused
        )


class Press(Deed, OfShift):
    needs_her = True

    def get_back(self):
        return reverse("service_resident:here", args=[self.kwargs["key"]])


class SignIn(Press):
    def act(self, key):
        shifts.sign_in_herself(self.get_shift(), self.person, seen=self.request.POST.get("seen"))
        return "已签到。走的时候再来这里按签退。"


class SignOut(Press):
    def act(self, key):
        return f"谢谢您。{shifts.said_of(shifts.sign_out_herself(self.get_shift(), self.person))}"
