"""What is promised in agreements and what is to be visited, of all cases together."""

from fedhub.core.views import ShortListView
from mediation.forms import agreements as forms
from mediation.queries import duties
from mediation.views.cases import VIEW
from mediation.views.lines import duty_lines
from safety.views.parts import SealedPage

# Lines of the page.
MOST = 50


class Duties(SealedPage, ShortListView):
    """What is promised and what is to be visited, the earliest first."""

    permission = VIEW
    title = "履行和回访"
    filter_class = forms.DutyFilterForm
    template_name = "mediation/duties.html"
    results_template = "mediation/duties/_results.html"

    def show(self):
        promises, followups, to_confirm = duties(self.request.user)
        self.filter_form = self.filter_class(self.query, user=self.request.user)
        self.filter_form.is_valid()
        found = [
            *self.earliest(promises, "due_on", "agreement", "number", "履行 第 {} 条"),
            *self.earliest(followups, "due_on", "agreement", "days", "回访 第 {} 天"),
            *self.earliest(to_confirm, "confirm_by", "", "pk", "可申请司法确认"),
        ]
        found.sort(key=lambda one: one[1])
        return self.answer(rows=duty_lines(found[:MOST]), most=MOST if len(found) > MOST else 0)

    def earliest(self, rows, day, agreement, number, words):
        """The first of what is asked for, one more than the page shows: (what, day, number of the agreement, id and code of the
        case, who mediates it)."""
        path = f"{agreement}__" if agreement else ""
        rows = self.filter_form.narrow(rows, day=day, case=f"{path}case").order_by(day, "pk")
        facts = ("code", "case", "case__code", "case__officer__name")
        found = rows.values_list(number, day, *(f"{path}{one}" for one in facts))[: MOST + 1]
        return [(words.format(n), *rest) for n, *rest in found]
