"""Residents' side: what is being discussed, standing behind it, commenting, proposing; results for everybody.

Anybody may read; whoever is in with her code may act. Nobody reads who proposed or supported anything. The base of these pages
belongs to the portal, which lies above: settings name it.
"""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.utils.module_loading import import_string

from concerns.similar import Said
from council.enums import CommentState, Source
from council.flow import RATED
from council.forms.resident import CommentForm, ProposeForm, RateForm
from council.models import Topic
from council.papers import result_lines
from council.queries import (
    alike_shown,
    has_rated,
    own_topics,
    public_results,
    public_topics,
    resident_topic,
    stands_behind,
)
from council.services.feedback import rate_result
from council.services.outcome import photos_of
from council.services.topics import add_comment, community_of, propose_once, support_topic
from fedhub.core import crypto, files
from fedhub.core.access import PUBLIC
from fedhub.core.answers import kept_file
from fedhub.core.flow import FlowError
from fedhub.core.views import put_errors

Page = import_string(settings.RESIDENT_PAGE)
OFF_TURN = "议题已经结束。"


class Topics(Page):
    """Topics being discussed, in her community when she is in."""

    permission = PUBLIC

    def get(self, request):
        area = community_of(self.person.area) if self.person else None
        return self.show(
            "council/resident/topics.html", topics=public_topics(area)[:100], results=public_results(area)[:20],
            own=own_topics(self.person) if self.person else [],
        )  # fmt: skip


class OfTopic(Page):
    permission = PUBLIC

    def get_topic(self):
        topic = resident_topic(self.kwargs["key"])
        if topic is None:
            raise Http404
        return topic

    def page(self, comment=None, rating=None):
        topic = self.get_topic()
        near = self.person is not None and self.person.area.code.startswith(topic.area.code)
        return self.show(
            "council/resident/topic.html", topic=topic, near=near, comment=comment or CommentForm(), rating=rating or RateForm(),
            behind=bool(self.person and stands_behind(topic, self.person)),
            comments=topic.comments.filter(state=CommentState.SHOWN).order_by("-pk")[:50],
            may_rate=bool(near and topic.status in RATED and not has_rated(topic, self.person)),
            lines=result_lines(topic) if topic.public_from else [], photos=photos_of(topic) if topic.public_from else None,
        )  # fmt: skip


class OneTopic(OfTopic):
    def get(self, request, key):
        topic = self.get_topic()
        if topic.key != key:
            return redirect("council_resident:topic", key=topic.key)
        return self.page()


class HerAct(OfTopic):
    """Something that only whoever is in may do; sent twice it is done once."""

    needs_her = True

    def get_topic(self):
        """A topic of her own community: neighbours speak of what they share."""
        topic = super().get_topic()
        if not self.person.area.code.startswith(topic.area.code):
            raise Http404
        return topic

    def get(self, request, key):
        return redirect("council_resident:topic", key=key)

    def done(self, sentence):
        messages.success(self.request, sentence)
        return redirect("council_resident:topic", key=self.kwargs["key"])


class SupportIt(HerAct):
    def post(self, request, key):
        try:
            new = support_topic(self.get_topic(), resident=self.person)
        except FlowError:
            return self.done(OFF_TURN)
        return self.done("已附议。" if new else "您已经附议过了。")


class SayIt(HerAct):
    def post(self, request, key):
        form = CommentForm(request.POST)
        if not form.is_valid():
            return self.page(comment=form)
        try:
            add_comment(self.get_topic(), resident=self.person, text=form.cleaned_data["text"])
        except ValidationError as error:
            put_errors(form, error)
            return self.page(comment=form)
        return self.done("留言已交上去，审核以后大家就能看到。不会显示您的姓名。")


class RateIt(HerAct):
    def post(self, request, key):
        form = RateForm(request.POST)
        if not form.is_valid():
            return self.page(rating=form)
        try:
            rate_result(self.get_topic(), resident=self.person, **form.cleaned_data)
        except FlowError as error:
            return self.done(" ".join(error.messages))
        except ValidationError as error:
            put_errors(form, error)
            return self.page(rating=form)
        return self.done("谢谢您的评价。")


class Propose(Page):
    """A topic of her own; the same one sent twice on one day is one."""

    permission = PUBLIC
    needs_her = True

    def get(self, request):
        return self.show("council/resident/propose.html", form=ProposeForm())

    def post(self, request):
        form = ProposeForm(request.POST)
        if not form.is_valid():
            return self.show("council/resident/propose.html", form=form)
        area, sure = community_of(self.person.area), form.cleaned_data.pop("sure")
        alike = alike_shown(Said(form.cleaned_data["title"], form.cleaned_data["place"]), area, self.person)
        if alike and not sure:
            return self.show("council/resident/propose.html", form=form, alike=alike)
        topic = Topic(
            area=area, grid=self.person.area if len(self.person.area.code) > 12 else None,
            source=Source.ONLINE, proposer=self.person, **form.cleaned_data,
        )  # fmt: skip
        topic = propose_once(topic)
        return self.show("council/resident/proposed.html", topic=topic)


# --- for everybody ------------------------------------------------------------------------------------------------
class OfResult(Page):
    """A result that is posted. What is not posted any more and what never was are the same answer."""

    permission = PUBLIC

    def get_topic(self):
        topic = public_results().filter(key=self.kwargs["key"]).first()
        if topic is None:
            raise Http404
        return topic


class Results(Page):
    permission = PUBLIC

    def get(self, request):
        return self.show("council/resident/results.html", topics=public_results().select_related("area")[:100])


class Result(OfResult):
    """One result with its pictures before and after."""

    def get(self, request, key):
        topic = self.get_topic()
        return self.show(
            "council/resident/result.html", topic=topic, lines=result_lines(topic), photos=photos_of(topic)
        )


class ResultPicture(OfResult):
    def get(self, request, key, picture):
        photos = photos_of(self.get_topic())
        found = next((one for one in [*photos["before"], *photos["after"]] if one.uuid == picture), None)
        if found is None:
            raise Http404
        try:
            return kept_file(files.read(found), found.content_type, "picture")
        except (OSError, crypto.Undecryptable):
            raise Http404 from None
