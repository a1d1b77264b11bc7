"""Pages of activities: the list, one activity, its names on the phone, its photos, the sheet."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from fedhub.core.views import (
    FormView,
    ScopedCreateView,
    ScopedDetailView,
    ScopedListView,
    ScopedUpdateView,
    StaffView,
    StepView,
)
from groups.activity_enums import AHEAD, TICKED, ActivityState, EntryState
from groups.activity_queries import counts_of, names_of, photos_of, satisfaction
from groups.activity_states import ACTIVITY_TONES, ENTRY_TONES
from groups.flow import activity_flow
from groups.forms.activity import (
    ActivityFilterForm,
    ActivityForm,
    AgreeForm,
    EntryForm,
    PhotoForm,
    SumUpForm,
)
from groups.forms.group import WhyForm
from groups.models import Activity, ActivityPhoto, Entry, Group
from groups.services import activities as services
from groups.services import names
from groups.views.lines import ACTIVITY_VALUES, activity_lines
from households.campaign_work import campaigns_of

VIEW, CHANGE, ATTEND = "groups.view_activity", "groups.change_activity", "groups.attend_activity"
STEPS = {"open": services.open_activity, "hold": services.hold_activity}
MARKS = ("tick", "untick", "cancel")


def crumb():
    return ("活动", reverse("groups:activity_list"))


class ActivityList(ScopedListView):
    permission = VIEW
    model = Activity
    title = "活动"
    unit = "场"
    filter_class = ActivityFilterForm
    results_template = "groups/activity_list/_results.html"
    sorts = {"day": ("-starts_at", "日期晚的在前"), "first": ("starts_at", "日期早的在前")}

    reads_alike = True

    def read(self, rows):
        return rows.values(*ACTIVITY_VALUES)

    def page_rows(self, items):
        return activity_lines(items)

    def get_create_url(self):
        return reverse("groups:activity_create") if self.request.user.has_perm("groups.add_activity") else ""

    def get_export_url(self):
        may = self.request.user.has_perm("groups.export_activity")
        return reverse("ledgers:ledger_export", args=["activities"]) if may else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(create_label="登记活动", **kwargs)


class ActivityCreate(ScopedCreateView):
    permission = "groups.add_activity"
    model = Activity
    title = "登记活动"
    form_class = ActivityForm

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("groups:activity_list")

    def save(self, form):
        return services.plan_activity(form.save(commit=False), by=self.request.user)


class OfActivity:
    """A form, a page or a step about one activity."""

    permission = CHANGE
    model = Activity

    def get_rows(self):
        return super().get_rows().select_related("area", "group", "keeper")

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb(), (self.get_row().title, self.get_row().get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class ActivityUpdate(OfActivity, ScopedUpdateView):
    title = "改活动"
    form_class = ActivityForm

    def get_form_kwargs(self):
        return {"instance": self.get_row()}

    def save(self, form):
        version = form.cleaned_data["version"]
        return services.change_activity(
            form.instance, list(form.proposed()), base_version=version, by=self.request.user
        )


class ActivityDetail(OfActivity, ScopedDetailView):
    permission = VIEW
    title = "活动"
    template_name = "groups/activity_detail.html"

    def get_title(self):
        return self.get_row().title

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        activity, user = self.get_row(), self.request.user
        may = user.has_perm(CHANGE, activity)
        return super().get_context_data(
            chips=[(ACTIVITY_TONES[activity.state], activity.get_state_display()), ("", activity.get_kind_display())],
            meta=[activity.number, activity.area.name], counts=counts_of(activity, user),
            steps=[one for one in activity_flow.open_steps(activity, user) if one.name in STEPS],
            photos=photos_of(activity, user), rated=satisfaction(activity), may_change=may,
            may_edit=may and activity.state in AHEAD, may_attend=user.has_perm(ATTEND),
            may_sum=may and activity.state in (ActivityState.HELD, ActivityState.SUMMED),
            opens_group=activity.group_id and user.has_perm("groups.view_group"),
            campaigns=campaigns_of("activities", activity.pk, user) if user.has_perm("households.view_campaign") else [],
            **kwargs,
        )  # fmt: skip


class ActivityStep(OfActivity, StepView):
    """open, hold."""

    def act(self, row):
        service = STEPS.get(self.kwargs["step"])
        if service is None:
            raise Http404
        service(row, by=self.request.user)


class ActivityCancel(OfActivity, FormView):
    title = "取消活动"
    form_class = WhyForm
    submit_label = "取消活动"
    success_message = "已取消。"

    def save(self, form):
        return services.cancel_activity(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)


class ActivitySum(OfActivity, ScopedUpdateView):
    title = "写总结"
    form_class = SumUpForm

    def get_form_kwargs(self):
        names = ("summary", "news", "spent_fen", "liked", "fair", "disliked")
        return {"instance": self.get_row(), "initial": {name: getattr(self.get_row(), name) for name in names}}

    def save(self, form):
        data = form.cleaned_data
        slips = tuple(data[name] for name in ("liked", "fair", "disliked"))
        return services.sum_up(
            self.get_row(), summary=data["summary"], news=data["news"], spent_fen=data["spent_fen"], slips=slips,
            base_version=data["version"], by=self.request.user,
        )  # fmt: skip


class ActivityPrint(OfActivity, StaffView):
    """The sheet of one activity: what, when, how many, what came of it, photos that may be shown. No name of who came."""

    permission = VIEW
    title = "活动记录"
    template_name = "groups/activity_print.html"

    def get(self, request, *args, **kwargs):
        activity = self.get_row()
        return self.render(
            object=activity, counts=counts_of(activity, request.user), rated=satisfaction(activity),
            photos=photos_of(activity, request.user, published=True), back_url=activity.get_absolute_url(),
        )  # fmt: skip


class Rehearse(StepView):
    """The next rehearsal of a group with one press."""

    permission = "groups.change_group"
    model = Group
    success_message = "下一次排练已经排好，队员都在名单上。"

    def act(self, row):
        services.rehearse(row, by=self.request.user)


# --- the names ----------------------------------------------------------------------------------------------------------
class Names(OfActivity, StaffView):
    """点名: one tap a name."""

    permission = ATTEND
    title = "点名"
    template_name = "groups/activity_door.html"

    def get(self, request, *args, **kwargs):
        activity = self.get_row()
        return self.render(
            object=activity, rows=[(one, ENTRY_TONES[one.state]) for one in names_of(activity, request.user)],
            counts=counts_of(activity, request.user), takes=activity.state in TICKED,
            is_time=timezone.localdate(activity.starts_at) <= timezone.localdate(), may_sign=activity.state == ActivityState.OPEN,
        )  # fmt: skip


class EntryCreate(OfActivity, FormView):
    permission = ATTEND
    title = "代报名"
    form_class = EntryForm
    submit_label = "报名"
    success_message = ""

    def save(self, form):
        resident = form.cleaned_data["resident"]
        entry, new = names.sign_up(self.get_row(), resident, by=self.request.user)
        told = "名额满了，排在候补。" if entry.state == EntryState.WAITING else "已报名。" if new else "已经在名单上。"
        messages.success(self.request, f"{resident.name}{told}")
        return reverse("groups:activity_door", args=[self.get_row().pk])


class EntryMark(StepView):
    """tick, untick, cancel."""

    permission = ATTEND
    model = Entry

    def get_rows(self):
        return super().get_rows().select_related("activity__area", "resident")

    def act(self, row):
        if self.kwargs["step"] not in MARKS:
            raise Http404
        names.mark(row, self.kwargs["step"], by=self.request.user)
        self.success_message = f"{row.resident.name}：{row.get_state_display()}。"


# --- photos -------------------------------------------------------------------------------------------------------------
class PhotoAdd(OfActivity, FormView):
    title = "加照片"
    form_class = PhotoForm

    def save(self, form):
        for image in form.cleaned_data["pictures"]:
            data = {name: form.cleaned_data[name] for name in form.Meta.fields}
            services.add_photo(ActivityPhoto(activity=self.get_row(), **data), image, by=self.request.user)
        return self.get_back_url()


class OfPhoto:
    permission = CHANGE
    model = ActivityPhoto

    def get_rows(self):
        return super().get_rows().select_related("activity__area")

    def get_crumbs(self):
        return [crumb(), (self.get_row().activity.title, self.get_row().get_absolute_url())]


class PhotoAgree(OfPhoto, ScopedUpdateView):
    title = "登记肖像同意"
    form_class = AgreeForm

    def save(self, form):
        data = form.cleaned_data
        given = {name: data[name] for name in form.Meta.fields}
        row = get_object_or_404(self.get_rows(), pk=self.get_row().pk)
        people = list(data.get("people") or [])
        return services.agree_photo(row, **given, people=people, base_version=data["version"], by=self.request.user)


class PhotoPublish(OfPhoto, StepView):
    service = services.publish_photo
