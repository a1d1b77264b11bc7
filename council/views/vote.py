"""表决: opened and closed by the office, cast by members on their phones."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from council.enums import MotionStatus
from council.forms.meeting import BallotForm, HandsForm, MotionForm, OnlineForm, PapersForm, StepBackForm
from council.forms.outcome import ResolveForm
from council.models import Motion, Topic
from council.queries import council_now
from council.record import vote_line
from council.rules import needed, tally
from council.services.outcome import resolve_topic
from council.services.votes import (
    cast_vote,
    choices_of,
    close_motion,
    count_papers,
    electorate,
    open_motion,
    open_online,
    papers_of,
    step_back,
    voted_ids,
    write_votes,
)
from council.views.meeting import OfItem
from council.views.parts import RowForm, RowStep, meeting_crumb, topic_crumb
from fedhub.core.views import ScopedDetailView

VIEW, CHANGE = "council.view_meeting", "council.change_meeting"


class MotionCreate(OfItem, RowForm):
    title, form_class, submit_label, success_message = "付诸表决", MotionForm, "开始表决", "表决开始。"
    template_name = "council/motion_form.html"

    def get_form_kwargs(self):
        return {"initial": {"text": f"关于{self.get_row().title}"}}

    def save(self, form):
        motion = form.save(commit=False)
        motion.item = self.get_row()
        return open_motion(motion, by=self.request.user)


class MotionOnline(RowForm):
    """A topic to the vote between meetings."""

    permission, model = CHANGE, Topic
    title, form_class, submit_label, success_message = "在线表决", OnlineForm, "开始表决", "在线表决开始。"

    def get_crumbs(self):
        return [topic_crumb(), (self.get_row().number, self.get_row().get_absolute_url())]

    def save(self, form):
        motion, topic = form.save(commit=False), self.get_row()
        motion.topic, motion.deadline = topic, form.cleaned_data["deadline"]
        motion.council = council_now(topic.area)
        if motion.council is None:
            raise Http404
        return open_online(motion, by=self.request.user)


class OfMotion:
    model = Motion

    def get_rows(self):
        return super().get_rows().select_related("area", "council", "topic", "item__meeting")

    def get_crumbs(self):
        motion = self.get_row()
        above = motion.item.meeting if motion.item_id else motion.topic
        return [meeting_crumb() if motion.item_id else topic_crumb(), (str(above), above.get_absolute_url())]


class MotionDetail(OfMotion, ScopedDetailView):
    permission = VIEW
    template_name = "council/motion_detail.html"

    def get_title(self):
        return f"表决：{self.get_row().text}"

    def get_context_data(self, **kwargs):
        motion, user = self.get_row(), self.request.user
        voters, done = electorate(motion), voted_ids(motion)
        names = dict(motion.council.members.filter(pk__in={*voters, *done}).values_list("pk", "name"))
        counted = (
            tally(choices_of(motion), max(len(set(voters) | done), len(choices_of(motion))))
            if motion.shows_result
            else None
        )
        return super().get_context_data(
            keeps=user.has_perm(CHANGE, motion), may_vote=papers_of(user, motion), counted=counted, line=vote_line(motion),
            voters=len(voters), done=len(done) if not motion.is_secret else motion.secret_ballots.count(),
            waiting=[names[pk] for pk in sorted(set(voters) - done)] if motion.is_open else [],
            votes=motion.votes.select_related("member", "proxy__holder") if motion.shows_result and not motion.is_secret else [],
            back=motion.step_backs.select_related("member"), enough=needed(motion.majority, max(len(voters), 1)), **kwargs,
        )  # fmt: skip


class MotionAct(OfMotion, RowForm):
    permission = CHANGE

    def opens(self, motion):
        return motion.is_open


class MotionHands(MotionAct):
    title, form_class, submit_label, success_message = "登记举手", HandsForm, "登记", "举手结果已登记。"

    def opens(self, motion):
        return motion.is_open and not motion.is_secret

    def get_form_kwargs(self):
        motion = self.get_row()
        left = set(electorate(motion)) - voted_ids(motion)
        return {"members": motion.council.members.filter(pk__in=left).order_by("pk")}

    def act(self, form, motion, user):
        write_votes(motion, form.chosen(), by=user)


class MotionPapers(MotionAct):
    """Counted ballots of paper."""

    title, form_class, submit_label, success_message = "登记纸票", PapersForm, "登记", "纸票张数已登记。"

    def opens(self, motion):
        return motion.is_open and motion.is_secret

    def act(self, form, motion, user):
        count_papers(motion, by=user, **{name: form.cleaned_data[name] for name in ("agree", "against", "abstain")})


class MotionStepBack(MotionAct):
    title, form_class, success_message = "登记回避", StepBackForm, "回避已登记。"

    def opens(self, motion):
        return motion.is_open and not motion.frozen

    def get_form_kwargs(self):
        motion = self.get_row()
        return {"members": motion.council.members.filter(pk__in=electorate(motion)).order_by("pk")}

    def act(self, form, motion, user):
        step_back(motion, form.cleaned_data["member"], reason=form.cleaned_data["reason"], by=user)


class MotionClose(OfMotion, RowStep):
    permission, service, success_message = CHANGE, close_motion, "表决结束，结果已记录。"


class MotionVote(OfMotion, RowForm):
    """The ballot on a member's phone. Of a secret vote no key of the form is kept: a second tap finds that she has voted."""

    permission = "council.join_meeting"
    title, form_class, submit_label = "投票", BallotForm, "投票"
    template_name = "council/ballot.html"
    success_message = "您的一票已收到。"
    once = False
    keeps_once_key = False

    def get_rows(self):
        return Motion.objects.visible_to(self.request.user).select_related("area", "council", "topic", "item__meeting")

    def get(self, request, *args, **kwargs):
        if not papers_of(request.user, self.get_row()):
            messages.info(request, "您没有要投的票：已经投过，没有签到，或者表决已经结束。")
            return redirect(reverse("council:mine"))
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {"papers": papers_of(self.request.user, self.get_row()), "once": False}

    def get_title(self):
        return self.get_row().text

    def get_page_title(self):
        return "投票"

    def get_back_url(self):
        return reverse("council:mine")

    def get_context_data(self, **kwargs):
        return super().get_context_data(motion=self.get_row(), **kwargs)

    def act(self, form, motion, user):
        member = motion.council.members.get(pk=form.cleaned_data["member"])
        cast_vote(motion, member, form.cleaned_data["choice"], by=user)


def votes_for(topic, user):
    """Closed votes on `topic` that no decision rests on yet."""
    return Motion.objects.visible_to(user).filter(topic=topic, status=MotionStatus.CLOSED, resolutions=None)


class ResolutionCreate(OfItem, RowForm):
    """What was decided about the topic of an item."""

    title, form_class, submit_label, success_message = (
        "议定结果",
        ResolveForm,
        "记下并交办",
        "已记下，交办事项已到责任人的待办里。",
    )

    def opens(self, item):
        return item.topic_id is not None and item.topic.status == "discussed"

    def get_form_kwargs(self):
        item = self.get_row()
        motions = votes_for(item.topic, self.request.user)
        return {"motions": motions, "area": item.meeting.area}

    def act(self, form, item, user):
        data = form.cleaned_data
        resolve_topic(
            item.topic, decision=data["decision"], text=data["text"], actions=form.actions(), item=item, motion=data["motion"],
            body=data["body"], override=data["override"], by=user,
        )  # fmt: skip


class TopicResolve(RowForm):
    """What was decided online, between meetings."""

    permission, model = CHANGE, Topic
    title, form_class, submit_label, success_message = (
        "议定结果",
        ResolveForm,
        "记下并交办",
        "已记下，交办事项已到责任人的待办里。",
    )

    def opens(self, topic):
        return topic.status == "discussed"

    def get_form_kwargs(self):
        topic = self.get_row()
        motions = votes_for(topic, self.request.user)
        return {"motions": motions, "area": topic.area}

    def act(self, form, topic, user):
        data = form.cleaned_data
        resolve_topic(
            topic, decision=data["decision"], text=data["text"], actions=form.actions(), motion=data["motion"],
            body=data["body"], override=data["override"], by=user,
        )  # fmt: skip
