"""Who mediates a case: named by whoever gives cases out; each may step back by herself."""

from django.http import Http404
from django.urls import reverse

from mediation.forms.cases import JoinForm
from mediation.forms.team import LeaveForm
from mediation.models import Case
from mediation.queries import people_to_join, people_to_leave
from mediation.services import cases as acts
from mediation.views.cases import ALL, CHANGE, VIEW, CaseForm
from mediation.views.leads import key_of


class Join(CaseForm):
    permission = ALL
    success_message = "已加上。"

    def get_title(self):
        return "加一起调解的人"

    def get_form(self, data=None, files=None):
        case = self.get_row()
        return JoinForm(data, files, user=self.request.user, case=case, people=people_to_join(case))

    def save(self, form):
        acts.join_case(self.get_row(), form.cleaned_data["person"], by=self.request.user)
        return self.get_row().get_absolute_url()


class Leave(CaseForm):
    permission = CHANGE
    success_message = "已记下。"

    def check_row(self):
        super().check_row()
        if not people_to_leave(self.get_row(), self.request.user).exists():
            raise Http404

    def get_title(self):
        return "退出调解、回避"

    def get_form(self, data=None, files=None):
        case, user = self.get_row(), self.request.user
        return LeaveForm(data, files, user=user, case=case, people=people_to_leave(case, user))

    def save(self, form):
        facts = {k: v for k, v in form.cleaned_data.items() if k != "once_key"}
        acts.leave_case(self.get_row(), **facts, by=self.request.user, key=key_of(form))
        seen = Case.objects.visible_to(self.request.user, VIEW).filter(pk=self.kwargs["pk"]).exists()
        return self.get_row().get_absolute_url() if seen else reverse("mediation:case_list")
