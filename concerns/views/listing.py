"""诉求: the list, and what is in one's own hands."""

from django.urls import reverse
from django.utils import timezone

from concerns.forms.concern import ConcernFilterForm
from concerns.listing import concern_values
from concerns.models import Concern
from concerns.queries import MINE_READ, my_concerns, open_count
from concerns.search import LATEST
from concerns.views.lines import concern_lines
from fedhub.core.views import ScopedListView, StaffPage


class ConcernList(ScopedListView):
    reads_alike = True
    permission = "concerns.view_concern"
    model = Concern
    title = "诉求"
    filter_class = ConcernFilterForm
    # The first one goes by what was asked for: see `get_order`.
    sorts = {
        "updated": ("-updated_at", "最近的在前"),
        "due": ("due_on", "办结期限"),
        "raised": ("-raised_on", "提出日期"),
    }
    template_name = "concerns/concern_list.html"
    results_template = "concerns/concern_list/_results.html"
    unit = "件"

    def get_list(self):
        return self.get_rows()

    def get_order(self):
        """Newest first means: by the day of raising where a month of it is asked for, by closing likewise."""
        return f"-{self.filter_form.newest}" if self.sort_name == "updated" else super().get_order()

    def get_hits(self, rows):
        return None if self.filter_form.found.total is not None else super().get_hits(rows)

    def get_total(self, rows):
        """A search has counted its hits."""
        total = self.filter_form.found.total
        return super().get_total(rows) if total is None else total

    def read(self, rows):
        return concern_values(rows)

    def page_rows(self, items):
        return concern_lines(items, self.request.user)

    def get_create_url(self):
        return reverse("concerns:concern_create") if self.request.user.has_perm("concerns.add_concern") else ""

    def get_export_url(self):
        may = self.request.user.has_perm("concerns.export_concern")
        return reverse("ledgers:ledger_export", args=["concerns"]) if may else ""

    def get_context_data(self, **kwargs):
        may_assign = self.request.user.has_perm("concerns.assign_concern")
        return super().get_context_data(
            create_label="登记诉求", may_assign=may_assign, found=self.filter_form.found, latest=LATEST, **kwargs
        )


class MyConcerns(StaffPage):
    """我的诉求: what is in one's own hands, by the day it is due; made for the phone."""

    permission = "concerns.answer_concern"
    title = "我的诉求"
    template_name = "concerns/mine.html"

    def get_context_data(self, **kwargs):
        groups = my_concerns(self.request.user)
        shown = sum(group["total"] for group in groups)
        return super().get_context_data(
            groups=groups, day=timezone.localdate(), shown=shown,
            total=shown if shown < MINE_READ else open_count(self.request.user), **kwargs,
        )  # fmt: skip
