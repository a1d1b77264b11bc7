"""Leads: recorded by anybody of the staff, read by whoever was given one and by whoever gives them out.

Texts of mediation are sealed: pages open after a second factor of the last minutes, readings and acts go to the sealed trail.
"""

from datetime import date

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from fedhub.core import audit, once
from fedhub.core.fields import Unreadable
from fedhub.core.paging import keyset_page
from fedhub.core.views import FormView, ScopedListView
from fedhub.reference.lookup import label, labels
from mediation.conflicts import must_step_back
from mediation.enums import OPEN, STATE_TONES, TONES, Count, LeadState
from mediation.flow import lead_flow
from mediation.forms import leads as forms
from mediation.forms.cases import FromLeadForm
from mediation.kinds import kind_label, kind_labels
from mediation.models import Lead
from mediation.queries import entries_of, ledger_rows, numbers, people_to_give
from mediation.services import leads as acts
from mediation.services.cases import lead_to_case
from mediation.views.lines import LEAD_VALUES, lead_lines
from safety.views.parts import SealedForm, SealedPage

VIEW, CHANGE, ALL = "mediation.view_lead", "mediation.change_lead", "mediation.assign_lead"
TITLE = "纠纷线索"
# The first day of the numbers unless another is asked for (the micro-home was opened in that year).
SINCE = date(2021, 1, 1)
MOST_PRINTED = 500


def crumb():
    return (TITLE, reverse("mediation:lead_list"))


def key_of(form):
    return once.parse_key(form.cleaned_data.get("once_key"))


class LeadList(SealedPage, ScopedListView):
    permission = VIEW
    model = Lead
    title = TITLE
    filter_class = forms.LeadFilterForm
    sorts = {"found": ("-found_on", "最近的在前"), "oldest": ("found_on", "最早的在前")}
    template_name = "mediation/lead_list.html"
    results_template = "mediation/lead_list/_results.html"
    keeps_filters = False

    def read(self, rows):
        return rows.values(*LEAD_VALUES)

    def get_page(self, rows, **asked):
        # An index of states is no order by days: what a page shows is found first and joined then.
        return keyset_page(rows, sort=self.get_order(), sought=True, **asked)

    def page_rows(self, items):
        return lead_lines(items)

    def get_create_url(self):
        return reverse("mediation:lead_create") if self.request.user.has_perm("mediation.add_lead") else ""

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            print_url=reverse("mediation:ledger") if user.has_perm("mediation.print_lead") else "",
            count_words=self.filter_form.count_words, **kwargs,
        )  # fmt: skip


class LeadCreate(FormView):
    """Whatever was written, the answer is the same and leads to the same page."""

    permission = "mediation.add_lead"
    form_class = forms.LeadForm
    title = "登记纠纷线索"
    template_name = "safety/report_form.html"
    submit_label = "交给微家"
    success_message = "已交给微家，由专人上门。"
    keeps_once_key = False

    def get_form_kwargs(self):
        return {}

    def save(self, form):
        data = form.cleaned_data
        acts.record_lead(
            area=data["area"], kind=data["kind"], level=data["level"], body=form.body(), found_on=data["found_on"],
            violence=data["violence"], by=self.request.user, key=key_of(form),
        )  # fmt: skip
        return reverse("mediation:lead_create")


class KeptOut:
    """A page of one lead or case: who has a conflict of interest by what is known now finds nothing there, also when she was not
    barred yet."""

    def check_row(self):
        super().check_row()
        if "pk" in self.kwargs and must_step_back(self.request.user, self.get_matter()):
            raise Http404

    def get_matter(self):
        return self.get_row()


class OfLead(KeptOut, SealedPage):
    permission = CHANGE
    model = Lead
    title = TITLE

    def get_rows(self):
        return super().get_rows().select_related("area", "officer", "recorded_by")

    def get_crumbs(self):
        return [crumb(), ("这条线索", self.get_row().get_absolute_url())]


class LeadDetail(OfLead):
    permission = VIEW
    template_name = "mediation/lead_detail.html"

    def get_title(self):
        return "这条线索"

    def get_crumbs(self):
        return [crumb()]

    def get(self, request, *args, **kwargs):
        audit.record_sealed_read(self.get_row(), by=request.user)
        return self.render(object=self.get_row())

    def get_context_data(self, **kwargs):
        lead, user = self.get_row(), self.request.user
        body, causes = ({} if lead.is_broken() else lead.body), labels("dispute_cause")
        entries = [(e, e.body if isinstance(e.body, dict) else {"words": str(e.body)}) for e in entries_of(lead)]
        return super().get_context_data(
            body=body, broken=isinstance(lead.body, Unreadable), kind=kind_label(lead.kind),
            watch=[label("dispute_watch", code) for code in body.get("watch", ())],
            tones=(TONES[lead.level], STATE_TONES[lead.state]), acts=self.acts(lead, user),
            entries=[(e, b, [causes.get(code, code) for code in b.get("causes", ())]) for e, b in entries],
            assign_url=reverse("mediation:lead_assign", args=[lead.pk]) if self.may_give(lead, user) else "", **kwargs,
        )  # fmt: skip

    def may_give(self, lead, user):
        return lead.state in OPEN and user.has_perm(ALL, lead)

    def acts(self, lead, user):
        """`[(label, address)]` of what may be done now."""
        if not user.has_perm(CHANGE, lead):
            return []
        steps = [step.name for step in lead_flow.open_steps(lead, user)]
        kinds = [kind for kind in ACTS if kind in steps or (kind in WRITTEN and lead.state in OPEN)]
        if lead.state == LeadState.CLOSED:
            kinds.insert(0, "look")
        found = [(ACTS[kind][0], reverse("mediation:lead_act", args=[lead.pk, kind])) for kind in kinds]
        if lead.state == LeadState.CONFIRMED and user.has_perm("mediation.add_case", lead):
            found.append(("转为调解案件", reverse("mediation:lead_to_case", args=[lead.pk])))
        return found


# What is done about a lead: its words, its form, its service.
ACTS = {
    "confirm": ("上门核实", forms.ConfirmForm, acts.confirm_lead),
    "chat": ("记一次谈心", forms.ChatForm, acts.chat),
    "level": ("调整等级", forms.LevelForm, acts.set_level),
    "outside": ("已经到公安、法院", forms.WordsForm, acts.went_outside),
    "close": ("化解，办结", forms.WordsForm, acts.close_lead),
    "drop": ("核实没有纠纷", forms.WordsForm, acts.drop_lead),
    "refer": ("转有关部门", forms.ReferForm, acts.refer_lead),
    "look": ("回看", forms.LookForm, acts.look_again),
    "reopen": ("重新办理", forms.ReopenForm, acts.reopen_lead),
}
WRITTEN = {"chat", "level", "outside"}


class LeadForm(SealedForm, OfLead):
    template_name = "safety/entry_form.html"

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class LeadAct(LeadForm):
    """One act of ACTS; the service says whether the lead allows it."""

    success_message = "已记下。"

    def check_row(self):
        if self.kwargs["kind"] not in ACTS:
            raise Http404
        super().check_row()

    def get_title(self):
        return ACTS[self.kwargs["kind"]][0]

    def get_form(self, data=None, files=None):
        return ACTS[self.kwargs["kind"]][1](data, files, user=self.request.user, lead=self.get_row())

    def save(self, form):
        facts = {k: v for k, v in form.cleaned_data.items() if k != "once_key"}
        ACTS[self.kwargs["kind"]][2](self.get_row(), **facts, by=self.request.user, key=key_of(form))
        return self.get_row().get_absolute_url()


class LeadAssign(LeadForm):
    permission = ALL
    success_message = "已指定。"

    def get_title(self):
        return "指定包案责任人"

    def get_form(self, data=None, files=None):
        lead = self.get_row()
        return forms.AssignForm(data, files, user=self.request.user, lead=lead, people=people_to_give(lead))

    def save(self, form):
        data = form.cleaned_data
        acts.assign_lead(self.get_row(), data["person"], was=data["was"], by=self.request.user)
        return self.get_row().get_absolute_url()


class LeadToCase(LeadForm):
    """Both sides want it mediated; the case begins with its own check."""

    permission = "mediation.add_case"
    success_message = "已记下。"

    def get_rows(self):
        return super().get_rows().filter(pk__in=Lead.objects.visible_to(self.request.user, VIEW))

    def get_title(self):
        return "转为调解案件"

    def get_form(self, data=None, files=None):
        return FromLeadForm(data, files, user=self.request.user, lead=self.get_row())

    def save(self, form):
        facts = {k: v for k, v in form.cleaned_data.items() if k != "once_key"}
        lead_to_case(self.get_row(), **facts, by=self.request.user, key=key_of(form))
        return self.get_row().get_absolute_url()


def period_of(form):
    """The days that a PeriodForm or LeadFilterForm asks for."""
    data = form.cleaned_data
    return data.get("since") or SINCE, data.get("until") or timezone.localdate()


class Figures(SealedPage):
    """The four numbers, each with its definition and the list behind it. Nobody types one."""

    permission = ALL
    model = Lead
    title = "排查化解数字"
    template_name = "mediation/figures.html"

    def get(self, request, *args, **kwargs):
        form = forms.PeriodForm(request.GET, user=request.user)
        form.is_valid()
        since, until = period_of(form)
        query = f"since={since.isoformat()}&until={until.isoformat()}&state=all&count="
        rows = numbers(request.user, since=since, until=until)
        lines = [(Count(c).label, words, n, f"{reverse('mediation:lead_list')}?{query}{c}") for c, words, n in rows]
        return self.render(form=form, lines=lines, since=since, until=until)


class Ledger(SealedPage):
    """摸排台账 (handbook 7.5) on paper. Printing is a right and stands in the sealed trail."""

    permission = "mediation.print_lead"
    model = Lead
    title = "摸排台账"
    template_name = "mediation/ledger.html"

    def get(self, request, *args, **kwargs):
        form = forms.LeadFilterForm(request.GET, user=request.user)
        rows = form.apply(self.get_rows().order_by("found_on", "pk"))[: MOST_PRINTED + 1]
        found = ledger_rows(rows)
        audit.record_sealed(
            "mediation.lead.print", None, by=request.user, leads=[one[0].pk for one in found[:MOST_PRINTED]]
        )
        causes, kinds = labels("dispute_cause"), kind_labels()
        lines = [
            (lead, kinds.get(lead.kind, lead.kind), "、".join(causes.get(c, c) for c in codes), "；".join(measures),
             {} if lead.is_broken() else lead.body, last)
            for lead, codes, measures, last in found[:MOST_PRINTED]
        ]  # fmt: skip
        more = len(found) > MOST_PRINTED
        return self.render(lines=lines, more=more, closed=LeadState.CLOSED, back_url=reverse("mediation:lead_list"))
