"""The page of a group's leader who has no account: her own stay, her own group, on her telephone. To everybody else it is
not there."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from fedhub.core import audit
from fedhub.core.access import PUBLIC
from fedhub.core.deeds import Deed
from fedhub.core.views import put_errors
from groups.forms.resident_lead import RehearsalForm
from groups.public import live_places
from groups.public_lead import activity_today, led_group, members_of, name_today, names_on, next_of, past_meetings
from groups.services import leading
from groups.services.groups import members_on

Page = import_string(settings.RESIDENT_PAGE)


class OfLed(Page):
    """A page about the group that she leads."""

    permission = PUBLIC
    needs_her = True

    def get_group(self):
        group = led_group(self.person, self.kwargs["pk"])
        if group is None:
            raise Http404
        return group

    def note_reading(self, group):
        """Opening a page that shows people is logged."""
        audit.record_read(group, by=None, action="groups.group.lead_read")


class Lead(OfLed):
    """When they meet next, who is in, what they did. Opening it is logged: it shows people."""

    def get(self, request, pk):
        group = self.get_group()
        self.note_reading(group)
        coming, moment = next_of(group)
        return self.show(
            "groups/resident/lead.html", group=group, members=members_of(group), coming=coming, moment=moment,
            today=activity_today(group), meetings=past_meetings(group),
        )  # fmt: skip


class Names(OfLed):
    """Who came to the activity of today, one tap a name."""

    def get(self, request, pk):
        group = self.get_group()
        activity = activity_today(group)
        if activity is None:
            raise Http404
        self.note_reading(group)
        return self.show("groups/resident/lead_names.html", group=group, activity=activity, rows=names_on(activity))


class Tick(Deed, OfLed):
    """`tick` or `untick`."""

    def get_back(self):
        return reverse("groups_resident:lead_names", args=[self.kwargs["pk"]])

    def act(self, pk, entry, step):
        group = self.get_group()
        row = name_today(group, entry)
        if row is None or step not in ("tick", "untick"):
            raise Http404
        row = leading.mark_name(group, self.person, row, step)
        return f"{row.resident.name}：{row.get_state_display()}。"


class Rehearsal(OfLed):
    """What they did today and who came, where nothing was planned for today."""

    def get_form(self, data=None):
        return RehearsalForm(data, members=members_on(self.get_group(), timezone.localdate()))

    def get(self, request, pk):
        self.note_reading(self.get_group())
        return self.page(self.get_form())

    def page(self, form):
        return self.show("groups/resident/lead_meeting.html", group=self.get_group(), form=form)

    def post(self, request, pk):
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.page(form)
        try:
            leading.write_meeting(
                self.get_group(), self.person, topic=form.cleaned_data["topic"], presents=form.presents()
            )
        except ValidationError as error:
            put_errors(form, error)
            return self.page(form)
        messages.success(request, "记下了。")
        return redirect("groups_resident:lead", pk=pk)


class ShowPhone(Deed, Page):
    """`yes` or `no`: whether the leader of her group has her number."""

    permission = PUBLIC
    needs_her = True

    def get_back(self):
        return reverse("groups_resident:group", args=[self.kwargs["pk"]])

    def act(self, pk, word):
        place = live_places(self.person).filter(group=pk).first()
        if place is None or word not in ("yes", "no"):
            raise Http404
        leading.show_phone(place, word == "yes")
        return "队长看得到您的电话了，随时可以收回。" if word == "yes" else "队长看不到您的电话了。"
