"""Messages going out by hand: to one, to many with a count first, how far a batch has come, taking it back."""

from django.contrib import messages
from django.db.models import Count
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from fedhub.core.views import FormView, ScopedDetailView, ScopedListView, StepView, chosen_rows
from fedhub.notices.enums import State
from fedhub.notices.flow import VIEW
from fedhub.notices.models import Message, MessageBatch
from fedhub.notices.services import outbox
from fedhub.notices.services.sending import has_ways
from fedhub.reference.lookup import rule
from households.forms.message import MessageForm, MessageManyForm
from households.forms.resident import ResidentFilterForm
from households.models import Resident
from households.services.messages import may_undo, plan_batch, send_batch, undo_batch
from households.views.message import MANY, SHOWN, crumb
from households.views.resident import OfResident
from households.views.resident import crumb as resident_crumb

ADD = "notices.add_message"


class MessageCreate(OfResident, FormView):
    permission = ADD
    title = "发消息"
    form_class = MessageForm
    submit_label = "发"
    success_message = "已排队。发以前会再看一次能不能联系，不能发的列在“消息”里由人来办。"

    def get_rows(self):
        return super().get_rows().active().select_related("area", "safe_contact", "notice_choice")

    def save(self, form):
        return outbox.notify(self.get_row(), form.cleaned_data["template"], form.values(), by=self.request.user)


class MessageMany(FormView):
    """All that the filters of the list of residents leave: first how many, then what."""

    permission = MANY
    model = Resident
    title = "群发消息"
    form_class = MessageManyForm
    template_name = "households/message_many.html"
    submit_label = "发给这些人"

    def get_chosen(self):
        if not hasattr(self, "chosen"):
            rows = self.get_rows().select_related("area__parent", "safe_contact", "notice_choice")
            rows = chosen_rows(self.request, rows, ResidentFilterForm)
            self.chosen = list(rows.order_by("name_sort", "pk")[: rule("notice_batch_most") + 1])
            if not self.chosen:
                raise Http404
        return self.chosen

    def get_people(self):
        return self.get_chosen()[: rule("notice_batch_most")]

    def get_form_kwargs(self):
        return {"total": len(self.get_people())}

    def get_context_data(self, **kwargs):
        most = rule("notice_batch_most")
        return super().get_context_data(
            plan=plan_batch(self.get_people()), too_many=len(self.get_chosen()) > most, most=most,
            minutes=rule("notice_undo_minutes"), shown=SHOWN,
            no_way=not has_ways(), **kwargs,
        )  # fmt: skip

    def get_crumbs(self):
        return [resident_crumb()]

    def get_back_url(self):
        return reverse("households:resident_list")

    def save(self, form):
        batch = send_batch(self.get_people(), form.cleaned_data["template"], form.values(), by=self.request.user)
        self.success_message = (
            f"已排队 {batch.total} 人，{timezone.localtime(batch.leaves_at):%H:%M} 开始发，这之前可以全部撤回。"
        )
        return batch


class MessageBatchList(ScopedListView):
    permission = MANY
    model = MessageBatch
    title = "群发记录"
    unit = "次"
    sorts = {"new": ("-created_at", "最近的在前")}
    results_template = "households/messagebatch_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("created_by", "area")

    def get_crumbs(self):
        return [crumb()]


class MessageBatchDetail(ScopedDetailView):
    """How far it has come: a number for each state, each opening its list."""

    permission = MANY
    model = MessageBatch
    title = "群发"
    template_name = "households/messagebatch_detail.html"

    def get_rows(self):
        return super().get_rows().select_related("created_by", "area")

    def get_crumbs(self):
        return [crumb(), ("群发记录", reverse("households:messagebatch_list"))]

    def get_context_data(self, **kwargs):
        batch, user = self.get_row(), self.request.user
        rows = Message.objects.visible_to(user, VIEW).filter(batch=batch)
        found = dict(rows.order_by().values_list("state").annotate(Count("pk")))
        counts = [
            (state.label, found[state], f"{reverse('households:message_list')}?state={state.value}&batch={batch.pk}")
            for state in State
            if state in found
        ]
        read = rows.filter(read_at__isnull=False).count()
        return super().get_context_data(
            counts=counts, read=read, label=batch, may_undo=may_undo(batch) and user.has_perm(MANY, batch), **kwargs
        )


class MessageBatchUndo(StepView):
    permission = MANY
    model = MessageBatch

    def act(self, row):
        stopped = undo_batch(row, by=self.request.user)
        self.success_message = f"撤回了 {stopped} 条，没有发出去。"
        if out := row.messages.filter(state=State.SENT).count():
            messages.warning(self.request, f"有 {out} 条已经发出去了，撤不回来。")
