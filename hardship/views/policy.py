"""Pages of the library of policies, and of what became of one for a family."""

from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from fedhub.core.addresses import url_for
from fedhub.core.paging import keyset_page
from fedhub.core.views import (
    FilteredView,
    FormView,
    ScopedCreateView,
    ScopedListView,
    ScopedUpdateView,
    StepView,
)
from fedhub.reference.lookup import labels
from hardship.enums import EvidenceKind, Fit
from hardship.families import families_of, policy_words
from hardship.forms.policy import FitFilterForm, PolicyFilterForm, PolicyForm, PolicyStepForm, WhyForm
from hardship.models import Policy, PolicyStep
from hardship.policies import best_fit, rules_of, verdicts
from hardship.queries import files_to_compare
from hardship.services.policies import (
    change_policy,
    create_policy,
    record_step,
    restore_policy,
    retire_policy,
    take_policies,
    unused_policies,
    void_step,
)
from hardship.services.policy_watches import left_to_tell
from hardship.states import FIT_TONES
from hardship.views.contents import OfOpenFile

VIEW, CHANGE = "hardship.view_policy", "hardship.change_policy"
# Files compared for one page, however few of them are shown; the next page goes on behind them.
COMPARED = 100


def crumb():
    return "惠民政策", reverse("hardship:policy_list")


class PolicyList(ScopedListView):
    permission = VIEW
    model = Policy
    title = "惠民政策"
    filter_class = PolicyFilterForm
    unit = "项"
    sorts = {"title": ("title", "名称"), "updated": ("-updated_at", "最近更新")}
    template_name = "hardship/policy_list.html"
    results_template = "hardship/policy_list/_results.html"

    def get_create_url(self):
        return reverse("hardship:policy_create") if self.request.user.has_perm(CHANGE) else ""

    def get_context_data(self, **kwargs):
        shipped = unused_policies() if self.request.user.has_perm(CHANGE) else {}
        return super().get_context_data(shipped=len(shipped), **kwargs)


class PolicyTake(StepView):
    """Take the policies that come with the program."""

    permission = CHANGE
    model = Policy
    title = "惠民政策"

    def get_row(self):
        return None

    def act(self, row):
        number = take_policies(by=self.request.user)
        self.success_message = f"取用了 {number} 项，请逐项按本地标准核对。" if number else "自带的都取用过了。"

    def get_success_url(self):
        return reverse("hardship:policy_list")


class PolicyCreate(ScopedCreateView):
    permission = CHANGE
    model = Policy
    title = "登记政策"
    form_class = PolicyForm

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("hardship:policy_list")

    def get_form_kwargs(self):
        return {}

    def save(self, form):
        policy = form.save(commit=False)
        policy.conditions = form.conditions()
        return create_policy(policy, by=self.request.user)


class PolicyUpdate(ScopedUpdateView):
    permission = CHANGE
    model = Policy
    title = "改政策"
    form_class = PolicyForm

    def get_crumbs(self):
        return [crumb(), (str(self.get_row()), self.get_row().get_absolute_url())]

    def save(self, form):
        fields = form.proposed()
        version = form.cleaned_data["version"]
        return change_policy(form.instance, fields, base_version=version, by=self.request.user)


class PolicyDetail(FilteredView):
    """A policy, and the families in care that it may be for: by category first, then each compared."""

    permission = VIEW
    model = Policy
    title = "惠民政策"
    filter_class = FitFilterForm
    template_name = "hardship/policy_detail.html"
    results_template = "hardship/policy_detail/_results.html"
    keeps_filters = False

    def get_title(self):
        return str(self.get_row())

    def get_crumbs(self):
        return [crumb()]

    def get_files(self):
        return files_to_compare(self.get_row(), self.request.user)

    def show(self):
        policy, asked = self.get_row(), self.request.GET
        rows = self.filtered(self.get_files())
        self.filter_form.is_valid()
        page = keyset_page(
            rows, sort="-updated_at", size=COMPARED, after=asked.get("after"), before=asked.get("before"), unit="份"
        )
        files = list(page.rows)
        families, words = families_of(files), policy_words()
        lines, url = [], url_for("hardship:file_detail")
        for file in files:
            found = verdicts(policy, families[file.pk], words)
            fit = best_fit(found)
            if fit in self.filter_form.fits:
                shown = [verdict for verdict in found if verdict.fit == fit]
                lines.append((file, f"{url(file.pk)}?tab=policies", FIT_TONES[fit], Fit(fit).label, shown))
        query = [(k, v) for k, v in asked.items() if k not in ("after", "before") and v]
        page.next_url = self.page_url(query, "after", page.next_cursor)
        page.previous_url = self.page_url(query, "before", page.previous_cursor)
        return self.answer(object=policy, page=page, lines=lines, compared=len(files))

    def page_url(self, query, name, cursor):
        """Address of a neighbouring page, '' without one."""
        return f"?{urlencode([*query, (name, cursor)])}" if cursor else ""

    def get_context_data(self, **kwargs):
        policy, kinds = self.get_row(), dict(EvidenceKind.choices)
        return super().get_context_data(
            rules=rules_of(policy, policy_words()), proofs=[kinds.get(code, code) for code in policy.proofs],
            grants=labels("hardship_category").get(policy.grants, ""), may_change=self.request.user.has_perm(CHANGE),
            waiting=left_to_tell(policy), **kwargs,
        )  # fmt: skip


class PolicyRetire(StepView):
    permission = CHANGE
    model = Policy
    service = retire_policy
    success_message = "已停用，不再比对；办过的记录都在。"


class PolicyRestore(StepView):
    permission = CHANGE
    model = Policy
    service = restore_policy
    success_message = "已恢复使用。"


class StepCreate(OfOpenFile):
    """What became of a policy for this family."""

    title = "登记政策办理"
    form_class = PolicyStepForm
    tab = "policies"

    def get_policy(self):
        if not hasattr(self, "policy"):
            self.policy = Policy.objects.visible_to(self.request.user).filter(pk=self.kwargs["policy"]).first()
            if self.policy is None:
                raise Http404
        return self.policy

    def get_title(self):
        return f"登记办理：{self.get_policy()}"

    def get_form_kwargs(self):
        return {"file": self.get_row(), "policy": self.get_policy()}

    def act(self, form, user):
        step = form.save(commit=False)
        step.file, step.policy = self.get_row(), self.get_policy()
        step.resident = form.people.get(form.cleaned_data.get("who"))
        record_step(step, by=user)


class StepVoid(FormView):
    """A step that was written wrongly is struck out."""

    permission = "hardship.change_hardshipfile"
    model = PolicyStep
    title = "作废这条办理"
    form_class = WhyForm
    submit_label = "作废"
    success_message = "已作废。"

    def get_rows(self):
        return super().get_rows().filter(void_on=None, file__closed_on=None).select_related("file")

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        file = self.get_row().file
        return [(file.number, self.get_back_url())]

    def get_back_url(self):
        return f"{self.get_row().file.get_absolute_url()}?tab=policies"

    def save(self, form):
        url = self.get_back_url()
        void_step(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)
        return url
