"""What the staff does for the portal: handing a woman her code, in person."""

from django.core.exceptions import ValidationError

from fedhub.core.forms import StaffForm
from fedhub.core.views import FormView, StepView
from fedhub.reference.lookup import rule
from households.models import Resident
from portal.services import phone
from portal.services.entry import issue_code, shut_out


class ShutOut(StepView):
    """A code got into wrong hands, or she wants it closed: out everywhere, codes and WeChat with it."""

    permission = "portal.add_entrycode"
    model = Resident

    @property
    def success_message(self):
        if phone.is_on():
            return "已作废，微信也解除了。手机别人也拿得到的，把号码勾上“多人合用”，短信验证码就不再发。"
        return "已作废，现在谁也进不去。要用再给一个新的登录码。"

    def act(self, row):
        shut_out(row, by=self.request.user)

    def get_success_url(self):
        return f"{self.get_row().get_absolute_url()}?tab=portal"


class IssueForm(StaffForm):
    """Nothing to fill in."""

    once = False


class IssueCode(FormView):
    """A code for one resident, shown once; the page can be printed as a slip."""

    permission = "portal.add_entrycode"
    model = Resident
    form_class = IssueForm
    title = "登录码"
    template_name = "portal/staff/issue.html"
    submit_label = "给一个登录码"

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get_crumbs(self):
        return [(self.get_row().name, self.get_back_url())]

    def get_context_data(self, **kwargs):
        return super().get_context_data(hours=rule("portal_code_hours"), **kwargs)

    def post(self, request, *args, **kwargs):
        form = self.get_form(request.POST)
        try:
            code = issue_code(self.get_row(), by=request.user)
        except ValidationError as error:
            form.is_valid()
            form.add_error(None, error)
            return self.show(form)
        return self.render("portal/staff/slip.html", code=code)
