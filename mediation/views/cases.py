"""Cases: registered by whoever mediates, read by whoever was given one and by whoever gives them out."""

from django.http import Http404
from django.urls import reverse

from fedhub.core import audit
from fedhub.core.paging import keyset_page
from fedhub.core.views import FormView, ScopedListView
from mediation.enums import CASE_TONES, RUNNING, TO_REOPEN, CaseState, SessionResult, Side
from mediation.flow import case_flow
from mediation.forms import cases as forms
from mediation.forms import ending, filing
from mediation.kinds import kind_label
from mediation.models import Case
from mediation.queries import (
    entries_of,
    may_avert,
    opinions_of,
    people_to_leave,
    people_to_mediate,
    shares_of,
    team_of,
    to_ask,
)
from mediation.services import cases as acts
from mediation.services import closing
from mediation.services.averting import note_averted
from mediation.services.filing import inquire
from mediation.services.reading import readings_of
from mediation.views.leads import KeptOut, key_of
from mediation.views.lines import CASE_VALUES, case_lines
from mediation.views.reading import AskedWhy
from safety.views.parts import SealedForm, SealedPage

VIEW, CHANGE, ALL = "mediation.view_case", "mediation.change_case", "mediation.assign_case"
PRINT = "mediation.print_case"
TITLE = "调解案件"


class CaseList(SealedPage, ScopedListView):
    permission = VIEW
    model = Case
    title = TITLE
    filter_class = forms.CaseFilterForm
    sorts = {"applied": ("-applied_on", "最近的在前"), "oldest": ("applied_on", "最早的在前")}
    template_name = "mediation/case_list.html"
    results_template = "mediation/case_list/_results.html"
    keeps_filters = False

    def read(self, rows):
        return rows.values(*CASE_VALUES)

    def get_page(self, rows, **asked):
        # An index of states is no order by days: what a page shows is found first and joined then.
        return keyset_page(rows, sort=self.get_order(), sought=True, **asked)

    def page_rows(self, items):
        return case_lines(items)

    def get_context_data(self, **kwargs):
        return super().get_context_data(count_words=self.filter_form.count_words, **kwargs)

    def get_create_url(self):
        return reverse("mediation:case_create") if self.request.user.has_perm("mediation.add_case") else ""


class CaseCreate(SealedForm, SealedPage, FormView):
    """Whatever was written, the answer is the same and leads to the same page."""

    permission = "mediation.add_case"
    form_class = forms.CaseForm
    title = "登记调解申请"
    template_name = "safety/report_form.html"
    submit_label = "登记"
    success_message = "已登记。"

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return reverse("mediation:case_list")

    def save(self, form):
        data = form.cleaned_data
        acts.register_case(
            area=data["area"], kind=data["kind"], origin=data["origin"], body=form.body(), violence=data["violence"],
            applied_on=data["applied_on"], by=self.request.user, officer=self.own(data["area"]), key=key_of(form),
        )  # fmt: skip
        return reverse("mediation:case_create")

    def own(self, area):
        """Who registers it mediates it, unless she gives cases out."""
        user = self.request.user
        return None if user.has_perm(ALL, area) else user


class OfCase(KeptOut, SealedPage, AskedWhy):
    permission = CHANGE
    model = Case
    title = TITLE

    def get_rows(self):
        return super().get_rows().select_related("area", "officer", "recorded_by")

    def get_crumbs(self):
        return [(TITLE, reverse("mediation:case_list")), ("这个案件", self.get_row().get_absolute_url())]


class CaseDetail(OfCase):
    permission = VIEW
    template_name = "mediation/case_detail.html"

    def get_title(self):
        return "这个案件"

    def get_crumbs(self):
        return [(TITLE, reverse("mediation:case_list"))]

    def get(self, request, *args, **kwargs):
        audit.record_sealed_read(self.get_row(), by=request.user)
        return self.render(object=self.get_row())

    def get_context_data(self, **kwargs):
        case, user = self.get_row(), self.request.user
        gives = case.is_open() and user.has_perm(ALL, case)
        shares = shares_of(case) if user.has_perm(ALL, case) else []
        goes = people_to_leave(case, user).exists()
        return super().get_context_data(
            body={} if case.is_broken() else case.body, broken=case.is_broken(), tone=CASE_TONES[case.state],
            kind=kind_label(case.kind), acts=open_acts(case, user),
            sides=[(Side(one["side"]).label, one, self.person_url(place)) for place, one in enumerate(case.parties)],
            materials=case.materials.order_by("number").prefetch_related("pictures"),
            readings=readings_of(case) if case.is_put_away() and user.has_perm(ALL, case) else [],
            slip_url=self.own_url("case_slip", CHANGE) if case.state in TO_REOPEN else "",
            material_url=self.own_url("material_create", CHANGE, opens=True),
            entries=[(e, shown(e.body)) for e in entries_of(case)],
            assign_url=reverse("mediation:case_assign", args=[case.pk]) if gives else "", team=team_of(case),
            join_url=reverse("mediation:case_join", args=[case.pk]) if gives and case.officer_id else "",
            shares=shares,
            papers_url=reverse("mediation:case_papers", args=[case.pk]) if user.has_perm(PRINT, case) else "",
            shut_url=reverse("mediation:case_shut", args=[case.pk]) if any(live for *_, live in shares) else "",
            lend_url=reverse("mediation:case_lend", args=[case.pk]) if gives else "",
            leave_url=reverse("mediation:case_leave", args=[case.pk]) if goes else "",
            agreements=list(case.agreements.order_by("-effective_on")), opinions=opinions_of(case), **kwargs,
        )  # fmt: skip

    def own_url(self, name, permission, *more, opens=False):
        """Address of a page of this case, '' for whoever has no `permission`; with `opens` only while the case is open."""
        case, user = self.get_row(), self.request.user
        if not user.has_perm(permission, case) or (opens and not case.is_open()):
            return ""
        return reverse(f"mediation:{name}", args=[case.pk, *more])

    def person_url(self, place):
        return self.own_url("person", CHANGE, place, opens=True)


def shown(body):
    """What an entry says, with the words of its result."""
    if not isinstance(body, dict):
        return {"words": str(body)}
    return {**body, "result": SessionResult(body["result"]).label} if body.get("result") else body


# What is done in a case: its words, its form, its service.
ACTS = {
    "accept": ("受理", forms.AcceptForm, acts.accept_case),
    "tell": ("告知权利义务", forms.TellForm, acts.tell_rights),
    "begin": ("开始调解", forms.WordsForm, acts.begin_case),
    "session": ("记一次调解", forms.SessionForm, acts.mediate),
    "inquiry": ("记一次调查", filing.InquiryForm, inquire),
    "party": ("加当事人", forms.PartyForm, acts.add_party),
    "refuse": ("不予受理", forms.RefuseForm, acts.refuse_case),
    "fail": ("调解不成", forms.WordsForm, acts.fail_case),
    "withdraw": ("当事人撤回", forms.WordsForm, acts.withdraw_case),
    "refer": ("转有关部门", forms.ReferForm, acts.refer_case),
    "extend": ("延长期限", forms.ExtendForm, acts.extend_case),
    "pause": ("暂停期限", forms.ReasonForm, acts.pause_case),
    "resume": ("恢复办理", forms.ReasonForm, acts.resume_case),
    "stop": ("依法终止", ending.StopForm, closing.stop_case),
    "opinion": ("问满意度", ending.OpinionForm, closing.note_opinion),
    "averted": ("记防止激化", ending.AvertedForm, note_averted),
    "close": ("结案", ending.CloseForm, closing.close_case),
    "reopen": ("重新办理", ending.ReopenForm, closing.reopen_case),
}


def open_acts(case, user):
    """`[(label, address)]` of what `user` may do in `case` now."""
    if not user.has_perm(CHANGE, case):
        return []
    kinds = {step.name for step in case_flow.open_steps(case, user)}
    if case.state == CaseState.REGISTERED:
        kinds.add("party")
    if case.state == CaseState.MEDIATING:
        kinds.add("session")
    if may_avert(case):
        kinds.add("averted")
    if case.state in TO_REOPEN and to_ask(case):
        kinds.add("opinion")
    if case.state in RUNNING:
        kinds.add("inquiry")
        kinds |= {"resume"} if case.waiting_since else {"extend", "pause"}
    found = [(ACTS[one][0], reverse("mediation:case_act", args=[case.pk, one])) for one in ACTS if one in kinds]
    write = [("写协议", reverse("mediation:agreement", args=[case.pk]))] if case.state == CaseState.MEDIATING else []
    return [*found[:1], *write, *found[1:]]


class CaseForm(SealedForm, OfCase):
    template_name = "safety/entry_form.html"

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def show(self, form, status=200):
        return super().show(form, status) if self.may_read else self.ask_why()

    def proof_gone(self):
        return super().proof_gone() if self.may_read else self.ask_why()


class CaseAct(CaseForm):
    """One act of ACTS; the service says whether the case allows it."""

    success_message = "已记下。"

    def check_row(self):
        if self.kwargs["kind"] not in ACTS:
            raise Http404
        super().check_row()

    def get_title(self):
        return ACTS[self.kwargs["kind"]][0]

    def get_form(self, data=None, files=None):
        return ACTS[self.kwargs["kind"]][1](data, files, user=self.request.user, case=self.get_row())

    def save(self, form):
        facts = {k: v for k, v in form.cleaned_data.items() if k != "once_key"}
        if self.kwargs["kind"] == "party":
            facts = {"party": form.party()}
        ACTS[self.kwargs["kind"]][2](self.get_row(), **facts, by=self.request.user, key=key_of(form))
        self.stays_in(self.get_row())
        return self.get_row().get_absolute_url()


class CaseAssign(CaseForm):
    permission = ALL
    success_message = "已指定。"

    def get_title(self):
        return "指定调解员"

    def get_form(self, data=None, files=None):
        case = self.get_row()
        return forms.AssignForm(data, files, user=self.request.user, case=case, people=people_to_mediate(case))

    def save(self, form):
        data = form.cleaned_data
        acts.assign_case(self.get_row(), data["person"], was=data["was"], by=self.request.user)
        return self.get_row().get_absolute_url()
