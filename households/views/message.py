"""Messages to residents, the staff's side: what waits for a human, what failed, what went out; to one, to many, on paper."""

from django.db.models import Count
from django.http import Http404
from django.urls import reverse

from fedhub.core import audit
from fedhub.core.views import FormView, ScopedDetailView, ScopedListView, StaffPage, StepView, chosen_rows
from fedhub.notices.enums import ByHand, State
from fedhub.notices.flow import CHANGE, VIEW
from fedhub.notices.models import Message
from fedhub.notices.services import outbox
from households.contact import hours_label, may_contact
from households.enums import ContactChannel
from households.forms.message import OPEN, MessageFilterForm, ToldForm
from households.queries import addresses_of
from households.services.messages import tell_many

MANY = "notices.add_messagebatch"
TONES = {
    State.WAITING: "", State.SENDING: "", State.SENT: "ok", State.TOLD: "ok", State.FAILED: "bad", State.HUMAN: "warn",
    State.STOPPED: "quiet",
}  # fmt: skip
SHOWN, PRINTED = 20, 300
# The ways in which a person may tell her, in the order in which they are tried.
BY_PERSON = (ContactChannel.PHONE, ContactChannel.HOME, ContactChannel.LETTER)


def crumb():
    return "消息", reverse("households:message_list")


# --- what went out, what did not ------------------------------------------------------------------------------------
class MessageList(ScopedListView):
    permission = VIEW
    model = Message
    title = "消息"
    unit = "条"
    filter_class = MessageFilterForm
    sorts = {"new": ("-made_at", "最近的在前"), "old": ("made_at", "最早的在前")}
    template_name = "households/message_list.html"
    results_template = "households/message_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("person__area").defer("text")

    def row(self, item):
        return item, TONES[item.state], item.state in OPEN

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            may_change=self.request.user.has_perm(CHANGE),
            may_many=self.request.user.has_perm(MANY),
            segments=self.get_segments(),
            **kwargs,
        )

    def get_segments(self):
        """The states with how many there are; one query."""
        if self.request.htmx and not self.request.htmx.boosted:
            return ()
        found = dict(self.get_rows().order_by().values_list("state").annotate(Count("pk")))
        asked = self.request.GET.get("state", "")
        open_ones = sum(found.get(state, 0) for state in OPEN)
        waiting = found.get(State.WAITING, 0)
        words = [("要处理的", "", open_ones), ("待发", State.WAITING.value, waiting), ("已发", State.SENT.value, None),
                 ("全部", "all", None)]  # fmt: skip
        return [
            {
                "label": label,
                "url": f"?state={key}" if key else self.request.path,
                "count": count,
                "current": asked == key,
            }
            for label, key, count in words
        ]


class MessageDetail(ScopedDetailView):
    permission = VIEW
    model = Message
    title = "消息"
    template_name = "households/message_detail.html"

    def get_rows(self):
        return super().get_rows().select_related(
            "person__area", "person__safe_contact", "person__notice_choice", "made_by", "told_by", "batch"
        )  # fmt: skip

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        message = self.get_row()
        may = self.request.user.has_perm(CHANGE, message.person)
        return super().get_context_data(
            chips=[(TONES[message.state], message.get_state_display())], attempts=message.attempts.all(),
            ways=ways_to_tell(message.person) if message.state in OPEN else [], may_resend=may and message.state in OPEN,
            may_stop=may and message.state in (*OPEN, State.WAITING), **kwargs,
        )  # fmt: skip


def ways_to_tell(person):
    """`[(label, may be used now, note)]` of how a person may tell her."""
    found = []
    for channel in BY_PERSON:
        verdict = may_contact(person, channel)
        found.append((channel.label, verdict.ok, verdict.why))
    return found


class MessageStep(StepView):
    permission = CHANGE
    model = Message

    def get_rows(self):
        return super().get_rows().select_related("person__area", "person__safe_contact")


class MessageResend(MessageStep):
    success_message = "已排队再发，发以前会再看一次能不能联系。"

    def act(self, row):
        if outbox.resend(row, by=self.request.user).state == State.STOPPED:
            self.success_message = f"不能再发：{row.why}已停发。"


class MessageStop(MessageStep):
    success_message = "已停发。"

    def act(self, row):
        outbox.stop(row, by=self.request.user)


class MessagesTold(FormView):
    """The ticked lines for a human (`ids`), or all that the filters leave: somebody told them herself."""

    permission = CHANGE
    model = Message
    form_class = ToldForm
    title = "记为已告知"
    template_name = "households/message_told.html"
    submit_label = "记为已告知"

    def get_chosen(self):
        if not hasattr(self, "chosen"):
            rows = self.get_rows().filter(state__in=OPEN).select_related("person__area")
            self.chosen = list(
                chosen_rows(self.request, rows, MessageFilterForm).order_by("-made_at", "-pk")[:PRINTED]
            )
            if not self.chosen:
                raise Http404
        return self.chosen

    def get_form_kwargs(self):
        return {"total": len(self.get_chosen()), "initial": {"how": ByHand.FACE}}

    def get_context_data(self, **kwargs):
        chosen = self.get_chosen()
        return super().get_context_data(
            chosen=chosen[:SHOWN], total=len(chosen), more=max(len(chosen) - SHOWN, 0), **kwargs
        )

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("households:message_list")

    def save(self, form):
        told = tell_many(self.get_chosen(), how=form.cleaned_data["how"], by=self.request.user)
        self.success_message = f"已记 {told} 条。"
        return self.get_back_url()


class MessagePrint(StaffPage):
    """Those who can only be told by a person, on paper: no word of what it is about. Printing is noted once an hour."""

    permission = VIEW
    model = Message
    title = "当面告知名单"
    template_name = "households/message_print.html"

    def get_context_data(self, **kwargs):
        rows = list(
            self.get_rows().filter(state__in=OPEN)
            .select_related("person__area", "person__safe_contact", "person__notice_choice")
            .prefetch_related("person__consents").order_by("person__area__code", "person__name_sort", "pk")[:PRINTED]
        )  # fmt: skip
        audit.record_read(self.request.user, by=self.request.user, action="notices.message.print", number=len(rows))
        homes = addresses_of([row.person_id for row in rows])
        grids, people = {}, {}
        for row in rows:
            people.setdefault(row.person_id, []).append(row)
        for kept in people.values():
            person = kept[0].person
            line = person, homes.get(person.pk, ""), open_ways(person), len(kept)
            grids.setdefault(person.area.name, []).append(line)
        return super().get_context_data(
            grids=list(grids.items()), back_url=reverse("households:message_list"), **kwargs
        )


def open_ways(person):
    """How she may be told, in words for paper: whoever reads it later asks by the hour, so the hours stand with it."""
    safe = getattr(person, "safe_contact", None)
    allowed = [channel.label for channel in BY_PERSON if safe is None or channel in safe.channels]
    hours = hours_label(safe) if safe is not None else "不限"
    return "、".join([*allowed, "来时当面"]) + ("" if hours == "不限" else f"（{hours}）")
