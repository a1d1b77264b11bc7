"""The page that asks why, before a case that is over is opened again."""

from django.http import Http404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from mediation.enums import WhyAgain
from mediation.forms.reading import WhyForm
from mediation.services.reading import say_why
from mediation.views.cases import TITLE as CASES
from mediation.views.cases import VIEW, CaseForm
from mediation.views.reading import MINUTES, TITLE, let_in


class Why(CaseForm):
    permission = VIEW
    asks_why = False
    success_message = ""
    submit_label = "打开"

    def check_row(self):
        super().check_row()
        if not self.get_row().is_put_away():
            raise Http404

    def get_title(self):
        return TITLE

    def get_crumbs(self):
        return [(CASES, reverse("mediation:case_list"))]

    def get_back_url(self):
        return reverse("mediation:case_list")

    def get_form(self, data=None, files=None):
        return WhyForm(data, files, user=self.request.user)

    def get_context_data(self, **kwargs):
        hint = f"这个案件已经结束。写了理由，{MINUTES} 分钟以内可以看案卷、文书和自己的笔记；过了要再写。"
        return super().get_context_data(hint=hint, **kwargs)

    def save(self, form):
        data = form.cleaned_data
        say_why(self.get_row(), f"{WhyAgain(data['purpose']).label}：{data['words']}", by=self.request.user)
        let_in(self.request, self.get_row())
        onward = self.request.GET.get("next", "")
        own = url_has_allowed_host_and_scheme(onward, allowed_hosts=None) and onward.startswith("/mediation/")
        return onward if own else self.get_row().get_absolute_url()
