"""Training, commendation and evaluation of a volunteer."""

from fedhub.core.views import FormView
from groups.forms.group import WhyForm
from groups.forms.need import RecordForm
from groups.models import VolunteerRecord
from groups.services import records
from groups.views.volunteer import OfVolunteer, crumb


class RecordCreate(OfVolunteer, FormView):
    title = "登记培训、表彰、评价"
    form_class = RecordForm

    def save(self, form):
        record = form.save(commit=False)
        record.volunteer = self.get_row()
        records.add_record(record, by=self.request.user)
        return self.get_back_url()


class RecordVoid(FormView):
    permission = "groups.change_volunteer"
    model = VolunteerRecord
    title = "作废志愿者记录"
    form_class = WhyForm
    submit_label = "作废"
    success_message = "已作废，记录留着。"

    def get_rows(self):
        return super().get_rows().select_related("volunteer__area")

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        volunteer = self.get_row().volunteer
        return [crumb(), (volunteer.name, volunteer.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().volunteer.get_absolute_url()

    def save(self, form):
        records.void_record(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)
        return self.get_back_url()
