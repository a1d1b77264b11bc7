"""The agreement of a case: draft, terms, signing, promises, follow-ups, the court."""

from datetime import date
from decimal import Decimal

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.text import money_in_capitals
from mediation.enums import LOOKED_AFTER, PROMISE_TONES, AgreementForm, AgreementState, CaseState, NextStep
from mediation.family_law import hints
from mediation.flow import confirm_flow
from mediation.forms import agreements as forms
from mediation.models import FollowUp, Promise
from mediation.queries import shown_agreement
from mediation.services import agreements as acts
from mediation.services.followups import answer_followup
from mediation.views.cases import CHANGE, TITLE, VIEW, CaseForm, OfCase
from mediation.views.leads import KeptOut, key_of
from mediation.views.reading import AskedWhy
from safety.views.parts import SealedForm, SealedPage


def page_of(case):
    return reverse("mediation:agreement", args=[case.pk])


def facts_of(form):
    """What the service is told; the carried fields of the form stay behind."""
    return {k: v for k, v in form.cleaned_data.items() if k not in (*form.CARRIED, "seen")}


class AgreementPage(OfCase):
    """The draft of a case, else its agreement in force, else the way to the first one."""

    permission = VIEW
    template_name = "mediation/agreement.html"

    def get_title(self):
        return "协议"

    def get(self, request, *args, **kwargs):
        audit.record_sealed_read(self.get_row(), by=request.user)
        return self.render(object=self.get_row())

    def get_context_data(self, **kwargs):
        case, user = self.get_row(), self.request.user
        agreement, writes = shown_agreement(case), user.has_perm(CHANGE, case)
        said = agreement.said if agreement else {}
        terms = list(agreement.promises.order_by("number")) if agreement else []
        followed = agreement and writes and agreement.state == AgreementState.SIGNED and case.state in LOOKED_AFTER
        drafts = agreement and writes and agreement.state == AgreementState.DRAFT and case.state == CaseState.MEDIATING
        return super().get_context_data(
            agreement=agreement, said=said, signed=signatures(said),
            stamped_on=said.get("stamped_on") and date.fromisoformat(said["stamped_on"]), drafts=drafts, followed=followed,
            terms=[(one, PROMISE_TONES[one.state], money(one.amount)) for one in terms],
            hints=hints(*agreement_texts(agreement, terms)) if drafts else [],
            followups=[(one, next_of(one)) for one in agreement.followups.order_by("due_on")] if agreement else [],
            confirmation=getattr(agreement, "confirmation", None), acts=open_acts(case, agreement) if writes else [],
            earlier=case.agreements.filter(state=AgreementState.REPLACED).order_by("-effective_on"), **kwargs,
        )  # fmt: skip


def signatures(said):
    """`[(name, day)]` of whoever signed, the mediator last."""
    signed = [*said.get("signed", ()), {"name": f"调解员 {said.get('mediator', '')}", "on": said.get("mediator_on")}]
    return [(one["name"], date.fromisoformat(one["on"])) for one in signed if one["on"]]


def money(fen):
    """`(yuan, words in capitals)` of an amount in fen, None where there is none."""
    if fen is None:
        return None
    yuan = Decimal(fen) / 100
    return f"{yuan:,.2f}", money_in_capitals(yuan)


def agreement_texts(agreement, terms):
    said = agreement.said
    return [said.get(name, "") for name in ("facts", "dispute", "ways")] + [one.said.get("what", "") for one in terms]


def next_of(followup):
    """The label of the next step that was told, ''."""
    code = followup.said.get("next")
    return NextStep(code).label if code else ""


# What is done with an agreement: its words and its form.
ACTS = {
    "draft": ("起草协议", forms.DraftForm),
    "term": ("加条款", forms.TermForm),
    "edit": ("改文字", forms.DraftForm),
    "sign": ("签订、登记", None),
    "drop": ("不要这份草稿", forms.OfCase),
    "confirmation": ("申请司法确认", forms.ConfirmationForm),
    "court-accept": ("法院受理", forms.CourtForm),
    "court-confirm": ("裁定有效", forms.CourtForm),
    "court-refuse": ("不予受理、驳回", forms.CourtForm),
}


def open_acts(case, agreement):
    """`[(label, address)]` of what may be done now with the agreement that the page shows."""
    state, kinds = agreement.state if agreement else None, []
    if case.state == CaseState.MEDIATING:
        kinds = ["term", "sign", "edit", "drop"] if state == AgreementState.DRAFT else ["draft"]
    elif state == AgreementState.SIGNED and case.state in LOOKED_AFTER:
        row = getattr(agreement, "confirmation", None)
        if row is not None:
            kinds = [f"court-{step.name}" for step in confirm_flow.open_steps(row)]
        elif agreement.confirm_by >= timezone.localdate():
            kinds = ["confirmation"]
    return [(ACTS[one][0], reverse("mediation:agreement_act", args=[case.pk, one])) for one in kinds]


class AgreementAct(CaseForm):
    """One act of ACTS; the service says whether the agreement allows it."""

    success_message = "已记下。"

    def check_row(self):
        if self.kwargs["kind"] not in ACTS:
            raise Http404
        super().check_row()
        if self.kwargs["kind"] != "draft" and self.agreement is None:
            raise Http404

    @property
    def agreement(self):
        """The one that the page of the case shows, read once a request."""
        if not hasattr(self, "_agreement"):
            self._agreement = shown_agreement(self.get_row())
        return self._agreement

    def get_title(self):
        return ACTS[self.kwargs["kind"]][0]

    def get_back_url(self):
        return page_of(self.get_row())

    def get_form(self, data=None, files=None):
        kind, case = self.kwargs["kind"], self.get_row()
        form, more = ACTS[kind][1], {}
        if kind == "sign":
            form = forms.OralForm if self.agreement.form == AgreementForm.ORAL else forms.WrittenForm
        if kind == "edit":
            more["initial"] = {**self.agreement.said, "form": self.agreement.form}
        if kind in ("edit", "sign"):
            more["version"] = self.agreement.version
        return form(data, files, user=self.request.user, case=case, **more)

    def save(self, form):
        write(self.kwargs["kind"], self.get_row(), self.agreement, form, self.request.user)
        return page_of(self.get_row())


def write(kind, case, agreement, form, by):
    """Hand an act to its service."""
    key, facts = key_of(form), facts_of(form)
    match kind:
        case "draft":
            acts.draft_agreement(case, **facts, by=by, key=key)
        case "edit":
            acts.change_draft(agreement, **facts, base_version=form.cleaned_data["version"], by=by)
        case "drop":
            acts.drop_draft(agreement, by=by)
        case "term":
            acts.add_term(agreement, **facts, by=by, key=key)
        case "sign":
            acts.sign_agreement(agreement, **form.facts(), base_version=form.cleaned_data["version"], by=by, key=key)
        case "confirmation":
            acts.ask_confirmation(agreement, **facts, by=by, key=key)
        case _:
            acts.court_answers(agreement, step=kind.removeprefix("court-"), **facts, by=by, key=key)


class OfAgreement(SealedForm, KeptOut, SealedPage, AskedWhy):
    """A form about one row of an agreement."""

    permission = CHANGE
    template_name = "safety/entry_form.html"
    success_message = "已记下。"
    form_class = forms.OfCase

    def get_rows(self):
        return super().get_rows().select_related("agreement__case__area")

    def get_page_title(self):
        return TITLE

    @property
    def case(self):
        return self.get_row().agreement.case

    def get_matter(self):
        return self.case

    def get_case(self):
        return self.case

    def show(self, form, status=200):
        return super().show(form, status) if self.may_read else self.ask_why()

    def proof_gone(self):
        return super().proof_gone() if self.may_read else self.ask_why()

    def get_crumbs(self):
        return [
            (TITLE, reverse("mediation:case_list")), ("这个案件", self.case.get_absolute_url()), ("协议", page_of(self.case)),
        ]  # fmt: skip

    def get_form(self, data=None, files=None):
        return self.form_class(data, files, user=self.request.user, case=self.case)

    def get_back_url(self):
        return page_of(self.case)


class TermDrop(OfAgreement):
    model = Promise
    title = "删去这一条"
    submit_label = "删去"
    success_message = "已删去。"

    def save(self, form):
        acts.drop_term(self.get_row(), by=self.request.user)
        return page_of(self.case)


class PromiseAnswer(OfAgreement):
    model = Promise
    title = "记履行情况"
    form_class = forms.PromiseForm

    def save(self, form):
        acts.answer_promise(self.get_row(), **facts_of(form), by=self.request.user, key=key_of(form))
        return page_of(self.case)


class FollowUpAnswer(OfAgreement):
    model = FollowUp
    title = "记回访"
    form_class = forms.FollowUpForm

    def save(self, form):
        answer_followup(self.get_row(), **facts_of(form), by=self.request.user, key=key_of(form))
        self.stays_in(self.case)
        return page_of(self.case)
