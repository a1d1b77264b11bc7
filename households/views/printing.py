"""Paper: a household's sheet, and the blank form to take along on a visit."""

from fedhub.core import audit
from fedhub.core.views import ScopedDetailView, StaffPage
from fedhub.reference.lookup import choices, labels
from households.models import Household
from households.queries import statuses_of
from households.views.household import category_labels, member_rows

BLANK_PEOPLE = 6
BLANK_REQUESTS = 3


class HouseholdSheet(ScopedDetailView):
    """一户一表. Identity numbers and phones stay masked on paper too; the printing is logged."""

    permission = "households.view_household"
    model = Household
    title = "家庭情况表"
    template_name = "households/household_sheet.html"
    log_reading = False

    def get_rows(self):
        return super().get_rows().select_related("area")

    def get(self, request, *args, **kwargs):
        audit.record_read(self.get_row(), by=request.user, action="households.household.print")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        home = self.get_row()
        return super().get_context_data(
            members=member_rows(home),
            categories=category_labels(statuses_of(household=home).values_list("category", flat=True)),
            hukou=labels("hukou_type").get(home.hukou_type, ""),
            back_url=home.get_absolute_url(),
            blank_lines=range(4),
            **kwargs,
        )


class BlankVisitForm(StaffPage):
    """入户走访登记表, empty: for the day without network or phone."""

    permission = "households.view_household"
    title = "入户走访登记表"
    template_name = "households/blank_visit_form.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            people=range(BLANK_PEOPLE),
            requests=range(BLANK_REQUESTS),
            topics=[label for _, label in choices("survey_topic")],
            categories=[label for _, label in choices("hardship_category")],
            **kwargs,
        )
