"""走访规则: how often a family is visited, and what makes a visit necessary within days."""

from django.shortcuts import redirect
from django.urls import reverse

from fedhub.core import once
from fedhub.core.models.jobs import JobState
from fedhub.core.views import FormView, ScopedUpdateView, StaffPage, StaffView
from fedhub.reference import lookup
from fedhub.reference.forms import NewVisitRuleForm, VisitRuleForm
from fedhub.reference.models import VisitRule
from fedhub.reference.planning import visit_plan
from fedhub.reference.queries import about, visit_rule_groups, without_rule
from fedhub.reference.services import add_visit_rule, change_visit_rule

CHANGE = "reference.change_visitrule"


def crumb():
    return ("走访规则", reverse("reference:visitrule_list"))


class VisitRuleList(StaffPage):
    """The rules by what they are about; the progress of the families that follow a change."""

    permission = "reference.view_visitrule"
    model = VisitRule
    title = "走访规则"
    template_name = "reference/visitrule_list.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        rows = list(self.get_rows().order_by("order", "pk"))
        may_change = user.has_perm(CHANGE)
        job = visit_plan.latest() if may_change else None
        return super().get_context_data(
            groups=visit_rule_groups(rows), may_change=may_change, may_add=may_change and bool(without_rule(rows)),
            job=job, mine=job is not None and job.owner_id == user.pk,
            stopped=job is not None and job.state == JobState.FAILED, **kwargs,
        )  # fmt: skip


class Weighed(FormView):
    """A rule whose effect is counted and shown before it is saved."""

    permission = CHANGE
    model = VisitRule
    template_name = "reference/visitrule_form.html"
    submit_label = "看看影响"
    success_message = "已保存，各户的应访日期正在重新算。"

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("reference:visitrule_list")

    def post(self, request, *args, **kwargs):
        form = self.get_form(once.with_key(request.POST))
        if form.is_valid() and form.cleaned_data["seen"] != form.shown():
            return self.weigh(form)
        # The look above has written the new values into the row that was read.
        self.__dict__.pop("object", None)
        self.submit_label = "确定，保存"
        return super().post(request, *args, **kwargs)

    def weigh(self, form):
        """The page again with what the rule would change; nothing is saved."""
        rule = form.instance
        others = [row for row in lookup.visit_rules() if (row.target, row.code) != (rule.target, rule.code)]
        after = [*others, rule] if rule.active else others
        form.data = form.data.copy()
        form.data["seen"] = form.shown()
        self.submit_label = "确定，保存"
        return self.render(
            form=form, affected=visit_plan.count(after), weighed=True, back_url=self.get_back_url(),
            submit_label=self.submit_label,
        )  # fmt: skip


class VisitRuleUpdate(Weighed, ScopedUpdateView):
    form_class = VisitRuleForm
    title = "改走访规则"

    def get_title(self):
        return f"改走访规则：{about(self.get_row())}"

    def save(self, form):
        return change_visit_rule(
            form.instance, list(form.proposed()), base_version=form.cleaned_data["version"], by=self.request.user
        )


class VisitRuleCreate(Weighed):
    form_class = NewVisitRuleForm
    title = "加一条走访规则"

    def get_form_kwargs(self):
        return {}

    def save(self, form):
        return add_visit_rule(form.save(commit=False), by=self.request.user)


class VisitRuleFollow(StaffView):
    """POST: let the families follow the rules once more, after work that stopped. It changes nothing that is right."""

    permission = CHANGE

    def post(self, request, *args, **kwargs):
        visit_plan.follow(by=request.user)
        return redirect("reference:visitrule_list")
