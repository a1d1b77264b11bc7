"""Papers lent to an expert: given and shut by whoever gives cases out, read by her without an account."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from fedhub.core.access import PUBLIC
from mediation.forms.shares import CodeForm, ShareForm, ShutForm
from mediation.models import Mediator
from mediation.services import shares as acts
from mediation.views.cases import ALL, CaseForm
from mediation.views.leads import key_of

TITLE = "查阅材料"
# Her name and the time lie over all of a part, however long it is on a narrow screen.
MARKS, LETTERS_A_MARK = 3, 30


class Lend(CaseForm):
    """The address and the code are shown once, in the answer to the form."""

    permission = ALL
    success_message = ""

    def get_title(self):
        return "请外面的专家看"

    def get_context_data(self, **kwargs):
        hint = (
            "她没有工作账号也能看：保存以后给她一个地址和一个查阅码，到日子自己失效，案件结束也失效。"
            "要她自己办案的，不用这里：请管理员按聘期开一个“调解员”账号，再在“调解员”里选上。"
        )
        return super().get_context_data(**{"hint": hint, **kwargs})

    def get_form(self, data=None, files=None):
        case, user = self.get_row(), self.request.user
        people = Mediator.objects.visible_to(user, "mediation.view_mediator").in_term().order_by("name", "pk")
        return ShareForm(data, files, user=user, case=case, people=people, papers=acts.papers_in(case))

    def save(self, form):
        self.made = acts.lend(self.get_row(), **form.facts(), by=self.request.user, key=key_of(form))
        return self.get_row().get_absolute_url()

    def post(self, request, *args, **kwargs):
        answer = super().post(request, *args, **kwargs)
        if not getattr(self, "made", None):
            return answer
        secret, code = self.made
        self.template_name = "mediation/lent.html"
        address = request.build_absolute_uri(reverse("expert:read", args=[secret]))
        return self.render(address=address, code=code, back_url=self.get_row().get_absolute_url())


class Shut(CaseForm):
    permission = ALL
    submit_label = "收回"
    success_message = "已收回，那个地址现在什么也打不开。"

    def check_row(self):
        super().check_row()
        if not self.shares().exists():
            raise Http404

    def shares(self):
        """Those of the case that still open something."""
        return self.get_row().shares.open().select_related("case").order_by("-given_at", "pk")

    def get_title(self):
        return "收回专家的查阅"

    def get_form(self, data=None, files=None):
        return ShutForm(data, files, user=self.request.user, case=self.get_row(), shares=self.shares())

    def save(self, form):
        acts.shut(form.cleaned_data["share"], by=self.request.user)
        return self.get_row().get_absolute_url()


# The secret in the address is not in her browser's cookies, so no other site can send this form for her.
@method_decorator(csrf_exempt, name="dispatch")
class Read(View):
    """What an expert sees: asks for the code, then shows the chosen papers once. Nothing is kept in her browser; whatever opens
    nothing answers as an address that never was."""

    permission = PUBLIC
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request, *args, secret, **kwargs):
        self.share = acts.share_at(secret)
        if self.share is None:
            raise Http404
        answer = super().dispatch(request, *args, **kwargs)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    def get(self, request):
        return self.ask()

    def post(self, request):
        found = acts.unlock(self.share, request.POST.get("code", ""))
        return self.papers(*found) if found else self.ask("查阅码不对，请照着纸上再输一次。", status=422)

    def ask(self, wrong="", status=200):
        context = {"title": TITLE, "page_title": TITLE, "wrong": wrong, "form": CodeForm()}
        return render(self.request, "mediation/expert_code.html", context, status=status)

    def papers(self, share, papers):
        longest = max(len(text) for _, text in papers) if papers else 0
        marks = range(MARKS + longest // LETTERS_A_MARK)
        facts = {"name": share.facts.get("name", ""), "at": timezone.now(), "until": share.until, "marks": marks}
        context = {"title": TITLE, "page_title": TITLE, "papers": papers, **facts}
        return render(self.request, "mediation/expert_papers.html", context)
