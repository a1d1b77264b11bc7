"""Giving many households to a grid at once, and taking it back."""

from django.contrib import messages
from django.http import Http404
from django.urls import reverse

from fedhub.core.views import FormView, ScopedListView, StepView, chosen_rows
from households.forms.household import AssignForm, HouseholdFilterForm
from households.models import BulkAssignment, Household
from households.services.households import assign_households, undo_assignment
from households.views.household import crumb

MOST = 2000


class Assign(FormView):
    """The households ticked on the list (`ids`), or all that its filters leave (`all`), up to MOST."""

    permission = "households.move_household"
    model = Household
    title = "批量分派"
    form_class = AssignForm
    template_name = "households/assign.html"
    submit_label = "分派"

    def get_chosen(self):
        """Households to assign; 404 when none of them is in scope."""
        if not hasattr(self, "chosen"):
            rows = self.get_rows().active().select_related("area")
            rows = chosen_rows(self.request, rows, HouseholdFilterForm)
            self.chosen = list(rows.order_by("address_key", "pk")[: MOST + 1])
            if not self.chosen:
                raise Http404
        return self.chosen

    def get_form_kwargs(self):
        return {"total": len(self.get_chosen()[:MOST])}

    def get_context_data(self, **kwargs):
        chosen = self.get_chosen()
        return super().get_context_data(
            chosen=chosen[:20], total=len(chosen[:MOST]), more=max(len(chosen[:MOST]) - 20, 0),
            too_many=len(chosen) > MOST, most=MOST, **kwargs,
        )  # fmt: skip

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("households:household_list")

    def save(self, form):
        data = form.cleaned_data
        bulk = assign_households(self.get_chosen()[:MOST], data["target"], reason=data["reason"], by=self.request.user)
        self.success_message = f"已把 {bulk.total} 户分派到{bulk.target}，可以撤销。"
        return reverse("households:assignment_list")


class AssignmentList(ScopedListView):
    permission = "households.move_household"
    model = BulkAssignment
    title = "批量分派记录"
    sorts = {"new": ("-created_at", "最近的在前")}
    unit = "次"
    results_template = "households/assignment_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("target", "created_by")

    def get_crumbs(self):
        return [crumb()]


class AssignmentUndo(StepView):
    permission = "households.move_household"
    model = BulkAssignment
    success_message = "已撤销这次分派。"

    def act(self, row):
        result = undo_assignment(row, by=self.request.user)
        left = [home for home in result.refused if self.request.user.has_perm(self.permission, home)]
        if left:
            names = "、".join(str(home) for home in left[:10])
            more = f"等 {len(left)} 户" if len(left) > 10 else ""
            messages.warning(self.request, f"这些家庭之后又换过网格或已注销，没有动，请逐户核对：{names}{more}。")
        if away := len(result.refused) - len(left):
            messages.warning(self.request, f"有 {away} 户已经不归您管，没有动。")

    def get_success_url(self):
        return reverse("households:assignment_list")
