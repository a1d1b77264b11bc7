"""待确认变化: what visitors found, for those who keep the ledger: take it, take it otherwise, register it, or refuse it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import reverse

from fedhub.core.text import mask_phone
from fedhub.core.versions import StaleVersion
from fedhub.core.views import FormView, ScopedListView, StepView, chosen_rows
from fedhub.reference.lookup import labels
from grids.enums import LEDGER_FIELDS, ChangeState, MemberEvent
from grids.forms.change import EVENT_FORMS, ChangeCorrectForm, ChangeFilterForm, ChangeManyForm, ChangeRefuseForm
from grids.models import VisitChange
from grids.services.change import confirm_change, confirm_many, correct_change, do_event, refuse_change
from grids.services.ledger import is_safe, ledger_target
from households.enums import HousingKind

TABLES = {"employment": "employment_status", "health": "health"}
CHIPS = {ChangeState.PROPOSED: "warn", ChangeState.ACCEPTED: "ok", ChangeState.CORRECTED: "ok"}
STALE = "台账刚被别人改过，没有写入。请看一眼现在的内容再决定。"
# So many are taken together at most: each is a change of its own in the ledger.
MOST = 200


def words(field, value):
    """A stored value as a reader knows it; a phone number stays masked in lists."""
    if not value:
        return ""
    if field == "phone":
        return mask_phone(str(value))
    if field in TABLES:
        return labels(TABLES[field]).get(value, value)
    if field == "housing":
        return dict(HousingKind.choices).get(value, value)
    return str(value)


def told_of(change):
    """What the lines of a change show: the row, what was proposed, what was taken instead, the kind of its chip."""
    field = LEDGER_FIELDS.get(change.kind, ("", ""))[1]
    return {
        "change": change,
        "new": words(field, change.value),
        "taken": words(field, change.taken),
        "chip": CHIPS.get(change.state, "quiet"),
    }


class ChangeList(ScopedListView):
    permission = "grids.confirm_visitchange"
    model = VisitChange
    title = "待确认变化"
    filter_class = ChangeFilterForm
    sorts = {"new": ("-id", "最新"), "old": ("id", "等得最久的")}
    results_template = "grids/change_list/_results.html"
    unit = "条"

    def row(self, change):
        target = ledger_target(change)
        now = getattr(target, change.field, "") if target is not None and change.field != "phone" else ""
        return told_of(change) | {
            "id": change.pk,
            "now": words(change.field, now),
            "version": target.version if target is not None else "",
            "waits": change.state == ChangeState.PROPOSED,
            "safe": change.state == ChangeState.PROPOSED and is_safe(change),
            "may_correct": change.kind in LEDGER_FIELDS,
        }


class ChangeAccept(StepView):
    """采纳. Compare-and-set against the ledger as the person deciding saw it."""

    permission = "grids.confirm_visitchange"
    model = VisitChange
    success_message = "已写入台账。"

    def get_rows(self):
        return super().get_rows().for_list()

    def act(self, change):
        try:
            base = forms.IntegerField(required=False).clean(self.request.POST.get("version"))
            confirm_change(change, base_version=base, by=self.request.user)
        except StaleVersion as stale:
            raise ValidationError(STALE) from stale
        if not change.field:
            messages.info(self.request, "这条变化只有文字，请到家庭页手工登记。")

    def get_success_url(self):
        return reverse("grids:change_list")


class OfChange(FormView):
    """Base of the forms about one change that waits."""

    permission = "grids.confirm_visitchange"
    model = VisitChange
    template_name = "grids/change_form.html"

    def get_rows(self):
        return super().get_rows().for_list()

    def get_row(self):
        if not hasattr(self, "found"):
            self.found = super().get_row()
        return self.found

    def get_back_url(self):
        return reverse("grids:change_list")

    def get_crumbs(self):
        return [("待确认变化", reverse("grids:change_list"))]

    def get_context_data(self, **kwargs):
        return super().get_context_data(told=told_of(self.get_row()), **kwargs)


class ChangeRefuse(OfChange):
    form_class = ChangeRefuseForm
    title = "不采纳变化"
    submit_label = "不采纳"
    success_message = "已记下，台账没有改动。"

    def save(self, form):
        refuse_change(self.get_row(), reason=form.cleaned_data["reason"], by=self.request.user)
        return reverse("grids:change_list")


class ChangeCorrect(OfChange):
    """改后写入: what was proposed stays beside what is taken. Compare-and-set as accepting."""

    form_class = ChangeCorrectForm
    title = "改后写入"
    submit_label = "写入台账"
    success_message = "已按改后的内容写入台账，原来提的也留着。"

    def get_row(self):
        change = super().get_row()
        if change.kind not in LEDGER_FIELDS:
            raise Http404
        return change

    def get_form_kwargs(self):
        return {"change": self.get_row(), "version": getattr(ledger_target(self.get_row()), "version", None)}

    def save(self, form):
        data, change = form.cleaned_data, self.get_row()
        who = data.get("resident")
        known = who is None or who.pk == change.resident_id
        try:
            correct_change(
                change, value=data["value"], resident=who, base_version=data.get("version") if known else None,
                by=self.request.user,
            )  # fmt: skip
        except StaleVersion as stale:
            raise ValidationError(STALE) from stale
        return reverse("grids:change_list")


class ChangeEvent(OfChange):
    """去登记: the form of the life event, filled in with what the visitor was told; registering it decides the change."""

    submit_label = "登记"
    success_message = "已登记，这条变化办完了。"

    def get_row(self):
        change = super().get_row()
        if not change.event:
            raise Http404
        target = change.resident or change.visit.household
        if not self.request.user.has_perm(f"households.change_{target._meta.model_name}", target):
            raise Http404
        return change

    def get_title(self):
        return "登记去世" if self.get_row().event == MemberEvent.DIED else "登记搬走"

    @property
    def form_class(self):
        return EVENT_FORMS[self.get_row().event]

    def get_form_kwargs(self):
        change = self.get_row()
        first = {"on": change.happened_on} if change.happened_on else {}
        return {"change": change, "initial": first | {"why": str(change.value)}}

    def save(self, form):
        data = form.cleaned_data
        do_event(
            self.get_row(), on=data["on"], who=data["who"], why=data.get("why", ""),
            keep_registration=data.get("keep_registration", False), by=self.request.user,
        )  # fmt: skip
        return self.get_row().visit.household


class ChangeMany(FormView):
    """The changes ticked (`ids`), or all that the filters leave (`all`): those that are safe to take together, counted."""

    permission = "grids.confirm_visitchange"
    model = VisitChange
    title = "一起写入台账"
    form_class = ChangeManyForm
    template_name = "grids/change_many.html"
    submit_label = "全部写入"

    def get_chosen(self):
        """(safe changes, how many others); 404 when none of those chosen waits in scope."""
        if not hasattr(self, "chosen"):
            rows = chosen_rows(self.request, self.get_rows().waiting(), ChangeFilterForm)
            rows = list(rows.for_list().order_by("pk")[:MOST])
            if not rows:
                raise Http404
            safe = [row for row in rows if is_safe(row)]
            self.chosen = safe, len(rows) - len(safe)
        return self.chosen

    def get_form_kwargs(self):
        return {"total": len(self.get_chosen()[0])}

    def get_context_data(self, **kwargs):
        safe, others = self.get_chosen()
        return super().get_context_data(
            rows=[told_of(row) for row in safe[:20]], total=len(safe), more=max(len(safe) - 20, 0), others=others, most=MOST,
            **kwargs,
        )  # fmt: skip

    def get_back_url(self):
        return reverse("grids:change_list")

    def get_crumbs(self):
        return [("待确认变化", reverse("grids:change_list"))]

    def save(self, form):
        safe, _ = self.get_chosen()
        count = confirm_many(safe, by=self.request.user)
        self.success_message = f"{count} 条写入台账。"
        if count < len(safe):
            self.success_message += f"另外 {len(safe) - count} 条刚被别人处理，或者台账刚改过，没有动。"
        return reverse("grids:change_list")
