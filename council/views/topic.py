"""议题: the list, the page of one, and what is done to it."""

from django.shortcuts import render
from django.urls import reverse

from concerns.similar import Said
from council.board import columns
from council.enums import ENDED, Source, Status
from council.flow import RATED, topic_flow
from council.forms.topic import (
    AcceptForm,
    AnsweredForm,
    BoardFilterForm,
    FinishTopicForm,
    HandDownForm,
    JudgeForm,
    MergeForm,
    OpinionForm,
    PassOnForm,
    RateForm,
    ReasonForm,
    ReplyForm,
    SupervisorsForm,
    SupportForm,
    TakeForm,
    TellForm,
    TopicFilterForm,
    TopicForm,
)
from council.listing import topic_values
from council.models import Comment, Member, Supervisor, Topic, TopicConcern
from council.queries import (
    comments_for,
    communities,
    concerns_to_take,
    council_now,
    joined_for,
    like_topic,
    mergeable,
    opinions_for,
    proposer_for,
    similar_topics,
    steps_of_life,
    topic_chip,
)
from council.services.feedback import close_topic, publish_result, rate_result, reopen_topic, tell_women, untold
from council.services.outcome import (
    OVER,
    check_topic,
    finish_topic,
    give_opinion,
    photos_of,
    send_topic_back,
    set_supervisors,
)
from council.services.topics import (
    accept_topic,
    body_answered,
    change_topic,
    decline_topic,
    judge_comment,
    merge_topics,
    part_concern,
    pass_topic_on,
    propose_topic,
    reply_to_proposer,
    support_topic,
    take_concerns,
    unmerge_topic,
    women_of,
)
from council.views.lines import cards, topic_lines
from council.views.parts import RowForm, RowStep, deed, topic_crumb
from fedhub.core.files import attachments_of
from fedhub.core.views import FormView, ScopedDetailView, ScopedListView, ScopedUpdateView, ShortListView, StaffView

VIEW, SCREEN, CHANGE, KEEP = (
    "council.view_topic", "council.screen_topic", "council.change_topic", "council.change_meeting",
)  # fmt: skip
LIFE = [
    Status.COLLECTED, Status.ACCEPTED, Status.SCHEDULED, Status.DISCUSSED, Status.DECIDED, Status.IN_WORK, Status.DONE,
    Status.CHECKED, Status.TOLD, Status.PUBLISHED, Status.CLOSED,
]  # fmt: skip


class TopicList(ScopedListView):
    permission = VIEW
    model = Topic
    title = "议题"
    unit = "个"
    filter_class = TopicFilterForm
    sorts = {
        "updated": ("-updated_at", "最近更新"), "backed": ("-supporters", "附议多的在前"), "raised": ("-raised_on", "提出日期"),
    }  # fmt: skip
    template_name = "council/topic_list.html"
    results_template = "council/topic_list/_results.html"

    def get_list(self):
        return self.get_rows()

    reads_alike = True

    def read(self, rows):
        return topic_values(rows)

    def page_rows(self, items):
        return topic_lines(items)

    def get_create_url(self):
        user = self.request.user
        if user.has_perm("council.add_topic"):
            return reverse("council:topic_create")
        return reverse("council:topic_hand_down") if user.has_perm("council.hand_topic_down") else ""

    def get_context_data(self, **kwargs):
        label = "登记议题" if self.request.user.has_perm("council.add_topic") else "交办议题"
        return super().get_context_data(create_label=label, **kwargs)


class TopicBoard(ShortListView):
    """The same topics in columns by their state, the longest waiting on top."""

    permission = VIEW
    model = Topic
    title = "议题看板"
    filter_class = BoardFilterForm
    template_name = "council/board.html"
    results_template = "council/board/_results.html"

    def get_crumbs(self):
        return [topic_crumb()]

    def read(self, rows):
        return {"columns": [(column, cards(column.topics)) for column in columns(rows)]}


class TopicCreate(FormView):
    """What is perhaps the same already is shown once the title is typed, before anything is saved twice."""

    permission = "council.add_topic"
    model = Topic
    title = "登记议题"
    form_class = TopicForm
    template_name = "council/topic_form.html"
    success_message = "议题已登记，等待筛选。"

    def get_crumbs(self):
        return [topic_crumb()]

    def get_back_url(self):
        return reverse("council:topic_list")

    def get_context_data(self, **kwargs):
        form, alike = kwargs.get("form"), []
        if form is not None and form.is_bound and form.cleaned_data.get("title") and form.cleaned_data.get("area"):
            data = form.cleaned_data
            alike = similar_topics(
                Said(data["title"], data.get("place", "")), area=data["area"], user=self.request.user
            )
        return super().get_context_data(alike=alike, **kwargs)

    def save(self, form):
        return propose_topic(
            form.save(commit=False), pictures=form.cleaned_data.get("pictures") or [], by=self.request.user
        )


class AlikeHint(StaffView):
    """POST title, place, area while typing: topics that say nearly the same. Nothing enters an address."""

    permission = "council.add_topic"

    def post(self, request):
        pk, title = request.POST.get("area", ""), request.POST.get("title", "")[:60]
        area = communities(request.user, self.permission).filter(pk=pk).first() if pk.isdecimal() else None
        said = Said(title, request.POST.get("place", "")[:60])
        alike = similar_topics(said, area=area, user=request.user) if title and area else []
        return render(request, "council/topic_form/_alike.html", {"alike": alike})


class TopicHandDown(FormView):
    """The upper level gives a community something to deliberate on, and follows it on its page."""

    permission = "council.hand_topic_down"
    model = Topic
    title = "交办议题"
    form_class = HandDownForm
    submit_label, success_message = "交办", "已交给社区，办到哪一步在这里看。"

    def get_crumbs(self):
        return [topic_crumb()]

    def get_back_url(self):
        return reverse("council:topic_list")

    def save(self, form):
        topic = form.save(commit=False)
        topic.source = Source.UPPER
        return propose_topic(topic, by=self.request.user)


class OfTopic:
    model = Topic

    def get_rows(self):
        return super().get_rows().select_related("area", "grid", "lead", "proposer", "screened_by")

    def get_crumbs(self):
        topic = self.get_row()
        return [topic_crumb(), (topic.number, topic.get_absolute_url())]


class TopicDetail(OfTopic, ScopedDetailView):
    permission = VIEW
    template_name = "council/topic_detail.html"

    def get_title(self):
        return self.get_row().title

    def get_crumbs(self):
        return [topic_crumb()]

    def get_context_data(self, **kwargs):
        topic, user = self.get_row(), self.request.user
        main, rest = deeds_of(topic, user)
        screens, joined = user.has_perm(SCREEN, topic), list(joined_for(topic, user))
        return super().get_context_data(
            action_url=_more(topic, user),
            chip=topic_chip(topic), main=main, rest=rest, life=life_of(topic), steps=steps_of_life(topic),
            alike=like_topic(topic, user) if topic.status not in ENDED and screens else [],
            joined=joined, joined_elsewhere=topic.joined.filter(parted_at=None).count() - len(joined),
            proposer=proposer_for(topic, user), resolve_url=_resolve(topic, user),
            women=women_of(topic).count(), followers=topic.followers.order_by("pk"), may_screen=screens,
            actions=topic.actions.select_related("owner").order_by("due_on", "pk"),
            resolutions=topic.resolutions.select_related("item__meeting", "motion"),
            items=topic.items.select_related("meeting").order_by("-pk"), photos=_shown(photos_of(topic)),
            opens_meetings=user.has_perm("council.view_meeting"), opens_actions=user.has_perm("council.view_action"),
            pictures=_urls(attachments_of(topic, "photo")), supervisors=topic.supervisors.select_related("member"),
            ratings=topic.ratings.order_by("-pk")[:20], comments=comments_for(topic, screens)[:20],
            **kwargs,
        )  # fmt: skip


def _more(topic, user):
    """Where one more thing to do is added, '' for whoever may not."""
    gives = topic.status not in OVER and topic.resolutions.exists() and user.has_perm("council.change_action", topic)
    return reverse("council:action_create", args=[topic.pk]) if gives else ""


def _resolve(topic, user):
    """Where is written down what was decided about it; '' when nothing waits for that, or not for her."""
    if topic.status != Status.DISCUSSED or not user.has_perm(KEEP, topic):
        return ""
    item = topic.items.filter(left_out_by=None, resolutions=None).exclude(heard_at=None).order_by("-pk").first()
    return (
        reverse("council:resolution_create", args=[item.pk])
        if item
        else reverse("council:topic_resolve", args=[topic.pk])
    )


def _urls(attachments):
    return [{"url": reverse("core:file", args=[one.uuid]), "caption": one.name} for one in attachments]


def _shown(photos):
    return {kind: _urls(found) for kind, found in photos.items()}


def life_of(topic):
    """Items for the steps bar; nothing for a topic that left the usual way."""
    if topic.status not in LIFE:
        return []
    here = LIFE.index(topic.status)
    return [
        {
            "label": status.label,
            "state": "done" if n < here or topic.status == Status.CLOSED else "now" if n == here else "",
        }
        for n, status in enumerate(LIFE)
    ]


# What comes first from each state, by the step of the flow or a name of its own.
NEXT = {
    Status.COLLECTED: "accept", Status.DONE: "check", Status.CHECKED: "tell", Status.REFUSED: "tell",
    Status.TOLD: "publish", Status.PUBLISHED: "close", Status.PASSED: "answered", Status.DECIDED: "finish",
    Status.IN_WORK: "finish",
}  # fmt: skip
PAGES = {
    "accept": "立项", "decline": "不列入", "pass_on": "转其他单位", "answered": "登记对方答复", "finish": "办结",
    "check": "验收通过", "send_back": "退回办理", "tell": "逐人反馈", "publish": "公示结果",
    "close": "归档", "reopen": "重新提交议事",
}  # fmt: skip
BUTTONS = {"check", "publish", "close", "reopen"}


def deeds_of(topic, user):
    """`(main, [(label, [Deed])])`: the next thing to do with a topic, and the others by group."""
    steps = {step.name for step in topic_flow.open_steps(topic, user)} & PAGES.keys()
    if topic.status == Status.DISCUSSED:
        # What was heard is decided with its resolution, on the page of the meeting.
        steps.discard("pass_on")
    found = {
        name: deed(label, f"topic_{name}", topic.pk, posts=name in BUTTONS)
        for name, label in PAGES.items() if name in steps
    }  # fmt: skip
    main = found.pop(NEXT.get(topic.status, ""), None)
    more, screens = [], user.has_perm(SCREEN, topic)
    if screens and topic.status not in ENDED:
        more += [deed("答复提议人", "topic_reply", topic.pk), deed("并入诉求", "topic_take", topic.pk)]
    if screens and topic.lead_id is None and topic.status not in (Status.DECLINED, Status.CLOSED):
        more.append(deed("合并议题", "topic_merge", topic.pk))
    if topic.status == Status.MERGED and screens:
        more.append(deed("拆回", "topic_unmerge", topic.pk, posts=True))
    if user.has_perm("council.add_topic") and topic.status not in (Status.DECLINED, Status.CLOSED):
        more.append(deed("登记附议", "topic_support", topic.pk))
    if user.has_perm(CHANGE, topic) and topic.status not in (Status.CLOSED, Status.MERGED):
        more.append(deed("修改", "topic_update", topic.pk))
    if topic.status in (Status.DECIDED, Status.IN_WORK, Status.DONE) and user.has_perm(KEEP, topic):
        more.append(deed("监督小组", "topic_supervisors", topic.pk))
    if topic.status in RATED and screens:
        more.append(deed("登记评价", "topic_rate", topic.pk))
    if topic.status in (Status.ACCEPTED, Status.DISCUSSED) and user.has_perm(KEEP, topic) and council_now(topic.area):
        more.append(deed("在线表决", "motion_online", topic.pk))
    papers = []
    if screens:
        papers = [deed("议题表", "topic_sheet", topic.pk), deed("议题表（Word）", "topic_paper", topic.pk, posts=True)]
    if topic.notice_number:
        papers += [
            deed("结果公示", "result_sheet", topic.pk),
            deed("结果公示（Word）", "result_paper", topic.pk, posts=True),
        ]
    groups = [("办理", list(found.values())), ("议题", more), ("文书", papers)]
    return main, [(label, deeds) for label, deeds in groups if deeds]


class TopicUpdate(OfTopic, ScopedUpdateView):
    permission = CHANGE
    title = "修改议题"
    form_class = TopicForm

    def save(self, form):
        return change_topic(
            form.instance, list(form.proposed()), base_version=form.cleaned_data["version"], by=self.request.user
        )


# --- screening ----------------------------------------------------------------------------------------------------
class TopicAct(OfTopic, RowForm):
    """Base: a form of one step of the topic's flow."""

    permission = SCREEN
    step = ""

    def opens(self, topic):
        return not self.step or topic.status in topic_flow.steps[self.step].sources


class TopicAccept(TopicAct):
    step, title, form_class, submit_label = "accept", "立项", AcceptForm, "立项"
    success_message = "已立项，下次会议的议程上会有它。请答复提议人。"

    def act(self, form, topic, user):
        accept_topic(topic, shown=form.cleaned_data["shown"], by=user)


class TopicDecline(TopicAct):
    step, title, form_class, submit_label = "decline", "不列入", ReasonForm, "不列入"
    success_message = "已记下。请把理由答复提议人。"

    def act(self, form, topic, user):
        decline_topic(topic, reason=form.cleaned_data["reason"], by=user)


class TopicPassOn(TopicAct):
    step, title, form_class, submit_label = "pass_on", "转其他单位", PassOnForm, "转出"
    success_message = "已转出，对方答复以后请登记。"

    def act(self, form, topic, user):
        pass_topic_on(topic, body=form.cleaned_data["body"], reason=form.cleaned_data["reason"], by=user)


class TopicAnswered(TopicAct):
    step, title, form_class = "answered", "登记对方答复", AnsweredForm
    success_message = "已登记，请逐人反馈。"

    def act(self, form, topic, user):
        body_answered(topic, answer=form.cleaned_data["answer"], solved=form.cleaned_data["solved"], by=user)


class TopicReply(TopicAct):
    title, form_class, submit_label = "答复提议人", ReplyForm, "已告诉她"
    success_message = "已记下答复。"

    def get_form_kwargs(self):
        topic = self.get_row()
        return {"initial": {"reply": topic.reply or topic.reason}, "asks": topic.proposer_id is not None}

    def act(self, form, topic, user):
        reply_to_proposer(topic, reply=form.cleaned_data["reply"], told=form.cleaned_data["told"], by=user)


class TopicSupport(TopicAct):
    permission = "council.add_topic"
    title, form_class = "登记附议", SupportForm

    def get_rows(self):
        return Topic.objects.visible_to(self.request.user).select_related("area", "lead")

    def opens(self, topic):
        return topic.status not in (Status.DECLINED, Status.CLOSED)

    def act(self, form, topic, user):
        data, new = form.cleaned_data, 0
        if data["resident"]:
            new += support_topic(topic, resident=data["resident"], source="proxy", by=user)
        for name in data["names"]:
            new += support_topic(topic, name=name, source="paper", by=user)
        total = len(data["names"]) + bool(data["resident"])
        self.success_message = f"新增附议 {new} 人" + (f"，{total - new} 人以前附议过。" if total > new else "。")


class TopicMerge(TopicAct):
    title, form_class, submit_label = "合并议题", MergeForm, "合并"
    template_name = "council/choose.html"

    def opens(self, topic):
        return topic.lead_id is None and topic.status not in (Status.DECLINED, Status.CLOSED)

    def get_form_kwargs(self):
        return {"topics": mergeable(self.get_row(), self.request.user)}

    def act(self, form, topic, user):
        count = merge_topics(topic, list(form.cleaned_data["topics"]), by=user)
        self.success_message = f"已并入 {count} 个议题，附议的人一起算，可以拆回。"


class TopicUnmerge(OfTopic, RowStep):
    permission, service, success_message = SCREEN, unmerge_topic, "已拆回，诉求和附议的人都跟着回来了。"


class TopicTake(TopicAct):
    title, form_class, submit_label = "并入诉求", TakeForm, "并入"
    template_name = "council/choose.html"

    def get_form_kwargs(self):
        return {"concerns": concerns_to_take(self.get_row(), self.request.user)}

    def act(self, form, topic, user):
        count = take_concerns(topic, list(form.cleaned_data["concerns"]), by=user)
        self.success_message = f"已并入 {count} 件诉求，办完以后逐人答复。"


class ConcernPart(RowStep):
    permission, model, success_message = SCREEN, TopicConcern, "已拆出，这件诉求单独办。"
    service = part_concern

    def get_success_url(self):
        return self.get_row().topic.get_absolute_url()


# --- the end ------------------------------------------------------------------------------------------------------
class TopicSupervisors(TopicAct):
    permission = KEEP
    title, form_class, success_message = "监督小组", SupervisorsForm, "监督小组已定。"

    def get_form_kwargs(self):
        topic, council = self.get_row(), council_now(self.get_row().area)
        members = council.members.seated() if council else Member.objects.none()
        return {"members": members, "chosen": topic.supervisors.values_list("member", flat=True)}

    def act(self, form, topic, user):
        set_supervisors(topic, list(form.cleaned_data["members"]), by=user)


class SupervisorOpinion(RowForm):
    """Written down by the office, or by herself where she has an account."""

    permission, model = "council.join_meeting", Supervisor
    title, form_class, success_message = "验收意见", OpinionForm, "验收意见已记下。"

    def get_rows(self):
        return opinions_for(self.request.user)

    def get_back_url(self):
        return self.get_row().topic.get_absolute_url()

    def act(self, form, row, user):
        give_opinion(row, agrees=form.cleaned_data["agrees"], opinion=form.cleaned_data["opinion"], by=user)


class TopicFinish(TopicAct):
    permission = KEEP
    step, title, form_class, submit_label = "finish", "办结", FinishTopicForm, "办结"
    success_message = "已办结，等监督小组验收。"

    def get_form_kwargs(self):
        return {"initial": {"result": self.get_row().result}}

    def act(self, form, topic, user):
        finish_topic(topic, by=user, **{name: form.cleaned_data[name] for name in ("result", "solved", "no_photos")})


class TopicCheck(OfTopic, RowStep):
    permission, service, success_message = KEEP, check_topic, "已验收，请逐人反馈。"


class TopicSendBack(TopicAct):
    permission = KEEP
    step, title, form_class, success_message = "send_back", "退回办理", ReasonForm, "已退回办理。"

    def act(self, form, topic, user):
        send_topic_back(topic, why=form.cleaned_data["reason"], by=user)


class TopicTell(TopicAct):
    step, title, form_class, submit_label = "tell", "逐人反馈", TellForm, "记下反馈"

    def get_form_kwargs(self):
        topic = self.get_row()
        rows = untold(topic).select_related("resident", "household", "area").order_by("pk")
        return {"concerns": list(rows), "initial": {"answer": topic.result or topic.body_answer}}

    def act(self, form, topic, user):
        count = tell_women(topic, answer=form.cleaned_data["answer"], told=form.chosen(), by=user)
        left = untold(topic).count()
        self.success_message = (
            f"已答复 {count} 人，还有 {left} 人没有告诉。" if left else f"已答复 {count} 人，都告诉到了。"
        )


class TopicPublish(OfTopic, RowStep):
    permission, service, success_message = SCREEN, publish_result, "已公示，期满可以归档。"


class TopicClose(OfTopic, RowStep):
    permission, service, success_message = SCREEN, close_topic, "已归档。"


class TopicReopen(OfTopic, RowStep):
    permission, service, success_message = SCREEN, reopen_topic, "已重新提交议事，下次会议的议程上会有它。"


class TopicRate(TopicAct):
    title, form_class, success_message = "登记评价", RateForm, "评价已记下。"

    def opens(self, topic):
        return topic.status in RATED

    def act(self, form, topic, user):
        data = form.cleaned_data
        rate_result(topic, resident=data["resident"], score=data["score"], words=data["words"], by=user)


# --- comments -----------------------------------------------------------------------------------------------------
class CommentList(ScopedListView):
    permission = SCREEN
    model = Comment
    title = "居民留言"
    unit = "条"
    keeps_filters = False
    sorts = {"newest": ("-id", "最近的在前")}
    results_template = "council/comment_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("topic", "resident", "judged_by")


class CommentJudge(RowForm):
    permission, model = SCREEN, Comment
    title, form_class, success_message = "审核留言", JudgeForm, "已审核。"
    template_name = "council/comment_judge.html"

    def get_rows(self):
        return super().get_rows().select_related("topic", "resident")

    def get_title(self):
        return self.title

    def get_context_data(self, **kwargs):
        return super().get_context_data(comment=self.get_row(), **kwargs)

    def get_back_url(self):
        return reverse("council:comment_list")

    def act(self, form, comment, user):
        judge_comment(comment, show=form.cleaned_data["show"], reason=form.cleaned_data["reason"], by=user)
