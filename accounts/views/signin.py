"""Ways in besides the password page: one-time code, first password, the idle lock, the demo's role buttons."""

from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.stagekit import clear_login, get_pending_stage
from allauth.account.models import Login
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from accounts import throttle
from accounts.forms import CodeSignInForm, NewPasswordForm
from accounts.lock import open_post
from accounts.middleware import mark_seen, take_up
from accounts.models import User
from accounts.services import has_factor, redeem_code, set_password
from fedhub.core import audit
from fedhub.core.access import PUBLIC, SIGNED_IN


def sign_in(request, user):
    """Start a session for `user` through allauth, so that second factor and session list apply. Returns a response."""
    user.backend = "accounts.backends.StaffBackend"
    return perform_login(request, Login(user=user))


class CodeSignIn(View):
    """Sign in with a one-time code; the new password is asked next."""

    permission = PUBLIC

    def get(self, request):
        return render(request, "accounts/code.html", {"form": CodeSignInForm()})

    def post(self, request):
        form = CodeSignInForm(request.POST)
        if form.is_valid():
            name = form.cleaned_data["username"].strip()
            buckets = throttle.code_buckets(request, name)
            if refusal := throttle.refusal(buckets):
                form.add_error(None, refusal)
            elif user := redeem_code(name, form.cleaned_data["code"]):
                return sign_in(request, user)
            else:
                throttle.count_failure(buckets)
                form.add_error(None, "账号或登录码不对，或者已经过期、用过。请重新领取一个。")
        return render(request, "accounts/code.html", {"form": form})


class SecondStep(AuthenticateView):
    """Code or passkey after the password.

    When the protection was taken away meanwhile, the library sends from here to the sign-in page and back for ever;
    the sign-in starts anew instead.
    """

    permission = PUBLIC

    def dispatch(self, request, *args, **kwargs):
        stage = get_pending_stage(request)
        if stage and not has_factor(stage.login.user):
            clear_login(request)
            messages.info(request, "登录保护已经取消，请重新登录。")
            return redirect("account_login")
        return super().dispatch(request, *args, **kwargs)


class DemoSignIn(View):
    """The demo's role buttons; refused by every other installation."""

    permission = PUBLIC

    def post(self, request):
        if not settings.DEMO:
            raise Http404
        user = User.objects.filter(username=request.POST.get("username", ""), is_active=True).first()
        if user is None:
            raise Http404
        return sign_in(request, user)


class SetPassword(View):
    """Choose a new password (first sign-in, after a one-time code, or any time)."""

    permission = SIGNED_IN

    def get(self, request):
        return self.show(request, NewPasswordForm(user=request.user))

    def show(self, request, form):
        return render(request, "accounts/set_password.html", {"form": form, "title": "设置密码"})

    def post(self, request):
        form = NewPasswordForm(request.POST, user=request.user)
        if not form.is_valid():
            return self.show(request, form)
        set_password(request.user, form.cleaned_data["password1"], by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, "新密码已生效。")
        return redirect("/")


class Locked(View):
    """The lock page itself (opened on purpose: 锁屏)."""

    permission = SIGNED_IN

    def get(self, request):
        return render(request, "accounts/locked.html", {"next": "/", "sealed": ""})


class Unlock(View):
    """Open the idle lock with the password; a form that arrived while locked is handed back ready to send."""

    permission = SIGNED_IN

    def post(self, request):
        user = request.user
        wants_page = request.headers.get("X-Requested-With") != "fetch"
        buckets = throttle.lock_buckets(request)
        if refusal := throttle.refusal(buckets):
            return self.refuse(request, refusal, wants_page)
        if not user.check_password(request.POST.get("password", "")):
            throttle.count_failure(buckets)
            audit.record("accounts.user.unlock", user, by=user, result="failed")
            return self.refuse(request, "密码不对，请再试一次。", wants_page)
        throttle.clear(buckets)
        take_up(request)
        kept = open_post(user, request.POST.get("sealed", ""))
        if not wants_page:
            response = HttpResponse(status=204)
        elif kept:
            response = render(request, "accounts/resend.html", {"path": kept[0], "fields": kept[1]})
        else:
            target = request.POST.get("next", "/")
            safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
            response = redirect(target if safe else "/")
        mark_seen(request, response)
        return response

    def refuse(self, request, text, wants_page):
        if not wants_page:
            return HttpResponse(text, status=403, content_type="text/plain; charset=utf-8")
        return render(
            request, "accounts/locked.html",
            {"error": text, "next": request.POST.get("next", "/"), "sealed": request.POST.get("sealed", "")},
            status=403,
        )  # fmt: skip
