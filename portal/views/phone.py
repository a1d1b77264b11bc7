"""Coming in with a one-time code that is sent to the number on file; whatever is typed, the pages say the same."""

from django.http import Http404
from django.shortcuts import redirect

from accounts.throttle import count_failure, public_buckets, refusal
from fedhub.reference.lookup import rule
from portal import cookies
from portal.forms import NumberForm, PhoneCodeForm
from portal.services.phone import ask_code, come_in_by_phone, is_on
from portal.tasks import send_phone_code
from portal.views.base import Page
from portal.views.onward import GoesOn

# Messages cost money and wake people: so many are asked for in an hour from one network.
ASK_TRIES, ENTER_TRIES = 30, 60
WRONG = "没有打开：验证码或者证件号后四位不对，或者过了时间、输的次数太多。可以重新要一个，或者请网格员当面给登录码。"


class OnlyWithSms:
    def dispatch(self, request, *args, **kwargs):
        if not is_on():
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class Number(OnlyWithSms, GoesOn, Page):
    """The number to which a code is sent, if it is hers alone. The answer comes before anybody looks whose it is."""

    def get(self, request):
        return redirect(self.onward()) if self.stay else self.show("portal/phone.html", form=NumberForm())

    def post(self, request):
        form, buckets = NumberForm(request.POST), public_buckets(request, "portal-phone", ASK_TRIES)
        if words := refusal(buckets):
            form.add_error("number", words)
        elif form.is_valid():
            count_failure(buckets)
            handle = ask_code(form.cleaned_data["number"], send_phone_code.enqueue)
            return self.show(
                "portal/phone_code.html", form=PhoneCodeForm(initial={"handle": handle}),
                minutes=rule("portal_phone_minutes"),
            )  # fmt: skip
        return self.show("portal/phone.html", form=form)


class Code(OnlyWithSms, GoesOn, Page):
    """The six digits and the last four of her identity number."""

    def get(self, request):
        return redirect("resident:phone")

    def post(self, request):
        form, buckets = PhoneCodeForm(request.POST), public_buckets(request, "portal-phone-enter", ENTER_TRIES)
        if words := refusal(buckets):
            form.add_error("code", words)
        elif form.is_valid():
            data = form.cleaned_data
            found = come_in_by_phone(data["handle"], data["code"], data["tail"])
            if found:
                answer = redirect(self.onward())
                cookies.write(answer, found[1])
                return answer
            if self.stay:
                # The second of two taps: the first let her in.
                return redirect(self.onward())
            count_failure(buckets)
            form.add_error("code", WRONG)
        return self.show("portal/phone_code.html", form=form, minutes=rule("portal_phone_minutes"))
