"""Her wish to hear of policies, written down or taken back by the staff; only because she said so."""

from fedhub.core.views import FormView, StepView
from hardship.enums import PolicyKind
from hardship.forms.policy import PolicyWatchForm
from hardship.models import PolicyWatch
from hardship.services.policy_watches import end_policy_watch, watch_policies
from households.models import Resident

ADD = "hardship.add_policywatch"


class WatchCreate(FormView):
    permission = ADD
    model = Resident
    title = "登记政策提醒"
    form_class = PolicyWatchForm
    submit_label = "登记"
    success_message = "已登记，有了这一类新政策就告诉她。"

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [(self.get_row().name, self.get_row().get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def save(self, form):
        watch_policies(self.get_row(), form.cleaned_data["kind"], by=self.request.user)
        return self.get_row()


class WatchEnd(StepView):
    permission = ADD
    model = PolicyWatch
    success_message = "已取消，不再提醒。"

    def get_rows(self):
        return super().get_rows().select_related("resident")

    def act(self, row):
        end_policy_watch(row.resident, PolicyKind(row.kind), by=self.request.user)

    def get_success_url(self):
        return self.get_row().resident.get_absolute_url()
