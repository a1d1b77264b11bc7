"""What the lists that figures open have in common."""

from fedhub.core.paging import keyset_page
from fedhub.core.views import ScopedListView

UPDATED = {"updated": ("-updated_at", "最近的在前")}


class FiguredList(ScopedListView):
    """A list that figures open. Newest first goes by the day that months are asked of, where they are: an index has it in order.
    Months are no words: only a search is sorted before anything is joined to it."""

    sorts = UPDATED

    def get_order(self):
        day = self.filter_form.newest
        return f"-{day}" if self.sort_name == "updated" and day else super().get_order()

    def get_page(self, rows, **asked):
        return keyset_page(rows, sort=self.get_order(), sought=bool(self.query.get("q")), **asked)
