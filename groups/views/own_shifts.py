"""Residents' side of shifts before their day: which come, and saying that one comes."""

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.module_loading import import_string

from fedhub.core.access import PUBLIC
from fedhub.core.deeds import Deed
from groups.public import own_volunteer, shift_for, shifts_ahead
from groups.services import coming

Page = import_string(settings.RESIDENT_PAGE)


class Ahead(Page):
    """What lies ahead where she is a volunteer; nobody reads who else comes."""

    permission = PUBLIC
    needs_her = True

    def get(self, request):
        volunteer = own_volunteer(self.person)
        return self.show("groups/resident/shifts.html", volunteer=volunteer, rows=shifts_ahead(volunteer))


class Press(Deed, Page):
    permission = PUBLIC
    needs_her = True

    def get_back(self):
        return reverse("groups_resident:shifts")

    def get_pair(self):
        """`(her record as a volunteer, the Shift)`; 404 for who is none, and for what is not of her community."""
        volunteer = own_volunteer(self.person)
        shift = shift_for(volunteer, self.kwargs["pk"])
        if shift is None:
            raise Http404
        return volunteer, shift


class Come(Press):
    def act(self, pk):
        volunteer, shift = self.get_pair()
        coming.come(shift, volunteer)
        return "已报名，到时候请来。"


class Drop(Press):
    def act(self, pk):
        volunteer, shift = self.get_pair()
        row = shift.coming.filter(volunteer=volunteer).first()
        if row is None:
            raise Http404
        coming.drop(row)
        return "已取消。"
