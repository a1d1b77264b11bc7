"""The staff writes down who speaks for a child, hands out the code, and shuts the way in without a word."""

from django.core.exceptions import ValidationError

from fedhub.core.views import FormView, StepView
from fedhub.reference.lookup import rule
from households.consenttexts import current
from households.models import Resident
from portal.enums import GuardianEnd
from portal.forms import GuardianForm
from portal.models import Guardian
from portal.services.entry import issue_code
from portal.services.guardians import end_guardian, record_guardian, resume_guardian, stop_guardian
from portal.views.staff import IssueForm

ADD = "portal.add_guardian"


def panel_of(child):
    return f"{child.get_absolute_url()}?tab=portal"


class GuardianCreate(FormView):
    permission = ADD
    model = Resident
    form_class = GuardianForm
    title = "登记监护人的同意"
    template_name = "portal/staff/guardian.html"
    success_message = "已登记。"

    def get_form_kwargs(self):
        return {"instance": Guardian(child=self.get_row())}

    def get_context_data(self, **kwargs):
        return super().get_context_data(text=current("child"), **kwargs)

    def get_crumbs(self):
        return [(self.get_row().name, self.get_back_url())]

    def get_back_url(self):
        return panel_of(self.get_row())

    def save(self, form):
        record_guardian(form.save(commit=False), by=self.request.user)
        return self.get_back_url()


class GuardianCode(FormView):
    """A code for a guardian whose papers were looked at, shown once."""

    permission = ADD
    model = Guardian
    form_class = IssueForm
    title = "监护人登录码"
    template_name = "portal/staff/issue.html"
    submit_label = "给一个登录码"

    def get_rows(self):
        return super().get_rows().open().select_related("child__area")

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return panel_of(self.get_row().child)

    def get_crumbs(self):
        return [(self.get_row().child.name, self.get_back_url())]

    def get_context_data(self, **kwargs):
        return super().get_context_data(hours=rule("portal_code_hours"), guardian=self.get_row(), **kwargs)

    def post(self, request, *args, **kwargs):
        form, guardian = self.get_form(request.POST), self.get_row()
        try:
            code = issue_code(guardian.child, guardian=guardian, by=request.user)
        except ValidationError as error:
            form.is_valid()
            form.add_error(None, error)
            return self.show(form)
        return self.render("portal/staff/slip.html", code=code)


class OfGuardian(StepView):
    permission = ADD
    model = Guardian

    def get_rows(self):
        return super().get_rows().select_related("child__area")

    def get_success_url(self):
        return panel_of(self.get_row().child)


class GuardianStop(OfGuardian):
    success_message = "已停用。他输码时看到的和输错码一样，不会知道原因。"

    def act(self, row):
        stop_guardian(row, by=self.request.user)


class GuardianResume(OfGuardian):
    success_message = "已恢复。要进入，再给一个新的登录码。"

    def act(self, row):
        resume_guardian(row, by=self.request.user)


class GuardianOver(OfGuardian):
    success_message = "已结束。"

    def act(self, row):
        end_guardian(row, why=GuardianEnd.OVER, by=self.request.user)
