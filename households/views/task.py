"""走访任务: the list, planning one by hand, cancelling, and what is done to many at once."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from fedhub.core.views import FormView, ScopedListView, StepView, chosen_rows
from households.enums import TaskState
from households.forms.task import (
    ALL,
    LATE,
    AssignTaskForm,
    AssignTasksForm,
    CancelTaskForm,
    CancelTasksForm,
    PlanTaskForm,
    TaskFilterForm,
)
from households.models import TaskBatch, VisitTask
from households.services.plan import cancel_task, plan_by_hand, restore_task
from households.services.taskbatches import assign_task, assign_tasks, cancel_tasks, undo_batch
from households.views.household import OfHousehold

MOST, SHOWN = 2000, 20
CHANGE = "households.change_visittask"


def crumb():
    return ("走访任务", reverse("households:task_list"))


class TaskList(ScopedListView):
    permission = "households.view_visittask"
    model = VisitTask
    title = "走访任务"
    filter_class = TaskFilterForm
    unit = "项"
    sorts = {
        "due": ("due_on", "最该走访的在前"),
        "weight": ("-weight", "最要紧的在前"),
        "new": ("-created_at", "最近安排的在前"),
    }
    template_name = "households/task_list.html"
    results_template = "households/task_list/_results.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            may_change=self.request.user.has_perm(CHANGE), today=timezone.localdate(), segments=self.get_segments(),
            **kwargs,
        )  # fmt: skip

    def get_export_url(self):
        may = self.request.user.has_perm("households.export_resident")
        return reverse("ledgers:ledger_export", args=["visittasks"]) if may else ""

    def get_segments(self):
        """The states with how many there are of each, under the other filters; one query."""
        if self.request.htmx and not self.request.htmx.boosted:
            return ()
        today, state = timezone.localdate(), self.request.GET.get("state", "")
        is_open = Q(state=TaskState.OPEN)
        counts = self.get_rows().order_by().aggregate(
            open=Count("pk", filter=is_open), late=Count("pk", filter=is_open & Q(latest_on__lt=today)),
            mine=Count("pk", filter=is_open & Q(assigned_to=self.request.user)),
        )  # fmt: skip
        words = [
            ("待走访", {}, counts["open"]), ("超期的", {"state": LATE}, counts["late"]),
            ("我的", {"person": "me"}, counts["mine"]), ("全部", {"state": ALL}, None),
        ]  # fmt: skip
        mine = self.request.GET.get("person") == "me"
        return [
            {
                "label": label, "url": f"?{urlencode(query)}" if query else self.request.path, "count": count,
                "current": query.get("state", "") == state and (query.get("person") == "me") == mine,
            }
            for label, query, count in words
        ]  # fmt: skip


class PlanTask(OfHousehold, FormView):
    """安排走访 of one household."""

    permission = "households.add_visittask"
    title = "安排走访"
    form_class = PlanTaskForm
    submit_label = "安排"
    success_message = "已安排。"

    def get_rows(self):
        return super().get_rows().active().select_related("area")

    def get_form_kwargs(self):
        return {"household": self.get_row()}

    def get_back_url(self):
        return f"{self.get_row().get_absolute_url()}?tab=tasks"

    def save(self, form):
        data = form.cleaned_data
        names = ("event", "on", "why", "due_on", "assigned_to", "note")
        plan_by_hand(self.get_row(), **{name: data[name] for name in names}, by=self.request.user)
        return self.get_back_url()


class OfTask:
    """An act on one visit task."""

    permission = CHANGE
    model = VisitTask

    def get_rows(self):
        return super().get_rows().select_related("household__area", "campaign")

    def get_crumbs(self):
        home = self.get_row().household
        return [crumb(), (str(home), home.get_absolute_url())]

    def get_back_url(self):
        return f"{self.get_row().household.get_absolute_url()}?tab=tasks"

    get_success_url = get_back_url


class TaskCancel(OfTask, FormView):
    title = "取消走访任务"
    form_class = CancelTaskForm
    submit_label = "取消这项任务"
    success_message = "已取消，可以恢复。"

    def save(self, form):
        data = form.cleaned_data
        cancel_task(self.get_row(), on=data["on"], why=data["why"], by=self.request.user)
        return self.get_back_url()


class TaskAssign(OfTask, FormView):
    title = "改由谁去"
    form_class = AssignTaskForm

    def get_form_kwargs(self):
        return {"task": self.get_row(), "initial": {"person": self.get_row().assigned_to_id}}

    def save(self, form):
        assign_task(self.get_row(), form.cleaned_data["person"], by=self.request.user)
        return self.get_back_url()


class TaskRestore(OfTask, StepView):
    service = restore_task
    success_message = "已恢复，重新列入待走访。"


class ManyTasks(FormView):
    """Base: the tasks ticked on the list (`ids`), or all that its filters leave (`all`), up to MOST; those not open any
    more are counted apart and stay."""

    permission = CHANGE
    model = VisitTask
    template_name = "households/task_many.html"

    def get_keys(self):
        """Keys of the open ones, the most urgent first, MOST + 1 at most."""
        if not hasattr(self, "keys"):
            rows = chosen_rows(self.request, self.get_rows(), TaskFilterForm)
            self.keys = list(rows.open().order_by("due_on", "pk").values_list("pk", flat=True)[: MOST + 1])
            self.left_out = rows.exclude(state=TaskState.OPEN).count()
            if not self.keys and not self.left_out:
                raise Http404
        return self.keys

    def get_chosen(self):
        return self.get_rows().open().filter(pk__in=self.get_keys()[:MOST]).order_by("due_on", "pk")

    def get_total(self):
        return len(self.get_keys()[:MOST])

    def get_form_kwargs(self):
        areas = self.get_chosen().order_by().values_list("household__area_id", flat=True).distinct()
        return {"total": self.get_total(), "codes": [self.request.user.places[pk].code for pk in areas]}

    def get_context_data(self, **kwargs):
        total = self.get_total()
        return super().get_context_data(
            chosen=self.get_chosen().for_list()[:SHOWN], total=total, more=max(total - SHOWN, 0), left_out=self.left_out,
            too_many=len(self.get_keys()) > MOST, most=MOST, act=self.submit_label, **kwargs,
        )  # fmt: skip

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("households:task_list")


class TasksAssign(ManyTasks):
    title = "批量分派走访任务"
    form_class = AssignTasksForm
    submit_label = "分派"

    def save(self, form):
        data = form.cleaned_data
        batch = assign_tasks(self.get_chosen(), person=data["person"], reason=data["reason"], by=self.request.user)
        self.success_message = f"已把 {batch.total} 项分给{batch.person}，可以撤销。"
        return reverse("households:taskbatch_list")


class TasksCancel(ManyTasks):
    title = "批量取消走访任务"
    form_class = CancelTasksForm
    submit_label = "取消这些任务"

    def save(self, form):
        batch = cancel_tasks(self.get_chosen(), why=form.cleaned_data["why"], by=self.request.user)
        self.success_message = f"已取消 {batch.total} 项，可以撤销。"
        return reverse("households:taskbatch_list")


class TaskBatchList(ScopedListView):
    permission = CHANGE
    model = TaskBatch
    title = "批量处理记录"
    sorts = {"new": ("-created_at", "最近的在前")}
    unit = "次"
    results_template = "households/taskbatch_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("person", "created_by").defer("undo")

    def get_crumbs(self):
        return [crumb()]


class TaskBatchUndo(StepView):
    permission = CHANGE
    model = TaskBatch
    success_message = "已撤销这次批量处理。"

    def act(self, row):
        result = undo_batch(row, by=self.request.user)
        if result.refused:
            names = "、".join(str(home) for home in result.refused[:10])
            more = f"等 {len(result.refused)} 户" if len(result.refused) > 10 else ""
            messages.warning(self.request, f"这些家庭的任务之后又有变动，没有动，请逐户看：{names}{more}。")
        if result.away:
            messages.warning(self.request, f"有 {result.away} 项的家庭已经不归您管，没有动。")

    def get_success_url(self):
        return reverse("households:taskbatch_list")
