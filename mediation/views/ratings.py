"""A party's own rating: the slip that is handed to her, the page behind it, and what all of them say together."""

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

from fedhub.core import audit
from fedhub.core.access import PUBLIC
from fedhub.core.qr import qr_squares
from fedhub.core.views import StaffView
from fedhub.reference.lookup import rule
from mediation.enums import TO_REOPEN
from mediation.forms.ratings import RatingForm, SlipForm
from mediation.ratings import yearly
from mediation.services import ratings as acts
from mediation.views.cases import ALL, CHANGE, CaseForm
from mediation.views.leads import key_of
from safety.views.parts import SealedPage

TITLE, TEMPLATE = "服务评价", "mediation/rate.html"
Page = import_string(settings.RESIDENT_PAGE)


class SlipGive(CaseForm):
    """The slip is shown once, in the answer to the form."""

    permission = CHANGE
    submit_label = "出评价单"
    success_message = ""

    def check_row(self):
        super().check_row()
        if self.get_row().state not in TO_REOPEN:
            raise Http404

    def get_title(self):
        return "请当事人自己评价"

    def get_context_data(self, **kwargs):
        hint = "单子上没有姓名、没有案件，也不写调解。她（他）自己扫码打分，分数不进案卷，谁也看不到是谁打的。"
        return super().get_context_data(**{"hint": hint, **kwargs})

    def get_form(self, data=None, files=None):
        return SlipForm(data, files, user=self.request.user, case=self.get_row())

    def save(self, form):
        facts = {k: v for k, v in form.cleaned_data.items() if k != "once_key"}
        self.made = acts.give_slip(self.get_row(), **facts, by=self.request.user, key=key_of(form))
        return self.get_row().get_absolute_url()

    def post(self, request, *args, **kwargs):
        answer = super().post(request, *args, **kwargs)
        if not getattr(self, "made", None):
            return answer
        address = request.build_absolute_uri(reverse("say:rate", args=[self.made]))
        self.template_name = "mediation/slip.html"
        return self.render(
            address=address, squares=qr_squares(address), days=acts.DAYS, back_url=self.get_row().get_absolute_url()
        )

    def get_page_title(self):
        return TITLE


# The secret in the address is not in her browser's cookies, so no other site can send this form for her.
@method_decorator(csrf_exempt, name="dispatch")
class Rate(Page):
    """Asks how satisfied she is, once. Nothing of the matter stands here; an address that takes nothing answers as one that never
    was. Only what is sent uses the slip up, never opening it."""

    permission = PUBLIC

    def dispatch(self, request, *args, secret, **kwargs):
        self.slip = acts.slip_at(secret)
        if self.slip is None:
            raise Http404
        # Whoever is in on this phone is nobody here: no stay of hers is touched.
        request.COOKIES.pop(settings.RESIDENT_COOKIE_NAME, None)
        answer = super().dispatch(request, *args, **kwargs)
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    def get(self, request):
        return self.show(TEMPLATE, form=RatingForm())

    def post(self, request):
        form = RatingForm(request.POST)
        if not form.is_valid():
            return self.show(TEMPLATE, status=422, form=form)
        if not acts.rate(self.slip, **form.cleaned_data):
            raise Http404
        return self.show(TEMPLATE, form=None)


class Ratings(SealedPage, StaffView):
    """What the parties of each community say, by year, once there are enough of them."""

    permission = ALL
    title = "当事人自己的评价"
    template_name = "mediation/ratings.html"

    def get(self, request, *args, **kwargs):
        audit.record_sealed("mediation.case.ratings", None, by=request.user)
        return self.render()

    def get_context_data(self, **kwargs):
        least = rule("small_number")
        rows = yearly(self.request.user.scope(ALL), least, timezone.localdate())
        return super().get_context_data(rows=rows, least=least, **kwargs)
