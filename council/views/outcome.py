"""交办事项: the list with its traffic light, the page of one, and what its owner and the office do to it."""

from django.urls import reverse

from council.enums import LIVE_ACTIONS, ActionStatus
from council.flow import action_flow
from council.forms.outcome import ActionFilterForm, ActionForm, EndForm, GiveForm, HandInForm, ProgressForm, RejectForm
from council.listing import action_values
from council.models import Action, Progress, Topic
from council.queries import light_chip
from council.services.outcome import (
    OVER,
    accept_action,
    add_action,
    add_progress,
    end_action,
    give_action,
    hand_in,
    reject_action,
)
from council.views.lines import action_lines
from council.views.parts import RowForm, RowStep, deed, topic_crumb
from fedhub.core.files import attachments_of
from fedhub.core.views import ScopedDetailView, ScopedListView

VIEW, WORK, CHANGE = "council.view_action", "council.do_action", "council.change_action"


class ActionList(ScopedListView):
    permission = VIEW
    model = Action
    title = "交办事项"
    unit = "件"
    filter_class = ActionFilterForm
    sorts = {"due": ("due_on", "完成时限"), "newest": ("-due_on", "时限晚的在前")}
    results_template = "council/action_list/_results.html"

    def get_list(self):
        return self.get_rows()

    def read(self, rows):
        return action_values(rows)

    def page_rows(self, items):
        return action_lines(items)


class OfAction:
    model = Action

    def get_rows(self):
        return super().get_rows().select_related("area", "topic", "owner", "resolution")

    def get_crumbs(self):
        action = self.get_row()
        return [("交办事项", reverse("council:action_list")), (action.content, action.get_absolute_url())]


class ActionDetail(OfAction, ScopedDetailView):
    permission = VIEW
    template_name = "council/action_detail.html"

    def get_title(self):
        return self.get_row().content

    def get_crumbs(self):
        return [("交办事项", reverse("council:action_list"))]

    def get_context_data(self, **kwargs):
        action, user = self.get_row(), self.request.user
        main, rest = deeds_of(action, user)
        progress = list(action.progress.select_related("made_by"))
        return super().get_context_data(
            chip=light_chip(action), main=main, rest=rest, progress=reversed(progress),
            spent=sum((one.cost for one in progress if one.cost), 0),
            photos={kind: _urls(attachments_of(action, kind)) for kind in ("before", "after")}, **kwargs,
        )  # fmt: skip


def _urls(attachments):
    return [{"url": reverse("core:file", args=[one.uuid]), "caption": one.name} for one in attachments]


def deeds_of(action, user):
    """`(main, [(label, [Deed])])` of the page of an action."""
    keeps, pk = user.has_perm(CHANGE, action), action.pk
    steps = {step.name for name, step in action_flow.steps.items() if action.status in step.sources}
    works = action.owner_id == user.pk or keeps
    found = []
    if works and "work" in steps:
        found = [deed("登记进展", "action_progress", pk), deed("办完交验", "action_hand_in", pk)]
    if keeps and "accept" in steps and action.owner_id != user.pk:
        found = [deed("验收", "action_accept", pk, posts=True), deed("退回", "action_reject", pk)]
    more = []
    if keeps and action.status in LIVE_ACTIONS:
        more = [deed("改责任人、时限", "action_give", pk)]
        more += [deed("转交、终止", "action_end", pk, danger=True)] if "stop" in steps else []
    main = found.pop(0) if found else None
    return main, [(label, deeds) for label, deeds in [("办理", found), ("管理", more)] if deeds]


class OwnAction(OfAction, RowForm):
    """What its owner does, or the office for her."""

    permission = WORK

    def opens(self, action):
        mine = action.owner_id == self.request.user.pk or self.request.user.has_perm(CHANGE, action)
        return mine and action.status in (ActionStatus.WAITING, ActionStatus.IN_WORK)


class ActionProgress(OwnAction):
    title, form_class, success_message = "登记进展", ProgressForm, "进展已登记。"

    def get_form_kwargs(self):
        return {"initial": {"percent": self.get_row().percent, "obstacle": self.get_row().obstacle}}

    def act(self, form, action, user):
        data = form.cleaned_data
        add_progress(
            action, Progress(percent=data["percent"], text=data["text"], cost=data["cost"]), pictures=form.pictures(),
            obstacle=data["obstacle"], by=user,
        )  # fmt: skip


class ActionHandIn(OwnAction):
    title, form_class, submit_label, success_message = "办完交验", HandInForm, "交验", "已交验，等人验收。"

    def act(self, form, action, user):
        data = form.cleaned_data
        hand_in(action, Progress(percent=100, text=data["text"], cost=data["cost"]), pictures=form.pictures(), by=user)


class KeptAction(OfAction, RowForm):
    permission = CHANGE

    def opens(self, action):
        return action.status in LIVE_ACTIONS


class ActionAccept(OfAction, RowStep):
    permission, service, success_message = CHANGE, accept_action, "已验收。"


class ActionReject(KeptAction):
    title, form_class, submit_label, success_message = "退回", RejectForm, "退回", "已退回。"

    def act(self, form, action, user):
        reject_action(action, why=form.cleaned_data["why"], by=user)


class ActionEnd(KeptAction):
    title, form_class, success_message = "转交、终止", EndForm, "已记下。"

    def act(self, form, action, user):
        end_action(action, step=form.cleaned_data["step"], why=form.cleaned_data["why"], by=user)


class ActionGive(KeptAction):
    title, form_class, success_message = "改责任人、时限", GiveForm, "已改。"

    def get_form_kwargs(self):
        return {"action": self.get_row()}

    def act(self, form, action, user):
        data = form.cleaned_data
        give_action(
            action,
            owner=data["owner"],
            due_on=data["due_on"],
            reason=data["reason"],
            base_version=data["version"],
            by=user,
        )


class ActionCreate(RowForm):
    """One more thing to do about a topic that was decided."""

    permission, model = CHANGE, Topic
    title, form_class, success_message = "加一件交办事项", ActionForm, "已交办。"

    def get_rows(self):
        return super().get_rows().select_related("area")

    def opens(self, topic):
        return topic.status not in OVER and topic.resolutions.exists()

    def get_crumbs(self):
        return [topic_crumb(), (self.get_row().number, self.get_row().get_absolute_url())]

    def get_form_kwargs(self):
        return {"area": self.get_row().area}

    def act(self, form, topic, user):
        add_action(form.save(commit=False), topic.resolutions.last(), by=user)
