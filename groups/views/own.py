"""Residents' side: groups that meet, asking to come in and to go, her own places, hours and certificates, volunteering.

Anybody may read which groups there are; whoever is in with her code may act. Nobody learns who else is in a group.
"""

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.module_loading import import_string

from fedhub.core.access import PUBLIC
from fedhub.core.deeds import Deed
from groups.backbone_queries import own_backbone
from groups.enums import MemberState
from groups.forms.resident import KindForm, WishForm
from groups.hours import words
from groups.public import (
    SHOWN,
    VOLUNTEER_WORDS,
    can_register,
    group_for,
    hours_of,
    latest_place,
    live_places,
    offer_words,
    own_certificates,
    own_places,
    own_services,
    own_volunteer,
    place_words,
    public_groups,
)
from groups.public_needs import asked_of, help_for, own_records
from groups.services.groups import ask_to_join, withdraw_request
from groups.services.leaving import ask_to_leave, stay

Page = import_string(settings.RESIDENT_PAGE)


class Groups(Page):
    """Groups near her; `?kind=` narrows them."""

    permission = PUBLIC

    def get(self, request):
        form, rows = KindForm(request.GET), public_groups(self.person)
        form.is_valid()
        if kind := form.cleaned_data.get("kind"):
            rows = rows.filter(kind=kind)
        return self.show("groups/resident/groups.html", form=form, groups=list(rows[:SHOWN]), narrowed=bool(kind))


class OfGroup(Page):
    permission = PUBLIC

    def get_group(self):
        group = group_for(self.person, self.kwargs["pk"])
        if group is None:
            raise Http404
        return group


class OneGroup(OfGroup):
    def get(self, request, pk):
        group = self.get_group()
        place = live_places(self.person).filter(group=group).first() if self.person else None
        return self.show(
            "groups/resident/group.html", group=group, place=place, told=place_words(place) if place else "",
            form=WishForm(),
        )  # fmt: skip


class HerAct(Deed, OfGroup):
    """Something that only whoever is in may do; sent twice it is done once."""

    needs_her = True

    def get_back(self):
        return reverse("groups_resident:mine")

    def own_or_404(self, pk):
        """Her latest place in the group."""
        place = latest_place(self.person, pk)
        if place is None:
            raise Http404
        return place

    def wish(self):
        """Her words, cut to what is kept."""
        return self.request.POST.get("wish", "")[:100]


class Join(HerAct):
    def act(self, pk):
        place = ask_to_join(self.get_group(), self.person, wish=self.wish())
        return "已经申请，社区妇联会答复您。" if place.state == MemberState.ASKED else "您已经在这支队伍里。"


class TakeBack(HerAct):
    def act(self, pk):
        place = self.own_or_404(pk)
        if place.state != MemberState.WITHDRAWN:
            withdraw_request(place)
        return "已撤回申请。"


class Leave(HerAct):
    def act(self, pk):
        ask_to_leave(self.own_or_404(pk), wish=self.wish())
        return "已经申请退出，社区妇联确认后就退出。"


class Stay(HerAct):
    def act(self, pk):
        stay(self.own_or_404(pk))
        return "已收回，您还在队里。"


class HerPage(Page):
    permission = PUBLIC
    needs_her = True


class Mine(HerPage):
    """Her groups and requests; what she offered as a volunteer, her hours, what was put right, her certificates."""

    def get(self, request):
        volunteer = own_volunteer(self.person)
        return self.show(
            "groups/resident/mine.html", places=[(one, place_words(one)) for one in own_places(self.person)],
            volunteer=volunteer, told=VOLUNTEER_WORDS[volunteer.state] if volunteer else "",
            offer=offer_words(volunteer) if volunteer else (), may_register=can_register(volunteer),
            backbone=own_backbone(self.person), helped=help_for(self.person), **self.served(volunteer),
        )  # fmt: skip

    def served(self, volunteer):
        """What she did; nothing is asked for whoever never registered."""
        if volunteer is None:
            return {"services": []}
        return {
            "services": list(own_services(self.person)[:SHOWN]), "hours": hours_of(self.person),
            "papers": list(own_certificates(self.person)[:SHOWN]),
            "asked": asked_of(self.person), "records": own_records(self.person),
        }  # fmt: skip


class OwnCertificate(HerPage):
    def get(self, request, number):
        paper = own_certificates(self.person).filter(number=number).first()
        if paper is None:
            raise Http404
        parts = [(label, words(halves)) for label, halves in paper.content]
        return self.show("groups/resident/certificate.html", paper=paper, parts=parts)
