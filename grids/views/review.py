"""Looking over visit records: the list that waits, right or sent back, many at once with the count shown first."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import reverse

from fedhub.core.text import row_key
from fedhub.core.views import FormView, ScopedListView, StepView, chosen_rows
from grids.flow import review_flow
from grids.forms.review import ApproveManyForm, ReturnForm
from grids.forms.visit_edit import VisitFilterForm
from grids.models import Visit
from grids.services.review import approve_many, approve_visit, return_visit
from grids.views.visit import crumb

MOST = 2000


class ReviewList(ScopedListView):
    """Records that wait for a review; one's own are never among them."""

    permission = "grids.review_visit"
    model = Visit
    title = "走访审核"
    filter_class = VisitFilterForm
    sorts = {"visited": ("-visited_on", "走访日期")}
    template_name = "grids/review_list.html"
    results_template = "grids/review_list/_results.html"
    unit = "次"

    def get_list(self):
        return self.get_rows().to_review(self.request.user).for_list()

    def get_crumbs(self):
        return [crumb()]


class ApproveMany(FormView):
    """The records ticked (`ids`), or all that the filters leave (`all`), up to MOST: how many they are, then right."""

    permission = "grids.review_visit"
    model = Visit
    title = "批量审核"
    form_class = ApproveManyForm
    template_name = "grids/review_many.html"
    submit_label = "全部通过"

    def get_chosen(self):
        """Keys of the records, the newest first; 404 when none of them waits in scope."""
        if not hasattr(self, "chosen"):
            rows = chosen_rows(self.request, self.get_rows().to_review(self.request.user), VisitFilterForm)
            self.chosen = list(rows.order_by("-visited_on", "-pk").values_list("pk", flat=True)[: MOST + 1])
            if not self.chosen:
                raise Http404
        return self.chosen

    def get_form_kwargs(self):
        return {"total": len(self.get_chosen()[:MOST])}

    def get_context_data(self, **kwargs):
        chosen = self.get_chosen()
        total = len(chosen[:MOST])
        return super().get_context_data(
            visits=self.get_rows().filter(pk__in=chosen[:20]).for_list().order_by("-visited_on", "-pk"),
            total=total, more=max(total - 20, 0), too_many=len(chosen) > MOST, most=MOST, **kwargs,
        )  # fmt: skip

    def get_crumbs(self):
        return [crumb(), ("走访审核", reverse("grids:review_list"))]

    def get_back_url(self):
        return reverse("grids:review_list")

    def save(self, form):
        chosen = self.get_chosen()[:MOST]
        count = approve_many(self.get_rows().filter(pk__in=chosen), by=self.request.user)
        self.success_message = f"{count} 条走访审核通过。"
        if count < len(chosen):
            self.success_message += f"另外 {len(chosen) - count} 条刚被别人审核或作废，没有动。"
        return reverse("grids:review_list")


class VisitApprove(StepView):
    permission = "grids.review_visit"
    model = Visit
    success_message = "审核通过。"

    def act(self, row):
        if row_key(self.request.POST.get("version")) != row.version:
            raise ValidationError("这条走访刚被改过，还没有通过。请看一下改了什么，再点审核通过。")
        approve_visit(row, by=self.request.user)


class VisitReturn(FormView):
    """退回: what is to be corrected; it comes first on the visitor's list of today."""

    permission = "grids.review_visit"
    model = Visit
    form_class = ReturnForm
    title = "退回修改"
    submit_label = "退回"
    success_message = "已退回，会排在她今日清单的最前面。"

    def get_rows(self):
        return super().get_rows().select_related("household__area").kept()

    def get(self, request, *args, **kwargs):
        if self.get_row().review not in review_flow.steps["return"].sources:
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get_crumbs(self):
        return [crumb(), (str(self.get_row()), self.get_row().get_absolute_url())]

    def save(self, form):
        return_visit(self.get_row(), note=form.cleaned_data["note"], by=self.request.user)
        return self.get_row()
