"""多次没见到: families at which several tries in a row were in vain, for the chair to think of another way."""

from fedhub.core.views import ScopedListView
from grids.forms.visit_edit import UnreachedFilterForm
from grids.lasttime import homes_not_reached, visits_in_vain
from households.models import Household


class UnreachedList(ScopedListView):
    permission = "grids.review_visit"
    model = Household
    title = "多次没见到"
    filter_class = UnreachedFilterForm
    sorts = {"due": ("next_due_on", "应访日期"), "name": ("head_sort", "户主")}
    results_template = "grids/unreached_list/_results.html"
    unit = "户"

    def get_list(self):
        return homes_not_reached(self.get_rows().active()).select_related("area")

    def page_rows(self, items):
        tries = {}
        rows = visits_in_vain().filter(household__in=[home.pk for home in items]).select_related("visitor")
        for visit in rows.order_by("-visited_on", "-pk"):
            tries.setdefault(visit.household_id, []).append(visit)
        return [
            {"home": home, "tries": tries[home.pk], "last": tries[home.pk][0]} for home in items if home.pk in tries
        ]
