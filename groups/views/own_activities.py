"""Residents' side of activities: what comes, signing up and taking it back, her pictures, how she found it."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from fedhub.core import crypto, files
from fedhub.core.access import PUBLIC
from fedhub.core.answers import kept_file
from fedhub.core.deeds import Deed
from groups.activity_enums import ActivityState, EntryState
from groups.forms.resident_activity import FoundForm, SignUpForm
from groups.portrait import TEXTS, WORDS
from groups.public_activities import (
    SHOWN,
    activity_for,
    coming,
    own_entries,
    own_entry,
    places_in_line,
    shown_photos,
    shown_picture,
    words_of,
)
from groups.services import names

Page = import_string(settings.RESIDENT_PAGE)


class Activities(Page):
    """What comes near her, the next first."""

    permission = PUBLIC

    def get(self, request):
        return self.show("groups/resident/activities.html", rows=list(coming(self.person)[:SHOWN]))


class OfActivity(Page):
    permission = PUBLIC

    def get_activity(self):
        activity = activity_for(self.person, self.kwargs["pk"])
        if activity is None:
            raise Http404
        return activity

    def page(self, form=None):
        activity = self.get_activity()
        own, now = own_entry(self.person, activity), timezone.now()
        open_now = activity.state == ActivityState.OPEN and activity.starts_at > now
        listed = own is not None and own.state != EntryState.CANCELLED
        return self.show(
            "groups/resident/activity.html", activity=activity, own=own, listed=listed, open_now=open_now,
            told=words_of(own, places_in_line([own]).get(own.pk)) if own else "", sign_form=SignUpForm(),
            form=form or FoundForm(), may_rate=own is not None and own.state == EntryState.CAME and not own.rated
            and activity.state != ActivityState.CANCELLED, photos=shown_photos(activity), words=WORDS,
            agreed_words=TEXTS.get(own.portrait_text, "") if own and own.portrait else "",
        )  # fmt: skip


class OneActivity(OfActivity):
    def get(self, request, pk):
        return self.page()


class HerAct(Deed, OfActivity):
    """Something that only whoever is in may do; sent twice it is done once."""

    needs_her = True

    def get_back(self):
        return reverse("groups_resident:activity", args=[self.kwargs["pk"]])

    def own_or_404(self):
        own = own_entry(self.person, self.get_activity())
        if own is None:
            raise Http404
        return own


class SignUp(HerAct):
    def act(self, pk):
        form = SignUpForm(self.request.POST)
        portrait = form.is_valid() and form.cleaned_data["portrait"]
        entry, new = names.sign_up(self.get_activity(), self.person, portrait=portrait)
        if entry.state == EntryState.WAITING:
            place = places_in_line([entry]).get(entry.pk)
            return f"名额满了，您排在候补第 {place} 位。" if place else "名额满了，您在候补。"
        return "报名成功。" if new else "您已经报过名了。"


class TakeBack(HerAct):
    def act(self, pk):
        names.take_back(self.own_or_404())
        return "已取消，名额让给了别人。"


class Portrait(HerAct):
    """`agree` or `withdraw`."""

    def act(self, pk, word):
        if word not in ("agree", "withdraw"):
            raise Http404
        agrees = word == "agree"
        names.say_portrait(self.own_or_404(), agrees)
        return "记下了，随时可以撤回。" if agrees else "已经撤回，有您的照片不再公开。"


class Rate(OfActivity):
    needs_her = True

    def get(self, request, pk):
        return redirect("groups_resident:activity", pk=pk)

    def post(self, request, pk):
        form, own = FoundForm(request.POST), own_entry(self.person, self.get_activity())
        if own is None:
            raise Http404
        if not form.is_valid():
            return self.page(form)
        try:
            names.rate(own, form.cleaned_data["found"])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, "谢谢您的评价。")
        return redirect("groups_resident:activity", pk=pk)


class MyActivities(Page):
    """Where she is on a list, what comes first."""

    permission = PUBLIC
    needs_her = True

    def get(self, request):
        entries = own_entries(self.person)
        places = places_in_line(entries)
        rows = [(one, words_of(one, places.get(one.pk)), self.waits_for_word(one)) for one in entries]
        return self.show("groups/resident/my_activities.html", rows=rows)

    def waits_for_word(self, entry):
        """True while she has not said how it was."""
        return entry.state == EntryState.CAME and not entry.rated and entry.activity.state != ActivityState.CANCELLED


class Picture(OfActivity):
    """A picture that may be shown."""

    def get(self, request, pk, picture):
        row = shown_picture(self.get_activity(), picture)
        if row is None:
            raise Http404
        try:
            return kept_file(files.read(row), row.content_type)
        except (OSError, crypto.Undecryptable) as error:
            raise Http404 from error
